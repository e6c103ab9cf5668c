/* SPDX-License-Identifier: Apache-2.0 */
/* The properties that the two clients of a stage are made with, and those that -X may not touch. */
#include "stream/kafka_private.h"
#include <stdio.h>

#define MESSAGE_MAX_BYTES "100000000" /* of the client; the topics' limits count, see admit() */

rd_kafka_conf_t *kafka_consumer_conf(const struct kafka_stage *stage, struct kafka_owner *owner, struct error *reterr)
{
	rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = NULL;
	char timeout[16], heartbeat[16];
	static const char *const reserved[] = {"group.id",
					       "enable.auto.commit",
					       "enable.auto.offset.store",
					       "isolation.level",
					       "partition.assignment.strategy",
					       "enable.partition.eof",
					       "auto.offset.reset",
					       "session.timeout.ms",
					       NULL};

	snprintf(timeout, sizeof(timeout), "%d", stage->session_timeout_ms);
	snprintf(heartbeat, sizeof(heartbeat), "%d", stage->session_timeout_ms / 4);
	const char *const ours[][2] = {
		{"group.id", stage->group},
		{"group.instance.id", stage->group_instance_id},
		{"enable.auto.commit", "false"},
		{"enable.auto.offset.store", "false"},
		{"isolation.level", "read_committed"},
		{"partition.assignment.strategy", "range,roundrobin"},
		{"enable.partition.eof", "true"},
		{"auto.offset.reset", "earliest"},
		{"session.timeout.ms", timeout},
		{"heartbeat.interval.ms", heartbeat},
		{"fetch.wait.max.ms", "100"},
	};
	if (kafka_conf_new(stage->settings, owner, reserved, &conf, reterr) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (ours[i][1] && kafka_conf_set(conf, ours[i][0], ours[i][1], reterr) < 0)
			return NULL;
	return kafka_conf_properties(stage->settings, conf, reterr) < 0 ? NULL : TAKE_PTR(conf);
}

rd_kafka_conf_t *kafka_producer_conf(const struct kafka_stage *stage, struct kafka_owner *owner, struct error *reterr)
{
	rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = NULL;
	char timeout[16];
	static const char *const reserved[] = {"transactional.id", "transaction.timeout.ms", "enable.idempotence",
					       "acks", NULL};

	snprintf(timeout, sizeof(timeout), "%d", stage->session_timeout_ms * 4 / 5);
	const char *const ours[][2] = {
		{"transactional.id", stage->transactional_id},
		{"transaction.timeout.ms", timeout},
		{"message.timeout.ms", timeout},
		{"message.max.bytes", MESSAGE_MAX_BYTES},
		{"linger.ms", "5"},
	};
	if (kafka_conf_new(stage->settings, owner, reserved, &conf, reterr) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (kafka_conf_set(conf, ours[i][0], ours[i][1], reterr) < 0)
			return NULL;
	return kafka_conf_properties(stage->settings, conf, reterr) < 0 ? NULL : TAKE_PTR(conf);
}
