/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/marks.h"
#include "base/sorted.h"
#include <errno.h>
#include <stdlib.h>

struct day_range mark_holds(const struct mark *m)
{
	if (m->kind != MARK_END || m->lo == EDTF_DAY_MIN)
		return (struct day_range){m->lo, m->hi};
	return (struct day_range){m->lo - 1, m->hi - 1};
}

struct day_range mark_change(const struct mark *m)
{
	/* "Until 3 July" and "handed over on 4 July" are one date said in two ways. */
	return (struct day_range){m->lo, m->kind == MARK_END && m->hi < EDTF_DAY_MAX ? m->hi + 1 : m->hi};
}

edtf_day mark_test(const struct mark *m)
{
	if (m->kind == MARK_BEGIN)
		return m->hi;
	return m->kind == MARK_END ? mark_holds(m).lo : m->lo + (m->hi - m->lo) / 2;
}

edtf_day mark_not_test(const struct mark *m)
{
	if (m->denied || (m->kind == MARK_BEGIN && m->lo == EDTF_DAY_MIN) ||
	    (m->kind == MARK_END && m->hi == EDTF_DAY_MAX) || m->kind == MARK_HOLD)
		return NO_DAY;
	return m->kind == MARK_BEGIN ? m->lo - 1 : m->hi + 1;
}

static int32_t strength(const struct cell *c, struct edtf date, bool derived)
{
	int64_t s = c->weight;

	if (date.grain == EDTF_GRAIN_YEAR)
		s = s * 7 / 8;
	else if (date.grain == EDTF_GRAIN_DECADE)
		s = s * 6 / 8;
	if (derived)
		s = s * 7 / 8;
	return s > 1 ? (int32_t)s : 1;
}

static void put_mark(struct chain *c, const struct cell *cell, uint32_t value, enum mark_kind kind, struct day_range r,
		     int32_t s, bool derived)
{
	c->marks[c->n_marks++] = (struct mark){
		.kind = kind,
		.denied = cell->modality == CLAIM_DENIED,
		.derived = derived,
		.value = value,
		.lo = r.lo,
		.hi = r.hi,
		.hold = kind == MARK_HOLD ? s : (s + 3) / 4,
		.bound = kind == MARK_HOLD ? 0 : s - s / 4,
		.cell = cell,
	};
}

static void add_mark(struct chain *c, const struct cell *cell, uint32_t value, enum mark_kind kind, struct edtf date,
		     bool derived)
{
	if (edtf_is_set(date))
		put_mark(c, cell, value, kind, (struct day_range){edtf_lo(date), edtf_hi(date)},
			 strength(cell, date, derived), derived);
}

/* A pool of days is a holding at its first day and one at its last, each with half of the weight. */
static void add_daily(struct chain *c, const struct cell *cell, uint32_t value)
{
	edtf_day month = edtf_lo(cell->holds_at), first = month + cell->first_day - 1,
		 last = month + cell->last_day - 1;
	bool derived = cell->derived & CLAIM_DERIVED_HOLDS_AT;
	int32_t s = strength(cell, cell->holds_at, derived);

	if (first == last) {
		put_mark(c, cell, value, MARK_HOLD, (struct day_range){first, first}, s, derived);
		return;
	}
	put_mark(c, cell, value, MARK_HOLD, (struct day_range){first, first}, (s + 1) / 2, derived);
	put_mark(c, cell, value, MARK_HOLD, (struct day_range){last, last}, s / 2 > 1 ? s / 2 : 1, derived);
	c->marks[c->n_marks - 2].halved = c->marks[c->n_marks - 1].halved = true;
}

/* The pack's constraints reject; what they reject stays a claim, and --why says so. */
bool cell_admitted(const struct slot_rules *rules, const struct cell *c)
{
	bool known = !rules->n_values;

	if (edtf_is_set(c->begin) && edtf_is_set(c->end) && edtf_lo(c->begin) > edtf_hi(c->end))
		return false; /* the codec refuses it too */
	for (size_t i = 0; i < rules->n_values && !known; i++)
		known = span_eq(rules->values[i], c->value);
	return known && c->weight && (!edtf_is_set(c->begin) || edtf_hi(c->begin) >= rules->not_before) &&
	       (!edtf_is_set(c->end) || edtf_hi(c->end) >= rules->not_before) &&
	       (!edtf_is_set(c->holds_at) || edtf_hi(c->holds_at) >= rules->not_before);
}

void marks_of_cell(const struct slot_rules *rules, struct chain *c, const struct cell *cell, uint32_t value)
{
	if ((cell->modality != CLAIM_ASSERTED && cell->modality != CLAIM_DENIED) || !cell_admitted(rules, cell))
		return;
	bool both = edtf_is_set(cell->begin) && edtf_is_set(cell->end);
	if (both && edtf_hi(cell->begin) >= edtf_lo(cell->end)) {
		/* "2024 to 2024": some time in it, at the precision of the begin. */
		add_mark(c, cell, value, MARK_HOLD, cell->begin, cell->derived & CLAIM_DERIVED_BEGIN);
		c->marks[c->n_marks - 1].hi = edtf_hi(cell->end);
		return;
	}
	add_mark(c, cell, value, MARK_BEGIN, cell->begin, cell->derived & CLAIM_DERIVED_BEGIN);
	add_mark(c, cell, value, MARK_END, cell->end, cell->derived & CLAIM_DERIVED_END);
	if (cell->daily)
		add_daily(c, cell, value);
	else if (!edtf_is_set(cell->begin) && !edtf_is_set(cell->end))
		add_mark(c, cell, value, MARK_HOLD, cell->holds_at, cell->derived & CLAIM_DERIVED_HOLDS_AT);
}

