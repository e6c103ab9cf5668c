/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges: what joins two points, and how each completes the other. */
#include "core/date/scan.h"

bool date_point(const struct scan *s, size_t i, struct point *ret)
{
	return date_numeric(s, i, ret) || date_counted(s, i, ret) || date_han(s, i, ret) || date_calendar(s, i, ret) ||
	       date_relative(s, i, ret) || date_bare_year(s, i, ret);
}

/* What joins the halves of a range at token i, as the number of tokens: 0 where nothing does. */
static size_t connector(const struct scan *s, size_t i, enum bound opened)
{
	const struct token *t = tok(s, i);

	if (t->class == W_DASH || tok_punct(t, '/'))
		return 1;
	if (t->class == W_BOUND && t->aux != 2 && (t->value == BOUND_TO || t->value == BOUND_UNTIL))
		return t->script != SCRIPT_CYRILLIC || opened == BOUND_FROM ? 1 : 0;
	if (t->class == W_AND && opened == BOUND_BETWEEN)
		return 1;
	return 0;
}

/* Two days or years that only stand beside each other: "3 and 4 July", "3、4日". */
static bool pair(const struct token *t)
{
	return t->class == W_AND || tok_punct(t, 0x3001);
}

/* The second year of "2023/24" and "2025–26". "2024-07" is left to be a month. */
static bool short_year(const struct scan *s, size_t i, int year, struct point *ret)
{
	const struct token *t = tok(s, i), *join = tok_before(s, i), *after = tok(s, i + 1);

	if (t->class != W_NUMBER || t->aux != 2 || t->value <= year % 100 || !tok_glued(t) || !tok_glued(join) ||
	    t->flags & (TOKEN_GLUED | TOKEN_ORDINAL | TOKEN_DECADE) || (join->class != W_DASH && !tok_punct(join, '/')))
		return false;
	if ((after->class == W_DASH || tok_punct(after, '/')) && tok_glued(after))
		return false;
	size_t past = i + 1;
	if (tok_is(after, W_UNIT, UNIT_YEAR) && after->script != SCRIPT_LATIN) /* "2023/24 года", 2023-24年度 */
		past += 1 + (after->script == SCRIPT_CYRILLIC && tok_form(after) == FORM_ABBREVIATION &&
			     tok_punct(tok(s, i + 2), '.'));
	*ret = (struct point){.date = {.year = (int16_t)(year / 100 * 100 + t->value), .grain = EDTF_GRAIN_YEAR},
			      .rule = RULE_YEAR,
			      .first = i,
			      .past = past};
	return true;
}

/* The day behind "July 5-", "7月3日至", with a year behind it in English. */
static bool short_day(const struct scan *s, size_t i, const struct point *a, struct point *ret)
{
	const struct token *t = tok(s, i);
	struct point b = *a;
	bool han = tok(s, i + 1)->script == SCRIPT_HAN && tok_is(tok(s, i + 1), W_UNIT, UNIT_DAY);

	if (!tok_day(t) || a->date.grain != EDTF_GRAIN_DAY || a->missing > MISSING_YEAR)
		return false;
	if (han) {
		b.past = i + 2;
	} else {
		if (tok(s, a->past - 1)->class != W_NUMBER || tok(s, i + 1)->class == W_MONTH ||
		    tok_punct(tok(s, i + 1), ':') || t->value <= a->date.day)
			return false;
		size_t j = i + 1 + tok_punct(tok(s, i + 1), ',');
		b.past = i + 1;
		if (tok_year(tok(s, j)) && a->missing == MISSING_YEAR) {
			b.date.year = (int16_t)tok(s, j)->value;
			b.missing = MISSING_NONE;
			b.past = j + 1;
		}
	}
	b.date.day = (uint8_t)t->value;
	if (t->value <= a->date.day) {
		if (!han || a->missing != MISSING_NONE)
			return false;
		b.date = edtf_add_months(b.date, 1);
	}
	*ret = b;
	return b.missing == MISSING_YEAR || edtf_date_exists(b.date.year, b.date.month, b.date.day);
}

