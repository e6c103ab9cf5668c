/* SPDX-License-Identifier: Apache-2.0 */
/* From what the words say to days: offsets from the anchor, the year of a date without one, the bounds of parts. */
#include "core/date/scan.h"
#include <stdlib.h>

#define DONE_REACH 2	/* tokens from 已 to the date that it is told of */
#define TENSE_WINDOW 22 /* tokens to either side that may hold the verb */
#define SPEECH_WINDOW 3 /* "said on Thursday": the verb of speech dates the saying, not what is said */
/* How far on the wrong side of the anchor the nearest candidate may lie before the tense overrules it, in days. */
#define SLACK_PAST 60
#define SLACK_FUTURE 20
#define THIS_WEEK 2   /* direction of "this Friday" */
#define TENSE_OVER -2 /* behind "since": not after the anchor */

static bool within_years(edtf_day d)
{
	return d >= EDTF_DAY_MIN && d <= EDTF_DAY_MAX;
}

/* The week of a day is told as the month of its Thursday (the ISO week's own), its days kept in lo and hi. */
static struct edtf week_of(edtf_day day, struct point *p)
{
	edtf_day monday = day - edtf_weekday(day);

	if (!within_years(monday) || !within_years(monday + 6))
		return (struct edtf){0};
	if (p) {
		p->week = true;
		p->lo = monday;
		p->hi = monday + 6;
	}
	return edtf_coarsen(edtf_from_day(monday + 3), EDTF_GRAIN_MONTH);
}

/* The unit that lies `offset` units from the one that holds `base`; EDTF_NONE where base is too coarse to tell. */
struct edtf date_unit_of(struct edtf base, enum unit unit, int offset, struct point *p)
{
	struct edtf d = {0};

	if (!edtf_is_set(base) || offset > 2000 || offset < -2000)
		return d;
	base.qualifier = EDTF_EXACT;
	switch (unit) {
	case UNIT_DAY:
		return base.grain == EDTF_GRAIN_DAY ? edtf_from_day(edtf_lo(base) + offset) : d;
	case UNIT_WEEK:
		return base.grain == EDTF_GRAIN_DAY ? week_of(edtf_lo(base) + 7 * offset, p) : d;
	case UNIT_MONTH:
		if (base.grain > EDTF_GRAIN_MONTH)
			return d;
		return edtf_add_months(edtf_coarsen(base, EDTF_GRAIN_MONTH), offset);
	case UNIT_QUARTER:
	case UNIT_HALF: {
		int n = unit == UNIT_QUARTER ? 3 : 6;
		if (base.grain > EDTF_GRAIN_MONTH)
			return d;
		d = edtf_add_months(edtf_coarsen(base, EDTF_GRAIN_MONTH), n * offset);
		if (p && edtf_is_set(d))
			p->part = (uint8_t)((n == 3 ? PART_Q1 : PART_HALF1) + (d.month - 1) / n);
		return edtf_coarsen(d, EDTF_GRAIN_YEAR);
	}
	case UNIT_YEAR:
		if (base.grain > EDTF_GRAIN_YEAR)
			return d;
		return edtf_add_years(edtf_coarsen(base, EDTF_GRAIN_YEAR), offset);
	case UNIT_DECADE:
		return edtf_add_years(edtf_coarsen(base, EDTF_GRAIN_DECADE), 10 * offset);
	default:
		return d;
	}
}

bool date_sentence_break(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i), *before = tok_before(s, i), *after = tok(s, i + 1);

	if (t->class == W_END)
		return true;
	if (t->class != W_PUNCT)
		return false;
	if (t->value == '!' || t->value == '?' || t->value == ';' || t->value == 0xff1b || t->value == 0x3002 ||
	    t->value == 0xff01 || t->value == 0xff1f)
		return true;
	if (t->value != '.' || (after->class != W_END && tok_glued(after)))
		return false;
	if (before->class == W_MONTH && before->aux == AUX_SHORT)
		return false;
	if (tok_is(before, W_UNIT, UNIT_YEAR) && tok_form(before) == FORM_ABBREVIATION)
		return after->class == W_END || after->flags & TOKEN_CAPITAL;
	if (before->class == W_OTHER && before->end - before->start <= 2) /* an initial */
		return false;
	return after->class == W_END || after->flags & TOKEN_CAPITAL || after->class == W_NUMBER ||
	       after->class == W_PUNCT;
}

