/* SPDX-License-Identifier: Apache-2.0 */
/* merge.c: a document says one thing in several sentences: drafts become one claim per statement.
 *
 * Two drafts of one slot, value and modality are one when their dates fit: a begin with an end, a year with a day in
 * it, a present statement ("holds now", undated in the text) with anything dated. What stays apart is kept apart: two
 * terms of one state are two claims.
 */
#include "core/claim/engine.h"
#include <errno.h>
#include <stdlib.h>

/* Either unset or one within the other. */
static bool compatible(struct edtf a, struct edtf b)
{
	return !edtf_is_set(a) || !edtf_is_set(b) || edtf_within(a, b) || edtf_within(b, a);
}

static struct edtf finer(struct edtf a, struct edtf b)
{
	if (!edtf_is_set(a))
		return b;
	if (!edtf_is_set(b))
		return a;
	return edtf_within(b, a) ? b : a;
}

static bool has_bounds(const struct claim *c)
{
	return edtf_is_set(c->begin) || edtf_is_set(c->end);
}

static bool same_statement(const struct claim *a, const struct claim *b)
{
	return a->modality == b->modality && span_eq(a->slot, b->slot) && span_eq(a->value, b->value) &&
	       span_eq(a->kind, b->kind) && (a->number == b->number || a->number < 0 || b->number < 0);
}

#define SAME_CHANGE_DAYS 400 /* a change told of without its date is that of the last year or so */

/* Does a say when it was that happened what b tells without a date? */
static bool is_same_change(const struct draft *a, const struct draft *b)
{
	struct edtf x = edtf_is_set(b->claim.end) ? a->claim.end : a->claim.begin,
		    y = edtf_is_set(b->claim.end) ? b->claim.end : b->claim.begin;

	return b->reported && !b->stated && a->stated && edtf_is_set(x) && edtf_is_set(y) &&
	       !(edtf_is_set(b->claim.begin) && edtf_is_set(b->claim.end)) && edtf_lo(x) <= edtf_hi(y) &&
	       edtf_lo(y) - edtf_hi(x) < SAME_CHANGE_DAYS;
}

/* Can b be folded into a? */
static bool absorbs(const struct draft *a, const struct draft *b)
{
	const struct claim *x = &a->claim, *y = &b->claim;

	if (!same_statement(x, y))
		return false;
	if (!has_bounds(y) && !edtf_is_set(y->holds_at))
		return true; /* says nothing about time */
	if (!has_bounds(y) && has_bounds(x) && b->when == WHEN_MENTION && !edtf_is_set(x->end) &&
	    edtf_hi(x->begin) <= edtf_lo(y->holds_at))
		return true; /* an officer since then is one now */
	if (!has_bounds(y) && edtf_is_set(x->end) && edtf_eq(x->end, y->holds_at))
		return true; /* the day on which it ended */
	if (!has_bounds(y) && has_bounds(x))
		return !b->stated || (edtf_is_set(x->begin) && edtf_within(x->begin, y->holds_at));
	if (!has_bounds(x) && !has_bounds(y))
		return compatible(x->holds_at, y->holds_at);
	if (!has_bounds(x))
		return false;
	if (is_same_change(a, b))
		return true;
	if (!compatible(x->begin, y->begin) || !compatible(x->end, y->end))
		return false;
	struct edtf begin = finer(x->begin, y->begin), end = finer(x->end, y->end);
	/* A begin and an end that no sentence joins are one term only when the one follows the other. */
	if (edtf_is_set(begin) && edtf_is_set(end) && edtf_lo(begin) > edtf_hi(end))
		return false;
	return edtf_is_set(x->begin) == edtf_is_set(y->begin) || edtf_is_set(x->end) != edtf_is_set(y->end) ||
	       edtf_is_set(x->end) == edtf_is_set(y->end);
}

