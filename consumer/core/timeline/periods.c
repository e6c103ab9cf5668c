/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/periods.h"
#include "core/timeline/marks.h"
#include <errno.h>
#include <stdlib.h>

struct statement {
	const struct cell *cell;
	struct day_range begin, end;
	int32_t strength;
	size_t period; /* index in periods, once placed */
};

struct period {
	struct span value;
	struct day_range begin, end;
	int64_t sum, strongest, strength, denied;
	bool begin_stated, end_stated, accepted, disputed;
	struct support support;
	size_t serial; /* order of founding: the last tie-break */
};

struct periods {
	const struct slot_rules *rules;
	struct statement *said;
	size_t n_said;
	struct period *v;
	size_t n;
	struct period **order;
};

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_strength(const void *a, const void *b)
{
	const struct statement *x = a, *y = b;
	int c = cmp_int(y->strength, x->strength);

	if (!c)
		c = cmp_int((int64_t)x->end.hi - x->begin.lo, (int64_t)y->end.hi - y->begin.lo);
	if (!c)
		c = cmp_int(x->begin.lo, y->begin.lo);
	return c ? c : cell_cmp(x->cell, y->cell);
}

static int by_rank(const void *a, const void *b)
{
	const struct period *x = *(struct period *const *)a, *y = *(struct period *const *)b;
	int c = cmp_int(y->strength, x->strength);

	if (!c)
		c = span_cmp(x->value, y->value);
	if (!c)
		c = cmp_int(x->begin.lo, y->begin.lo);
	return c ? c : cmp_int((int64_t)x->serial, (int64_t)y->serial);
}

