/* SPDX-License-Identifier: Apache-2.0 */
/* chain.h: the labelling of the time axis that agrees best with a set of marks. Private to timeline/.
 *
 * A mark is what one statement says of one place on the axis: that a value holds at some time in [lo, hi], and, for a
 * stated begin or end, also that the change lies there. The chain has a node at every day that a mark names; node i
 * stands for the days [day[i], day[i+1]). A labelling gives each node one of the values or none. Its score is
 *
 *     + hold   for each mark whose value is the label of some node in its range   (an entry into the value inside the
 *              range, or the value at its first day: so "some time in 2024" is a sum of local terms)
 *     + bound  for each mark whose value is entered (begin) or left (end) in its range
 *     - the same for denied marks
 *     - CHAIN_SWITCH_HALF for leaving a value and again for entering one; the first label is free
 *
 * The best labelling is found by max-sum over the chain (Viterbi), forward and backward, all in integers. Ties: stay
 * rather than change; else the value that comes first in byte order; none comes last. max-marginals (forward plus
 * backward) say how much the best labelling loses where a node must have another label: the margin.
 */
#ifndef SCOWIRE_CORE_CHAIN_H
#define SCOWIRE_CORE_CHAIN_H

#include "base/arena.h"
#include "core/timeline/cell.h"
#include "core/timeline/rules.h"

#define CHAIN_SWITCH_HALF 4
#define CHAIN_THETA 8 /* a margin under this is no decision */

enum mark_kind { MARK_HOLD, MARK_BEGIN, MARK_END };

struct mark {
	enum mark_kind kind;
	bool denied, derived;
	uint32_t value;	    /* index in the chain's values */
	edtf_day lo, hi;    /* MARK_END: the first day on which the value may be gone */
	int32_t hold, bound; /* strength, > 0 */
	const struct cell *cell;
};

struct chain {
	struct span *values; /* sorted; `none` is index n_values */
	uint32_t n_values;
	struct mark *marks; /* by cell order, kind */
	size_t n_marks;
	edtf_day *day; /* ascending, distinct */
	size_t n;
	int32_t *unary, *in, *out;  /* n rows of n_values + 1 */
	int32_t *alpha, *beta; /* best score up to the node with that label; best score after it */
	uint32_t *label;
	int32_t best;
};

/* Builds and labels the chain of `cells` (sorted by cell_cmp(), asserted and denied ones; others are ignored).
 * Everything is from the arena. -ENOMEM when it is exhausted. */
int chain_solve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		struct chain *ret) MUST_CHECK;

/* First node with day >= d; n if none. */
size_t chain_node_at(const struct chain *c, edtf_day d);

/* The days in which the mark's value is said to hold at some time. */
struct day_range mark_holds(const struct mark *m);
/* The days on which the mark's change may lie: MARK_BEGIN, MARK_END. */
struct day_range mark_change(const struct mark *m);

/* What the best labelling loses if the value holds at some time in r; 0 if it does so already. */
int32_t chain_margin_of(const struct chain *c, uint32_t value, struct day_range r);
/* The same if `value` is entered (begin) or left (not begin) in r; INT32_MAX where no node lies in r. */
int32_t chain_margin_of_change(const struct chain *c, uint32_t value, struct day_range r, bool begin);
/* What it loses if the value does not hold at the node of day d. */
int32_t chain_margin_against(const struct chain *c, uint32_t value, edtf_day d);

#endif
