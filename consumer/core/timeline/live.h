/* SPDX-License-Identifier: Apache-2.0 */
/* live.h: resolve(), kept up to date: what is believed of a slot after one more claim, at a cost that does not grow
 * with the claims that are there.
 *
 * Law: whatever cells a slot has come to have, and in whatever order, live_resolve() gives what resolve() gives of them
 * (tests/unit/test_live.c asks both after every record of random histories). resolve.h says what that is; this says how
 * no more of it is done again than a change can reach.
 *
 *  1. Seen. A cell is told of only if the resolver sees a difference (cell_seen_eq()): support is seen up to its cap,
 * so the ninth origin of a statement, and the hundredth copy, end here.
 *  2. Marks (live_marks.c) stand by the day of their test. What one weighs depends on its neighbours within short_days
 *     (doubt: one round, of strengths as stated; then the extents, of what doubt left). So marks that far from those
 *     that moved are weighed again, and no others.
 *  3. The labelling (live_window.c) is done again between two cuts around the marks whose weight changed. A node is a
 *     cut of label v if, with G = LIVE_GAP,
 *         for every other state s: alpha(s) + out(s, next node) <= alpha(v) - G                          (forward)
 *         v may be entered there, and for every other state s:
 *             unary(s) + beta(s) <= unary(v) + beta(v) - out(v, here) - G                                (backward).
 *     To take another state's place costs v's path at most 44 (2 CHAIN_SWITCH_HALF + CHAIN_RETURN) and what leaving
 *     gives: it leaves for none at once and enters where the other path enters next, or where it next gains, which is a
 *     node at which its value may be entered. So every path that is not at v at a cut loses 84 or more against one that
 *     is, and more than CHAIN_THETA decides nothing: with the labels of both cuts given, the labelling between them,
 * and every margin under CHAIN_THETA there, are those of the whole axis. (Moving a boundary over a cut loses more than
 *     CHAIN_THETA too, though such a shift may enter where a path may not: to its next node of entry the path gains
 *     nothing more, which costs 24 at most.) The alphas left of the left cut and the betas right of the right one are
 * not touched by the change; if the new beta still makes the left one, and the new alpha the right one a cut, so are
 * the others not, and nothing outside can change. Else the window is widened to the next cut. Near strong evidence cuts
 *     are everywhere, so a window is as long as evidence is thin. Which nodes are kept as cuts may depend on the order
 *     of changes; what is found with them does not.
 *  4. Margins are kept as lists of what is close: nodes where another value or none would lose less than CHAIN_THETA,
 * and places to which a boundary might move for less. A mark's decision is then a look at the runs and these lists, and
 *     is made again for the marks that speak of days in the window.
 *  5. Runs (live_runs.c) that meet the window, or had a mark that changed, are told anew from their marks: support,
 *     evidence, stated bounds. All bounds (step 4 of resolve.h), alternatives and disputes are made anew each time;
 * there are as many of them as spells.
 *  6. Plans are gathered again when a planned or denied cell changed, settled when a told spell did; a slot of periods
 * is resolved when one of its asserted or denied cells changed.
 *
 * Owner: the caller; it borrows the cells, which must stay where they are until live_cell() was told that they have no
 * claims. Thread safety: one thread.
 */
#ifndef SCOWIRE_CORE_LIVE_H
#define SCOWIRE_CORE_LIVE_H

#include "core/timeline/ledger.h"
#include "core/timeline/resolve.h"

struct live;

/* Of an empty slot. rules is borrowed. NULL when out of memory. */
struct live *live_new(const struct slot_rules *rules) MUST_CHECK;
void live_free(struct live *l); /* NULL is fine */

/* The cell is new, the resolver sees it changed, or it has no claims any more (weight 0: forgotten). 0 or -ENOMEM,
 * after which l is only good for live_free(). */
int live_cell(struct live *l, struct ledger_cell *c) MUST_CHECK;

/* As resolve() of all cells told of. ret is from the arena; its values are l's until the next live_cell(). -ENOMEM as
 * live_cell(). */
int live_resolve(struct live *l, edtf_day watermark, struct arena *arena, struct belief_list *ret,
		 struct day_range *ret_wake) MUST_CHECK;

#endif