static void absorb(struct draft *a, const struct draft *b)
{
	struct claim *x = &a->claim;
	const struct claim *y = &b->claim;

	/* A guess at the day of a change makes no stated term finer, and its month no stated year. */
	bool term = edtf_is_set(x->begin) && edtf_is_set(x->end);
	bool guess =
		b->reported && !b->stated &&
		(term || is_same_change(a, b) || (y->begin.grain != EDTF_GRAIN_DAY && y->end.grain != EDTF_GRAIN_DAY));

	if (!guess || !edtf_is_set(x->begin))
		x->begin = finer(x->begin, y->begin);
	if (!guess || !edtf_is_set(x->end))
		x->end = finer(x->end, y->end);
	if (has_bounds(x))
		x->holds_at = (struct edtf){0};
	else
		/* "This year", said, is more than today, not said. */
		x->holds_at = a->stated == b->stated || !edtf_is_set(x->holds_at) ? finer(x->holds_at, y->holds_at)
			      : a->stated					  ? x->holds_at
										  : y->holds_at;
	if (x->number < 0)
		x->number = y->number;
	x->derived |= y->derived;
	if (!span_eq(x->rule, y->rule))
		x->n_rules++;
	a->stated |= b->stated;
}

static bool says_more(const struct draft *a, const struct draft *b)
{
	int x = 4 * (edtf_is_set(a->claim.begin) + edtf_is_set(a->claim.end)) + 2 * a->stated +
		edtf_is_set(a->claim.holds_at);
	int y = 4 * (edtf_is_set(b->claim.begin) + edtf_is_set(b->claim.end)) + 2 * b->stated +
		edtf_is_set(b->claim.holds_at);

	return x > y;
}

/* In a slot whose values follow one another, the next begin that the text dates ends what it does not end. */
static void close_spells(const struct engine *e, struct draft **v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct claim *c = &v[i]->claim;
		const struct claim *next = NULL;

		if (!pack_follows(e->pack, c->slot, c->value) || c->modality != CLAIM_ASSERTED ||
		    edtf_is_set(c->holds_at) || edtf_is_set(c->end))
			continue;
		for (size_t k = 0; k < n; k++) {
			const struct claim *o = &v[k]->claim;

			if (span_eq(o->slot, c->slot) && !span_eq(o->value, c->value) &&
			    o->modality == CLAIM_ASSERTED && pack_follows(e->pack, o->slot, o->value) &&
			    edtf_is_set(o->begin) &&
			    (!edtf_is_set(c->begin) || edtf_lo(o->begin) > edtf_hi(c->begin)) &&
			    (!next || edtf_lo(o->begin) < edtf_lo(next->begin)))
				next = o;
		}
		if (next)
			c->end = next->begin;
	}
}

static int cmp_claims(const void *a, const void *b)
{
	return claim_cmp(a, b);
}

static bool is_outright(const struct draft_list *l, struct span slot, struct span value)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].loose && span_eq(l->v[i].claim.slot, slot) && span_eq(l->v[i].claim.value, value))
			return true;
	return false;
}

/* A loose word ("the chair" of a person) counts only where the text says the same outright, or of the one whom he
 * follows or is followed by. */
static bool is_backed(const struct draft_list *l, const struct draft *d)
{
	bool backed = is_outright(l, d->claim.slot, d->backing);

	for (size_t i = 0; i < l->n && !backed; i++)
		backed = l->v[i].loose && l->v[i].sentence != d->sentence && l->v[i].when == WHEN_BEGIN &&
			 span_eq(l->v[i].claim.slot, d->claim.slot) && span_eq(l->v[i].claim.value, d->backing) &&
			 !span_eq(l->v[i].backing, d->backing) && is_outright(l, d->claim.slot, l->v[i].backing);
	return backed;
}

/* Two rules that read the same words otherwise, for one slot: the one of higher priority knows better. That one holds
 * it from then on and that another did until then are two statements. */
static bool is_outranked(struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->rule->priority <= d->rule->priority || o->sentence != d->sentence || o->start >= d->end ||
		    d->start >= o->end || !span_eq(o->claim.slot, d->claim.slot) ||
		    (o->when == WHEN_END) != (d->when == WHEN_END) ||
		    (span_eq(o->claim.value, d->claim.value) && o->claim.modality == d->claim.modality))
			continue;
		e->decided[o->rule - e->pack->rules]++;
		return true;
	}
	return false;
}

/* Of two readings of the same words the more cautious counts: "wants to become" is no "to become". That a term is to
 * end takes nothing from its holding. */
