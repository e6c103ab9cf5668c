/* SPDX-License-Identifier: Apache-2.0 */
/* marks.h: from statements to marks on the time axis, and how strong each is. Private to timeline/.
 *
 * A statement with a begin or an end gives a mark for each; else one with holds_at gives one mark; an undated one gives
 * none; a pool of holdings on the days of a month (cell.h) gives one at its first day and one at its last, each with
 * half the weight; a begin that may come after the end ("2024 to 2024") is a holding between them. Strength of a mark,
 * in integers, each division rounded down, at least 1:
 *
 *     the cell's weight (cell_weight())
 *     x 8/8 for a day or month, 7/8 for a year, 6/8 for a decade, and 7/8 if the date is derived and not stated
 *     x 5/8 for a lone holding or end (not over one origin, and no other asserted mark of its value within short_days)
 *       where the marks of the value said last before it amount to two origins within short_days, 3/8 where they amount
 *       to four: somebody who merely says what holds, against what many have just said, is more likely out of date than
 *       first with the news. (After two he still disputes it, at 12 - 10; after four not: 12 - 6 is CHAIN_THETA.)
 *     x extent / short_days where that is below one: what had no time to be true weighs less
 *
 * A stated begin or end gives a quarter of it to "the value holds there" and the rest to "the change lies there", so
 * that a wrong begin counts once, not twice, and an early wrong date does not win by holding at the later right one
 * too. These two parts are what is multiplied by the extent.
 *
 * Extents. The extent around a day is the number of days between the nearest marks before it and after it that say
 * otherwise: the time that it could have been as the mark says. Strengths are compared in steps: under 1, 2, 4, 8
 * origins, and then each CELL_GROWTH more, which is twice the votes; before they are multiplied by extents, and of a
 * pool that of both marks together.
 *
 *     of an asserted mark, around its test: marks of other values, not more than one step below it. So what many say is
 *       not weakened by what few say; and a value with nothing after it or nothing before it could have lasted long.
 *     of a denied one, around its test (of which the day itself counts as before): marks of its own value, of its step
 *       or above it. Who denies for a day what many said the day before and the day after had no time to be right.
 *     of "the change lies there", as well, around the day on which the value must not hold: likewise. A begin says that
 *       the value was absent before; if many say that it was not, only that it holds is left of it.
 *     none at all (0) where the day lies within a pool, strictly between its first and its last day, of a step not
 *       below the mark's own: in between, too, they say so day by day.
 *
 * Only asserted marks bound an extent, and of holdings those of a month or finer.
 */
#ifndef SCOWIRE_CORE_MARKS_H
#define SCOWIRE_CORE_MARKS_H

#include "core/timeline/chain.h"

/* Sets values, n_values, marks and n_marks of c. Cells that are neither asserted nor denied are ignored. -ENOMEM. */
int marks_make(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
	       struct chain *c) MUST_CHECK;

/* What one cell says: at most MARKS_OF_CELL marks, appended to c->marks with their strength as stated. */
#define MARKS_OF_CELL 2
void marks_of_cell(const struct slot_rules *rules, struct chain *c, const struct cell *cell, uint32_t value);

/* The parts of the discounts. */
#define MARK_BLOCKER_DAYS 31	    /* a holding coarser than this bounds nobody's extent */
#define MARK_NEWS (2 * CELL_ORIGIN) /* what has just been said, where it amounts to this, outdates a lone holding */
#define MARK_DOUBT_MAX 2	    /* and twice so where it amounts to twice this */
bool mark_is_coarse(const struct mark *m);	/* a holding of more than a day */
bool mark_blocks(const struct mark *m);		/* it bounds the extent of others */
edtf_day mark_pool_last(const struct mark *m);	/* of the first mark of a pool: its last day; else m->lo */
edtf_day mark_certain_lo(const struct mark *m); /* the days on which the value certainly holds, if it is right */
edtf_day mark_certain_hi(const struct mark *m);
unsigned mark_step_of(int32_t strength, bool halved);
unsigned mark_step(const struct mark *m);		       /* of its strength, as doubt left it */
unsigned mark_step_against(const struct mark *m);	       /* the least step of a mark that bounds its extent */
int32_t mark_scaled(int32_t s, int64_t extent, int64_t whole); /* 0 stays 0 */
unsigned mark_doubt(int32_t sum);			       /* by what has just been said, 0 to MARK_DOUBT_MAX */
int32_t mark_doubted(int32_t s, unsigned doubt);

/* Do the pack's rules admit the statement? edtf_hi() of an unset date is EDTF_DAY_MAX. */
bool cell_admitted(const struct slot_rules *rules, const struct cell *c);

#endif
