/* SPDX-License-Identifier: Apache-2.0 */
/* kafka_private.h: what the Kafka source and sink share. */
#ifndef SCOWIRE_STREAM_KAFKA_PRIVATE_H
#define SCOWIRE_STREAM_KAFKA_PRIVATE_H

#include "kafka/client.h"
#include "stream/kafka.h"

/* "PREFIXname", malloc()ed; NULL when out of memory. */
char *kafka_topic_name(const struct kafka_stage *stage, const char *name) MUST_CHECK;

/* The conf of the consumer and of the producer, without callbacks. NULL: a wrong property, which reterr names. */
rd_kafka_conf_t *kafka_consumer_conf(const struct kafka_stage *stage, struct kafka_owner *owner,
				     struct error *reterr) MUST_CHECK;
rd_kafka_conf_t *kafka_producer_conf(const struct kafka_stage *stage, struct kafka_owner *owner,
				     struct error *reterr) MUST_CHECK;

/* The source, and its client: the sink needs the group's metadata, fresh at every commit. */
int kafka_source_new(const struct kafka_stage *stage, struct source **ret, rd_kafka_t **ret_client,
		     struct error *reterr) MUST_CHECK;
/* Borrows the consumer, which must be alive at every commit. */
int kafka_sink_new(const struct kafka_stage *stage, rd_kafka_t *consumer, struct sink **ret,
		   struct error *reterr) MUST_CHECK;

#endif
