/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of the calendar in English and Russian: numeric forms, day month year in either order, month year, year. */
#include "core/date/scan.h"

#define SHORT_YEAR_MAX 60 /* "24" is 2024, "99" is 1999 */
#define LIST_WINDOW 10	  /* tokens of a list of months or days that has its year at the end */

/* One or two digits that are part of a numeric date. */
static bool short_number(const struct token *t, int max)
{
	return t->class == W_NUMBER && t->aux >= 1 && t->aux <= 2 && t->value >= 1 && t->value <= max &&
	       !(t->flags & (TOKEN_GLUED | TOKEN_GROUPED | TOKEN_ORDINAL | TOKEN_DECADE | TOKEN_HAN));
}

/* A separator of numeric dates with no space on either side: '.', '/' or '-'; 0 when there is none. */
static int separator(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i);

	if ((t->class != W_PUNCT && t->class != W_DASH) || !tok_glued(t) || !tok_glued(tok(s, i + 1)))
		return 0;
	return t->value == '.' || t->value == '/' || t->value == '-' ? t->value : 0;
}

/* Digits, dots or dashes that go on: then this was a telephone number, a version or an amount. */
static bool number_goes_on(const struct scan *s, size_t first, size_t past)
{
	const struct token *before = tok_before(s, first), *after = tok(s, past);

	if (after->class != W_END && tok_glued(after) &&
	    (after->class == W_NUMBER || after->class == W_DASH || tok_punct(after, '/') || tok_punct(after, '.')) &&
	    tok(s, past + 1)->class == W_NUMBER && tok_glued(tok(s, past + 1)))
		return true;
	if (before->class == W_NUMBER || tok_punct(before, '+') || tok_punct(before, '$') || tok_punct(before, '/') ||
	    tok_punct(before, 0x20ac) || tok_punct(before, 0xa3))
		return true;
	return before->class != W_END && tok_glued(tok(s, first)) &&
	       (before->class == W_DASH || tok_punct(before, '.')) && first >= 2 &&
	       tok(s, first - 2)->class == W_NUMBER;
}

static bool give_day(struct point *ret, int year, int month, int day, size_t first, size_t past, enum rule rule)
{
	if (!edtf_date_exists(year, month, day))
		return false;
	*ret = (struct point){
		.date = {.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day, .grain = EDTF_GRAIN_DAY},
		.rule = (uint8_t)rule,
		.first = first,
		.past = past};
	return true;
}

/* 2024-07-04, 2024/7/4, 04.07.2024, 7/4/2024: the order of day and month by the language unless only one is possible.
 */
bool date_numeric(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *a = tok(s, i), *b = tok(s, i + 2), *c = tok(s, i + 4);
	int sep = separator(s, i + 1);

	if (!sep || tok_before(s, i)->class == W_NUMBERED || separator(s, i + 3) != sep || number_goes_on(s, i, i + 5))
		return false;
	if (tok_year(a) && !(a->flags & TOKEN_HAN) && short_number(b, 12) && c->class == W_NUMBER) {
		/* "2024-07-04T10:00:00Z": the time stands glued behind the day */
		if (c->aux > 2 || c->value < 1 || c->value > 31)
			return false;
		return give_day(ret, a->value, b->value, c->value, i, i + 5, RULE_NUMERIC);
	}
	if (sep == '.' && a->aux == 2 && b->aux == 2 && short_number(c, 99) && c->aux == 2 && b->value <= 12 &&
	    a->value <= 31 && tok(s, i + 5)->class != W_COUNTED) /* 04.07.24 */
		return short_number(a, 31) && short_number(b, 12) &&
		       give_day(ret, c->value <= SHORT_YEAR_MAX ? 2000 + c->value : 1900 + c->value, b->value, a->value,
				i, i + 5, RULE_NUMERIC);
	if (!tok_year(c) || !short_number(a, 31) || !short_number(b, 31))
		return false;
	bool day_first = sep == '.' || s->language != LANGUAGE_EN;
	if (a->value > 12)
		day_first = true;
	else if (b->value > 12)
		day_first = false;
	return give_day(ret, c->value, day_first ? b->value : a->value, day_first ? a->value : b->value, i, i + 5,
			RULE_NUMERIC);
}

