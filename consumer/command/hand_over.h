/* SPDX-License-Identifier: Apache-2.0 */
/* hand_over.h: the one transaction by which replay and reset change what is published (codec/epoch_json.h). */
#ifndef SCOWIRE_COMMAND_HAND_OVER_H
#define SCOWIRE_COMMAND_HAND_OVER_H

#include "command/topics.h"
#include "stream/kafka.h"

struct hand_over {
	const struct topics *topics;
	struct sink *sink;
	struct kafka_stage stage;
	const char *out_topics[2];
	int64_t max_bytes[TOPIC_MAX_], out_max_bytes[1];
	char transactional_id[128];
	atomic_bool stop;
	int64_t epoch, timestamp; /* of the markers: ms */
	struct span pack;
};

/* Opens a writer of its own name ("scowire-hand-over"), which fences another one that is at it, and writes the first
 * marker into an open transaction. group, in: whose positions hand_over_commit() is to set; NULL for none.
 * Errors: -ENOTCONN, -EIO, -EINVAL, -ENOMEM. Whatever ends the program before the commit leaves everything as it was.
 */
int hand_over_begin(struct hand_over *h, const struct topics *t, const char *group, enum topic in, int64_t epoch,
		    struct span pack, struct error *reterr) MUST_CHECK;
/* One item version: a tombstone, and its claims if value.p. */
int hand_over_put(struct hand_over *h, struct span key, struct span value, int64_t timestamp,
		  struct error *reterr) MUST_CHECK;
/* The last marker, and all of it at once. positions: of `group` in `in`, n of them. */
int hand_over_commit(struct hand_over *h, const struct source_position *positions, size_t n,
		     struct error *reterr) MUST_CHECK;
void hand_over_done(struct hand_over *h); /* drops what is not committed */

#endif
