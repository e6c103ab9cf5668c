/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the axis that a change can reach, labelled again between two points. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

static size_t point_at(const struct live_track *t, edtf_day d)
{
	return DAYS_FIND(t->points, t->n_points, day, d);
}

static edtf_day next_test(const struct live_marks *l, size_t i, size_t end)
{
	return i < end ? l->v[i]->test : LIVE_NO_NODE;
}

static edtf_day next_not(const struct live_marks *l, size_t i, size_t end)
{
	return i < end ? l->v[i]->not_test : LIVE_NO_NODE;
}

/* The nodes of the window, and one beyond it. */
static int place_nodes(struct live_window *w)
{
	const struct live_track *t = w->t;
	size_t i, k, n = 0;

	w->test = i = live_test_at(&t->test, w->days.lo);
	w->not_test = k = live_not_test_at(&t->not_test, w->days.lo);
	w->test_end = live_test_at(&t->test, w->days.hi + 1);
	w->not_end = live_not_test_at(&t->not_test, w->days.hi + 1);
	w->c.day = arena_array(w->arena, w->test_end - i + w->not_end - k + 1, sizeof(*w->c.day));
	if (!w->c.day)
		return -ENOMEM;
	while (i < w->test_end || k < w->not_end) {
		edtf_day a = next_test(&t->test, i, w->test_end), b = next_not(&t->not_test, k, w->not_end);
		edtf_day d = a < b ? a : b;
		w->c.day[n++] = d;
		while (i < w->test_end && t->test.v[i]->test == d)
			i++;
		while (k < w->not_end && t->not_test.v[k]->not_test == d)
			k++;
	}
	w->c.n = n;
	edtf_day a = next_test(&t->test, i, t->test.n), b = next_not(&t->not_test, k, t->not_test.n);
	w->beyond = w->right != SIZE_MAX && (i < t->test.n || k < t->not_test.n);
	w->c.day[n] = a < b ? a : b;
	/* What leaving at the node beyond gives: its tests are read too. */
	while (w->beyond && w->test_end < t->test.n && t->test.v[w->test_end]->test == w->c.day[n])
		w->test_end++;
	return 0;
}

/* Values get a new stamp for each window, so that nothing need be cleared. */
static int take_value(struct live_window *w, struct live_value *v, uint64_t stamp)
{
	uint32_t at = w->c.n_values;

	if (v->stamp == stamp)
		return 0;
	v->stamp = stamp;
	if (!(at & (at + 1))) { /* full at 1, 3, 7, ...: room for twice as many */
		struct live_value **more = arena_array(w->arena, 2 * (size_t)at + 1, sizeof(*more));
		if (!more)
			return -ENOMEM;
		if (at)
			memcpy(more, w->values, at * sizeof(struct live_value *));
		w->values = more;
	}
	for (; at > 0 && w->values[at - 1]->rank > v->rank; at--)
		w->values[at] = w->values[at - 1];
	w->values[at] = v;
	w->c.n_values++;
	return 0;
}

static int take_states(struct live_window *w, size_t point, uint64_t stamp)
{
	const struct live_point *p = &w->t->points[point];
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < p->n; i++)
		if (p->v[i].value)
			r = take_value(w, p->v[i].value, stamp);
	return r;
}

static int take_values(struct live_window *w, uint64_t stamp)
{
	struct live_track *t = w->t;
	int r = 0;

	if (w->left != SIZE_MAX)
		r = take_states(w, w->left, stamp);
	if (r == 0 && w->right != SIZE_MAX)
		r = take_states(w, w->right, stamp);
	for (size_t i = w->test; r == 0 && i < w->test_end; i++)
		r = take_value(w, t->test.v[i]->value, stamp);
	for (size_t i = w->not_test; r == 0 && i < w->not_end; i++)
		r = take_value(w, t->not_test.v[i]->value, stamp);
	for (uint32_t v = 0; v < w->c.n_values; v++)
		w->values[v]->local = v;
	return r;
}

static void reward(struct live_window *w)
{
	const struct live_track *t = w->t;
	struct chain *c = &w->c;

	for (size_t i = w->test, node = 0; i < w->test_end; i++) {
		struct live_mark *m = t->test.v[i];
		while (c->day[node] != m->test)
			node++;
		m->m.value = m->value->local;
		chain_reward_test(c, node, &m->m);
	}
	for (size_t i = w->not_test, node = 0; i < w->not_end; i++) {
		struct live_mark *m = t->not_test.v[i];
		while (c->day[node] != m->not_test)
			node++;
		m->m.value = m->value->local;
		chain_reward_not(c, node, &m->m);
	}
}

static int make_chain(struct live_window *w, uint64_t stamp)
{
	struct live_track *t = w->t;

	w->days.lo = w->left == SIZE_MAX ? EDTF_DAY_MIN : t->points[w->left].day;
	w->days.hi = w->right == SIZE_MAX ? EDTF_DAY_MAX : t->points[w->right].day;
	w->c = (struct chain){0};
	w->values = NULL;
	if (place_nodes(w) < 0 || take_values(w, stamp) < 0)
		return -ENOMEM;
	if (!w->c.n)
		return 0;
	w->c.n += w->beyond;
	if (chain_tables(&w->c, w->arena) < 0)
		return -ENOMEM;
	w->c.n -= w->beyond;
	reward(w);
	return 0;
}