/* "Саммит", "встреча", "заседание": what the adjective of a month dates. */
static bool meeting_at(const struct scan *s, size_t i)
{
	static const char *const stems[] = {"саммит", "встреч", "заседани", "сесси", "форум"};
	struct span word = span_sub(s->text, tok(s, i)->start, tok(s, i)->end);

	for (size_t k = 0; k < ARRAY_SIZE(stems); k++)
		if (span_starts(word, span_str(stems[k])))
			return true;
	return false;
}

static bool month_at(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i);

	if (t->class == W_MONTH && t->aux == AUX_MEETING && !meeting_at(s, i + 1))
		return false;
	return t->class == W_MONTH && (t->script != SCRIPT_LATIN || t->flags & TOKEN_CAPITAL);
}

/* The token past a month's abbreviation point. */
static size_t past_month(const struct scan *s, size_t i)
{
	bool point = tok(s, i)->aux == AUX_SHORT && tok_punct(tok(s, i + 1), '.') && tok_glued(tok(s, i + 1));

	return i + 1 + point;
}

/* Past "года", "г." behind a year. */
static size_t past_year_word(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i);

	if (!tok_is(t, W_UNIT, UNIT_YEAR) || t->script != SCRIPT_CYRILLIC)
		return i;
	if (tok_form(t) != FORM_ABBREVIATION)
		return i + 1;
	return i + 1 + (tok_punct(tok(s, i + 1), '.') && tok_glued(tok(s, i + 1)));
}

/* The year of a day or month that ends before token i: "2024", ", 2024", "of 2024", "2024 года", "last year",
 * "прошлого года", "с. г.". */
static size_t year_behind(const struct scan *s, size_t i, struct point *p)
{
	size_t j = i;
	struct edtf year;
	enum date_anchor anchor;

	if (tok_punct(tok(s, j), ',') && tok(s, i)->script != SCRIPT_HAN)
		j++;
	else if (tok_is(tok(s, j), W_BIND, BIND_OF))
		j++;
	if (tok_is(tok(s, j), W_BIND, BIND_THE))
		j++;
	if (tok_year(tok(s, j)) && !(tok(s, j)->flags & TOKEN_HAN) &&
	    (j == i || tok(s, j)->script != SCRIPT_CYRILLIC)) {
		/* "May 5, 2000 people": only a comma and a count together are doubtful */
		if (j > i && tok(s, j + 1)->class == W_COUNTED)
			return i;
		p->date.year = (int16_t)tok(s, j)->value;
		p->missing = MISSING_NONE;
		return past_year_word(s, j + 1);
	}
	j = i;
	if (tok_punct(tok(s, j), ','))
		j++;
	if (date_year_phrase(s, &j, &year, &anchor)) {
		p->date.year = year.year;
		p->missing = MISSING_NONE;
		p->anchor = anchor;
		return j;
	}
	return i;
}

/* "March, April and May 2023", "3 июня и 7 июля 2017 года": the year at the end of a list that goes on at token i; 0
 * where the list has none. */
static int year_ahead(const struct scan *s, size_t i)
{
	bool month = false, joined = false;

	for (size_t k = i; k < i + LIST_WINDOW; k++) {
		const struct token *t = tok(s, k);
		if (tok_year(t))
			return month && (tok(s, k - 1)->class == W_MONTH || tok(s, k - 2)->class == W_MONTH) ? t->value
													     : 0;
		if (t->class == W_MONTH)
			month = true;
		else if (t->class == W_AND || tok_punct(t, ','))
			joined = true;
		else if (!tok_day(t) || !joined)
			return 0;
		if (!joined)
			return 0;
	}
	return 0;
}

