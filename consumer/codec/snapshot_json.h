/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_json.h: the first line of an exported snapshot (feed/snapshot_file.h says what stands in it and after it).
 */
#ifndef SCOWIRE_CODEC_SNAPSHOT_JSON_H
#define SCOWIRE_CODEC_SNAPSHOT_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

struct snapshot_head {
	struct span checksum, feed;
	int64_t epoch, sequence, offset, slots;
};

/* Appends the object, canonical. */
void snapshot_json_encode(const struct snapshot_head *h, struct strbuf *out);
/* Spans in the arena. 0, or with ERROR_ACTION_SKIP -EBADMSG (the member is named), -EILSEQ, -E2BIG, -ENOMEM. */
int snapshot_json_decode(struct span raw, struct arena *arena, struct snapshot_head *ret,
			 struct error *reterr) MUST_CHECK;

#endif
