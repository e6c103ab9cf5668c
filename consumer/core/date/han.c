/* SPDX-License-Identifier: Apache-2.0 */
/* Chinese dates: 2024年7月4日, 今年7月, 去年底, 4日, 上周四, 两年前, 上世纪90年代. */
#include "core/date/scan.h"

bool date_han_unit(const struct token *t, enum unit unit, enum number_form form)
{
	return t->class == W_UNIT && t->script == SCRIPT_HAN && t->value == (int)unit && t->aux == form;
}

bool date_han_begins(const struct scan *s, size_t i, const char *text)
{
	return span_starts(span_sub(s->text, tok(s, i)->start, tok(s, i)->end), span_str(text));
}

bool date_han_number(const struct token *t, int max)
{
	return t->class == W_NUMBER && t->value >= 1 && t->value <= max && t->aux <= 3 &&
	       !(t->flags & (TOKEN_GLUED | TOKEN_GROUPED | TOKEN_DECADE | TOKEN_ORDINAL));
}

/* （周四） or 星期四 behind a day says nothing new. */
size_t date_han_past_weekday(const struct scan *s, size_t i)
{
	bool open = tok_punct(tok(s, i), 0xff08) || tok_punct(tok(s, i), '(');

	if (tok(s, i + open)->class != W_WEEKDAY)
		return i;
	if (!open)
		return i + 1;
	return tok_punct(tok(s, i + 2), 0xff09) || tok_punct(tok(s, i + 2), ')') ? i + 3 : i;
}

/* 7月, 7月4日, 7月底 at token i, into p (whose year may be known). */
static bool month_tail(const struct scan *s, size_t i, struct point *p)
{
	const struct token *n = tok(s, i), *unit = tok(s, i + 1), *day = tok(s, i + 2);

	if (!date_han_number(n, 12))
		return false;
	if (unit->class == W_PART && date_han_begins(s, i + 1, "月")) { /* 月底 */
		p->part = (uint8_t)unit->value;
		p->past = i + 2;
	} else if (!date_han_unit(unit, UNIT_MONTH, FORM_ONE)) {
		return false;
	} else {
		p->past = i + 2;
	}
	p->date.month = (uint8_t)n->value;
	p->date.grain = EDTF_GRAIN_MONTH;
	/* 三月初一 is of another calendar, 2月30日 of none. */
	bool lunar = p->part == PART_EARLY && tok(s, p->past)->class == W_NUMBER && tok(s, p->past)->flags & TOKEN_HAN;
	bool no_day = day->class == W_NUMBER && day->value > edtf_days_in_month(2024, n->value) &&
		      date_han_unit(tok(s, i + 3), UNIT_DAY, FORM_ONE);
	if (lunar || no_day)
		return false;
	if (p->part)
		return true;
	if (date_han_number(day, edtf_days_in_month(2024, n->value)) && tok(s, i + 3)->class == W_UNIT &&
	    tok(s, i + 3)->value == UNIT_DAY && tok_form(tok(s, i + 3)) != FORM_MANY) {
		p->date.day = (uint8_t)day->value;
		p->date.grain = EDTF_GRAIN_DAY;
		p->past = date_han_past_weekday(s, i + 4);
	} else if (n->flags & day->flags & TOKEN_HAN && date_han_number(day, 31) && day->value > 10 &&
		   tok(s, i + 3)->class != W_UNIT) { /* 一月二十三 */
		p->date.day = (uint8_t)day->value;
		p->date.grain = EDTF_GRAIN_DAY;
		p->past = i + 3;
	} else if (day->class == W_PART && day->script == SCRIPT_HAN && day->value <= PART_LATE) {
		p->part = (uint8_t)day->value;
		p->past = i + 3;
	}
	return true;
}

