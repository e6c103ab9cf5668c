/* SPDX-License-Identifier: Apache-2.0 */
/* live.h: resolve(), kept up to date: what is believed of a slot after one more claim, at a cost that does not grow
 * with the claims that are there.
 *
 * Law: whatever cells a slot has come to have, and in whatever order, live_resolve() gives what resolve() gives of them
 * (tests/unit/test_live.c asks both after every record of random histories). resolve.h says what that is; this says how
 * no more of it is done again than a change can reach.
 *
 *  1. Seen. A cell is told of only if the resolver sees a difference (cell_seen_eq()): support is seen up to its
 *     cap, and a full weight grows in quarters of doublings, so the ninth origin of a statement, and the hundredth
 *     copy, end here.
 *  2. Marks (live_marks.c) stand by the day of their test. What one weighs depends on its neighbours within
 *     short_days of it and of the day on which its value must not hold (doubt: one round, of strengths as stated;
 *     then the extents, of what doubt left). So marks that far from those that moved are weighed again, and no
 *     others; for the extents, only to where a mark of the same value, at least as strong, stands between: who looks
 *     from beyond it finds it first, and it bounds all that the one that moved would (live_weigh.c).
 *  3. The labelling (live_window.c) is done again between two points, one on each side of the marks whose weight
 *     changed. A point (live_points.c) is a node that keeps, of every state that is alive there, the best score up
 *     to it (alpha) and after it (beta), each less that of one state, so that they compare wherever on the axis they
 *     were reckoned. A state s is dead if alpha(s) + out(s, next node) <= alpha(b) - LIVE_GAP for a state b. For to
 *     take another state's place costs a path 44 at most (2 CHAIN_SWITCH_HALF + CHAIN_RETURN) and what leaving
 *     gives: it goes to none at once, and on where the other path enters next, or where that next gains, which is a
 *     node at which its value may be entered. So a path by a dead state loses more than CHAIN_THETA against another
 *     (LIVE_GAP >= 44 + CHAIN_THETA), and losses from there on decide nothing (resolve.h, 5). Alphas come from the
 *     left point, which lies before the change and keeps its own; at the right point the same states must be alive
 *     with the same alphas, then its betas hold; at the left point the betas must come to what they were, and the
 *     labelling to its state. Else the window grows on that side. Then nothing outside can have changed: the labels
 *     and margins there follow from those of the points. Evidence makes scores forget, so windows are as long as
 *     evidence is thin. Which nodes are points, and which states are kept, depends on the order of changes; what is
 *     found with them does not.
 *  4. Margins are kept as lists of what is close (live_close.c): nodes where another value or none would lose less
 *     than CHAIN_THETA, and places to which a boundary might move for less. For the latter one walks from the
 *     boundary both ways until the loss is LIVE_FAR. If it came under CHAIN_THETA again further on, the labelling
 *     could take what is won there and keep the rest, for four halves of a switch (24) more, and 44 where it must
 *     wait until it may enter; since it did not, no more than that can be won (LIVE_FAR >= 24 + 44 + CHAIN_THETA). A
 *     walk is done again if a weight or a label on it changed, and a window holds all of it. A mark's decision is a
 *     look at the runs and these lists (live_decide.c), and is made again for the marks that speak of days in the
 *     window. Neither LIVE_GAP nor LIVE_FAR depends on how strong marks are: what changes cost is all that is in
 *     them.
 *  5. Runs (live_runs.c) are told from their marks: support, evidence, stated bounds, days on which they are known
 *     to hold. One that got a holding more, or of which a holding has more behind it, gets just that added; one that
 *     lost a mark, got or lost a bound, or has other days than before, is told anew from all its marks. A holding
 *     that moves within its month is no loss if its cell stays with the run and reaches as far. All bounds (step 4
 *     of resolve.h), alternatives and disputes are made anew each time; there are as many of them as spells.
 *  6. Plans are gathered again when a planned cell changed, settled when a denied one or a told spell did; a slot of
 *     periods is resolved when one of its asserted or denied cells changed.
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
