/* SPDX-License-Identifier: Apache-2.0 */
/* A transactional producer. Traps of librdkafka 2.0.2 that shape it: a retriable error means the same call again
 * (#3003, #3041: another call leaves it stuck); nothing is begun after a fatal error (#4420: hangs); topics are known
 * before the first record (#5032: a second lost otherwise); producev, not produceva (#4627: frees headers twice). */
#include "stream/kafka_private.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define INIT_MS 1000
#define INIT_TRIES 20
#define CALL_TRIES 2 /* of a transactional call, each as long as the transaction may take */
#define QUEUE_FULL_MS 100
#define TOPICS_MAX 8
/* What the record format adds to key, value and headers: at most 70 of the batch and 42 of the record. */
#define RECORD_OVERHEAD 128
#define HEADER_OVERHEAD 10

struct out_topic {
	const char *name; /* without prefix */
	char *full_name;
	rd_kafka_topic_t *handle; /* of the present producer */
	int64_t max_bytes;
};

struct kafka_sink {
	struct sink base;
	struct kafka_owner owner; /* opaque of the producer: the sink is found from it */
	const struct kafka_stage *stage;
	rd_kafka_t *consumer, *rk; /* rk: NULL while closed */
	struct out_topic topics[TOPICS_MAX];
	size_t n_topics;
	rd_kafka_resp_err_t refused; /* first delivery failure of the transaction */
};

static struct kafka_sink *sink_of_owner(void *owner)
{
	return (struct kafka_sink *)((char *)owner - offsetof(struct kafka_sink, owner));
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	struct kafka_sink *s = sink_of_owner(opaque);

	(void)rk;
	/* Purged ones are the abort's own. */
	if (m->err && m->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE && m->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT &&
	    !s->refused)
		s->refused = m->err;
}

static struct out_topic *topic_find(struct kafka_sink *s, struct span name)
{
	for (size_t i = 0; i < s->n_topics; i++)
		if (span_eq_str(name, s->topics[i].name))
			return &s->topics[i];
	return NULL;
}

