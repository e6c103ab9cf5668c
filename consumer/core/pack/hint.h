/* SPDX-License-Identifier: Apache-2.0 */
/* hint.h: pure literals without one of which the gate cannot hit: they are searched at the speed of memory, and only
 * what has one is shown to the gate, whose expressions know every spelling. Private to core/pack and claim/extract.c.
 *
 * Of each anchor one run of adjacent letters is taken ("shanghai", "sco", the first letters of a Russian name, two
 * Chinese characters). Either all of them stand there raw, in one case or the other: then the run itself is a literal.
 * Or one is written in another way: as \uXXXX, as an HTML entity, in full width: then that is a literal. So nothing
 * that the gate would let through lacks one.
 */
#ifndef SCOWIRE_CORE_HINT_H
#define SCOWIRE_CORE_HINT_H

#include "base/arena.h"

struct hint {
	struct span text;
	bool caseless; /* of ASCII */
	bool word;     /* counts only where no letter stands beside it: "sco" is in Moscow */
};

/* The hints of the gate's anchors, which are as in build_gate(); at least one. ret_complete: false where an anchor
 * begins with a letter of which not all spellings are known here; then they decide nothing. 0 or -ENOMEM. */
int hint_literals(struct span anchors, struct arena *arena, struct hint **ret, size_t *ret_n,
		  bool *ret_complete) MUST_CHECK;

/* Does the occurrence of h that ends at byte `to` of raw count? */
bool hint_counts(const struct hint *h, struct span raw, size_t to);

#endif
