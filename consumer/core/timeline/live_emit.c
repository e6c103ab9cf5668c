/* SPDX-License-Identifier: Apache-2.0 */
/* What is made anew for each question: alternatives, disputes, all bounds. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

/* Does the run (any run: NO_RUN) satisfy the mark, or have a bound widened by it? */
static bool is_of(const struct live_track *t, const struct live_mark *m, size_t run)
{
	if (m->status != LIVE_CHOSEN && m->status != LIVE_HELD && !m->widens)
		return false;
	return run == NO_RUN || (m->at >= t->runs[run].from && m->at <= t->runs[run].to);
}

/* The last day on which a mark may be tested that the run's last node satisfies. */
static edtf_day until(const struct live_run *r)
{
	return r->next == LIVE_NO_NODE ? r->to : r->next;
}

static void narrow(struct day_range *gap, const struct live_mark *m, edtf_day at)
{
	struct day_range h = mark_holds(&m->m);

	if (h.hi < at && h.hi > gap->lo)
		gap->lo = h.hi;
	if (h.lo > at && h.lo < gap->hi)
		gap->hi = h.lo;
}

/* The days around d in which the run that stands there has no mark of its own; no run, where none stands there. */
static struct day_range gap_around(const struct live_track *t, edtf_day d, size_t inside)
{
	struct day_range gap = {EDTF_DAY_MIN, EDTF_DAY_MAX};
	const struct live_run *run = inside == NO_RUN ? NULL : &t->runs[inside];
	edtf_day first = run ? run->from - LIVE_FINE : EDTF_DAY_MIN, last = run ? until(run) + LIVE_FINE : EDTF_DAY_MAX;
	size_t at = live_test_at(&t->test, d);

	for (size_t i = at; i-- > 0 && t->test.v[i]->test + LIVE_FINE > gap.lo && t->test.v[i]->test >= first;)
		if (!live_is_far(t->test.v[i]) && is_of(t, t->test.v[i], inside))
			narrow(&gap, t->test.v[i], d);
	for (size_t i = at; i < t->test.n && t->test.v[i]->test - LIVE_FINE < gap.hi && t->test.v[i]->test <= last; i++)
		if (!live_is_far(t->test.v[i]) && is_of(t, t->test.v[i], inside))
			narrow(&gap, t->test.v[i], d);
	for (size_t i = 0; i < live_n_far(t); i++)
		if (is_of(t, live_far(t, i), inside))
			narrow(&gap, live_far(t, i), d);
	return gap;
}

static bool is_outside(const struct live_track *t, const struct live_mark *m, size_t run, struct day_range r)
{
	struct day_range h = mark_holds(&m->m);

	return is_of(t, m, run) && (h.hi < r.lo || h.lo > r.hi);
}

/* Is the run carried by marks that do not touch the days in r? */
static bool stands_outside(const struct live_track *t, size_t run, struct day_range r)
{
	const struct live_run *l = &t->runs[run];
	size_t end = live_test_at(&t->test, until(l) + LIVE_FINE + 1);
	int64_t sum = 0;

	for (size_t i = live_test_at(&t->test, l->from - LIVE_FINE); i < end && sum < CHAIN_THETA; i++)
		if (!live_is_far(t->test.v[i]) && is_outside(t, t->test.v[i], run, r))
			sum += t->test.v[i]->m.hold + t->test.v[i]->m.bound;
	for (size_t i = 0; i < live_n_far(t) && sum < CHAIN_THETA; i++)
		if (is_outside(t, live_far(t, i), run, r))
			sum += live_far(t, i)->m.hold + live_far(t, i)->m.bound;
	return sum >= CHAIN_THETA;
}

/* The spells of a track while they are bounded: its runs, then the alternatives. */
struct emission {
	struct live_track *t;
	struct arena *arena;
	struct track track;
	struct live_value **value; /* of the alternatives */
	size_t n_alternatives;
};

static struct run *alternative_of(struct emission *e, const struct live_mark *m)
{
	struct live_track *t = e->t;
	size_t inside = live_run_at(t, m->test);

	for (size_t i = 0; i < e->n_alternatives; i++) {
		struct run *r = &e->track.runs[t->n_runs + i];
		if (e->value[i] == m->value && r->inside == inside && m->test >= r->gap.lo && m->test <= r->gap.hi)
			return r;
	}
	e->value[e->n_alternatives] = m->value;
	struct run *r = &e->track.runs[t->n_runs + e->n_alternatives++];
	*r = (struct run){.alternative = true,
			  .disputed = true,
			  .inside = inside,
			  .gap = gap_around(t, m->test, inside),
			  .begin = {EDTF_DAY_MIN, EDTF_DAY_MAX},
			  .end = {EDTF_DAY_MIN, EDTF_DAY_MAX},
			  .first_hi = EDTF_DAY_MAX,
			  .hull_lo = EDTF_DAY_MAX,
			  .last_lo = EDTF_DAY_MIN,
			  .hull_hi = EDTF_DAY_MIN};
	return r;
}

