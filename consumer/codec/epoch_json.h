/* SPDX-License-Identifier: Apache-2.0 */
/* epoch_json.h: the hand-over to a new epoch, on sco.claims and on sco.changes.
 *
 * On sco.claims, in one transaction of `replay --execute` or `reset --execute`: a record with the key "#epoch/begin";
 * for every item version that changes a tombstone and, where it still says something, its new claims; a record with the
 * key
 * "#epoch/end". Both have the value {"epoch", "pack"}: the epoch that begins, and the pack that the claims were read
 * with. The fold changes its state in one step at the second, whatever else was written in between (stage/fold.h).
 * Keys of claims records hold '@', so none is one of these.
 *
 * On sco.changes: the first event of the new epoch, type "scowire.feed.epoch", key and subject "#epoch", sequence 1,
 * data
 * {"epoch", "pack", "slots"}: so many snapshots were published with it on sco.state, all that count from now on.
 */
#ifndef SCOWIRE_CODEC_EPOCH_JSON_H
#define SCOWIRE_CODEC_EPOCH_JSON_H

#include "codec/change_json.h"

#define EPOCH_BEGIN_KEY "#epoch/begin"
#define EPOCH_END_KEY "#epoch/end"
#define EPOCH_EVENT_KEY "#epoch"
#define EPOCH_EVENT_TYPE "scowire.feed.epoch"

struct epoch_marker {
	int64_t epoch; /* >= 2 */
	struct span pack;
};

/* Appends the value of both markers. */
void epoch_json_encode(const struct epoch_marker *m, struct strbuf *out);
/* 0, or with ERROR_ACTION_SKIP -EBADMSG, -EILSEQ, -E2BIG, -ENOMEM; pack is in the arena. */
int epoch_json_decode(struct span raw, struct arena *arena, struct epoch_marker *ret, struct error *reterr) MUST_CHECK;

/* Appends the data of the event. */
void epoch_json_data(const struct epoch_marker *m, int64_t slots, struct strbuf *out);
/* The headers of the event; of e count source, causation, epoch, sequence, recorded and id. Their number, or -ENOMEM.
 */
int epoch_json_headers(const struct change_event *e, struct arena *arena,
		       struct record_header ret[static CHANGE_HEADERS_MAX]) MUST_CHECK;

#endif
