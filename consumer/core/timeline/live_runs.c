/* SPDX-License-Identifier: Apache-2.0 */
/* What the runs of a track are told by: support, evidence, the bounds that are stated. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

/* The evidence of a role, best first: what satisfies before what widens, each strongest first; a cell once. */
static int evidence_cmp(const struct live_mark *a, const struct live_mark *b)
{
	bool x = a->status == LIVE_NOTHING, y = b->status == LIVE_NOTHING;

	return x != y ? (x ? 1 : -1) : live_strength_cmp(a, b);
}

static void keep_best(struct live_best *best, const struct live_mark *m)
{
	uint32_t at = 0;

	while (at < best->n && best->v[at]->m.cell != m->m.cell)
		at++;
	if (at < best->n && best->v[at] != m && evidence_cmp(best->v[at], m) < 0)
		return;
	if (at < best->n) {
		best->n--;
		for (; at < best->n; at++)
			best->v[at] = best->v[at + 1];
	}
	at = best->n;
	while (at > 0 && evidence_cmp(best->v[at - 1], m) > 0)
		at--;
	if (at == SPELL_EVIDENCE_MAX)
		return;
	best->n += best->n < SPELL_EVIDENCE_MAX;
	for (uint32_t i = best->n - 1; i > at; i--)
		best->v[i] = best->v[i - 1];
	best->v[at] = m;
}

/* What the mark says of when the value is known to hold. A chosen begin or end says it as the bound itself. */
void live_run_speak(struct run *r, const struct live_mark *m)
{
	struct day_range h = mark_holds(&m->m);
	bool chosen = m->status == LIVE_CHOSEN;

	if (!(chosen && m->m.kind == MARK_BEGIN) && h.hi < r->first_hi)
		r->first_hi = h.hi;
	if (!(chosen && m->m.kind == MARK_END) && h.lo > r->last_lo)
		r->last_lo = h.lo;
}

/* Marks whose bound is told, until all are known. */
struct bounds {
	struct arena *arena;
	struct live_mark **v;
	size_t n, cap;
};

static int add_bound(struct bounds *b, struct live_mark *m)
{
	if (arena_grow(b->arena, &b->v, b->n, &b->cap, sizeof(struct live_mark *)) < 0)
		return -ENOMEM;
	b->v[b->n++] = m;
	return 0;
}

static int by_evidence(const void *a, const void *b)
{
	return evidence_cmp(*(struct live_mark *const *)a, *(struct live_mark *const *)b);
}

static void clear_run(struct live_run *r)
{
	r->run = (struct run){.inside = NO_RUN,
			      .begin = {EDTF_DAY_MIN, EDTF_DAY_MAX},
			      .end = {EDTF_DAY_MIN, EDTF_DAY_MAX},
			      .first_hi = EDTF_DAY_MAX,
			      .last_lo = EDTF_DAY_MIN};
	memset(r->best, 0, sizeof(r->best));
}

/* Adds the mark to its run, if that is one of [from, to). */
static int add_to_run(struct live_track *t, size_t from, size_t to, struct live_mark *m, struct bounds *bounds)
{
	bool satisfies = m->status == LIVE_CHOSEN || m->status == LIVE_HELD;

	if ((!satisfies && !m->widens) || m->at < t->runs[from].from || m->at > t->runs[to - 1].to)
		return 0;
	size_t at = live_run_at(t, m->at);
	if (at == NO_RUN)
		return 0;
	struct live_run *r = &t->runs[at];
	enum support_role role = m->status == LIVE_HELD	   ? SUPPORT_HELD
				 : m->m.kind == MARK_BEGIN ? SUPPORT_BEGIN
							   : SUPPORT_END;
	support_count(&r->run.support, m->m.cell);
	keep_best(&r->best[role], m);
	if (satisfies)
		live_run_speak(&r->run, m);
	return m->status == LIVE_CHOSEN || m->widens ? add_bound(bounds, m) : 0;
}

