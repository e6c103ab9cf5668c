/* SPDX-License-Identifier: Apache-2.0 */
/* What is close in a window: ties, and places where a boundary might nearly lie. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

static int32_t out_of(const struct live_window *w, size_t node, uint32_t v)
{
	bool known = node < w->c.n + w->beyond && v < w->c.n_values;

	return known ? w->c.out[node * w->c.n_values + v] : 0;
}

static int32_t unary_of(const struct live_window *w, size_t node, uint32_t v)
{
	return v < w->c.n_values ? w->c.unary[node * w->c.n_values + v] : 0;
}

/* The nodes between the ends. */
static size_t inner(const struct live_window *w, size_t *ret_end)
{
	*ret_end = w->c.n - (w->right != SIZE_MAX);
	return w->left != SIZE_MAX;
}

static size_t tie_at(const struct live_track *t, edtf_day d)
{
	return DAYS_FIND(t->ties, t->n_ties, day, d);
}

/* Where another label would lose less than CHAIN_THETA. */
int live_new_ties(struct live_window *w)
{
	struct live_track *t = w->t;
	const struct chain *c = &w->c;
	size_t n = 0, cap = 0, end, i = inner(w, &end);
	struct live_tie *v = NULL;

	for (; i < end; i++) {
		const int32_t *a = c->alpha + i * chain_states(c), *b = c->beta + i * chain_states(c);
		bool none = false;
		for (uint32_t s = 0; s < chain_states(c); s++) {
			bool close = s != c->label[i] && c->best - (a[s] + b[s]) < CHAIN_THETA;
			bool again = s >= c->n_values && (none || c->label[i] == c->n_values);
			if (!close || again)
				continue;
			none |= s >= c->n_values;
			if (arena_grow(w->arena, &v, n, &cap, sizeof(*v)) < 0)
				return -ENOMEM;
			v[n++] = (struct live_tie){c->day[i], s < c->n_values ? w->values[s] : NULL};
		}
	}
	size_t from = w->left == SIZE_MAX ? 0 : tie_at(t, w->days.lo + 1);
	size_t to = w->right == SIZE_MAX ? t->n_ties : tie_at(t, w->days.hi);
	return live_splice(&t->ties, &t->n_ties, &t->cap_ties, sizeof(*v), from, to, v, n);
}

struct near_list {
	struct live_near *v;
	size_t n, cap;
	struct live_reach *reach;
	size_t n_reach, cap_reach;
};

static void look_to(struct near_list *l, edtf_day d)
{
	struct live_reach *r = &l->reach[l->n_reach - 1];

	r->lo = d < r->lo ? d : r->lo;
	r->hi = d > r->hi ? d : r->hi;
}

