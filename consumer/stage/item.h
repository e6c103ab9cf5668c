/* SPDX-License-Identifier: Apache-2.0 */
/* item.h: one raw news item to what it says: the pure step of the extract stage, without its stream.
 *
 * In:    the bytes of a record of `news.items`; an extractor and its pack.
 * Out:   struct claims_record, in the arena. The stage, `extract`, `check` and the fuzzers all call this one function.
 * Not here: what is emitted to which topic (stage/extract.h), JSON out (codec/claims_json.h).
 */
#ifndef SCOWIRE_STAGE_ITEM_H
#define SCOWIRE_STAGE_ITEM_H

#include "base/arena.h"
#include "base/error.h"
#include "core/claim/extract.h"

struct item_read {
	struct claims_record record;
	bool gate;	 /* the raw bytes passed the gate; else no claims were looked for */
	bool correction; /* a later version, or not usable: may replace earlier claims */
};

/* Parses an item and reads its claims. gate: look for claims only where the raw bytes pass the gate (the same claims
 * either way; false is for the proof of that).
 * Returns 0, or what ninjs_parse() and extractor_claims() return (ERROR_ACTION_SKIP: dead-letter the record). */
int item_read(struct extractor *x, const struct pack *pack, struct span raw, bool gate, struct arena *arena,
	      struct item_read *ret, struct extract_trace *trace, struct error *reterr) MUST_CHECK;

#endif