/* What may follow a year: a month, a part, a season, a quarter. p->past is where the year ends. */
static void year_tail(const struct scan *s, struct point *p)
{
	size_t i = p->past;
	bool of = tok(s, i)->class == W_BIND && date_han_begins(s, i, "的");

	i += of;
	if (tok(s, i)->class == W_NUMBER && month_tail(s, i, p))
		return;
	if (tok(s, i)->class == W_HOLIDAY && tok(s, i)->script == SCRIPT_HAN) { /* 去年元旦 */
		p->date.month = (uint8_t)(tok(s, i)->value / 100);
		p->date.day = (uint8_t)(tok(s, i)->value % 100);
		p->date.grain = EDTF_GRAIN_DAY;
		p->past = i + 1;
		return;
	}
	const struct token *t = tok(s, i);
	if (t->class == W_SEASON && t->end - t->start == 3 && tok(s, i + 1)->script == SCRIPT_HAN)
		return; /* 今年的春耕 */
	if ((t->class == W_PART || t->class == W_SEASON) && t->script == SCRIPT_HAN && !date_han_begins(s, i, "月") &&
	    !date_han_begins(s, i, "上旬") && !date_han_begins(s, i, "中旬") && !date_han_begins(s, i, "下旬")) {
		p->part = (uint8_t)t->value;
		p->past = i + 1;
		return;
	}
	i += t->class == W_NUMBERED || (t->class == W_OTHER && date_han_begins(s, i, "第"));
	int q = tok(s, i)->class == W_NUMBER ? tok(s, i)->value : 0;
	if (i > p->past + of && date_han_begins(s, i - 1, "第") && tok(s, i - 1)->class == W_OTHER) {
		/* 第一 .. 第四 are single words */
		static const char *const ordinals[] = {"第一", "第二", "第三", "第四"};
		for (size_t k = 0; k < ARRAY_SIZE(ordinals); k++)
			if (date_han_begins(s, i - 1, ordinals[k]))
				q = (int)k + 1;
		i--;
	}
	if (q >= 1 && q <= 4 && tok(s, i + 1)->script == SCRIPT_HAN && tok_is(tok(s, i + 1), W_UNIT, UNIT_QUARTER)) {
		p->part = (uint8_t)(PART_Q1 + q - 1);
		p->past = i + 2;
	}
}

static enum rule rule_of(const struct point *p, bool with_year)
{
	if (p->part >= PART_SPRING)
		return RULE_SEASON;
	if (p->part)
		return RULE_PART;
	if (p->date.grain == EDTF_GRAIN_DAY)
		return with_year ? RULE_DAY : RULE_MONTH_DAY;
	if (p->date.grain == EDTF_GRAIN_MONTH)
		return with_year ? RULE_MONTH_YEAR : RULE_MONTH;
	return RULE_YEAR;
}

bool date_han_give(struct point *p, enum rule rule, struct point *ret)
{
	if (p->date.grain == EDTF_GRAIN_DAY && p->missing == MISSING_NONE &&
	    !edtf_date_exists(p->date.year, p->date.month, p->date.day))
		return false;
	p->rule = (uint8_t)rule;
	*ret = *p;
	return true;
}

/* 至2035年发展战略, 2030年可持续发展议程: a year ahead that is part of a programme's name. */
static bool in_programme_name(const struct scan *s, size_t i)
{
	if (!tok_year(tok(s, i)) || (edtf_is_set(s->base) && tok(s, i)->value <= s->base.year))
		return false;
	for (size_t k = i + 2; k < i + 10 && tok(s, k)->script == SCRIPT_HAN; k++) {
		if (tok(s, k)->class == W_PROGRAMME)
			return true;
		if (tok(s, k)->class != W_OTHER)
			return false;
	}
	return false;
}

/* 民国113年 counts from 1911; 两千零四年 is read by value; 07年 is 2007; 24年7月 has its month to tell. 0: no year. */
static int year_number(const struct scan *s, size_t i, bool month_follows)
{
	const struct token *t = tok(s, i);
	bool republic = i > 0 && (date_han_begins(s, i - 1, "民国") || date_han_begins(s, i - 1, "民國"));

	if (republic && t->value >= 1 && t->value < 200)
		return 1911 + t->value;
	if (tok_year(t) || (t->flags & TOKEN_HAN && !t->aux && t->value >= YEAR_MIN && t->value <= YEAR_MAX))
		return t->value;
	if (t->aux != 2 || t->flags & TOKEN_GLUED || (t->value >= 10 && !month_follows))
		return 0;
	return t->value <= 50 ? 2000 + t->value : 1900 + t->value;
}