/* "will be held": the participle at token i belongs to an auxiliary shortly before it. */
static int tense_of_verb(const struct scan *s, size_t i)
{
	if (tok(s, i)->value < 0 && tok(s, i)->aux != AUX_PARTICIPLE)
		for (size_t k = 1; k <= 3 && k <= i; k++)
			if (tok_is(tok(s, i - k), W_TENSE, 1))
				return 1;
	return tok(s, i)->value < 0 ? -1 : 1;
}

/* Where no verb is known, one that looks like the past (Russian: the verb of what is said may look so too). */
static int tense_by_ending(const struct scan *s, size_t first, size_t past)
{
	for (size_t k = 0, i = first; k < TENSE_WINDOW && i > 0 && !date_sentence_break(s, i - 1); k++)
		if (tok_is(tok(s, --i), W_TENSE, TENSE_LOOKS))
			return -1;
	for (size_t k = 0, i = past; k < TENSE_WINDOW && !date_sentence_break(s, i); k++, i++)
		if (tok_is(tok(s, i), W_TENSE, TENSE_LOOKS))
			return -1;
	return 0;
}

/* The comma of Chinese, behind which a new predicate begins; that right behind a date ends only the date. */
static bool is_comma_of_han(const struct scan *s, size_t i)
{
	return tok_punct(tok(s, i), 0xff0c) ||
	       (tok_punct(tok(s, i), ',') && i > 0 && tok(s, i - 1)->script == SCRIPT_HAN);
}

/* 已于7月4日: what is told so is over, however near the day would be next year. */
static bool is_done(const struct scan *s, size_t first)
{
	for (size_t k = 1; k <= DONE_REACH && k <= first; k++) {
		const struct token *t = tok(s, first - k);

		if (t->script == SCRIPT_HAN && tok_is(t, W_TENSE, -1) &&
		    (date_han_begins(s, first - k, "已") || date_han_begins(s, first - k, "曾")))
			return true;
	}
	return false;
}

/* By a verb that is known. */
static int tense_by_verb(const struct scan *s, size_t first, size_t past)
{
	for (size_t k = 0, i = first; k < TENSE_WINDOW && i > 0; k++) {
		const struct token *t = tok(s, --i);
		bool far = k >= SPEECH_WINDOW && (t->value == TENSE_SPEECH || t->aux == AUX_PARTICIPLE);
		if (t->class == W_TENSE && t->value == -1 && i + 2 == first && t->script == SCRIPT_CYRILLIC &&
		    tok(s, i + 1)->class == W_FOR)
			return 1; /* "назначен на 16 сентября" */
		if (t->class == W_TENSE && t->value != TENSE_LOOKS && !far)
			return tense_of_verb(s, i);
		if (date_sentence_break(s, i))
			break;
	}
	for (size_t k = 0, i = past; k < TENSE_WINDOW; k++, i++) {
		const struct token *t = tok(s, i);
		if (t->class == W_TENSE && t->value != TENSE_SPEECH && t->value != TENSE_LOOKS &&
		    (t->aux != AUX_PARTICIPLE || k < SPEECH_WINDOW))
			return tense_of_verb(s, i);
		if (date_sentence_break(s, i) || (k > 0 && is_comma_of_han(s, i)))
			break;
	}
	return 0;
}

int date_tense(const struct scan *s, size_t first, size_t past)
{
	int tense = tense_by_verb(s, first, past);

	return tense ? tense : tense_by_ending(s, first, past);
}

/* A date with a year of its own shortly before in the sentence gives its year: "In 2017, ... on June 9"; not to what is
 * still to come: "applied in 2017 and will join on June 9". */
static bool year_from_sentence(const struct scan *s, const struct point *p, int tense, int *ret)
{
	size_t near = s->year_date.grain == EDTF_GRAIN_YEAR ? 12 : 8;

	if (s->year_at >= p->first || p->first - s->year_at > near)
		return false;
	if (tense > 0 && edtf_is_set(s->base) && s->year_date.year < s->base.year)
		return false;
	for (size_t i = s->year_at; i < p->first; i++)
		if (date_sentence_break(s, i))
			return false;
	*ret = s->year_date.year;
	return true;
}

