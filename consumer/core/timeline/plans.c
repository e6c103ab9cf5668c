/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/plans.h"
#include "core/timeline/marks.h"
#include <errno.h>
#include <stdlib.h>

#define MOVED_DAYS 500
#define REPORTED_DAYS 45

struct plan {
	struct span value;
	struct day_range begin, end;
	int64_t weight;
	edtf_day last_published;
	bool stated, dropped, disputed;
	struct support support;
};

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_weight(const void *a, const void *b)
{
	const struct cell *x = *(const struct cell *const *)a, *y = *(const struct cell *const *)b;
	int c = cmp_int(y->weight, x->weight);

	if (!c)
		c = cmp_int(y->last_published, x->last_published);
	return c ? c : cell_cmp(x, y);
}

static bool meet(struct day_range a, struct day_range b)
{
	return a.lo <= b.hi && b.lo <= a.hi;
}

/* False where only an end is planned: that the holder will hand over is no spell of its own. */
static bool planned_begin(const struct cell *c, struct day_range *ret)
{
	struct edtf begin = edtf_is_set(c->begin) ? c->begin : c->holds_at;

	if (edtf_is_set(begin)) {
		*ret = (struct day_range){edtf_lo(begin), edtf_hi(begin)};
		return true;
	}
	if (edtf_is_set(c->end) || c->first_published == EDTF_DAY_MAX)
		return false;
	*ret = (struct day_range){c->first_published, EDTF_DAY_MAX};
	return true;
}

static void join(struct plan *p, const struct cell *c, struct day_range begin)
{
	p->begin.lo = begin.lo > p->begin.lo ? begin.lo : p->begin.lo;
	p->begin.hi = begin.hi < p->begin.hi ? begin.hi : p->begin.hi;
	if (edtf_is_set(c->end)) {
		p->end.lo = edtf_lo(c->end) > p->end.lo ? edtf_lo(c->end) : p->end.lo;
		p->end.hi = edtf_hi(c->end) < p->end.hi ? edtf_hi(c->end) : p->end.hi;
	}
	p->weight += c->weight;
	p->last_published = c->last_published > p->last_published ? c->last_published : p->last_published;
	p->stated |= !(c->derived & CLAIM_DERIVED_BEGIN);
	support_add(&p->support, c, SUPPORT_BEGIN);
}

static size_t gather(const struct cell **cells, size_t n, struct plan *v)
{
	size_t n_plans = 0;

	for (size_t i = 0; i < n; i++) {
		struct day_range begin;
		size_t k = 0;
		if (!planned_begin(cells[i], &begin))
			continue;
		while (k < n_plans && !(span_eq(v[k].value, cells[i]->value) && meet(v[k].begin, begin)))
			k++;
		if (k == n_plans)
			v[n_plans++] = (struct plan){.value = cells[i]->value,
						     .begin = {EDTF_DAY_MIN, EDTF_DAY_MAX},
						     .end = {EDTF_DAY_MIN, EDTF_DAY_MAX},
						     .last_published = EDTF_DAY_MIN};
		join(&v[k], cells[i], begin);
	}
	return n_plans;
}

/* Came true, perhaps late, or was so before. */
static void drop_fulfilled(const struct slot_rules *rules, struct plan *p, const struct belief *b, size_t n)
{
	bool periods = rules->shape == SLOT_PERIODS;
	edtf_day early = periods ? REPORTED_DAYS : 0, late = periods ? REPORTED_DAYS : MOVED_DAYS;
	edtf_day last = periods && p->end.hi < EDTF_DAY_MAX ? p->end.hi : p->begin.hi;
	struct day_range when = {p->begin.lo - early, last > EDTF_DAY_MAX - late ? EDTF_DAY_MAX : last + late};

	for (size_t i = 0; i < n; i++)
		if (span_eq(b[i].value, p->value) && meet((struct day_range){b[i].begin.lo, b[i].end.hi}, when))
			p->dropped = true;
}

static void drop_denied(struct plan *p, const struct cell *const *cells, size_t n)
{
	int64_t against = 0;

	for (size_t i = 0; i < n; i++) {
		struct day_range at;
		const struct cell *c = cells[i];
		if (c->modality != CLAIM_DENIED || !span_eq(c->value, p->value))
			continue;
		bool dated = edtf_is_set(c->begin) || edtf_is_set(c->holds_at);
		if (!dated || (planned_begin(c, &at) && meet(at, p->begin)))
			against += c->weight;
	}
	p->dropped |= against >= p->weight;
}

