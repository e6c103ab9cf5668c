/* SPDX-License-Identifier: Apache-2.0 */
/* claims_diff.h: what two readings of one item have apart: claims gained, lost and changed, by the rule that made them.
 */
#ifndef SCOWIRE_FEED_CLAIMS_DIFF_H
#define SCOWIRE_FEED_CLAIMS_DIFF_H

#include "base/arena.h"
#include "base/error.h"
#include "core/claim/claim.h"

struct claim_change {
	const struct claim *was, *now; /* NULL: gained, lost; both: changed */
};

struct claims_diff {
	struct claims_record was, now; /* uri is empty where there is no record */
	struct claim_change *v;	       /* by slot and value; empty when the records differ in other members only */
	size_t n;
};

/* Reads both values of sco.claims (p == NULL: none) and compares. Claims that are equal in every member are no change;
 * of the others one lost and one gained of the same slot and value are one that changed, in the order of claim_cmp().
 * Everything is in the arena. Errors as claims_json_decode(). */
int claims_diff(struct span was, struct span now, struct arena *arena, struct claims_diff *ret,
		struct error *reterr) MUST_CHECK;

#endif
