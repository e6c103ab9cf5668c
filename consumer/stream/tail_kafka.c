/* SPDX-License-Identifier: Apache-2.0 */
/* A consumer that assigns itself and joins no group. Ends are told by EOF events, as in kafka_source.c. Watermarks
 * under read_committed are last stable offsets (ListOffsets v2). */
#include "kafka/client.h"
#include "stream/kafka_nudge.h"
#include "stream/tail.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define REACH_MS 10000
#define WATERMARK_MS 5000
/* What may lie read ahead, of each partition: bytes of keys and values, and records, since each costs librdkafka some
 * hundred bytes more. So the memory of a reader is bounded whatever it reads and however far it lags. */
#define QUEUE_KBYTES 32768
#define QUEUE_RECORDS 30000

#define BATCH 256

struct kafka_tail {
	struct tail base;
	struct kafka_owner *owner; /* opaque of the client, which may still log while it is destroyed */
	const char *brokers;
	rd_kafka_t *rk;
	char *topic; /* with prefix */
	rd_kafka_message_t *message;
	rd_kafka_queue_t *queue;
	rd_kafka_message_t *batch[BATCH]; /* [at, n_batch) are still to be lent out */
	size_t at, n_batch;
	struct record_header *headers;
	size_t cap_headers;
	bool *ended; /* by partition: an EOF was the last event */
	bool assigned, end_told;
	struct kafka_nudge *nudge;
};

/* What was read ahead of an earlier assignment. */
static void drop_batch(struct kafka_tail *t)
{
	while (t->at < t->n_batch)
		rd_kafka_message_destroy(t->batch[t->at++]);
}

static int assign(struct kafka_tail *t, struct error *reterr)
{
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) =
		rd_kafka_topic_partition_list_new((int)t->base.n);

	for (size_t i = 0; i < t->base.n; i++) {
		const struct tail_part *p = &t->base.parts[i];
		rd_kafka_topic_partition_list_add(list, t->topic, p->partition)->offset =
			p->next > p->first ? p->next : RD_KAFKA_OFFSET_BEGINNING;
		t->ended[i] = false;
	}
	rd_kafka_resp_err_t code = rd_kafka_assign(t->rk, list);
	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "assign %s: %s", t->topic, rd_kafka_err2str(code));
	drop_batch(t);
	t->assigned = true;
	t->end_told = false;
	return 0;
}

static int moved(struct tail *base, struct error *reterr)
{
	return assign((struct kafka_tail *)base, reterr);
}

static void lend_headers(struct kafka_tail *t, struct record *r)
{
	rd_kafka_headers_t *list;
	const char *name;
	const void *value;
	size_t n, size;

	if (rd_kafka_message_headers(t->message, &list))
		return;
	n = rd_kafka_header_cnt(list);
	if (n > t->cap_headers) {
		struct record_header *h = reallocarray(t->headers, n, sizeof(*h));
		if (!h)
			return;
		t->headers = h;
		t->cap_headers = n;
	}
	for (size_t i = 0; i < n && !rd_kafka_header_get_all(list, i, &name, &value, &size); i++)
		t->headers[i] = (struct record_header){span_str(name), span_of(value, size)};
	r->headers = t->headers;
	r->n_headers = n;
}

static void lend(struct kafka_tail *t, struct record *ret)
{
	const rd_kafka_message_t *m = t->message;
	rd_kafka_timestamp_type_t type;

	*ret = (struct record){
		.topic = span_str(t->topic),
		.partition = m->partition,
		.offset = m->offset,
		.timestamp = rd_kafka_message_timestamp(m, &type),
		.key = span_of(m->key, m->key_len),
		.value = span_of(m->payload, m->len),
	};
	lend_headers(t, ret);
	t->base.parts[m->partition].next = m->offset + 1;
	t->ended[m->partition] = false;
	t->end_told = false;
}

static int at_eof(struct kafka_tail *t)
{
	int32_t p = t->message->partition;

	if ((size_t)p < t->base.n) {
		t->ended[p] = true;
		t->base.parts[p].next = t->message->offset;
	}
	for (size_t i = 0; i < t->base.n; i++)
		if (!t->ended[i])
			return TAIL_NOTHING;
	if (t->end_told)
		return TAIL_NOTHING;
	t->end_told = true;
	return TAIL_END;
}

