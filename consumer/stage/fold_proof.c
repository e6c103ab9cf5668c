/* SPDX-License-Identifier: Apache-2.0 */
/* What an event quotes: the sentences of the item that caused it. A spell is closed by who follows, and then it is that
 * sentence which proves the end, not those that the spell has of itself. */
#include "stage/fold_private.h"

static bool quoted(const struct spell_evidence *v, size_t n, const struct evidence *e)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].quote.field == e->field && v[i].quote.start == e->start && v[i].quote.end == e->end)
			return true;
	return false;
}

/* A proposal moves nothing, so it proves nothing. */
static bool speaks_of(const struct claim *k, struct span slot, struct span value, bool same)
{
	return k->n_evidence && k->modality != CLAIM_PROPOSED && span_eq(k->slot, slot) &&
	       span_eq(k->value, value) == same;
}

size_t fold_proof(const struct claims_record *r, struct span slot, struct span value,
		  struct spell_evidence ret[static SPELL_EVIDENCE_MAX])
{
	size_t n = 0;

	for (int same = 1; same >= 0; same--)
		for (size_t i = 0; i < r->n_claims && n < SPELL_EVIDENCE_MAX; i++) {
			const struct claim *k = &r->claims[i];
			if (speaks_of(k, slot, value, same) && !quoted(ret, n, &k->evidence[0]))
				ret[n++] = (struct spell_evidence){r->uri, r->version, k->evidence[0], k->rule};
		}
	return n;
}
