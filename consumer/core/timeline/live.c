/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/live.h"
#include "base/sorted.h"
#include "core/timeline/live_private.h"
#include "core/timeline/periods.h"
#include "core/timeline/plans.h"
#include <errno.h>
#include <stdlib.h>

#define SORT_BY_HAND 4 /* beliefs out of order that are put in their places one by one */

struct live {
	const struct slot_rules *rules;
	struct live_value **values; /* by name */
	size_t n_values, cap_values;
	struct live_track *tracks; /* of an exclusive slot: stages, then all others */
	size_t n_tracks;
	const struct cell **cells; /* planned and denied ones, of a slot of periods all; each knows its place */
	size_t n_cells, cap_cells;
	bool periods_stale, plans_stale, denials_stale;
	struct arena plans_memory;
	struct plans *plans;
	struct belief *told; /* what was told before plans, when they were last settled */
	size_t n_told, cap_told;
};

struct live *live_new(const struct slot_rules *rules)
{
	struct live *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->rules = rules;
	l->plans_stale = l->periods_stale = true;
	l->n_tracks = rules->shape == SLOT_EXCLUSIVE ? rules->n_stage + 1 : 0;
	l->tracks = calloc(l->n_tracks + 1, sizeof(*l->tracks));
	if (!l->tracks) {
		free(l);
		return NULL;
	}
	for (size_t i = 0; i < l->n_tracks; i++) {
		l->tracks[i].rules = rules;
		l->tracks[i].moved = l->tracks[i].relabel = l->tracks[i].retell = DAYS_NONE;
	}
	arena_init(&l->plans_memory, 0);
	return l;
}

static void free_track(struct live_track *t)
{
	for (size_t i = 0; i < t->test.n; i++)
		free(t->test.v[i]);
	free(t->test.v);
	free(t->not_test.v);
	free(t->wide.v);
	free(t->coarse.v);
	free(t->alternatives.v);
	free(t->denials.v);
	free(t->wideners.v);
	free(t->joined.v);
	free(t->left);
	free(t->points);
	free(t->reach);
	free(t->ties);
	free(t->near);
	free(t->runs);
}

void live_free(struct live *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_tracks; i++)
		free_track(&l->tracks[i]);
	for (size_t i = 0; i < l->n_values; i++) {
		free((void *)(uintptr_t)l->values[i]->name.p);
		free(l->values[i]);
	}
	free(l->tracks);
	free(l->values);
	free(l->cells);
	free(l->told);
	arena_done(&l->plans_memory);
	free(l);
}

static struct live_value *new_value(struct span name)
{
	struct live_value *v = calloc(1, sizeof(*v));
	char *copy = malloc(name.n + 1);

	if (!v || !copy) {
		free(v);
		free(copy);
		return NULL;
	}
	memcpy(copy, name.p, name.n);
	v->name = span_of(copy, name.n);
	return v;
}

static int by_name(const void *value, const void *name)
{
	return span_cmp((*(struct live_value *const *)value)->name, *(const struct span *)name);
}

/* The value of that name, made if it is not there; NULL when out of memory. */
static struct live_value *value_of(struct live *l, struct span name)
{
	size_t lo = sorted_place(l->values, l->n_values, sizeof(struct live_value *), &name, by_name);

	if (lo < l->n_values && span_eq(l->values[lo]->name, name))
		return l->values[lo];
	struct live_value *v = new_value(name);
	if (!v || live_splice(&l->values, &l->n_values, &l->cap_values, sizeof(struct live_value *), lo, lo, &v, 1) < 0)
		return NULL; /* l is void */
	for (size_t i = lo; i < l->n_values; i++)
		l->values[i]->rank = (uint32_t)i;
	return v;
}

static struct live_track *track_of(struct live *l, struct span value)
{
	size_t i = 0;

	while (i < l->rules->n_stage && !span_eq(l->rules->stage[i], value))
		i++;
	return &l->tracks[i];
}

static bool same_place(const struct mark *a, const struct mark *b)
{
	return a->kind == b->kind && a->denied == b->denied && a->derived == b->derived && a->lo == b->lo &&
	       a->hi == b->hi;
}

/* The mark stands where it did: its strength, or only what stands behind it, is another. */
static int restate(struct live_track *t, struct live_mark *m, const struct mark *now, bool grew)
{
	if (live_mark_changed(t, m, grew) < 0)
		return -ENOMEM;
	if (m->hold == now->hold && m->bound == now->bound)
		return 0;
	m->hold = now->hold;
	m->bound = now->bound;
	live_mark_moved(t, m);
	if (!t->rules->short_days) {
		m->m.hold = now->hold;
		m->m.bound = now->bound;
	}
	days_add(&t->relabel, m->lo, m->hi);
	return 0;
}

