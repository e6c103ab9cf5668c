/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/ninjs_lines.h"
#include "ninjs/ninjs.h"
#include <errno.h>

static int publish(struct span value, const char *where, struct reader_out *out, struct error *reterr)
{
	struct error why = ERROR_INIT;
	struct ninjs_item it;
	struct news_item item = {.value = value, .timestamp = ITEM_NO_TIME};
	int r;

	if (ninjs_parse(value, out->arena, &it, &why) < 0) {
		r = out->bad(out, where, value, &why, reterr);
	} else {
		item.key = it.uri;
		if (edtf_ms_from_rfc3339(it.versioncreated, &item.timestamp) < 0 && edtf_is_set(it.published))
			item.timestamp = (int64_t)edtf_lo(it.published) * 86400 * 1000;
		r = out->item(out, &item, reterr);
	}
	arena_reset(out->arena);
	return r;
}

int ninjs_document_read(struct input *in, struct reader_out *out, struct error *reterr)
{
	struct error why = ERROR_INIT;
	struct span all;
	int r = input_all(in, ITEM_BYTES_MAX, &all, &why);

	if (r == -E2BIG)
		return out->bad(out, in->name, SPAN_NONE, &why, reterr);
	if (r < 0)
		return error_set(reterr, why.action, r, "%s", why.text);
	return publish(span_trim(all), in->name, out, reterr);
}

static int too_long(const char *where, struct reader_out *out, struct error *reterr)
{
	struct error why = ERROR_INIT;

	error_set(&why, ERROR_ACTION_SKIP, -E2BIG, "a line of more than %zu bytes", ITEM_BYTES_MAX);
	return out->bad(out, where, SPAN_NONE, &why, reterr);
}

static int line_read(struct span line, const char *name, size_t number, struct reader_out *out, struct error *reterr)
{
	struct span value = span_trim(line);
	char where[4096 + 32];

	snprintf(where, sizeof(where), "%s:%zu", name, number);
	if (line.n > ITEM_BYTES_MAX)
		return too_long(where, out, reterr);
	return value.n ? publish(value, where, out, reterr) : 0;
}

int ninjs_lines_read(struct input *in, struct reader_out *out, struct error *reterr)
{
	struct span line;
	char where[4096 + 32];
	int r;

	for (size_t number = 1; (r = input_line(in, ITEM_BYTES_MAX, &line, reterr)) > 0; number++) {
		if (number == 1 && span_eq_str(span_trim(line), "{")) {
			in->from = (size_t)(line.p - in->buf); /* pretty-printed: give the line back */
			return ninjs_document_read(in, out, reterr);
		}
		if (r == 2) {
			snprintf(where, sizeof(where), "%s:%zu", in->name, number);
			r = too_long(where, out, reterr);
		} else {
			r = line_read(line, in->name, number, out, reterr);
		}
		if (r < 0)
			return r;
	}
	return r;
}

int ninjs_text_read(struct span text, const char *name, struct reader_out *out, struct error *reterr)
{
	size_t from = 0, number = 1;
	int r = 0;

	for (; r >= 0 && from < text.n; number++) {
		size_t end = span_find(text, SPAN_LIT("\n"), from);
		struct span line = span_sub(text, from, end);
		if (number == 1 && span_eq_str(span_trim(line), "{"))
			return publish(span_trim(text), name, out, reterr);
		r = line_read(line, name, number, out, reterr);
		from = end == SIZE_MAX ? text.n : end + 1;
	}
	return r;
}