/* The next message; what lies ready is taken in one go (no group, so rdkafka #4208 does not concern us), and only
 * where nothing does it is waited for one. */
static rd_kafka_message_t *next_message(struct kafka_tail *t, int timeout_ms)
{
	if (t->at == t->n_batch) {
		ssize_t n = rd_kafka_consume_batch_queue(t->queue, 0, t->batch, BATCH);

		t->at = 0;
		t->n_batch = n > 0 ? (size_t)n : 0;
	}
	return t->at < t->n_batch ? t->batch[t->at++] : rd_kafka_consumer_poll(t->rk, timeout_ms);
}

/* By the bounds that were asked for, nothing lies ahead: no need to wait until a fetch has found nothing. */
static bool is_at_end(const struct kafka_tail *t)
{
	for (size_t i = 0; i < t->base.n; i++)
		if (t->base.parts[i].end > t->base.parts[i].first && t->base.parts[i].end > t->base.parts[i].next)
			return false;
	return true;
}

static int poll_kafka(struct tail *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct kafka_tail *t = (struct kafka_tail *)base;

	if (!t->assigned) {
		if (assign(t, reterr) < 0)
			return -EIO;
		if (is_at_end(t)) {
			t->end_told = true;
			return TAIL_END;
		}
	}
	if (t->message)
		rd_kafka_message_destroy(t->message);
	t->message = next_message(t, timeout_ms);
	if (!t->message)
		return TAIL_NOTHING;
	rd_kafka_resp_err_t code = t->message->err;
	if (!code) {
		kafka_nudge_count(t->nudge, t->message);
		lend(t, ret);
		return TAIL_RECORD;
	}
	if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
		return at_eof(t);
	if (kafka_action(code) != ERROR_ACTION_RETRY || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "reading %s: %s", t->topic,
				 rd_kafka_message_errstr(t->message));
	return TAIL_NOTHING; /* a broker is away; librdkafka tries again */
}

/* Not by bounds(): the timeout of such a query is none in 2.0.2, where a broker that goes is waited for. */
static int reach(struct tail *base, struct error *reterr)
{
	struct kafka_tail *t = (struct kafka_tail *)base;

	return kafka_reach(t->rk, t->brokers, WATERMARK_MS, reterr);
}

static int bounds(struct tail *base, struct error *reterr)
{
	struct kafka_tail *t = (struct kafka_tail *)base;
	for (size_t i = 0; i < base->n; i++) {
		struct tail_part *p = &base->parts[i];
		int64_t first, end;
		rd_kafka_resp_err_t code =
			rd_kafka_query_watermark_offsets(t->rk, t->topic, p->partition, &first, &end, WATERMARK_MS);
		if (code)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "no broker of %s answers for %s: %s",
					 t->brokers, t->topic, rd_kafka_err2str(code));
		p->first = first;
		p->end = end;
	}
	return 0;
}

static int at_time(struct tail *base, int64_t ms, struct error *reterr)
{
	struct kafka_tail *t = (struct kafka_tail *)base;
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) =
		rd_kafka_topic_partition_list_new((int)base->n);

	for (size_t i = 0; i < base->n; i++)
		rd_kafka_topic_partition_list_add(list, t->topic, base->parts[i].partition)->offset = ms;
	rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(t->rk, list, WATERMARK_MS);
	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "offsets of %s by time: %s", t->topic,
				 rd_kafka_err2str(code));
	for (size_t i = 0; i < base->n; i++)
		base->parts[i].next = list->elems[i].offset >= 0 ? list->elems[i].offset : base->parts[i].end;
	return 0;
}

static void free_kafka(struct tail *base)
{
	struct kafka_tail *t = (struct kafka_tail *)base;

	if (t->message)
		rd_kafka_message_destroy(t->message);
	drop_batch(t);
	kafka_nudge_free(t->nudge);
	if (t->queue)
		rd_kafka_queue_destroy(t->queue);
	if (t->rk) {
		rd_kafka_consumer_close(t->rk);
		rd_kafka_destroy(t->rk);
	}
	free(t->headers);
	free(t->ended);
	free(t->base.parts);
	free(t->topic);
	free(t->owner);
	free(t);
}

