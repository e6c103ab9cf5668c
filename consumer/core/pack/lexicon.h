/* SPDX-License-Identifier: Apache-2.0 */
/* lexicon.h: all forms of a pack as a tree, to find those that begin at a place of a folded text.
 *
 * A step down the tree is a unit of text: a run of letters and digits, or one other character (an ideograph, a sign, a
 * space). Letters and digits are whole words in every form, so a form matches where its units do and nowhere else;
 * a place costs one look-up more than the longest form that begins there has units.
 * Why not Vectorscan: most words of a text are forms, so it reports a match at each, and finding them where a token
 * begins is five times as fast, needs nothing compiled and nothing cached.
 */
#ifndef SCOWIRE_CORE_LEXICON_H
#define SCOWIRE_CORE_LEXICON_H

#include "base/arena.h"

#define LEXICON_NONE UINT32_MAX

/* A node where it hashes to, with all that a step wants to know: one line of the cache for a step. */
struct lexicon_node {
	uint64_t head;	 /* the first bytes of the unit, as a number */
	uint32_t parent; /* its number; 0: the root */
	uint32_t number; /* 0: no node here */
	uint32_t form;	 /* the one that ends here, or LEXICON_NONE */
	uint16_t n;	 /* bytes of the unit */
	bool inner;	 /* a form goes on from here */
};

struct lexicon {
	struct lexicon_node *nodes; /* open hashing */
	unsigned char
		*marks;	    /* by place: 0, or a byte of the hash: what is in no form seldom costs a look at nodes[] */
	size_t n_nodes;	    /* a power of two */
	const char **units; /* by number - 1: borrowed from a form */
	size_t n, cap;
};

/* Adds a form, folded, which must live as long as the lexicon. 0 or -ENOMEM. */
int lexicon_add(struct lexicon *x, struct arena *arena, struct span text, uint32_t form) MUST_CHECK;

/* The end of the unit that begins at byte i < text.n. */
size_t lexicon_unit_end(struct span text, size_t i);

/* A way down the tree. Begins with {.end = place}. */
struct lexicon_walk {
	size_t end;    /* of the units so far */
	uint32_t node; /* private: its number */
	bool last;     /* private: nothing goes on from it */
	uint32_t form; /* the form that these units are, or LEXICON_NONE */
};

/* Goes on by one unit of text. False: no form goes on so. A walk that begins inside a word finds nothing that begins
 * with letters or digits. */
bool lexicon_step(const struct lexicon *x, struct span text, struct lexicon_walk *w);

#endif
