/* SPDX-License-Identifier: Apache-2.0 */
/* cell.h: one distinct statement about a slot, with everybody who makes it.
 *
 * The current claims of all items fall into cells: same value, modality, dates. What the resolver weighs is the cell,
 * so its work does not grow with the number of items that repeat a statement. A cell is a pure function of the set
 * of its claims; the three samples are kept so that it can also be maintained claim by claim (store/).
 *
 * A sketch holds the SPELL_SUPPORT_MAX smallest of a set of hashes: the union of sketches holds those of the union of
 * the sets, so counts up to the cap are exact however cells are put together (bottom-k sketch, Cohen and Kaplan 2007).
 */
#ifndef SCOWIRE_CORE_CELL_H
#define SCOWIRE_CORE_CELL_H

#include "core/timeline/spell.h"

#define CELL_ORIGIN 16 /* the weight of one independent origin with source weight 1 */
#define CELL_REFS_MAX 3

struct sketch {
	uint64_t v[SPELL_SUPPORT_MAX]; /* ascending, distinct */
	uint32_t n;
};

/* True if h was not in s and is now. */
bool sketch_add(struct sketch *s, uint64_t h);
void sketch_union(struct sketch *s, const struct sketch *more);

/* Where a claim stands: the store knows what `item` means. Ordered by published, key, claim; `item` does not order. */
struct claim_ref {
	edtf_day published; /* EDTF_DAY_MAX where the item does not say */
	uint32_t claim;	    /* index in the item's claims */
	uint64_t key;	    /* content hash of the item version */
	int64_t item;
};

int claim_ref_cmp(const struct claim_ref *a, const struct claim_ref *b);
/* Puts r among the at most CELL_REFS_MAX smallest; n is their number, the new number is returned. */
uint32_t claim_ref_insert(struct claim_ref v[static CELL_REFS_MAX], uint32_t n, struct claim_ref r);

struct cell {
	struct span value;
	enum claim_modality modality;
	struct edtf begin, end, holds_at;
	unsigned derived; /* of enum claim_derived */
	/* Holdings on single days, pooled: holds_at is the month, days[i] is how many claims say day i + 1 of it. So a
	 * source that says the same every day is one origin a month, and the cells of a slot do not grow with the feed.
	 */
	bool daily;

	/* Independent origins in units of CELL_ORIGIN: the smaller of the sum over the distinct sources of their
	 * weights and that over the distinct texts, at most CELL_ORIGIN * SPELL_SUPPORT_MAX. */
	uint32_t weight;
	struct sketch items, sources, texts;
	edtf_day first_published, last_published; /* EDTF_DAY_MAX and EDTF_DAY_MIN where no item says */
	struct claim_ref refs[CELL_REFS_MAX];	  /* the smallest */
	uint32_t n_refs;
	uint32_t days[31];
	uint8_t first_day, last_day; /* of days[], without the outer quarter of the claims on each side: cell_trim() */
};

/* Sets first_day and last_day from days[]: of n claims, n / 4 are left out on each side, so that a few wrong days do
 * not stretch the pool. 0 and 0 while there is none. */
void cell_trim(struct cell *c);

/* Total order of statements: value, modality, begin, end, holds_at, derived, daily. Equal means the same statement. */
int cell_cmp(const struct cell *a, const struct cell *b);

#endif
