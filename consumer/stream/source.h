/* SPDX-License-Identifier: Apache-2.0 */
/* source.h: where a worker's records come from. Implementations: kafka_source.c, files.c, memory.c.
 *
 * A source reads one topic in the name of a group and hands out one record at a time, borrowed until the next call.
 * It owns partitions for a while: it tells its listener when they come and go, always from inside poll() or rewind(),
 * so a worker needs no lock. Positions are read from it when the worker commits; it never commits by itself.
 */
#ifndef SCOWIRE_STREAM_SOURCE_H
#define SCOWIRE_STREAM_SOURCE_H

#include "base/error.h"
#include "base/record.h"

enum source_event {
	SOURCE_NOTHING, /* nothing within the time */
	SOURCE_RECORD,
	SOURCE_END, /* a source that reads until its end has handed out all that was there at the start */
};

#define SOURCE_NO_OFFSET INT64_C(-1)

struct source_partition {
	int32_t partition;
	int64_t committed; /* next offset that the group has committed, SOURCE_NO_OFFSET where none */
	int64_t start;	   /* where reading begins: the listener sets it, 0 is the beginning */
};

struct source_position {
	int32_t partition;
	int64_t next;	 /* after the record handed out last: what is committed; SOURCE_NO_OFFSET where none was */
	int64_t reached; /* all visible records below it were handed out; beyond `next` at the end of a log, where
			    control records follow; SOURCE_NO_OFFSET while unknown */
	int64_t end;	 /* of the log as far as known, or SOURCE_NO_OFFSET */
};

struct source_listener {
	void *ctx;
	/* Partitions are about to come: end what a predecessor left open, since its transaction hides positions. */
	int (*assigning)(void *ctx, struct error *reterr);
	/* These partitions are read from p[].start from now on: after an assignment and after a rewind. */
	int (*assigned)(void *ctx, struct source_partition *p, size_t n, struct error *reterr);
	/* All partitions go. Not lost: they are still owned, commit now. Lost: somebody else may have them already. */
	int (*revoked)(void *ctx, bool lost, struct error *reterr);
};

struct source;

struct source_ops {
	/* Returns enum source_event, or a negative errno with an action. */
	int (*poll)(struct source *s, int timeout_ms, struct record *ret, struct error *reterr);
	/* Goes back to the committed positions of the owned partitions, by way of listener.assigned(). */
	int (*rewind)(struct source *s, struct error *reterr);
	/* Positions of the owned partitions; at most cap. Returns how many. */
	size_t (*positions)(struct source *s, struct source_position *ret, size_t cap);
	/* Fills in the headers of the record that poll() returned last, where it did not. NULL: always filled. */
	void (*headers)(struct source *s, struct record *r);
	void (*free)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct source_listener listener; /* set by the worker before the first poll */
};

static inline void source_free(struct source *s)
{
	if (s)
		s->ops->free(s);
}
DEFINE_CLEANUP(struct source *, source_free)

#endif
