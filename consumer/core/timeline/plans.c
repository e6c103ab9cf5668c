/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/plans.h"
#include "base/sorted.h"
#include "core/timeline/marks.h"
#include <errno.h>
#include <stdlib.h>

#define MOVED_DAYS 500
#define REPORTED_DAYS 45

#define NO_PLAN SIZE_MAX

struct plan {
	struct span value;
	size_t group, next; /* of its value; the next founded one of it, or NO_PLAN */
	struct day_range begin, end;
	int64_t weight;
	edtf_day last_published;
	bool stated, dropped, disputed;
	struct support support;
};

/* Where the begin of a plan lies. Those of one value do not meet: what would meet one joins it, which narrows it. */
struct plan_place {
	size_t group;
	edtf_day lo;
	size_t plan;
};

struct plan_denial {
	const struct cell *cell;
	size_t group;
};

/* The plans of one value. */
struct plan_group {
	struct span value;
	size_t first, last;
};

struct plans {
	const struct cell **planned;
	struct plan_denial *denied; /* of values that are planned */
	size_t n_planned, n_denied, cap_denied;
	struct plan *v; /* as they were founded */
	size_t n;
	struct plan_place *places; /* n, by group and day */
	struct plan_group *groups;
	size_t n_groups;
	struct day_range *held; /* room for the spells of one value */
	size_t cap_held;
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

static struct plan_group *group_of(struct plans *p, struct span value)
{
	size_t i = 0;

