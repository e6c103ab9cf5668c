/* SPDX-License-Identifier: Apache-2.0 */
/* needs.c: what a sentence must have for a program to be worth a try, and where: the tokens that every match has, in
 * their order and at bounded distances. Of alternatives one must be there. */
#include "core/pack/pattern.h"
#include <errno.h>

#define CHAIN_MAX 12 /* obligatory tokens of a program that are looked for: more would not tell more */
#define BEHIND_MAX 4
#define NEED_MARKS_MAX 256 /* more say so little that the need is dropped */

struct marks {
	uint16_t v[NEED_MARKS_MAX];
	size_t n;
	bool any; /* too many, or no limit at all */
};

static uint64_t commonness(const struct build *b, const uint16_t *marks, size_t n)
{
	uint64_t many = 0;

	for (size_t i = 0; i < n; i++)
		many += common_mark(b, marks[i]);
	return many;
}

/* Keeps the set ascending, so that equal sets are equal bytes. */
static void mark_add(struct marks *m, uint16_t mark)
{
	size_t i = m->n;

	while (i > 0 && m->v[i - 1] > mark)
		i--;
	if (i > 0 && m->v[i - 1] == mark)
		return;
	if (m->n == NEED_MARKS_MAX) {
		m->any = true;
		return;
	}
	memmove(m->v + i + 1, m->v + i, (m->n - i) * sizeof(*m->v));
	m->v[i] = mark;
	m->n++;
}

static void marks_or(struct marks *m, const struct marks *o)
{
	for (size_t i = 0; i < o->n; i++)
		mark_add(m, o->v[i]);
	m->any |= o->any;
}

static uint16_t mark_of(const struct term *t)
{
	return (uint16_t)(t->word ? MARK_OF_WORD(t->id - 1) : t->id);
}

/* What a token must have to satisfy a test: the rarest positive term of each conjunction. */
static void marks_of_test(const struct build *b, uint16_t test, struct marks *ret)
{
	const struct pack *p = b->pack;
	const struct test *t = &p->tests[test];
	uint16_t best = NO_INDEX;

	*ret = (struct marks){.any = t->n == 0};
	for (uint32_t i = 0; i < t->n; i++) {
		const struct term *m = &p->terms[t->first + i];

		if (!m->negate && (best == NO_INDEX || common_mark(b, mark_of(m)) < common_mark(b, best)))
			best = mark_of(m);
		if (!m->last)
			continue;
		if (best == NO_INDEX)
			ret->any = true;
		else
			mark_add(ret, best);
		best = NO_INDEX;
	}
}

/* What is not known of a pattern's tokens is bounded: between min and max of them, FAR being no bound. */
#define FAR CHAIN_FAR

struct width {
	unsigned min, max;
};

static struct width times(struct width w, unsigned min, unsigned max)
{
	struct width r = {w.min * min, w.max * max};

	return (struct width){r.min < FAR ? r.min : FAR, max == UNBOUNDED || r.max > FAR ? FAR : r.max};
}

static struct width plus(struct width a, struct width b)
{
	struct width r = {a.min + b.min, a.max + b.max};

	return (struct width){r.min < FAR ? r.min : FAR, r.max < FAR ? r.max : FAR};
}

/* How many tokens the node takes. */
static struct width width_of(const struct node *n)
{
	struct width w = {0, 0};

	switch (n->kind) {
	case N_TEST:
		return (struct width){1, 1};
	case N_REPEAT:
		return times(width_of(n->child), n->min, n->max);
	case N_ROLE:
		return width_of(n->child);
	case N_SEQ:
		for (const struct node *c = n->child; c; c = c->next)
			w = plus(w, width_of(c));
		return w;
	case N_ALT:
		w = width_of(n->child);
		for (const struct node *c = n->child->next; c; c = c->next) {
			struct width o = width_of(c);
			w = (struct width){o.min < w.min ? o.min : w.min, o.max > w.max ? o.max : w.max};
		}
		return w;
	default:
		return w;
	}
}

/* The obligatory tokens of a pattern in their order. */
struct walk {
	struct link {
		struct marks marks;
		struct width gap; /* tokens from the one before (from the first token of the match) to this one */
	} v[CHAIN_MAX];
	size_t n;
	struct width gap;		 /* from the last one to where the pattern has come */
	struct marks before[BEHIND_MAX]; /* what tokens before others must have */
	size_t n_before;
	bool inside; /* of an alternative, which looks at nothing outside itself */
};

