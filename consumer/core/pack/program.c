/* SPDX-License-Identifier: Apache-2.0 */
/* program.c: from the tree of a pattern to a program of the matcher, and to what a sentence must have for it. */
#include "core/pack/pattern.h"
#include <errno.h>

#define PROGRAM_MAX 4000
#define NEEDS_MAX 8

static int emit(struct parser *ps, enum opcode op, size_t a, size_t b, size_t base)
{
	struct pack *p = ps->b->pack;

	if (p->n_insns - base >= PROGRAM_MAX)
		return pattern_fault(ps, "pattern too large");
	if (arena_grow(&p->arena, &p->insns, p->n_insns, &p->cap_insns, sizeof(*p->insns)) < 0)
		return pattern_out_of_memory(ps);
	p->insns[p->n_insns++] = (struct insn){.op = (uint8_t)op, .a = (uint16_t)a, .b = (uint16_t)b};
	return 0;
}

static int emit_node(struct parser *ps, const struct node *n, size_t base, bool top);

/* Targets are relative to the program's first instruction. */
static int emit_repeat(struct parser *ps, const struct node *n, size_t base)
{
	struct pack *p = ps->b->pack;
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < n->min; i++)
		rc = emit_node(ps, n->child, base, false);
	if (rc == 0 && n->max == UNBOUNDED) {
		size_t split = p->n_insns;

		rc = emit(ps, OP_SPLIT, split + 1 - base, 0, base);
		if (rc == 0)
			rc = emit_node(ps, n->child, base, false);
		if (rc == 0)
			rc = emit(ps, OP_JUMP, split - base, 0, base);
		p->insns[split].b = (uint16_t)(p->n_insns - base);
		return rc;
	}
	size_t splits[REPEAT_MAX], k = 0;
	for (unsigned i = n->min; rc == 0 && i < n->max; i++) {
		splits[k++] = p->n_insns;
		rc = emit(ps, OP_SPLIT, p->n_insns + 1 - base, 0, base);
		if (rc == 0)
			rc = emit_node(ps, n->child, base, false);
	}
	while (rc == 0 && k) {
		struct insn *s = &p->insns[splits[--k]];

		s->b = (uint16_t)(p->n_insns - base);
		if (n->lazy) {
			uint16_t swap = s->a;

			s->a = s->b;
			s->b = swap;
		}
	}
	return rc;
}

static int emit_alt(struct parser *ps, const struct node *n, size_t base)
{
	struct pack *p = ps->b->pack;
	size_t jumps[64], k = 0;
	int rc = 0;

	for (const struct node *c = n->child; rc == 0 && c; c = c->next) {
		size_t split = p->n_insns;

		if (c->next)
			rc = emit(ps, OP_SPLIT, split + 1 - base, 0, base);
		if (rc == 0)
			rc = emit_node(ps, c, base, false);
		if (rc == 0 && c->next) {
			if (k == ARRAY_SIZE(jumps))
				return pattern_fault(ps, "too many alternatives");
			jumps[k++] = p->n_insns;
			rc = emit(ps, OP_JUMP, 0, 0, base);
			p->insns[split].b = (uint16_t)(p->n_insns - base);
		}
	}
	while (k)
		p->insns[jumps[--k]].a = (uint16_t)(p->n_insns - base);
	return rc;
}

static int element_add(struct parser *ps, const struct node *n, size_t base)
{
	struct pack *p = ps->b->pack;
	size_t values[] = {p->n_insns - base, n->start, n->end};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (arena_grow(&p->arena, &p->elements, p->n_elements, &p->cap_elements, sizeof(*p->elements)) < 0)
			return pattern_out_of_memory(ps);
		p->elements[p->n_elements++] = (uint16_t)values[i];
	}
	return 0;
}

static int emit_node(struct parser *ps, const struct node *n, size_t base, bool top)
{
	int rc = 0;

	switch (n->kind) {
	case N_TEST:
		return emit(ps, OP_TEST, n->test, 0, base);
	case N_AHEAD:
		return emit(ps, OP_AHEAD, n->test, n->negate, base);
	case N_BEHIND:
		return emit(ps, OP_BEHIND, n->test, n->negate, base);
	case N_BEGIN:
		return emit(ps, OP_BEGIN, 0, 0, base);
	case N_END:
		return emit(ps, OP_END, 0, 0, base);
	case N_REPEAT:
		return emit_repeat(ps, n, base);
	case N_ALT:
		return emit_alt(ps, n, base);
	case N_ROLE:
		rc = emit(ps, OP_SAVE, 2 * (size_t)n->role, 0, base);
		if (rc == 0)
			rc = emit_node(ps, n->child, base, false);
		return rc < 0 ? rc : emit(ps, OP_SAVE, 2 * (size_t)n->role + 1, 0, base);
	case N_SEQ:
		break;
	}
	for (const struct node *c = n->child; rc == 0 && c; c = c->next) {
		if (top)
			rc = element_add(ps, c, base);
		if (rc == 0)
			rc = emit_node(ps, c, base, false);
	}
	return rc;
}

struct needs {
	struct need v[NEEDS_MAX];
	size_t n;
};

