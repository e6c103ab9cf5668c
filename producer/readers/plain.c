/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/plain.h"
#include "edtf/edtf.h"
#include "readers/build.h"
#include <errno.h>

#define HEADLINE_BYTES_MAX 500

/* Where " date 2024-07-04 " stands: at the start of the text, or of the line behind a headline. */
struct parts {
	struct span headline, date, body;
};

/* The line at `from`: does it begin with the word date and a day? Then the day, and where the text goes on. */
static bool date_line(struct span text, size_t from, struct span *date, size_t *behind)
{
	struct edtf d;
	size_t at = from;

	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
		at++;
	if (!span_starts(span_sub(text, at, text.n), SPAN_LIT("date ")))
		return false;
	*date = span_sub(text, at + 5, at + 15);
	*behind = at + 15;
	return edtf_parse(*date, &d) == 0 && d.grain == EDTF_GRAIN_DAY &&
	       (*behind >= text.n || strchr(" \t\r\n", text.p[*behind]));
}

/* The first line that is not blank is the date line, or the headline before it. */
static bool split(struct span text, struct parts *ret)
{
	size_t from = 0, behind, end;

	for (int line = 0; line < 2; line++) {
		while (from < text.n && strchr("\r\n", text.p[from]))
			from++;
		if (date_line(text, from, &ret->date, &behind)) {
			ret->body = span_trim(span_sub(text, behind, text.n));
			return true;
		}
		end = span_find(text, SPAN_LIT("\n"), from);
		if (end == SIZE_MAX || end - from > HEADLINE_BYTES_MAX)
			return false;
		ret->headline = span_trim(span_sub(text, from, end));
		from = end;
	}
	return false;
}

/* The parts of the text, or the reason why there are none. */
static int take_parts(struct span text, const struct item_defaults *defaults, struct parts *ret, struct error *why)
{
	struct edtf d;

	if (item_text_check(text, why) < 0)
		return why->code;
	if (!split(text, ret)) {
		*ret = (struct parts){.date = span_str(defaults->date), .body = span_trim(text)};
		if (edtf_from_rfc3339(ret->date, &d) < 0)
			return error_set(
				why, ERROR_ACTION_SKIP, -EBADMSG,
				"no date: the text must begin with \"date YYYY-MM-DD\", perhaps behind a headline, or "
				"--date must give one");
	}
	if (ret->body.n == 0)
		return error_set(why, ERROR_ACTION_SKIP, -EBADMSG, "no text behind the date");
	return 0;
}

int plain_read(struct span text, const char *name, const struct item_defaults *defaults, struct reader_out *out,
	       struct error *reterr)
{
	struct strbuf value = STRBUF_INIT;
	struct error why = ERROR_INIT;
	struct parts p = {.headline = SPAN_NONE};
	struct news_item item = {.timestamp = ITEM_NO_TIME};
	int r;

	if (take_parts(text, defaults, &p, &why) < 0)
		return out->bad(out, name, SPAN_NONE, &why, reterr);
	const struct span identity[] = {p.date, p.headline, p.body};
	item.key = item_identity("text", identity, ARRAY_SIZE(identity), out->arena);
	item_build(&(struct item_parts){.uri = item.key,
					.versioncreated = p.date,
					.language = span_str(defaults->language),
					.headline = p.headline,
					.source = span_str(defaults->source),
					.body = p.body,
					.body_member = "body_text"},
		   &value);
	(void)edtf_ms_from_rfc3339(p.date, &item.timestamp);
	item.value = strbuf_span(&value);
	if (!item.key.p || value.failed)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", name);
	else
		r = out->item(out, &item, reterr);
	strbuf_done(&value);
	arena_reset(out->arena);
	return r;
}
