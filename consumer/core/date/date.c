/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over a text, paragraph by paragraph, and the names of things. */
#include "core/date/date.h"
#include "core/date/scan.h"
#include <errno.h>

/* Paragraphs are cut at the next line end after this many bytes, so that the token buffer stays small. */
#define PARAGRAPH_MAX ((size_t)1 << 16)

static const char *const rules[RULE_MAX_][4] = {
#define NAMES(id)                                                                                                      \
	{                                                                                                              \
		id, "en." id, "ru." id, "zh." id                                                                       \
	}
	[RULE_NUMERIC] = NAMES("numeric"),     [RULE_DAY] = NAMES("day"),
	[RULE_MONTH_DAY] = NAMES("month-day"), [RULE_MONTH_YEAR] = NAMES("month-year"),
	[RULE_MONTH] = NAMES("month"),	       [RULE_YEAR] = NAMES("year"),
	[RULE_DECADE] = NAMES("decade"),       [RULE_WEEKDAY] = NAMES("weekday"),
	[RULE_TODAY] = NAMES("today"),	       [RULE_RELATIVE] = NAMES("relative"),
	[RULE_ANAPHOR] = NAMES("anaphor"),     [RULE_AGO] = NAMES("ago"),
	[RULE_LATER] = NAMES("later"),	       [RULE_PART] = NAMES("part"),
	[RULE_SEASON] = NAMES("season"),       [RULE_HOLIDAY] = NAMES("holiday"),
	[RULE_DAY_ONLY] = NAMES("day-only"),   [RULE_RECENT] = NAMES("recent"),
	[RULE_RANGE] = NAMES("range"),	       [RULE_SINCE] = NAMES("since"),
	[RULE_UNTIL] = NAMES("until"),	       [RULE_TERM] = NAMES("term"),
#undef NAMES
};

const char *date_rule_name(enum rule rule, enum script script)
{
	return rules[rule][script];
}

const char *date_kind_name(enum date_kind k)
{
	static const char *const names[] = {"point", "range", "since", "until", "duration"};

	return names[k];
}

const char *date_anchor_name(enum date_anchor a)
{
	static const char *const names[] = {"none", "dateline", "published", "text"};

	return names[a];
}

const char *date_modifier_name(enum date_modifier m)
{
	static const char *const names[] = {"plain", "about", "before", "after", "early", "mid", "late"};

	return names[m];
}

size_t date_expr_edtf(const struct date_expr *e, char ret[static DATE_EDTF_MAX])
{
	char begin[EDTF_STRLEN_MAX], end[EDTF_STRLEN_MAX];
	int n = 0;

	edtf_format(e->begin, begin);
	edtf_format(e->end_date, end);
	switch (e->kind) {
	case DATE_POINT:
		n = snprintf(ret, DATE_EDTF_MAX, "%s", begin);
		break;
	case DATE_RANGE:
		n = snprintf(ret, DATE_EDTF_MAX, "%s/%s", begin, end);
		break;
	case DATE_SINCE:
		n = snprintf(ret, DATE_EDTF_MAX, "%s/..", begin);
		break;
	case DATE_UNTIL:
		n = snprintf(ret, DATE_EDTF_MAX, "../%s", end);
		break;
	case DATE_DURATION:
		n = e->months % 12 ? snprintf(ret, DATE_EDTF_MAX, "P%dM", e->months)
				   : snprintf(ret, DATE_EDTF_MAX, "P%dY", e->months / 12);
		break;
	}
	return (size_t)n;
}

static int push(struct date_list *list, const struct date_expr *e, struct arena *arena)
{
	if (arena_grow(arena, &list->v, list->n, &list->cap, sizeof(*list->v)) < 0)
		return -ENOMEM;
	list->v[list->n++] = *e;
	return 0;
}

/* What later words of the text count from. */
static void remember(struct scan *s, const struct date_expr *e, size_t i)
{
	struct edtf d = edtf_is_set(e->begin) ? e->begin : e->end_date;

	if (!edtf_is_set(d) || e->modifier == DATE_BEFORE)
		return;
	d.qualifier = EDTF_EXACT;
	s->reference = d;
	if (d.grain == EDTF_GRAIN_DAY) {
		s->day = d;
		s->day_at = i;
	}
	struct edtf day = e->kind == DATE_RANGE ? e->end_date : d;
	if (day.grain == EDTF_GRAIN_DAY && edtf_is_set(s->base) && edtf_lo(day) <= edtf_hi(s->base))
		s->told = day;
	/* 明年峰会将于6月15日举行: the month is that year's. */
	bool relative = e->rule == date_rule_name(RULE_RELATIVE, SCRIPT_HAN) && d.grain == EDTF_GRAIN_YEAR;
	if ((e->anchor == DATE_ANCHOR_NONE || relative) && (e->kind == DATE_POINT || e->kind == DATE_RANGE) &&
	    d.grain != EDTF_GRAIN_DECADE) {
		s->year_at = i;
		s->year_date = d;
	}
}

static int scan_paragraph(struct scan *s, struct arena *arena, struct date_list *list)
{
	s->year_at = s->day_at = SIZE_MAX;
	for (size_t i = 0; i < s->n;) {
		struct date_expr e;
		size_t past = date_expression(s, i, &e);
		if (past <= i) {
			i++;
			continue;
		}
		if (push(list, &e, arena) < 0)
			return -ENOMEM;
		remember(s, &e, i);
		i = past;
	}
	return 0;
}

/* The end of the paragraph that begins at `from`: an empty line, or the first line end of an overlong one. */
static size_t paragraph_end(struct span text, size_t from)
{
	for (size_t i = from; i < text.n;) {
		const char *line = memchr(text.p + i, '\n', text.n - i);
		if (!line)
			return text.n;
		i = (size_t)(line - text.p) + 1;
		if (i - from >= PARAGRAPH_MAX)
			return i;
		size_t k = i;
		while (k < text.n && (text.p[k] == ' ' || text.p[k] == '\t' || text.p[k] == '\r'))
			k++;
		if (k < text.n && text.p[k] == '\n')
			return k + 1;
	}
	return text.n;
}

/* The script of the first letter that has one of the three. */
static enum language language_of(const struct scan *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->t[i].script != SCRIPT_NONE)
			return s->t[i].script == SCRIPT_LATIN	   ? LANGUAGE_EN
			       : s->t[i].script == SCRIPT_CYRILLIC ? LANGUAGE_RU
								   : LANGUAGE_ZH;
	return LANGUAGE_EN;
}

int date_find(struct span text, enum language language, const struct date_anchors *anchors, struct arena *arena,
	      struct date_list *ret)
{
	struct token *tokens = NULL;
	size_t cap = 0, had = ret->n;
	bool line = edtf_is_set(anchors->dateline);
	struct scan s = {.text = text,
			 .base = line ? anchors->dateline : anchors->published,
			 .base_anchor = line ? DATE_ANCHOR_DATELINE : DATE_ANCHOR_PUBLISHED,
			 .reference = anchors->reference,
			 .day = anchors->day,
			 .told = anchors->told};

	if (text.n >= UINT32_MAX)
		return -E2BIG;
	for (size_t from = 0; from < text.n;) {
		size_t to = paragraph_end(text, from);
		int r = date_tokenise(text, from, to, anchors->heads, arena, &tokens, &cap, &s.n);
		if (r == 0) {
			s.t = tokens;
			s.language = language != LANGUAGE_UNKNOWN ? language : language_of(&s);
			r = scan_paragraph(&s, arena, ret);
		}
		if (r < 0) {
			ret->n = had;
			return r;
		}
		from = to;
	}
	return 0;
}
