/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of periods in English and Russian: "early July", "the end of the year", "первое полугодие", "летом 2024 года".
 */
#include "core/date/scan.h"

/* What a part is a part of, at token i: a month, a year, a decade or "the year", "этого года". */
static bool whole(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	struct point p = {0};

	if (tok_unit(s, i, FORM_ONE) &&
	    (t->value == UNIT_YEAR || t->value == UNIT_MONTH || t->value == UNIT_WEEK || t->value == UNIT_DECADE)) {
		p.date = date_unit_of(s->base, (enum unit)t->value, 0, &p);
		return date_give(ret, p, i, i + 1, s->base_anchor, RULE_RELATIVE);
	}
	if (t->class == W_DEICTIC || t->class == W_ANAPHOR)
		return date_deictic_unit(s, i, ret);
	if (t->class == W_SEASON)
		return date_relative(s, i, ret) && ret->part;
	if (tok_year(t) && !(t->flags & TOKEN_HAN)) {
		p.date = (struct edtf){.year = (int16_t)t->value, .grain = EDTF_GRAIN_YEAR};
		struct point year;
		if (date_bare_year(s, i, &year))
			p = year;
		return date_give(ret, p, i, p.past ? p.past : i + 1, DATE_ANCHOR_NONE, RULE_YEAR);
	}
	return (date_calendar(s, i, ret) || date_bare_year(s, i, ret)) && ret->date.grain != EDTF_GRAIN_DAY;
}

/* "early July", "mid-2024", "the end of the year", "в начале 2024 года", "later this year". */
bool date_part_of(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	size_t j = i + 1;
	enum part part = t->class == W_AGO ? (t->value < 0 ? PART_EARLY : PART_LATE) : (enum part)t->value;
	struct point p;

	if (t->class == W_AGO && t->script != SCRIPT_LATIN)
		return false;
	if (t->class == W_AGO && tok(s, j)->class != W_DEICTIC) { /* "later in the year" */
		if (!tok_is(tok(s, j), W_BIND, BIND_IN) || !tok_is(tok(s, j + 1), W_BIND, BIND_THE) ||
		    tok(s, j + 2)->class != W_UNIT || tok(s, j + 2)->value < UNIT_MONTH)
			return false;
		j += 2;
	}
	if (tok(s, j)->class == W_DASH)
		j++;
	else if (t->class == W_PART && t->aux == AUX_NOUN && t->script == SCRIPT_LATIN) {
		bool of = tok_is(tok(s, j), W_BIND, BIND_OF);
		if (!of && !tok_year(tok(s, j)))
			return false;
		j += of;
	}
	j = skip_the(s, j);
	/* "the end of the week", but not "mid-week", "late year" */
	bool bare = tok(s, j)->class == W_UNIT && t->class != W_AGO;
	if (!whole(s, j, &p) || (t->class == W_AGO && p.week) || (bare && t->aux != AUX_NOUN))
		return false;
	p.first = i;
	p.part = (uint8_t)(p.week ? PART_NONE : part);
	p.rule = RULE_PART;
	*ret = p;
	return true;
}

/* The year behind "first half", "second quarter": "of 2024", "2024 года", "of last year"; else the anchor's. */
static void period_year(const struct scan *s, size_t i, struct point *p)
{
	size_t j = i + tok_is(tok(s, i), W_BIND, BIND_OF);
	struct edtf year;
	enum date_anchor anchor;

	if (tok_punct(tok(s, j), ','))
		j++;
	j = skip_the(s, j);
	p->past = i;
	if (tok_year(tok(s, j))) {
		p->date = (struct edtf){.year = (int16_t)tok(s, j)->value, .grain = EDTF_GRAIN_YEAR};
		p->past = j + 1;
		if (tok_is(tok(s, j + 1), W_UNIT, UNIT_YEAR) && tok(s, j + 1)->script == SCRIPT_CYRILLIC)
			p->past += 1 + (tok_form(tok(s, j + 1)) == FORM_ABBREVIATION && tok_punct(tok(s, j + 2), '.'));
		return;
	}
	j = i;
	if (date_year_phrase(s, &j, &year, &anchor)) {
		p->date = year;
		p->anchor = anchor;
		p->past = j;
		return;
	}
	j = i + tok_is(tok(s, i), W_BIND, BIND_OF);
	j = skip_the(s, j);
	p->date = date_unit_of(s->base, UNIT_YEAR, 0, NULL);
	p->anchor = s->base_anchor;
	if (tok_unit(s, j, FORM_ONE) && tok(s, j)->value == UNIT_YEAR)
		p->past = j + 1;
}

static int months_in_first(const struct token *unit, int n)
{
	int months = unit->value == UNIT_MONTH ? n : unit->value == UNIT_QUARTER ? 3 * n : 0;

	return months >= 1 && months <= 12 ? months : 0;
}

/* The head of "first nine months of 2024", "первые три месяца", "девять месяцев 2024 года", 今年前三季度: the number of
 * months, *i past it; 0 where it is none. Chinese has the year before it. */
static int first_months_head(const struct scan *s, size_t *i, bool *ret_needs_year)
{
	const struct token *t = tok(s, *i);
	size_t j = *i;
	int n;

	bool first = t->class == W_ORDINAL && t->value == 1;
	j += first;
	if (!date_quantity(s, &j, &n) || tok(s, j)->class != W_UNIT || tok(s, j)->script == SCRIPT_HAN ||
	    tok_form(tok(s, j)) == FORM_ABBREVIATION)
		return 0;
	if (!first && tok(s, j)->script != SCRIPT_CYRILLIC)
		return 0;
	*i = j + 1;
	*ret_needs_year = !first;
	return months_in_first(tok(s, j), n);
}