/* 2024年, 二〇二四年, 24年7月 */
static bool year(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *unit = tok(s, i + 1);
	struct point p = {.first = i, .past = i + 2, .date = {.grain = EDTF_GRAIN_YEAR}};
	bool part = unit->class == W_PART && date_han_begins(s, i + 1, "年"),
	     within = date_han_begins(s, i + 1, "年内");

	if (!part && !within && !date_han_unit(unit, UNIT_YEAR, FORM_ONE) &&
	    !date_han_unit(unit, UNIT_YEAR, FORM_ABBREVIATION))
		return false;
	if (tok_before(s, i)->class == W_NUMBERED || in_programme_name(s, i))
		return false;
	bool month = !part && date_han_number(tok(s, i + 2), 12) && date_han_unit(tok(s, i + 3), UNIT_MONTH, FORM_ONE);
	p.date.year = (int16_t)year_number(s, i, month);
	p.first -= p.date.year == 1911 + tok(s, i)->value; /* with 民国 */
	if (!p.date.year)
		return false;
	if (part)
		p.part = (uint8_t)unit->value;
	else if (!within)
		year_tail(s, &p);
	return date_han_give(&p, rule_of(&p, true), ret);
}

/* Has the sentence of token i named a day before it? */
static bool is_of_sentence(const struct scan *s, size_t i)
{
	if (s->day_at >= i)
		return false;
	for (size_t k = s->day_at; k < i; k++)
		if (date_sentence_break(s, k))
			return false;
	return true;
}

/* 今年, 同年7月, 上月底, 本周四 */
static bool fixed(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	bool text = t->class == W_FIXED_TEXT;

	if (date_han_begins(s, i, "年") && tok_before(s, i)->class == W_NUMBER)
		return false; /* 两年内 */
	struct point p = {.first = i, .past = i + 1, .anchor = text ? DATE_ANCHOR_TEXT : s->base_anchor};

	if (t->aux == UNIT_WEEK) {
		const struct token *n = tok(s, i + 1);
		int day = n->class == W_NUMBER && n->flags & TOKEN_HAN && n->value <= 6 ? n->value - 1
			  : tok_is(n, W_UNIT, UNIT_DAY)					? 6
											: -1;
		if (day >= 0 && s->base.grain == EDTF_GRAIN_DAY) {
			edtf_day base = edtf_lo(s->base);
			p.date = edtf_from_day(base - edtf_weekday(base) + 7 * t->value + day);
			p.past = i + 2;
			return edtf_is_set(p.date) && date_han_give(&p, RULE_WEEKDAY, ret);
		}
	}
	if (text && t->aux == UNIT_YEAR && tok_before(s, i)->script == SCRIPT_HAN && date_han_begins(s, i - 1, "连续"))
		return false;
	/* 同日 of what is done is a day that has been, whatever plans the text has spoken of since; but for a day of
	 * its own sentence. */
	bool near = text && t->aux == UNIT_DAY && is_of_sentence(s, i);
	bool told = text && !near && t->aux == UNIT_DAY && edtf_is_set(s->told) && date_tense(s, i, i + 1) <= 0;
	struct edtf from = near ? s->day : told ? s->told : text ? s->reference : s->base;
	p.date = date_unit_of(from, (enum unit)t->aux, t->value, &p);
	if (!edtf_is_set(p.date))
		return false;
	if (t->aux == UNIT_YEAR) {
		year_tail(s, &p);
	} else if (t->aux == UNIT_MONTH) {
		const struct token *n = tok(s, i + 1);
		if (date_han_number(n, 31) && date_han_unit(tok(s, i + 2), UNIT_DAY, FORM_ONE)) {
			p.date.day = (uint8_t)n->value;
			p.date.grain = EDTF_GRAIN_DAY;
			p.past = i + 3;
		} else if (n->class == W_PART && n->script == SCRIPT_HAN && n->value <= PART_LATE) {
			p.part = (uint8_t)n->value;
			p.past = i + 2;
		}
	}
	return date_han_give(&p, p.part ? RULE_PART : text ? RULE_ANAPHOR : RULE_RELATIVE, ret);
}