static void close_kafka(struct sink *base)
{
	struct kafka_sink *s = (struct kafka_sink *)base;

	if (!s->rk)
		return;
	rd_kafka_purge(s->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	for (size_t i = 0; i < s->n_topics; i++)
		if (s->topics[i].handle) {
			rd_kafka_topic_destroy(s->topics[i].handle);
			s->topics[i].handle = NULL;
		}
	rd_kafka_destroy(s->rk);
	s->rk = NULL;
}

/* Waits for, or ends, the predecessor's open transaction, and fences it. */
static int init_transactions(struct kafka_sink *s, struct error *reterr)
{
	rd_kafka_error_t *e = NULL;

	for (int i = 0; i < INIT_TRIES; i++) {
		e = rd_kafka_init_transactions(s->rk, INIT_MS);
		if (!e || !rd_kafka_error_is_retriable(e) || atomic_load(s->stage->stop) || i + 1 == INIT_TRIES)
			break;
		rd_kafka_error_destroy(e);
	}
	if (!e)
		return 0;
	bool unreachable = rd_kafka_error_is_retriable(e);
	struct error err = ERROR_INIT;
	int r = kafka_error_take(e, "init_transactions", &err);
	if (unreachable)
		return error_set(reterr, ERROR_ACTION_REOPEN, -ENOTCONN, "%s", err.text);
	if (reterr && !reterr->code)
		*reterr = err;
	return r;
}

static int open_kafka(struct sink *base, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	rd_kafka_conf_t *conf;

	if (s->rk)
		return 0;
	conf = kafka_producer_conf(s->stage, &s->owner, reterr);
	if (conf)
		rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	s->rk = conf ? kafka_client_new(RD_KAFKA_PRODUCER, conf, reterr) : NULL;
	if (!s->rk)
		return -EINVAL;
	for (size_t i = 0; i < s->n_topics; i++)
		s->topics[i].handle = rd_kafka_topic_new(s->rk, s->topics[i].full_name, NULL);
	int r = init_transactions(s, reterr);
	if (r < 0)
		close_kafka(base);
	return r;
}

static int begin_kafka(struct sink *base, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	char text[256];

	if (!s->rk)
		return error_set(reterr, ERROR_ACTION_REOPEN, -EIO, "the producer is closed");
	rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(s->rk, text, sizeof(text));
	if (fatal)
		return error_set(reterr, ERROR_ACTION_REOPEN, fatal == RD_KAFKA_RESP_ERR__FENCED ? -ESTALE : -EIO,
				 "producer: %s", text);
	s->refused = RD_KAFKA_RESP_ERR_NO_ERROR;
	return kafka_error_take(rd_kafka_begin_transaction(s->rk), "begin_transaction", reterr);
}

static int admit_kafka(struct sink *base, const struct record *r, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	const struct out_topic *t = topic_find(s, r->topic);
	size_t size = r->key.n + r->value.n + RECORD_OVERHEAD;

	for (size_t i = 0; i < r->n_headers; i++)
		size += r->headers[i].name.n + r->headers[i].value.n + HEADER_OVERHEAD;
	if (t && (int64_t)size > t->max_bytes)
		return error_set(reterr, ERROR_ACTION_SKIP, -E2BIG,
				 "a record of %zu bytes for %.*s, which takes %lld (max.message.bytes)", size,
				 SPAN_FMT(r->topic), (long long)t->max_bytes);
	return 0;
}

static rd_kafka_headers_t *headers_new(const struct record *r)
{
	rd_kafka_headers_t *list = r->n_headers ? rd_kafka_headers_new(r->n_headers) : NULL;

	for (size_t i = 0; i < r->n_headers; i++) {
		const struct record_header *h = &r->headers[i];
		rd_kafka_header_add(list, h->name.p, (ssize_t)h->name.n, h->value.p, (ssize_t)h->value.n);
	}
	return list;
}

static int emit_kafka(struct sink *base, const struct record *r, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	struct out_topic *t = topic_find(s, r->topic);
	rd_kafka_headers_t *headers = headers_new(r);
	int64_t timestamp = r->timestamp > 0 ? r->timestamp : 1; /* 0 would be the clock's; never that */
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;

	while (t) {
		code = rd_kafka_producev(s->rk, RD_KAFKA_V_RKT(t->handle), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
					 RD_KAFKA_V_KEY(r->key.p, r->key.n),
					 RD_KAFKA_V_VALUE((void *)(uintptr_t)r->value.p, r->value.n),
					 RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
		if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			break;
		rd_kafka_poll(s->rk, QUEUE_FULL_MS);
	}
	if (!code)
		return 0;
	if (headers)
		rd_kafka_headers_destroy(headers);
	char text[256];
	if (rd_kafka_fatal_error(s->rk, text, sizeof(text)))
		code = RD_KAFKA_RESP_ERR__FATAL;
	enum error_action action = code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ? ERROR_ACTION_STOP : kafka_action(code);
	return error_set(reterr, action, -EIO, "produce to %.*s: %s", SPAN_FMT(r->topic), rd_kafka_err2str(code));
}

/* Why a transaction must be aborted may only show in a delivery report. */
static int explain(struct kafka_sink *s, struct error *err, struct error *reterr)
{
	rd_kafka_poll(s->rk, 0);
	if (s->refused == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || s->refused == RD_KAFKA_RESP_ERR_INVALID_RECORD ||
	    s->refused == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
		return error_set(reterr, ERROR_ACTION_RETRY, -EMSGSIZE, "a record was refused: %s",
				 rd_kafka_err2str(s->refused));
	if (s->refused && kafka_action(s->refused) == ERROR_ACTION_STOP)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "a record was refused: %s",
				 rd_kafka_err2str(s->refused));
	if (reterr && !reterr->code)
		*reterr = *err;
	return err->code;
}

/* How long a transactional call may take. With -1, which is said to mean this, those of 2.0.2 wait for ever for a
 * broker that is away. */
static int call_ms(const struct kafka_sink *s)
{
	return s->stage->session_timeout_ms * 4 / 5;
}

/* Is the call to be made again? A broker that is away makes every call retriable, for ever; then the producer is
 * closed, and the next one learns at its opening what has become of the transaction. */
static bool again(const struct kafka_sink *s, const rd_kafka_error_t *e, int *tries)
{
	return e && rd_kafka_error_is_retriable(e) && !rd_kafka_error_txn_requires_abort(e) && ++*tries < CALL_TRIES &&
	       !atomic_load(s->stage->stop);
}

/* As kafka_error_take(), for an error that again() has given up. */
static int take_given_up(rd_kafka_error_t *e, const char *call, struct error *reterr)
{
	struct error err = ERROR_INIT;
	bool away = e && rd_kafka_error_is_retriable(e) && !rd_kafka_error_txn_requires_abort(e);
	int r = kafka_error_take(e, call, &err);

	if (away)
		return error_set(reterr, ERROR_ACTION_REOPEN, -ENOTCONN, "%s", err.text);
	if (r < 0 && reterr && !reterr->code)
		*reterr = err;
	return r;
}

static rd_kafka_error_t *send_offsets(struct kafka_sink *s, const struct source_position *positions, size_t n)
{
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) =
		rd_kafka_topic_partition_list_new((int)n + 1);
	char *topic = kafka_topic_name(s->stage, s->stage->topic);
	rd_kafka_error_t *e = NULL;
	int tries = 0;

	for (size_t i = 0; topic && i < n; i++)
		rd_kafka_topic_partition_list_add(list, topic, positions[i].partition)->offset = positions[i].next;
	free(topic);
	/* Fresh: its generation is what fences an instance that lost its partitions (KIP-447). */
	rd_kafka_consumer_group_metadata_t *group = s->consumer ? rd_kafka_consumer_group_metadata(s->consumer)
								: rd_kafka_consumer_group_metadata_new(s->stage->group);
	while (again(s, e = rd_kafka_send_offsets_to_transaction(s->rk, list, group, call_ms(s)), &tries))
		rd_kafka_error_destroy(e);
	rd_kafka_consumer_group_metadata_destroy(group);
	return e;
}

static int commit_kafka(struct sink *base, const struct source_position *positions, size_t n, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	struct error err = ERROR_INIT;
	rd_kafka_error_t *e = n || s->consumer ? send_offsets(s, positions, n) : NULL;

	int tries = 0;

	if (take_given_up(e, "send_offsets_to_transaction", &err) < 0)
		return explain(s, &err, reterr);
	while (again(s, e = rd_kafka_commit_transaction(s->rk, call_ms(s)), &tries))
		rd_kafka_error_destroy(e);
	if (take_given_up(e, "commit_transaction", &err) < 0)
		return explain(s, &err, reterr);
	return 0;
}

static int abort_kafka(struct sink *base, struct error *reterr)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	rd_kafka_error_t *e;
	char text[256];

	if (!s->rk || rd_kafka_fatal_error(s->rk, text, sizeof(text)))
		return s->rk ? error_set(reterr, ERROR_ACTION_REOPEN, -EIO, "producer: %s", text) : 0;
	int tries = 0;
	while (again(s, e = rd_kafka_abort_transaction(s->rk, call_ms(s)), &tries))
		rd_kafka_error_destroy(e);
	return take_given_up(e, "abort_transaction", reterr);
}

