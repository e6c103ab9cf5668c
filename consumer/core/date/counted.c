/* SPDX-License-Identifier: Apache-2.0 */
/* Days and weeks that are counted out, in English and Russian: from another date ("two days before July 4"), within a
 * month ("the first Monday in September", "the last week of June"); weekends, and the end of the year as one word.
 */
#include "core/date/scan.h"

/* "two days before July 4", "three weeks after 4 July 2024", "за два дня до 4 июля": the other date's year is found by
 * the tense around the whole. */
static bool from_date(const struct scan *s, size_t i, struct point *ret)
{
	struct span word = span_sub(s->text, tok(s, i)->start, tok(s, i)->end);
	bool lead = span_eq_str(word, "за") || span_eq_str(word, "За");
	size_t j = i + lead;
	struct point other, p = {0};
	int n = 1;

	if (tok(s, j)->class == W_UNIT && tok(s, j)->script == SCRIPT_CYRILLIC) {
		if (!(tok(s, j)->aux & UNIT_ALONE))
			return false;
	} else if (!date_quantity(s, &j, &n)) {
		return false;
	}
	const struct token *u = tok(s, j), *way = tok(s, j + 1);
	bool back = way->value == BOUND_BEFORE || (lead && way->value == BOUND_UNTIL);
	if (u->class != W_UNIT || u->script == SCRIPT_HAN || u->value > UNIT_MONTH ||
	    tok_form(u) == FORM_ABBREVIATION || way->class != W_BOUND || way->script != u->script ||
	    !(back || way->value == BOUND_AFTER))
		return false;
	if (!date_calendar(s, skip_the(s, j + 2), &other) || other.date.grain != EDTF_GRAIN_DAY)
		return false;
	size_t past = other.past;
	other.first = i;
	if (!date_complete(s, &other))
		return false;
	p.date = date_unit_of(other.date, (enum unit)u->value, back ? -n : n, &p);
	return date_give(ret, p, i, past, other.anchor, back ? RULE_AGO : RULE_LATER);
}

/* The day or week that stands n-th (from 1; -1 the last) in the month that begins on `first` and has `days` days. */
static bool nth_in_month(edtf_day first, int days, int weekday, int n, struct point *p)
{
	if (weekday < 0) { /* a week of the month: its days 1 to 7, 8 to 14, ...; the last is the last seven */
		p->lo = n > 0 ? first + 7 * (n - 1) : first + days - 7;
		p->hi = n == 4 ? first + 27 : p->lo + 6;
		p->week = true;
		return n <= 4;
	}
	int to = (weekday - edtf_weekday(first) + 7) % 7;
	if (n > 0)
		to += 7 * (n - 1);
	else
		to += 7 * ((days - 1 - to) / 7);
	if (to >= days)
		return false;
	p->date = edtf_from_day(first + to);
	return true;
}

/* "the first Monday in September 2024", "the last week of June", "последнюю неделю июня", "вторую пятницу мая". */
static bool in_month(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i), *u = tok(s, i + 1);
	bool last = tok_is(t, W_DEICTIC, -1) || (t->class == W_RECENT && t->script == SCRIPT_CYRILLIC);
	int n = last ? -1 : t->value;
	size_t j = i + 2;
	struct point month;

	if ((!last && t->class != W_ORDINAL) || n > 5 || u->script == SCRIPT_HAN || u->script != t->script ||
	    !(u->class == W_WEEKDAY || tok_unit(s, i + 1, FORM_ONE)) || (u->class == W_UNIT && u->value != UNIT_WEEK))
		return false;
	if (u->script == SCRIPT_LATIN) {
		if (tok(s, j)->class != W_BIND || (tok(s, j)->value != BIND_IN && tok(s, j)->value != BIND_OF))
			return false;
		j++;
	}
	if (tok(s, j)->class != W_MONTH || !date_calendar(s, j, &month) || month.date.grain != EDTF_GRAIN_MONTH)
		return false;
	month.first = i;
	size_t past = month.past;
	if (!date_complete(s, &month))
		return false;
	struct point p = {.date = month.date};
	if (!nth_in_month(edtf_lo(month.date), edtf_days_in_month(month.date.year, month.date.month),
			  u->class == W_WEEKDAY ? u->value : -1, n, &p))
		return false;
	return date_give(ret, p, i, past, month.anchor, u->class == W_WEEKDAY ? RULE_WEEKDAY : RULE_PART);
}

/* "this weekend", "over the weekend", "в минувшие выходные": Saturday and Sunday, told as their month like a week.
 * Without "last" or "next" the tense says which; news of a Saturday or Sunday speaks of the weekend that it stands in.
 */
