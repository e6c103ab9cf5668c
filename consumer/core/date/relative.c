/* SPDX-License-Identifier: Apache-2.0 */
/* Relative dates of English and Russian: "last year", "three months ago", "на прошлой неделе", "годом ранее", "in July
 * last year", days of the week, and parts of periods: "early 2024", "первое полугодие". */
#include "core/date/scan.h"

/* "с. г.", "с.г.", "т.г.": this year; "п.г.": last year. */
static bool year_abbreviation(const struct scan *s, size_t *i, struct edtf *ret)
{
	const struct token *t = tok(s, *i);
	struct span word = span_sub(s->text, t->start, t->end);
	int offset = span_eq_str(word, "с") || span_eq_str(word, "т") ? 0 : span_eq_str(word, "п") ? -1 : 1;

	if (offset > 0 || !tok_punct(tok(s, *i + 1), '.') || !tok_is(tok(s, *i + 2), W_UNIT, UNIT_YEAR) ||
	    tok_form(tok(s, *i + 2)) != FORM_ABBREVIATION)
		return false;
	struct edtf year = date_unit_of(s->base, UNIT_YEAR, offset, NULL);
	if (!edtf_is_set(year))
		return false;
	*ret = year;
	*i += 3 + tok_punct(tok(s, *i + 3), '.');
	return true;
}

bool date_year_phrase(const struct scan *s, size_t *i, struct edtf *ret, enum date_anchor *ret_anchor)
{
	size_t j = *i;

	if (year_abbreviation(s, i, ret)) {
		*ret_anchor = s->base_anchor;
		return true;
	}
	if (tok_is(tok(s, j), W_BIND, BIND_OF) && tok(s, j)->script == SCRIPT_LATIN)
		j++;
	j = skip_the(s, j);
	const struct token *t = tok(s, j);
	if ((t->class != W_DEICTIC && t->class != W_ANAPHOR) || !tok_is(tok(s, j + 1), W_UNIT, UNIT_YEAR) ||
	    tok_form(tok(s, j + 1)) != FORM_ONE)
		return false;
	/* "того же года" */
	struct edtf from = t->class == W_DEICTIC ? s->base : s->reference;
	struct edtf year = date_unit_of(from, UNIT_YEAR, t->value, NULL);
	if (!edtf_is_set(year))
		return false;
	*ret = year;
	*ret_anchor = t->class == W_DEICTIC ? s->base_anchor : DATE_ANCHOR_TEXT;
	*i = j + 2;
	return true;
}

bool date_quantity(const struct scan *s, size_t *i, int *ret)
{
	const struct token *t = tok(s, *i);

	if (t->class == W_NUMBER && t->value > 0 && t->value < 1000 &&
	    !(t->flags & (TOKEN_GLUED | TOKEN_ORDINAL | TOKEN_DECADE | TOKEN_GROUPED))) {
		*ret = t->value;
		(*i)++;
		return true;
	}
	if (t->class != W_CARDINAL)
		return false;
	int n = t->value;
	size_t j = *i + 1;
	size_t k = j + (tok(s, j)->class == W_DASH);
	if (n >= 20 && n < 100 && tok(s, k)->class == W_CARDINAL && tok(s, k)->value < 10 && tok(s, k)->aux == 0) {
		n += tok(s, k)->value;
		j = k + 1;
	} else if (t->aux && tok(s, j)->class == W_CARDINAL) { /* "a couple", "a hundred" */
		n = tok(s, j)->value;
		j++;
	}
	if (n == 2 && t->aux && tok_is(tok(s, j), W_BIND, BIND_OF)) /* "a couple of" */
		j++;
	*ret = n;
	*i = j;
	return true;
}

bool date_give(struct point *ret, struct point p, size_t first, size_t past, enum date_anchor anchor, enum rule rule)
{
	if (!edtf_is_set(p.date))
		return false;
	p.first = first;
	p.past = past;
	p.anchor = anchor;
	p.rule = (uint8_t)rule;
	*ret = p;
	return true;
}