/* Labels between the points. Sets short_left or short_right where what is beyond that end is not as it was. */
static int label(struct live_window *w)
{
	const struct live_track *t = w->t;
	uint32_t last = CHAIN_FREE;

	w->short_left = w->short_right = false;
	if (make_chain(w, ++w->t->stamp) < 0)
		return -ENOMEM;
	if (!w->c.n)
		return 0;
	if (w->left != SIZE_MAX)
		live_point_enter(w, &t->points[w->left]);
	chain_forward(&w->c, w->left != SIZE_MAX);
	if (w->right != SIZE_MAX) {
		w->short_right = !live_point_meets(w, &t->points[w->right]);
		if (w->short_right)
			return 0;
		last = live_point_leave(w, &t->points[w->right]);
	}
	chain_backward(&w->c);
	chain_trace(&w->c, last);
	w->short_left = w->left != SIZE_MAX && !live_point_agrees(w, &t->points[w->left]);
	return w->short_left ? 0 : live_new_near(w);
}

/* Labels between ever more distant points until nothing beyond them is changed by it. */
static int widen(struct live_window *w, struct day_range r)
{
	struct live_track *t = w->t;
	size_t left = point_at(t, r.lo), right = point_at(t, r.hi + 1), by_left = 2, by_right = 2;

	for (;;) {
		w->left = left >= by_left ? left - by_left : SIZE_MAX;
		w->right = by_right <= t->n_points - right ? right + by_right - 1 : SIZE_MAX;
		if (label(w) < 0)
			return -ENOMEM;
		if (!w->short_left && !w->short_right)
			return 0;
		by_left *= w->short_left ? 2 : 1;
		by_right *= w->short_right ? 2 : 1;
	}
}

size_t live_stretch_from(const struct chain *c, size_t i)
{
	while (i > 0 && c->label[i - 1] == c->label[i])
		i--;
	return i;
}

size_t live_stretch_to(const struct chain *c, size_t i)
{
	while (i + 1 < c->n && c->label[i + 1] == c->label[i])
		i++;
	return i;
}

/* Index of the first run that ends at d or later. */
size_t live_run_reaching(const struct live_track *t, edtf_day d)
{
	return DAYS_FIND(t->runs, t->n_runs, to, d);
}

/* What is told of a run stays, if the new one has all of its days and those of no other. */
static void keep_told(const struct live_track *t, struct live_run *r)
{
	size_t i = live_run_reaching(t, r->from);
	struct live_run old;

	if (i == t->n_runs || t->runs[i].value != r->value || t->runs[i].from != r->from || t->runs[i].to > r->to ||
	    (i + 1 < t->n_runs && t->runs[i + 1].from <= r->to))
		return;
	old = t->runs[i];
	old.to = r->to;
	old.next = r->next;
	*r = old;
}

static int new_runs(struct live_window *w)
{
	struct live_track *t = w->t;
	const struct chain *c = &w->c;
	size_t from = w->left == SIZE_MAX ? 0 : live_run_reaching(t, w->days.lo), n = 0, cap = 0;
	size_t to = w->right == SIZE_MAX ? t->n_runs : live_run_reaching(t, w->days.hi);
	struct live_run *v = NULL;

	if (w->right != SIZE_MAX && to < t->n_runs && t->runs[to].from <= w->days.hi)
		to++; /* it has the point in it */
	for (size_t i = 0; i < c->n;) {
		size_t last = live_stretch_to(c, i);
		struct live_run r = {.from = c->day[i],
				     .to = c->day[last],
				     .next = last + 1 < c->n ? c->day[last + 1] : LIVE_NO_NODE};
		if (c->label[i] != c->n_values) {
			r.value = w->values[c->label[i]];
			if (i == 0 && w->left != SIZE_MAX)
				r.from = t->runs[from].from;
			if (last + 1 == c->n && w->right != SIZE_MAX) {
				r.to = t->runs[to - 1].to;
				r.next = t->runs[to - 1].next;
			}
			if (arena_grow(w->arena, &v, n, &cap, sizeof(*v)) < 0)
				return -ENOMEM;
			keep_told(t, &r);
			v[n++] = r;
		}
		i = last + 1;
	}
	return live_splice(&t->runs, &t->n_runs, &t->cap_runs, sizeof(*v), from, to, v, n);
}

size_t live_run_at(const struct live_track *t, edtf_day d)
{
	size_t i = live_run_reaching(t, d);

	return i < t->n_runs && t->runs[i].from <= d ? i : NO_RUN;
}

int live_label(struct live_track *t, struct arena *arena, struct day_range *ret)
{
	struct live_window w = {.t = t, .arena = arena};

	if (!days_any(t->relabel)) {
		*ret = DAYS_NONE;
		return 0;
	}
	if (widen(&w, t->relabel) < 0 || new_runs(&w) < 0 || live_new_ties(&w) < 0 || live_keep_near(&w) < 0 ||
	    live_new_points(&w) < 0)
		return -ENOMEM;
	t->relabel = DAYS_NONE;
	*ret = w.days;
	return 0;
}
