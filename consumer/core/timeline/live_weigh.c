/* SPDX-License-Identifier: Apache-2.0 */
/* The strengths of marks, as marks.h has them, weighed again where their neighbours moved. */
#include "core/timeline/live_private.h"
#include <errno.h>

/* Is there another asserted mark of its value within `days`? */
static bool borne_out(const struct live_track *t, size_t i, int32_t days)
{
	const struct live_mark *x = t->test.v[i];

	for (size_t k = i; k-- > 0 && x->test - t->test.v[k]->test <= days;)
		if (t->test.v[k]->value == x->value && !t->test.v[k]->m.denied)
			return true;
	for (size_t k = i + 1; k < t->test.n && t->test.v[k]->test - x->test <= days; k++)
		if (t->test.v[k]->value == x->value && !t->test.v[k]->m.denied)
			return true;
	return false;
}

static unsigned doubt_of(const struct live_track *t, size_t i, int32_t days)
{
	const struct live_mark *x = t->test.v[i];
	const struct live_value *value = x->value;
	int32_t sum = 0;

	for (size_t k = i; k-- > 0 && x->test - t->test.v[k]->test <= days && sum < MARK_DOUBT_MAX * MARK_NEWS;) {
		const struct live_mark *m = t->test.v[k];
		if (m->m.denied)
			continue;
		if (value == x->value)
			value = m->value;
		if (m->value == value)
			sum += m->hold + m->bound;
	}
	return mark_doubt(sum);
}

/* How far from what moved a doubt can be decided by it, and an extent at most. */
static struct day_range reach_of(const struct live_track *t)
{
	edtf_day most = t->rules->short_days + MARK_BLOCKER_DAYS;

	return (struct day_range){t->moved.lo - most, t->moved.hi + most};
}

/* Doubts are about strengths as stated, so one round is enough. What they change joins `moved`. */
static void doubt(struct live_track *t)
{
	struct day_range r = reach_of(t);
	size_t end = live_test_at(&t->test, r.hi + 1);

	for (size_t i = live_test_at(&t->test, r.lo); i < end; i++) {
		struct live_mark *m = t->test.v[i];
		bool lone = m->m.kind != MARK_BEGIN && !m->m.denied && m->hold + m->bound <= CELL_ORIGIN;
		unsigned much = lone ? doubt_of(t, i, t->rules->short_days) : 0;
		if (much && borne_out(t, i, t->rules->short_days))
			much = 0;
		if (much != m->m.doubt)
			live_mark_moved(t, m);
		m->m.doubt = (unsigned char)much;
	}
}

static void step(struct live_mark *m)
{
	m->m.hold = mark_doubted(m->hold, m->m.doubt);
	m->m.bound = mark_doubted(m->bound, m->m.doubt);
	m->step = (unsigned char)mark_step(&m->m);
	m->against = (unsigned char)mark_step_against(&m->m);
}

static bool bounds(const struct live_mark *m, const struct live_mark *x, bool own)
{
	return m != x && (m->value == x->value) == own && m->blocks && m->step >= (own ? x->step : x->against);
}

static bool pools_around(const struct live_mark *m, const struct live_mark *x, edtf_day d)
{
	return m->step >= x->step && m->m.lo < d && d < mark_pool_last(&m->m);
}

/* As extent_around() of marks.c, looking no further than what was found, and what is near enough to matter. */
static int64_t extent_around(const struct live_track *t, const struct live_mark *x, edtf_day d, bool own)
{
	edtf_day most = t->rules->short_days + MARK_BLOCKER_DAYS, before = EDTF_DAY_MIN, after = EDTF_DAY_MAX;

	for (size_t k = live_test_at(&t->test, d + own); k-- > 0;) {
		const struct live_mark *m = t->test.v[k];
		if (d - m->test > most || m->test + MARK_BLOCKER_DAYS <= before)
			break;
		if (!bounds(m, x, own))
			continue;
		if (pools_around(m, x, d))
			return 0;
		if (m->certain_hi < d + own && m->certain_hi > before)
			before = m->certain_hi;
	}
	if (before == EDTF_DAY_MIN)
		return INT32_MAX;
	for (size_t k = live_test_at(&t->test, d + 1); k < t->test.n; k++) {
		const struct live_mark *m = t->test.v[k];
		if (m->test - before > most || m->test - MARK_BLOCKER_DAYS >= after)
			break;
		if (bounds(m, x, own) && m->certain_lo > d && m->certain_lo < after)
			after = m->certain_lo;
	}
	return after == EDTF_DAY_MAX ? INT32_MAX : (int64_t)after - before;
}

