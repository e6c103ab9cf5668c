/* SPDX-License-Identifier: Apache-2.0 */
/* chain.h: the labelling of the time axis that agrees best with a set of marks. Private to timeline/.
 *
 * A mark is what one statement says of one place on the axis: that a value holds at some time in [lo, hi], begins in it
 * or ends in it. Every mark is tested at one day, where its value must hold, and a stated change at a second one, where
 * the value must not hold yet or no longer:
 *
 *     begin [lo, hi]    holds at hi, not at lo - 1
 *     end [lo, hi]      holds at lo - 1, not at hi + 1     ("until 3 July" and "handed over on 4 July" are one date)
 *     holds at a day    holds at that day; leaving the value on that day will do (the day of a hand-over)
 *     holds in [lo, hi] holds at the middle day; not tested at all (`passive`) where any other mark of the value
 * touches [lo, hi]: "the chair in 2024" says nothing about each day of 2024
 *
 * The chain has a node at every tested day; node i stands for the days [day[i], day[i+1]). A labelling gives each node
 * a value or none. Its score is
 *
 *     + hold + bound           for each mark whose first test is passed
 *     - bound                  for each whose second is not
 *     - hold                   for each denied mark whose first test is passed (second tests of denials do not count)
 *     - CHAIN_SWITCH_HALF      for leaving a value, and again for entering one; the first label is free
 *     - CHAIN_RETURN           for entering the value that was left last, with none in between
 *
 * and a value is entered only at a node where its tests sum to more than nothing, so that no value is taken up merely
 * to dodge what is said against another.
 *
 * The best labelling is found by max-sum over the chain (Viterbi), forward and backward, all in integers. Ties: stay
 * rather than change, and hold rather than not; else the value that comes first in byte order; none comes last.
 * Max-marginals (forward plus backward) say how much the best labelling loses where a node must have another label: the
 * margin.
 */
#ifndef SCOWIRE_CORE_CHAIN_H
#define SCOWIRE_CORE_CHAIN_H

#include "base/arena.h"
#include "core/timeline/cell.h"
#include "core/timeline/rules.h"

/* In sixteenths of an origin. A change costs less than the one origin that reports it (12), also at 7/8 for a year; an
 * interruption, with the value that returns, more than two and a half (44). Three eighths of an origin decide, so that
 * one origin more does, also at half its strength for other reasons; between full weights one step does, a fifth more
 * votes (CELL_GROWTH / 4 = 16). */
#define CHAIN_SWITCH_HALF 6
#define CHAIN_RETURN 32
#define CHAIN_THETA 6 /* a margin under this is no decision */

enum mark_kind { MARK_HOLD, MARK_BEGIN, MARK_END };

struct mark {
	enum mark_kind kind;
	bool denied, derived, passive, halved; /* halved: the other half of a pool's weight is its other mark's */
	unsigned char doubt;		       /* mark_doubt() */
	uint32_t value;			       /* index in the chain's values */
	edtf_day lo, hi;		       /* MARK_END: the first day on which the value may be gone */
	int32_t hold, bound;		       /* strength, hold > 0, bound > 0 unless MARK_HOLD */
	const struct cell *cell;
};

#define NO_DAY ((edtf_day)INT32_MIN)
edtf_day mark_test(const struct mark *m);     /* where the value must hold */
edtf_day mark_not_test(const struct mark *m); /* where it must not, or NO_DAY */

/* A state of node: value v is v; none is n_values before any value, and n_values + 1 + v after v. */
struct chain {
	struct span *values; /* sorted */
	uint32_t n_values;
	struct mark *marks; /* by cell order, kind */
	size_t n_marks;
	edtf_day *day; /* ascending, distinct */
	size_t n;
	int32_t *unary, *out;  /* n rows of n_values */
	unsigned char *may;    /* n rows of n_values: may it be entered there */
	int32_t *alpha, *beta; /* best score up to the node in that state; best score after it */
	uint32_t *label;       /* n_values: none */
	uint32_t *state;       /* of the best labelling: says also which value was left last */
	int32_t best;
};

/* Builds and labels the chain of `cells` (sorted by cell_cmp(), asserted and denied ones; others are ignored).
 * Everything is from the arena. -ENOMEM when it is exhausted. */
int chain_solve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		struct chain *ret) MUST_CHECK;

/* The steps of chain_solve(), for live_window.c, which labels a part of the axis: tables for c->n nodes (c->day) and
 * c->n_values values, zeroed; what a mark gives at the node of its test, and at that where it must not hold; the best
 * scores up to each node (given: those at the first are there), after each node (those at the last are there), and the
 * best labelling (last: the state of the last node, or CHAIN_FREE). */
#define CHAIN_FREE UINT32_MAX
#define CHAIN_NEVER (INT32_MIN / 4) /* the score of what cannot be */
size_t chain_states(const struct chain *c);
int chain_tables(struct chain *c, struct arena *arena) MUST_CHECK;
void chain_reward_test(struct chain *c, size_t node, const struct mark *m);
void chain_reward_not(struct chain *c, size_t node, const struct mark *m);
void chain_forward(struct chain *c, bool given);
void chain_backward(struct chain *c);
void chain_trace(struct chain *c, uint32_t last);

/* First node with day >= d; n if none. */
size_t chain_node_at(const struct chain *c, edtf_day d);

/* The days in which the mark's value is said to hold at some time. */
struct day_range mark_holds(const struct mark *m);
/* The days on which the mark's change may lie: MARK_BEGIN, MARK_END. */
struct day_range mark_change(const struct mark *m);

/* What the best labelling loses if the value holds at some time in r; 0 if it does so already. */
int32_t chain_margin_of(const struct chain *c, uint32_t value, struct day_range r);
/* What it loses if the begin (or the end) of the run of one label at nodes [from, to] lay in r instead, all other
 * labels as they are; INT32_MAX where it cannot. The run's neighbours give or take the nodes between. */
int32_t chain_margin_of_shift(const struct chain *c, size_t from, size_t to, struct day_range r, bool begin);
/* What it loses if none holds at the node of day d. */
int32_t chain_margin_of_none(const struct chain *c, edtf_day d);

#endif