static struct day_range cut(struct day_range a, struct day_range b)
{
	return (struct day_range){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static struct day_range hull(struct day_range a, struct day_range b)
{
	return (struct day_range){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

/* Chosen bounds meet those stated more strongly; those that nearly were widen what came of it. */
void live_run_bound(struct run *r, const struct live_mark *m, bool widens)
{
	bool begin = m->m.kind == MARK_BEGIN;
	struct day_range *bound = begin ? &r->begin : &r->end, said = {m->m.lo, m->m.hi};
	bool *has = begin ? &r->begins : &r->ends, *stated = begin ? &r->begin_stated : &r->end_stated;
	struct day_range now = !*has ? said : widens ? hull(*bound, said) : cut(*bound, said);

	if (now.lo > now.hi)
		return;
	*bound = now;
	*has = true;
	*stated |= !m->m.derived;
}

static void state_bounds(struct live_track *t, struct bounds *b)
{
	if (b->n)
		qsort(b->v, b->n, sizeof(struct live_mark *), by_evidence);
	for (int widening = 0; widening < 2; widening++)
		for (size_t i = 0; i < b->n; i++)
			if (b->v[i]->widens == widening)
				live_run_bound(&t->runs[live_run_at(t, b->v[i]->at)].run, b->v[i], widening);
}

static void fill_belief(struct live_run *r)
{
	struct support *s = &r->run.support;

	s->n_begin = r->best[SUPPORT_BEGIN].n;
	s->n_end = r->best[SUPPORT_END].n;
	s->n_held = r->best[SUPPORT_HELD].n;
	for (uint32_t i = 0; i < SPELL_EVIDENCE_MAX; i++) {
		s->begin[i] = i < s->n_begin ? r->best[SUPPORT_BEGIN].v[i]->m.cell : NULL;
		s->end[i] = i < s->n_end ? r->best[SUPPORT_END].v[i]->m.cell : NULL;
		s->held[i] = i < s->n_held ? r->best[SUPPORT_HELD].v[i]->m.cell : NULL;
	}
	r->belief = (struct belief){.value = r->value->name};
	support_fill(s, &r->belief);
}

/* Runs [from, to) as all marks make them. */
static int tell_runs(struct live_track *t, size_t from, size_t to, struct arena *arena)
{
	struct bounds bounds = {.arena = arena};
	const struct live_run *last = &t->runs[to - 1];
	edtf_day until = last->next == LIVE_NO_NODE ? last->to : last->next;
	size_t end = live_test_at(&t->test, until + LIVE_FINE + 1);
	int r = 0;

	for (size_t i = from; i < to; i++)
		clear_run(&t->runs[i]);
	for (size_t i = live_test_at(&t->test, t->runs[from].from - LIVE_FINE); r == 0 && i < end; i++)
		if (!live_is_far(t->test.v[i]))
			r = add_to_run(t, from, to, t->test.v[i], &bounds);
	for (size_t i = 0; r == 0 && i < live_n_far(t); i++)
		r = add_to_run(t, from, to, live_far(t, i), &bounds);
	if (r < 0)
		return r;
	state_bounds(t, &bounds);
	for (size_t i = from; i < to; i++) {
		fill_belief(&t->runs[i]);
		t->runs[i].told = LIVE_TOLD_NOW;
	}
	return 0;
}

/* Does what is told of the run hold without the holding that moved? Its cell must still be among the run's, and reach
 * as far where the one that went was the furthest. */
static bool bears_moving(const struct live_track *t, size_t run, const struct live_left *left)
{
	const struct run *r = &t->runs[run].run;
	bool first = left->holds.hi == r->first_hi, last = left->holds.lo == r->last_lo, counted = false;

	for (unsigned i = 0; i < left->cell->n_marks; i++) {
		const struct live_mark *m = left->cell->marks[i];
		if (m->status != LIVE_HELD || m->widens || live_run_at(t, m->at) != run)
			continue;
		counted = true;
		first &= mark_holds(&m->m).hi > left->holds.hi;
		last &= mark_holds(&m->m).lo < left->holds.lo;
	}
	return counted && !first && !last;
}

static void untell(struct live_track *t)
{
	for (size_t i = 0; i < t->n_left; i++) {
		size_t run = live_run_at(t, t->left[i].at);
		if (run != NO_RUN && !bears_moving(t, run, &t->left[i]))
			t->runs[run].told = LIVE_UNTOLD;
	}
	t->n_left = 0;
	for (size_t i = live_run_reaching(t, t->retell.lo); i < t->n_runs && t->runs[i].from <= t->retell.hi; i++)
		t->runs[i].told = LIVE_UNTOLD;
	t->retell = DAYS_NONE;
}

/* The run to which a holding is added, if it is not told anew. */
static struct live_run *run_to_join(const struct live_track *t, const struct live_mark *m)
{
	size_t run = m->status == LIVE_HELD && !m->widens ? live_run_at(t, m->at) : NO_RUN;

	return run == NO_RUN || t->runs[run].told != LIVE_TOLD ? NULL : &t->runs[run];
}

static void drop_best(struct live_best *best, const struct live_mark *m)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < best->n; i++)
		if (best->v[i] != m)
			best->v[kept++] = best->v[i];
	best->n = kept;
}

/* All that grew leave the evidence before any comes back: those that stay are in order. */
static void join(struct live_track *t)
{
	for (size_t i = 0; i < t->joined.n; i++) {
		struct live_run *r = run_to_join(t, t->joined.v[i]);
		if (r)
			drop_best(&r->best[SUPPORT_HELD], t->joined.v[i]);
	}
	for (size_t i = 0; i < t->joined.n; i++) {
		const struct live_mark *m = t->joined.v[i];
		struct live_run *r = run_to_join(t, m);
		if (!r)
			continue;
		support_count(&r->run.support, m->m.cell);
		keep_best(&r->best[SUPPORT_HELD], m);
		live_run_speak(&r->run, m);
	}
	for (size_t i = 0; i < t->joined.n; i++) {
		struct live_run *r = run_to_join(t, t->joined.v[i]);
		if (r)
			fill_belief(r);
	}
	t->joined.n = 0;
}

int live_tell(struct live_track *t, struct day_range changed, struct arena *arena)
{
	if (days_any(changed) && live_decide(t, changed) < 0)
		return -ENOMEM;
	untell(t);
	for (size_t from = 0; from < t->n_runs; from++) {
		size_t to = from;
		while (to < t->n_runs && t->runs[to].told == LIVE_UNTOLD)
			to++;
		if (from < to && tell_runs(t, from, to, arena) < 0)
			return -ENOMEM;
		from = to;
	}
	join(t);
	for (size_t i = 0; i < t->n_runs; i++)
		t->runs[i].told = LIVE_TOLD;
	return 0;
}