	while (i < p->n_groups && !span_eq(p->groups[i].value, value))
		i++;
	if (i == p->n_groups)
		p->groups[p->n_groups++] = (struct plan_group){value, NO_PLAN, NO_PLAN};
	return &p->groups[i];
}

static size_t found(struct plans *p, struct plan_group *g)
{
	size_t k = p->n++;

	p->v[k] = (struct plan){.value = g->value,
				.group = (size_t)(g - p->groups),
				.next = NO_PLAN,
				.begin = {EDTF_DAY_MIN, EDTF_DAY_MAX},
				.end = {EDTF_DAY_MIN, EDTF_DAY_MAX},
				.last_published = EDTF_DAY_MIN};
	if (g->first == NO_PLAN)
		g->first = k;
	else
		p->v[g->last].next = k;
	g->last = k;
	return k;
}

static int by_place(const void *place, const void *wanted)
{
	const struct plan_place *a = place, *b = wanted;

	return a->group != b->group ? cmp_int((int64_t)a->group, (int64_t)b->group) : cmp_int(a->lo, b->lo);
}

/* Index of the first place of the group whose plan may begin on `begin`, or after it. */
static size_t place_at(const struct plans *p, size_t group, struct day_range begin)
{
	struct plan_place wanted = {.group = group, .lo = begin.lo};
	size_t i = sorted_place(p->places, p->n, sizeof(*p->places), &wanted, by_place);

	return i > 0 && p->places[i - 1].group == group && meet(p->v[p->places[i - 1].plan].begin, begin) ? i - 1 : i;
}

/* The plan that was founded first of those that a statement meets, or a new one. */
static void gather_one(struct plans *p, const struct cell *c, struct day_range begin)
{
	struct plan_group *g = group_of(p, c->value);
	size_t group = (size_t)(g - p->groups), from = place_at(p, group, begin), at = SIZE_MAX;

	for (size_t i = from; i < p->n && p->places[i].group == group && p->places[i].lo <= begin.hi; i++)
		if (at == SIZE_MAX || p->places[i].plan < p->places[at].plan)
			at = i;
	if (at == SIZE_MAX) {
		at = from;
		memmove(&p->places[at + 1], &p->places[at], (p->n - at) * sizeof(*p->places));
		p->places[at] = (struct plan_place){.group = group, .plan = found(p, g)};
	}
	join(&p->v[p->places[at].plan], c, begin);
	p->places[at].lo = p->v[p->places[at].plan].begin.lo;
}

static void gather(struct plans *p)
{
	struct day_range begin;

	for (size_t i = 0; i < p->n_planned; i++)
		if (planned_begin(p->planned[i], &begin))
			gather_one(p, p->planned[i], begin);
}

/* Came true, perhaps late, or was so before: r are the days of the spells of its value. */
static bool is_fulfilled(const struct slot_rules *rules, const struct plan *p, const struct day_range *r, size_t n)
{
	bool periods = rules->shape == SLOT_PERIODS;
	edtf_day early = periods ? REPORTED_DAYS : 0, late = periods ? REPORTED_DAYS : MOVED_DAYS;
	edtf_day last = periods && p->end.hi < EDTF_DAY_MAX ? p->end.hi : p->begin.hi;
	struct day_range when = {p->begin.lo - early, last > EDTF_DAY_MAX - late ? EDTF_DAY_MAX : last + late};

	for (size_t i = 0; i < n; i++)
		if (meet(r[i], when))
			return true;
	return false;
}

static bool is_denied(const struct plans *ps, const struct plan *p)
{
	int64_t against = 0;

	for (size_t i = 0; i < ps->n_denied; i++) {
		struct day_range at;
		const struct cell *c = ps->denied[i].cell;
		if (ps->denied[i].group != p->group)
			continue;
		bool dated = edtf_is_set(c->begin) || edtf_is_set(c->holds_at);
		if (!dated || (planned_begin(c, &at) && meet(at, p->begin)))
			against += c->weight;
	}
	return against >= p->weight;
}

static bool is_moved(const struct plans *ps, size_t i)
{
	const struct plan *p = &ps->v[i];

	for (size_t k = ps->groups[p->group].first; k != NO_PLAN; k = ps->v[k].next) {
		int64_t apart = llabs((int64_t)p->begin.lo - ps->v[k].begin.lo);
		if (i != k && apart <= MOVED_DAYS && ps->v[k].weight >= p->weight &&
		    ps->v[k].last_published > p->last_published)
			return true;
	}
	return false;
}

static void drop(const struct slot_rules *rules, struct plans *p, const struct belief *b, size_t n)
{
	for (size_t g = 0; g < p->n_groups; g++) {
		size_t n_held = 0;
		for (size_t i = 0; i < n; i++)
			if (span_eq(b[i].value, p->groups[g].value))
				p->held[n_held++] = (struct day_range){b[i].begin.lo, b[i].end.hi};
		for (size_t k = p->groups[g].first; k != NO_PLAN; k = p->v[k].next)
			p->v[k].dropped = is_fulfilled(rules, &p->v[k], p->held, n_held) || is_moved(p, k) ||
					  is_denied(p, &p->v[k]);
	}
}

static bool is_stage(const struct slot_rules *rules, struct span value)
{
	for (size_t i = 0; i < rules->n_stage; i++)
		if (span_eq(rules->stage[i], value))
			return true;
	return false;
}

static void settle_pair(const struct slot_rules *rules, struct plan *p, const struct plan *q)
{
	bool rivals = !p->dropped && !q->dropped && p->group != q->group && meet(p->begin, q->begin) &&
		      !is_stage(rules, p->value) && !is_stage(rules, q->value);

	if (!rivals)
		return;
	if (p->weight + CELL_ORIGIN <= q->weight)
		p->dropped = true;
	else if (q->weight + CELL_ORIGIN > p->weight)
		p->disputed = true;
}

static void settle_rivals(const struct slot_rules *rules, struct plan *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n && !v[i].dropped; k++)
			settle_pair(rules, &v[i], &v[k]);
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

int plans_deny(struct plans *p, const struct cell *const *cells, size_t n, struct arena *arena)
{
	if (n > p->cap_denied) {
		p->cap_denied = 2 * n;
		p->denied = arena_array(arena, p->cap_denied, sizeof(*p->denied));
		if (!p->denied)
			return -ENOMEM;
	}
	p->n_denied = 0;
	for (size_t i = 0; i < n; i++) {
		size_t g = 0;
		if (cells[i]->modality != CLAIM_DENIED || !cells[i]->weight)
			continue;
		while (g < p->n_groups && !span_eq(p->groups[g].value, cells[i]->value))
			g++;
		if (g < p->n_groups)
			p->denied[p->n_denied++] = (struct plan_denial){cells[i], g};
	}
	return 0;
}

int plans_gather(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		 struct plans **ret)
{
	struct plans *p = arena_alloc(arena, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->planned = arena_array(arena, n + 1, sizeof(*p->planned));
	if (!p->planned)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (cells[i]->modality == CLAIM_PLANNED && cell_admitted(rules, cells[i]))
			p->planned[p->n_planned++] = cells[i];
	p->v = arena_array(arena, p->n_planned + 1, sizeof(*p->v));
	p->groups = arena_array(arena, p->n_planned + 1, sizeof(*p->groups));
	p->places = arena_array(arena, p->n_planned + 1, sizeof(*p->places));
	if (!p->v || !p->groups || !p->places)
		return -ENOMEM;
	qsort(p->planned, p->n_planned, sizeof(*p->planned), by_weight);
	gather(p);
	*ret = p;
	return plans_deny(p, cells, n, arena);
}

int plans_settle(const struct slot_rules *rules, struct plans *p, const struct belief *told, size_t n,
		 struct arena *arena)
{
	if (n > p->cap_held) {
		p->cap_held = 2 * n;
		p->held = arena_array(arena, p->cap_held, sizeof(*p->held));
		if (!p->held)
			return -ENOMEM;
	}
	for (size_t i = 0; i < p->n; i++)
		p->v[i].disputed = false;
	drop(rules, p, told, n);
	if (rules->shape == SLOT_EXCLUSIVE)
		settle_rivals(rules, p->v, p->n);
	return 0;
}

int plans_emit(struct plans *p, edtf_day watermark, struct arena *arena, struct belief_list *ret,
	       struct day_range *wake)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].dropped && emit(&p->v[i], watermark, arena, ret, wake) < 0)
			return -ENOMEM;
	return 0;
}

int plans_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, edtf_day watermark,
		  struct arena *arena, struct belief_list *ret, struct day_range *wake, struct resolve_trace *trace)
{
	struct plans *p;

	if (plans_gather(rules, cells, n, arena, &p) < 0 || plans_settle(rules, p, ret->v, ret->n, arena) < 0)
		return -ENOMEM;
	if (trace)
		tell(p->v, p->n, p->planned, p->n_planned, trace);
	return plans_emit(p, watermark, arena, ret, wake);
}
