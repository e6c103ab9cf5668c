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
	bool ok = true;

	for (uint32_t i = 0; i < x->n; i++) {
		const struct term *m = &p->terms[x->first + i];
		bool has = m->form ? t->form == m->id : tagset_has(&t->tags, m->id);

		ok = ok && has != m->negate;
		if (m->last) {
			if (ok)
				return true;
			ok = true;
		}
	}
	return x->n == 0;
}

bool program_wanted(const struct pack *p, const struct program *g, const struct sentence_view *s)
{
	for (uint32_t i = 0; i < g->n_needs; i++) {
		const struct need *n = &p->needs[g->needs + i];
		bool met = tagset_meets(&n->tags, &s->tags);

		for (size_t k = 0; !met && k < ARRAY_SIZE(n->forms); k++)
			met = n->forms[k] & s->forms[k];
		if (!met)
			return false;
	}
	return true;
}

struct thread {
	uint16_t pc, sp;
	uint16_t slot, old; /* slot != NO_INDEX: restore it instead */
};

struct machine {
	const struct pack *p;
	const struct insn *code;
	const struct sentence_view *s;
	struct match *m;
	struct thread stack[STACK_MAX];
	size_t top;
	uint16_t pc, sp;
};

static bool push(struct machine *x, struct thread t)
{
	if (x->top == STACK_MAX)
		return false;
	x->stack[x->top++] = t;
	return true;
}

static bool here(const struct machine *x, uint16_t test, uint16_t at)
{
	return at < x->s->n && test_token(x->p, test, &x->s->v[at]);
}

/* One instruction. False: this way is closed. */
static bool step(struct machine *x, const struct insn *in)
{
	switch ((enum opcode)in->op) {
	case OP_TEST:
		x->pc++;
		return here(x, in->a, x->sp++);
	case OP_SPLIT:
		x->pc = in->a;
		return push(x, (struct thread){in->b, x->sp, NO_INDEX, 0});
	case OP_JUMP:
		x->pc = in->a;
		return true;
	case OP_SAVE:
		x->pc++;
		if (!push(x, (struct thread){0, 0, in->a, x->m->at[in->a]}))
			return false;
		x->m->at[in->a] = x->sp;
		return true;
	case OP_AHEAD:
		x->pc++;
		return here(x, in->a, x->sp) != in->b;
	case OP_BEHIND:
		x->pc++;
		return (x->sp > 0 && here(x, in->a, (uint16_t)(x->sp - 1))) != in->b;
	case OP_BEGIN:
		x->pc++;
		return x->sp == 0;
	case OP_END:
		x->pc++;
		return x->sp == x->s->n;
	case OP_MATCH:
		break;
	}
	return true;
}

/* Back to the last choice; false when none is left. */
static bool back(struct machine *x)
{
	while (x->top) {
		struct thread t = x->stack[--x->top];

		if (t.slot == NO_INDEX) {
			x->pc = t.pc;
			x->sp = t.sp;
			return true;
		}
		x->m->at[t.slot] = t.old;
	}
	return false;
}

bool program_match(const struct pack *p, const struct program *g, const struct sentence_view *s, size_t from,
		   struct match *ret)
{
	struct machine x;
	size_t steps = 0;

	x.p = p;
	x.code = p->insns + g->first;
	x.s = s;
	x.m = ret;
	x.top = 0;
	x.pc = 0;
	x.sp = (uint16_t)from;
	memset(ret->at, 0xff, sizeof(ret->at));
	ret->start = x.sp;
	ret->reached = 0;
	for (;;) {
		const struct insn *in = &x.code[x.pc];

		if (++steps > MATCH_STEPS_MAX)
			return false;
		if (x.pc > ret->reached)
			ret->reached = x.pc;
		if (in->op == OP_MATCH) {
			ret->end = x.sp;
			return true;
		}
		if (!step(&x, in) && !back(&x))
			return false;
	}
}