/* 7月3-5日, 7月3、4日: the days of a month just named. */
static bool days_of_month(const struct scan *s, struct point *a, struct point *b)
{
	size_t i = a->past;
	const struct token *from = tok(s, i), *to = tok(s, i + 2), *unit = tok(s, i + 3);

	if (a->date.grain != EDTF_GRAIN_MONTH || a->part || !tok_day(from) || !tok_day(to) ||
	    unit->script != SCRIPT_HAN || !tok_is(unit, W_UNIT, UNIT_DAY) || to->value <= from->value)
		return false;
	if (!connector(s, i + 1, BOUND_FROM) && !pair(tok(s, i + 1)))
		return false;
	if (to->value > edtf_days_in_month(a->missing ? 2024 : a->date.year, a->date.month))
		return false;
	a->date.grain = EDTF_GRAIN_DAY;
	*b = *a;
	a->date.day = (uint8_t)from->value;
	b->date.day = (uint8_t)to->value;
	b->past = i + 4;
	return true;
}

/* 今年1—8月, 2024年1至6月: the months of a year just named. */
static bool months_of_year(const struct scan *s, struct point *a, struct point *b)
{
	size_t i = a->past;
	const struct token *from = tok(s, i), *to = tok(s, i + 2), *unit = tok(s, i + 3);

	if (a->date.grain != EDTF_GRAIN_YEAR || a->part || from->class != W_NUMBER || to->class != W_NUMBER ||
	    from->value < 1 || to->value > 12 || from->value >= to->value || unit->script != SCRIPT_HAN ||
	    !tok_is(unit, W_UNIT, UNIT_MONTH) || tok_form(unit) != FORM_ONE || !connector(s, i + 1, BOUND_FROM))
		return false;
	a->date.grain = EDTF_GRAIN_MONTH;
	*b = *a;
	a->date.month = (uint8_t)from->value;
	b->date.month = (uint8_t)to->value;
	b->past = i + 4;
	return true;
}

/* A number that takes its month, or its unit, from the point behind it: "5-7 июня", "2025至2026年度", 3至5日. */
static bool bare_half(const struct scan *s, size_t i, enum bound opened, struct point *a, struct point *b)
{
	const struct token *t = tok(s, i);
	size_t join = connector(s, i + 1, opened);
	bool two = !join && pair(tok(s, i + 1));

	if (t->class != W_NUMBER || (!join && !two) || t->flags & (TOKEN_GLUED | TOKEN_GROUPED | TOKEN_DECADE))
		return false;
	struct point p;
	if (!date_point(s, skip_binding(s, i + 2), &p))
		return false;
	struct point first = p;
	if (p.date.grain == EDTF_GRAIN_DAY && p.missing != MISSING_WEEK && tok_day(t) && t->value < p.date.day &&
	    tok(s, p.first)->class == W_NUMBER && tok(s, p.first)->aux <= 2 && p.rule != RULE_NUMERIC) {
		if (two && t->value + 1 != p.date.day)
			return false;
		first.date.day = (uint8_t)t->value;
	} else if (p.date.grain == EDTF_GRAIN_MONTH && !two && !p.part && t->value >= 1 && t->value < p.date.month &&
		   tok(s, p.first)->class == W_NUMBER && p.rule == RULE_MONTH) {
		first.date.month = (uint8_t)t->value; /* 1—6月 */
	} else if (p.date.grain == EDTF_GRAIN_YEAR && tok_year(t) && t->value < p.date.year && !p.part && !two) {
		first.date.year = (int16_t)t->value;
	} else {
		return false;
	}
	first.first = i;
	*a = first;
	*b = p;
	return true;
}

/* b lies after a: years are handed over, a weekday is the next one. */
bool date_order(const struct scan *s, struct point *a, struct point *b)
{
	if (a->missing == MISSING_YEAR && b->missing != MISSING_YEAR) {
		if (!date_complete(s, b))
			return false;
		a->date.year = b->date.year;
		a->missing = MISSING_NONE;
		a->anchor = b->anchor;
		if (a->date.grain == EDTF_GRAIN_DAY && !edtf_date_exists(a->date.year, a->date.month, a->date.day))
			return false;
		if (edtf_lo(a->date) > edtf_hi(b->date) || edtf_eq(a->date, b->date))
			a->date = edtf_add_years(a->date, -1);
		return date_complete(s, a) && a->lo <= b->hi;
	}
	if (!date_complete(s, a))
		return false;
	if (b->missing == MISSING_YEAR) {
		b->date.year = a->date.year;
		b->missing = MISSING_NONE;
		b->anchor = a->anchor;
		if (b->date.grain == EDTF_GRAIN_DAY && !edtf_date_exists(b->date.year, b->date.month, b->date.day))
			return false;
		if (edtf_hi(b->date) < edtf_lo(a->date))
			b->date = edtf_add_years(b->date, 1);
	} else if (b->missing == MISSING_WEEK && a->date.grain == EDTF_GRAIN_DAY) {
		edtf_day day = edtf_lo(a->date);
		b->date = edtf_from_day(day + (b->weekday - edtf_weekday(day) + 7) % 7);
		b->missing = MISSING_NONE;
		b->anchor = a->anchor;
	}
	return edtf_is_set(b->date) && date_complete(s, b) && a->lo <= b->hi && edtf_lo(a->date) <= edtf_hi(b->date);
}

