/* SPDX-License-Identifier: Apache-2.0 */
#include "core/change/change.h"
#include <errno.h>
#include <stdlib.h>

static const char *const op_names[CHANGE_OP_MAX_] = {"opened", "closed", "revised", "withdrawn", "disputed", "settled"};
static const char *const reason_names[CHANGE_REASON_MAX_] = {"assert", "correct", "retract", "conflict"};

const char *change_op_name(enum change_op op)
{
	return (unsigned)op < CHANGE_OP_MAX_ ? op_names[op] : "unknown";
}

const char *change_reason_name(enum change_reason reason)
{
	return (unsigned)reason < CHANGE_REASON_MAX_ ? reason_names[reason] : "unknown";
}

static int from_name(const char *const *names, int n, struct span name)
{
	for (int i = 0; i < n; i++)
		if (span_eq_str(name, names[i]))
			return i;
	return -EBADMSG;
}

int change_op_from_name(struct span name)
{
	return from_name(op_names, CHANGE_OP_MAX_, name);
}

int change_reason_from_name(struct span name)
{
	return from_name(reason_names, CHANGE_REASON_MAX_, name);
}

static bool same_spell(const struct spell *a, const struct spell *b)
{
	return span_eq(a->value, b->value) && a->begin.lo <= b->end.hi && b->begin.lo <= a->end.hi;
}

#define FREE SIZE_MAX

/* Fills to[] with the partner of each old spell and from[] with that of each new one. Equal spells are partners. */
static void pair_up(const struct timeline *a, const struct timeline *b, size_t *to, size_t *from)
{
	for (size_t i = 0; i < a->n; i++)
		to[i] = FREE;
	for (size_t k = 0; k < b->n; k++)
		from[k] = FREE;
	for (int equal = 1; equal >= 0; equal--)
		for (size_t i = 0; i < a->n; i++)
			for (size_t k = 0; k < b->n && to[i] == FREE; k++) {
				bool fits = equal ? spell_eq(&a->v[i], &b->v[k]) : same_spell(&a->v[i], &b->v[k]);
				if (from[k] != FREE || !fits)
					continue;
				to[i] = k;
				from[k] = i;
			}
}

static enum change_op op_of(const struct spell *before, const struct spell *after)
{
	if (!after)
		return CHANGE_WITHDRAWN;
	if (after->status == SPELL_DISPUTED && (!before || before->status != SPELL_DISPUTED))
		return CHANGE_DISPUTED;
	if (!before)
		return CHANGE_OPENED;
	if (before->status == SPELL_DISPUTED && after->status != SPELL_DISPUTED)
		return CHANGE_SETTLED;
	if (before->end.hi == EDTF_DAY_MAX && after->end.hi != EDTF_DAY_MAX)
		return CHANGE_CLOSED;
	return CHANGE_REVISED;
}

int change_diff(const struct timeline *a, const struct timeline *b, struct arena *arena, struct change_list *ret)
{
	size_t *to = arena_array(arena, a->n + 1, sizeof(*to)), *from = arena_array(arena, b->n + 1, sizeof(*from));
	struct change_list l = {arena_array(arena, a->n + b->n + 1, sizeof(*l.v)), 0};

	if (!to || !from || !l.v)
		return -ENOMEM;
	pair_up(a, b, to, from);
	for (size_t i = 0; i < a->n; i++)
		if (to[i] == FREE)
			l.v[l.n++] = (struct change){CHANGE_WITHDRAWN, &a->v[i], NULL, i, FREE};
	for (size_t k = 0; k < b->n; k++) {
		const struct spell *before = from[k] == FREE ? NULL : &a->v[from[k]];
		if (before && spell_eq(before, &b->v[k]))
			continue;
		l.v[l.n++] = (struct change){op_of(before, &b->v[k]), before, &b->v[k], from[k], k};
	}
	*ret = l;
	return 0;
}

static int by_spell(const void *a, const void *b)
{
	const struct spell *x = a, *y = b;
	int c = spell_cmp(x, y);

	/* Spells that differ in nothing that orders them keep a total order by their evidence. */
	for (size_t i = 0; !c && i < x->n_evidence && i < y->n_evidence; i++) {
		c = span_cmp(x->evidence[i].uri, y->evidence[i].uri);
		if (!c)
			c = span_cmp(x->evidence[i].quote.exact, y->evidence[i].quote.exact);
	}
	return c;
}

int change_apply(const struct change_list *changes, const struct timeline *a, struct arena *arena, struct timeline *ret)
{
	struct timeline t = {a->slot, arena_array(arena, a->n + changes->n + 1, sizeof(*t.v)), a->n};

	if (!t.v)
		return -ENOMEM;
	if (a->n)
		memcpy(t.v, a->v, a->n * sizeof(*t.v));
	for (size_t i = 0; i < changes->n; i++) {
		size_t at = 0;
		if (!changes->v[i].before)
			continue;
		while (at < t.n && !spell_eq(&t.v[at], changes->v[i].before))
			at++;
		if (at == t.n)
			return -EBADMSG;
		memmove(&t.v[at], &t.v[at + 1], (t.n - at - 1) * sizeof(*t.v));
		t.n--;
	}
	for (size_t i = 0; i < changes->n; i++)
		if (changes->v[i].after)
			t.v[t.n++] = *changes->v[i].after;
	qsort(t.v, t.n, sizeof(*t.v), by_spell);
	*ret = t;
	return 0;
}
