/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/resolve.h"
#include "core/timeline/marks.h"
#include "core/timeline/periods.h"
#include "core/timeline/plans.h"
#include "core/timeline/track.h"
#include <errno.h>
#include <stdlib.h>

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* As spell_cmp(), and the first reference where two differ in nothing else. */
static int by_belief(const void *a, const void *b)
{
	const struct belief *x = a, *y = b;
	struct spell s = {.value = x->value, .begin = x->begin, .end = x->end, .status = x->status};
	struct spell t = {.value = y->value, .begin = y->begin, .end = y->end, .status = y->status};
	int c = spell_cmp(&s, &t);

	if (!c)
		c = cmp_int(x->n_refs, y->n_refs);
	return c || !x->n_refs ? c : claim_ref_cmp(&x->refs[0], &y->refs[0]);
}

static size_t stage_index(const struct slot_rules *rules, struct span value)
{
	size_t i = 0;

	while (i < rules->n_stage && !span_eq(rules->stage[i], value))
		i++;
	return i;
}

/* Resolves the cells of one track: stage number `stage`, or n_stage for all other values. */
static int one_track(const struct slot_rules *rules, size_t stage, const struct cell *const *cells, size_t n,
		     struct arena *arena, struct belief_list *ret, struct resolve_trace *trace)
{
	const struct cell **mine = arena_array(arena, n + 1, sizeof(*mine));
	size_t n_mine = 0;

	if (!mine)
		return -ENOMEM;
	for (size_t i = 0, of = 0; i < n; i++) {
		if (i == 0 || !span_eq(cells[i]->value, cells[i - 1]->value))
			of = stage_index(rules, cells[i]->value);
		if (of == stage)
			mine[n_mine++] = cells[i];
	}
	return track_resolve(rules, mine, n_mine, arena, ret, trace);
}

/* A stage ends at the latest where the value that it leads to begins. */
void resolve_end_stages(const struct slot_rules *rules, struct belief_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct belief *s = &l->v[i];
		size_t stage = stage_index(rules, s->value);
		for (size_t k = 0; stage < rules->n_stage && k < l->n; k++) {
			const struct belief *goal = &l->v[k];
			if (!span_eq(goal->value, rules->stage_of[stage]) || goal->status != SPELL_ESTABLISHED ||
			    goal->begin.hi < s->begin.lo || goal->begin.hi >= s->end.hi)
				continue;
			s->end.hi = goal->begin.hi > s->begin.hi ? goal->begin.hi : s->begin.hi;
			s->end.lo = s->end.lo < s->end.hi ? s->end.lo : s->end.hi;
			s->inferred |= SPELL_END_SUCCESSION;
		}
	}
}

static int begin_trace(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		       struct resolve_trace *t)
{
	t->v = arena_array(arena, n + 1, sizeof(*t->v));
	if (!t->v)
		return -ENOMEM;
	t->n = n;
	for (size_t i = 0; i < n; i++)
		t->v[i] = (struct verdict_line){
			.cell = cells[i], .verdict = cell_admitted(rules, cells[i]) ? VERDICT_NONE : VERDICT_REJECTED};
	return 0;
}

int resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, edtf_day watermark,
	    struct arena *arena, struct belief_list *ret, struct day_range *ret_wake, struct resolve_trace *trace)
{
	struct belief_list l = {0};
	struct day_range wake = {EDTF_DAY_MIN, EDTF_DAY_MAX};
	int r = 0;

	if (trace)
		r = begin_trace(rules, cells, n, arena, trace);
	if (r == 0 && rules->shape == SLOT_PERIODS)
		r = periods_resolve(rules, cells, n, arena, &l, trace);
	for (size_t i = 0; r == 0 && rules->shape == SLOT_EXCLUSIVE && i <= rules->n_stage; i++)
		r = one_track(rules, i, cells, n, arena, &l, trace);
	if (r == 0 && rules->shape == SLOT_EXCLUSIVE)
		resolve_end_stages(rules, &l);
	if (r == 0 && rules->shape != SLOT_CLAIMS)
		r = plans_resolve(rules, cells, n, watermark, arena, &l, &wake, trace);
	if (r < 0)
		return r;
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_belief);
	*ret = l;
	*ret_wake = wake;
	return 0;
}
