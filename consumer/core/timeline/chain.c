/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/chain.h"
#include "core/timeline/marks.h"
#include "core/timeline/days.h"
#include <errno.h>
#include <stdlib.h>

size_t chain_states(const struct chain *c)
{
	return 2 * (size_t)c->n_values + 1;
}

static int32_t *row(const struct chain *c, int32_t *table, size_t node)
{
	return table + node * c->n_values;
}

static int32_t *state_row(const struct chain *c, int32_t *table, size_t node)
{
	return table + node * chain_states(c);
}

size_t chain_node_at(const struct chain *c, edtf_day d)
{
	return days_find(c->day, c->n, sizeof(*c->day), 0, d);
}

/* Days as bits of a table where they span few years, which they do; else sorted. */
#define SPAN_DAYS_MAX 40000

static int cmp_day(const void *a, const void *b)
{
	edtf_day x = *(const edtf_day *)a, y = *(const edtf_day *)b;

	return (x > y) - (x < y);
}

static size_t sort_days(edtf_day *v, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(v, n, sizeof(*v), cmp_day);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[kept - 1] != v[i])
			v[kept++] = v[i];
	return kept;
}

/* The same by a bit for each day of [lo, lo + span). */
static size_t mark_days(edtf_day *v, size_t n, edtf_day lo, size_t span, unsigned char *bits)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		bits[(size_t)(v[i] - lo)] = 1;
	for (size_t d = 0; d < span; d++)
		if (bits[d])
			v[kept++] = lo + (edtf_day)d;
	return kept;
}

static int place_nodes(struct chain *c, struct arena *arena)
{
	edtf_day lo = EDTF_DAY_MAX, hi = EDTF_DAY_MIN;
	size_t n = 0;

	c->day = arena_array(arena, c->n_marks * 2 + 1, sizeof(*c->day));
	if (!c->day)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_marks; i++) {
		c->day[n++] = mark_test(&c->marks[i]);
		if (mark_not_test(&c->marks[i]) != NO_DAY)
			c->day[n++] = mark_not_test(&c->marks[i]);
	}
	for (size_t i = 0; i < n; i++) {
		lo = c->day[i] < lo ? c->day[i] : lo;
		hi = c->day[i] > hi ? c->day[i] : hi;
	}
	if (n < 64 || hi - lo >= SPAN_DAYS_MAX) {
		c->n = sort_days(c->day, n);
		return 0;
	}
	unsigned char *bits = arena_alloc(arena, (size_t)(hi - lo) + 1);
	if (!bits)
		return -ENOMEM;
	c->n = mark_days(c->day, n, lo, (size_t)(hi - lo) + 1, bits);
	return 0;
}

void chain_reward_test(struct chain *c, size_t i, const struct mark *m)
{
	if (m->passive)
		return;
	if (m->denied) {
		row(c, c->unary, i)[m->value] -= m->hold;
		return;
	}
	row(c, c->unary, i)[m->value] += m->hold + m->bound;
	c->may[i * c->n_values + m->value] = true;
	if (m->kind == MARK_HOLD && m->lo == m->hi) {
		row(c, c->out, i)[m->value] += m->hold;
		if (i > 0)
			c->may[(i - 1) * c->n_values + m->value] = true;
	}
}

void chain_reward_not(struct chain *c, size_t i, const struct mark *m)
{
	row(c, c->unary, i)[m->value] -= m->bound;
}

static void reward(struct chain *c, const struct mark *m)
{
	chain_reward_test(c, chain_node_at(c, mark_test(m)), m);
	if (mark_not_test(m) != NO_DAY)
		chain_reward_not(c, chain_node_at(c, mark_not_test(m)), m);
}

/* The two best of some scores, with what they belong to; the first found wins a tie. */
struct best_two {
	int32_t first, second;
	uint32_t first_at, second_at;
};

#define BEST_NONE                                                                                                      \
	((struct best_two){                                                                                            \
		.first = CHAIN_NEVER, .second = CHAIN_NEVER, .first_at = UINT32_MAX, .second_at = UINT32_MAX})

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

static int32_t score_not(const struct best_two *b, uint32_t v)
{
	return b->first_at == v ? b->second : b->first;
}

static uint32_t none_after(const struct chain *c, uint32_t value)
{
	return c->n_values + 1 + value;
}

/* The best value or none to come from at the boundary before node i, by the value that it is or follows; `none` before
 * any value counts as n_values. Entering v costs the same from all of them but v's own none. */
static struct best_two best_leavers(const struct chain *c, size_t i)
{
	const int32_t *a = state_row(c, c->alpha, i - 1), *out = row(c, c->out, i);
	struct best_two b = BEST_NONE;