static void free_kafka(struct sink *base)
{
	struct kafka_sink *s = (struct kafka_sink *)base;

	close_kafka(base);
	for (size_t i = 0; i < s->n_topics; i++)
		free(s->topics[i].full_name);
	free(s);
}

static const struct sink_ops ops = {open_kafka,	  begin_kafka, admit_kafka, emit_kafka,
				    commit_kafka, abort_kafka, close_kafka, free_kafka};

int kafka_sink_new(const struct kafka_stage *stage, rd_kafka_t *consumer, struct sink **ret, struct error *reterr)
{
	struct kafka_sink *s = calloc(1, sizeof(*s));

	if (!s)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	s->base.ops = &ops;
	s->owner.log = stage->settings->log;
	s->stage = stage;
	s->consumer = consumer;
	for (; s->n_topics < TOPICS_MAX && stage->out_topics[s->n_topics]; s->n_topics++) {
		struct out_topic *t = &s->topics[s->n_topics];
		*t = (struct out_topic){.name = stage->out_topics[s->n_topics],
					.full_name = kafka_topic_name(stage, stage->out_topics[s->n_topics]),
					.max_bytes = stage->out_max_bytes[s->n_topics]};
		if (!t->full_name) {
			free_kafka(&s->base);
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		}
	}
	*ret = &s->base;
	return 0;
}

char *kafka_topic_name(const struct kafka_stage *stage, const char *name)
{
	char *full;

	return asprintf(&full, "%s%s", stage->settings->topic_prefix, name) < 0 ? NULL : full;
}

int kafka_new(const struct kafka_stage *stage, struct source **ret_source, struct sink **ret_sink, struct error *reterr)
{
	struct source *source CLEANUP(source_freep) = NULL;
	rd_kafka_t *consumer;
	int r = kafka_source_new(stage, &source, &consumer, reterr);

	if (r == 0)
		r = kafka_sink_new(stage, consumer, ret_sink, reterr);
	if (r == 0)
		*ret_source = TAKE_PTR(source);
	return r;
}

int kafka_publisher_new(const struct kafka_stage *stage, struct sink **ret, struct error *reterr)
{
	return kafka_sink_new(stage, NULL, ret, reterr);
}
