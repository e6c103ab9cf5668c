/* SPDX-License-Identifier: Apache-2.0 */
/* state_json.h: what is believed of one slot now, as the value of `sco.state` (compacted, key = slot).
 *
 * {"epoch", "recorded", "sequence", "slot", "spells"}: the snapshot of the slot after the change with that sequence;
 * whoever has read the topic to its end follows `sco.changes` after the highest sequence that it has seen. Schema:
 * schemas/state.schema.json. Canonical JSON.
 */
#ifndef SCOWIRE_CODEC_STATE_JSON_H
#define SCOWIRE_CODEC_STATE_JSON_H

#include "codec/spell_json.h"

struct state_record {
	struct timeline timeline;
	int64_t epoch, sequence; /* of the last change of this slot */
	int64_t recorded;	 /* ms since the epoch: the log's time of the input that changed it */
};

void state_json_encode(const struct state_record *r, struct strbuf *out);

/* Reads one record; spans point into the arena. 0, or with ERROR_ACTION_SKIP -EBADMSG (the member is named), -EILSEQ,
 * -E2BIG, -ENOMEM. */
int state_json_decode(struct span raw, struct arena *arena, struct state_record *ret, struct error *reterr) MUST_CHECK;

#endif
