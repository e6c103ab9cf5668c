/* SPDX-License-Identifier: Apache-2.0 */
/* track.h: from a labelled chain to spells: runs, their bounds, disputes. Private to timeline/; what it does is step 4
 * and 5 of resolve.h. */
#ifndef SCOWIRE_CORE_TRACK_H
#define SCOWIRE_CORE_TRACK_H

#include "core/timeline/resolve.h"

/* Appends the beliefs of one exclusive track; cells sorted by cell_cmp(). -ENOMEM. */
int track_resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, struct arena *arena,
		  struct belief_list *ret, struct resolve_trace *trace) MUST_CHECK;

#endif