static int add_mark(struct live *l, struct live_track *t, struct ledger_cell *c, const struct mark *now)
{
	struct live_mark *m = calloc(1, sizeof(*m));
	struct live_value *value = value_of(l, c->cell.value);

	if (!m || !value) {
		free(m);
		return -ENOMEM;
	}
	m->m = *now;
	m->value = value;
	m->order = c->n_marks;
	if (live_mark_insert(t, m) < 0)
		return -ENOMEM;
	c->marks[c->n_marks++] = m;
	return 0;
}

static int track_cell(struct live *l, struct ledger_cell *c)
{
	struct live_track *t = track_of(l, c->cell.value);
	struct mark now[MARKS_OF_CELL];
	struct chain said = {.marks = now};
	bool grew = c->n_claims > c->n_told;
	int r = 0;

	c->n_told = c->n_claims;
	if (c->cell.modality == CLAIM_ASSERTED || c->cell.modality == CLAIM_DENIED)
		marks_of_cell(l->rules, &said, &c->cell, 0);
	bool same = said.n_marks == c->n_marks;
	for (size_t i = 0; same && i < said.n_marks; i++)
		same = same_place(&c->marks[i]->m, &now[i]);
	if (same) {
		for (size_t i = 0; r == 0 && i < said.n_marks; i++)
			r = restate(t, c->marks[i], &now[i], grew);
		return r;
	}
	while (r == 0 && c->n_marks)
		r = live_mark_remove(t, c->marks[--c->n_marks], grew ? c : NULL);
	for (size_t i = 0; r == 0 && i < said.n_marks; i++)
		r = add_mark(l, t, c, &now[i]);
	return r;
}

/* Keeps the cell in the list while it has claims. */
static int list_cell(struct live *l, struct ledger_cell *c)
{
	bool listed = c->listed < l->n_cells && l->cells[c->listed] == &c->cell;

	if (c->cell.weight && !listed) {
		if (array_grow(&l->cells, l->n_cells, &l->cap_cells, sizeof(*l->cells)) < 0)
			return -ENOMEM;
		c->listed = l->n_cells;
		l->cells[l->n_cells++] = &c->cell;
	} else if (!c->cell.weight && listed) {
		const struct cell *last = l->cells[--l->n_cells];
		l->cells[c->listed] = last;
		ledger_cell_of(last)->listed = c->listed;
	}
	return 0;
}

int live_cell(struct live *l, struct ledger_cell *c)
{
	enum claim_modality m = c->cell.modality;
	bool listed = m == CLAIM_PLANNED || m == CLAIM_DENIED;

	if (l->rules->shape == SLOT_CLAIMS)
		return 0;
	l->plans_stale |= m == CLAIM_PLANNED;
	l->denials_stale |= m == CLAIM_DENIED;
	if (l->rules->shape == SLOT_PERIODS) {
		l->periods_stale |= m == CLAIM_ASSERTED || m == CLAIM_DENIED;
		return list_cell(l, c);
	}
	if (listed && list_cell(l, c) < 0)
		return -ENOMEM;
	return track_cell(l, c);
}

static int cmp_ref(const struct belief *a, const struct belief *b)
{
	return a->n_refs && b->n_refs ? claim_ref_cmp(&a->refs[0], &b->refs[0]) : 0;
}

/* As by_belief() of resolve.c. */
static int belief_cmp(const struct belief *x, const struct belief *y)
{
	struct spell s = {.value = x->value, .begin = x->begin, .end = x->end, .status = x->status};
	struct spell t = {.value = y->value, .begin = y->begin, .end = y->end, .status = y->status};
	int c = spell_cmp(&s, &t);

	if (!c)
		c = (x->n_refs > y->n_refs) - (x->n_refs < y->n_refs);
	return c ? c : cmp_ref(x, y);
}

static int by_belief(const void *a, const void *b)
{
	return belief_cmp(a, b);
}

static size_t count_out_of_order(const struct belief_list *l)
{
	size_t n = 0;

	for (size_t i = 1; i < l->n; i++)
		n += belief_cmp(&l->v[i - 1], &l->v[i]) > 0;
	return n;
}