/* A token that must have one of the marks, `in` tokens after where the pattern has come; it goes on `after` it. */
static void chain_add(struct walk *c, const struct marks *m, struct width in, struct width after, struct width whole)
{
	if (m->any || c->n == CHAIN_MAX) {
		c->gap = plus(c->gap, whole);
		return;
	}
	c->v[c->n++] = (struct link){*m, plus(c->gap, in)};
	c->gap = after;
}

static const struct marks *rarest_of(const struct build *b, const struct walk *c)
{
	const struct marks *best = &c->v[0].marks;

	for (size_t i = 1; i < c->n; i++)
		if (commonness(b, c->v[i].marks.v, c->v[i].marks.n) < commonness(b, best->v, best->n))
			best = &c->v[i].marks;
	return best;
}

static void chain_node(const struct build *b, const struct node *n, struct walk *c);

/* Each alternative has its own tokens: one of the rarest of each must be there, somewhere inside. */
static void chain_alternatives(const struct build *b, const struct node *n, struct walk *c)
{
	struct marks any = {.n = 0};
	struct width whole = width_of(n);

	for (const struct node *one = n->child; one && !any.any; one = one->next) {
		struct walk own = {.inside = true};

		chain_node(b, one, &own);
		if (own.n)
			marks_or(&any, rarest_of(b, &own));
		else
			any.any = true;
	}
	struct width in = {0, whole.max == FAR || !whole.max ? whole.max : whole.max - 1};
	chain_add(c, &any, in, (struct width){1, whole.max}, whole);
}

static void chain_look(const struct build *b, const struct node *n, struct walk *c)
{
	struct marks m;

	if (n->negate || c->inside)
		return;
	marks_of_test(b, n->test, &m);
	if (n->kind == N_AHEAD)
		chain_add(c, &m, (struct width){0, 0}, (struct width){0, 0}, (struct width){0, 0});
	else if (!m.any && c->n_before < BEHIND_MAX)
		c->before[c->n_before++] = m;
}

static void chain_node(const struct build *b, const struct node *n, struct walk *c)
{
	struct marks m;

	switch (n->kind) {
	case N_AHEAD:
	case N_BEHIND:
		chain_look(b, n, c);
		return;
	case N_TEST:
		marks_of_test(b, n->test, &m);
		chain_add(c, &m, (struct width){0, 0}, (struct width){1, 1}, (struct width){1, 1});
		return;
	case N_REPEAT:
		if (n->min)
			chain_node(b, n->child, c);
		c->gap = plus(c->gap, times(width_of(n->child), n->min ? n->min - 1u : 0,
					    n->min && n->max != UNBOUNDED ? n->max - 1u : n->max));
		return;
	case N_ROLE:
		chain_node(b, n->child, c);
		return;
	case N_SEQ:
		for (const struct node *one = n->child; one; one = one->next)
			chain_node(b, one, c);
		return;
	case N_ALT:
		chain_alternatives(b, n, c);
		return;
	case N_BEGIN:
	case N_END:
		return;
	}
}

/* What the first token of a match of the node may have; true where the node may also take no token at all. */
static bool marks_of_opening(const struct build *b, const struct node *n, struct marks *ret)
{
	struct marks m;
	bool empty = n->kind != N_ALT;

	switch (n->kind) {
	case N_TEST:
		marks_of_test(b, n->test, &m);
		marks_or(ret, &m);
		return false;
	case N_REPEAT:
		return marks_of_opening(b, n->child, ret) || n->min == 0;
	case N_ROLE:
		return marks_of_opening(b, n->child, ret);
	case N_SEQ:
		for (const struct node *c = n->child; c && empty; c = c->next)
			empty = marks_of_opening(b, c, ret);
		return empty;
	case N_ALT:
		for (const struct node *c = n->child; c; c = c->next)
			empty |= marks_of_opening(b, c, ret);
		return empty;
	default: /* what looks takes nothing */
		return true;
	}
}

/* The marks as a need of the pack. */
static int store(struct pack *p, const struct marks *m, struct need *ret)
{
	struct need need = {.first = (uint32_t)p->n_marks, .n = (uint32_t)m->n};

	for (size_t i = 0; i < m->n; i++) {
		if (arena_grow(&p->arena, &p->marks, p->n_marks, &p->cap_marks, sizeof(*p->marks)) < 0)
			return -ENOMEM;
		p->marks[p->n_marks++] = m->v[i];
	}
	*ret = need;
	return 0;
}