/* Looks at node i; 1: it lost so much that it cannot come near again. */
static int look(struct live_window *w, struct near_list *l, size_t boundary, bool begin, size_t i, int64_t loss)
{
	look_to(l, w->c.day[i]);
	if (loss >= LIVE_FAR)
		return 1;
	if (loss >= CHAIN_THETA)
		return 0;
	if (arena_grow(w->arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return -ENOMEM;
	l->v[l->n++] = (struct live_near){w->c.day[boundary], begin, w->c.day[i]};
	return 0;
}

/* The walk ended with the stretch of one label: the node beyond it, whose label ended it, counts as looked at. */
static void look_beyond(struct live_window *w, struct near_list *l, size_t low, size_t high, bool left)
{
	if (left && low >= 2)
		look_to(l, w->c.day[low - 2]);
	else if (left && w->left == SIZE_MAX)
		look_to(l, EDTF_DAY_MIN);
	else if (left)
		w->short_left = true;
	else if (high + 1 < w->c.n)
		look_to(l, w->c.day[high + 1]);
	else if (w->right == SIZE_MAX)
		look_to(l, LIVE_NO_NODE);
	else
		w->short_right = true;
}

/* What the score loses if the boundary between labels a and b lay at another node: to the left down to `low`, to the
 * right up to `high`. A walk that comes to the end of the window without an end of its own sets w->short_left or right.
 */
static int shift(struct live_window *w, struct near_list *l, size_t boundary, bool begin, size_t low, size_t high)
{
	uint32_t a = boundary ? w->c.label[boundary - 1] : w->c.n_values, b = w->c.label[boundary];
	int64_t sum = out_of(w, boundary, a);
	int r = 0;

	for (size_t i = boundary; r == 0 && i-- > low;) {
		sum += (int64_t)unary_of(w, i, a) - unary_of(w, i, b);
		r = look(w, l, boundary, begin, i, sum - out_of(w, i, a));
	}
	if (r == 0)
		look_beyond(w, l, low, high, true);
	sum = out_of(w, boundary, a);
	if (r >= 0)
		r = 0;
	for (size_t i = boundary + 1; r == 0 && i <= high && i < w->c.n; i++) {
		sum += (int64_t)unary_of(w, i - 1, b) - unary_of(w, i - 1, a);
		r = look(w, l, boundary, begin, i, sum - out_of(w, i, a));
	}
	if (r == 0)
		look_beyond(w, l, low, high, false);
	return r < 0 ? r : 0;
}

static int walk(struct live_window *w, struct near_list *l, size_t i)
{
	const struct chain *c = &w->c;
	bool first = i == 0;
	int r = 0;

	if (arena_grow(w->arena, &l->reach, l->n_reach, &l->cap_reach, sizeof(*l->reach)) < 0)
		return -ENOMEM;
	l->reach[l->n_reach++] = (struct live_reach){c->day[i], c->day[i], c->day[i]};
	if (!first && c->label[i - 1] != c->n_values) /* its run may lose all nodes but the first */
		r = shift(w, l, i, false, live_stretch_from(c, i - 1) + 1, live_stretch_to(c, i) + 1);
	if (r == 0 && c->label[i] != c->n_values)
		r = shift(w, l, i, true, first ? 0 : live_stretch_from(c, i - 1), live_stretch_to(c, i));
	return r;
}

static size_t near_at(const struct live_track *t, edtf_day d)
{
	return DAYS_FIND(t->near, t->n_near, boundary, d);
}

static size_t reach_at(const struct live_track *t, edtf_day d)
{
	return DAYS_FIND(t->reach, t->n_reach, boundary, d);
}

/* The days on which weights or labels are not what they were. */
static struct day_range changed_days(const struct live_window *w)
{
	const struct live_track *t = w->t;
	struct day_range r = t->relabel;
	size_t run = 0;

	for (size_t i = 0; i < w->c.n; i++) {
		edtf_day d = w->c.day[i];
		if (i == 0)
			run = live_run_reaching(t, d);
		while (run < t->n_runs && t->runs[run].to < d)
			run++;
		bool was = run < t->n_runs && t->runs[run].from <= d;
		const struct live_value *now = w->c.label[i] < w->c.n_values ? w->values[w->c.label[i]] : NULL;
		if ((was ? t->runs[run].value : NULL) != now)
			days_add(&r, d, d);
	}
	return r;
}

static bool is_touched(const struct live_reach *r, struct day_range changed)
{
	return days_meet(changed, r->lo, r->hi);
}

/* Walks from boundaries out there that come to what changed need those boundaries in here. */
static void check_outside(struct live_window *w, struct day_range changed, size_t from, size_t to)
{
	const struct live_track *t = w->t;

	for (size_t i = from; i-- > 0 && !w->short_left && i + 3 > from;)
		w->short_left = is_touched(&t->reach[i], changed);
	for (size_t i = to; i < t->n_reach && !w->short_right && i < to + 3; i++)
		w->short_right = is_touched(&t->reach[i], changed);
}

/* A boundary whose walk met nothing that changed is as it was. */
static int keep_walk(struct live_window *w, struct near_list *l, const struct live_reach *r)
{
	const struct live_track *t = w->t;

	if (arena_grow(w->arena, &l->reach, l->n_reach, &l->cap_reach, sizeof(*l->reach)) < 0)
		return -ENOMEM;
	l->reach[l->n_reach++] = *r;
	for (size_t i = near_at(t, r->boundary); i < t->n_near && t->near[i].boundary == r->boundary; i++) {
		if (arena_grow(w->arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
			return -ENOMEM;
		l->v[l->n++] = t->near[i];
	}
	return 0;
}

/* For every boundary, of the run that ends there and of the one that begins: where else it might nearly lie. */
int live_new_near(struct live_window *w)
{
	const struct live_track *t = w->t;
	const struct chain *c = &w->c;
	struct day_range changed = changed_days(w);
	size_t old = w->left == SIZE_MAX ? 0 : reach_at(t, w->days.lo + 1);
	size_t to = w->right == SIZE_MAX ? t->n_reach : reach_at(t, w->days.hi + 1);
	struct near_list l = {0};
	int r = 0;

	check_outside(w, changed, old, to);
	for (size_t i = 0; r == 0 && i < c->n; i++) {
		if (i == 0 ? w->left != SIZE_MAX || c->label[i] == c->n_values : c->label[i] == c->label[i - 1])
			continue;
		while (old < to && t->reach[old].boundary < c->day[i])
			old++;
		bool same = old < to && t->reach[old].boundary == c->day[i] && !is_touched(&t->reach[old], changed);
		r = same ? keep_walk(w, &l, &t->reach[old]) : walk(w, &l, i);
	}
	w->near = l.v;
	w->n_near = l.n;
	w->reach = l.reach;
	w->n_reach = l.n_reach;
	return r;
}

int live_keep_near(struct live_window *w)
{
	struct live_track *t = w->t;
	size_t from = w->left == SIZE_MAX ? 0 : near_at(t, w->days.lo + 1);
	size_t to = w->right == SIZE_MAX ? t->n_near : near_at(t, w->days.hi + 1);

	if (live_splice(&t->near, &t->n_near, &t->cap_near, sizeof(*w->near), from, to, w->near, w->n_near) < 0)
		return -ENOMEM;
	from = w->left == SIZE_MAX ? 0 : reach_at(t, w->days.lo + 1);
	to = w->right == SIZE_MAX ? t->n_reach : reach_at(t, w->days.hi + 1);
	return live_splice(&t->reach, &t->n_reach, &t->cap_reach, sizeof(*w->reach), from, to, w->reach, w->n_reach);
}
