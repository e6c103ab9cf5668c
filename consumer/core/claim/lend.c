/* SPDX-License-Identifier: Apache-2.0 */
/* lend.c: dates that the text gives to a thing that it does not name there.
 *
 * "The 2031 summit of the organisation opens on 3 June" has a date and no city; "the Baku summit" in the next sentence
 * has the city. A rule says so with the value "?": its drafts lend their date to the one value of the slot that the
 * text leaves undated, and are then forgotten. Where two values want a date, or two dates are to be had, nothing is
 * lent.
 */
#include "core/claim/engine.h"

static bool is_lender(const struct draft *d)
{
	return span_eq_str(d->claim.value, "?");
}

static bool is_dated(const struct draft *d)
{
	return edtf_is_set(d->claim.begin) || edtf_is_set(d->claim.end) ||
	       (d->stated && edtf_is_set(d->claim.holds_at));
}

/* "This year's Baku summit", and elsewhere "the summit will be on 5 June": the year has room for a day. */
static bool has_room(const struct draft *d, const struct draft *lender)
{
	return !is_dated(d) ||
	       (d->when == WHEN_EVENT && d->claim.begin.grain == EDTF_GRAIN_YEAR && !edtf_is_set(d->claim.end) &&
		lender->claim.begin.grain < EDTF_GRAIN_YEAR && edtf_within(lender->claim.begin, d->claim.begin));
}

/* "The 2023 summit, which New Delhi hosts": the date has its city beside it. */
static bool is_taken(const struct engine *e, const struct draft *lender)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *d = &e->drafts->v[i];

		if (!is_lender(d) && d->sentence == lender->sentence && d->when == WHEN_EVENT &&
		    edtf_eq(d->claim.begin, lender->claim.begin) && span_eq(d->claim.slot, lender->claim.slot))
			return true;
	}
	return false;
}

/* The fullest date of the lenders of a slot; NULL where there is none or two disagree. */
static const struct draft *lender_of(const struct engine *e, struct span slot)
{
	const struct draft *best = NULL;

	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *d = &e->drafts->v[i];

		if (!is_lender(d) || !span_eq(d->claim.slot, slot) || !edtf_is_set(d->claim.begin) || is_taken(e, d))
			continue;
		if (!best || edtf_within(d->claim.begin, best->claim.begin)) {
			if (!best || !edtf_is_set(best->claim.end) || edtf_is_set(d->claim.end))
				best = d;
		} else if (!edtf_within(best->claim.begin, d->claim.begin)) {
			return NULL;
		}
	}
	return best;
}

/* The one value of the slot that the text does not date; the empty span where there is none or more than one. */
static struct span borrower_of(const struct engine *e, struct span slot, const struct draft *lender)
{
	struct span value = SPAN_NONE;

	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *d = &e->drafts->v[i];

		if (is_lender(d) || !has_room(d, lender) || !span_eq(d->claim.slot, slot))
			continue;
		if (value.n && !span_eq(value, d->claim.value))
			return SPAN_NONE;
		value = d->claim.value;
	}
	return value;
}

static void lend(struct engine *e, struct span slot)
{
	const struct draft *from = lender_of(e, slot);
	struct span value = from ? borrower_of(e, slot, from) : SPAN_NONE;

	for (size_t i = 0; from && value.n && i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];

		if (is_lender(d) || !has_room(d, from) || !span_eq(d->claim.slot, slot) ||
		    !span_eq(d->claim.value, value))
			continue;
		d->claim.begin = from->claim.begin;
		d->claim.end = from->claim.end;
		d->claim.holds_at = (struct edtf){0};
		d->stated = true;
		if (d->when == WHEN_LENT)
			d->claim.modality = from->claim.modality;
	}
}

/* Does a rule that knows more of it make a claim of the same value? */
static bool is_told_elsewhere(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->when != WHEN_LENT && same_holding(o, d))
			return true;
	}
	return false;
}

/* Lenders have done their work, and a meeting that is over and undated says nothing of time. */
static bool is_spent(const struct engine *e, const struct draft *d)
{
	if ((d->when == WHEN_PERIOD || d->when == WHEN_YEAR) && !is_dated(d)) /* the theme of a year that is not said */
		return true;
	if (d->when == WHEN_BEFORE || d->when == WHEN_AFTER) /* of whose neighbour the text says no date */
		return true;
	return is_lender(d) || (d->when == WHEN_LENT && (!is_dated(d) || is_told_elsewhere(e, d))) ||
	       (d->when == WHEN_EVENT && d->claim.modality == CLAIM_ASSERTED && !is_dated(d) &&
		!edtf_is_set(d->claim.holds_at));
}

void engine_lend(struct engine *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->drafts->n; i++)
		if (is_lender(&e->drafts->v[i]))
			lend(e, e->drafts->v[i].claim.slot);
	for (size_t i = 0; i < e->drafts->n; i++)
		e->drafts->v[i].spent = is_spent(e, &e->drafts->v[i]);
	for (size_t i = 0; i < e->drafts->n; i++)
		if (!e->drafts->v[i].spent)
			e->drafts->v[n++] = e->drafts->v[i];
	e->drafts->n = n;
}