/* What a token must have to satisfy a test: one positive term of each conjunction. False where a test asks nothing. */
static bool need_of_test(const struct pack *p, uint16_t test, struct need *ret)
{
	const struct test *t = &p->tests[test];
	bool some = false;

	*ret = (struct need){0};
	for (uint32_t i = 0; i < t->n; i++) {
		const struct term *m = &p->terms[t->first + i];

		if (!m->negate && !some) {
			some = true;
			if (m->form)
				ret->forms[m->id / 64 % 4] |= (uint64_t)1 << m->id % 64;
			else
				tagset_add(&ret->tags, m->id);
		}
		if (m->last && !some)
			return false;
		if (m->last && i + 1 < t->n)
			some = false;
	}
	return some;
}

static void collect_needs(const struct pack *p, const struct node *n, struct needs *ret)
{
	struct need need;

	switch (n->kind) {
	case N_TEST:
		if (ret->n < NEEDS_MAX && need_of_test(p, n->test, &need))
			ret->v[ret->n++] = need;
		return;
	case N_REPEAT:
		if (n->min)
			collect_needs(p, n->child, ret);
		return;
	case N_ROLE:
		collect_needs(p, n->child, ret);
		return;
	case N_SEQ:
		for (const struct node *c = n->child; c; c = c->next)
			collect_needs(p, c, ret);
		return;
	case N_ALT: {
		struct need any = {0};

		for (const struct node *c = n->child; c; c = c->next) {
			struct needs own = {0};

			collect_needs(p, c, &own);
			if (!own.n)
				return;
			tagset_or(&any.tags, &own.v[0].tags);
			for (size_t i = 0; i < ARRAY_SIZE(any.forms); i++)
				any.forms[i] |= own.v[0].forms[i];
		}
		if (ret->n < NEEDS_MAX)
			ret->v[ret->n++] = any;
		return;
	}
	default:
		return;
	}
}

/* What the token at which a match begins must have: one of the tests that can come first. */
static bool opening_of(const struct pack *p, const struct program *g, struct need *ret)
{
	bool seen[PROGRAM_MAX + 1] = {false};
	uint16_t todo[PROGRAM_MAX + 1];
	size_t n = 0;

	*ret = (struct need){0};
	todo[n++] = 0;
	while (n) {
		uint16_t pc = todo[--n];
		const struct insn *in = &p->insns[g->first + pc];
		struct need one;

		if (seen[pc])
			continue;
		seen[pc] = true;
		if (in->op == OP_MATCH)
			return false; /* may match nothing at all */
		if (in->op == OP_TEST) {
			if (!need_of_test(p, in->a, &one))
				return false;
			tagset_or(&ret->tags, &one.tags);
			for (size_t i = 0; i < ARRAY_SIZE(ret->forms); i++)
				ret->forms[i] |= one.forms[i];
			continue;
		}
		todo[n++] = in->op == OP_SPLIT || in->op == OP_JUMP ? in->a : (uint16_t)(pc + 1);
		if (in->op == OP_SPLIT && n <= PROGRAM_MAX)
			todo[n++] = in->b;
	}
	return true;
}

static size_t bits(uint64_t w)
{
	size_t n = 0;

	for (; w; w &= w - 1)
		n++;
	return n;
}

/* How many tokens may be expected to meet a need, roughly: the fewer, the sooner it says no. */
static size_t commonness(const struct need *n)
{
	size_t many = 0;

	for (size_t i = 0; i < ARRAY_SIZE(n->tags.w); i++)
		many += bits(n->tags.w[i]);
	for (size_t i = 0; i < ARRAY_SIZE(n->forms); i++)
		many += 8 * bits(n->forms[i]); /* a word of patterns is a common word */
	for (unsigned t = TAG_WORD; t <= TAG_YEAR; t++)
		many += tagset_has(&n->tags, t) ? 100 : 0;
	return many;
}

static void rarest_first(struct needs *n)
{
	for (size_t i = 1; i < n->n; i++)
		for (size_t k = i; k > 0 && commonness(&n->v[k]) < commonness(&n->v[k - 1]); k--) {
			struct need swap = n->v[k];

			n->v[k] = n->v[k - 1];
			n->v[k - 1] = swap;
		}
}

int build_pattern(struct build *b, const struct ynode *at, struct role *roles, size_t *n_roles, struct program *ret)
{
	struct parser ps = {b, at, at->text, 0, 0, roles, n_roles};
	struct pack *p = b->pack;
	struct node *tree = NULL;
	struct needs needs = {0};
	size_t base = p->n_insns, elements = p->n_elements;

	if (at->kind != YNODE_SCALAR)
		return ynode_error(at, b->err, "a pattern is expected");
	int rc = pattern_parse(&ps, &tree);
	if (rc == 0)
		rc = emit_node(&ps, tree, base, true);
	if (rc == 0)
		rc = emit(&ps, OP_MATCH, 0, 0, base);
	if (rc < 0)
		return rc;
	collect_needs(p, tree, &needs);
	rarest_first(&needs);
	*ret = (struct program){
		.first = (uint32_t)base, .n = (uint32_t)(p->n_insns - base), .source = at->text, .at = at};
	ret->has_opening = opening_of(p, ret, &ret->opening);
	ret->needs = (uint32_t)p->n_needs;
	ret->n_needs = (uint32_t)needs.n;
	ret->elements = (uint32_t)elements;
	ret->n_elements = (uint32_t)(p->n_elements - elements) / 3;
	for (size_t i = 0; i < needs.n; i++) {
		if (arena_grow(&p->arena, &p->needs, p->n_needs, &p->cap_needs, sizeof(*p->needs)) < 0)
			return pattern_out_of_memory(&ps);
		p->needs[p->n_needs++] = needs.v[i];
	}
	return 0;
}
