/* SPDX-License-Identifier: Apache-2.0 */
/* Chinese days: 4日, 12号, 今天（15日）, 今（15）日, 8月31日起一连两天. */
#include "core/date/scan.h"

bool date_opens_paren(const struct token *t)
{
	return tok_punct(t, 0xff08) || tok_punct(t, '(');
}

bool date_closes_paren(const struct token *t)
{
	return tok_punct(t, 0xff09) || tok_punct(t, ')');
}

/* Where （15日） ends that begins at token i; i where there is none. */
size_t date_han_past_parens(const struct scan *s, size_t i)
{
	if (!date_opens_paren(tok(s, i)) || tok(s, i + 1)->class != W_NUMBER ||
	    !date_han_unit(tok(s, i + 2), UNIT_DAY, FORM_ONE))
		return i;
	return date_closes_paren(tok(s, i + 3)) ? i + 4 : i;
}

size_t date_han_today(const struct scan *s, size_t i)
{
	size_t parens = date_han_past_parens(s, i + 1);
	bool open =
		s->text.p[tok(s, i)->end - 1] == '(' || span_ends(span_sub(s->text, 0, tok(s, i)->end), SPAN_LIT("（"));

	if (!open)
		return parens;
	bool number = tok(s, i + 1)->class == W_NUMBER;
	bool day_last = date_han_unit(tok(s, i + 3), UNIT_DAY, FORM_ONE),
	     day_first = date_han_unit(tok(s, i + 2), UNIT_DAY, FORM_ONE);
	return number && (day_last || day_first) ? i + 4 : i;
}

size_t date_han_run(const struct scan *s, size_t past, struct date_expr *e)
{
	size_t i = past + (tok(s, past)->class == W_BOUND && tok(s, past)->value == BOUND_SINCE);
	const struct token *for_ = tok(s, i), *n = tok(s, i + 1), *unit = tok(s, i + 2);

	if (e->kind != DATE_POINT || e->begin.grain != EDTF_GRAIN_DAY || for_->script != SCRIPT_HAN ||
	    !(for_->class == W_FOR || date_han_begins(s, i, "一连") || date_han_begins(s, i, "一連")) ||
	    n->class != W_NUMBER || n->value < 2 || n->value > 9 || unit->class != W_UNIT || unit->value != UNIT_DAY)
		return past;
	e->kind = DATE_RANGE;
	e->end_date = edtf_from_day(edtf_lo(e->begin) + n->value - 1);
	e->hi = edtf_lo(e->end_date);
	e->end = unit->end;
	e->rule = date_rule_name(RULE_RANGE, SCRIPT_HAN);
	return i + 3;
}

/* 4日: the month is the anchor's or the one before it. 10日内, 3日游 and 4日前 are no days. */
bool date_han_day(const struct scan *s, size_t i, struct point *ret)
{
	const struct token *t = tok(s, i), *after = tok(s, i + 2), *before = tok_before(s, i);
	struct point p = {.first = i, .past = date_han_past_weekday(s, i + 2), .missing = MISSING_MONTH};

	bool number = date_han_unit(tok(s, i + 1), UNIT_DAY, FORM_ABBREVIATION); /* 12号 */

	if (!date_han_number(t, 31) || (t->flags & TOKEN_HAN && (t->value < 11 || number)) ||
	    !(date_han_unit(tok(s, i + 1), UNIT_DAY, FORM_ONE) || number))
		return false;
	if (number && tok_before(s, i)->class == W_OTHER && tok_before(s, i)->script == SCRIPT_LATIN)
		return false;
	if (before->class == W_NUMBERED || before->class == W_EVERY || before->class == W_FOR ||
	    before->class == W_RECENT || before->class == W_NUMBER || before->class == W_UNIT)
		return false;
	if (after->class == W_BOUND && after->aux == 2 && after->value != BOUND_SINCE)
		return false;
	if (date_han_begins(s, i + 2, "内") || date_han_begins(s, i + 2, "间") || date_han_begins(s, i + 2, "游") ||
	    date_han_begins(s, i + 2, "元") || date_han_begins(s, i + 2, "均"))
		return false;
	p.date = (struct edtf){.day = (uint8_t)t->value, .grain = EDTF_GRAIN_DAY};
	return date_han_give(&p, RULE_DAY_ONLY, ret);
}