/* "last year", "на этой неделе", "the following month", "в тот же день". */
bool date_deictic_unit(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	size_t j = i + 1;
	bool anaphor = t->class == W_ANAPHOR;
	struct point p = {0};

	if (tok(s, j)->class == W_OTHER && span_eq_str(span_sub(s->text, tok(s, j)->start, tok(s, j)->end), "же"))
		j++;
	if (tok(s, j)->class == W_OTHER && span_eq_str(span_sub(s->text, tok(s, j)->start, tok(s, j)->end), "calendar"))
		j++;
	const struct token *u = tok(s, j);
	if (anaphor && t->value == 0 && u->class == W_OTHER &&
	    span_eq_str(span_sub(s->text, u->start, u->end), "date") && edtf_is_set(s->day)) {
		p.date = s->day; /* "on the same date" */
		return date_give(ret, p, i, j + 1, DATE_ANCHOR_TEXT, RULE_ANAPHOR);
	}
	if (anaphor && t->aux == AUX_THEN && t->script == SCRIPT_CYRILLIC) {
		p.date = s->reference; /* "тогда же" */
		return j == i + 2 && edtf_is_set(s->reference) &&
		       date_give(ret, p, i, j, DATE_ANCHOR_TEXT, RULE_ANAPHOR);
	}
	if (!tok_unit(s, j, FORM_ONE) || u->value == UNIT_CENTURY || u->value == UNIT_HALF)
		return false;
	/* "до этого год стоял у руля" is no year: the words are in different cases */
	if (span_ends(span_sub(s->text, t->start, t->end), SPAN_LIT("го")) &&
	    span_eq_str(span_sub(s->text, u->start, u->end), "год"))
		return false;
	if (u->value == UNIT_DAY) {
		/* "next day" counts from the text; "last day", "этот день" name no day, "с этого дня" does */
		bool since =
			t->value == 0 && t->script == SCRIPT_CYRILLIC && tok_is(tok_before(s, i), W_BOUND, BOUND_FROM);
		if (!anaphor && t->value <= 0 && !since)
			return false;
		anaphor = true;
	}
	if (!anaphor && t->value == -1 && t->script == SCRIPT_LATIN && tok_is(tok_before(s, i), W_BIND, BIND_THE) &&
	    tok_is(tok(s, j + 1), W_BIND, BIND_OF))
		return false; /* "the last year of his term" */
	if (tok_before(s, i)->class == W_EVERY)
		return false;
	if (!anaphor && t->value == 1 && t->script == SCRIPT_LATIN && i >= 2 &&
	    tok_is(tok_before(s, i), W_BIND, BIND_THE) && tok(s, i - 2)->class == W_FOR)
		return false; /* "for the next year" is the twelve months to come */
	/* "the same day": the last one named, whatever years stand between */
	struct edtf from = anaphor && u->value == UNIT_DAY && t->value == 0 ? s->day : anaphor ? s->reference : s->base;
	p.date = date_unit_of(from, (enum unit)u->value, t->value, &p);
	return date_give(ret, p, i, j + 1, anaphor ? DATE_ANCHOR_TEXT : s->base_anchor,
			 anaphor ? RULE_ANAPHOR : RULE_RELATIVE);
}

/* Where "n units earlier" counts from: a date of the text for "earlier, later", the anchor for "ago" and where the
 * text has named none. */
static bool counted_from(const struct scan *s, bool from_text, bool back, struct edtf *ret,
			 enum date_anchor *ret_anchor)
{
	if (from_text && edtf_is_set(s->reference)) {
		*ret = s->reference;
		*ret_anchor = DATE_ANCHOR_TEXT;
		return true;
	}
	if (from_text && !back)
		return false;
	*ret = s->base;
	*ret_anchor = s->base_anchor;
	return edtf_is_set(s->base);
}

static bool shifted(const struct scan *s, int n, enum unit unit, int direction, bool from_text, size_t first,
		    size_t past, struct point *ret)
{
	struct edtf from;
	enum date_anchor anchor;
	struct point p = {0};

	if (!counted_from(s, from_text, direction < 0, &from, &anchor))
		return false;
	if (unit == UNIT_HALF) {
		unit = UNIT_MONTH;
		n *= 6;
	}
	p.date = date_unit_of(from, unit, direction * n, &p);
	return date_give(ret, p, first, past, anchor, direction < 0 ? RULE_AGO : RULE_LATER);
}