/* A coarse holding is certain on no day; a coarse begin or end is, on the day of its test. */
bool mark_blocks(const struct mark *m)
{
	return !m->denied && (m->kind != MARK_HOLD || m->hi - m->lo <= MARK_BLOCKER_DAYS);
}

/* The first and the last day on which the mark's value certainly holds, if the mark is right. */
edtf_day mark_certain_lo(const struct mark *m)
{
	return m->kind == MARK_HOLD ? m->lo : mark_test(m);
}

edtf_day mark_certain_hi(const struct mark *m)
{
	return m->kind == MARK_HOLD ? m->hi : mark_test(m);
}

/* Sorts marks by a day, keeping the order of equal ones: least significant byte first, as days are small numbers. tmp
 * has room for n. */
static void sort_by_day(struct mark **v, size_t n, edtf_day (*day)(const struct mark *), struct mark **tmp)
{
	for (unsigned shift = 0; shift < 32; shift += 8) {
		size_t at[257] = {0};
		bool one = false;
		for (size_t i = 0; i < n; i++)
			at[(((uint32_t)day(v[i]) ^ 0x80000000U) >> shift & 255) + 1]++;
		for (unsigned b = 1; b < 257; b++)
			one |= at[b] == n;
		if (one)
			continue;
		for (unsigned b = 1; b < 257; b++)
			at[b] += at[b - 1];
		for (size_t i = 0; i < n; i++)
			tmp[at[((uint32_t)day(v[i]) ^ 0x80000000U) >> shift & 255]++] = v[i];
		memcpy(v, tmp, n * sizeof(struct mark *));
	}
}

unsigned mark_step_of(int32_t strength, bool halved)
{
	int32_t s = halved ? 2 * strength : strength;
	unsigned step = 0;

	if (s >= CELL_WEIGHT_FULL)
		return 4 + (unsigned)(s - CELL_WEIGHT_FULL) / CELL_GROWTH;
	while (s >= CELL_ORIGIN << step)
		step++;
	return step;
}

unsigned mark_step(const struct mark *m)
{
	return mark_step_of(m->hold + m->bound, m->halved);
}

unsigned mark_step_against(const struct mark *m)
{
	unsigned step = mark_step(m);

	return step ? step - 1 : 0;
}

edtf_day mark_pool_last(const struct mark *m)
{
	return m->kind == MARK_HOLD && m->cell->daily ? edtf_lo(m->cell->holds_at) + m->cell->last_day - 1 : m->lo;
}

bool mark_is_coarse(const struct mark *m)
{
	return m->kind == MARK_HOLD && m->lo != m->hi;
}

/* A holding in a month or year is not tested where a finer mark of its value touches that time. */
static void set_passive(struct chain *c)
{
	size_t from = 0;

	for (size_t i = 0; i < c->n_marks; i++) {
		struct mark *m = &c->marks[i];
		if (i && c->marks[i - 1].value != m->value)
			from = i;
		for (size_t k = from; mark_is_coarse(m) && k < c->n_marks && c->marks[k].value == m->value; k++) {
			const struct mark *o = &c->marks[k];
			struct day_range h = mark_holds(o);
			m->passive |= !o->denied && !mark_is_coarse(o) && h.lo <= m->hi && h.hi >= m->lo;
		}
	}
}

int32_t mark_scaled(int32_t s, int64_t extent, int64_t whole)
{
	if (extent >= whole || s <= 1)
		return s;
	s = (int32_t)(s * extent / whole);
	return s > 1 ? s : 1;
}

/* Does another asserted mark of the value lie within `days` of test[i]? */
static bool borne_out(struct mark *const *test, size_t n, size_t i, int32_t days)
{
	edtf_day at = mark_test(test[i]);

	for (size_t k = i; k-- > 0 && at - mark_test(test[k]) <= days;)
		if (test[k]->value == test[i]->value && !test[k]->denied)
			return true;
	for (size_t k = i + 1; k < n && mark_test(test[k]) - at <= days; k++)
		if (test[k]->value == test[i]->value && !test[k]->denied)
			return true;
	return false;
}

/* How much do the marks of the value said last before test[i] amount to within the `days` before it? */
static unsigned doubt_of(struct mark *const *test, size_t i, int32_t days)
{
	edtf_day at = mark_test(test[i]);
	uint32_t value = test[i]->value;
	int32_t sum = 0;

	for (size_t k = i; k-- > 0 && at - mark_test(test[k]) <= days && sum < MARK_DOUBT_MAX * MARK_NEWS;) {
		if (test[k]->denied)
			continue;
		if (value == test[i]->value)
			value = test[k]->value;
		if (test[k]->value == value)
			sum += test[k]->hold + test[k]->bound;
	}
	return mark_doubt(sum);
}

