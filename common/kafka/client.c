/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/client.h"
#include <errno.h>

static enum log_level level_of_syslog(int level)
{
	return level <= 3 ? LOG_LEVEL_ERROR : level == 4 ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	const struct kafka_owner *owner = rd_kafka_opaque(rk);

	/* One set of -X properties serves consumers and producers; that some do not apply is no news. */
	if (!owner || !owner->log || !strcmp(facility, "CONFWARN"))
		return;
	log_event(owner->log, level_of_syslog(level), "librdkafka", log_str("facility", facility),
		  log_str("text", text));
}

void kafka_features(struct strbuf *out)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char features[512] = "";
	size_t n = sizeof(features);

	if (rd_kafka_conf_get(conf, "builtin.features", features, &n) != RD_KAFKA_CONF_OK)
		features[0] = '\0';
	strbuf_addf(out, "librdkafka %s (%s)", rd_kafka_version_str(), features);
	rd_kafka_conf_destroy(conf);
}

int kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct error *reterr)
{
	char text[256];

	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) != RD_KAFKA_CONF_OK)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "librdkafka: %s", text);
	return 0;
}

static int set_properties(const struct kafka_settings *s, const char *const *reserved, rd_kafka_conf_t *conf,
			  struct error *reterr)
{
	for (size_t i = 0; i < s->n_properties; i++) {
		const struct option_property *p = &s->properties[i];

		for (const char *const *r = reserved; r && *r; r++)
			if (!strcmp(*r, p->name))
				return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
						 "-X %s: exactly-once depends on it, scowire sets it itself", p->name);
		if (kafka_conf_set(conf, p->name, p->value, reterr) < 0)
			return -EINVAL;
	}
	return 0;
}

int kafka_conf_properties(const struct kafka_settings *s, rd_kafka_conf_t *conf, struct error *reterr)
{
	return set_properties(s, NULL, conf, reterr);
}

int kafka_conf_new(const struct kafka_settings *s, struct kafka_owner *owner, const char *const *reserved,
		   rd_kafka_conf_t **ret, struct error *reterr)
{
	const char *const ours[][2] = {
		{"bootstrap.servers", s->brokers},
		{"client.id", s->client_id},
		{"socket.nagle.disable", "true"}, /* on by default until 2.10 (#4986) */
		{"retry.backoff.ms", "5"},	  /* each CONCURRENT_TRANSACTIONS costs a transaction this much */
		{"log_level", "6"},
	};
	rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = rd_kafka_conf_new();

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (kafka_conf_set(conf, ours[i][0], ours[i][1], reterr) < 0)
			return -EINVAL;
	if (set_properties(s, reserved, conf, reterr) < 0)
		return -EINVAL;
	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_opaque(conf, owner);
	*ret = TAKE_PTR(conf);
	return 0;
}

rd_kafka_t *kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct error *reterr)
{
	char text[256];
	rd_kafka_t *rk = rd_kafka_new(type, conf, text, sizeof(text));

	if (rk)
		return rk;
	rd_kafka_conf_destroy(conf);
	error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "librdkafka: %s", text);
	return NULL;
}

enum error_action kafka_action(rd_kafka_resp_err_t code)
{
	switch (code) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		return ERROR_ACTION_NONE;
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
	case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
	case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
	case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
	case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
	case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
		return ERROR_ACTION_STOP;
	case RD_KAFKA_RESP_ERR__FATAL:
	case RD_KAFKA_RESP_ERR__FENCED:
		return ERROR_ACTION_REOPEN;
	default:
		return ERROR_ACTION_RETRY;
	}
}

int kafka_error_take(rd_kafka_error_t *e, const char *call, struct error *reterr)
{
	if (!e)
		return 0;
	rd_kafka_resp_err_t code = rd_kafka_error_code(e);
	bool fenced = code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
		      code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
	enum error_action action = kafka_action(code);

	if (action != ERROR_ACTION_STOP) {
		if (rd_kafka_error_is_fatal(e))
			action = ERROR_ACTION_REOPEN;
		else if (rd_kafka_error_txn_requires_abort(e) || rd_kafka_error_is_retriable(e))
			action = ERROR_ACTION_RETRY;
	}
	int r = error_set(reterr, action, fenced ? -ESTALE : -EIO, "%s: %s (%s)", call, rd_kafka_error_string(e),
			  rd_kafka_error_name(e));
	rd_kafka_error_destroy(e);
	return r;
}

int kafka_reach(rd_kafka_t *rk, const char *brokers, int timeout_ms, struct error *reterr)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, NULL, &metadata, timeout_ms);

	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "no broker of %s answers: %s", brokers,
				 rd_kafka_err2str(code));
	rd_kafka_metadata_destroy(metadata);
	return 0;
}
