/* SPDX-License-Identifier: Apache-2.0 */
/* kafka.h: source and sink on a Kafka cluster: a member of a consumer group and a transactional producer. No rdkafka.h
 * here. What librdkafka 2.0.2 does wrong and how this stays clear of it stands beside the code (kafka_source.c,
 * kafka_sink.c), with the numbers of its issues.
 */
#ifndef SCOWIRE_STREAM_KAFKA_H
#define SCOWIRE_STREAM_KAFKA_H

#include "kafka/settings.h"
#include "stream/sink.h"
#include "stream/source.h"
#include <stdatomic.h>

struct kafka_stage {
	const struct kafka_settings *settings;
	const char *group;	       /* consumer group */
	const char *transactional_id;  /* stable for an instance: a restart ends what its predecessor left open */
	const char *group_instance_id; /* static membership, NULL for none */
	const char *topic;	       /* to read; names here are without the prefix of the settings */
	const char *const *out_topics; /* that will be written, ends with NULL */
	const int64_t *out_max_bytes;  /* max.message.bytes of each */
	int session_timeout_ms;	       /* a silent instance loses its partitions after it; a transaction times out
					  after four fifths of it, so that a successor never waits for one */
	bool until_end;		       /* stop at the ends as they are at the assignment */
	const atomic_bool *stop;       /* gives up waiting when set */
};

/* Makes both; the source is to be freed first. Borrows everything in `stage`, which must outlive them.
 * Nothing is sent yet. -EINVAL for a wrong property, -ENOMEM. */
int kafka_new(const struct kafka_stage *stage, struct source **ret_source, struct sink **ret_sink,
	      struct error *reterr) MUST_CHECK;

/* A sink that no source belongs to: it writes records, and where commit() is given positions, sets those of
 * stage->group in stage->topic, which must have no members then. Borrows everything in `stage`. Errors as kafka_new().
 */
int kafka_publisher_new(const struct kafka_stage *stage, struct sink **ret, struct error *reterr) MUST_CHECK;

#endif
