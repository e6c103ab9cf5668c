/* SPDX-License-Identifier: Apache-2.0 */
/* dead_letter.h: a refused record as it goes to the dead-letter topic: key, value, time stamp and headers unchanged,
 * and the reason in the headers that Kafka Connect uses (DeadLetterQueueReporter), so that its tools read them:
 *
 *     __connect.errors.topic, .partition, .offset   where it was
 *     __connect.errors.stage                        "extract", "fold": the processor that refused it
 *     __connect.errors.class.name                   "scowire.extract"
 *     __connect.errors.exception.class.name         the code, "EBADMSG"
 *     __connect.errors.exception.message            what is wrong with it, for people
 *     scowire.error.byte                            where in the value, when that is known
 */
#ifndef SCOWIRE_STREAM_DEAD_LETTER_H
#define SCOWIRE_STREAM_DEAD_LETTER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/record.h"

/* The dead letter of `in`, refused by `stage` for `why`. ret borrows from in, topic and the arena. 0 or -ENOMEM. */
int dead_letter_make(const struct record *in, const char *topic, const char *stage, const struct error *why,
		     struct arena *arena, struct record *ret) MUST_CHECK;

#endif