static int distance(edtf_day lo, edtf_day hi, edtf_day from) /* negative: before */
{
	return from < lo ? lo - from : from > hi ? hi - from : 0;
}

/* Does a candidate that lies `days` from the anchor suit the tense? */
static bool suits(int days, int tense)
{
	if (tense == TENSE_OVER)
		return days <= 0;
	return tense == 0 || (tense < 0 ? days <= SLACK_PAST : days >= -SLACK_FUTURE);
}

/* Chooses a year for a month, or a day of a month: the nearest that suits the tense. */
static bool choose_year(const struct scan *s, struct point *p, int tense)
{
	struct edtf best = {0};
	int best_cost = 0;
	edtf_day from = edtf_lo(s->base);

	if (s->base.grain == EDTF_GRAIN_YEAR || s->base.grain == EDTF_GRAIN_DECADE) {
		if (s->base.grain == EDTF_GRAIN_DECADE)
			return false;
		p->date.year = s->base.year;
		return p->date.grain != EDTF_GRAIN_DAY || edtf_date_exists(p->date.year, p->date.month, p->date.day);
	}
	for (int year = s->base.year - 4; year <= s->base.year + 4; year++) {
		struct edtf d = p->date;
		d.year = (int16_t)year;
		if (year < 1 || year > 9999 || (d.grain == EDTF_GRAIN_DAY && !edtf_date_exists(year, d.month, d.day)))
			continue;
		int days = distance(edtf_lo(d), edtf_hi(d), from);
		bool fits = p->direction == 2	 ? year == s->base.year
			    : p->direction == -1 ? days < 0
			    : p->direction == 1	 ? days > 0
						 : suits(days, tense);
		/* without a verb to tell, news looks back a little more often than ahead */
		int cost = days > 0 ? 5 * days : tense == 0 ? -4 * days : -5 * days;
		if (fits && (!edtf_is_set(best) || cost < best_cost)) {
			best = d;
			best_cost = cost;
		}
	}
	p->date = best;
	return edtf_is_set(best);
}

/* The day of a month known only by its number (Chinese "4日"): the nearest that suits the tense. */
static bool choose_month(const struct scan *s, struct point *p, int tense)
{
	struct edtf best = {0}, month = edtf_coarsen(s->base, EDTF_GRAIN_MONTH);
	int best_days = 0;

	if (s->base.grain != EDTF_GRAIN_DAY)
		return false;
	for (int k = -2; k <= 2; k++) {
		struct edtf d = edtf_add_months(month, k);
		if (!edtf_is_set(d) || !edtf_date_exists(d.year, d.month, p->date.day))
			continue;
		d.day = p->date.day;
		d.grain = EDTF_GRAIN_DAY;
		int days = edtf_lo(d) - edtf_lo(s->base);
		/* a bare day number in news is of this week or the last: a little bias to the past */
		int cost = days > 0 ? days * 2 : -days;
		if ((tense < 0 && days > 1) || (tense > 0 && days < -10))
			cost += 40;
		if (!edtf_is_set(best) || cost < best_days) {
			best = d;
			best_days = cost;
		}
	}
	p->date = best;
	return edtf_is_set(best);
}

/* A day of the week: "said on Thursday" is the last one or today, "will meet on Thursday" the next. */
static bool choose_week(const struct scan *s, struct point *p, int tense)
{
	if (s->base.grain != EDTF_GRAIN_DAY)
		return false;
	edtf_day base = edtf_lo(s->base);
	int back = (edtf_weekday(base) - p->weekday + 7) % 7; /* days since it was last that weekday */
	edtf_day day;

	if (p->direction == -1)
		day = base - (back ? back : 7);
	else if (p->direction == 1)
		day = base + 7 - back;
	else if (p->direction == THIS_WEEK && tense == 0)
		day = base - edtf_weekday(base) + p->weekday;
	else if (tense > 0 && back > 0)
		day = base + 7 - back;
	else if (tense == 0 && back >= 5)
		day = base + 7 - back;
	else
		day = base - back;
	p->date = edtf_from_day(day);
	return edtf_is_set(p->date);
}

