/* SPDX-License-Identifier: Apache-2.0 */
/* follow.c: predecessors and successors.
 *
 * "His predecessor, Smith", says no date: Smith's term ended when the text says that his began. A template with the
 * policy `before` or `after` names the other one under `known`; its draft takes the begin, or the end, that the text
 * gives to him, and his modality, or makes no claim.
 */
#include "core/claim/engine.h"

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

void engine_follow(struct engine *e)
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
}