static bool weekend(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int offset = 0;
	bool told = tok(s, j)->class == W_DEICTIC || tok(s, j)->class == W_RECENT;

	if (told)
		j++;
	if (!tok_is(tok(s, j), W_UNIT, UNIT_WEEKEND) || s->base.grain != EDTF_GRAIN_DAY ||
	    tok_before(s, i)->class == W_EVERY || tok_before(s, i)->class == W_DASH)
		return false;
	const struct token *before = tok_before(s, i);
	if (!told && !(tok_is(before, W_BIND, BIND_THE) && i >= 2 && tok(s, i - 2)->class != W_EVERY))
		return false; /* "a weekend", "weekend reading" */
	edtf_day base = edtf_lo(s->base), saturday = base - edtf_weekday(base) + 5;
	bool within = base >= saturday;
	if (!told)
		offset = !within && date_tense(s, i, j + 1) <= 0 ? -1 : 0;
	else if (tok(s, i)->class == W_RECENT)
		offset = tok(s, i)->value == 3 ? within : -1;
	else
		offset = tok(s, i)->value < 0 ? -1 : tok(s, i)->value > 0 && within;
	saturday += 7 * offset;
	struct point p = {.week = true, .lo = saturday, .hi = saturday + 1};
	p.date = edtf_coarsen(edtf_from_day(saturday), EDTF_GRAIN_MONTH);
	return date_give(ret, p, i, j + 1, s->base_anchor, RULE_RELATIVE);
}

/* "by year-end", "at year's end": the end of the anchor's year; "year-end 2024" of that. */
static bool year_end(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i + 1;
	struct point p = {.part = PART_LATE};

	if (!tok_is(tok(s, i), W_UNIT, UNIT_YEAR) || tok(s, i)->script != SCRIPT_LATIN ||
	    tok_form(tok(s, i)) != FORM_ONE)
		return false;
	if (!(tok(s, j)->class == W_DASH || tok(s, i)->flags & TOKEN_OWNER))
		return false;
	while (j < i + 4 && (tok(s, j)->class == W_DASH || tok(s, j)->class == W_PUNCT || tok(s, j)->class == W_OTHER))
		j++;
	if (!tok_is(tok(s, j), W_PART, PART_LATE) || tok(s, j)->aux != AUX_NOUN)
		return false;
	p.date = date_unit_of(s->base, UNIT_YEAR, 0, NULL);
	j++;
	if (tok_year(tok(s, j))) {
		p.date = (struct edtf){.year = (int16_t)tok(s, j)->value, .grain = EDTF_GRAIN_YEAR};
		return date_give(ret, p, i, j + 1, DATE_ANCHOR_NONE, RULE_PART);
	}
	return date_give(ret, p, i, j, s->base_anchor, RULE_PART);
}

/* "the week of March 6", "the year after next" */
static bool week_or_next(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *u = tok(s, i);
	struct point other, p = {0};

	if (u->script != SCRIPT_LATIN || !tok_unit(s, i, FORM_ONE))
		return false;
	if (tok_is(tok(s, i + 1), W_BOUND, BOUND_AFTER) && tok_is(tok(s, i + 2), W_DEICTIC, 1)) {
		p.date = date_unit_of(s->base, (enum unit)u->value, 2, &p);
		return date_give(ret, p, i, i + 3, s->base_anchor, RULE_RELATIVE);
	}
	if (u->value != UNIT_WEEK || !tok_is(tok(s, i + 1), W_BIND, BIND_OF) ||
	    !date_calendar(s, skip_the(s, i + 2), &other) || other.date.grain != EDTF_GRAIN_DAY)
		return false;
	size_t past = other.past;
	if (!date_complete(s, &other))
		return false;
	p.date = date_unit_of(other.date, UNIT_WEEK, 0, &p);
	return date_give(ret, p, i, past, other.anchor, RULE_RELATIVE);
}

bool date_counted(const struct scan *s, size_t i, struct point *ret)
{
	switch (tok(s, i)->class) {
	case W_DEICTIC:
	case W_RECENT:
		return weekend(s, i, ret) || in_month(s, i, ret);
	case W_ORDINAL:
		return in_month(s, i, ret);
	case W_UNIT:
		return weekend(s, i, ret) || year_end(s, i, ret) || week_or_next(s, i, ret) || from_date(s, i, ret);
	case W_NUMBER:
	case W_CARDINAL:
		return from_date(s, i, ret);
	case W_BIND:
		return tok(s, i)->script == SCRIPT_CYRILLIC && from_date(s, i, ret);
	default:
		return false;
	}
}
