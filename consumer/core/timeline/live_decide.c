/* SPDX-License-Identifier: Apache-2.0 */
/* Which run satisfies a mark: decisions as in track.c, read off the runs and the lists of what is close instead of the
 * nodes. */
#include "core/timeline/live_private.h"
#include <errno.h>

/* The run before the one at index i may end at the node that is looked for. */
static size_t one_before(size_t i)
{
	return i ? i - 1 : 0;
}

static size_t run_changing(const struct live_track *t, const struct live_mark *m)
{
	struct day_range r = mark_change(&m->m);
	bool begin = m->m.kind == MARK_BEGIN;

	for (size_t i = one_before(live_run_reaching(t, r.lo)); i < t->n_runs && t->runs[i].from <= r.hi; i++) {
		edtf_day at = begin ? t->runs[i].from : t->runs[i].next;
		if (t->runs[i].value == m->value && at >= r.lo && at <= r.hi)
			return i;
	}
	return NO_RUN;
}

/* That the test is a node within what the mark says makes days enough to tell. */
static size_t run_holding(const struct live_track *t, const struct live_mark *m)
{
	struct day_range h = mark_holds(&m->m);
	size_t first = live_run_reaching(t, h.lo);

	for (size_t i = first; i < t->n_runs && t->runs[i].from <= h.hi; i++)
		if (t->runs[i].value == m->value)
			return i;
	if (m->m.kind == MARK_HOLD && m->m.lo == m->m.hi && first > 0 && t->runs[first - 1].next == m->m.lo &&
	    t->runs[first - 1].value == m->value)
		return first - 1;
	return NO_RUN;
}

/* The run whose begin (or end) an unsatisfied mark states on another day. */
static size_t run_beside(const struct live_track *t, const struct live_mark *m)
{
	size_t inside = live_run_at(t, m->test);
	size_t near = inside == NO_RUN ? NO_RUN : m->m.kind == MARK_BEGIN ? inside + 1 : inside - 1;

	return near < t->n_runs && t->runs[near].value == m->value ? near : NO_RUN;
}

static bool near_shift(const struct live_track *t, const struct live_run *r, bool begin, struct day_range range)
{
	edtf_day boundary = begin ? r->from : r->next;
	size_t i = DAYS_FIND(t->near, t->n_near, boundary, boundary);

	for (; i < t->n_near && t->near[i].boundary == boundary; i++)
		if (t->near[i].begin == begin && t->near[i].day >= range.lo && t->near[i].day <= range.hi)
			return true;
	return false;
}

static bool tied(const struct live_track *t, const struct live_value *value, struct day_range r)
{
	for (size_t i = DAYS_FIND(t->ties, t->n_ties, day, r.lo); i < t->n_ties && t->ties[i].day <= r.hi; i++)
		if (t->ties[i].value == value)
			return true;
	return false;
}

static edtf_day clamp(edtf_day d, edtf_day lo, edtf_day hi)
{
	return d < lo ? lo : d > hi ? hi : d;
}

/* A change that was nearly chosen widens the bound. */
static void decide_widening(const struct live_track *t, struct live_mark *m, size_t held)
{
	bool begin = m->m.kind == MARK_BEGIN;
	size_t at = held != NO_RUN ? held : run_beside(t, m);

	if (at == NO_RUN || !near_shift(t, &t->runs[at], begin, mark_change(&m->m)))
		return;
	m->widens = true;
	if (held == NO_RUN)
		m->at = begin ? t->runs[at].from : t->runs[at].to;
}

static void decide_asserted(const struct live_track *t, struct live_mark *m)
{
	size_t at = m->m.kind == MARK_HOLD ? NO_RUN : run_changing(t, m);

	if (at != NO_RUN) {
		m->status = LIVE_CHOSEN;
		m->at = m->m.kind == MARK_BEGIN ? t->runs[at].from : t->runs[at].to;
		return;
	}
	at = run_holding(t, m);
	if (at != NO_RUN) {
		m->status = LIVE_HELD;
		m->at = clamp(m->test, t->runs[at].from, t->runs[at].to);
	}
	if (m->m.kind != MARK_HOLD)
		decide_widening(t, m, at);
	if (at == NO_RUN && !m->widens && tied(t, m->value, mark_holds(&m->m)))
		m->status = LIVE_ALTERNATIVE;
}

static void decide_denied(const struct live_track *t, struct live_mark *m)
{
	size_t at = run_holding(t, m);

	if (at == NO_RUN)
		return;
	if (live_run_at(t, m->test) != NO_RUN && !tied(t, NULL, (struct day_range){m->test, m->test}))
		return;
	m->status = LIVE_DENIAL;
	m->at = clamp(m->test, t->runs[at].from, t->runs[at].to);
}

/* The runs that won or lost the mark are to be told anew; of one that got a holding more it is enough to add that. */
static int regroup(struct live_track *t, struct live_mark *m, bool was_of_run, bool alike, edtf_day at)
{
	bool is_of_run = m->status == LIVE_CHOSEN || m->status == LIVE_HELD || m->widens;

	if (alike && live_run_at(t, at) != NO_RUN && live_run_at(t, at) == live_run_at(t, m->at))
		return 0;
	if (was_of_run)
		days_add(&t->retell, at, at);
	return is_of_run ? live_mark_changed(t, m, !was_of_run) : 0;
}

static int decide(struct live_track *t, struct live_mark *m)
{
	live_unlist(t, m);
	bool of_run = m->status == LIVE_CHOSEN || m->status == LIVE_HELD || m->widens, widened = m->widens;
	enum live_status was = m->status;
	edtf_day at = m->at;
	m->status = LIVE_NOTHING;
	m->widens = false;
	if (m->m.denied)
		decide_denied(t, m);
	else
		decide_asserted(t, m);
	if (regroup(t, m, of_run, of_run && m->status == was && m->widens == widened, at) < 0)
		return -ENOMEM;
	if (m->status == LIVE_ALTERNATIVE)
		return live_marks_push(&t->alternatives, m);
	if (!m->wide && live_is_far(m))
		return live_marks_push(&t->wideners, m);
	return m->status == LIVE_DENIAL ? live_marks_push(&t->denials, m) : 0;
}

int live_decide(struct live_track *t, struct day_range days)
{
	size_t end = live_test_at(&t->test, days.hi + LIVE_FINE + 1);
	int r = 0;

	for (size_t i = live_test_at(&t->test, days.lo - LIVE_FINE); r == 0 && i < end; i++) {
		struct live_mark *m = t->test.v[i];
		if (!m->wide && days_meet(days, m->lo, m->hi))
			r = decide(t, m);
	}
	for (size_t i = 0; r == 0 && i < t->wide.n; i++)
		if (days_meet(days, t->wide.v[i]->lo, t->wide.v[i]->hi))
			r = decide(t, t->wide.v[i]);
	return r;
}
