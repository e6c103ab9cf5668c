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

static bool stands_against(const struct live_track *t, size_t i, int32_t days)
{
	const struct live_mark *x = t->test.v[i];
	const struct live_value *value = x->value;
	int32_t sum = 0;

	for (size_t k = i; k-- > 0 && x->test - t->test.v[k]->test <= days && sum < MARK_NEWS;) {
		const struct live_mark *m = t->test.v[k];
		if (m->m.denied)
			continue;
		if (value == x->value)
			value = m->value;
		if (m->value == value)
			sum += m->hold + m->bound;
	}
	return sum >= MARK_NEWS;
}

/* The first and the last mark of test[] whose extent, doubt or place one in `days` around r can decide. */
static size_t reach(const struct live_track *t, struct day_range r, size_t *ret_end)
{
	edtf_day most = t->rules->short_days + MARK_BLOCKER_DAYS;

	*ret_end = live_test_at(&t->test, r.hi + most + 1);
	return live_test_at(&t->test, r.lo - most);
}

/* Doubts are about strengths as stated, so one round is enough. What they change joins `moved`. */
static void doubt(struct live_track *t)
{
	struct day_range moved = t->moved;
	size_t end, i = reach(t, moved, &end);

	for (; i < end; i++) {
		struct live_mark *m = t->test.v[i];
		bool doubted = m->m.kind != MARK_BEGIN && !m->m.denied && m->hold + m->bound <= CELL_ORIGIN &&
			       stands_against(t, i, t->rules->short_days) && !borne_out(t, i, t->rules->short_days);
		if (doubted != m->m.doubted)
			days_add(&t->moved, m->certain_lo, m->certain_hi);
		m->m.doubted = doubted;
	}
}

static void step(struct live_mark *m)
{
	m->m.hold = m->m.doubted ? mark_doubted(m->hold) : m->hold;
	m->m.bound = m->m.doubted ? mark_doubted(m->bound) : m->bound;
	m->step = (unsigned char)mark_step(&m->m);
	m->against = (unsigned char)mark_step_against(&m->m);
}

static bool bounds(const struct live_mark *m, const struct live_mark *x)
{
	return m->value != x->value && m->step >= x->against && m->blocks;
}

/* The days between the nearest marks of other values on both sides; INT32_MAX where one side has none that is near
 * enough to matter. */
static int64_t extent_of(const struct live_track *t, size_t i)
{
	const struct live_mark *x = t->test.v[i];
	edtf_day most = t->rules->short_days + MARK_BLOCKER_DAYS, before = EDTF_DAY_MIN, after = EDTF_DAY_MAX;

	for (size_t k = i; k-- > 0;) {
		const struct live_mark *m = t->test.v[k];
		if (x->test - m->test > most || m->test + MARK_BLOCKER_DAYS <= before)
			break;
		if (bounds(m, x) && m->certain_hi < x->test && m->certain_hi > before)
			before = m->certain_hi;
	}
	if (before == EDTF_DAY_MIN)
		return INT32_MAX;
	for (size_t k = i + 1; k < t->test.n; k++) {
		const struct live_mark *m = t->test.v[k];
		if (m->test - before > most || m->test - MARK_BLOCKER_DAYS >= after)
			break;
		if (bounds(m, x) && m->certain_lo > x->test && m->certain_lo < after)
			after = m->certain_lo;
	}
	return after == EDTF_DAY_MAX ? INT32_MAX : (int64_t)after - before;
}

static int weigh(struct live_track *t, size_t i, int32_t hold, int32_t bound)
{
	struct live_mark *m = t->test.v[i];
	int32_t days = t->rules->short_days;
	int64_t extent = m->m.denied ? INT32_MAX : extent_of(t, i);

	if (extent < days) {
		m->m.hold = mark_scaled(m->m.hold, extent, days);
		m->m.bound = m->m.bound ? mark_scaled(m->m.bound, extent, days) : 0;
	}
	if (m->m.hold == hold && m->m.bound == bound)
		return 0;
	days_add(&t->relabel, m->lo, m->hi);
	return live_mark_changed(t, m, m->m.hold >= hold && m->m.bound >= bound);
}

/* The steps are of all before the extents of any. */
static int discount(struct live_track *t, struct arena *arena)
{
	size_t end, from = reach(t, t->moved, &end), n = end - from;
	int32_t *was = arena_array(arena, 2 * n + 1, sizeof(*was));

	if (!was)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		was[2 * i] = t->test.v[from + i]->m.hold;
		was[2 * i + 1] = t->test.v[from + i]->m.bound;
		step(t->test.v[from + i]);
	}
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = weigh(t, from + i, was[2 * i], was[2 * i + 1]);
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
	return r;
}