/* First and last day of a part. */
static void part_bounds(struct point *p)
{
	static const struct {
		uint8_t from, to; /* months */
	} of_year[] = {[PART_EARLY] = {1, 4},  [PART_MID] = {5, 8},    [PART_LATE] = {9, 12},  [PART_HALF1] = {1, 6},
		       [PART_HALF2] = {7, 12}, [PART_Q1] = {1, 3},     [PART_Q2] = {4, 6},     [PART_Q3] = {7, 9},
		       [PART_Q4] = {10, 12},   [PART_SPRING] = {3, 5}, [PART_SUMMER] = {6, 8}, [PART_AUTUMN] = {9, 11},
		       [PART_WINTER] = {1, 12}}; /* a winter lies in two years, and texts name either */
	struct edtf d = p->date;

	p->lo = edtf_lo(d);
	p->hi = edtf_hi(d);
	if (d.grain == EDTF_GRAIN_YEAR && p->part) {
		p->lo = edtf_day_of(d.year, of_year[p->part].from, 1);
		p->hi = edtf_day_of(d.year, of_year[p->part].to, edtf_days_in_month(d.year, of_year[p->part].to));
	} else if (d.grain == EDTF_GRAIN_MONTH && p->part && p->part <= PART_LATE) {
		static const uint8_t first[] = {1, 11, 21};
		edtf_day month = p->lo;
		p->lo = month + first[p->part - PART_EARLY] - 1;
		if (p->part != PART_LATE)
			p->hi = month + first[p->part - PART_EARLY + 1] - 2;
	} else if (d.grain == EDTF_GRAIN_MONTH && (p->part == PART_HALF1 || p->part == PART_HALF2)) {
		if (p->part == PART_HALF1)
			p->hi = p->lo + 14;
		else
			p->lo += 15;
	} else if (d.grain == EDTF_GRAIN_DECADE && p->part && p->part <= PART_LATE) {
		static const uint8_t from[] = {0, 3, 7}, to[] = {3, 6, 9};
		p->lo = edtf_day_of(d.year + from[p->part - PART_EARLY], 1, 1);
		p->hi = edtf_day_of(d.year + to[p->part - PART_EARLY], 12, 31);
	}
}

bool date_complete(const struct scan *s, struct point *p)
{
	int year;

	if (p->missing != MISSING_NONE) {
		int tense =
			p->lean == LEAN_BACK || is_done(s, p->first) ? TENSE_OVER : tense_by_verb(s, p->first, p->past);
		/* "put off until Tuesday" looks ahead whatever the verb; "until May" may close a time long past */
		if (p->lean == LEAN_AHEAD && (tense == 0 || p->missing == MISSING_WEEK))
			tense = 1;
		/* "с января" with no verb on either side is a time that goes on */
		if (p->lean == LEAN_BACK_ELSE && tense == 0)
			tense = TENSE_OVER;
		if (tense == 0)
			tense = tense_by_ending(s, p->first, p->past);
		if (p->missing == MISSING_YEAR && p->direction == 0 && year_from_sentence(s, p, tense, &year)) {
			p->date.year = (int16_t)year;
			p->anchor = DATE_ANCHOR_TEXT;
			if (p->date.grain == EDTF_GRAIN_DAY &&
			    !edtf_date_exists(p->date.year, p->date.month, p->date.day))
				return false;
		} else {
			p->anchor = s->base_anchor;
			if (!edtf_is_set(s->base))
				return false;
			if (p->missing == MISSING_YEAR	  ? !choose_year(s, p, tense)
			    : p->missing == MISSING_MONTH ? !choose_month(s, p, tense)
							  : !choose_week(s, p, tense))
				return false;
		}
		p->missing = MISSING_NONE;
	}
	if (!edtf_is_set(p->date))
		return false;
	if (!p->week)
		part_bounds(p);
	if (p->part == PART_EARLY || p->part == PART_MID || p->part == PART_LATE)
		p->modifier = p->part == PART_EARLY ? DATE_EARLY : p->part == PART_MID ? DATE_MID : DATE_LATE;
	return true;
}
