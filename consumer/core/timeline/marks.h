/* SPDX-License-Identifier: Apache-2.0 */
/* marks.h: from statements to marks on the time axis, and how strong each is. Private to timeline/.
 *
 * A statement with a begin or an end gives a mark for each; else one with holds_at gives one mark; an undated one gives
 * none; a pool of holdings on the days of a month (cell.h) gives one at its first day and one at its last, each with
 * half the weight; a begin that may come after the end ("2024 to 2024") is a holding between them. Strength of a mark,
 * in integers, each division rounded down, at least 1:
 *
 *     the cell's weight (independent origins)
 *     x 8/8 for a day or month, 7/8 for a year, 6/8 for a decade, and 7/8 if the date is derived and not stated
 *     x extent / short_days where that is below one, at least 1/8: extent is the number of days between the nearest
 *       marks of other values on both sides of its test, the time that the value could have lasted. Only asserted
 *       marks (of holdings those of a month or finer) that are at least half as strong (in steps of two: under 1, 1, 2,
 * 4 origins; over 8 origins those of 4) bound an extent; a value with nothing after it or nothing before it could have
 * lasted long. x 5/8 for a lone holding or end (not over one origin, and no other asserted mark of its value within
 * short_days) where the marks of the value said last before it amount to two origins within short_days: somebody who
 * merely says what holds, against what many have just said, is more likely out of date than first with the news
 *
 * A stated begin or end gives a quarter of it to "the value holds there" and the rest to "the change lies there", so
 * that a wrong begin counts once, not twice, and an early wrong date does not win by holding at the later right one
 * too.
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
bool mark_is_coarse(const struct mark *m);	/* a holding of more than a day */
bool mark_blocks(const struct mark *m);		/* it bounds the extent of others */
edtf_day mark_certain_lo(const struct mark *m); /* the days on which the value certainly holds, if it is right */
edtf_day mark_certain_hi(const struct mark *m);
unsigned mark_step(const struct mark *m);	  /* of its strength */
unsigned mark_step_against(const struct mark *m); /* the least step of a mark that bounds its extent */
int32_t mark_scaled(int32_t s, int64_t extent, int64_t whole);
int32_t mark_doubted(int32_t s);

/* Do the pack's rules admit the statement? edtf_hi() of an unset date is EDTF_DAY_MAX. */
bool cell_admitted(const struct slot_rules *rules, const struct cell *c);

#endif
