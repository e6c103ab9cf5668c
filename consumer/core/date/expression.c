/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions made of points and ranges: half-open intervals, and the words that modify a point. */
#include "core/date/scan.h"

/* Turns a point into "since", "until", "before", "after" or "about" it. */
static void bind(struct date_expr *e, enum bound bound, enum script script)
{
	switch (bound) {
	case BOUND_SINCE:
	case BOUND_FROM:
		e->kind = DATE_SINCE;
		e->hi = EDTF_DAY_MAX;
		e->rule = date_rule_name(RULE_SINCE, script);
		break;
	case BOUND_UNTIL:
	case BOUND_TO:
		e->kind = DATE_UNTIL;
		e->end_date = e->begin;
		e->begin = (struct edtf){0};
		e->lo = EDTF_DAY_MIN;
		e->rule = date_rule_name(RULE_UNTIL, script);
		break;
	case BOUND_BY:
		e->modifier = DATE_BEFORE;
		e->lo = EDTF_DAY_MIN;
		break;
	case BOUND_BEFORE:
		if (e->modifier != DATE_LATE) /* "before the end of 2025" is all of it */
			e->hi = e->lo > EDTF_DAY_MIN ? e->lo - 1 : e->lo;
		e->modifier = DATE_BEFORE;
		e->lo = EDTF_DAY_MIN;
		break;
	case BOUND_AFTER:
		e->modifier = DATE_AFTER;
		e->lo = e->hi < EDTF_DAY_MAX ? e->hi + 1 : e->hi;
		e->hi = EDTF_DAY_MAX;
		break;
	case BOUND_ABOUT:
		e->modifier = DATE_ABOUT;
		e->begin.qualifier = EDTF_APPROXIMATE;
		break;
	default:
		break;
	}
}

/* Does the word before a point only bind it ("to July 4", "from last year")? */
static bool only_binds(const struct token *word, const struct point *p)
{
	if (word->script == SCRIPT_LATIN && word->value == BOUND_TO)
		return true;
	if (word->value == BOUND_FROM || word->value == BOUND_ABOUT)
		return p->rule == RULE_AGO || p->rule == RULE_LATER ||
		       (word->script == SCRIPT_LATIN && (p->rule == RULE_RELATIVE || p->rule == RULE_ANAPHOR));
	if (p->rule == RULE_LATER || p->rule == RULE_AGO)
		return true;
	if (word->script == SCRIPT_LATIN && word->value == BOUND_FROM && p->rule == RULE_SEASON)
		return true;
	return word->script == SCRIPT_CYRILLIC && word->value == BOUND_TO && p->date.grain != EDTF_GRAIN_DAY &&
	       p->date.grain != EDTF_GRAIN_YEAR;
}

/* The Chinese words behind a date that make it a bound: 起, 以来, 之前, 为止. */
static size_t suffix(const struct scan *s, size_t past, struct date_expr *e)
{
	const struct token *t = tok(s, past);
	size_t run = date_han_run(s, past, e);

	if (run > past)
		return run;

	if (t->class != W_BOUND || t->aux != 2)
		return past;
	if (t->value == BOUND_BEFORE && t->end - t->start == 3 && tok(s, past + 1)->class == W_NUMBER)
		return past; /* 今年前三季度 */
	if (e->kind == DATE_RANGE ||
	    (e->kind != DATE_POINT && t->value != BOUND_SINCE && t->value != BOUND_UNTIL && t->value != BOUND_BEFORE))
		return past;
	if (e->kind == DATE_POINT)
		bind(e, (enum bound)t->value, (enum script)t->script);
	e->end = t->end;
	return past + 1;
}

/* Chinese 到, 至 at the head of a clause is "by"; behind a verb (提高到, 延长至) it only binds. */
static bool han_to(const struct scan *s, size_t i)
{
	return tok(s, i)->script == SCRIPT_HAN && tok(s, i)->value == BOUND_TO;
}

/* 任期至, 持续到: until, also where the word itself is known to no table. */
static bool lasts_to(const struct scan *s, size_t i)
{
	size_t at = tok(s, i)->start;

	return tok_before(s, i)->class == W_FOR || (at >= 3 && (span_eq_str(span_sub(s->text, at - 3, at), "续") ||
								span_eq_str(span_sub(s->text, at - 3, at), "續")));
}