/* The index of the need of these languages that has these marks; a new one where there is none. */
static int intern(struct build *b, const struct marks *m, uint16_t *ret)
{
	struct pack *p = b->pack;

	for (size_t i = p->n_needs; i-- > 0;)
		if (p->needs[i].n == m->n && p->needs[i].languages == b->languages &&
		    !memcmp(p->marks + p->needs[i].first, m->v, m->n * sizeof(*m->v))) {
			*ret = (uint16_t)i;
			return 0;
		}
	if (p->n_needs >= NO_INDEX ||
	    arena_grow(&p->arena, &p->needs, p->n_needs, &p->cap_needs, sizeof(*p->needs)) < 0 ||
	    store(p, m, &p->needs[p->n_needs]) < 0)
		return -ENOMEM;
	p->needs[p->n_needs].languages = b->languages;
	*ret = (uint16_t)p->n_needs++;
	return 0;
}

static int want_add(struct pack *p, struct program *g, uint16_t need)
{
	for (uint32_t i = 0; i < g->n_wants; i++)
		if (p->wants[g->wants + i] == need)
			return 0;
	if (arena_grow(&p->arena, &p->wants, p->n_wants, &p->cap_wants, sizeof(*p->wants)) < 0)
		return -ENOMEM;
	p->wants[p->n_wants++] = need;
	g->n_wants++;
	return 0;
}

static int link_add(struct pack *p, struct chain *c, uint16_t need, struct width gap)
{
	if (arena_grow(&p->arena, &p->links, p->n_links, &p->cap_links, sizeof(*p->links)) < 0)
		return -ENOMEM;
	p->links[p->n_links++] = (struct chain_link){need, (uint8_t)gap.min, (uint8_t)gap.max};
	c->n_links++;
	return 0;
}

static uint64_t commonness_of_need(const struct build *b, uint16_t need)
{
	const struct need *n = &b->pack->needs[need];

	return commonness(b, b->pack->marks + n->first, n->n);
}

/* Whoever asks whether all are met is to hear a no as soon as may be. */
static void rarest_first(const struct build *b, const struct program *g)
{
	uint16_t *v = b->pack->wants + g->wants;

	for (uint32_t i = 1; i < g->n_wants; i++)
		for (uint32_t k = i; k > 0 && commonness_of_need(b, v[k]) < commonness_of_need(b, v[k - 1]); k--) {
			uint16_t swap = v[k];

			v[k] = v[k - 1];
			v[k - 1] = swap;
		}
}

static int store_chain(struct build *b, const struct node *tree, struct program *g)
{
	struct pack *p = b->pack;
	struct walk w = {.n = 0};
	struct marks opening = {.n = 0};
	struct chain c = {.links = (uint32_t)p->n_links};
	uint16_t need = 0;
	int rc = 0;

	chain_node(b, tree, &w);
	for (size_t i = 0; rc == 0 && i < w.n; i++) {
		rc = intern(b, &w.v[i].marks, &need);
		if (rc == 0)
			rc = link_add(p, &c, need, w.v[i].gap);
	}
	c.has_opening = !marks_of_opening(b, tree, &opening) && !opening.any;
	if (rc == 0 && c.has_opening)
		rc = store(p, &opening, &c.opening);
	if (rc < 0 || arena_grow(&p->arena, &p->chains, p->n_chains, &p->cap_chains, sizeof(*p->chains)) < 0)
		return -ENOMEM;
	p->chains[p->n_chains++] = c;
	g->n_chains++;
	return 0;
}

static int store_wants(struct build *b, const struct node *tree, struct program *g)
{
	struct pack *p = b->pack;
	struct walk w = {.n = 0};
	uint16_t need = 0;
	int rc = 0;

	chain_node(b, tree, &w);
	g->wants = (uint32_t)p->n_wants;
	for (size_t i = 0; rc == 0 && i < w.n + w.n_before; i++) {
		rc = intern(b, i < w.n ? &w.v[i].marks : &w.before[i - w.n], &need);
		if (rc == 0)
			rc = want_add(p, g, need);
	}
	if (rc == 0)
		rarest_first(b, g);
	return rc;
}

int program_needs(struct build *b, const struct node *tree, struct program *g)
{
	struct pack *p = b->pack;
	const struct node *one = tree->kind == N_ALT ? tree->child : tree;
	int rc = store_wants(b, tree, g);

	g->chains = (uint32_t)p->n_chains;
	for (; rc == 0 && one; one = tree->kind == N_ALT ? one->next : NULL)
		rc = store_chain(b, one, g);
	return rc;
}
