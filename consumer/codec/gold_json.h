/* SPDX-License-Identifier: Apache-2.0 */
/* gold_json.h: what an item states, as a reader wrote it down: a line of a gold file.
 *
 * `{"id", "claims": [{"slot", "value", "value_src"?, "begin", "end", "holds_at", "modality", "optional"?}]}`; other
 * members are ignored. Spans point into the arena.
 */
#ifndef SCOWIRE_CODEC_GOLD_JSON_H
#define SCOWIRE_CODEC_GOLD_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "core/claim/claim.h"

struct gold_claim {
	struct span slot, value, source; /* source: the value in the text's own form; may be empty */
	struct edtf begin, end, holds_at;
	int modality; /* enum claim_modality */
	bool optional;
};

struct gold_item {
	struct span id;
	struct gold_claim *claims;
	size_t n_claims;
};

/* Returns 0, or -EBADMSG with the member at fault, -ENOMEM (ERROR_ACTION_SKIP). */
int gold_json_decode(struct span raw, struct arena *arena, struct gold_item *ret, struct error *reterr) MUST_CHECK;

#endif
