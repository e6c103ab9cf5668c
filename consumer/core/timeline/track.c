/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/track.h"
#include "core/timeline/runs.h"
#include <errno.h>
#include <stdlib.h>

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Marks stand in the order of their cells, so that their addresses are the last tie-break. */
static int by_strength(const void *a, const void *b)
{
	const struct mark *x = *(struct mark *const *)a, *y = *(struct mark *const *)b;
	int c = cmp_int(y->hold + y->bound, x->hold + x->bound);

	if (!c)
		c = cmp_int((int64_t)x->hi - x->lo, (int64_t)y->hi - y->lo);
	if (!c)
		c = cmp_int(x->lo, y->lo);
	return c ? c : (x > y) - (x < y);
}

static int add_run(struct track *t, struct run r)
{
	if (arena_grow(t->arena, &t->runs, t->n_runs, &t->cap_runs, sizeof(*t->runs)) < 0)
		return -ENOMEM;
	r.first_hi = r.hull_lo = EDTF_DAY_MAX;
	r.last_lo = r.hull_hi = EDTF_DAY_MIN;
	r.begin = r.end = (struct day_range){EDTF_DAY_MIN, EDTF_DAY_MAX};
	t->runs[t->n_runs++] = r;
	return 0;
}

static int find_runs(struct track *t)
{
	const struct chain *c = &t->c;

	for (size_t i = 0; i < c->n; i++) {
		t->run_of[i] = NO_RUN;
		if (c->label[i] == c->n_values)
			continue;
		if (i == 0 || c->label[i - 1] != c->label[i]) {
			if (add_run(t, (struct run){.value = c->label[i],
						    .name = c->values[c->label[i]],
						    .nodes = {c->day[i], c->day[i]},
						    .from = i,
						    .inside = NO_RUN}) < 0)
				return -ENOMEM;
		}
		t->run_of[i] = t->n_runs - 1;
		t->runs[t->n_runs - 1].to = i;
		t->runs[t->n_runs - 1].nodes.hi = c->day[i];
	}
	t->n_own = t->n_runs;
	return 0;
}

/* The run that has its change where the mark says, or NO_RUN. */
static size_t run_changing(const struct track *t, const struct mark *m)
{
	const struct chain *c = &t->c;
	struct day_range r = mark_change(m);

	for (size_t i = chain_node_at(c, r.lo); i < c->n && c->day[i] <= r.hi; i++) {
		bool now = c->label[i] == m->value, before = i > 0 && c->label[i - 1] == m->value;
		if (m->kind == MARK_BEGIN && now && !before)
			return t->run_of[i];
		if (m->kind == MARK_END && !now && before)
			return t->run_of[i - 1];
	}
	return NO_RUN;
}

/* The run in which the mark's value holds as the mark says, or NO_RUN. */
static size_t run_holding(const struct track *t, const struct mark *m)
{
	const struct chain *c = &t->c;
	struct day_range r = mark_holds(m);
	size_t first = chain_node_at(c, r.lo);

	for (size_t i = first; i < c->n && c->day[i] <= r.hi; i++)
		if (c->label[i] == m->value)
			return t->run_of[i];
	if (m->kind == MARK_HOLD && m->lo == m->hi && first > 0 && c->label[first - 1] == m->value)
		return t->run_of[first - 1];
	return NO_RUN;
}

