/* SPDX-License-Identifier: Apache-2.0 */
/* headline.c: the text corrects its headline.
 *
 * "SCO chair goes to Nepal", says the headline, and the text: "... the chair of the SCO Council of Ministers". A slot
 * names in the pack the tag of the words for its office. Where the text uses them of another body only, and says
 * nothing of the slot, what the headline says of it is not so.
 */
#include "core/claim/engine.h"

/* Does the body use words with the tag for the office of another body? */
static bool speaks_of_another(const struct engine *e, unsigned office)
{
	for (size_t i = 0; i < e->n_sentences; i++) {
		const struct sentence_view *s = &e->sentences[i];

		for (size_t k = 0; s->field == CLAIM_BODY && k < s->n; k++)
			for (uint32_t r = s->v[k].first; tagset_has(&s->v[k].tags, TAG_OTHERORG) && r < s->v[k].last;
			     r++)
				if (tagset_has(&e->raw[r].tags, office))
					return true;
	}
	return false;
}

static bool is_of(const struct draft *d, const struct slot *slot, enum claim_field field)
{
	return d->claim.evidence->field == field && span_eq(d->claim.slot, slot->name);
}

static bool has_draft(const struct engine *e, const struct slot *slot, enum claim_field field)
{
	for (size_t i = 0; i < e->drafts->n; i++)
		if (is_of(&e->drafts->v[i], slot, field))
			return true;
	return false;
}

void engine_correct_headline(struct engine *e)
{
	for (size_t i = 0; i < e->pack->n_slots; i++) {
		const struct slot *slot = &e->pack->slots[i];
		size_t n = 0;

		if (slot->office == NO_INDEX || !has_draft(e, slot, CLAIM_HEADLINE) || has_draft(e, slot, CLAIM_BODY) ||
		    !speaks_of_another(e, slot->office))
			continue;
		for (size_t k = 0; k < e->drafts->n; k++)
			if (!is_of(&e->drafts->v[k], slot, CLAIM_HEADLINE))
				e->drafts->v[n++] = e->drafts->v[k];
		e->drafts->n = n;
	}
}
