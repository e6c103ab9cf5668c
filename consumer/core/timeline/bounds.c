/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/runs.h"

/* A stated bound that was widened over more than a short spell says little of when it was. */
static void dispute_wide(struct track *t)
{
	int32_t widest = t->rules->short_days > 366 ? t->rules->short_days : 366;

	for (size_t i = 0; i < t->n_own; i++) {
		struct run *r = &t->runs[i];
		r->disputed |= (r->begins && r->begin.hi - r->begin.lo > widest) ||
			       (r->ends && r->end.hi - r->end.lo > widest);
	}
}

/* One follows the other though the rules say that it cannot: the shorter is in doubt. */
static void dispute_order(struct track *t)
{
	for (size_t i = 1; i < t->n_own; i++) {
		struct run *last = &t->runs[i - 1], *next = &t->runs[i];
		bool first = last->nodes.hi - last->nodes.lo < next->nodes.hi - next->nodes.lo;
		struct run *shorter = first ? last : next;

		if (!last->ends && !slot_may_follow(t->rules, last->name, next->name))
			shorter->barred = shorter->disputed = true;
	}
}

static edtf_day by_month(edtf_day d)
{
	return edtf_lo(edtf_coarsen(edtf_from_day(d), EDTF_GRAIN_MONTH));
}

static edtf_day clamp_hi(edtf_day d, edtf_day hi)
{
	return d < hi ? d : hi;
}

static void bound_begin(struct run *r, const struct run *before)
{
	edtf_day known = before ? before->last_lo : EDTF_DAY_MIN;

	if (before && before->ends && before->end.lo > known)
		known = before->end.lo;
	if (!r->begins && before)
		r->inferred |= SPELL_BEGIN_SUCCESSION;
	if (!r->begins)
		r->begin = (struct day_range){known, EDTF_DAY_MAX};
	else if (!r->begin_stated)
		r->inferred |= SPELL_BEGIN_DERIVED;
	r->begin.hi = clamp_hi(r->begin.hi, r->first_hi);
	if (r->begin.lo < known)
		r->begin.lo = known;
	r->begin.lo = clamp_hi(r->begin.lo, r->begin.hi);
}

static void bound_end(struct run *r, const struct run *after)
{
	edtf_day known = r->last_lo;

	if (r->support.items.n == SPELL_SUPPORT_MAX) {
		known = by_month(known);
		known = known > r->begin.hi ? known : clamp_hi(r->begin.hi, r->last_lo);
	}
	if (!r->ends && after)
		r->inferred |= SPELL_END_SUCCESSION;
	else if (r->ends && !r->end_stated)
		r->inferred |= SPELL_END_DERIVED;
	if (!r->ends)
		r->end = (struct day_range){known, EDTF_DAY_MAX};
	if (after)
		r->end.hi = clamp_hi(r->end.hi, after->begin.hi);
	if (r->end.lo < known)
		r->end.lo = known;
	if (r->end.lo < r->begin.lo)
		r->end.lo = r->begin.lo;
	r->end.lo = clamp_hi(r->end.lo, r->end.hi);
}

/* An outvoted group cannot have lasted longer than the gap that it lies in, nor than the run there. */
static void bound_alternative(struct run *r, const struct run *inside)
{
	edtf_day lo = r->gap.lo, hi = r->gap.hi;

	if (inside && inside->begin.lo > lo)
		lo = inside->begin.lo;
	if (inside && inside->end.hi < hi)
		hi = inside->end.hi;
	if (!r->begins)
		r->begin = (struct day_range){lo, r->first_hi};
	if (!r->ends)
		r->end = (struct day_range){r->last_lo, hi};
	r->begin.lo = clamp_hi(r->begin.lo, r->begin.hi);
	if (r->end.lo < r->begin.lo)
		r->end.lo = r->begin.lo;
	if (r->end.hi < r->end.lo)
		r->end.hi = r->end.lo;
}

/* The run before or after that bounds it, or NULL. */
static const struct run *beside(const struct track *t, size_t i, size_t step)
{
	size_t k = i + step;

	while (k < t->n_own && t->runs[k].barred && !t->runs[i].barred)
		k += step;
	return k < t->n_own ? &t->runs[k] : NULL;
}

#define BEFORE SIZE_MAX /* one less, and less than none is beyond any */
#define AFTER 1

void runs_bound(struct track *t)
{
	dispute_order(t);
	for (size_t i = 0; i < t->n_own; i++)
		bound_begin(&t->runs[i], beside(t, i, BEFORE));
	for (size_t i = t->n_own; i-- > 0;)
		bound_end(&t->runs[i], beside(t, i, AFTER));
	for (size_t i = t->n_own; i < t->n_runs; i++)
		bound_alternative(&t->runs[i], t->runs[i].inside == NO_RUN ? NULL : &t->runs[t->runs[i].inside]);
	dispute_wide(t);
}
