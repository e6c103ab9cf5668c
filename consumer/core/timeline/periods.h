/* SPDX-License-Identifier: Apache-2.0 */
/* periods.h: slots whose values come and go with gaps between: a summit, the theme of a year. Private to timeline/.
 *
 *  1. Each asserted statement is a period: its begin (else holds_at) to its end (else that begin), four bounds.
 *  2. Strongest first (weight x precision as in marks.h; then narrower, earlier, cell_cmp()), a statement joins the
 *     first period of its value that it touches, with a day's grace if it is of a day or month, or under apart_days
 *     where the rules say so; else it founds a new one. Joining narrows the bounds where they meet; such a statement
 *     one day off stretches the period; one further off widens the bounds to hold both dates if it is as strong as
 *     the strongest, else it only counts as support. Denied statements of the value that touch a period weaken it.
 *  3. A period's strength is the smaller of the sum of its statements and the strongest of them times its
 *     independent origins, less denials. Strongest first, a period is accepted unless it contradicts one already
 *     accepted: the days on which both certainly hold meet, or one lies wholly within the other's bounds, or they
 *     lie closer than apart_days.
 *  4. A period not accepted whose strength is less than 3/4 CELL_ORIGIN below the one that it contradicts is
 *     published, both `disputed`.
 */
#ifndef SCOWIRE_CORE_PERIODS_H
#define SCOWIRE_CORE_PERIODS_H

#include "core/timeline/resolve.h"

/* Appends the beliefs of a slot of periods; cells sorted by cell_cmp(). -ENOMEM. */
int periods_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		    struct belief_list *ret, struct resolve_trace *trace) MUST_CHECK;

#endif
