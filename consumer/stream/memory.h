/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h: a log in memory with a source and a sink on it: for tests of what runs on the loop, and of the loop's own
 * decisions, with failures on order. Follows the contract of a transactional log: nothing of an aborted transaction is
 * ever there, positions and records come together. One thread.
 */
#ifndef SCOWIRE_STREAM_MEMORY_H
#define SCOWIRE_STREAM_MEMORY_H

#include "stream/sink.h"
#include "stream/source.h"

/* A failure on order: the n-th call (from 1, counted over the log's life) of one kind answers with it. */
enum memory_call {
	MEMORY_OPEN,
	MEMORY_EMIT,
	MEMORY_COMMIT,
	MEMORY_ABORT,
	MEMORY_POLL,
	MEMORY_REWIND,
	MEMORY_CALL_MAX_
};

struct memory_failure {
	enum memory_call call;
	int nth;
	enum error_action action;
	int code;
	bool after; /* MEMORY_COMMIT: it did happen, only the answer is lost */
	bool lose;  /* MEMORY_POLL: the partition is lost (revoked and assigned anew) instead of an error */
};

struct memory_log;

/* failures: borrowed, n of them. max_bytes: records with a larger value are not admitted, 0 for no limit;
 * refuse_bytes: a commit with a larger value fails with -EMSGSIZE, as a broker with a smaller limit, 0 for never. */
struct memory_log *memory_log_new(const struct memory_failure *failures, size_t n, size_t max_bytes,
				  size_t refuse_bytes) MUST_CHECK;
void memory_log_free(struct memory_log *m); /* after its sources and sinks; NULL is fine */

/* Adds a committed record (copied), as some other writer would. Returns its offset, or -ENOMEM. */
int64_t memory_log_put(struct memory_log *m, const struct record *r);
/* The i-th committed record of a topic; false when there are fewer. */
bool memory_log_get(const struct memory_log *m, const char *topic, size_t i, struct record *ret);
/* The committed position of the one group; 0 at first. Offsets are counted per topic, from 0. */
int64_t memory_log_position(const struct memory_log *m);
void memory_log_set_position(struct memory_log *m, int64_t next);

/* A source that ends at the end of `topic`, and a sink. NULL when out of memory. */
struct source *memory_source_new(struct memory_log *m, const char *topic) MUST_CHECK;
struct sink *memory_sink_new(struct memory_log *m) MUST_CHECK;

#endif