static void join_alternative(struct emission *e, const struct live_mark *m)
{
	struct run *r = alternative_of(e, m);
	struct day_range h = mark_holds(&m->m);

	live_run_speak(r, m);
	r->hull_lo = h.lo < r->hull_lo ? h.lo : r->hull_lo;
	r->hull_hi = h.hi > r->hull_hi ? h.hi : r->hull_hi;
	support_add(&r->support, m->m.cell,
		    m->m.kind == MARK_BEGIN ? SUPPORT_BEGIN
		    : m->m.kind == MARK_END ? SUPPORT_END
					    : SUPPORT_HELD);
	if (m->m.kind != MARK_HOLD)
		live_run_bound(r, m, false);
}

/* Do the rules say that its value cannot come after the one that stands there? */
static bool is_barred(const struct live_track *t, const struct live_mark *m)
{
	size_t inside = live_run_at(t, m->test);

	return inside != NO_RUN && !slot_may_follow(t->rules, t->runs[inside].value->name, m->value->name);
}

static int by_strength(const void *a, const void *b)
{
	return live_strength_cmp(*(struct live_mark *const *)a, *(struct live_mark *const *)b);
}

static void find_alternatives(struct emission *e)
{
	struct live_track *t = e->t;

	if (t->alternatives.n)
		qsort(t->alternatives.v, t->alternatives.n, sizeof(struct live_mark *), by_strength);
	for (size_t i = 0; i < t->alternatives.n; i++)
		if (!is_barred(t, t->alternatives.v[i]))
			join_alternative(e, t->alternatives.v[i]);
}

static void dispute(struct emission *e)
{
	struct live_track *t = e->t;
	struct run *runs = e->track.runs;

	for (size_t i = t->n_runs; i < t->n_runs + e->n_alternatives; i++) {
		const struct run *r = &runs[i];
		if (r->inside != NO_RUN && !runs[r->inside].disputed &&
		    !stands_outside(t, r->inside, (struct day_range){r->hull_lo, r->hull_hi}))
			runs[r->inside].disputed = true;
	}
	for (size_t i = 0; i < t->denials.n; i++) {
		const struct live_mark *m = t->denials.v[i];
		size_t at = live_run_at(t, m->at);
		if (!runs[at].disputed && !stands_outside(t, at, mark_holds(&m->m)))
			runs[at].disputed = true;
	}
}

static int emit(const struct emission *e, size_t i, struct belief b, struct belief_list *ret)
{
	const struct run *r = &e->track.runs[i];

	if (!b.items)
		return 0;
	b.begin = r->begin;
	b.end = r->end;
	b.status = r->disputed ? SPELL_DISPUTED : SPELL_ESTABLISHED;
	b.inferred = r->inferred;
	return belief_add(ret, e->arena, b);
}

int live_emit(struct live_track *t, struct arena *arena, struct belief_list *ret)
{
	struct emission e = {.t = t, .arena = arena, .track = {.rules = t->rules, .n_own = t->n_runs}};
	int r = 0;

	e.track.runs = arena_array(arena, t->n_runs + t->alternatives.n + 1, sizeof(struct run));
	e.value = arena_array(arena, t->alternatives.n + 1, sizeof(struct live_value *));
	if (!e.track.runs || !e.value)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_runs; i++) {
		e.track.runs[i] = t->runs[i].run;
		e.track.runs[i].name = t->runs[i].value->name;
		e.track.runs[i].nodes = (struct day_range){t->runs[i].from, t->runs[i].to};
	}
	find_alternatives(&e);
	e.track.n_runs = t->n_runs + e.n_alternatives;
	dispute(&e);
	runs_bound(&e.track);
	for (size_t i = 0; r == 0 && i < t->n_runs; i++)
		r = emit(&e, i, t->runs[i].belief, ret);
	for (size_t i = 0; r == 0 && i < e.n_alternatives; i++) {
		struct belief b = {.value = e.value[i]->name};
		support_fill(&e.track.runs[t->n_runs + i].support, &b);
		r = emit(&e, t->n_runs + i, b, ret);
	}
	return r;
}
