/* SPDX-License-Identifier: Apache-2.0 */
/* offload.h: a second thread for the records that take long, so that the first can read on.
 *
 * One worker takes the records in the order in which they were given, so what it makes of them is what the first thread
 * would have made. Records are copied: they are few among many.
 */
#ifndef SCOWIRE_COMMAND_OFFLOAD_H
#define SCOWIRE_COMMAND_OFFLOAD_H

#include "base/attr.h"
#include "base/error.h"
#include "base/record.h"

struct offload;

/* `work` runs on the worker alone, for each record; after its first failure it is not called again.
 * 0 or with ERROR_ACTION_STOP -ENOMEM, -EAGAIN (no thread). */
int offload_new(int (*work)(void *ctx, const struct record *in, struct error *reterr), void *ctx, struct offload **ret,
		struct error *reterr) MUST_CHECK;

/* Waits while much is waiting. Key and value count, and partition, offset and time. -ENOMEM. */
int offload_give(struct offload *o, const struct record *in, struct error *reterr) MUST_CHECK;

/* Waits until all is done, and ends the thread. Returns what `work` failed with, if it did; NULL is fine. */
int offload_finish(struct offload *o, struct error *reterr) MUST_CHECK;

#endif