/* The runs of a track are in order; alternatives and plans, if there are any, are few or come from noise. */
static void sort(struct belief_list *l)
{
	if (count_out_of_order(l) > SORT_BY_HAND) {
		qsort(l->v, l->n, sizeof(*l->v), by_belief);
		return;
	}
	for (size_t i = 1; i < l->n; i++) {
		struct belief b = l->v[i];
		size_t k = i;
		for (; k > 0 && belief_cmp(&l->v[k - 1], &b) > 0; k--)
			l->v[k] = l->v[k - 1];
		l->v[k] = b;
	}
}

static int resolve_tracks(struct live *l, struct arena *arena, struct belief_list *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->n_tracks; i++) {
		struct live_track *t = &l->tracks[i];
		struct day_range changed;
		r = live_weigh(t, arena);
		if (r == 0)
			r = live_label(t, arena, &changed);
		if (r == 0)
			r = live_tell(t, changed, arena);
		if (r == 0)
			r = live_emit(t, arena, ret);
	}
	if (r == 0 && l->n_tracks)
		resolve_end_stages(l->rules, ret);
	return r;
}

static int by_cell(const void *a, const void *b)
{
	return cell_cmp(*(const struct cell *const *)a, *(const struct cell *const *)b);
}

/* The told spells are kept for slots of periods too, where nothing else keeps them. */
static int resolve_periods(struct live *l, struct arena *arena, struct belief_list *ret)
{
	if (!l->periods_stale) {
		for (size_t i = 0; i < l->n_told; i++)
			if (belief_add(ret, arena, l->told[i]) < 0)
				return -ENOMEM;
		return 0;
	}
	const struct cell **cells = arena_array(arena, l->n_cells + 1, sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	if (l->n_cells)
		memcpy(cells, l->cells, l->n_cells * sizeof(*cells));
	qsort(cells, l->n_cells, sizeof(*cells), by_cell);
	l->periods_stale = false;
	return periods_resolve(l->rules, cells, l->n_cells, arena, ret, NULL);
}

/* Do plans see a difference between the spells told now and then? */
static bool told_as_before(const struct live *l, const struct belief_list *now)
{
	if (now->n != l->n_told)
		return false;
	for (size_t i = 0; i < now->n; i++)
		if (!span_eq(now->v[i].value, l->told[i].value) || now->v[i].begin.lo != l->told[i].begin.lo ||
		    now->v[i].end.hi != l->told[i].end.hi)
			return false;
	return true;
}

/* Their values outlive the cells that they are borrowed from. */
static int keep_told(struct live *l, const struct belief_list *now)
{
	int r = live_splice(&l->told, &l->n_told, &l->cap_told, sizeof(*l->told), 0, l->n_told, now->v, now->n);

	for (size_t i = 0; r == 0 && i < l->n_told; i++) {
		const struct live_value *v = value_of(l, l->told[i].value);
		if (!v)
			return -ENOMEM;
		l->told[i].value = v->name;
	}
	return r;
}

static int resolve_plans(struct live *l, edtf_day watermark, struct arena *arena, struct belief_list *ret,
			 struct day_range *wake)
{
	bool settled = !l->plans_stale && !l->denials_stale && told_as_before(l, ret);

	if (l->plans_stale) {
		arena_reset(&l->plans_memory);
		if (plans_gather(l->rules, l->cells, l->n_cells, &l->plans_memory, &l->plans) < 0)
			return -ENOMEM;
		l->plans_stale = l->denials_stale = false;
	}
	if (l->denials_stale && plans_deny(l->plans, l->cells, l->n_cells, &l->plans_memory) < 0)
		return -ENOMEM;
	l->denials_stale = false;
	if (!settled && plans_settle(l->rules, l->plans, ret->v, ret->n, &l->plans_memory) < 0)
		return -ENOMEM;
	if (keep_told(l, ret) < 0)
		return -ENOMEM;
	return plans_emit(l->plans, watermark, arena, ret, wake);
}

int live_resolve(struct live *l, edtf_day watermark, struct arena *arena, struct belief_list *ret,
		 struct day_range *ret_wake)
{
	struct belief_list list = {0};
	struct day_range wake = {EDTF_DAY_MIN, EDTF_DAY_MAX};
	int r = 0;

	if (l->rules->shape == SLOT_PERIODS)
		r = resolve_periods(l, arena, &list);
	else if (l->rules->shape == SLOT_EXCLUSIVE)
		r = resolve_tracks(l, arena, &list);
	if (r == 0 && l->rules->shape != SLOT_CLAIMS)
		r = resolve_plans(l, watermark, arena, &list, &wake);
	if (r < 0)
		return r;
	sort(&list);
	*ret = list;
	*ret_wake = wake;
	return 0;
}