unsigned mark_doubt(int32_t sum)
{
	return (unsigned)(sum < MARK_DOUBT_MAX * MARK_NEWS ? sum / MARK_NEWS : MARK_DOUBT_MAX);
}

int32_t mark_doubted(int32_t s, unsigned doubt)
{
	return doubt && s > 1 ? s * (7 - 2 * (int32_t)doubt) / 8 : s;
}

/* Somebody who merely says what holds, alone and against what many have just said, is more likely out of date than
 * first with the news: who has news says that something began. */
static void doubt_lone_holdings(struct mark *const *test, size_t n, int32_t days)
{
	for (size_t i = 0; i < n; i++)
		if (test[i]->kind != MARK_BEGIN && !test[i]->denied && test[i]->hold + test[i]->bound <= CELL_ORIGIN &&
		    !borne_out(test, n, i, days))
			test[i]->doubt = (unsigned char)doubt_of(test, i, days);
	for (size_t i = 0; i < n; i++) {
		test[i]->hold = mark_doubted(test[i]->hold, test[i]->doubt);
		test[i]->bound = mark_doubted(test[i]->bound, test[i]->doubt);
	}
}

/* Marks by the day of their test, and how far from a day one may matter. */
struct neighbours {
	struct mark **test;
	size_t n;
	edtf_day reach;
};

static int by_test(const void *mark, const void *day)
{
	edtf_day a = mark_test(*(struct mark *const *)mark), b = *(const edtf_day *)day;

	return (a > b) - (a < b);
}

/* How long it can have been, around day d, as x says: the days between the nearest marks that say otherwise, none
 * within a pool of such. What says otherwise is another value or, if `own`, the value itself. INT32_MAX where nothing
 * does. */
static int64_t extent_around(const struct neighbours *l, const struct mark *x, edtf_day d, bool own)
{
	unsigned step = mark_step(x), least = own ? step : mark_step_against(x);
	edtf_day before = EDTF_DAY_MIN, after = EDTF_DAY_MAX;

	edtf_day first = d - l->reach;
	size_t i = sorted_place(l->test, l->n, sizeof(struct mark *), &first, by_test);
	for (; i < l->n && mark_test(l->test[i]) <= d + l->reach; i++) {
		const struct mark *m = l->test[i];
		edtf_day lo = mark_certain_lo(m), hi = mark_certain_hi(m);
		if (m == x || (m->value == x->value) != own || !mark_blocks(m) || mark_step(m) < least)
			continue;
		if (mark_step(m) >= step && m->lo < d && d < mark_pool_last(m))
			return 0;
		if (hi < d + own && hi > before)
			before = hi;
		if (lo > d && lo < after)
			after = lo;
	}
	return before == EDTF_DAY_MIN || after == EDTF_DAY_MAX ? INT32_MAX : (int64_t)after - before;
}

/* What had no time to be true weighs less. All extents are of strengths before that. */
static int discount(const struct slot_rules *rules, struct chain *c, struct arena *arena)
{
	size_t n = c->n_marks;
	struct mark **test = arena_array(arena, n, sizeof(*test)), **tmp = arena_array(arena, n, sizeof(*tmp));
	int64_t *extent = arena_array(arena, n, sizeof(*extent)), *absent = arena_array(arena, n, sizeof(*absent));
	struct neighbours l = {test, n, rules->short_days + MARK_BLOCKER_DAYS};

	if (!test || !tmp || !extent || !absent)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		test[i] = &c->marks[i];
	sort_by_day(test, n, mark_test, tmp);
	doubt_lone_holdings(test, n, rules->short_days);
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &c->marks[i];
		extent[i] = extent_around(&l, m, mark_test(m), m->denied);
		absent[i] = mark_not_test(m) == NO_DAY ? INT32_MAX : extent_around(&l, m, mark_not_test(m), true);
	}
	for (size_t i = 0; i < n; i++) {
		struct mark *m = &c->marks[i];
		m->hold = mark_scaled(m->hold, extent[i], rules->short_days);
		m->bound = mark_scaled(m->bound, extent[i] < absent[i] ? extent[i] : absent[i], rules->short_days);
	}
	return 0;
}

int marks_make(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
	       struct chain *c)
{
	c->marks = arena_array(arena, n * 2 + 1, sizeof(*c->marks));
	c->values = arena_array(arena, n + 1, sizeof(*c->values));
	if (!c->marks || !c->values)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		size_t marks = c->n_marks;
		bool same = c->n_values && span_eq(c->values[c->n_values - 1], cells[i]->value);
		marks_of_cell(rules, c, cells[i], same ? c->n_values - 1 : c->n_values);
		if (c->n_marks > marks && !same)
			c->values[c->n_values++] = cells[i]->value;
	}
	set_passive(c);
	return c->n_marks && rules->short_days ? discount(rules, c, arena) : 0;
}
