/* SPDX-License-Identifier: Apache-2.0 */
/* worker.h: the one loop: poll, decode, step, encode, produce, commit, over any source, sink and processor.
 *
 * After librdkafka's examples/transactions.c, with what its measured traps add (ARCHITECTURE.md, "Exactly once"):
 * - positions are read from the source at the commit, never kept beside it, and outputs and positions are one
 *   transaction;
 * - partitions that go are committed inside the revocation, unless they are lost: then the transaction is aborted;
 * - after any failure the committed positions on the log decide, not what this process believes: a commit whose
 *   answer was lost is neither repeated nor forgotten;
 * - a processor's state follows: what the log has and the state has not is replayed in silence; a state that is ahead
 *   of the log is refused, since it belongs to another log.
 * A record that its processor refuses becomes a dead letter in the same transaction. Output that the log refuses for
 * what it is (too large by the broker's count) is traced to its record by transactions of one, and that record becomes
 * a dead letter too, so a poison output does not loop for ever.
 */
#ifndef SCOWIRE_STREAM_WORKER_H
#define SCOWIRE_STREAM_WORKER_H

#include "log/log.h"
#include "stream/metrics.h"
#include "stream/processor.h"
#include "stream/sink.h"
#include "stream/source.h"

struct worker {
	struct source *source;
	struct sink *sink;
	const struct processor *processor;
	struct metrics *metrics;
	const struct log *log;
	const atomic_bool *stop; /* set by a signal: finish the transaction and return */
	_Atomic int64_t
		*busy_since_ms; /* monotonic time at which a call that may hang began, 0 outside; for a watchdog */
	const char *dead_letter_topic;
	int64_t transaction_records; /* commit after so many input records, */
	int64_t transaction_ms;	     /* or so long after the first of them */
	int64_t linger_ms;	     /* with output waiting, commit when no input came for this time */
	int64_t backoff_ms; /* before the first retry; twice as long before each further one, up to five seconds */
	int64_t give_up_ms; /* stop when nothing could be committed for so long although it was tried; 0: never */
};

/* Runs until *stop, or the end of a source that has one. Returns 0 with everything committed, or the error that no
 * repetition mends, with the open transaction aborted. */
int worker_run(struct worker *w, struct error *reterr) MUST_CHECK;

/* Monotonic clock, milliseconds. */
int64_t worker_now_ms(void);

#endif
