/* SPDX-License-Identifier: Apache-2.0 */
/* What is close in a window: cuts, ties, boundaries that might nearly lie elsewhere. */
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

/* Does label v hold at the node whatever comes after? */
bool live_cuts_forward(const struct live_window *w, size_t node, uint32_t v)
{
	const int32_t *a = w->c.alpha + node * chain_states(&w->c);

	for (uint32_t s = 0; s < chain_states(&w->c); s++)
		if (s != v && a[s] + out_of(w, node + 1, s) > a[v] - LIVE_GAP)
			return false;
	return true;
}

/* Does it whatever was before? It must be one that may be entered there. */
bool live_cuts_backward(const struct live_window *w, size_t node, uint32_t v)
{
	const int32_t *b = w->c.beta + node * chain_states(&w->c);
	int32_t least = unary_of(w, node, v) + b[v] - out_of(w, node, v) - LIVE_GAP;

	if (!w->c.may[node * w->c.n_values + v])
		return false;
	for (uint32_t s = 0; s < chain_states(&w->c); s++)
		if (s != v && unary_of(w, node, s) + b[s] > least)
			return false;
	return true;
}

/* The nodes that are not cuts at the ends. */
static size_t inner(const struct live_window *w, size_t *ret_end)
{
	*ret_end = w->c.n - (w->right != SIZE_MAX);
	return w->left != SIZE_MAX;
}

int live_new_cuts(struct live_window *w)
{
	struct live_track *t = w->t;
	size_t n = 0, cap = 0, end, i = inner(w, &end);
	size_t from = w->left == SIZE_MAX ? 0 : w->left + 1, to = w->right == SIZE_MAX ? t->n_cuts : w->right;
	edtf_day last = w->left == SIZE_MAX ? EDTF_DAY_MIN : w->days.lo;
	struct live_cut *v = NULL;

	for (; i < end; i++) {
		uint32_t l = w->c.label[i];
		if (l == w->c.n_values || w->c.day[i] - last < LIVE_CUT_DAYS || !live_cuts_forward(w, i, l) ||
		    !live_cuts_backward(w, i, l))
			continue;
		if (arena_grow(w->arena, &v, n, &cap, sizeof(*v)) < 0)
			return -ENOMEM;
		v[n++] = (struct live_cut){w->c.day[i], w->values[l]};
		last = w->c.day[i];
	}
	return live_splice(&t->cuts, &t->n_cuts, &t->cap_cuts, sizeof(*v), from, to, v, n);
}

static size_t tie_at(const struct live_track *t, edtf_day d)
{
	size_t i = 0, hi = t->n_ties;

	while (i < hi) {
		size_t mid = i + (hi - i) / 2;
		if (t->ties[mid].day < d)
			i = mid + 1;
		else
			hi = mid;
	}
	return i;
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
};

static int add_near(struct live_window *w, struct near_list *l, size_t boundary, bool begin, size_t node, int64_t loss)
{
	if (loss >= CHAIN_THETA)
		return 0;
	if (arena_grow(w->arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return -ENOMEM;
	l->v[l->n++] = (struct live_near){w->c.day[boundary], begin, w->c.day[node]};
	return 0;
}

/* What the score loses if the boundary between labels a and b lay at another node: to the left down to `low`, to the
 * right up to `high`. */
static int shift(struct live_window *w, struct near_list *l, size_t boundary, bool begin, size_t low, size_t high)
{
	uint32_t a = boundary ? w->c.label[boundary - 1] : w->c.n_values, b = w->c.label[boundary];
	int64_t sum = out_of(w, boundary, a);
	int r = 0;

	for (size_t i = boundary; r == 0 && i-- > low;) {
		sum += (int64_t)unary_of(w, i, a) - unary_of(w, i, b);
		r = add_near(w, l, boundary, begin, i, sum - out_of(w, i, a));
	}
	sum = out_of(w, boundary, a);
	for (size_t i = boundary + 1; r == 0 && i <= high && i < w->c.n; i++) {
		sum += (int64_t)unary_of(w, i - 1, b) - unary_of(w, i - 1, a);
		r = add_near(w, l, boundary, begin, i, sum - out_of(w, i, a));
	}
	return r;
}

static size_t near_at(const struct live_track *t, edtf_day d)
{
	size_t lo = 0, hi = t->n_near;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (t->near[mid].boundary < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* For every boundary, of the run that ends there and of the one that begins: where else it might nearly lie. */
int live_new_near(struct live_window *w)
{
	struct live_track *t = w->t;
	const struct chain *c = &w->c;
	struct near_list l = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		bool first = i == 0, begins = c->label[i] != c->n_values;
		if (first ? w->left != SIZE_MAX : c->label[i] == c->label[i - 1])
			continue;
		if (!first && c->label[i - 1] != c->n_values) /* its run may lose all nodes but the first */
			r = shift(w, &l, i, false, live_stretch_from(c, i - 1) + 1, live_stretch_to(c, i) + 1);
		if (r == 0 && begins)
			r = shift(w, &l, i, true, first ? 0 : live_stretch_from(c, i - 1), live_stretch_to(c, i));
	}
	size_t from = w->left == SIZE_MAX ? 0 : near_at(t, w->days.lo + 1);
	size_t to = w->right == SIZE_MAX ? t->n_near : near_at(t, w->days.hi + 1);
	return r < 0 ? r : live_splice(&t->near, &t->n_near, &t->cap_near, sizeof(*l.v), from, to, l.v, l.n);
}
