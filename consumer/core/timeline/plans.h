/* SPDX-License-Identifier: Apache-2.0 */
/* plans.h: what is announced but not yet reported: expected spells. Private to timeline/.
 *
 *  1. Planned statements of one value whose begins meet are one plan (heaviest first, then latest published, then
 *     cell_cmp()). The begin of an undated one is any day from its first publication on.
 *  2. A plan is dropped: if an established or disputed spell of its value may hold at some time from its begin to
 *     MOVED_DAYS (500) later (it came true, late perhaps, or was so before; for periods: from REPORTED_DAYS (45)
 *     before its begin to as many after its end); if denials of the value that are undated or meet its begin weigh
 *     as much; if a plan of the same value, not lighter, published last later and within MOVED_DAYS of it, has moved
 *     it.
 *  3. Of two plans of different values whose begins meet on an exclusive slot, the lighter is dropped if it is
 *     lighter by CELL_ORIGIN or more, else both are `disputed`.
 *  4. Else the plan is a spell: `expected`, or `unconfirmed` once the watermark has passed the last day of its
 *     begin.
 * Proposed statements are claims and give no spell.
 */
#ifndef SCOWIRE_CORE_PLANS_H
#define SCOWIRE_CORE_PLANS_H

#include "core/timeline/resolve.h"

/* Appends to ret, which holds the spells of the asserted statements, the expected ones. wake: narrowed to the
 * watermarks for which the result is the same. -ENOMEM. */
int plans_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, edtf_day watermark,
		  struct arena *arena, struct belief_list *ret, struct day_range *wake,
		  struct resolve_trace *trace) MUST_CHECK;

/* The same in steps. What is gathered points into the cells and is void once a planned one changed; once a denied one
 * did, plans_deny() tells of them anew; it must be settled again after that, and whenever the spells told changed;
 * plans_emit() is all that depends on the watermark. -ENOMEM. */
struct plans;
int plans_gather(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		 struct plans **ret) MUST_CHECK;
int plans_deny(struct plans *p, const struct cell *const *cells, size_t n, struct arena *arena) MUST_CHECK;
int plans_settle(const struct slot_rules *rules, struct plans *p, const struct belief *told, size_t n,
		 struct arena *arena) MUST_CHECK;
int plans_emit(struct plans *p, edtf_day watermark, struct arena *arena, struct belief_list *ret,
	       struct day_range *wake) MUST_CHECK;

#endif
