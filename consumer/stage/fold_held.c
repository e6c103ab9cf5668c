/* SPDX-License-Identifier: Apache-2.0 */
/* Spells that are believed now, with their own copies of what proves them. */
#include "stage/fold_private.h"
#include <errno.h>
#include <stdlib.h>

void fold_held_free(struct held_spell *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(h[i].memory);
	free(h);
}

static struct span put(char **p, struct span s)
{
	struct span copy = {*p, s.n};

	if (s.n)
		memcpy(*p, s.p, s.n);
	*p += s.n;
	return copy;
}

/* Gives h its own copy of s and of its JSON, in one piece. */
static int hold(struct held_spell *h, const struct spell *s, struct span json, struct error *reterr)
{
	size_t n = json.n + s->value.n + s->n_evidence * sizeof(struct spell_evidence);

	for (size_t i = 0; i < s->n_evidence; i++) {
		const struct spell_evidence *e = &s->evidence[i];
		n += e->uri.n + e->version.n + e->rule.n + e->quote.exact.n;
	}
	h->memory = malloc(n + 1);
	if (!h->memory)
		return fold_no_memory(reterr);
	struct spell_evidence *ev = h->memory;
	char *p = (char *)(ev + s->n_evidence);
	h->spell = *s;
	h->spell.evidence = ev;
	h->json = put(&p, json);
	h->spell.value = h->belief.value = put(&p, s->value);
	for (size_t i = 0; i < s->n_evidence; i++) {
		ev[i] = s->evidence[i];
		ev[i].uri = put(&p, ev[i].uri);
		ev[i].version = put(&p, ev[i].version);
		ev[i].rule = put(&p, ev[i].rule);
		ev[i].quote.exact = put(&p, ev[i].quote.exact);
	}
	return 0;
}

int fold_held_load(struct held_spell *h, struct span json, struct arena *scratch, struct error *reterr)
{
	struct spell s = {0};
	struct span slot;

	if (spell_json_decode(json, scratch, &slot, &s, reterr) < 0) {
		error_escalate(reterr, ERROR_ACTION_STOP);
		error_prefix(reterr, "the view is damaged: a spell");
		return -EUCLEAN;
	}
	return hold(h, &s, json, reterr);
}

/* The quote of a claim that a spell of the slot shows already: most changes move a bound and keep the proof. */
static bool quote_known(const struct fold_slot *s, const struct claim_ref *ref, struct spell_evidence *ret)
{
	for (size_t i = 0; i < s->n_held; i++)
		for (uint32_t k = 0; k < s->held[i].belief.n_refs && k < s->held[i].spell.n_evidence; k++)
			if (!claim_ref_cmp(&s->held[i].belief.refs[k], ref)) {
				*ret = s->held[i].spell.evidence[k];
				return true;
			}
	return false;
}

static int quote_of(struct fold *f, const struct claim_ref *ref, struct spell_evidence *ret, struct error *reterr)
{
	struct claims_record r;
	int e = fold_stored_record(f, ref->item, &r, reterr);

	if (e == 0 && (ref->claim >= r.n_claims || !r.claims[ref->claim].n_evidence))
		e = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the view is damaged: item %lld has no claim %u",
			      (long long)ref->item, ref->claim);
	if (e < 0)
		return e;
	*ret = (struct spell_evidence){r.uri, r.version, r.claims[ref->claim].evidence[0], r.claims[ref->claim].rule};
	return 0;
}

/* The belief as it is published: with its quotes. */
int fold_held_publish(struct fold *f, const struct fold_slot *s, const struct belief *b, struct held_spell *ret,
		      struct error *reterr)
{
	struct spell_evidence *ev = arena_array(&f->arena, b->n_refs + 1, sizeof(*ev));
	struct spell spell = {.value = b->value,
			      .begin = b->begin,
			      .end = b->end,
			      .status = b->status,
			      .inferred = b->inferred,
			      .items = b->items,
			      .origins = b->origins,
			      .evidence = ev,
			      .n_evidence = b->n_refs};
	struct json_out o = {.b = &f->scratch};
	int e = ev ? 0 : fold_no_memory(reterr);

	for (uint32_t i = 0; e == 0 && i < b->n_refs; i++)
		if (!quote_known(s, &b->refs[i], &ev[i]))
			e = quote_of(f, &b->refs[i], &ev[i], reterr);
	if (e < 0)
		return e;
	strbuf_clear(&f->scratch);
	spell_json_put(&o, s->name, &spell);
	*ret = (struct held_spell){.belief = *b};
	return f->scratch.failed ? fold_no_memory(reterr) : hold(ret, &spell, strbuf_span(&f->scratch), reterr);
}
