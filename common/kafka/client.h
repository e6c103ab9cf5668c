/* SPDX-License-Identifier: Apache-2.0 */
/* client.h: what every Kafka client is set up with, and what a librdkafka error means for the one who got it.
 *
 * Ownership in librdkafka, as it bites: rd_kafka_new() takes the conf only on success; rd_kafka_producev() takes
 * headers only on success, and a payload only with F_FREE; topic-partition lists and rd_kafka_error_t are always ours.
 */
#ifndef SCOWIRE_KAFKA_CLIENT_H
#define SCOWIRE_KAFKA_CLIENT_H

#include "base/error.h"
#include "kafka/settings.h"
#include <librdkafka/rdkafka.h>

/* First member of whatever a client has as its opaque: the log callback writes there. */
struct kafka_owner {
	const struct log *log;
};

static inline void kafka_conf_destroyp(rd_kafka_conf_t **conf)
{
	if (*conf)
		rd_kafka_conf_destroy(*conf);
}

static inline void kafka_list_destroyp(rd_kafka_topic_partition_list_t **list)
{
	if (*list)
		rd_kafka_topic_partition_list_destroy(*list);
}

/* A conf with brokers, client id, log callback, what librdkafka 2.0.2 needs (socket.nagle.disable, retry.backoff.ms),
 * and then the -X properties. The caller sets its own on top with kafka_conf_set(); those of `reserved` (ends with
 * NULL) are refused as -X, since the pipeline would no longer be what it says.
 * Returns 0, or -EINVAL (ERROR_ACTION_STOP) with librdkafka's text on a wrong property. ret is the caller's. */
int kafka_conf_new(const struct kafka_settings *s, struct kafka_owner *owner, const char *const *reserved,
		   rd_kafka_conf_t **ret, struct error *reterr) MUST_CHECK;
/* The -X properties once more, for a caller that has set its own defaults since: what the user says wins. */
int kafka_conf_properties(const struct kafka_settings *s, rd_kafka_conf_t *conf, struct error *reterr) MUST_CHECK;
int kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct error *reterr) MUST_CHECK;

/* As rd_kafka_new(), which takes conf; on failure conf is destroyed. -EINVAL. */
rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct error *reterr) MUST_CHECK;

/* The class of an error by its code alone. STOP for what no repetition mends (authorisation, unsupported features, a
 * fenced static member), RETRY for the rest. */
enum error_action kafka_action(rd_kafka_resp_err_t code);

/* Turns the error of a transactional call into ours and destroys it. In this order, as rdkafka.h advises:
 * fatal: REOPEN, -ESTALE when fenced by another producer of the same id, else -EIO; needs an abort: RETRY, -EIO;
 * otherwise by kafka_action(). NULL gives 0. Retriable errors are the caller's: repeat the same call. */
int kafka_error_take(rd_kafka_error_t *e, const char *call, struct error *reterr);

/* Waits for an answer of any broker. Returns 0 or -ENOTCONN (ERROR_ACTION_STOP). */
int kafka_reach(rd_kafka_t *rk, const char *brokers, int timeout_ms, struct error *reterr) MUST_CHECK;

#endif