static size_t bounded(const struct scan *s, size_t i, struct date_expr *ret)
{
	const struct token *t = tok(s, i);
	bool lasts = han_to(s, i) && lasts_to(s, i);
	enum bound bound = lasts ? BOUND_UNTIL : han_to(s, i) ? BOUND_BY : (enum bound)t->value;
	size_t j = i + 1;
	struct point a, b;

	if (tok(s, j)->class == W_BOUND && tok(s, j)->aux != 2 &&
	    (tok(s, j)->value == BOUND_FROM || tok(s, j)->value == BOUND_UNTIL || tok(s, j)->value == BOUND_ABOUT))
		j++; /* "начиная с", "вплоть до", "since about" */
	j = skip_binding(s, j);
	if ((bound == BOUND_FROM || bound == BOUND_BETWEEN || bound == BOUND_SINCE) &&
	    date_range_halves(s, j, bound == BOUND_SINCE ? BOUND_FROM : bound, &a, &b)) {
		bool closed = bound != BOUND_SINCE || tok(s, a.past)->class == W_BOUND;
		return date_give_range(s, closed ? i : j, &a, &b, ret);
	}
	if (bound == BOUND_BETWEEN)
		return i;
	if (date_range_halves(s, j, BOUND_NONE, &a, &b))
		return date_give_range(s, j, &a, &b, ret);
	if (!date_point(s, j, &a))
		return i;
	if (bound == BOUND_SINCE && (t->script != SCRIPT_HAN || date_tense(s, i, a.past) <= 0))
		a.lean = LEAN_BACK; /* 自7月起将担任 looks ahead */
	else if (bound == BOUND_FROM && t->script == SCRIPT_CYRILLIC)
		a.lean = LEAN_BACK_ELSE;
	else if (((bound == BOUND_UNTIL || bound == BOUND_BY) && t->script != SCRIPT_HAN) ||
		 (bound == BOUND_TO && t->script == SCRIPT_CYRILLIC))
		a.lean = LEAN_AHEAD; /* 截至 looks back */
	if (!date_complete(s, &a))
		return i;
	*ret = date_of_point(s, &a);
	if (!only_binds(t, &a) && !(han_to(s, i) && !lasts && tok_before(s, i)->class == W_OTHER)) {
		ret->start = t->start;
		bind(ret, bound, (enum script)t->script);
	}
	return suffix(s, a.past, ret);
}

size_t date_expression(const struct scan *s, size_t i, struct date_expr *ret)
{
	const struct token *t = tok(s, i);
	struct point a, b;
	size_t past = i;

	switch (t->class) {
	case W_END:
	case W_PUNCT:
	case W_DASH:
	case W_AND:
	case W_EVERY:
	case W_COUNTED:
	case W_EVENT:
	case W_PROGRAMME:
	case W_TENSE:
	case W_NOT_BEFORE:
		return i;
	case W_OTHER: /* 上世纪, 第三季度 */
		if (t->script != SCRIPT_HAN || tok(s, i + 1)->class != W_UNIT)
			return i;
		break;
	case W_BIND: /* "in two weeks", "за два дня до 4 июля" */
		if (t->script != SCRIPT_CYRILLIC && (t->value != BIND_IN || t->script != SCRIPT_LATIN))
			return i;
		break;
	case W_BOUND:
		if (t->aux == 2 && date_first_months(s, i, &a, &b)) /* 前六个月 */
			return date_order(s, &a, &b) ? date_give_range(s, i, &a, &b, ret) : i;
		return t->aux == 2 ? i : bounded(s, i, ret);
	case W_FOR:
		if ((past = date_term(s, i, ret)) > i)
			return past;
		return i;
	case W_RECENT:
	case W_DEICTIC: /* "next three years" */
		if ((past = date_recent(s, i, ret)) > i)
			return past;
		break;
	case W_TERM:
	case W_LENGTH:
		return date_term_of_length(s, i, ret);
	case W_NUMBER:
	case W_CARDINAL:
		if ((past = date_term_of_length(s, i, ret)) > i)
			return past;
		break;
	default:
		break;
	}
	if (date_range_halves(s, i, BOUND_NONE, &a, &b))
		return date_give_range(s, i, &a, &b, ret);
	if (!date_point(s, i, &a) || !date_complete(s, &a))
		return i;
	*ret = date_of_point(s, &a);
	return suffix(s, a.past, ret);
}
