/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/chain.h"
#include "core/timeline/marks.h"
#include <errno.h>
#include <stdlib.h>

#define NEVER (INT32_MIN / 4)

static size_t width(const struct chain *c)
{
	return c->n_values + 1;
}

static int32_t *row(const struct chain *c, int32_t *table, size_t node)
{
	return table + node * width(c);
}

size_t chain_node_at(const struct chain *c, edtf_day d)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (c->day[mid] < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int cmp_day(const void *a, const void *b)
{
	edtf_day x = *(const edtf_day *)a, y = *(const edtf_day *)b;

	return (x > y) - (x < y);
}

static int place_nodes(struct chain *c, struct arena *arena)
{
	size_t n = 0;

	c->day = arena_array(arena, c->n_marks * 4 + 1, sizeof(*c->day));
	if (!c->day)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_marks; i++) {
		struct day_range h = mark_holds(&c->marks[i]), b = mark_change(&c->marks[i]);
		c->day[n++] = h.lo;
		c->day[n++] = h.hi;
		if (c->marks[i].kind != MARK_HOLD) {
			c->day[n++] = b.lo;
			c->day[n++] = b.hi;
		}
	}
	if (n)
		qsort(c->day, n, sizeof(*c->day), cmp_day);
	for (size_t i = 0; i < n; i++)
		if (!c->n || c->day[c->n - 1] != c->day[i])
			c->day[c->n++] = c->day[i];
	return 0;
}

/* Adds the mark's rewards to the tables: see the head comment of chain.h. */
static void reward(struct chain *c, const struct mark *m)
{
	struct day_range h = mark_holds(m), b = mark_change(m);
	int32_t sign = m->denied ? -1 : 1;
	size_t i = chain_node_at(c, h.lo);

	row(c, c->unary, i)[m->value] += sign * m->hold;
	if (h.lo == h.hi && m->kind == MARK_HOLD) /* the holder may be said to hold on the day on which it hands over */
		row(c, c->out, i)[m->value] += sign * m->hold;
	for (i++; i < c->n && c->day[i] <= h.hi; i++)
		row(c, c->in, i)[m->value] += sign * m->hold;
	if (m->kind == MARK_HOLD)
		return;
	for (i = chain_node_at(c, b.lo); i < c->n && c->day[i] <= b.hi; i++)
		row(c, m->kind == MARK_BEGIN ? c->in : c->out, i)[m->value] += sign * m->bound;
}

static int32_t half_cost(const struct chain *c, uint32_t value)
{
	return value == c->n_values ? 0 : CHAIN_SWITCH_HALF;
}

/* The two best labels of v[]; first found first on ties, so byte order, none last. */
struct best_two {
	int32_t first, second;
	uint32_t first_at, second_at;
};

static void offer(struct best_two *b, int32_t score, uint32_t at)
{
	if (score > b->first) {
		b->second = b->first;
		b->second_at = b->first_at;
		b->first = score;
		b->first_at = at;
	} else if (score > b->second) {
		b->second = score;
		b->second_at = at;
	}
}

#define BEST_NONE ((struct best_two){.first = NEVER, .second = NEVER})

/* Best labels to leave at the boundary before node i. */
static struct best_two best_leavers(const struct chain *c, size_t i)
{
	const int32_t *a = row(c, c->alpha, i - 1), *out = row(c, c->out, i);
	struct best_two b = BEST_NONE;

	for (uint32_t v = 0; v <= c->n_values; v++)
		offer(&b, a[v] + out[v] - half_cost(c, v), v);
	return b;
}

static int32_t score_not(const struct best_two *b, uint32_t v)
{
	return b->first_at == v ? b->second : b->first;
}

static void forward(struct chain *c)
{
	for (uint32_t v = 0; v <= c->n_values; v++)
		row(c, c->alpha, 0)[v] = row(c, c->in, 0)[v] + row(c, c->unary, 0)[v];
	for (size_t i = 1; i < c->n; i++) {
		struct best_two from = best_leavers(c, i);
		int32_t *a = row(c, c->alpha, i), *before = row(c, c->alpha, i - 1);
		for (uint32_t v = 0; v <= c->n_values; v++) {
			int32_t enter = score_not(&from, v) + row(c, c->in, i)[v] - half_cost(c, v);
			a[v] = (before[v] >= enter ? before[v] : enter) + row(c, c->unary, i)[v];
		}
	}
}

/* What entering v at node i is worth from there on. */
static int32_t enter_value(const struct chain *c, size_t i, uint32_t v)
{
	return row(c, c->in, i)[v] - half_cost(c, v) + row(c, c->unary, i)[v] + row(c, c->beta, i)[v];
}

