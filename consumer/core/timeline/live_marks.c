/* SPDX-License-Identifier: Apache-2.0 */
/* The marks of a track, kept by the day of their test. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

int live_splice(void *items, size_t *n, size_t *cap, size_t size, size_t from, size_t to, const void *more, size_t k)
{
	size_t gone = to - from;
	char *v;

	while (*n - gone + k > *cap)
		if (array_grow(items, *cap, cap, size) < 0)
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

/* The first mark whose day, `offset` bytes into it, is d or later. */
static size_t mark_at(const struct live_marks *l, size_t offset, edtf_day d)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (*(const edtf_day *)((const char *)l->v[mid] + offset) < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t live_test_at(const struct live_marks *l, edtf_day d)
{
	return mark_at(l, offsetof(struct live_mark, test), d);
}

size_t live_not_test_at(const struct live_marks *l, edtf_day d)
{
	return mark_at(l, offsetof(struct live_mark, not_test), d);
}

int live_marks_push(struct live_marks *l, struct live_mark *m)
{
	if (array_grow(&l->v, l->n, &l->cap, sizeof(struct live_mark *)) < 0)
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

void live_mark_moved(struct live_track *t, const struct live_mark *m)
{
	unsigned stated = mark_step_of(m->hold + m->bound, m->m.halved), step = m->step > stated ? m->step : stated;
	size_t i = 0;

	days_add(&t->moved, m->certain_lo < m->test ? m->certain_lo : m->test,
		 m->certain_hi > m->test ? m->certain_hi : m->test);
	if (!m->blocks || t->n_movers > LIVE_MOVERS_MAX)
		return;
	while (i < t->n_movers && t->movers[i].value != m->value)
		i++;
	if (i == t->n_movers && t->n_movers++ < LIVE_MOVERS_MAX)
		t->movers[i] = (struct live_mover){m->value, step};
	else if (i < LIVE_MOVERS_MAX && t->movers[i].step < step)
		t->movers[i].step = step;
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
	live_mark_moved(t, m);
	days_add(&t->relabel, m->lo, m->hi);
	return 0;
}

static bool is_plain_holding(const struct live_mark *m)
{
	return m->status == LIVE_HELD && !m->widens;
}

int live_mark_changed(struct live_track *t, struct live_mark *m, bool grew)
{
	if (grew && is_plain_holding(m))
		return live_marks_push(&t->joined, m);
	if (m->status == LIVE_CHOSEN || m->status == LIVE_HELD || m->widens)
		days_add(&t->retell, m->at, m->at);
	return 0;
}

static bool is_evidence(const struct live_track *t, const struct live_mark *m)
{
	size_t at = live_run_at(t, m->at);
	const struct live_best *best = at == NO_RUN ? NULL : &t->runs[at].best[SUPPORT_HELD];

	for (uint32_t i = 0; best && i < best->n; i++)
		if (best->v[i] == m)
			return true;
	return false;
}

/* The cell may be gone when the runs are told: what moved in it counts as lost. */
static void forget_left(struct live_track *t, const struct cell *cell)
{
	for (size_t i = t->n_left; i-- > 0;) {
		if (&t->left[i].cell->cell != cell)
			continue;
		days_add(&t->retell, t->left[i].at, t->left[i].at);
		t->left[i] = t->left[--t->n_left];
	}
}

/* The run that it was of, if any, loses it. */
static int leave(struct live_track *t, struct live_mark *m, struct ledger_cell *moves_in)
{
	if (!moves_in)
		forget_left(t, m->m.cell);
	if (!moves_in || !is_plain_holding(m) || is_evidence(t, m))
		return live_mark_changed(t, m, false);
	if (array_grow(&t->left, t->n_left, &t->cap_left, sizeof(*t->left)) < 0)
		return -ENOMEM;
	t->left[t->n_left++] = (struct live_left){moves_in, m->at, mark_holds(&m->m)};
	return 0;
}

static void drop_all(struct live_marks *l, const struct live_mark *m)
{
	for (size_t i = l->n; i-- > 0;)
		if (l->v[i] == m)
			l->v[i] = l->v[--l->n];
}

int live_mark_remove(struct live_track *t, struct live_mark *m, struct ledger_cell *moves_in)
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
	live_mark_moved(t, m);
	days_add(&t->relabel, m->lo, m->hi);
	drop_all(&t->joined, m);
	int r = leave(t, m, moves_in);
	free(m);
	return r;
}
