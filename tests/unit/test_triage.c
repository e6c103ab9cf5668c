/* SPDX-License-Identifier: Apache-2.0 */
/* What the Kafka sink makes of each error that a broker may answer with, and what works after it: one row a case, the
 * errors injected by librdkafka's mock cluster. The mock hides nothing, stores no offsets and fences nobody, so these
 * rows prove the triage only; exactly-once is proved by tests/kafka on a real broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kafka/client.h"
#include "stream/kafka_private.h"
#include <errno.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>

/* Keys of the Kafka protocol. */
enum api {
	PRODUCE = 0,
	INIT_PRODUCER_ID = 22,
	ADD_PARTITIONS = 24,
	ADD_OFFSETS = 25,
	END_TXN = 26,
	OFFSET_COMMIT = 28
};

struct row {
	const char *name;
	enum api api;
	rd_kafka_resp_err_t code;
	enum error_action action; /* of the commit; NONE: it succeeds */
	int error;
};

#define ERR(name) RD_KAFKA_RESP_ERR_##name

static const struct row rows[] = {
	{"nothing", OFFSET_COMMIT, ERR(NO_ERROR), ERROR_ACTION_NONE, 0},
	{"offsets: illegal generation", OFFSET_COMMIT, ERR(ILLEGAL_GENERATION), ERROR_ACTION_RETRY, -EIO},
	{"offsets: rebalance in progress", OFFSET_COMMIT, ERR(REBALANCE_IN_PROGRESS), ERROR_ACTION_RETRY, -EIO},
	{"offsets: unknown member", OFFSET_COMMIT, ERR(UNKNOWN_MEMBER_ID), ERROR_ACTION_RETRY, -EIO},
	{"offsets: fenced static member", OFFSET_COMMIT, ERR(FENCED_INSTANCE_ID), ERROR_ACTION_STOP, -ESTALE},
	{"offsets: coordinator moved", OFFSET_COMMIT, ERR(NOT_COORDINATOR), ERROR_ACTION_NONE, 0},
	{"add offsets: predecessor's marker", ADD_OFFSETS, ERR(CONCURRENT_TRANSACTIONS), ERROR_ACTION_NONE, 0},
	{"add partitions: predecessor's marker", ADD_PARTITIONS, ERR(CONCURRENT_TRANSACTIONS), ERROR_ACTION_NONE, 0},
	{"produce: fenced", PRODUCE, ERR(INVALID_PRODUCER_EPOCH), ERROR_ACTION_REOPEN, -ESTALE},
	{"produce: sequence lost", PRODUCE, ERR(OUT_OF_ORDER_SEQUENCE_NUMBER), ERROR_ACTION_REOPEN, -EIO},
	{"produce: too few replicas", PRODUCE, ERR(NOT_ENOUGH_REPLICAS), ERROR_ACTION_NONE, 0},
	{"produce: not authorised", PRODUCE, ERR(TOPIC_AUTHORIZATION_FAILED), ERROR_ACTION_STOP, -EIO},
	{"produce: too large", PRODUCE, ERR(MSG_SIZE_TOO_LARGE), ERROR_ACTION_RETRY, -EMSGSIZE},
	{"end: fenced by epoch", END_TXN, ERR(INVALID_PRODUCER_EPOCH), ERROR_ACTION_REOPEN, -ESTALE},
	{"end: fenced", END_TXN, ERR(PRODUCER_FENCED), ERROR_ACTION_REOPEN, -ESTALE},
	{"end: wrong state", END_TXN, ERR(INVALID_TXN_STATE), ERROR_ACTION_REOPEN, -EIO},
	{"end: producer id forgotten", END_TXN, ERR(INVALID_PRODUCER_ID_MAPPING), ERROR_ACTION_RETRY, -EIO},
	{"end: no coordinator yet", END_TXN, ERR(COORDINATOR_NOT_AVAILABLE), ERROR_ACTION_NONE, 0},
};

/* One mock cluster for all rows. */
struct fixture {
	rd_kafka_t *owner;
	rd_kafka_mock_cluster_t *cluster;
	struct log log;
	struct kafka_settings settings;
	struct kafka_stage stage;
	atomic_bool stop;
	int64_t max_bytes[2];
	const char *topics[3];
};

