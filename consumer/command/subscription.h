/* SPDX-License-Identifier: Apache-2.0 */
/* subscription.h: the follower (feed/follower.h) on the topics: where it begins, when it takes a new snapshot, what it
 * refuses. For subscribe.c and export.c.
 *
 * Where reading goes on after a snapshot. The end of sco.changes is asked for before sco.state is read: so the snapshot
 * covers every event before that end, and reading from there misses none. Events that it covers too are passed over.
 */
#ifndef SCOWIRE_COMMAND_SUBSCRIPTION_H
#define SCOWIRE_COMMAND_SUBSCRIPTION_H

#include "base/arena.h"
#include "command/topics.h"
#include "feed/cursor.h"
#include "feed/records.h"

/* Why the snapshot was taken. */
enum snapshot_reason {
	SNAPSHOT_START,	    /* the subscription begins */
	SNAPSHOT_FILE,	    /* it begins, with an exported one */
	SNAPSHOT_GAP,	    /* events are missing */
	SNAPSHOT_RETENTION, /* events before the first one that is left are missing */
	SNAPSHOT_EPOCH,	    /* a new epoch has begun */
	SNAPSHOT_DIVERGED,  /* an event did not fit what was known */
	SNAPSHOT_FOREIGN,   /* the cursor was of another feed, and --resnapshot said to go on */
	SNAPSHOT_REASON_MAX_
};

const char *snapshot_reason_name(enum snapshot_reason r); /* never NULL */

struct subscription;

/* What the subscriber does with it. A negative return ends the call that made it and is returned. */
struct subscription_listener {
	void *ctx;
	/* The whole state, in s->follower: everything told before is void. `missed` is where it had come to. */
	int (*snapshot)(void *ctx, const struct subscription *s, enum snapshot_reason why, struct feed_place missed,
			struct error *reterr);
	/* The next event, which has been applied. */
	int (*change)(void *ctx, const struct record *r, const struct feed_change *c, struct error *reterr);
};

struct subscription {
	const struct topics *topics;
	struct subscription_listener listener;
	bool raw;	 /* the listener wants only the place, name and id of a change, where the state is not kept */
	bool resnapshot; /* a cursor or file of another feed: a snapshot instead of an error */
	struct tail *changes;
	struct follower *follower;
	struct arena arena;
	struct cursor at;	/* how far it has come */
	struct cursor resumed;	/* the cursor it started from, until an event was applied; else epoch 0 */
	bool unchecked;		/* nothing has been held against that cursor yet */
	struct feed_place head; /* of the snapshot topic when the subscription began or took its last snapshot */
	bool adopt;		/* the next event is the first: nothing is known of earlier ones */
};

/* Opens sco.changes. Errors as topics_open(). */
int subscription_open(struct subscription *s, const struct topics *t, struct error *reterr) MUST_CHECK;
void subscription_close(struct subscription *s);

/* Only reads the snapshot topic, into s->follower and s->head. */
int subscription_state(struct subscription *s, struct error *reterr) MUST_CHECK;

/* One of the four ways to begin. Errors: -EUCLEAN of another feed or not one of ours, as a cursor or file that is
 * refused; -EIO, -ENOTCONN, -ENOMEM. */
int subscription_snapshot(struct subscription *s, enum snapshot_reason why, struct error *reterr) MUST_CHECK;
int subscription_resume(struct subscription *s, const struct cursor *c, struct error *reterr) MUST_CHECK;
int subscription_load(struct subscription *s, const char *path, struct error *reterr) MUST_CHECK;
/* "SEQ", "EPOCH:SEQ", or a time "YYYY-MM-DD", "YYYY-MM-DDTHH:MM:SSZ": from that event on. -EINVAL for any other text
 * or a place that the feed has not reached. */
int subscription_from(struct subscription *s, const char *from, struct error *reterr) MUST_CHECK;

/* Handles what comes within the time. Returns enum tail_event: TAIL_RECORD for any record, also one passed over.
 * -EUCLEAN: a record is no change event, the topics contradict each other, or a cursor is refused. */
int subscription_poll(struct subscription *s, int timeout_ms, struct error *reterr) MUST_CHECK;

/* Has everything before that offset of sco.changes been handled? While somebody writes, no TAIL_END comes. */
bool subscription_reached(const struct subscription *s, int64_t end);

#endif
