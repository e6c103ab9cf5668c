/* SPDX-License-Identifier: Apache-2.0 */
/* rereading.h: what a replay reads: the claims that are published, and what today's rules make of the items. */
#ifndef SCOWIRE_COMMAND_REREADING_H
#define SCOWIRE_COMMAND_REREADING_H

#include "command/topics.h"
#include "core/pack/pack.h"
#include "feed/claims_set.h"

struct rereading {
	const struct topics *topics;
	const struct pack *pack;
	struct claims_set live;	 /* sco.claims as it stands */
	struct claims_set fresh; /* of the items that were read again; without value: it says nothing any more */
	int64_t epoch;		 /* of the newest hand-over on sco.claims, 1 before the first */
	int64_t items, refused;	 /* read again; those that cannot be read, which say nothing */
	bool progress;		 /* on stderr */
	struct reading *reading; /* private: between the next three */
};

/* Opens news.items between two places: offsets, which are then of its only partition, or times; NULL is from the
 * beginning, to the end. From here on the log is read ahead, while the caller does something else. -EINVAL for any
 * other text. */
int rereading_begin(struct rereading *r, const char *from, const char *to, struct error *reterr) MUST_CHECK;

/* live and epoch, from sco.claims. A topic that is missing is empty. */
int rereading_live(struct rereading *r, struct error *reterr) MUST_CHECK;

/* fresh, from the items; needs the pack, and live. */
int rereading_items(struct rereading *r, struct error *reterr) MUST_CHECK;

/* Frees what rereading_begin() took; fine without it. */
void rereading_done(struct rereading *r);

#endif