/* Not in *state: there each row finds itself. */
static struct fixture f;

static int start(void **state)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256];

	f = (struct fixture){.log = {.fd = -1, .level = LOG_LEVEL_ERROR}};
	rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", text, sizeof(text));
	f.owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	f.cluster = f.owner ? rd_kafka_handle_mock_cluster(f.owner) : NULL;
	if (!f.cluster)
		return -1;
	rd_kafka_mock_topic_create(f.cluster, "in", 1, 1);
	rd_kafka_mock_topic_create(f.cluster, "out", 1, 1);
	f.settings = (struct kafka_settings){.brokers = rd_kafka_mock_cluster_bootstraps(f.cluster),
					     .client_id = "t",
					     .topic_prefix = "",
					     .log = &f.log};
	f.max_bytes[0] = f.max_bytes[1] = 1000;
	f.topics[0] = "out";
	f.stage = (struct kafka_stage){.settings = &f.settings,
				       .group = "g",
				       .transactional_id = "t",
				       .topic = "in",
				       .out_topics = f.topics,
				       .out_max_bytes = f.max_bytes,
				       .session_timeout_ms = 10000,
				       .stop = &f.stop};
	(void)state;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	rd_kafka_destroy(f.owner);
	return 0;
}

static void ok(int r, const struct error *err)
{
	if (r < 0)
		fail_msg("%s", err->text);
}

/* One transaction with a record and a position. */
static int transact(struct sink *sink, struct error *reterr)
{
	struct record r = {.topic = SPAN_LIT("out"), .key = SPAN_LIT("k"), .value = SPAN_LIT("v"), .timestamp = 1};
	struct source_position p = {0, 5, 5, 5};
	struct error err = ERROR_INIT;

	ok(sink->ops->begin(sink, &err), &err);
	ok(sink->ops->emit(sink, &r, &err), &err);
	return sink->ops->commit(sink, &p, 1, reterr);
}

static void triage(void **state)
{
	const struct row *row = *state;
	struct source *source CLEANUP(source_freep) = NULL;
	struct sink *sink CLEANUP(sink_freep) = NULL;
	struct error err = ERROR_INIT;

	ok(kafka_new(&f.stage, &source, &sink, &err), &err);
	ok(sink->ops->open(sink, &err), &err);
	ok(transact(sink, &err),
	   &err); /* the first one also registers the group: the injected error meets the second */
	if (row->code)
		rd_kafka_mock_push_request_errors(f.cluster, (int16_t)row->api, 1, row->code);
	int r = transact(sink, &err);
	if (err.action != row->action || r != row->error)
		fail_msg("%s (%s), wanted %s (%s): %s", error_action_name(err.action), error_code_name(r),
			 error_action_name(row->action), error_code_name(row->error), err.text);
	if (row->action == ERROR_ACTION_STOP)
		return;
	/* Doing what the action says leads to a commit, if need be by way of a new producer: a refused record leaves a
	 * gap in the sequence numbers, which the next transaction stumbles over. */
	for (int tries = 0; r < 0 && tries < 3; tries++) {
		enum error_action action = err.action;
		err = ERROR_INIT;
		if (action == ERROR_ACTION_RETRY)
			ok(sink->ops->abort(sink, &err), &err);
		if (action == ERROR_ACTION_REOPEN) {
			assert_true(sink->ops->abort(sink, NULL) < 0); /* it says so, and does not hang */
			sink->ops->close(sink);
			ok(sink->ops->open(sink, &err), &err);
		}
		r = transact(sink, &err);
	}
	ok(r, &err);
}

