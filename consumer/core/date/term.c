/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths of time: terms ("for one year", "three-year term"), and spans that end at the anchor ("the past five years").
 */
#include "core/date/scan.h"

static int months_in(enum unit unit, int n)
{
	return unit == UNIT_YEAR ? 12 * n : unit == UNIT_MONTH ? n : unit == UNIT_QUARTER ? 3 * n : 0;
}

static size_t give_term(const struct scan *s, size_t first, size_t past, int months, struct date_expr *ret)
{
	*ret = (struct date_expr){.kind = DATE_DURATION,
				  .months = months,
				  .lo = EDTF_DAY_MIN,
				  .hi = EDTF_DAY_MAX,
				  .rule = date_rule_name(RULE_TERM, date_script_at(s, first, past))};
	date_put(s, ret, first, past);
	return past;
}

/* "на 85 году жизни", "на втором месяце" */
static bool oblique(struct span unit)
{
	static const char *const forms[] = {"году", "годе", "годом", "годах", "месяце", "месяцу", "месяцах"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (span_eq_str(unit, forms[i]))
			return true;
	return false;
}

/* "на предстоящий год" is the twelve months to come, as "на год" is. */
static bool is_coming(const struct scan *s, size_t i)
{
	static const char *const words[] = {"предстоящий", "ближайший", "грядущий"};
	struct span word = span_sub(s->text, tok(s, i)->start, tok(s, i)->end);

	for (size_t k = 0; k < ARRAY_SIZE(words); k++)
		if (span_eq_str(word, words[k]))
			return tok(s, i + 1)->class == W_UNIT;
	return false;
}

/* "for one year", "сроком на три года", "为期一年", 任期三年 */
size_t date_term(const struct scan *s, size_t i, struct date_expr *ret)
{
	size_t j = i + 1;
	int n = 1;

	if (tok(s, j)->class == W_FOR)
		j++;
	if (tok_is(tok(s, j), W_BOUND, BOUND_ABOUT))
		j++;
	j += is_coming(s, j);
	bool bare = tok(s, j)->class == W_UNIT && tok(s, j)->script == SCRIPT_CYRILLIC;
	if (!bare && !date_quantity(s, &j, &n))
		return i;
	const struct token *u = tok(s, j);
	int months = u->class == W_UNIT ? months_in((enum unit)u->value, n) : 0;
	/* "на 2 месяце", 为期5日 are none; "на год" is one, "на год назад" was read before */
	if (!months || u->value == UNIT_QUARTER || (tok_form(u) == FORM_ABBREVIATION))
		return i;
	if (u->script == SCRIPT_HAN && u->value == UNIT_MONTH && tok_form(u) != FORM_MANY)
		return i;
	if (u->script == SCRIPT_CYRILLIC && oblique(span_sub(s->text, u->start, u->end)))
		return i;
	if (tok(s, j + 1)->class == W_AGO || (bare && j == i + 1 && tok(s, j + 1)->class == W_AGO))
		return i;
	return give_term(s, i, j + 1, months, ret);
}

/* "three-year term", "a term of three years", 三年任期 */
size_t date_term_of_length(const struct scan *s, size_t i, struct date_expr *ret)
{
	size_t j = i;
	int n = 1;

	if (tok(s, i)->class == W_LENGTH)
		return tok(s, i + 1)->class == W_TERM ? give_term(s, i, i + 2, tok(s, i)->value, ret) : i;
	if (tok(s, i)->class == W_TERM) {
		j = i + 1 + (tok(s, i + 1)->class == W_BIND || tok(s, i + 1)->class == W_FOR);
		if (j == i + 1 || !date_quantity(s, &j, &n) || tok(s, j)->class != W_UNIT)
			return i;
		n = months_in((enum unit)tok(s, j)->value, n);
		return n && tok_form(tok(s, j)) != FORM_ABBREVIATION ? give_term(s, i, j + 1, n, ret) : i;
	}
	if (!date_quantity(s, &j, &n) || (tok(s, i)->aux && tok(s, i)->class == W_CARDINAL))
		return i;
	size_t k = j + (tok(s, j)->class == W_DASH);
	const struct token *u = tok(s, k);
	int months = u->class == W_UNIT && tok_form(u) != FORM_ABBREVIATION ? months_in((enum unit)u->value, n) : 0;
	if (!months)
		return i;
	if (u->script == SCRIPT_HAN)
		k += 1 + (tok(s, k + 1)->class == W_BIND);
	else if (tok(s, j)->class == W_DASH)
		for (k++; k < j + 5 && tok(s, k)->class != W_TERM && tok(s, k)->class == W_OTHER;)
			k++;
	else
		return i;
	if (tok(s, k)->class != W_TERM && !(u->script == SCRIPT_HAN && tok(s, k)->class == W_FOR))
		return i;
	return give_term(s, i, k + 1, months, ret);
}

/* "the past five years", "последние три месяца", 过去五年; 近日, 日前: the last days. */
size_t date_recent(const struct scan *s, size_t i, struct date_expr *ret)
{
	const struct token *t = tok(s, i);
	size_t j = i + 1;
	int n = 1;
	bool ahead = t->class == W_DEICTIC ? t->value == 1 : t->value == 3;

	if (t->class == W_DEICTIC && (t->value == 0 || tok(s, i + 1)->class == W_UNIT))
		return i;
	if (t->class == W_RECENT && t->value == 1) {
		if (s->base.grain != EDTF_GRAIN_DAY)
			return i;
		edtf_day day = edtf_lo(s->base);
		*ret = (struct date_expr){.kind = DATE_POINT,
					  .begin = edtf_coarsen(s->base, EDTF_GRAIN_MONTH),
					  .hi = day,
					  .anchor = s->base_anchor,
					  .modifier = DATE_ABOUT,
					  .lately = true,
					  .rule = date_rule_name(RULE_RECENT, (enum script)t->script)};
		ret->lo = edtf_lo(ret->begin) < day - 14 ? edtf_lo(ret->begin)
			  : day - 14 > EDTF_DAY_MIN	 ? day - 14
							 : EDTF_DAY_MIN;
		ret->begin.qualifier = EDTF_APPROXIMATE;
		date_put(s, ret, i, i + 1);
		return i + 1;
	}
	/* "the past year" is twelve months, "the past two" need their number */
	if (!date_quantity(s, &j, &n) &&
	    !(t->class == W_RECENT && t->script == SCRIPT_LATIN && tok_unit(s, j, FORM_ONE)))
		return i;
	const struct token *u = tok(s, j);
	if (u->class != W_UNIT || u->value == UNIT_CENTURY ||
	    (u->script == SCRIPT_HAN && u->value == UNIT_MONTH && tok_form(u) != FORM_MANY))
		return i;
	struct point a = {.first = i, .past = j + 1, .anchor = s->base_anchor}, b = a;
	enum unit unit = u->value == UNIT_DECADE ? UNIT_YEAR : (enum unit)u->value; /* ten years, not the 2010s */
	n *= u->value == UNIT_DECADE ? 10 : 1;
	a.date = date_unit_of(s->base, unit, ahead ? 0 : -n, &a);
	b.date = date_unit_of(s->base, unit, ahead ? n : 0, &b);
	a.week = b.week = false;
	a.part = b.part = PART_NONE;
	if (!edtf_is_set(a.date) || !edtf_is_set(b.date) || !date_complete(s, &a) || !date_complete(s, &b))
		return i;
	date_give_range(s, i, &a, &b, ret);
	ret->lately = true;
	ret->rule = date_rule_name(RULE_RECENT, date_script_at(s, i, j + 1));
	return j + 1;
}