/* 两年前, 三个月后, 5天前 */
static bool ago(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *n = tok(s, i), *unit = tok(s, i + 1), *way = tok(s, i + 2);
	struct point p = {.first = i, .past = i + 3};

	if (!date_han_number(n, 999) || unit->class != W_UNIT || unit->script != SCRIPT_HAN || way->class != W_BOUND ||
	    way->aux != 2 || (way->value != BOUND_BEFORE && way->value != BOUND_AFTER) || n->aux > 2)
		return false;
	if (tok_before(s, i)->class == W_NUMBERED || tok_form(unit) == FORM_ABBREVIATION)
		return false;
	if ((unit->value == UNIT_MONTH || unit->value == UNIT_DAY) && tok_form(unit) != FORM_MANY)
		return false; /* 7月前, 4日前 are bounds */
	bool back = way->value == BOUND_BEFORE;
	bool text = !back && edtf_is_set(s->reference) && date_tense(s, i, i + 3) <= 0;
	p.anchor = text ? DATE_ANCHOR_TEXT : s->base_anchor;
	p.date = date_unit_of(text ? s->reference : s->base, (enum unit)unit->value, back ? -n->value : n->value, &p);
	return edtf_is_set(p.date) && date_han_give(&p, back ? RULE_AGO : RULE_LATER, ret);
}

/* 90年代, 20世纪90年代, 上世纪九十年代 */
static bool decade(const struct scan *s, size_t i, struct point *ret)
{
	size_t j = i;
	int century = 20;
	struct point p = {.first = i};

	if (tok(s, i)->class == W_NUMBER && tok_is(tok(s, i + 1), W_UNIT, UNIT_CENTURY)) {
		century = tok(s, i)->value;
		j += 2;
	} else if (date_han_begins(s, i, "上") && tok_is(tok(s, i + 1), W_UNIT, UNIT_CENTURY)) {
		j += 2;
	} else if (date_han_begins(s, i, "本") && tok_is(tok(s, i + 1), W_UNIT, UNIT_CENTURY)) {
		century = 21;
		j += 2;
	}
	const struct token *n = tok(s, j);
	if (n->class != W_NUMBER || n->value < 10 || n->value > 99 || n->value % 10 || century < 11 || century > 22 ||
	    !(tok_is(tok(s, j + 1), W_UNIT, UNIT_DECADE) && tok(s, j + 1)->script == SCRIPT_HAN))
		return false;
	p.date = (struct edtf){.year = (int16_t)((century - 1) * 100 + n->value), .grain = EDTF_GRAIN_DECADE};
	p.past = j + 2;
	if (tok(s, p.past)->class == W_PART && tok(s, p.past)->script == SCRIPT_HAN) {
		p.part = (uint8_t)tok(s, p.past)->value;
		p.past++;
	}
	return date_han_give(&p, RULE_DECADE, ret);
}

/* 年底, 月底, 上半年 alone: of the anchor's year or month. */
static bool part_alone(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	bool month = date_han_begins(s, i, "月");
	struct point p = {.first = i, .past = i + 1, .part = (uint8_t)t->value, .anchor = s->base_anchor};

	if (tok_before(s, i)->class == W_PART || tok_before(s, i)->class == W_NUMBER) /* 岁末年初, 三月初一 */
		return false;
	if (!month && !date_han_begins(s, i, "年") && !date_han_begins(s, i, "上半年") &&
	    !date_han_begins(s, i, "下半年"))
		return false;
	p.date = date_unit_of(s->base, month ? UNIT_MONTH : UNIT_YEAR, 0, NULL);
	return edtf_is_set(p.date) && date_han_give(&p, RULE_PART, ret);
}