static bool finish(const struct scan *s, struct point *p, size_t i, struct point *ret)
{
	bool day = p->date.grain == EDTF_GRAIN_DAY;

	p->missing = MISSING_YEAR;
	p->past = year_behind(s, i, p);
	int year = p->missing == MISSING_YEAR ? year_ahead(s, i) : 0;
	if (year) {
		p->date.year = (int16_t)year;
		p->missing = MISSING_NONE;
	}
	if (day && p->missing == MISSING_NONE && !edtf_date_exists(p->date.year, p->date.month, p->date.day))
		return false;
	p->rule = p->missing == MISSING_NONE ? (day ? RULE_DAY : RULE_MONTH_YEAR) : (day ? RULE_MONTH_DAY : RULE_MONTH);
	*ret = *p;
	return true;
}

/* Not a day: "May 5:30", "March 3.5%", "July 10-year", "June 5 people". */
static bool day_spoilt(const struct scan *s, size_t i)
{
	const struct token *after = tok(s, i + 1), *next = tok(s, i + 2);

	if ((tok_punct(after, ':') || tok_punct(after, '.') || tok_punct(after, ',')) && tok_glued(after) &&
	    next->class == W_NUMBER && tok_glued(next) && !tok_year(next))
		return true;
	if (after->class == W_DASH && tok_glued(after) && tok_glued(next) && next->class == W_UNIT)
		return true;
	return tok_punct(after, '%') || (after->class == W_COUNTED && after->script == SCRIPT_LATIN);
}

/* May a month stand alone here? Names and verbs ("May", "March", "June") need a preposition. */
static bool month_alone(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i), *before = tok_before(s, i);

	if (before->class == W_EVERY || before->class == W_NOT_BEFORE || tok(s, i + 1)->class == W_EVERY)
		return false;
	if (i >= 2 && (before->class == W_AND || tok_punct(before, ',')) && tok(s, i - 2)->class == W_MONTH)
		return true;
	if (t->aux == AUX_SHORT)
		return false;
	if (t->script == SCRIPT_CYRILLIC) {
		if (t->flags & TOKEN_CAPITAL && tok(s, i + 1)->flags & TOKEN_CAPITAL)
			return false; /* "Август Петров" */
		/* a bare genitive belongs to something: "с июля", "начале июля" */
		return t->aux != AUX_GENITIVE || before->class == W_BOUND || before->class == W_PART ||
		       before->class == W_BIND || before->class == W_DASH || before->class == W_UNIT;
	}
	if (t->aux != AUX_NAME)
		return true;
	return before->class == W_BIND || before->class == W_BOUND || before->class == W_DEICTIC ||
	       before->class == W_PART || before->class == W_DASH;
}

static bool month_first(const struct scan *s, size_t i, struct point *ret)
{
	struct point p = {.first = i};
	size_t j = past_month(s, i);
	const struct token *day = tok(s, j);

	p.date = (struct edtf){.month = (uint8_t)tok(s, i)->value, .grain = EDTF_GRAIN_MONTH};
	if (tok(s, i)->script == SCRIPT_LATIN && tok_day(day) && !day_spoilt(s, j) &&
	    day->value <= edtf_days_in_month(2024, p.date.month)) {
		p.date.day = (uint8_t)day->value;
		p.date.grain = EDTF_GRAIN_DAY;
		return finish(s, &p, j + 1, ret);
	}
	if (!finish(s, &p, j, &p))
		return false;
	if (p.missing == MISSING_YEAR && !month_alone(s, i))
		return false;
	*ret = p;
	return true;
}