static void an_id_that_is_not_allowed_stops(void **state)
{
	struct source *source CLEANUP(source_freep) = NULL;
	struct sink *sink CLEANUP(sink_freep) = NULL;
	struct error err = ERROR_INIT;

	(void)state;
	ok(kafka_new(&f.stage, &source, &sink, &err), &err);
	rd_kafka_mock_push_request_errors(f.cluster, INIT_PRODUCER_ID, 1,
					  RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
	assert_int_equal(sink->ops->open(sink, &err), -EIO);
	assert_int_equal(err.action, ERROR_ACTION_STOP);
	/* A closed sink says so. */
	err = ERROR_INIT;
	assert_true(sink->ops->begin(sink, &err) < 0);
	assert_int_equal(err.action, ERROR_ACTION_REOPEN);
}

static void a_record_that_cannot_fit_is_not_admitted(void **state)
{
	struct source *source CLEANUP(source_freep) = NULL;
	struct sink *sink CLEANUP(sink_freep) = NULL;
	char bytes[1100] = "";
	struct error err = ERROR_INIT;

	(void)state;
	ok(kafka_new(&f.stage, &source, &sink, &err), &err);
	for (size_t n = 0; n < sizeof(bytes); n += 50) {
		struct record r = {.topic = SPAN_LIT("out"), .value = span_of(bytes, n)};
		err = ERROR_INIT;
		int e = sink->ops->admit(sink, &r, &err);
		assert_int_equal(e, n + 128 > 1000 ? -E2BIG : 0);
		assert_int_equal(err.action, e ? ERROR_ACTION_SKIP : ERROR_ACTION_NONE);
	}
}

static void what_exactly_once_rests_on_cannot_be_overridden(void **state)
{
	static const struct {
		const char *name, *value, *text;
	} wrong[] = {
		{"enable.auto.commit", "true", "-X enable.auto.commit: exactly-once depends on it"},
		{"isolation.level", "read_uncommitted", "-X isolation.level"},
		{"group.id", "x", "-X group.id"},
		{"session.timeout.ms", "6000", "-X session.timeout.ms"},
		{"no.such.property", "1", "No such configuration property: \"no.such.property\""},
		{"fetch.wait.max.ms", "often", "fetch.wait.max.ms"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct option_property property = {wrong[i].name, wrong[i].value};
		struct kafka_settings settings = f.settings;
		struct kafka_stage stage = f.stage;
		struct source *source = NULL;
		struct sink *sink = NULL;
		struct error err = ERROR_INIT;

		settings.properties = &property;
		settings.n_properties = 1;
		stage.settings = &settings;
		assert_int_equal(kafka_new(&stage, &source, &sink, &err), -EINVAL);
		assert_null(source);
		if (!strstr(err.text, wrong[i].text))
			fail_msg("'%s' does not say '%s'", err.text, wrong[i].text);
	}
}

static void other_properties_win(void **state)
{
	struct option_property properties[] = {
		{"fetch.wait.max.ms", "7"}, {"linger.ms", "8"}, {"retry.backoff.ms", "9"}};
	struct kafka_settings settings = f.settings;
	struct kafka_stage stage = f.stage;
	struct kafka_owner owner = {&f.log};
	rd_kafka_conf_t *(*const make[])(const struct kafka_stage *, struct kafka_owner *,
					 struct error *) = {kafka_consumer_conf, kafka_producer_conf};

	(void)state;
	settings.properties = properties;
	settings.n_properties = ARRAY_SIZE(properties);
	stage.settings = &settings;
	for (size_t m = 0; m < ARRAY_SIZE(make); m++) {
		rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = make[m](&stage, &owner, NULL);
		assert_non_null(conf);
		for (size_t i = 0; i < ARRAY_SIZE(properties); i++) {
			char value[32];
			size_t n = sizeof(value);
			assert_int_equal(rd_kafka_conf_get(conf, properties[i].name, value, &n), RD_KAFKA_CONF_OK);
			assert_string_equal(value, properties[i].value);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(an_id_that_is_not_allowed_stops),
		cmocka_unit_test(a_record_that_cannot_fit_is_not_admitted),
		cmocka_unit_test(what_exactly_once_rests_on_cannot_be_overridden),
		cmocka_unit_test(other_properties_win),
	};
	struct CMUnitTest tests[ARRAY_SIZE(fixed) + ARRAY_SIZE(rows)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[ARRAY_SIZE(fixed) + i] = (struct CMUnitTest){rows[i].name, triage, NULL, NULL, (void *)&rows[i]};
	return _cmocka_run_group_tests("triage", tests, ARRAY_SIZE(tests), start, stop);
}
