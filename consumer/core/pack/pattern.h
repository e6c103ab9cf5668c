/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.h: the tree of a pattern, between its parser (pattern.c) and what is made of it (program.c). */
#ifndef SCOWIRE_CORE_PACK_PATTERN_H
#define SCOWIRE_CORE_PACK_PATTERN_H

#include "core/pack/build.h"

#define PROGRAM_MAX 4000 /* instructions */
#define REPEAT_MAX 40
#define UNBOUNDED 0

enum kind { N_TEST, N_SEQ, N_ALT, N_REPEAT, N_ROLE, N_AHEAD, N_BEHIND, N_BEGIN, N_END };

struct node {
	enum kind kind;
	uint16_t test, min, max, role;
	bool lazy, negate;
	struct node *child, *next; /* first child; next sibling */
	size_t start, end;	   /* in the source, for top-level elements */
};

struct parser {
	struct build *b;
	const struct ynode *at;
	struct span s;
	size_t i;
	int depth;
	struct role *roles;
	size_t *n_roles;
};

int pattern_fault(struct parser *ps, const char *what);
int pattern_out_of_memory(struct parser *ps);

/* Parses the whole of ps->s. */
int pattern_parse(struct parser *ps, struct node **ret) MUST_CHECK;

/* needs.c: what a sentence must have for the program of this tree, and the token at which a match begins. -ENOMEM. */
int program_needs(struct pack *p, const struct node *tree, struct program *g) MUST_CHECK;

#endif