bool date_first_months(const struct scan *s, size_t i, struct point *a, struct point *b)
{
	struct point p = {.first = i, .rule = RULE_PART};
	size_t j = i;
	bool needs_year;
	int months;

	if (tok(s, i)->script == SCRIPT_HAN || tok(s, i + 1)->script == SCRIPT_HAN) {
		if (tok_is(tok(s, i), W_BOUND, BOUND_BEFORE)) {
			p.date = date_unit_of(s->base, UNIT_YEAR, 0, NULL);
			p.anchor = s->base_anchor;
			p.past = i;
		} else if (!date_han(s, i, &p) || p.date.grain != EDTF_GRAIN_YEAR || p.part) {
			return false;
		}
		const struct token *head = tok(s, p.past), *n = tok(s, p.past + 1), *unit = tok(s, p.past + 2);
		months = head->script == SCRIPT_HAN && tok_is(head, W_BOUND, BOUND_BEFORE) && n->class == W_NUMBER &&
					 unit->class == W_UNIT
				 ? months_in_first(unit, n->value)
				 : 0;
		p.past += 3;
	} else {
		months = first_months_head(s, &j, &needs_year);
		if (!months)
			return false;
		period_year(s, j, &p);
		if (p.past == j && needs_year)
			return false;
	}
	if (!months || !edtf_is_set(p.date))
		return false;
	p.date.grain = EDTF_GRAIN_MONTH;
	p.date.month = 1;
	*a = *b = p;
	b->date.month = (uint8_t)months;
	return true;
}

/* "the first half of 2024", "второй квартал", "Q1 2024", "I полугодие". */
bool date_period_of_year(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i), *u = tok(s, i + 1);
	struct point p = {.first = i, .rule = RULE_PART};
	size_t j = i + 2;

	if (u->class == W_DASH)
		u = tok(s, j++);
	if (t->class == W_NUMBER && (t->value > 4 || t->flags & (TOKEN_GLUED | TOKEN_GROUPED)))
		return false;
	if (u->class != W_UNIT || u->script == SCRIPT_HAN || tok_form(u) == FORM_MANY ||
	    (t->class == W_ORDINAL && t->aux && u->script != SCRIPT_CYRILLIC))
		return false;
	if (t->class == W_NUMBER && u->script == SCRIPT_LATIN && !(t->flags & TOKEN_ORDINAL))
		return false; /* "2 half" */
	if (u->value == UNIT_HALF && t->value <= 2)
		p.part = t->value == 1 ? PART_HALF1 : PART_HALF2;
	else if (u->value == UNIT_QUARTER && t->value <= 4)
		p.part = (uint8_t)(PART_Q1 + t->value - 1);
	else
		return false;
	struct span word = span_sub(s->text, u->start, u->end);
	period_year(s, j, &p);
	if (u->value == UNIT_HALF && p.past == j && !span_starts(word, SPAN_LIT("полугод"))) {
		/* "the first half" of a match is no date: a half needs its year or month */
		size_t k = skip_the(s, j + tok_is(tok(s, j), W_BIND, BIND_OF));
		struct point month;
		if (tok(s, k)->class != W_MONTH || !date_calendar(s, k, &month) || month.date.grain != EDTF_GRAIN_MONTH)
			return false;
		month.part = p.part;
		month.first = i;
		month.rule = RULE_PART;
		p = month;
	}
	if (p.missing == MISSING_NONE && !edtf_is_set(p.date))
		return false;
	*ret = p;
	return true;
}

/* "summer 2024", "the summer of 2024", "last summer", "летом 2024 года", "этой осенью". */
bool date_season(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int offset = 0;
	struct point p = {.first = i, .rule = RULE_SEASON};
	bool deictic = tok(s, j)->class == W_DEICTIC;

	if (deictic)
		offset = tok(s, j++)->value;
	if (tok(s, j)->class != W_SEASON)
		return false;
	p.part = (uint8_t)tok(s, j)->value;
	size_t behind = j + 1;
	if (!deictic) {
		period_year(s, behind, &p);
		if (p.past == behind || !edtf_is_set(p.date))
			return false;
		*ret = p;
		return true;
	}
	/* "last winter" in June is of this year, "next spring" in January too */
	static const uint8_t months[] = {4, 7, 10, 1};
	struct edtf base = s->base;
	if (!edtf_is_set(base) || base.grain > EDTF_GRAIN_MONTH)
		return false;
	int month = months[p.part - PART_SPRING];
	if ((offset < 0 && month + 1 < base.month) || (offset > 0 && month - 1 > base.month))
		offset = 0;
	p.date = date_unit_of(base, UNIT_YEAR, offset, NULL);
	p.past = behind;
	p.anchor = s->base_anchor;
	*ret = p;
	return edtf_is_set(p.date);
}

bool date_period_code(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i), *n = tok(s, i + 1);
	struct point p = {.first = i, .rule = RULE_PART};
	bool half = t->value == UNIT_HALF;

	if (t->class != W_PERIOD || !(t->flags & TOKEN_CAPITAL) || n->class != W_NUMBER || !tok_glued(n) ||
	    n->value < 1 || n->value > (half ? 2 : 4))
		return false;
	p.part = (uint8_t)((half ? PART_HALF1 : PART_Q1) + n->value - 1);
	period_year(s, i + 2, &p);
	if (!edtf_is_set(p.date) || (half && p.past == i + 2)) /* "H1" alone is a headline, a route, a grade */
		return false;
	*ret = p;
	return true;
}