static bool is_outdone(const struct draft_list *l, const struct draft *d)
{
	static const uint8_t strength[] = {
		[CLAIM_ASSERTED] = 0, [CLAIM_PLANNED] = 1, [CLAIM_PROPOSED] = 2, [CLAIM_DENIED] = 3};

	for (size_t i = 0; i < l->n; i++) {
		const struct draft *o = &l->v[i];
		bool same = o->sentence == d->sentence && o->start < d->end && d->start < o->end &&
			    o->claim.modality != d->claim.modality && (o->when == WHEN_END) == (d->when == WHEN_END) &&
			    (!o->loose || is_backed(l, o)) && same_holding(o, d);

		/* A rule that says the modality knows the construction. */
		if (same && o->fixed != d->fixed ? o->fixed
						 : same && strength[o->claim.modality] > strength[d->claim.modality])
			return true;
	}
	return false;
}

/* "Nepal to take the chair", says the headline, and the text that it has. */
static bool is_realised(const struct draft_list *l, const struct draft *d)
{
	if (d->claim.modality != CLAIM_PLANNED || d->when == WHEN_END || d->when == WHEN_EVENT ||
	    d->claim.evidence->field != CLAIM_HEADLINE)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct draft *o = &l->v[i];

		if (o->claim.modality == CLAIM_ASSERTED && o->when == WHEN_BEGIN &&
		    o->claim.evidence->field == CLAIM_BODY && same_holding(o, d))
			return true;
	}
	return false;
}

/* Is the value a person, who may be appointed long before he begins? */
static bool is_of_a_person(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < d->rule->n_claims; i++)
		if (span_eq(d->rule->claims[i].slot, d->claim.slot) && d->rule->claims[i].value_type != NO_INDEX)
			return d->rule->claims[i].value_type == e->types.person;
	return false;
}

/* "Was appointed", and elsewhere "takes office on 1 January": whoever is to begin on a day has not begun. */
static bool is_to_begin(const struct engine *e, const struct draft_list *l, const struct draft *d)
{
	if (d->claim.modality != CLAIM_ASSERTED || d->when != WHEN_BEGIN ||
	    (!is_of_a_person(e, d) && (!d->reported || d->stated)))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct draft *o = &l->v[i];

		bool later = o->claim.modality == CLAIM_PLANNED ||
			     (o->claim.modality == CLAIM_ASSERTED && d->claim.begin.grain > EDTF_GRAIN_DAY &&
			      is_of_a_person(e, d));

		if (later && o->when == WHEN_BEGIN && o->stated && o->claim.begin.grain == EDTF_GRAIN_DAY &&
		    edtf_lo(o->claim.begin) > edtf_hi(d->claim.begin) && same_holding(o, d))
			return true;
	}
	return false;
}

/* A meeting that another sentence sets for a later day is not being held yet. */
static bool is_still_to_come(const struct draft_list *l, const struct draft *d)
{
	if (d->when != WHEN_EVENT || d->stated || d->claim.modality != CLAIM_ASSERTED)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].claim.modality == CLAIM_PLANNED && same_holding(&l->v[i], d))
			return true;
	return false;
}

int engine_merge(struct engine *e)
{
	struct draft_list *l = e->drafts;
	struct draft **order = arena_array(e->arena, l->n, sizeof(*order));
	size_t m = 0, n = 0;

	if (!order)
		return -ENOMEM;
	/* The fullest first, so that the others fold into it; insertion keeps the order of the text among equals. */
	for (size_t i = 0; i < l->n; i++) {
		size_t k = m;

		if ((l->v[i].loose && !is_backed(l, &l->v[i])) || is_outranked(e, &l->v[i]) ||
		    is_outdone(l, &l->v[i]) || is_realised(l, &l->v[i]) || is_to_begin(e, l, &l->v[i]) ||
		    is_still_to_come(l, &l->v[i]))
			continue;

		while (k > 0 && says_more(&l->v[i], order[k - 1])) {
			order[k] = order[k - 1];
			k--;
		}
		order[k] = &l->v[i];
		m++;
	}
	for (size_t i = 0; i < m; i++) {
		size_t k = 0;

		while (k < n && !absorbs(order[k], order[i]))
			k++;
		if (k < n)
			absorb(order[k], order[i]);
		else
			order[n++] = order[i];
	}
	close_spells(e, order, n);
	for (size_t i = 0; i < n; i++) {
		if (arena_grow(e->arena, &e->out->v, e->out->n, &e->out->cap, sizeof(*e->out->v)) < 0)
			return -ENOMEM;
		e->out->v[e->out->n++] = order[i]->claim;
	}
	if (e->out->n)
		qsort(e->out->v, e->out->n, sizeof(*e->out->v), cmp_claims);
	return 0;
}
