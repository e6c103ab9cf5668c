/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/resolve.h"
#include "base/sorted.h"
#include <errno.h>

static void keep(const struct cell **v, uint32_t *n, const struct cell *cell)
{
	for (uint32_t i = 0; i < *n; i++)
		if (v[i] == cell)
			return;
	if (*n < SPELL_EVIDENCE_MAX)
		v[(*n)++] = cell;
}

void support_count(struct support *s, const struct cell *cell)
{
	if (s->items.n < SPELL_SUPPORT_MAX)
		sketch_union(&s->items, &cell->items);
	if (s->sources.n < SPELL_SUPPORT_MAX)
		sketch_union(&s->sources, &cell->sources);
	if (s->texts.n < SPELL_SUPPORT_MAX)
		sketch_union(&s->texts, &cell->texts);
}

void support_add(struct support *s, const struct cell *cell, enum support_role role)
{
	support_count(s, cell);
	if (role == SUPPORT_BEGIN)
		keep(s->begin, &s->n_begin, cell);
	else if (role == SUPPORT_END)
		keep(s->end, &s->n_end, cell);
	else
		keep(s->held, &s->n_held, cell);
}

static void take(struct belief *b, const struct cell *const *cells, uint32_t n, uint32_t which_cell, uint32_t which_ref)
{
	if (which_cell >= n || which_ref >= cells[which_cell]->n_refs || b->n_refs == SPELL_EVIDENCE_MAX)
		return;
	const struct claim_ref *r = &cells[which_cell]->refs[which_ref];
	for (uint32_t i = 0; i < b->n_refs; i++)
		if (!claim_ref_cmp(&b->refs[i], r))
			return;
	b->refs[b->n_refs++] = *r;
}

void support_fill(const struct support *s, struct belief *b)
{
	b->items = s->items.n;
	b->origins = s->sources.n < s->texts.n ? s->sources.n : s->texts.n;
	for (uint32_t ref = 0; ref < CELL_REFS_MAX; ref++)
		for (uint32_t i = 0; i < SPELL_EVIDENCE_MAX; i++) {
			take(b, s->begin, s->n_begin, i, ref);
			take(b, s->end, s->n_end, i, ref);
			take(b, s->held, s->n_held, i, ref);
		}
}

int belief_add(struct belief_list *l, struct arena *arena, struct belief b)
{
	if (arena_grow(arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return -ENOMEM;
	l->v[l->n++] = b;
	return 0;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_MAX_] = {"undated",  "for",	"partly",    "against",
							"disputed", "rejected", "superseded"};

	return (unsigned)v < VERDICT_MAX_ ? names[v] : "unknown";
}

static int by_cell(const void *line, const void *cell)
{
	return cell_cmp(((const struct verdict_line *)line)->cell, cell);
}

/* The line of a cell, which is there: lines stand by cell_cmp(). */
static struct verdict_line *find_line(const struct resolve_trace *t, const struct cell *cell)
{
	return &t->v[sorted_place(t->v, t->n, sizeof(*t->v), cell, by_cell)];
}

/* A statement with two marks keeps the verdict that comes later in the enum, but FOR and AGAINST together are PARTLY.
 */
void trace_set(struct resolve_trace *t, const struct cell *cell, enum verdict v, int32_t margin, int32_t strength)
{
	if (!t)
		return;
	struct verdict_line *l = find_line(t, cell);
	bool mixed = (l->verdict == VERDICT_FOR && v == VERDICT_AGAINST) ||
		     (l->verdict == VERDICT_AGAINST && v == VERDICT_FOR);
	if (mixed)
		l->verdict = VERDICT_PARTLY;
	else if (v > l->verdict)
		l->verdict = v;
	l->margin = margin > l->margin ? margin : l->margin;
	l->strength += strength;
}

bool belief_eq(const struct belief *a, const struct belief *b)
{
	if (!span_eq(a->value, b->value) || a->begin.lo != b->begin.lo || a->begin.hi != b->begin.hi ||
	    a->end.lo != b->end.lo || a->end.hi != b->end.hi || a->status != b->status || a->inferred != b->inferred ||
	    a->items != b->items || a->origins != b->origins || a->n_refs != b->n_refs)
		return false;
	for (uint32_t i = 0; i < a->n_refs; i++)
		if (claim_ref_cmp(&a->refs[i], &b->refs[i]))
			return false;
	return true;
}
