/* SPDX-License-Identifier: Apache-2.0 */
/* tail.h: reads one topic without a group, from any place, to its end and on: for subscribers and for replays.
 * Implementations: tail_kafka.c, tail_files.c. Nothing is ever committed or written.
 *
 * Only what was committed is seen. Ends are told by TAIL_END, since offsets cannot tell: transaction markers have
 * offsets too. One thread.
 */
#ifndef SCOWIRE_STREAM_TAIL_H
#define SCOWIRE_STREAM_TAIL_H

#include "base/attr.h"
#include "base/error.h"
#include "base/record.h"
#include "kafka/settings.h"

enum tail_event {
	TAIL_NOTHING, /* nothing within the time */
	TAIL_RECORD,
	TAIL_END, /* all that is there now has been handed out; told once each time */
};

struct tail_part {
	int32_t partition;
	int64_t first, end; /* what there is, as of the last tail_bounds(): first offset, and the one after the last */
	int64_t next;	    /* where reading goes on */
};

struct tail;

struct tail_ops {
	int (*poll)(struct tail *t, int timeout_ms, struct record *ret, struct error *reterr);
	int (*moved)(struct tail *t, struct error *reterr);
	int (*bounds)(struct tail *t, struct error *reterr);
	int (*reach)(struct tail *t, struct error *reterr);
	int (*at_time)(struct tail *t, int64_t ms, struct error *reterr);
	void (*free)(struct tail *t);
};

struct tail {
	const struct tail_ops *ops;
	struct tail_part *parts; /* of the topic, by number; n of them */
	size_t n;
	bool seekable; /* any offset in [first, end) will do; else only those of records */
};

/* Opens the topic, whose name is without the prefix of the settings; reading begins at its first record.
 * Returns 0; -ENOENT no such topic; -ENOTCONN no broker answers; -EINVAL a wrong property; -ENOMEM. STOP. */
int tail_kafka_new(const struct kafka_settings *settings, const char *topic, struct tail **ret,
		   struct error *reterr) MUST_CHECK;
/* The same of a journal's directory, whose topics have one partition and are empty until written. -ENOENT where the
 * directory is no journal; -EIO, -EUCLEAN. */
int tail_files_new(const char *dir, const char *topic, struct tail **ret, struct error *reterr) MUST_CHECK;

static inline void tail_free(struct tail *t)
{
	if (t)
		t->ops->free(t);
}
DEFINE_CLEANUP(struct tail *, tail_free)

/* The next record, with its headers, borrowed until the next call; partitions in any order, records of one in theirs.
 * Returns enum tail_event, or a negative errno: -EIO, -ENOTCONN; -EUCLEAN no record starts at the offset set (files).
 */
static inline int tail_poll(struct tail *t, int timeout_ms, struct record *ret, struct error *reterr)
{
	return t->ops->poll(t, timeout_ms, ret, reterr);
}

/* Goes on from parts[].next, which the caller has set. An offset below `first` means the first. */
static inline int tail_seek(struct tail *t, struct error *reterr)
{
	return t->ops->moved(t, reterr);
}

/* Can the topic be reached? 0, or within a few seconds -ENOTCONN; -EIO, -EUCLEAN (files). */
static inline int tail_reach(struct tail *t, struct error *reterr)
{
	return t->ops->reach(t, reterr);
}

/* Asks for `first` and `end` of all partitions. -ENOTCONN. */
static inline int tail_bounds(struct tail *t, struct error *reterr)
{
	return t->ops->bounds(t, reterr);
}

/* Sets parts[].next to the first record whose timestamp is at least `ms`, or the end; call tail_seek() after it. Times
 * of records are those of the items, so they need not ascend. */
static inline int tail_at_time(struct tail *t, int64_t ms, struct error *reterr)
{
	return t->ops->at_time(t, ms, reterr);
}

#endif