static const struct tail_ops ops = {poll_kafka, moved, bounds, reach, at_time, free_kafka};

static rd_kafka_conf_t *make_conf(struct kafka_tail *t, const struct kafka_settings *s, struct error *reterr)
{
	static const char *const reserved[] = {"group.id", "enable.auto.commit", "isolation.level",
					       "enable.partition.eof", NULL};
	char kbytes[16], records[16];

	snprintf(kbytes, sizeof(kbytes), "%d", QUEUE_KBYTES);
	snprintf(records, sizeof(records), "%d", QUEUE_RECORDS);
	const char *const ours[][2] = {
		{"group.id", "scowire-tail"}, /* librdkafka wants one; it is never joined and nothing is committed */
		{"enable.auto.commit", "false"},       {"enable.auto.offset.store", "false"},
		{"isolation.level", "read_committed"}, {"enable.partition.eof", "true"},
		{"auto.offset.reset", "earliest"}, /* what retention has taken shows in the sequence */
		{"fetch.wait.max.ms", "100"},	       {"queued.max.messages.kbytes", kbytes},
		{"queued.min.messages", records}, /* in spite of its name the other limit (rdkafka #4275) */
	};
	rd_kafka_conf_t *conf CLEANUP(kafka_conf_destroyp) = NULL;

	if (kafka_conf_new(s, t->owner, reserved, &conf, reterr) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (kafka_conf_set(conf, ours[i][0], ours[i][1], reterr) < 0)
			return NULL;
	return TAKE_PTR(conf);
}

/* The partitions of the topic. */
static int discover(struct kafka_tail *t, struct error *reterr)
{
	rd_kafka_topic_t *topic = rd_kafka_topic_new(t->rk, t->topic, NULL);
	const struct rd_kafka_metadata *m = NULL;
	rd_kafka_resp_err_t code = rd_kafka_metadata(t->rk, 0, topic, &m, REACH_MS);
	int r = 0;

	rd_kafka_topic_destroy(topic);
	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "no broker of %s answers: %s", t->brokers,
				 rd_kafka_err2str(code));
	if (m->topic_cnt != 1 || m->topics[0].err || m->topics[0].partition_cnt < 1) {
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "there is no topic %s on %s", t->topic, t->brokers);
	} else {
		t->base.n = (size_t)m->topics[0].partition_cnt;
		t->base.parts = calloc(t->base.n, sizeof(*t->base.parts));
		t->ended = calloc(t->base.n, sizeof(*t->ended));
		if (!t->base.parts || !t->ended)
			r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		for (size_t i = 0; r == 0 && i < t->base.n; i++)
			t->base.parts[i].partition = (int32_t)i;
	}
	rd_kafka_metadata_destroy(m);
	return r;
}

int tail_kafka_new(const struct kafka_settings *settings, const char *topic, struct tail **ret, struct error *reterr)
{
	struct kafka_tail *t = calloc(1, sizeof(*t));
	rd_kafka_conf_t *conf;
	int r = -EINVAL;

	if (!t || !(t->owner = calloc(1, sizeof(*t->owner))) ||
	    asprintf(&t->topic, "%s%s", settings->topic_prefix, topic) < 0) {
		if (t)
			free(t->owner);
		free(t);
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	t->base = (struct tail){.ops = &ops, .seekable = true};
	t->owner->log = settings->log;
	t->brokers = settings->brokers;
	conf = make_conf(t, settings, reterr);
	t->rk = conf ? kafka_client_new(RD_KAFKA_CONSUMER, conf, reterr) : NULL;
	if (t->rk) {
		rd_kafka_poll_set_consumer(t->rk);
		t->queue = rd_kafka_queue_get_consumer(t->rk);
		r = discover(t, reterr);
	}
	if (r == 0)
		t->nudge = kafka_nudge_new(t->rk, t->topic, (size_t)QUEUE_KBYTES * 1024 / 2, QUEUE_RECORDS / 2);
	if (r == 0)
		r = bounds(&t->base, reterr);
	if (r < 0) {
		free_kafka(&t->base);
		return r;
	}
	*ret = &t->base;
	return 0;
}
