/* SPDX-License-Identifier: Apache-2.0 */
/* program.c: from the tree of a pattern to a program of the matcher. */
#include "core/pack/pattern.h"
#include <errno.h>

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

/* Most tests ask for one thing. */
static int emit_test(struct parser *ps, uint16_t test, size_t base)
{
	const struct pack *p = ps->b->pack;
	const struct term *t = p->terms + p->tests[test].first;

	if (p->tests[test].n != 1)
		return emit(ps, OP_TEST, test, 0, base);
	return emit(ps, t->word ? OP_WORD : OP_TAG, t->id, t->negate, base);
}

static int emit_node(struct parser *ps, const struct node *n, size_t base, bool top)
{
	int rc = 0;

	switch (n->kind) {
	case N_TEST:
		return emit_test(ps, n->test, base);
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

int build_pattern(struct build *b, const struct ynode *at, struct role *roles, size_t *n_roles, struct program *ret)
{
	struct parser ps = {b, at, at->text, 0, 0, roles, n_roles};
	struct pack *p = b->pack;
	struct node *tree = NULL;
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
	*ret = (struct program){
		.first = (uint32_t)base, .n = (uint32_t)(p->n_insns - base), .source = at->text, .at = at};
	ret->elements = (uint32_t)elements;
	ret->n_elements = (uint32_t)(p->n_elements - elements) / 3;
	return program_needs(b, tree, ret) < 0 ? pattern_out_of_memory(&ps) : 0;
}