	for (uint32_t v = 0; v < c->n_values; v++) {
		int32_t leaving = a[v] + out[v] - CHAIN_SWITCH_HALF, left = a[none_after(c, v)];
		offer(&b, leaving >= left ? leaving : left, v);
	}
	offer(&b, a[c->n_values], c->n_values);
	return b;
}

static bool may_enter(const struct chain *c, size_t i, uint32_t v)
{
	return c->may[i * c->n_values + v];
}

/* The best score of having entered v at node i, without what the node itself gives. */
static int32_t entering(const struct chain *c, const struct best_two *from, size_t i, uint32_t v)
{
	if (!may_enter(c, i, v))
		return CHAIN_NEVER;
	int32_t other = score_not(from, v);
	int32_t back = state_row(c, c->alpha, i - 1)[none_after(c, v)] - CHAIN_RETURN;

	return (other >= back ? other : back) - CHAIN_SWITCH_HALF;
}

static void start(struct chain *c)
{
	int32_t *a = state_row(c, c->alpha, 0);

	for (size_t s = 0; s < chain_states(c); s++)
		a[s] = CHAIN_NEVER;
	for (uint32_t v = 0; v < c->n_values; v++)
		if (may_enter(c, 0, v))
			a[v] = row(c, c->unary, 0)[v];
	a[c->n_values] = 0;
}

void chain_forward(struct chain *c, bool given)
{
	if (!given)
		start(c);
	for (size_t i = 1; i < c->n; i++) {
		struct best_two from = best_leavers(c, i);
		const int32_t *before = state_row(c, c->alpha, i - 1), *out = row(c, c->out, i);
		int32_t *a = state_row(c, c->alpha, i);
		for (uint32_t v = 0; v < c->n_values; v++) {
			int32_t enter = entering(c, &from, i, v), gone = before[v] + out[v] - CHAIN_SWITCH_HALF;
			uint32_t none = none_after(c, v);
			a[v] = (before[v] >= enter ? before[v] : enter) + row(c, c->unary, i)[v];
			a[none] = before[none] >= gone ? before[none] : gone;
		}
		a[c->n_values] = before[c->n_values];
	}
}

/* The best values to enter at node i, scored from the boundary on. */
static struct best_two best_entries(const struct chain *c, size_t i)
{
	struct best_two to = BEST_NONE;

	for (uint32_t v = 0; v < c->n_values; v++)
		if (may_enter(c, i, v))
			offer(&to, row(c, c->unary, i)[v] + state_row(c, c->beta, i)[v] - CHAIN_SWITCH_HALF, v);
	return to;
}

static int32_t max_of(int32_t a, int32_t b)
{
	return a >= b ? a : b;
}

void chain_backward(struct chain *c)
{
	for (size_t i = c->n - 1; i-- > 0;) {
		struct best_two to = best_entries(c, i + 1);
		const int32_t *after = state_row(c, c->beta, i + 1), *unary = row(c, c->unary, i + 1);
		int32_t *b = state_row(c, c->beta, i);
		for (uint32_t v = 0; v < c->n_values; v++) {
			uint32_t none = none_after(c, v);
			int32_t leave = max_of(score_not(&to, v), after[none]);
			int32_t back = may_enter(c, i + 1, v) ? unary[v] + after[v] - CHAIN_SWITCH_HALF - CHAIN_RETURN
							      : CHAIN_NEVER;
			b[v] = max_of(unary[v] + after[v], row(c, c->out, i + 1)[v] - CHAIN_SWITCH_HALF + leave);
			b[none] = max_of(after[none], max_of(score_not(&to, v), back));
		}
		b[c->n_values] = max_of(after[c->n_values], to.first);
	}
}

/* The state before node i on the best way to state s at node i. */
static uint32_t came_from(const struct chain *c, size_t i, uint32_t s)
{
	const int32_t *before = state_row(c, c->alpha, i - 1), *out = row(c, c->out, i);

	if (s == c->n_values)
		return s;
	if (s > c->n_values) {
		uint32_t v = s - c->n_values - 1;
		return before[s] > before[v] + out[v] - CHAIN_SWITCH_HALF ? s : v;
	}
	struct best_two from = best_leavers(c, i);
	if (before[s] >= entering(c, &from, i, s))
		return s;
	if (before[none_after(c, s)] - CHAIN_RETURN > score_not(&from, s))
		return none_after(c, s);
	uint32_t v = from.first_at == s ? from.second_at : from.first_at;
	if (v == c->n_values)
		return v;
	return before[v] + out[v] - CHAIN_SWITCH_HALF >= before[none_after(c, v)] ? v : none_after(c, v);
}

