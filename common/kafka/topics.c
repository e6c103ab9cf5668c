/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/topics.h"
#include "kafka/client.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define REACH_MS 10000
#define REACH_STEP_MS 500
#define ADMIN_MS 30000
#define MAX_BYTES_NAME "max.message.bytes"
/* A segment is closed when the newest time stamp in it is segment.ms after the first. Ours are the news's own, and
 * those of transaction markers are the broker's: with the default of a week every commit of old news would close one.
 */
#define NEVER_BY_TIME                                                                                                  \
	{                                                                                                              \
		"segment.ms", "3153600000000"                                                                          \
	}
#define MAX_BYTES_UNKNOWN 1000012 /* Kafka's default, where a broker does not say */

struct topic_spec {
	const char *suffix; /* after the organisation, or the whole name */
	bool shared;	    /* of all organisations: the name is the suffix */
	int partitions;	    /* 0: as asked for */
	bool one_partition, compacted;
	const char *config[4][2];
	const char *key, *value, *consequence;
};

static const struct topic_spec specs[TOPIC_MAX_] = {
	[TOPIC_NEWS] = {.suffix = "news.items",
			.shared = true,
			.config = {{"retention.ms", "-1"}, {MAX_BYTES_NAME, "16777216"}, NEVER_BY_TIME},
			.key = "uri of the item",
			.value = "a news item, ninjs JSON",
			.consequence = "kept for ever, so that better rules can read it again; with a shorter "
				       "retention a replay sees only what is left"},
	[TOPIC_DEAD_LETTERS] = {.suffix = "news.items.dlq",
				.shared = true,
				.partitions = 1,
				.config = {{"retention.ms", "-1"}, {MAX_BYTES_NAME, "16842752"}, NEVER_BY_TIME},
				.key = "as in the input",
				.value = "the refused record, byte for byte; the reason is in the headers "
					 "__connect.errors.*",
				.consequence = "64 KiB above news.items, so that whatever came in also fits in here"},
	[TOPIC_CLAIMS] = {.suffix = ".claims",
			  .partitions = 1,
			  .one_partition = true,
			  .compacted = true,
			  .config = {{"cleanup.policy", "compact"},
				     {MAX_BYTES_NAME, "8454144"},
				     {"delete.retention.ms", "315360000000"},
				     NEVER_BY_TIME},
			  .key = "uri@version@versioncreated of the item",
			  .value = "what one version of one item says, schemas/claims.schema.json",
			  .consequence =
				  "compaction removes re-deliveries and re-extractions of one item version only; "
				  "the state can always be rebuilt from it. Tombstones, by which a replay or a reset "
				  "withdraws, stay for ten years: a view that is older than a tombstone and no longer "
				  "meets it would keep what was withdrawn (delete such a view)"},
	[TOPIC_CHANGES] = {.suffix = ".changes",
			   .partitions = 1,
			   .one_partition = true,
			   .config = {{"retention.ms", "-1"}, NEVER_BY_TIME},
			   .key = "slot",
			   .value = "a change event, CloudEvents 1.0 in binary mode, schemas/change.schema.json",
			   .consequence = "with a shorter retention a late subscriber starts from the state topic"},
	[TOPIC_STATE] = {.suffix = ".state",
			 .partitions = 1,
			 .one_partition = true,
			 .compacted = true,
			 .config = {{"cleanup.policy", "compact"}, {"segment.bytes", "16777216"}, NEVER_BY_TIME},
			 .key = "slot",
			 .value = "the spells of the slot as they stand, schemas/state.schema.json",
			 .consequence = "the snapshot for new subscribers; compacted in steps of 16 MiB"},
};

void topic_names_init(struct topic_names *n, const char *organisation)
{
	for (size_t i = 0; i < TOPIC_MAX_; i++)
		snprintf(n->name[i], sizeof(n->name[i]), "%s%s", specs[i].shared ? "" : organisation, specs[i].suffix);
}

void topics_markdown(struct strbuf *out)
{
	strbuf_addstr(out,
		      "| topic | partitions | created with | key | value | consequence |\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < TOPIC_MAX_; i++) {
		const struct topic_spec *s = &specs[i];

		strbuf_addf(out, "| `%s%s` | ", s->shared ? "" : "sco", s->suffix);
		if (s->partitions)
			strbuf_addf(out, "%d%s", s->partitions, s->one_partition ? ", required" : "");
		else
			strbuf_addstr(out, "`--partitions`");
		strbuf_addstr(out, " | ");
		for (size_t c = 0; c < ARRAY_SIZE(s->config) && s->config[c][0]; c++)
			strbuf_addf(out, "%s`%s=%s`", c ? " " : "", s->config[c][0], s->config[c][1]);
		strbuf_addf(out, " | %s | %s | %s |\n", s->key, s->value, s->consequence);
	}
}