static struct day_range cut(struct day_range a, struct day_range b)
{
	return (struct day_range){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static struct day_range hull(struct day_range a, struct day_range b)
{
	return (struct day_range){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

/* A stated bound meets those stated more strongly. */
static void state_bound(struct day_range *bound, bool *has, bool *stated, const struct mark *m)
{
	struct day_range said = {m->lo, m->hi}, both = *has ? cut(*bound, said) : said;

	if (both.lo > both.hi)
		return;
	*bound = both;
	*has = true;
	*stated |= !m->derived;
}

/* What the mark says of when the value is known to hold. A chosen begin or end says it as the bound itself, which may
 * be widened later. */
static void speak(struct run *r, const struct mark *m, bool chosen)
{
	struct day_range h = mark_holds(m);

	if (!(chosen && m->kind == MARK_BEGIN) && h.hi < r->first_hi)
		r->first_hi = h.hi;
	if (!(chosen && m->kind == MARK_END) && h.lo > r->last_lo)
		r->last_lo = h.lo;
	r->hull_lo = h.lo < r->hull_lo ? h.lo : r->hull_lo;
	r->hull_hi = h.hi > r->hull_hi ? h.hi : r->hull_hi;
}

static void satisfy(struct track *t, struct mark *m, size_t changing)
{
	size_t at = changing != NO_RUN ? changing : run_holding(t, m);
	struct run *r = at != NO_RUN ? &t->runs[at] : NULL;
	int32_t strength = m->hold + m->bound;

	t->mark_run[m - t->c.marks] = at;
	if (!r)
		return;
	speak(r, m, changing != NO_RUN);
	if (m->kind == MARK_HOLD || changing != NO_RUN)
		trace_set(t->trace, m->cell, VERDICT_FOR, 0, strength);
	if (changing == NO_RUN) {
		support_add(&r->support, m->cell, SUPPORT_HELD);
		return;
	}
	support_add(&r->support, m->cell, m->kind == MARK_BEGIN ? SUPPORT_BEGIN : SUPPORT_END);
	if (m->kind == MARK_BEGIN)
		state_bound(&r->begin, &r->begins, &r->begin_stated, m);
	else
		state_bound(&r->end, &r->ends, &r->end_stated, m);
}

static void satisfy_marks(struct track *t)
{
	for (size_t i = 0; i < t->c.n_marks; i++) {
		struct mark *m = t->order[i];
		t->mark_run[m - t->c.marks] = NO_RUN;
		if (!m->denied)
			satisfy(t, m, m->kind == MARK_HOLD ? NO_RUN : run_changing(t, m));
	}
}

/* The run whose begin (or end) the mark states on another day: the one that it is satisfied by, else the next (the one
 * before), if that has its value. */
static size_t run_bounded_by(const struct track *t, const struct mark *m)
{
	size_t at = t->mark_run[m - t->c.marks];

	if (at != NO_RUN)
		return at;
	size_t inside = t->run_of[chain_node_at(&t->c, mark_test(m))];
	size_t near = inside == NO_RUN ? NO_RUN : m->kind == MARK_BEGIN ? inside + 1 : inside - 1;
	return near < t->n_own && t->runs[near].value == m->value ? near : NO_RUN;
}

/* A change stated elsewhere that was nearly chosen widens the bound. */
static void widen(struct track *t)
{
	for (size_t i = 0; i < t->c.n_marks; i++) {
		const struct mark *m = t->order[i];
		size_t at = m->denied || m->kind == MARK_HOLD ? NO_RUN : run_bounded_by(t, m);
		if (at == NO_RUN || run_changing(t, m) != NO_RUN)
			continue;
		struct run *r = &t->runs[at];
		bool begin = m->kind == MARK_BEGIN, held = t->mark_run[m - t->c.marks] != NO_RUN;
		int32_t margin = chain_margin_of_shift(&t->c, r->from, r->to, mark_change(m), begin);
		if (held || margin < CHAIN_THETA)
			trace_set(t->trace, m->cell, VERDICT_PARTLY, margin, m->hold + m->bound);
		if (margin >= CHAIN_THETA)
			continue;
		struct day_range said = {m->lo, m->hi};
		struct day_range *bound = begin ? &r->begin : &r->end;
		bool *has = begin ? &r->begins : &r->ends, *stated = begin ? &r->begin_stated : &r->end_stated;
		*bound = *has ? hull(*bound, said) : said;
		*has = true;
		*stated |= !m->derived;
		if (!held)
			support_add(&r->support, m->cell, begin ? SUPPORT_BEGIN : SUPPORT_END);
		t->mark_run[m - t->c.marks] = at;
	}
}

/* The days around a mark in which the run that stands there has no mark of its own; no run, where none stands there. */
static struct day_range gap_around(const struct track *t, const struct mark *m, size_t inside)
{
	struct day_range gap = {EDTF_DAY_MIN, EDTF_DAY_MAX};
	edtf_day at = mark_test(m);

	for (size_t i = 0; i < t->c.n_marks; i++) {
		struct day_range h = mark_holds(&t->c.marks[i]);
		if (t->mark_run[i] == NO_RUN || (inside != NO_RUN && t->mark_run[i] != inside))
			continue;
		if (h.hi < at && h.hi > gap.lo)
			gap.lo = h.hi;
		if (h.lo > at && h.lo < gap.hi)
			gap.hi = h.lo;
	}
	return gap;
}

/* The group of nearly winning marks that this one belongs to: same value, in the same gap of the same run. */
static struct run *alternative_of(struct track *t, const struct mark *m)
{
	edtf_day at = mark_test(m);
	size_t inside = t->run_of[chain_node_at(&t->c, at)];

	for (size_t i = t->n_own; i < t->n_runs; i++) {
		const struct run *r = &t->runs[i];
		if (r->value == m->value && r->inside == inside && at >= r->gap.lo && at <= r->gap.hi)
			return &t->runs[i];
	}
	struct run r = {.value = m->value,
			.alternative = true,
			.disputed = true,
			.inside = inside,
			.gap = gap_around(t, m, inside)};
	return add_run(t, r) < 0 ? NULL : &t->runs[t->n_runs - 1];
}

/* Do the rules say that its value cannot come after the one that stands there? */
static bool is_barred(const struct track *t, const struct mark *m)
{
	size_t inside = t->run_of[chain_node_at(&t->c, mark_test(m))];

	return inside != NO_RUN &&
	       !slot_may_follow(t->rules, t->c.values[t->runs[inside].value], t->c.values[m->value]);
}

static int find_alternatives(struct track *t)
{
	for (size_t i = 0; i < t->c.n_marks; i++) {
		const struct mark *m = t->order[i];
		if (m->denied || t->mark_run[m - t->c.marks] != NO_RUN)
			continue;
		int32_t margin = chain_margin_of(&t->c, m->value, mark_holds(m));
		bool close = margin < CHAIN_THETA, barred = close && is_barred(t, m);
		trace_set(t->trace, m->cell,
			  barred  ? VERDICT_REJECTED
			  : close ? VERDICT_DISPUTED
				  : VERDICT_AGAINST,
			  margin, m->hold + m->bound);
		close &= !barred;
		if (!close)
			continue;
		struct run *r = alternative_of(t, m);
		if (!r)
			return -ENOMEM;
		speak(r, m, false);
		support_add(&r->support, m->cell,
			    m->kind == MARK_BEGIN ? SUPPORT_BEGIN
			    : m->kind == MARK_END ? SUPPORT_END
						  : SUPPORT_HELD);
		if (m->kind == MARK_BEGIN)
			state_bound(&r->begin, &r->begins, &r->begin_stated, m);
		else if (m->kind == MARK_END)
			state_bound(&r->end, &r->ends, &r->end_stated, m);
	}
	return 0;
}

/* Is the run carried by marks that do not touch the days in r? */
static bool stands_outside(const struct track *t, size_t run, struct day_range r)
{
	int64_t outside = 0;

	for (size_t i = 0; i < t->c.n_marks; i++) {
		struct day_range h = mark_holds(&t->c.marks[i]);
		if (t->mark_run[i] == run && (h.hi < r.lo || h.lo > r.hi))
			outside += t->c.marks[i].hold + t->c.marks[i].bound;
	}
	return outside >= CHAIN_THETA;
}

static void dispute(struct track *t)
{
	for (size_t i = t->n_own; i < t->n_runs; i++) {
		struct run *r = &t->runs[i];
		if (r->inside != NO_RUN && !stands_outside(t, r->inside, (struct day_range){r->hull_lo, r->hull_hi}))
			t->runs[r->inside].disputed = true;
	}
	for (size_t i = 0; i < t->c.n_marks; i++) {
		const struct mark *m = &t->c.marks[i];
		size_t at = m->denied ? run_holding(t, m) : NO_RUN;
		if (!m->denied)
			continue;
		int32_t margin = at == NO_RUN ? 0 : chain_margin_of_none(&t->c, mark_test(m));
		bool close = at != NO_RUN && margin < CHAIN_THETA;
		trace_set(t->trace, m->cell,
			  at == NO_RUN ? VERDICT_FOR
			  : close      ? VERDICT_DISPUTED
				       : VERDICT_AGAINST,
			  margin, m->hold + m->bound);
		if (close && !stands_outside(t, at, mark_holds(m)))
			t->runs[at].disputed = true;
	}
}

static int emit(struct track *t, struct belief_list *ret)
{
	for (size_t i = 0; i < t->n_runs; i++) {
		struct run *r = &t->runs[i];
		struct belief b = {.value = t->c.values[r->value],
				   .begin = r->begin,
				   .end = r->end,
				   .status = r->disputed ? SPELL_DISPUTED : SPELL_ESTABLISHED,
				   .inferred = r->inferred};
		support_fill(&r->support, &b);
		if (!b.items) /* a stretch that only the labels around it made */
			continue;
		if (belief_add(ret, t->arena, b) < 0)
			return -ENOMEM;
	}
	return 0;
}

int track_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		  struct belief_list *ret, struct resolve_trace *trace)
{
	struct track t = {.rules = rules, .arena = arena, .trace = trace};

	if (chain_solve(rules, cells, n, arena, &t.c) < 0)
		return -ENOMEM;
	if (!t.c.n_marks)
		return 0;
	t.run_of = arena_array(arena, t.c.n, sizeof(*t.run_of));
	t.order = arena_array(arena, t.c.n_marks, sizeof(struct mark *));
	t.mark_run = arena_array(arena, t.c.n_marks, sizeof(*t.mark_run));
	if (!t.run_of || !t.order || !t.mark_run)
		return -ENOMEM;
	for (size_t i = 0; i < t.c.n_marks; i++)
		t.order[i] = &t.c.marks[i];
	qsort(t.order, t.c.n_marks, sizeof(struct mark *), by_strength);
	if (find_runs(&t) < 0)
		return -ENOMEM;
	satisfy_marks(&t);
	widen(&t);
	if (find_alternatives(&t) < 0)
		return -ENOMEM;
	dispute(&t);
	runs_bound(&t);
	return emit(&t, ret);
}