static void backward(struct chain *c)
{
	for (size_t i = c->n - 1; i-- > 0;) {
		struct best_two to = BEST_NONE;
		int32_t *b = row(c, c->beta, i), *after = row(c, c->beta, i + 1);
		for (uint32_t v = 0; v <= c->n_values; v++)
			offer(&to, enter_value(c, i + 1, v), v);
		for (uint32_t v = 0; v <= c->n_values; v++) {
			int32_t leave = score_not(&to, v) + row(c, c->out, i + 1)[v] - half_cost(c, v);
			int32_t stay = row(c, c->unary, i + 1)[v] + after[v];
			b[v] = stay >= leave ? stay : leave;
		}
	}
}

/* Walks back from the best last label. */
static void trace_labels(struct chain *c)
{
	struct best_two last = BEST_NONE;

	for (uint32_t v = 0; v <= c->n_values; v++)
		offer(&last, row(c, c->alpha, c->n - 1)[v], v);
	c->best = last.first;
	c->label[c->n - 1] = last.first_at;
	for (size_t i = c->n - 1; i > 0; i--) {
		uint32_t v = c->label[i];
		struct best_two from = best_leavers(c, i);
		int32_t enter = score_not(&from, v) + row(c, c->in, i)[v] - half_cost(c, v);
		bool stay = row(c, c->alpha, i - 1)[v] >= enter;
		c->label[i - 1] = stay ? v : from.first_at == v ? from.second_at : from.first_at;
	}
}

static int32_t *table(const struct chain *c, struct arena *arena)
{
	return arena_array(arena, c->n * width(c), sizeof(int32_t));
}

int chain_solve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		struct chain *ret)
{
	struct chain c = {0};
	int r = marks_make(rules, cells, n, arena, &c);

	if (r < 0 || !c.n_marks) {
		if (r == 0)
			*ret = c;
		return r;
	}
	if (place_nodes(&c, arena) < 0)
		return -ENOMEM;
	c.unary = table(&c, arena);
	c.in = table(&c, arena);
	c.out = table(&c, arena);
	c.alpha = table(&c, arena);
	c.beta = table(&c, arena);
	c.label = arena_array(arena, c.n, sizeof(*c.label));
	if (!c.unary || !c.in || !c.out || !c.alpha || !c.beta || !c.label)
		return -ENOMEM;
	for (size_t i = 0; i < c.n_marks; i++)
		reward(&c, &c.marks[i]);
	forward(&c);
	backward(&c);
	trace_labels(&c);
	*ret = c;
	return 0;
}

int32_t chain_margin_of(const struct chain *c, uint32_t value, struct day_range r)
{
	int32_t top = NEVER;

	for (size_t i = chain_node_at(c, r.lo); i < c->n && c->day[i] <= r.hi; i++) {
		int32_t through = row(c, c->alpha, i)[value] + row(c, c->beta, i)[value];
		top = through > top ? through : top;
	}
	return c->best - top;
}

int32_t chain_margin_of_change(const struct chain *c, uint32_t value, struct day_range r, bool begin)
{
	int32_t top = NEVER;

	for (size_t i = chain_node_at(c, r.lo); i < c->n && c->day[i] <= r.hi; i++) {
		int32_t through = NEVER;
		if (begin && i == 0)
			through = row(c, c->alpha, 0)[value] + row(c, c->beta, 0)[value];
		else if (begin) {
			struct best_two from = best_leavers(c, i);
			through = score_not(&from, value) + enter_value(c, i, value);
		} else if (i > 0) {
			struct best_two to = BEST_NONE;
			for (uint32_t v = 0; v <= c->n_values; v++)
				offer(&to, enter_value(c, i, v), v);
			through = row(c, c->alpha, i - 1)[value] + row(c, c->out, i)[value] - half_cost(c, value) +
				  score_not(&to, value);
		}
		top = through > top ? through : top;
	}
	return top == NEVER ? INT32_MAX : c->best - top;
}

int32_t chain_margin_against(const struct chain *c, uint32_t value, edtf_day d)
{
	size_t i = chain_node_at(c, d);
	int32_t top = NEVER;

	for (uint32_t v = 0; i < c->n && v <= c->n_values; v++)
		if (v != value && row(c, c->alpha, i)[v] + row(c, c->beta, i)[v] > top)
			top = row(c, c->alpha, i)[v] + row(c, c->beta, i)[v];
	return c->best - top;
}