static int weigh(struct live_track *t, struct live_mark *m, int32_t hold, int32_t bound)
{
	int32_t days = t->rules->short_days;
	int64_t extent = extent_around(t, m, m->test, m->m.denied), absent = extent;

	if (m->not_test != NO_DAY && extent > 0)
		absent = extent_around(t, m, m->not_test, true);
	m->m.hold = mark_scaled(m->m.hold, extent, days);
	m->m.bound = mark_scaled(m->m.bound, extent < absent ? extent : absent, days);
	if (m->m.hold == hold && m->m.bound == bound)
		return 0;
	days_add(&t->relabel, m->lo, m->hi);
	return live_mark_changed(t, m, m->m.hold >= hold && m->m.bound >= bound);
}

/* Does m take the place of a mover for all that lies beyond it? Who looks from there finds it first, and it bounds what
 * the mover would. Counts down `left`, the movers without such a mark yet. */
static bool screens(const struct live_track *t, const struct live_mark *m, bool screened[static LIVE_MOVERS_MAX],
		    size_t *left)
{
	bool any = false;

	for (size_t i = 0; m->blocks && i < t->n_movers; i++)
		if (!screened[i] && t->movers[i].value == m->value && m->step >= t->movers[i].step) {
			screened[i] = any = true;
			--*left;
		}
	return any;
}

/* The days whose extents what moved can decide: on both sides to where all of it is screened. */
static struct day_range decided(const struct live_track *t)
{
	struct day_range most = reach_of(t), r = t->moved;
	bool before[LIVE_MOVERS_MAX] = {false}, after[LIVE_MOVERS_MAX] = {false};
	size_t left = t->n_movers, right = left;

	if (t->n_movers > LIVE_MOVERS_MAX)
		return most;
	for (size_t k = live_test_at(&t->test, t->moved.lo); left && k-- > 0 && t->test.v[k]->test >= most.lo;) {
		const struct live_mark *m = t->test.v[k];
		if (m->certain_hi < t->moved.lo && screens(t, m, before, &left) && m->certain_lo < r.lo)
			r.lo = m->certain_lo;
	}
	for (size_t k = live_test_at(&t->test, t->moved.hi + 1);
	     right && k < t->test.n && t->test.v[k]->test <= most.hi; k++) {
		const struct live_mark *m = t->test.v[k];
		if (m->certain_lo > t->moved.hi && screens(t, m, after, &right) && m->certain_hi > r.hi)
			r.hi = m->certain_hi;
	}
	return (struct day_range){left ? most.lo : r.lo, right ? most.hi : r.hi};
}

/* The marks that may weigh something else: those with their test in reach, and those with their other day. */
static struct live_mark **in_reach(const struct live_track *t, struct arena *arena, size_t *ret_n)
{
	struct day_range r = decided(t);
	size_t from = live_test_at(&t->test, r.lo), n = live_test_at(&t->test, r.hi + 1) - from;
	size_t not_from = live_not_test_at(&t->not_test, r.lo), not_end = live_not_test_at(&t->not_test, r.hi + 1);
	struct live_mark **v = arena_array(arena, n + not_end - not_from + 1, sizeof(*v));

	if (!v)
		return NULL;
	if (n)
		memcpy(v, &t->test.v[from], n * sizeof(*v));
	for (size_t i = not_from; i < not_end; i++) {
		struct live_mark *m = t->not_test.v[i];
		if (!days_meet(r, m->test, m->test))
			v[n++] = m;
	}
	*ret_n = n;
	return v;
}

/* The steps are of all before the extents of any. */
static int discount(struct live_track *t, struct arena *arena)
{
	size_t n = 0;
	struct live_mark **v = in_reach(t, arena, &n);
	int32_t *was = v ? arena_array(arena, 2 * n + 1, sizeof(*was)) : NULL;
	int r = 0;

	if (!was)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		was[2 * i] = v[i]->m.hold;
		was[2 * i + 1] = v[i]->m.bound;
		step(v[i]);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		r = weigh(t, v[i], was[2 * i], was[2 * i + 1]);
	return r;
}

int live_weigh(struct live_track *t, struct arena *arena)
{
	int r = 0;

	if (days_any(t->moved) && t->rules->short_days) {
		doubt(t);
		r = discount(t, arena);
	}
	t->moved = DAYS_NONE;
	t->n_movers = 0;
	return r;
}
