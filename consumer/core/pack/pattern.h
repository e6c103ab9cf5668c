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

/* element.c: what the parser reads with. */
void pattern_space(struct parser *ps); /* skips it */
bool pattern_at(struct parser *ps, char c);
struct span pattern_name(struct parser *ps); /* of a tag, role or macro; empty where there is none */
int pattern_node(struct parser *ps, enum kind kind, struct node **ret) MUST_CHECK;
int pattern_role(struct parser *ps, struct span name, uint16_t *ret) MUST_CHECK;
/* "name:" where one stands here: its node, read past; *ret is NULL and nothing read where none does. */
int pattern_role_before(struct parser *ps, struct node **ret) MUST_CHECK;
/* The terms of the pack from `first` on as a test. */
int pattern_test(struct parser *ps, size_t first, uint16_t *ret) MUST_CHECK;

/* The elements: {tag}, {role:tag}; <n>; a word or "words"; after '~' or before an element, '!' or '&' and a test. */
int element_braces(struct parser *ps, struct node **ret) MUST_CHECK;
int element_gap(struct parser *ps, struct node **ret) MUST_CHECK;
int element_word(struct parser *ps, struct node **ret) MUST_CHECK;
int element_look(struct parser *ps, enum kind kind, struct node **ret) MUST_CHECK;

/* Parses the whole of ps->s. */
int pattern_parse(struct parser *ps, struct node **ret) MUST_CHECK;

/* needs.c: what a sentence must have for the program of this tree, and the token at which a match begins. -ENOMEM. */
int program_needs(struct build *b, const struct node *tree, struct program *g) MUST_CHECK;

#endif
