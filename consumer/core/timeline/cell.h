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
#define CELL_WEIGHT_FULL (CELL_ORIGIN * SPELL_SUPPORT_MAX)
#define CELL_GROWTH (4 * CELL_ORIGIN) /* what a full weight gains each time that all say it twice as often */
#define CELL_REFS_MAX 3

struct sketch {
	uint64_t v[SPELL_SUPPORT_MAX]; /* ascending, distinct */
	uint32_t n;
};

/* How many there are: exact up to the cap, from there estimated: if the k-th smallest of n uniform hashes is h of 2^64,
 * n is about (k - 1) * 2^64 / h. Never less than the cap where the sketch is full. */
uint64_t sketch_count(const struct sketch *s);

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

	uint32_t weight; /* cell_weight() */
	struct sketch items, sources, texts;
	edtf_day first_published, last_published; /* EDTF_DAY_MAX and EDTF_DAY_MIN where no item says */
	struct claim_ref refs[CELL_REFS_MAX];	  /* the smallest */
	uint32_t n_refs;
	uint32_t days[31];
	uint8_t first_day, last_day; /* of days[], without the outer quarter of the claims on each side: cell_trim() */
};

/* What somebody contributes to a statement who makes it n times. */
struct cell_source {
	uint64_t source;
	uint32_t n, weight;
};

/* How strong a statement is: a pure function of who said it how often, and of the texts that say it.
 *
 * Origins. The smaller of the sum over the distinct sources of their weights and that over the distinct texts (which
 * are counted up to the cap): where there are fewer texts than sources, some only copy, and the sum shrinks in
 * proportion. At most CELL_WEIGHT_FULL. So a source that says something a thousand times weighs no more than one that
 * says it once.
 *
 * Growth. Where the news is dense, errors too find eight sources; what is true then differs in how often all say it. So
 * a weight that is full grows with k, the greatest number such that those sources who say it k times or more would by
 * themselves make it full, but at most an eighth of the number of texts: by CELL_GROWTH for each doubling of k,
 * straight between powers of two, in quarters (k = 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, ...). That is the slope of the
 * straight part at eight origins or a little less (88 a doubling), so that one vote in eight, or five, weighs alike on
 * both sides; it needs eight stubborn sources, not one; and a statement of n claims changes its weight some 4 log2(n /
 * 8) times. */
uint32_t cell_weight(const struct cell_source *v, uint32_t n, const struct sketch *texts);

/* Does cell_weight() tell n from n + 1 claims of one source? */
bool cell_growth_step(uint32_t n);

/* Sets first_day and last_day from days[]: of n claims a quarter of the first sixteen and an eighth of the others are
 * left out on each side, so that a few wrong days do not stretch the pool. 0 and 0 while there is none. */
void cell_trim(struct cell *c);

/* Total order of statements: value, modality, begin, end, holds_at, derived, daily. Equal means the same statement. */
int cell_cmp(const struct cell *a, const struct cell *b);

#endif
