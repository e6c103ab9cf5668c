/* SPDX-License-Identifier: Apache-2.0 */
#include "command/change_lines.h"
#include "base/strbuf.h"
#include "codec/change_json.h"
#include <errno.h>
#include <stdlib.h>

struct change_lines {
	struct sink base;
	struct sink *inner;
	const char *topic;
	FILE *out;
	struct strbuf lines; /* of the open transaction */
};

static struct sink *inner_of(struct sink *base)
{
	return ((struct change_lines *)base)->inner;
}

static void drop(struct sink *base)
{
	strbuf_clear(&((struct change_lines *)base)->lines);
}

static int open_inner(struct sink *base, struct error *reterr)
{
	return inner_of(base)->ops->open(inner_of(base), reterr);
}

static int begin(struct sink *base, struct error *reterr)
{
	drop(base);
	return inner_of(base)->ops->begin(inner_of(base), reterr);
}

static int admit(struct sink *base, const struct record *r, struct error *reterr)
{
	return inner_of(base)->ops->admit(inner_of(base), r, reterr);
}

static int emit(struct sink *base, const struct record *r, struct error *reterr)
{
	struct change_lines *s = (struct change_lines *)base;

	if (span_eq_str(r->topic, s->topic)) {
		if (change_json_structured(r, &s->lines) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "%s: a record that is no event",
					 s->topic);
		strbuf_addch(&s->lines, '\n');
	}
	return s->inner->ops->emit(s->inner, r, reterr);
}

static int commit(struct sink *base, const struct source_position *positions, size_t n, struct error *reterr)
{
	struct change_lines *s = (struct change_lines *)base;

	if (s->lines.failed)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	if (s->lines.len && (fwrite(s->lines.buf, 1, s->lines.len, s->out) != s->lines.len || fflush(s->out) != 0))
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "--out: %m");
	drop(base);
	return s->inner->ops->commit(s->inner, positions, n, reterr);
}

static int abort_inner(struct sink *base, struct error *reterr)
{
	drop(base);
	return inner_of(base)->ops->abort(inner_of(base), reterr);
}

static void close_inner(struct sink *base)
{
	drop(base);
	inner_of(base)->ops->close(inner_of(base));
}

static void free_both(struct sink *base)
{
	struct change_lines *s = (struct change_lines *)base;

	sink_free(s->inner);
	strbuf_done(&s->lines);
	free(s);
}

static const struct sink_ops ops = {open_inner, begin, admit, emit, commit, abort_inner, close_inner, free_both};

struct sink *change_lines_new(struct sink *inner, const char *topic, FILE *out)
{
	struct change_lines *s = calloc(1, sizeof(*s));

	if (!s) {
		sink_free(inner);
		return NULL;
	}
	*s = (struct change_lines){.base = {&ops}, .inner = inner, .topic = topic, .out = out, .lines = STRBUF_INIT};
	return &s->base;
}
