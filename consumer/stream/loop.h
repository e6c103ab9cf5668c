/* SPDX-License-Identifier: Apache-2.0 */
/* loop.h: the state of one run of a worker, shared by worker.c (the steps) and recover.c (partitions and failures). */
#ifndef SCOWIRE_STREAM_LOOP_H
#define SCOWIRE_STREAM_LOOP_H

#include "stream/staging.h"
#include "stream/worker.h"

struct owned {
	int32_t partition;
	int64_t restore_until; /* records below it are replayed in silence; 0: the state is up to date */
};

struct loop {
	struct worker *w;
	struct owned *owned;
	struct source_position *positions; /* scratch, as many as owned */
	size_t n_owned, cap_owned;

	bool open;	/* a transaction */
	bool rewinding; /* the source places its partitions anew; no other assignment has come */
	bool has_output;
	int64_t records, begun_ms, input_ms; /* input_ms: when the last record came */
	int32_t last_partition;		     /* of the record handled last */
	int64_t last_offset;
	struct staging staging;

	int failures;		  /* in a row, without a commit */
	int fences;		  /* of those, by another producer of the same name */
	int64_t failing_since_ms; /* the first of them, or partitions lost; 0: the log answers */
	struct error last_failure;
	int64_t isolate; /* so many records still go in transactions of one */
	struct {
		struct error error; /* unset: none */
		int32_t partition;
		int64_t offset;
	} poison; /* the record whose output the log refuses */

	int64_t count[METRIC_MAX_]; /* since the last report */
	int64_t reported_ms;
};

/* Also makes the loop the listener of its source. */
void loop_init(struct loop *l, struct worker *w);
void loop_done(struct loop *l);

int loop_open(struct loop *l, struct error *reterr) MUST_CHECK;
/* Commits what is open; without a transaction nothing happens. */
int loop_commit(struct loop *l, struct error *reterr) MUST_CHECK;
/* Drops what is open, best effort: the way out. */
void loop_abandon(struct loop *l);
/* 0, or the error that ends the run, in reterr, when the log has been away for longer than the worker shall wait. */
int loop_patience(struct loop *l, struct error *reterr) MUST_CHECK;
/* Does what err.action says. Returns 0 to go on, or the error that ends the run, in reterr. */
int loop_recover(struct loop *l, struct error *err, struct error *reterr) MUST_CHECK;
/* Moves the counts into the metrics, and positions and readiness. */
void loop_report(struct loop *l);
/* Around every call that may hang. */
void loop_busy(struct loop *l, bool busy);

#endif
