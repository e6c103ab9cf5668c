/* SPDX-License-Identifier: Apache-2.0 */
/* The marks of a track, kept by the day of their test, and their strengths as marks.h has them. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

int live_grow(void *items, size_t n, size_t *cap, size_t size)
{
	void *old;

	if (n < *cap)
		return 0;
	memcpy(&old, items, sizeof(old));
	size_t more = *cap ? *cap * 2 : 16;
	void *v = realloc(old, more * size);
	if (!v)
		return -ENOMEM;
	memcpy(items, &v, sizeof(v));
	*cap = more;
	/* cppcheck-suppress memleak ; it lies in *items now */
	return 0;
}

int live_splice(void *items, size_t *n, size_t *cap, size_t size, size_t from, size_t to, const void *more, size_t k)
{
	size_t gone = to - from;
	char *v;

	while (*n - gone + k > *cap)
		if (live_grow(items, *cap, cap, size) < 0)
			return -ENOMEM;
	memcpy(&v, items, sizeof(v));
	if (*n > to && k != gone)
		memmove(v + (from + k) * size, v + to * size, (*n - to) * size);
	if (k)
		memcpy(v + from * size, more, k * size);
	*n = *n - gone + k;
	return 0;
}

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int live_mark_cmp(const struct live_mark *a, const struct live_mark *b)
{
	int c = a->m.cell == b->m.cell ? 0 : cell_cmp(a->m.cell, b->m.cell);

	return c ? c : cmp_int(a->order, b->order);
}

int live_strength_cmp(const struct live_mark *a, const struct live_mark *b)
{
	int c = cmp_int(b->m.hold + b->m.bound, a->m.hold + a->m.bound);

	if (!c)
		c = cmp_int((int64_t)a->m.hi - a->m.lo, (int64_t)b->m.hi - b->m.lo);
	if (!c)
		c = cmp_int(a->m.lo, b->m.lo);
	return c ? c : live_mark_cmp(a, b);
}

size_t live_test_at(const struct live_marks *l, edtf_day d)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (l->v[mid]->test < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t live_not_test_at(const struct live_marks *l, edtf_day d)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (l->v[mid]->not_test < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int live_marks_push(struct live_marks *l, struct live_mark *m)
{
	if (live_grow(&l->v, l->n, &l->cap, sizeof(struct live_mark *)) < 0)
		return -ENOMEM;
	l->v[l->n++] = m;
	return 0;
}

void live_marks_drop(struct live_marks *l, const struct live_mark *m)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == m) {
			l->v[i] = l->v[--l->n];
			return;
		}
}

/* Where it stands in test[], or would. */
static size_t test_place(const struct live_track *t, const struct live_mark *m)
{
	size_t i = live_test_at(&t->test, m->test);

	while (i < t->test.n && t->test.v[i]->test == m->test && live_mark_cmp(t->test.v[i], m) < 0)
		i++;
	return i;
}

static int insert_at(struct live_marks *l, size_t at, struct live_mark *m)
{
	return live_splice(&l->v, &l->n, &l->cap, sizeof(struct live_mark *), at, at, &m, 1);
}

static void remove_at(struct live_marks *l, size_t at)
{
	memmove(&l->v[at], &l->v[at + 1], (l->n - at - 1) * sizeof(struct live_mark *));
	l->n--;
}

static bool touches(const struct live_mark *fine, const struct live_mark *coarse)
{
	struct day_range h = mark_holds(&fine->m);

	return !fine->m.denied && !fine->coarse && fine->value == coarse->value && h.lo <= coarse->m.hi &&
	       h.hi >= coarse->m.lo;
}

static void set_touching(struct live_track *t, struct live_mark *coarse, uint32_t n)
{
	bool passive = n > 0;

	coarse->touching = n;
	if (passive != coarse->m.passive)
		days_add(&t->relabel, coarse->lo, coarse->hi);
	coarse->m.passive = passive;
}

/* A mark that came (by 1) or went (by -1) may decide whether coarse holdings of its value are tested. */
static void touch(struct live_track *t, struct live_mark *m, int by)
{
	for (size_t i = 0; i < t->coarse.n; i++)
		if (touches(m, t->coarse.v[i]))
			set_touching(t, t->coarse.v[i],
				     by > 0 ? t->coarse.v[i]->touching + 1 : t->coarse.v[i]->touching - 1);
	if (!m->coarse || by < 0)
		return;
	uint32_t n = 0;
	for (size_t i = 0; i < t->test.n; i++)
		n += touches(t->test.v[i], m);
	set_touching(t, m, n);
}