/* "three years ago", "a year earlier", "год назад", "годом ранее", "год спустя". */
static bool quantity_ago(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int n = 1;

	if (tok_unit(s, j, FORM_ONE) && tok(s, j)->value == UNIT_HALF && tok(s, j)->script == SCRIPT_LATIN &&
	    tok(s, j + 1)->class == W_CARDINAL && tok_is(tok(s, j + 2), W_UNIT, UNIT_YEAR) &&
	    tok_is(tok(s, j + 3), W_AGO, -1))
		return shifted(s, 6, UNIT_MONTH, -1, false, i, j + 4, ret); /* "half a year ago" */
	if (tok(s, j)->class == W_UNIT ? !(tok(s, j)->aux & UNIT_ALONE) : !date_quantity(s, &j, &n))
		return false;
	const struct token *u = tok(s, j);
	if (u->class != W_UNIT || u->script == SCRIPT_HAN || tok_form(u) == FORM_ABBREVIATION)
		return false;
	size_t k = j + 1;
	if (tok(s, k)->class == W_ANAPHOR && tok(s, k)->script == SCRIPT_CYRILLIC) /* "тому назад" */
		k++;
	const struct token *way = tok(s, k);
	if (tok_is(way, W_BOUND, BOUND_FROM) && tok(s, k + 1)->class == W_OTHER &&
	    span_eq_str(span_sub(s->text, tok(s, k + 1)->start, tok(s, k + 1)->end), "now"))
		return shifted(s, n, (enum unit)u->value, 1, false, i, k + 2, ret);
	if (way->class != W_AGO)
		return false;
	return shifted(s, n, (enum unit)u->value, way->value < 0 ? -1 : 1, way->value == 2 || way->value == -2, i,
		       k + 1, ret);
}

/* "через два года", "спустя год", "in two weeks". */
static bool lead_quantity(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	size_t j = i + 1;
	int n = 1;
	bool in = tok_is(t, W_BIND, BIND_IN) && t->script == SCRIPT_LATIN;

	if (!in && t->class != W_LEAD && !tok_is(t, W_AGO, 2))
		return false;
	if (!in && t->script != SCRIPT_CYRILLIC)
		return false;
	if (tok(s, j)->class == W_UNIT ? in : !date_quantity(s, &j, &n))
		return false;
	const struct token *u = tok(s, j);
	if (u->class != W_UNIT || u->script == SCRIPT_HAN || u->value == UNIT_CENTURY ||
	    tok_form(u) == FORM_ABBREVIATION)
		return false;
	int tense = date_tense(s, i, j + 1);
	if (in) {
		/* "in two weeks" is a date only when it lies ahead; else it is a duration */
		if (tense <= 0 || u->value == UNIT_DECADE)
			return false;
		return shifted(s, n, (enum unit)u->value, 1, false, i, j + 1, ret);
	}
	if (tok(s, j + 1)->class == W_BOUND && tok(s, j + 1)->value == BOUND_AFTER)
		return false; /* "через год после саммита": only a pack knows */
	return shifted(s, n, (enum unit)u->value, 1, t->class == W_AGO || tense < 0, i, j + 1, ret);
}

/* "on Thursday", "last Friday", "в прошлый вторник"; the week is found later, by tense. */
static bool weekday(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	struct point p = {.first = i, .rule = RULE_WEEKDAY, .missing = MISSING_WEEK};

	if (tok(s, j)->class == W_DEICTIC) {
		p.direction = (int8_t)(tok(s, j)->value == 0 ? 2 : tok(s, j)->value);
		j++;
	}
	const struct token *t = tok(s, j);
	if (t->class != W_WEEKDAY || (t->script == SCRIPT_LATIN && !(t->flags & TOKEN_CAPITAL)))
		return false;
	if (t->aux == AUX_SHORT || tok_before(s, i)->class == W_EVERY || tok_before(s, i)->class == W_NOT_BEFORE)
		return false;
	/* "Sunday Times", "Friday Prayer": a name goes on in capitals */
	const struct token *after = tok(s, j + 1);
	if (t->script == SCRIPT_LATIN && after->class != W_MONTH && after->script == SCRIPT_LATIN &&
	    after->flags & TOKEN_CAPITAL && !date_sentence_break(s, j) && p.direction == 0 &&
	    !tok_is(tok_before(s, i), W_BIND, BIND_ON) && tok_is(tok_before(s, i), W_BIND, BIND_THE))
		return false;
	p.weekday = (uint8_t)t->value;
	p.date.grain = EDTF_GRAIN_DAY;
	p.past = j + 1;
	*ret = p;
	return true;
}