static void drop_moved(struct plan *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int64_t apart = llabs((int64_t)v[i].begin.lo - v[k].begin.lo);
			if (i != k && span_eq(v[i].value, v[k].value) && apart <= MOVED_DAYS &&
			    v[k].weight >= v[i].weight && v[k].last_published > v[i].last_published)
				v[i].dropped = true;
		}
}

static bool is_stage(const struct slot_rules *rules, struct span value)
{
	for (size_t i = 0; i < rules->n_stage; i++)
		if (span_eq(rules->stage[i], value))
			return true;
	return false;
}

static void settle_rivals(const struct slot_rules *rules, struct plan *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			bool rivals = i != k && !v[i].dropped && !v[k].dropped && !span_eq(v[i].value, v[k].value) &&
				      meet(v[i].begin, v[k].begin) && !is_stage(rules, v[i].value) &&
				      !is_stage(rules, v[k].value);
			if (!rivals || rules->shape != SLOT_EXCLUSIVE)
				continue;
			if (v[i].weight + CELL_ORIGIN <= v[k].weight)
				v[i].dropped = true;
			else if (v[k].weight + CELL_ORIGIN > v[i].weight)
				v[i].disputed = true;
		}
}

static enum spell_status status_of(const struct plan *p, edtf_day watermark, struct day_range *wake)
{
	bool passed = watermark > p->begin.hi;

	if (passed && wake->lo <= p->begin.hi)
		wake->lo = p->begin.hi + 1;
	if (!passed && wake->hi > p->begin.hi)
		wake->hi = p->begin.hi;
	if (passed)
		return SPELL_UNCONFIRMED;
	return p->disputed ? SPELL_DISPUTED : SPELL_EXPECTED;
}

static int emit(struct plan *p, edtf_day watermark, struct arena *arena, struct belief_list *ret,
		struct day_range *wake)
{
	struct belief b = {.value = p->value,
			   .begin = p->begin,
			   .end = p->end,
			   .inferred = p->stated ? 0U : (unsigned)SPELL_BEGIN_DERIVED};

	if (b.end.lo < b.begin.lo)
		b.end.lo = b.begin.lo;
	if (b.end.hi < b.end.lo)
		b.end.hi = b.end.lo;
	b.status = status_of(p, watermark, wake);
	support_fill(&p->support, &b);
	return belief_add(ret, arena, b);
}

static void tell(const struct plan *v, size_t n, const struct cell **cells, size_t n_cells, struct resolve_trace *trace)
{
	for (size_t i = 0; i < n_cells; i++) {
		struct day_range at;
		for (size_t k = 0; k < n && planned_begin(cells[i], &at); k++)
			if (span_eq(v[k].value, cells[i]->value) && meet(v[k].begin, at)) {
				trace_set(trace, cells[i], v[k].dropped ? VERDICT_SUPERSEDED : VERDICT_FOR, 0,
					  (int32_t)cells[i]->weight);
				break;
			}
	}
}

int plans_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, edtf_day watermark,
		  struct arena *arena, struct belief_list *ret, struct day_range *wake, struct resolve_trace *trace)
{
	const struct cell **planned = arena_array(arena, n + 1, sizeof(*planned));
	struct plan *v = arena_array(arena, n + 1, sizeof(*v));
	size_t n_planned = 0, n_told = ret->n;

	if (!planned || !v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (cells[i]->modality == CLAIM_PLANNED && cell_admitted(rules, cells[i]))
			planned[n_planned++] = cells[i];
	qsort(planned, n_planned, sizeof(*planned), by_weight);
	size_t n_plans = gather(planned, n_planned, v);
	for (size_t i = 0; i < n_plans; i++) {
		drop_fulfilled(rules, &v[i], ret->v, n_told);
		drop_denied(&v[i], cells, n);
	}
	drop_moved(v, n_plans);
	settle_rivals(rules, v, n_plans);
	if (trace)
		tell(v, n_plans, planned, n_planned, trace);
	for (size_t i = 0; i < n_plans; i++)
		if (!v[i].dropped && emit(&v[i], watermark, arena, ret, wake) < 0)
			return -ENOMEM;
	return 0;
}