/* 2007年与2009年之间 */
static bool is_between(const struct scan *s, size_t i)
{
	struct span word = span_sub(s->text, tok(s, i)->start, tok(s, i)->end);

	return span_eq_str(word, "之间") || span_eq_str(word, "之間") || span_eq_str(word, "间") ||
	       span_eq_str(word, "間");
}

/* The halves of a range that begins at token i, complete. */
bool date_range_halves(const struct scan *s, size_t i, enum bound opened, struct point *a, struct point *b)
{
	if (bare_half(s, i, opened, a, b))
		return date_order(s, a, b);
	if (date_first_months(s, i, a, b))
		return date_order(s, a, b);
	if (!date_point(s, i, a))
		return false;
	if (days_of_month(s, a, b) || months_of_year(s, a, b))
		return date_order(s, a, b);
	size_t j = a->past, join = connector(s, j, opened);
	if (!join && tok(s, j)->class == W_AND && tok(s, j)->script == SCRIPT_HAN && date_point(s, j + 1, b) &&
	    is_between(s, b->past)) {
		b->past++;
		return date_order(s, a, b);
	}
	if (!join) {
		/* "July 3 and 4" */
		return pair(tok(s, j)) && tok(s, j)->script != SCRIPT_CYRILLIC && short_day(s, j + 1, a, b) &&
		       b->date.day == a->date.day + 1 && date_order(s, a, b);
	}
	size_t k = skip_binding(s, j + join);
	if (a->date.grain == EDTF_GRAIN_YEAR && !a->part && short_year(s, k, a->date.year, b))
		return date_order(s, a, b);
	if (tok_punct(tok(s, j), '/') && !(a->date.grain == EDTF_GRAIN_YEAR && tok_year(tok(s, k))))
		return false;
	if (short_day(s, k, a, b))
		return date_order(s, a, b);
	return date_point(s, k, b) && date_order(s, a, b);
}

void date_put(const struct scan *s, struct date_expr *e, size_t first, size_t past)
{
	e->start = tok(s, first)->start;
	e->end = tok(s, past - 1)->end;
}

/* For the rule's name: that of the first letter, else the text's. */
enum script date_script_at(const struct scan *s, size_t first, size_t past)
{
	for (size_t i = first; i < past; i++) /* Latin comes last: "I квартал" */
		if (tok(s, i)->script > SCRIPT_LATIN)
			return (enum script)tok(s, i)->script;
	for (size_t i = first; i < past; i++)
		if (tok(s, i)->script == SCRIPT_LATIN)
			return SCRIPT_LATIN;
	return s->language == LANGUAGE_RU ? SCRIPT_CYRILLIC : s->language == LANGUAGE_ZH ? SCRIPT_HAN : SCRIPT_LATIN;
}

struct date_expr date_of_point(const struct scan *s, const struct point *p)
{
	struct date_expr e = {.kind = DATE_POINT,
			      .begin = p->date,
			      .lo = p->lo,
			      .hi = p->hi,
			      .anchor = p->anchor,
			      .modifier = p->modifier,
			      .rule = date_rule_name((enum rule)p->rule, date_script_at(s, p->first, p->past))};

	date_put(s, &e, p->first, p->past);
	return e;
}

size_t date_give_range(const struct scan *s, size_t first, const struct point *a, const struct point *b,
		       struct date_expr *ret)
{
	*ret = (struct date_expr){.kind = DATE_RANGE,
				  .begin = a->date,
				  .end_date = b->date,
				  .lo = a->lo,
				  .hi = b->hi,
				  .anchor = a->anchor != DATE_ANCHOR_NONE ? a->anchor : b->anchor,
				  .rule = date_rule_name(RULE_RANGE, date_script_at(s, first, b->past))};
	date_put(s, ret, first, b->past);
	return b->past;
}
