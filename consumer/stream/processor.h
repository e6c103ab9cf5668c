/* SPDX-License-Identifier: Apache-2.0 */
/* processor.h: what the worker loop runs: one stage, as a descriptor and its context.
 *
 * The worker polls a record, calls step(), which emits records to the output, and commits input positions and output
 * in one transaction. A processor with state keeps it in step with the transactions through the other callbacks:
 *
 *     position()     the next input offset that the durable state does not cover yet. On assignment the worker feeds
 *                    the records from there to the committed offset through step() with a silent output, which drops
 *                    what is emitted, and calls committed(): a restart replays the difference without publishing.
 *     committed()    the transaction that covers all steps so far has committed: make the state durable, with the
 *                    input offset that it covers inside it.
 *     rolled_back()  the transaction was aborted: go back to the state of the last committed().
 *
 * Callbacks that are NULL are a processor without state. Errors say what the worker does (base/error.h): after
 * ERROR_ACTION_SKIP the record goes to the dead-letter topic, unchanged, in the same transaction, and what the failed
 * step emitted is dropped.
 */
#ifndef SCOWIRE_STREAM_PROCESSOR_H
#define SCOWIRE_STREAM_PROCESSOR_H

#include "base/error.h"
#include "base/record.h"

/* Where a step puts its records: emit() copies r, whose topic, key, value, headers and timestamp count. */
struct output {
	int (*emit)(struct output *out, const struct record *r, struct error *reterr);
	bool silent; /* replaying: nothing is published, a processor may skip encoding */
};

struct processor {
	const char *name;	 /* "extract", "fold": metrics, logs, dead-letter headers */
	const char *input_topic; /* default name of the topic it reads */
	void *ctx;
	int (*step)(void *ctx, const struct record *in, struct output *out, struct error *reterr);
	int64_t (*position)(void *ctx, int32_t partition);
	int (*committed)(void *ctx, int32_t partition, int64_t next_offset, struct error *reterr);
	int (*rolled_back)(void *ctx, struct error *reterr);
};

#endif
