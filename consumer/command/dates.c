/* SPDX-License-Identifier: Apache-2.0 */
/* dates: the date normaliser on its own: plain text in, a JSON line for every date expression out. */
#include "base/utf8.h"
#include "ninjs/json_out.h"
#include "command/command.h"
#include "core/date/date.h"
#include "core/text/dateline.h"
#include <errno.h>
#include <stdio.h>

#define TEXT_MAX ((size_t)64 << 20)

static int read_all(FILE *in, struct strbuf *text, struct error *reterr)
{
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		if (text->len + n > TEXT_MAX)
			return error_set(reterr, ERROR_ACTION_STOP, -E2BIG, "standard input: over %zu bytes", TEXT_MAX);
		strbuf_add(text, span_of(chunk, n));
	}
	if (ferror(in))
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard input: %s", strerror(errno));
	if (text->failed)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	n = utf8_valid_until(strbuf_span(text));
	if (n < text->len)
		return error_set(reterr, ERROR_ACTION_STOP, -EILSEQ, "standard input: not UTF-8 at byte %zu", n);
	return 0;
}

static int date_option(const char *name, const char *value, struct edtf *ret, struct error *reterr)
{
	if (value && edtf_parse(span_str(value), ret) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--%s takes a date such as 2024-07-04, not '%s'",
				 name, value);
	return 0;
}

/* The anchors: what the options say, else the dateline that the text begins with. */
static int read_anchors(const struct consumer_options *o, struct span text, struct date_anchors *ret,
			struct error *reterr)
{
	struct dateline line;

	*ret = (struct date_anchors){0};
	if (date_option("published", o->published, &ret->published, reterr) < 0 ||
	    date_option("dateline", o->dateline, &ret->dateline, reterr) < 0)
		return -EINVAL;
	if (!o->dateline && dateline_read(text, ret->published, &line))
		ret->dateline = line.date;
	return 0;
}

static const char *grain_name(const struct date_expr *e)
{
	static const char *const names[] = {"none", "day", "month", "year", "decade"};

	if (e->kind == DATE_DURATION)
		return e->months % 12 ? "month" : "year";
	return names[edtf_is_set(e->begin) ? e->begin.grain : e->end_date.grain];
}

static void add_line(struct span text, const struct date_expr *e, struct strbuf *b)
{
	struct json_out o = {.b = b};
	char edtf[DATE_EDTF_MAX];

	date_expr_edtf(e, edtf);
	json_out_open(&o, '{');
	json_out_key(&o, "anchor"), json_out_string(&o, span_str(date_anchor_name(e->anchor)));
	json_out_key(&o, "edtf"), json_out_string(&o, span_str(edtf));
	json_out_key(&o, "end"), json_out_int(&o, (int64_t)e->end);
	json_out_key(&o, "exact"), json_out_string(&o, span_sub(text, e->start, e->end));
	json_out_key(&o, "grain"), json_out_string(&o, span_str(grain_name(e)));
	json_out_key(&o, "hi"), json_out_day(&o, e->hi);
	json_out_key(&o, "kind"), json_out_string(&o, span_str(date_kind_name(e->kind)));
	json_out_key(&o, "lo"), json_out_day(&o, e->lo);
	json_out_key(&o, "modifier"), json_out_string(&o, span_str(date_modifier_name(e->modifier)));
	json_out_key(&o, "rule"), json_out_string(&o, span_str(e->rule));
	json_out_key(&o, "start"), json_out_int(&o, (int64_t)e->start);
	json_out_close(&o, '}');
	strbuf_addch(b, '\n');
}

static int print_dates(struct span text, enum language language, const struct date_anchors *anchors,
		       struct error *reterr)
{
	struct arena arena;
	struct date_list list = {0};
	struct strbuf out = STRBUF_INIT;

	arena_init(&arena, 0);
	int r = date_find(text, language, anchors, &arena, &list);
	for (size_t i = 0; r == 0 && i < list.n; i++)
		add_line(text, &list.v[i], &out);
	if (r < 0 || out.failed)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	else
		fwrite(out.buf, 1, out.len, stdout); /* main() finds a failed write */
	strbuf_done(&out);
	arena_done(&arena);
	return r;
}

static int run(const struct command *c, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	struct date_anchors anchors;
	enum language language =
		c->values.language ? language_from_tag(span_str(c->values.language)) : LANGUAGE_UNKNOWN;
	int r;

	if (c->n_arguments)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "takes no argument: the text is standard input");
	if (c->values.language && language == LANGUAGE_UNKNOWN)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--language takes en, ru or zh, not '%s'",
				 c->values.language);
	r = read_all(stdin, &text, reterr);
	if (r == 0)
		r = read_anchors(&c->values, strbuf_span(&text), &anchors, reterr);
	if (r == 0 && language == LANGUAGE_UNKNOWN)
		language = language_detect(strbuf_span(&text));
	if (r == 0)
		r = print_dates(strbuf_span(&text), language, &anchors, reterr);
	strbuf_done(&text);
	return r;
}

int command_dates(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_DATES, argc, argv);

	if (code < 0)
		code = run(&c, &err) < 0 ? command_fail(argv[0], &err) : COMMAND_DONE;
	command_end(&c);
	return code;
}