/* "девятого мая", "двадцать первого июня" */
static bool day_in_words(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int day = 0;

	if (tok(s, j)->class == W_CARDINAL && (tok(s, j)->value == 20 || tok(s, j)->value == 30))
		day = tok(s, j++)->value;
	const struct token *t = tok(s, j), *month = tok(s, j + 1);
	if (t->class != W_ORDINAL || (day && t->value > 9) || month->class != W_MONTH || month->aux != AUX_GENITIVE ||
	    day + t->value > edtf_days_in_month(2024, month->value))
		return false;
	struct point p = {
		.first = i,
		.date = {.month = (uint8_t)month->value, .day = (uint8_t)(day + t->value), .grain = EDTF_GRAIN_DAY}};
	return finish(s, &p, j + 2, ret);
}

/* "the first of September", "the twenty-first of June 2024" */
static bool day_in_ordinals(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int day = 0;

	if (tok(s, j)->class == W_CARDINAL && (tok(s, j)->value == 20 || tok(s, j)->value == 30) &&
	    tok(s, j + 1)->class == W_DASH) {
		day = tok(s, j)->value;
		j += 2;
	}
	const struct token *t = tok(s, j++);
	if (tok_is(tok(s, j), W_UNIT, UNIT_DAY)) /* "the first day of January" */
		j++;
	if (t->class != W_ORDINAL || t->aux || (day && t->value > 9) || !tok_is(tok(s, j), W_BIND, BIND_OF) ||
	    !month_at(s, j + 1) || day + t->value > edtf_days_in_month(2024, tok(s, j + 1)->value))
		return false;
	struct point p = {.first = i,
			  .date = {.month = (uint8_t)tok(s, j + 1)->value,
				   .day = (uint8_t)(day + t->value),
				   .grain = EDTF_GRAIN_DAY}};
	return finish(s, &p, past_month(s, j + 1), ret);
}

/* "4 July 2024", "4th of July", "4 июля 2024 года". */
static bool day_first(const struct scan *s, size_t i, struct point *ret)
{
	struct point p = {.first = i};
	size_t j = i + 1;

	if (tok(s, i)->script == SCRIPT_CYRILLIC)
		return day_in_words(s, i, ret);
	if (tok(s, i)->script == SCRIPT_LATIN && tok(s, i)->class != W_NUMBER)
		return day_in_ordinals(s, i, ret);
	if (!tok_day(tok(s, i)) || tok_before(s, i)->class == W_EVERY)
		return false;
	if (tok(s, i)->flags & TOKEN_ORDINAL && tok_is(tok(s, j), W_BIND, BIND_OF))
		j++;
	if (tok(s, j)->class == W_DASH && tok_glued(tok(s, j)) && tok_glued(tok(s, j + 1)) && j == i + 1 &&
	    tok(s, j + 2)->class == W_DASH)
		j++; /* 04-Jul-2024 */
	if (!month_at(s, j) || tok(s, i)->value > edtf_days_in_month(2024, tok(s, j)->value))
		return false;
	if (tok(s, j)->script == SCRIPT_CYRILLIC && tok(s, j)->aux != AUX_GENITIVE && tok(s, j)->aux != AUX_SHORT)
		return false;
	p.date = (struct edtf){
		.month = (uint8_t)tok(s, j)->value, .day = (uint8_t)tok(s, i)->value, .grain = EDTF_GRAIN_DAY};
	size_t past = past_month(s, j);
	if (j == i + 2 && tok(s, i + 1)->class == W_DASH && tok_year(tok(s, past + 1)))
		past++;
	return finish(s, &p, past, ret);
}

/* "Thursday, July 4", "Thursday (July 4)", "четверг, 4 июля": the day of the week adds nothing. */
static bool weekday_date(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i + 1;

	if (tok(s, i)->aux == AUX_SHORT && tok_punct(tok(s, j), '.'))
		j++;
	bool bracket = tok_punct(tok(s, j), '(');
	if (bracket || tok_punct(tok(s, j), ','))
		j++;
	if (tok_is(tok(s, j), W_BIND, BIND_THE))
		j++;
	struct point p;
	if (!(month_at(s, j) ? month_first(s, j, &p) : day_first(s, j, &p)) || p.date.grain != EDTF_GRAIN_DAY)
		return false;
	if (bracket && !tok_punct(tok(s, p.past++), ')'))
		return false;
	p.first = i;
	*ret = p;
	return true;
}