static struct day_range cut(struct day_range a, struct day_range b)
{
	return (struct day_range){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static bool meet(struct day_range a, struct day_range b)
{
	return a.lo <= b.hi && b.lo <= a.hi;
}

/* False for an undated one. */
static bool read_statement(const struct cell *c, struct statement *ret)
{
	struct edtf begin = edtf_is_set(c->begin) ? c->begin : edtf_is_set(c->holds_at) ? c->holds_at : c->end;
	struct edtf end = edtf_is_set(c->end) ? c->end : begin;

	if (!edtf_is_set(begin))
		return false;
	ret->cell = c;
	ret->begin = (struct day_range){edtf_lo(begin), edtf_hi(begin)};
	ret->end = (struct day_range){edtf_lo(end), edtf_hi(end)};
	if (ret->end.hi < ret->begin.lo) /* ends before it begins */
		return false;
	if (ret->end.lo < ret->begin.lo)
		ret->end.lo = ret->begin.lo;
	int32_t parts = begin.grain == EDTF_GRAIN_YEAR ? 7 : begin.grain == EDTF_GRAIN_DECADE ? 6 : 8;
	ret->strength = (int32_t)((int64_t)c->weight * parts / 8);
	if (c->derived)
		ret->strength = ret->strength * 6 / 8;
	return true;
}

/* Reports of a day differ by a day; those of a year do not mean the year after. */
static edtf_day slack(const struct statement *s)
{
	return s->begin.hi - s->begin.lo < 31 ? 1 : 0;
}

/* The days that a period may cover touch those of a statement with some grace; where periods must lie apart, a nearer
 * one of the same value is the same one with another date. */
static bool joins(const struct slot_rules *rules, const struct period *p, const struct statement *s)
{
	edtf_day grace = rules->apart_days ? rules->apart_days - 1 : slack(s);
	struct day_range a = {p->begin.lo - grace, p->end.hi + grace}, b = {s->begin.lo, s->end.hi};

	return span_eq(p->value, s->cell->value) && meet(a, b);
}

/* Bounds that meet narrow each other; a statement a few days off is of another day of the same event, and stretches it;
 * one further off that is as strong as any widens the bounds to hold both dates, a weaker one does not. */
static void join_bounds(struct period *p, const struct statement *s)
{
	struct day_range begin = cut(p->begin, s->begin), end = cut(p->end, s->end);
	edtf_day off = s->begin.lo > p->end.hi ? s->begin.lo - p->end.hi : p->begin.lo - s->end.hi;

	if (begin.lo <= begin.hi && end.lo <= end.hi) {
		p->begin = begin;
		p->end = end;
	} else if (off <= slack(s)) {
		if (s->begin.hi < p->begin.lo)
			p->begin = s->begin;
		if (s->end.lo > p->end.hi)
			p->end = s->end;
	} else if (s->strength >= p->strongest) {
		p->begin = (struct day_range){s->begin.lo < p->begin.lo ? s->begin.lo : p->begin.lo,
					      s->begin.hi > p->begin.hi ? s->begin.hi : p->begin.hi};
		p->end = (struct day_range){s->end.lo < p->end.lo ? s->end.lo : p->end.lo,
					    s->end.hi > p->end.hi ? s->end.hi : p->end.hi};
	}
}

static void join(struct period *p, struct statement *s)
{
	join_bounds(p, s);
	p->begin_stated |= !(s->cell->derived & CLAIM_DERIVED_BEGIN);
	p->end_stated |= !(s->cell->derived & CLAIM_DERIVED_END);
	p->sum += s->strength;
	p->strongest = s->strength > p->strongest ? s->strength : p->strongest;
	support_add(&p->support, s->cell, edtf_is_set(s->cell->begin) ? SUPPORT_BEGIN : SUPPORT_HELD);
}

static void place(struct periods *ps, struct statement *s)
{
	size_t i = 0;

	while (i < ps->n && !joins(ps->rules, &ps->v[i], s))
		i++;
	if (s->cell->modality == CLAIM_DENIED) {
		if (i < ps->n)
			ps->v[i].denied += s->strength;
		return;
	}
	if (i == ps->n)
		ps->v[ps->n++] =
			(struct period){.value = s->cell->value, .begin = s->begin, .end = s->end, .serial = i};
	join(&ps->v[i], s);
	s->period = i;
}

static void weigh(struct period *p)
{
	uint32_t origins = p->support.sources.n < p->support.texts.n ? p->support.sources.n : p->support.texts.n;
	int64_t most = p->strongest * (origins ? origins : 1);

	p->strength = (p->sum < most ? p->sum : most) - p->denied;
}

static bool within(const struct period *a, const struct period *b)
{
	return a->begin.lo >= b->begin.lo && a->end.hi <= b->end.hi;
}

static bool contradict(const struct slot_rules *rules, const struct period *a, const struct period *b)
{
	struct day_range core_a = {a->begin.hi, a->end.lo}, core_b = {b->begin.hi, b->end.lo};
	const struct period *first = a->begin.lo <= b->begin.lo ? a : b, *then = first == a ? b : a;

	if (core_a.lo <= core_a.hi && core_b.lo <= core_b.hi && meet(core_a, core_b))
		return true;
	if (within(a, b) || within(b, a))
		return true;
	return rules->apart_days && (int64_t)then->begin.lo - first->end.hi < rules->apart_days;
}

static void accept(struct periods *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		struct period *p = ps->order[i];
		p->accepted = p->strength > 0;
		for (size_t k = 0; k < i && p->strength > 0; k++) {
			struct period *q = ps->order[k];
			if (!q->accepted || !contradict(ps->rules, p, q))
				continue;
			p->accepted = false;
			if (q->strength - p->strength < CELL_ORIGIN * 3 / 4)
				p->disputed = q->disputed = true;
		}
	}
}

static void tell(const struct periods *ps, struct resolve_trace *trace)
{
	for (size_t i = 0; trace && i < ps->n_said; i++) {
		const struct statement *s = &ps->said[i];
		if (s->cell->modality != CLAIM_ASSERTED)
			continue;
		const struct period *p = &ps->v[s->period];
		enum verdict v = p->disputed ? VERDICT_DISPUTED : p->accepted ? VERDICT_FOR : VERDICT_AGAINST;
		trace_set(trace, s->cell, v, 0, s->strength);
	}
}

static int emit(const struct periods *ps, struct arena *arena, struct belief_list *ret)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct period *p = &ps->v[i];
		if (!p->accepted && !p->disputed)
			continue;
		struct belief b = {.value = p->value,
				   .begin = p->begin,
				   .end = p->end,
				   .status = p->disputed ? SPELL_DISPUTED : SPELL_ESTABLISHED,
				   .inferred = (p->begin_stated ? 0U : (unsigned)SPELL_BEGIN_DERIVED) |
					       (p->end_stated ? 0U : (unsigned)SPELL_END_DERIVED)};
		support_fill(&p->support, &b);
		if (belief_add(ret, arena, b) < 0)
			return -ENOMEM;
	}
	return 0;
}

int periods_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		    struct belief_list *ret, struct resolve_trace *trace)
{
	struct periods ps = {.rules = rules};

	ps.said = arena_array(arena, n + 1, sizeof(*ps.said));
	ps.v = arena_array(arena, n + 1, sizeof(*ps.v));
	ps.order = arena_array(arena, n + 1, sizeof(struct period *));
	if (!ps.said || !ps.v || !ps.order)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		bool counts = cells[i]->modality == CLAIM_ASSERTED || cells[i]->modality == CLAIM_DENIED;
		if (counts && cell_admitted(rules, cells[i]) && read_statement(cells[i], &ps.said[ps.n_said]))
			ps.n_said++;
	}
	qsort(ps.said, ps.n_said, sizeof(*ps.said), by_strength);
	for (size_t i = 0; i < ps.n_said; i++)
		if (ps.said[i].cell->modality == CLAIM_ASSERTED)
			place(&ps, &ps.said[i]);
	for (size_t i = 0; i < ps.n_said; i++)
		if (ps.said[i].cell->modality == CLAIM_DENIED)
			place(&ps, &ps.said[i]);
	for (size_t i = 0; i < ps.n; i++) {
		weigh(&ps.v[i]);
		ps.order[i] = &ps.v[i];
	}
	qsort(ps.order, ps.n, sizeof(struct period *), by_rank);
	accept(&ps);
	tell(&ps, trace);
	return emit(&ps, arena, ret);
}
