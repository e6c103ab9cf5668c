/* SPDX-License-Identifier: Apache-2.0 */
/* follow.c: predecessors and successors.
 *
 * "His predecessor, Smith", says no date: Smith's term ended when the text says that his began. A template with the
 * policy `before` or `after` names the other one under `known`; its draft takes the begin, or the end, that the text
 * gives to him, and his modality, or makes no claim.
 */
#include "core/claim/engine.h"
#include <errno.h>

#define TAKEN_DAYS 5 /* a change that is news */

/* What the text says of the bound that both share. */
static const struct draft *other_of(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];
		struct edtf bound = d->when == WHEN_BEFORE ? o->claim.begin : o->claim.end;

		if (span_eq(o->claim.slot, d->claim.slot) && span_eq(o->claim.value, d->backing) && edtf_is_set(bound))
			return o;
	}
	return NULL;
}

/* The one whom the text plans to come into the office of a slot, with the day; NULL where nobody or more than one. */
static const struct draft *successor_in(const struct engine *e, struct span slot)
{
	const struct draft *found = NULL;

	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->claim.modality != CLAIM_PLANNED || o->when == WHEN_END || !edtf_is_set(o->claim.begin) ||
		    o->claim.begin.grain > EDTF_GRAIN_MONTH || !span_eq(o->claim.slot, slot))
			continue;
		if (found &&
		    (!span_eq(found->claim.value, o->claim.value) || !edtf_eq(found->claim.begin, o->claim.begin)))
			return NULL;
		found = o;
	}
	return found;
}

/* Is d of somebody who holds the office on the day of publication? */
static bool holds_now(const struct engine *e, const struct draft *d)
{
	return d->claim.modality == CLAIM_ASSERTED && edtf_is_set(d->claim.holds_at) && !d->loose &&
	       edtf_is_set(e->doc->published) && edtf_hi(d->claim.holds_at) + 3 >= edtf_lo(e->doc->published);
}

/* Does the text say itself when he goes? */
static bool says_end(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		if (edtf_is_set(e->drafts->v[i].claim.end) && same_holding(&e->drafts->v[i], d))
			return true;
	}
	return false;
}

/* An officer named in his office, and another who is to come into it: the first goes when the second comes. */
static int end_holders(struct engine *e)
{
	size_t n = e->drafts->n;

	for (size_t i = 0; i < n; i++) {
		const struct draft *d = &e->drafts->v[i], *next;
		struct draft x = *d;

		if (!pack_is_office(e->pack, d->claim.slot) || !holds_now(e, d) || says_end(e, d) ||
		    !(next = successor_in(e, d->claim.slot)) || span_eq(next->claim.value, d->claim.value))
			continue;
		x.claim.holds_at = (struct edtf){0};
		x.claim.end = next->claim.begin;
		x.claim.modality = CLAIM_PLANNED;
		x.claim.evidence = next->claim.evidence;
		x.claim.n_evidence = next->claim.n_evidence;
		x.when = WHEN_END;
		x.stated = true;
		if (arena_grow(e->arena, &e->drafts->v, e->drafts->n, &e->drafts->cap, sizeof(x)) < 0)
			return -ENOMEM;
		e->drafts->v[e->drafts->n++] = x;
	}
	return 0;
}

/* The one whom the text tells to have taken the place of a slot within the days of the news; NULL where nobody or more
 * than one. */
static const struct draft *taker_of(const struct engine *e, struct span slot)
{
	const struct draft *found = NULL;

	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->claim.modality != CLAIM_ASSERTED || o->when != WHEN_BEGIN || o->loose ||
		    o->claim.begin.grain != EDTF_GRAIN_DAY || !edtf_is_set(e->doc->published) ||
		    edtf_lo(o->claim.begin) + TAKEN_DAYS < edtf_lo(e->doc->published) || !span_eq(o->claim.slot, slot))
			continue;
		if (found && !span_eq(found->claim.value, o->claim.value))
			return NULL;
		found = o;
	}
	return found;
}

/* "The chairman, India": where the same text tells that Nepal took the chair, India held it until then. */
static void end_the_taken(struct engine *e)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];
		const struct draft *next;

		if (!pack_is_single(e->pack, d->claim.slot) || pack_is_office(e->pack, d->claim.slot) ||
		    d->when != WHEN_STATE || !holds_now(e, d) || d->stated || says_end(e, d) ||
		    !(next = taker_of(e, d->claim.slot)) || span_eq(next->claim.value, d->claim.value))
			continue;
		d->claim.holds_at = (struct edtf){0};
		d->claim.end = next->claim.begin;
		d->when = WHEN_END;
		d->stated = true;
	}
}

int engine_follow(struct engine *e)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];
		const struct draft *o;

		if ((d->when != WHEN_BEFORE && d->when != WHEN_AFTER) || !(o = other_of(e, d)) ||
		    span_eq(d->claim.value, d->backing))
			continue;
		if (d->when == WHEN_BEFORE)
			d->claim.end = o->claim.begin;
		else
			d->claim.begin = o->claim.end;
		d->claim.modality = o->claim.modality;
		d->when = d->when == WHEN_BEFORE ? WHEN_END : WHEN_BEGIN;
		d->stated = true;
		d->loose = false;
	}
	end_the_taken(e);
	return end_holders(e);
}