/* 一季度, 第三季度 alone: the last one that has begun. */
static bool quarter_alone(const struct scan *s, size_t i, struct point *ret)
{
	size_t unit = i + (tok(s, i)->class == W_NUMBERED ? 2 : 1);
	struct point p = {.first = i, .past = i, .anchor = s->base_anchor};

	if (tok(s, unit)->class != W_UNIT || tok(s, unit)->value != UNIT_QUARTER || s->base.grain > EDTF_GRAIN_MONTH)
		return false;
	p.date = date_unit_of(s->base, UNIT_YEAR, 0, NULL);
	if (!edtf_is_set(p.date))
		return false;
	year_tail(s, &p);
	if (p.past != unit + 1)
		return false;
	if (3 * (p.part - PART_Q1) >= s->base.month)
		p.date = edtf_add_years(p.date, -1);
	return edtf_is_set(p.date) && date_han_give(&p, RULE_PART, ret);
}

static bool weekday(const struct scan *s, size_t i, struct point *ret)
{
	struct point p = {.first = i, .past = i + 1, .missing = MISSING_WEEK, .date = {.grain = EDTF_GRAIN_DAY}};

	if (tok_before(s, i)->class == W_EVERY)
		return false;
	p.weekday = (uint8_t)tok(s, i)->value;
	if (date_han_past_parens(s, i + 1) > i + 1) { /* 星期三（15日）: the number knows the month */
		p.past = date_han_past_parens(s, i + 1);
		p.date.day = (uint8_t)tok(s, i + 2)->value;
		p.missing = MISSING_MONTH;
		return p.date.day >= 1 && p.date.day <= 31 && date_han_give(&p, RULE_DAY_ONLY, ret);
	}
	struct point full = {.first = i, .missing = MISSING_YEAR};
	if (date_opens_paren(tok(s, i + 1)) && tok(s, i + 2)->class == W_NUMBER && month_tail(s, i + 2, &full) &&
	    date_closes_paren(tok(s, full.past))) { /* 星期三（5月15日） */
		full.past++;
		return date_han_give(&full, RULE_MONTH_DAY, ret);
	}
	return date_han_give(&p, RULE_WEEKDAY, ret);
}

/* 2019年2月29日: the day of no year is not that of another. */
static bool has_its_year(const struct scan *s, size_t i)
{
	return i > 1 && tok_is(tok(s, i - 1), W_UNIT, UNIT_YEAR) && tok_year(tok(s, i - 2));
}

bool date_han(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i);
	struct point p = {.first = i, .missing = MISSING_YEAR};

	switch (t->class) {
	case W_NUMBER:
		if (tok(s, i + 1)->script != SCRIPT_HAN)
			return false;
		if (year(s, i, ret) || decade(s, i, ret) || ago(s, i, ret) || quarter_alone(s, i, ret))
			return true;
		if (tok_before(s, i)->class != W_EVERY && tok_before(s, i)->class != W_NUMBERED &&
		    !has_its_year(s, i) && month_tail(s, i, &p))
			return date_han_give(&p, rule_of(&p, false), ret);
		return date_han_day(s, i, ret);
	case W_FIXED:
	case W_FIXED_TEXT:
		return fixed(s, i, ret);
	case W_PART:
		return t->script == SCRIPT_HAN && part_alone(s, i, ret);
	case W_WEEKDAY:
		return t->script == SCRIPT_HAN && weekday(s, i, ret);
	case W_NUMBERED:
		return quarter_alone(s, i, ret);
	case W_OTHER:
		if (date_han_begins(s, i, "第") && quarter_alone(s, i, ret))
			return true;
		return t->script == SCRIPT_HAN && tok_is(tok(s, i + 1), W_UNIT, UNIT_CENTURY) && decade(s, i, ret);
	case W_HOLIDAY:
		p.date = (struct edtf){
			.month = (uint8_t)(t->value / 100), .day = (uint8_t)(t->value % 100), .grain = EDTF_GRAIN_DAY};
		p.past = i + 1;
		return date_han_give(&p, RULE_HOLIDAY, ret);
	default:
		return false;
	}
}
