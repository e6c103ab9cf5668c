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

struct lexicon_node {
	uint64_t head;	  /* the first bytes of the unit, as a number */
	const char *unit; /* borrowed from a form */
	uint32_t n;
	uint32_t parent; /* node + 1; 0: the root */
	uint32_t form;	 /* the one that ends here, or LEXICON_NONE */
	bool inner;	 /* a form goes on from here */
};

struct lexicon_bucket {
	uint32_t hash; /* of parent and unit */
	uint32_t node; /* + 1; 0: empty */
};

struct lexicon {
	struct lexicon_node *nodes;
	size_t n, cap;
	struct lexicon_bucket *buckets; /* open hashing */
	size_t n_buckets;		/* a power of two */
};

/* Adds a form, folded, which must live as long as the lexicon. 0 or -ENOMEM. */
int lexicon_add(struct lexicon *x, struct arena *arena, struct span text, uint32_t form) MUST_CHECK;

/* The end of the unit that begins at byte i < text.n. */
size_t lexicon_unit_end(struct span text, size_t i);

/* A way down the tree. Begins with {.end = place}. */
struct lexicon_walk {
	size_t end;    /* of the units so far */
	uint32_t node; /* private */
	uint32_t form; /* the form that these units are, or LEXICON_NONE */
};

/* Goes on by one unit of text. False: no form goes on so. A walk that begins inside a word finds nothing that begins
 * with letters or digits. */
bool lexicon_step(const struct lexicon *x, struct span text, struct lexicon_walk *w);

#endif