bool date_calendar(const struct scan *s, size_t i, struct point *ret)
{
	switch (tok(s, i)->class) {
	case W_MONTH:
		return month_at(s, i) && month_first(s, i, ret);
	case W_NUMBER:
	case W_ORDINAL:
	case W_CARDINAL:
		return day_first(s, i, ret);
	case W_WEEKDAY:
		return tok(s, i)->script != SCRIPT_HAN && weekday_date(s, i, ret);
	default:
		return false;
	}
}

/* A separator and a number glued to it, on the right of token i. */
static bool number_joined(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i + 1);

	return (t->class == W_DASH || tok_punct(t, '/') || tok_punct(t, '.')) && tok_glued(t) &&
	       tok(s, i + 2)->class == W_NUMBER && tok_glued(tok(s, i + 2));
}

/* A year may be joined to one more year or its last two digits ("2023-2024", "2023/24"); anything else that digits are
 * joined to is a telephone number, a code or an amount. */
static bool year_in_a_number(const struct scan *s, size_t i)
{
	const struct token *before = tok_before(s, i);

	if (before->class == W_NUMBER || (tok_glued(tok(s, i)) && (tok_punct(before, '+') || tok_punct(before, '.'))))
		return true;
	if (i >= 2 && tok(s, i - 2)->class == W_NUMBER && number_joined(s, i - 2))
		return !tok_year(tok(s, i - 2)) || tok_punct(before, '.') || (i >= 4 && number_joined(s, i - 4)) ||
		       number_joined(s, i);
	if (!number_joined(s, i))
		return false;
	const struct token *other = tok(s, i + 2);
	return (other->aux != 2 && !tok_year(other)) || tok_punct(tok(s, i + 1), '.') || number_joined(s, i + 2);
}

/* "2024", "2024 году", "1990s", "90-х годах". */
bool date_bare_year(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i), *after = tok(s, i + 1);
	struct point p = {.first = i, .past = i + 1, .rule = RULE_YEAR};

	if (t->class != W_NUMBER)
		return false;
	if (t->flags & TOKEN_DECADE) {
		int year = t->aux == 4 ? t->value : t->aux == 2 && t->value >= 20 ? 1900 + t->value : 0;
		if (year < YEAR_MIN || year > YEAR_MAX || year % 10)
			return false;
		if (t->aux == 2 && !(tok_is(tok(s, i + 1), W_UNIT, UNIT_YEAR)))
			return false;
		p.date = (struct edtf){.year = (int16_t)year, .grain = EDTF_GRAIN_DECADE};
		p.rule = RULE_DECADE;
		p.past = past_year_word(s, i + 1);
		*ret = p;
		return true;
	}
	bool list = (after->class == W_AND || tok_punct(after, 0x3001)) && tok_year(tok(s, i + 2)) &&
		    tok(s, i + 3)->script == SCRIPT_HAN && tok_is(tok(s, i + 3), W_UNIT, UNIT_YEAR);
	if (tok_year(t) && list) { /* 2025和2026年 */
		p.date = (struct edtf){.year = (int16_t)t->value, .grain = EDTF_GRAIN_YEAR};
		*ret = p;
		return true;
	}
	if (after->script == SCRIPT_HAN)
		return false; /* Chinese writes 年, and what has it was refused there: 2000多年 */
	if (!tok_year(t) || t->flags & TOKEN_HAN || year_in_a_number(s, i) || !date_year_allowed(s, i))
		return false;
	p.date = (struct edtf){.year = (int16_t)t->value, .grain = EDTF_GRAIN_YEAR};
	p.past = past_year_word(s, i + 1);
	*ret = p;
	return true;
}
