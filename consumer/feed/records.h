/* SPDX-License-Identifier: Apache-2.0 */
/* records.h: records of sco.state and sco.changes as what the follower takes, and as lines for people and programs. */
#ifndef SCOWIRE_FEED_RECORDS_H
#define SCOWIRE_FEED_RECORDS_H

#include "codec/change_read.h"
#include "codec/state_json.h"
#include "feed/follower.h"

struct feed_change {
	struct change_read read;
	struct feed_event event;
	struct feed_spell before, after; /* what `event` points at, so it must not be copied */
};

/* The value of a record of sco.state. Spans are in the arena. Errors as state_json_decode(). */
int feed_read_state(struct span value, struct arena *arena, struct feed_slot *ret, struct error *reterr) MUST_CHECK;
/* A record of sco.changes. Errors as change_read(). */
int feed_read_change(const struct record *r, struct arena *arena, struct feed_change *ret,
		     struct error *reterr) MUST_CHECK;

/* Which slots and spells are wanted: lists of words joined by commas, NULL for all. `slots` are names or
 * kinds, `kinds` the part before the slash; `statuses` those of a spell. */
struct feed_filter {
	const char *slots, *kinds, *statuses;
};

bool feed_filter_slot(const struct feed_filter *f, struct span slot);
bool feed_filter_status(const struct feed_filter *f, enum spell_status s);
/* A change passes if its slot does and the spell before or after it. A hand-over always passes. */
bool feed_filter_change(const struct feed_filter *f, const struct feed_change *c);
/* Refuses a status that there is none of: -EINVAL. */
int feed_filter_check(const struct feed_filter *f, struct error *reterr) MUST_CHECK;

/* A line for people, without newline: the change with what it changes to, the dates and the proof. */
void feed_line_change(const struct feed_change *c, struct strbuf *out);
void feed_line_spell(struct span slot, const struct spell *s, struct strbuf *out);

/* The value of a sco.state record again, from what the follower has: for snapshots in JSON. */
void feed_json_slot(const struct feed_slot *s, struct strbuf *out);

#endif