/* Days that matter to the strengths of others. */
static void note_moved(struct live_track *t, const struct live_mark *m)
{
	days_add(&t->moved, m->certain_lo < m->test ? m->certain_lo : m->test,
		 m->certain_hi > m->test ? m->certain_hi : m->test);
	days_add(&t->relabel, m->lo, m->hi);
}

void live_unlist(struct live_track *t, const struct live_mark *m)
{
	if (m->status == LIVE_ALTERNATIVE)
		live_marks_drop(&t->alternatives, m);
	if (m->status == LIVE_DENIAL)
		live_marks_drop(&t->denials, m);
	if (!m->wide && live_is_far(m))
		live_marks_drop(&t->wideners, m);
}

int live_mark_insert(struct live_track *t, struct live_mark *m)
{
	struct day_range holds = mark_holds(&m->m), change = mark_change(&m->m);

	m->test = mark_test(&m->m);
	m->not_test = mark_not_test(&m->m);
	m->coarse = mark_is_coarse(&m->m);
	m->blocks = mark_blocks(&m->m);
	m->certain_lo = mark_certain_lo(&m->m);
	m->certain_hi = mark_certain_hi(&m->m);
	m->lo = holds.lo < change.lo ? holds.lo : change.lo;
	m->hi = holds.hi > change.hi ? holds.hi : change.hi;
	if (m->not_test != NO_DAY) {
		m->lo = m->not_test < m->lo ? m->not_test : m->lo;
		m->hi = m->not_test > m->hi ? m->not_test : m->hi;
	}
	m->wide = m->hi - m->lo > LIVE_FINE;
	m->hold = m->m.hold;
	m->bound = m->m.bound;
	if (insert_at(&t->test, test_place(t, m), m) < 0 ||
	    (m->not_test != NO_DAY && insert_at(&t->not_test, live_not_test_at(&t->not_test, m->not_test), m) < 0) ||
	    (m->wide && live_marks_push(&t->wide, m) < 0) || (m->coarse && live_marks_push(&t->coarse, m) < 0))
		return -ENOMEM;
	touch(t, m, 1);
	note_moved(t, m);
	return 0;
}

void live_mark_remove(struct live_track *t, struct live_mark *m)
{
	size_t at = test_place(t, m);

	if (at < t->test.n && t->test.v[at] == m)
		remove_at(&t->test, at);
	if (m->not_test != NO_DAY) {
		at = live_not_test_at(&t->not_test, m->not_test);
		while (at < t->not_test.n && t->not_test.v[at] != m)
			at++;
		if (at < t->not_test.n)
			remove_at(&t->not_test, at);
	}
	if (m->wide)
		live_marks_drop(&t->wide, m);
	if (m->coarse)
		live_marks_drop(&t->coarse, m);
	live_unlist(t, m);
	touch(t, m, -1);
	note_moved(t, m);
	if (m->status == LIVE_CHOSEN || m->status == LIVE_HELD || m->widens)
		days_add(&t->retell, m->at, m->at);
	free(m);
}

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

static void weigh(struct live_track *t, size_t i, int32_t hold, int32_t bound)
{
	struct live_mark *m = t->test.v[i];
	int32_t days = t->rules->short_days;
	int64_t extent = m->m.denied ? INT32_MAX : extent_of(t, i);

	if (extent < days) {
		m->m.hold = mark_scaled(m->m.hold, extent, days);
		m->m.bound = m->m.bound ? mark_scaled(m->m.bound, extent, days) : 0;
	}
	if (m->m.hold == hold && m->m.bound == bound)
		return;
	days_add(&t->relabel, m->lo, m->hi);
	if (m->status == LIVE_CHOSEN || m->status == LIVE_HELD || m->widens)
		days_add(&t->retell, m->at, m->at);
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
	for (size_t i = 0; i < n; i++)
		weigh(t, from + i, was[2 * i], was[2 * i + 1]);
	return 0;
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