/* "накануне саммита" is the eve of what follows; alone it is yesterday. */
static bool eve_of_something(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i), *after = tok(s, i + 1);
	struct span word = span_sub(s->text, t->start, t->end);

	return (span_eq_str(word, "накануне") || span_eq_str(word, "Накануне")) && after->script == SCRIPT_CYRILLIC &&
	       after->class != W_TENSE && after->class != W_BIND && after->class != W_FOR &&
	       !(after->flags & TOKEN_CAPITAL);
}

static bool today(const struct scan *s, size_t i, struct point *ret)
{
	struct point p = {0};

	if (tok_before(s, i)->class == W_DASH && tok_glued(tok(s, i)))
		return false;
	if (eve_of_something(s, i))
		return false;
	p.date = date_unit_of(s->base, UNIT_DAY, tok(s, i)->value, &p);
	if (tok(s, i)->script == SCRIPT_HAN)
		return date_han_today(s, i) > i &&
		       date_give(ret, p, i, date_han_today(s, i), s->base_anchor, RULE_TODAY);
	/* "со вчерашнего дня" */
	bool day = tok(s, i)->aux == AUX_ADJECTIVE && tok_is(tok(s, i + 1), W_UNIT, UNIT_DAY) &&
		   tok_form(tok(s, i + 1)) == FORM_ONE;
	return date_give(ret, p, i, i + 1 + day, s->base_anchor, RULE_TODAY);
}

/* "day after tomorrow", "day before yesterday" */
static bool day_beyond(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *way = tok(s, i + 1), *day = tok(s, i + 2);
	struct point p = {0};

	if (!tok_is(tok(s, i), W_UNIT, UNIT_DAY) || way->class != W_BOUND || day->class != W_DAY ||
	    !(way->value == BOUND_AFTER ? day->value == 1 : way->value == BOUND_BEFORE && day->value == -1))
		return false;
	p.date = date_unit_of(s->base, UNIT_DAY, 2 * day->value, &p);
	return date_give(ret, p, i, i + 3, s->base_anchor, RULE_TODAY);
}

bool date_relative(const struct scan *s, size_t i, struct point *ret)
{
	switch (tok(s, i)->class) {
	case W_DEICTIC:
		if (weekday(s, i, ret) || date_season(s, i, ret))
			return true;
		if (tok(s, i + 1)->class == W_MONTH && tok(s, i)->value >= -1) {
			size_t first = i;
			int direction = tok(s, i)->value;
			struct point p;
			if (!date_calendar(s, i + 1, &p) || p.missing != MISSING_YEAR)
				return false;
			p.first = first;
			p.direction = (int8_t)(direction == 0 ? 2 : direction);
			*ret = p;
			return true;
		}
		return date_deictic_unit(s, i, ret);
	case W_ANAPHOR:
		return date_deictic_unit(s, i, ret);
	case W_UNIT:
		if (day_beyond(s, i, ret))
			return true;
		return tok(s, i)->script != SCRIPT_HAN && quantity_ago(s, i, ret);
	case W_CARDINAL:
		return tok(s, i)->script != SCRIPT_HAN && quantity_ago(s, i, ret);
	case W_NUMBER:
		return quantity_ago(s, i, ret) || date_period_of_year(s, i, ret);
	case W_LEAD:
	case W_BIND:
		return lead_quantity(s, i, ret);
	case W_AGO:
		return lead_quantity(s, i, ret) || date_part_of(s, i, ret);
	case W_PART:
		return tok(s, i)->script != SCRIPT_HAN && date_part_of(s, i, ret);
	case W_ORDINAL:
		return date_period_of_year(s, i, ret);
	case W_SEASON:
		return tok(s, i)->script != SCRIPT_HAN && date_season(s, i, ret);
	case W_WEEKDAY:
		return tok(s, i)->script != SCRIPT_HAN && weekday(s, i, ret);
	case W_DAY:
		return today(s, i, ret);
	case W_PERIOD:
		return date_period_code(s, i, ret);
	default:
		return false;
	}
}