/* What one call works on. */
struct admin {
	const struct kafka_settings *settings;
	rd_kafka_t *rk;
	rd_kafka_queue_t *queue;
	char names[TOPIC_MAX_][2 * TOPIC_NAME_MAX]; /* with prefix; empty where not wanted */
	int partitions[TOPIC_MAX_];		    /* present; 0 is missing */
};

static int io_error(struct error *reterr, const char *what, const char *text)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", what, text);
}

/* How many partitions the topics have; one metadata request. */
static int look(struct admin *a, struct error *reterr)
{
	const struct rd_kafka_metadata *m;
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;

	for (int waited = 0; code && waited < REACH_MS && !kafka_stopped(a->settings); waited += REACH_STEP_MS)
		code = rd_kafka_metadata(a->rk, 1, NULL, &m, REACH_STEP_MS);
	if (code && kafka_stopped(a->settings))
		return error_set(reterr, ERROR_ACTION_STOP, -ECANCELED, "asked to stop");
	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "no broker of %s answers: %s",
				 a->settings->brokers, rd_kafka_err2str(code));
	for (int t = 0; t < m->topic_cnt; t++)
		for (size_t i = 0; i < TOPIC_MAX_; i++)
			if (!strcmp(m->topics[t].topic, a->names[i]))
				a->partitions[i] = m->topics[t].partition_cnt;
	rd_kafka_metadata_destroy(m);
	return 0;
}

static rd_kafka_NewTopic_t *wish(const struct admin *a, size_t i, int partitions, int replication, struct error *reterr)
{
	const struct topic_spec *s = &specs[i];
	char text[256];
	rd_kafka_NewTopic_t *t = rd_kafka_NewTopic_new(a->names[i], s->partitions ? s->partitions : partitions,
						       replication, text, sizeof(text));

	if (!t) {
		io_error(reterr, a->names[i], text);
		return NULL;
	}
	for (size_t c = 0; c < ARRAY_SIZE(s->config) && s->config[c][0]; c++)
		rd_kafka_NewTopic_set_config(t, s->config[c][0], s->config[c][1]);
	return t;
}

/* The answer to CreateTopics. That somebody else was quicker is fine: the check follows. */
static int read_created(rd_kafka_event_t *event, struct error *reterr)
{
	size_t n;
	const rd_kafka_topic_result_t **results;

	if (!event)
		return io_error(reterr, "creating topics", "no answer");
	if (rd_kafka_event_error(event))
		return io_error(reterr, "creating topics", rd_kafka_event_error_string(event));
	results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &n);
	for (size_t i = 0; i < n; i++) {
		rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
		const char *text = rd_kafka_topic_result_error_string(results[i]);

		if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
			io_error(reterr, rd_kafka_topic_result_name(results[i]), text ? text : rd_kafka_err2str(code));
			error_prefix(reterr, "creating topic");
			return -EIO;
		}
	}
	return 0;
}

static int create_missing(struct admin *a, int partitions, int replication, struct error *reterr)
{
	rd_kafka_NewTopic_t *list[TOPIC_MAX_];
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < TOPIC_MAX_; i++)
		if (a->names[i][0] && !a->partitions[i]) {
			list[n] = wish(a, i, partitions, replication, reterr);
			r = list[n] ? 0 : -EIO;
			n += list[n] != NULL;
		}
	if (r == 0 && n) {
		rd_kafka_CreateTopics(a->rk, list, n, NULL, a->queue);
		rd_kafka_event_t *event = rd_kafka_queue_poll(a->queue, ADMIN_MS);
		r = read_created(event, reterr);
		if (event)
			rd_kafka_event_destroy(event);
	}
	rd_kafka_NewTopic_destroy_array(list, n);
	return r;
}

/* A created topic shows in the metadata a moment later. */
static int await_created(struct admin *a, struct error *reterr)
{
	for (int tries = 0;; tries++) {
		bool missing = false;
		int r = look(a, reterr);

		for (size_t i = 0; i < TOPIC_MAX_; i++)
			missing |= a->names[i][0] && !a->partitions[i];
		if (r < 0 || !missing)
			return r;
		if (tries == 100)
			return io_error(reterr, "creating topics", "created, but not there after ten seconds");
		rd_kafka_poll(a->rk, 100);
	}
}

