/* SPDX-License-Identifier: Apache-2.0 */
/* kafka_nudge.h: keeps a consumer's broker threads awake. Private to stream/kafka_*.c and tail_kafka.c.
 *
 * A broker thread of librdkafka 2.0.2 that finds its queue full (queued.max.messages.kbytes or, in spite of its name,
 * queued.min.messages: rdkafka #4275) sleeps for up to a second, however soon the queue is empty again
 * (fetch.queue.backoff.ms came with 2.2.0). A request wakes it. The answer comes behind those of the fetches that are
 * on their way, so it is a thread of its own that waits for it, and the reader reads on.
 */
#ifndef SCOWIRE_STREAM_KAFKA_NUDGE_H
#define SCOWIRE_STREAM_KAFKA_NUDGE_H

#include "kafka/client.h"

struct kafka_nudge;

/* Nudges after so many bytes or records have been handed out; the topic is borrowed. NULL: no memory or no thread,
 * which costs speed alone. */
struct kafka_nudge *kafka_nudge_new(rd_kafka_t *rk, const char *topic, size_t bytes, size_t records) MUST_CHECK;

/* Before the client is closed. Waits for a request that is on its way, a second at most. NULL is fine. */
void kafka_nudge_free(struct kafka_nudge *n);

/* m has been handed out. NULL is fine. */
void kafka_nudge_count(struct kafka_nudge *n, const rd_kafka_message_t *m);

#endif
