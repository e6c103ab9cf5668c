/* SPDX-License-Identifier: Apache-2.0 */
/* matcher.c: runs the programs of patterns (pack/pattern.c) over the tokens of a sentence.
 *
 * A backtracking machine with an explicit stack and a limit of steps: the first way through in the order of the
 * pattern's preferences, always the same one. Own code and not PCRE2 over a string of symbols, because a token is not
 * one symbol: it has a set of tags (readings, cases, tenses, what phrases add), and a test looks at the set. An
 * alphabet of all sets that may occur would have to be enumerated when the pack is compiled.
 */
#include "core/claim/engine.h"

#define STACK_MAX 4096

bool test_token(const struct pack *p, uint16_t test, const struct token *t)
{
	const struct test *x = &p->tests[test];
	const struct term *m = p->terms + x->first, *end = m + x->n;

	for (; m < end; m++) {
		bool has = m->word ? t->word == m->id : tagset_has(&t->tags, m->id);

		if (has != m->negate && m->last)
			return true;
		if (has == m->negate)
			while (!m->last) /* this conjunction fails */
				m++;
	}
	return x->n == 0;
}

/* A way that was not taken, or what a slot was before the way that was. */
struct choice {
	uint16_t pc, sp;
	uint16_t slot, old; /* slot != NO_INDEX: restore it instead */
};

/* Nothing goes on from this instruction at token sp, as is plain at once. */
static inline bool is_shut(const struct insn *in, const struct sentence_view *s, unsigned sp)
{
	if (in->op == OP_TAG)
		return sp >= s->n || tagset_has(&s->v[sp].tags, in->a) == in->b;
	return in->op == OP_WORD && (sp >= s->n || (s->v[sp].word == in->a) == in->b);
}

/* Does the instruction hold of the token? */
static inline bool holds(const struct pack *p, const struct insn *in, const struct token *t)
{
	switch ((enum opcode)in->op) {
	case OP_TAG:
		return tagset_has(&t->tags, in->a) != in->b;
	case OP_WORD:
		return (t->word == in->a) != in->b;
	default:
		return test_token(p, in->a, t);
	}
}

/* Where the machine is; scalars, so that the compiler keeps them in registers. */
struct place {
	unsigned pc, sp, top; /* instruction, token, choices kept */
};

/* Takes the first of two ways and keeps the second; half of all choices are none. False: no room for another. */
static inline bool split(struct place *x, const struct insn *code, const struct insn *in, const struct sentence_view *s,
			 struct choice *stack)
{
	x->pc = is_shut(&code[in->a], s, x->sp) ? in->b : in->a;
	if (x->pc == in->b || is_shut(&code[in->b], s, x->sp))
		return true;
	if (x->top == STACK_MAX)
		return false;
	stack[x->top++] = (struct choice){in->b, (uint16_t)x->sp, NO_INDEX, 0};
	return true;
}

static inline bool save(struct place *x, uint16_t slot, struct match *m, struct choice *stack)
{
	if (x->top == STACK_MAX)
		return false;
	stack[x->top++] = (struct choice){0, 0, slot, m->at[slot]};
	m->at[slot] = (uint16_t)x->sp;
	return true;
}

/* Back to the last choice; false when none is left. */
static inline bool back(struct place *x, struct match *m, const struct choice *stack)
{
	while (x->top) {
		struct choice c = stack[--x->top];

		if (c.slot == NO_INDEX) {
			x->pc = c.pc;
			x->sp = c.sp;
			return true;
		}
		m->at[c.slot] = c.old;
	}
	return false;
}

/* What looks and does not step: does it hold between tokens sp - 1 and sp? */
static bool looks(const struct pack *p, const struct insn *in, const struct sentence_view *s, unsigned sp)
{
	switch ((enum opcode)in->op) {
	case OP_AHEAD:
		return (sp < s->n && test_token(p, in->a, &s->v[sp])) != in->b;
	case OP_BEHIND:
		return (sp > 0 && test_token(p, in->a, &s->v[sp - 1])) != in->b;
	case OP_BEGIN:
		return sp == 0;
	default:
		return sp == s->n;
	}
}

bool program_match(const struct pack *p, const struct program *g, const struct sentence_view *s, size_t from,
		   struct match *ret)
{
	struct choice stack[STACK_MAX];
	const struct insn *code = p->insns + g->first;
	struct place x = {0, (unsigned)from, 0};
	bool open = true;

	memset(ret->at, 0xff, sizeof(ret->at));
	ret->start = (uint16_t)from;
	ret->reached = 0;
	for (size_t steps = 0; steps < MATCH_STEPS_MAX && (open || back(&x, ret, stack)); steps++) {
		const struct insn *in = &code[x.pc];

		if (x.pc > ret->reached)
			ret->reached = (uint16_t)x.pc;
		x.pc++;
		switch ((enum opcode)in->op) {
		case OP_TAG:
		case OP_WORD:
		case OP_TEST:
			open = x.sp < s->n && holds(p, in, &s->v[x.sp]);
			x.sp++;
			break;
		case OP_SPLIT:
			ret->reached = in->a > ret->reached ? in->a : ret->reached;
			open = split(&x, code, in, s, stack);
			break;
		case OP_JUMP:
			open = true;
			x.pc = in->a;
			break;
		case OP_SAVE:
			open = save(&x, in->a, ret, stack);
			break;
		case OP_MATCH:
			ret->end = (uint16_t)x.sp;
			return true;
		default:
			open = looks(p, in, s, x.sp);
			break;
		}
	}
	return false;
}