static int check_partitions(const struct admin *a, struct error *reterr)
{
	for (size_t i = 0; i < TOPIC_MAX_; i++)
		if (a->names[i][0] && specs[i].one_partition && a->partitions[i] != 1)
			return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG,
					 "topic %s has %d partitions and needs one: its order is the order of changes",
					 a->names[i], a->partitions[i]);
	return 0;
}

static int check_entry(const struct admin *a, size_t i, const rd_kafka_ConfigEntry_t *entry, int64_t *ret_max,
		       struct error *reterr)
{
	const char *name = rd_kafka_ConfigEntry_name(entry), *value = rd_kafka_ConfigEntry_value(entry);

	if (value && !strcmp(name, MAX_BYTES_NAME))
		*ret_max = strtoll(value, NULL, 10);
	if (!value || strcmp(name, "cleanup.policy") || !specs[i].compacted == !strstr(value, "compact"))
		return 0;
	return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "topic %s has cleanup.policy=%s and needs %s",
			 a->names[i], value, specs[i].compacted ? "compact" : "delete");
}

static int read_configs(const struct admin *a, rd_kafka_event_t *event, int64_t max_bytes[TOPIC_MAX_],
			struct error *reterr)
{
	size_t n, n_entries;
	int r = 0;

	if (!event)
		return io_error(reterr, "describing topics", "no answer");
	if (rd_kafka_event_error(event))
		return io_error(reterr, "describing topics", rd_kafka_event_error_string(event));
	const rd_kafka_ConfigResource_t **resources =
		rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &n);
	for (size_t k = 0; r == 0 && k < n; k++) {
		const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resources[k], &n_entries);

		for (size_t i = 0; i < TOPIC_MAX_; i++)
			for (size_t e = 0; !strcmp(rd_kafka_ConfigResource_name(resources[k]), a->names[i]) && r == 0 &&
					   e < n_entries;
			     e++)
				r = check_entry(a, i, entries[e], &max_bytes[i], reterr);
	}
	return r;
}

static int check_configs(struct admin *a, int64_t max_bytes[TOPIC_MAX_], struct error *reterr)
{
	rd_kafka_ConfigResource_t *list[TOPIC_MAX_];
	size_t n = 0;

	for (size_t i = 0; i < TOPIC_MAX_; i++)
		if (a->names[i][0])
			list[n++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, a->names[i]);
	rd_kafka_DescribeConfigs(a->rk, list, n, NULL, a->queue);
	rd_kafka_event_t *event = rd_kafka_queue_poll(a->queue, ADMIN_MS);
	int r = read_configs(a, event, max_bytes, reterr);
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_ConfigResource_destroy_array(list, n);
	return r;
}

int kafka_topics_ensure(const struct kafka_settings *s, const struct topic_names *names, unsigned wanted,
			int partitions, int replication, int64_t ret_max_bytes[TOPIC_MAX_], struct error *reterr)
{
	struct kafka_owner owner = {s->log};
	struct admin a = {.settings = s};
	int64_t max_bytes[TOPIC_MAX_];
	rd_kafka_conf_t *conf;
	int r = kafka_conf_new(s, &owner, NULL, &conf, reterr);

	if (r < 0 || !(a.rk = kafka_client_new(RD_KAFKA_PRODUCER, conf, reterr)))
		return -EINVAL;
	a.queue = rd_kafka_queue_new(a.rk);
	for (size_t i = 0; i < TOPIC_MAX_; i++) {
		max_bytes[i] = MAX_BYTES_UNKNOWN;
		if (wanted & 1u << i)
			snprintf(a.names[i], sizeof(a.names[i]), "%s%s", s->topic_prefix, names->name[i]);
	}
	r = look(&a, reterr);
	if (r == 0)
		r = create_missing(&a, partitions, replication, reterr);
	if (r == 0)
		r = await_created(&a, reterr);
	if (r == 0)
		r = check_partitions(&a, reterr);
	if (r == 0)
		r = check_configs(&a, max_bytes, reterr);
	rd_kafka_queue_destroy(a.queue);
	rd_kafka_destroy(a.rk);
	if (r == 0 && ret_max_bytes)
		memcpy(ret_max_bytes, max_bytes, sizeof(max_bytes));
	return r;
}
