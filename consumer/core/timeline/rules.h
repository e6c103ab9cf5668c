/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h: what a pack says about the shape of a slot: never who holds it.
 *
 * Rules come from the pack as data; the resolver knows no organisation. They reject or flag, they never fill in.
 */
#ifndef SCOWIRE_CORE_RULES_H
#define SCOWIRE_CORE_RULES_H

#include "base/span.h"

enum slot_shape {
	SLOT_EXCLUSIVE, /* one value at a time, each lasting until the next: offices, statuses */
	SLOT_PERIODS,	/* values with a begin and an end of their own, gaps between: summits, year-themes */
	SLOT_CLAIMS,	/* no timeline: documents, counts */
};

struct slot_rules {
	struct span kind; /* the slot up to its first '/': "presidency", "membership" */
	enum slot_shape shape;
	/* EXCLUSIVE: a value between two others that could have lasted fewer days than this is implausible, and its
	 * evidence weighs less in proportion. 0: no such rule. */
	int32_t short_days;
	/* PERIODS: two periods that lie fewer days than this apart contradict each other. 0: only if they overlap. */
	int32_t apart_days;
	/* EXCLUSIVE: values that are stages: each runs beside the others, ends none, and ends itself where the value
	 * in `stage_of` at the same place begins. */
	const struct span *stage, *stage_of;
	size_t n_stage;
	/* EXCLUSIVE: never[i] does not come after after[i] while that lasts: no member becomes an observer. */
	const struct span *after, *never;
	size_t n_never;
	/* Values that the slot admits; others are rejected. n_values 0: any. */
	const struct span *values;
	size_t n_values;
	/* First day on which any value can hold (the founding), as EDTF days; evidence before it is rejected.
	 * EDTF_DAY_MIN: no such rule. */
	int32_t not_before;
};

/* What one origin of this name counts; CELL_ORIGIN (cell.h) where a source is not named. */
struct source_weight {
	struct span name; /* as the claims record names its source or the agency it cites */
	uint32_t weight;
};

struct slot_rules_set {
	const struct slot_rules *v;
	size_t n;
	const struct source_weight *weights;
	size_t n_weights;
};

/* May the value `next` come after `last`, without `last` having ended before? */
bool slot_may_follow(const struct slot_rules *rules, struct span last, struct span next);

/* "membership" of "membership/BY"; the whole of a slot without '/'. */
struct span slot_kind(struct span slot);

/* The rules of a slot's kind. A kind that the set does not name gets an exclusive slot with no other rule. */
const struct slot_rules *slot_rules_find(const struct slot_rules_set *set, struct span slot);

#endif
