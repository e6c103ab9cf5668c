/* SPDX-License-Identifier: Apache-2.0 */
/* Points: nodes whose messages are kept, from which and up to which a window is labelled. live.h, 3. */
#include "core/timeline/live_private.h"
#include <errno.h>
#include <stdlib.h>

static int32_t *row(const struct live_window *w, int32_t *table, size_t node)
{
	return table + node * chain_states(&w->c);
}

static uint32_t state_of(const struct live_window *w, const struct live_state *s)
{
	uint32_t none = w->c.n_values;

	return !s->value ? none : s->none ? none + 1 + s->value->local : s->value->local;
}

static int32_t leaving(const struct live_window *w, size_t node, uint32_t s)
{
	bool known = node + 1 < w->c.n + w->beyond && s < w->c.n_values;

	return known ? w->c.out[(node + 1) * w->c.n_values + s] : 0;
}

static int32_t top_of(const struct live_window *w, const int32_t *a)
{
	int32_t top = a[0];

	for (uint32_t s = 1; s < chain_states(&w->c); s++)
		top = a[s] > top ? a[s] : top;
	return top;
}

/* Might the state still be on the best way, or close to it? */
static bool is_alive(const struct live_window *w, size_t node, uint32_t s, int32_t top)
{
	return row(w, w->c.alpha, node)[s] + leaving(w, node, s) > top - LIVE_GAP;
}

void live_point_enter(const struct live_window *w, const struct live_point *p)
{
	int32_t *a = row(w, w->c.alpha, 0);

	for (uint32_t s = 0; s < chain_states(&w->c); s++)
		a[s] = CHAIN_NEVER;
	for (uint32_t i = 0; i < p->n; i++)
		a[state_of(w, &p->v[i])] = p->v[i].alpha;
}

bool live_point_meets(const struct live_window *w, const struct live_point *p)
{
	size_t node = w->c.n - 1;
	const int32_t *a = row(w, w->c.alpha, node);
	int32_t top = top_of(w, a);
	uint32_t alive = 0;

	for (uint32_t s = 0; s < chain_states(&w->c); s++)
		alive += is_alive(w, node, s, top);
	if (alive != p->n)
		return false;
	for (uint32_t i = 0; i < p->n; i++)
		if (a[state_of(w, &p->v[i])] - top != p->v[i].alpha)
			return false;
	return true;
}

uint32_t live_point_leave(const struct live_window *w, const struct live_point *p)
{
	int32_t *b = row(w, w->c.beta, w->c.n - 1);

	for (uint32_t s = 0; s < chain_states(&w->c); s++)
		b[s] = CHAIN_NEVER;
	for (uint32_t i = 0; i < p->n; i++)
		b[state_of(w, &p->v[i])] = p->v[i].beta;
	return state_of(w, &p->v[p->best]);
}

bool live_point_agrees(const struct live_window *w, const struct live_point *p)
{
	const int32_t *b = row(w, w->c.beta, 0);
	uint32_t best = state_of(w, &p->v[p->best]);

	if (w->c.state[0] != best)
		return false;
	for (uint32_t i = 0; i < p->n; i++)
		if (b[state_of(w, &p->v[i])] - b[best] != p->v[i].beta)
			return false;
	return true;
}

/* False where too many states are alive. */
static bool make_point(const struct live_window *w, size_t node, struct live_point *ret)
{
	const int32_t *a = row(w, w->c.alpha, node), *b = row(w, w->c.beta, node);
	struct live_point p = {.day = w->c.day[node]};
	uint32_t nv = w->c.n_values, best = w->c.state[node];
	int32_t top = top_of(w, a);

	for (uint32_t s = 0; s < chain_states(&w->c); s++) {
		if (!is_alive(w, node, s, top))
			continue;
		if (p.n == LIVE_STATES_MAX)
			return false;
		if (s == best)
			p.best = p.n;
		p.v[p.n++] = (struct live_state){.value = s < nv    ? w->values[s]
							  : s == nv ? NULL
								    : w->values[s - nv - 1],
						 .none = s >= nv,
						 .alpha = a[s] - top,
						 .beta = b[s] - b[best]};
	}
	*ret = p;
	return true;
}

int live_new_points(struct live_window *w)
{
	struct live_track *t = w->t;
	size_t n = 0, cap = 0, i = w->left != SIZE_MAX, end = w->c.n - (w->right != SIZE_MAX);
	size_t from = w->left == SIZE_MAX ? 0 : w->left + 1, to = w->right == SIZE_MAX ? t->n_points : w->right;
	edtf_day last = w->left == SIZE_MAX ? EDTF_DAY_MIN : w->days.lo;
	struct live_point *v = NULL;

	for (; i < end; i++) {
		if (w->c.day[i] - last < LIVE_POINT_DAYS)
			continue;
		if (arena_grow(w->arena, &v, n, &cap, sizeof(*v)) < 0)
			return -ENOMEM;
		n += make_point(w, i, &v[n]);
		last = w->c.day[i];
	}
	return live_splice(&t->points, &t->n_points, &t->cap_points, sizeof(*v), from, to, v, n);
}