/* The best last state; of equal ones the first. */
static uint32_t best_last(const struct chain *c)
{
	const int32_t *a = state_row(c, c->alpha, c->n - 1), *b = state_row(c, c->beta, c->n - 1);
	struct best_two last = BEST_NONE;

	for (uint32_t s = 0; s < chain_states(c); s++)
		offer(&last, a[s] + b[s], s);
	return last.first_at;
}

void chain_trace(struct chain *c, uint32_t last)
{
	uint32_t s = last == CHAIN_FREE ? best_last(c) : last;

	c->best = state_row(c, c->alpha, c->n - 1)[s] + state_row(c, c->beta, c->n - 1)[s];
	for (size_t i = c->n; i-- > 0;) {
		c->state[i] = s;
		c->label[i] = s < c->n_values ? s : c->n_values;
		s = i ? came_from(c, i, s) : s;
	}
}

int chain_tables(struct chain *c, struct arena *arena)
{
	c->unary = arena_array(arena, c->n * c->n_values, sizeof(int32_t));
	c->out = arena_array(arena, c->n * c->n_values, sizeof(int32_t));
	c->may = arena_alloc(arena, c->n * c->n_values);
	c->alpha = arena_array(arena, c->n * chain_states(c), sizeof(int32_t));
	c->beta = arena_array(arena, c->n * chain_states(c), sizeof(int32_t));
	c->label = arena_array(arena, c->n, sizeof(*c->label));
	c->state = arena_array(arena, c->n, sizeof(*c->state));
	return c->unary && c->out && c->may && c->alpha && c->beta && c->label && c->state ? 0 : -ENOMEM;
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
	if (place_nodes(&c, arena) < 0 || chain_tables(&c, arena) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < c.n_marks; i++)
		reward(&c, &c.marks[i]);
	chain_forward(&c, false);
	chain_backward(&c);
	chain_trace(&c, CHAIN_FREE);
	*ret = c;
	return 0;
}

int32_t chain_margin_of(const struct chain *c, uint32_t value, struct day_range r)
{
	int32_t top = CHAIN_NEVER;

	for (size_t i = chain_node_at(c, r.lo); i < c->n && c->day[i] <= r.hi; i++)
		top = max_of(top, state_row(c, c->alpha, i)[value] + state_row(c, c->beta, i)[value]);
	return c->best - top;
}

static int32_t unary_of(const struct chain *c, size_t node, uint32_t label)
{
	return label == c->n_values ? 0 : row(c, c->unary, node)[label];
}

static int32_t out_of(const struct chain *c, size_t node, uint32_t label)
{
	return label == c->n_values ? 0 : row(c, c->out, node)[label];
}

/* What the score loses if the boundary between labels a and b lay before node `now` and not before node `was`. */
static int64_t shift_loss(const struct chain *c, size_t was, size_t now, uint32_t a, uint32_t b)
{
	int64_t loss = (int64_t)out_of(c, was, a) - out_of(c, now, a);
	size_t lo = was < now ? was : now, hi = was < now ? now : was;

	for (size_t i = lo; i < hi; i++) {
		int64_t more = (int64_t)unary_of(c, i, a) - unary_of(c, i, b);
		loss += was < now ? -more : more;
	}
	return loss;
}

int32_t chain_margin_of_shift(const struct chain *c, size_t from, size_t to, struct day_range r, bool begin)
{
	size_t boundary = begin ? from : to + 1;
	/* A boundary may move over its own run, but for one node, and over the neighbour. */
	size_t low = begin ? from : from + 1, high = begin ? to : to + 1;
	int64_t least = INT32_MAX;

	if (boundary == c->n)
		return INT32_MAX;
	uint32_t before = boundary ? c->label[boundary - 1] : c->n_values;
	uint32_t after = c->label[boundary];
	while (begin && low > 0 && c->label[low - 1] == before)
		low--;
	while (!begin && high < c->n && c->label[high] == after)
		high++;
	for (size_t i = chain_node_at(c, r.lo); i < c->n && c->day[i] <= r.hi; i++) {
		int64_t loss = i < low || i > high ? INT32_MAX : shift_loss(c, boundary, i, before, after);
		least = loss < least ? loss : least;
	}
	return least > INT32_MAX ? INT32_MAX : (int32_t)least;
}

int32_t chain_margin_of_none(const struct chain *c, edtf_day d)
{
	size_t i = chain_node_at(c, d);
	int32_t top = CHAIN_NEVER;

	for (size_t s = c->n_values; i < c->n && s < chain_states(c); s++)
		top = max_of(top, state_row(c, c->alpha, i)[s] + state_row(c, c->beta, i)[s]);
	return c->best - top;
}
