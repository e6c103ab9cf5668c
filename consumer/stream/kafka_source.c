/* SPDX-License-Identifier: Apache-2.0 */
/* A member of a consumer group. Traps of librdkafka 2.0.2 that shape it: no consume_batch (#4208: skips offsets around
 * rebalances), eager assignors only (#4059, #4381: cooperative ones lose the assignment), ends told by EOF events and
 * the last stable offset (#3917: control records take offsets, so lag by counting never reaches 0). */
#include "stream/kafka_nudge.h"
#include "stream/kafka_private.h"
#include "stream/metrics.h"
#include <errno.h>
#include <stdlib.h>

#define COMMITTED_MS 1000
#define COMMITTED_TRIES 60 /* a coordinator that comes up again needs some */
#define WATERMARK_MS 5000

/* What is known of one owned partition. */
struct partition {
	int32_t partition;
	int64_t eof;	 /* offset of the last EOF event, SOURCE_NO_OFFSET before one */
	int64_t stop_at; /* until_end: the end at the assignment */
	bool settled;	 /* stop_at covers what was written but not yet decided then */
};

struct kafka_source {
	struct source base;
	struct kafka_owner *owner; /* opaque of the client: points back here */
	const struct kafka_stage *stage;
	rd_kafka_t *rk;
	char *topic;				     /* with prefix */
	rd_kafka_message_t *message;		     /* lent out by poll() */
	rd_kafka_topic_partition_list_t *assignment; /* NULL while nothing is owned */
	struct partition *parts;		     /* of the assignment, in its order */
	struct record_header *headers;		     /* of `message` */
	size_t cap_headers;
	bool rejoin; /* an assignment could not be taken: ask the group for it anew */
	struct kafka_nudge *nudge;
	struct error failure; /* of a callback, returned by the poll that called it */
};

struct source_opaque {
	struct kafka_owner owner;
	struct kafka_source *source;
};

static struct partition *part_find(struct kafka_source *s, int32_t partition)
{
	for (int i = 0; s->assignment && i < s->assignment->cnt; i++)
		if (s->parts[i].partition == partition)
			return &s->parts[i];
	return NULL;
}

/* Committed offsets into list. Waits for transactions that are still being decided (the broker answers
 * UNSTABLE_OFFSET_COMMIT, librdkafka asks again). */
static int ask_committed(struct kafka_source *s, rd_kafka_topic_partition_list_t *list, struct error *reterr)
{
	rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;

	for (int i = 0; code && i < COMMITTED_TRIES && !atomic_load(s->stage->stop); i++) {
		code = rd_kafka_committed(s->rk, list, COMMITTED_MS);
		for (int p = 0; !code && p < list->cnt; p++)
			code = list->elems[p].err;
		if (code && kafka_action(code) == ERROR_ACTION_STOP)
			break;
	}
	if (code)
		return error_set(reterr, kafka_action(code), -ENOTCONN, "committed offsets of %s: %s", s->stage->group,
				 rd_kafka_err2str(code));
	return 0;
}

/* Asks for the committed positions of list, lets the listener say where to start, and writes that into list. */
static int place(struct kafka_source *s, rd_kafka_topic_partition_list_t *list, struct error *reterr)
{
	int r = ask_committed(s, list, reterr);
	struct source_partition *p = r < 0 ? NULL : calloc((size_t)list->cnt + 1, sizeof(*p));

	if (r < 0)
		return r;
	if (!p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	for (int i = 0; i < list->cnt; i++) {
		p[i].partition = list->elems[i].partition;
		p[i].committed = list->elems[i].offset >= 0 ? list->elems[i].offset : SOURCE_NO_OFFSET;
	}
	r = s->base.listener.assigned(s->base.listener.ctx, p, (size_t)list->cnt, reterr);
	for (int i = 0; r == 0 && i < list->cnt; i++)
		list->elems[i].offset = p[i].start > 0 ? p[i].start : RD_KAFKA_OFFSET_BEGINNING;
	free(p);
	return r;
}

static int note_ends(struct kafka_source *s, struct error *reterr)
{
	int64_t low;

	for (int i = 0; i < s->assignment->cnt; i++) {
		struct partition *p = &s->parts[i];

		*p = (struct partition){s->assignment->elems[i].partition, SOURCE_NO_OFFSET, SOURCE_NO_OFFSET, false};
		if (!s->stage->until_end)
			continue;
		/* Under read_committed this is the last stable offset (ListOffsets v2). */
		rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(s->rk, s->topic, p->partition, &low,
									    &p->stop_at, WATERMARK_MS);
		if (code)
			return error_set(reterr, kafka_action(code), -ENOTCONN, "end of %s[%d]: %s", s->topic,
					 p->partition, rd_kafka_err2str(code));
	}
	return 0;
}

static void forget_assignment(struct kafka_source *s)
{
	if (s->assignment)
		rd_kafka_topic_partition_list_destroy(s->assignment);
	s->assignment = NULL;
	free(s->parts);
	s->parts = NULL;
}

static int take_assignment(struct kafka_source *s, rd_kafka_topic_partition_list_t *list, struct error *reterr)
{
	int r = s->base.listener.assigning(s->base.listener.ctx, reterr);

	if (r < 0)
		return r;
	forget_assignment(s);
	s->assignment = rd_kafka_topic_partition_list_copy(list);
	s->parts = calloc((size_t)list->cnt + 1, sizeof(*s->parts));
	r = s->parts ? place(s, s->assignment, reterr) : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return r < 0 ? r : note_ends(s, reterr);
}

static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct kafka_source *s = ((struct source_opaque *)opaque)->source;
	struct source_listener *l = &s->base.listener;

	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && l->ctx) { /* no listener: the source is being freed */
		if (take_assignment(s, list, &s->failure) == 0) {
			rd_kafka_assign(rk, s->assignment);
			return;
		}
		s->rejoin = true;
	} else if (s->assignment && l->ctx) {
		l->revoked(l->ctx, rd_kafka_assignment_lost(rk), &s->failure);
	}
	forget_assignment(s);
	rd_kafka_assign(rk, NULL);
}

/* Has every partition been read to where it ended at the assignment? The end that the broker names is the last stable
 * offset, which may lie before records whose transaction has been committed, but whose marker is still on its way:
 * those that another stage wrote a moment ago. The first answer to a fetch has the high watermark, behind them. */
static bool at_end(struct kafka_source *s)
{
	struct source_position p[METRICS_PARTITIONS_MAX];

	if (!s->assignment)
		return false;
	size_t n = s->base.ops->positions(&s->base, p, ARRAY_SIZE(p));
	for (size_t i = 0; i < n; i++) {
		struct partition *part = &s->parts[i];

		if (!part->settled && p[i].end != SOURCE_NO_OFFSET) {
			part->settled = true;
			part->stop_at = p[i].end > part->stop_at ? p[i].end : part->stop_at;
		}
		if (!part->settled || p[i].reached < part->stop_at)
			return false;
	}
	return n == (size_t)s->assignment->cnt;
}

static int fail_message(struct kafka_source *s, struct error *reterr)
{
	rd_kafka_resp_err_t code = s->message->err;
	char text[256];

	if (code == RD_KAFKA_RESP_ERR__FATAL)
		code = rd_kafka_fatal_error(s->rk, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%s", rd_kafka_message_errstr(s->message));
	if (s->message->err == RD_KAFKA_RESP_ERR__FATAL || kafka_action(code) == ERROR_ACTION_STOP)
		return error_set(reterr, ERROR_ACTION_STOP,
				 code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? -ESTALE : -EIO, "reading %s: %s (%s)",
				 s->topic, text, rd_kafka_err2name(code));
	log_event(s->owner->log, LOG_LEVEL_WARNING, "consumer", log_str("error", rd_kafka_err2name(code)),
		  log_str("text", text));
	return SOURCE_NOTHING;
}

static void lend(struct kafka_source *s, struct record *ret)
{
	const rd_kafka_message_t *m = s->message;
	rd_kafka_timestamp_type_t type;

	*ret = (struct record){
		.topic = span_str(s->stage->topic),
		.partition = m->partition,
		.offset = m->offset,
		.timestamp = rd_kafka_message_timestamp(m, &type),
		.key = span_of(m->key, m->key_len),
		.value = span_of(m->payload, m->len),
	};
}

/* Joins the group, or joins it again, which drops the assignment. */
static int subscribe(struct kafka_source *s, struct error *reterr)
{
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) = rd_kafka_topic_partition_list_new(1);

	rd_kafka_topic_partition_list_add(list, s->topic, RD_KAFKA_PARTITION_UA);
	rd_kafka_resp_err_t code = rd_kafka_subscribe(s->rk, list);
	if (code)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "subscribe %s: %s", s->topic,
				 rd_kafka_err2str(code));
	return 0;
}

static int poll_kafka(struct source *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct kafka_source *s = (struct kafka_source *)base;

	if (s->rejoin) {
		s->rejoin = false;
		if (subscribe(s, reterr) < 0)
			return -EINVAL;
	}
	if (s->message)
		rd_kafka_message_destroy(s->message);
	s->message = rd_kafka_consumer_poll(s->rk, timeout_ms);
	if (s->failure.code) {
		struct error failure = s->failure;
		s->failure = ERROR_INIT;
		if (reterr && !reterr->code)
			*reterr = failure;
		return failure.code;
	}
	if (s->message && !s->message->err) {
		kafka_nudge_count(s->nudge, s->message);
		lend(s, ret);
		return SOURCE_RECORD;
	}
	if (s->message && s->message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		struct partition *p = part_find(s, s->message->partition);
		if (p)
			p->eof = s->message->offset;
	} else if (s->message) {
		return fail_message(s, reterr);
	}
	return s->stage->until_end && at_end(s) ? SOURCE_END : SOURCE_NOTHING;
}

static int rewind_kafka(struct source *base, struct error *reterr)
{
	struct kafka_source *s = (struct kafka_source *)base;

	if (!s->assignment)
		return 0;
	int r = place(s, s->assignment, reterr);
	if (r < 0)
		return r;
	/* The timeout of 2.0.2 is a thousand times too short (#4230): wait, then look at each partition. */
	rd_kafka_error_t *e = rd_kafka_seek_partitions(s->rk, s->assignment, -1);
	if (e)
		return kafka_error_take(e, "seek", reterr);
	for (int i = 0; i < s->assignment->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &s->assignment->elems[i];
		if (p->err)
			return error_set(reterr, ERROR_ACTION_RETRY, -EIO, "seek %s[%d]: %s", p->topic, p->partition,
					 rd_kafka_err2str(p->err));
		s->parts[i].eof = SOURCE_NO_OFFSET;
	}
	return 0;
}

/* In the order of the assignment. rd_kafka_position() is what the application has been given, plus one. */
static size_t positions_kafka(struct source *base, struct source_position *ret, size_t cap)
{
	struct kafka_source *s = (struct kafka_source *)base;
	size_t n = s->assignment ? (size_t)s->assignment->cnt : 0;

	if (n == 0)
		return 0;
	rd_kafka_topic_partition_list_t *list CLEANUP(kafka_list_destroyp) =
		rd_kafka_topic_partition_list_copy(s->assignment);
	if (rd_kafka_position(s->rk, list))
		return 0;
	for (size_t i = 0; i < n && i < cap; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];
		int64_t low, high, next = p->offset >= 0 && !p->err ? p->offset : SOURCE_NO_OFFSET;

		if (rd_kafka_get_watermark_offsets(s->rk, s->topic, p->partition, &low, &high) || high < 0)
			high = SOURCE_NO_OFFSET;
		int64_t eof = s->parts[i].eof;
		ret[i] = (struct source_position){p->partition, next, eof > next ? eof : next, high};
	}
	return n < cap ? n : cap;
}

static void headers_kafka(struct source *base, struct record *r)
{
	struct kafka_source *s = (struct kafka_source *)base;
	rd_kafka_headers_t *list;
	const char *name;
	const void *value;
	size_t n, size;

	if (!s->message || rd_kafka_message_headers(s->message, &list))
		return;
	n = rd_kafka_header_cnt(list);
	if (n > s->cap_headers) {
		struct record_header *h = reallocarray(s->headers, n, sizeof(*h));
		if (!h)
			return;
		s->headers = h;
		s->cap_headers = n;
	}
	for (size_t i = 0; i < n && !rd_kafka_header_get_all(list, i, &name, &value, &size); i++)
		s->headers[i] = (struct record_header){span_str(name), span_of(value, size)};
	r->headers = s->headers;
	r->n_headers = n;
}

static void free_kafka(struct source *base)
{
	struct kafka_source *s = (struct kafka_source *)base;

	if (s->message)
		rd_kafka_message_destroy(s->message);
	kafka_nudge_free(s->nudge);
	if (s->rk) {
		rd_kafka_consumer_close(s->rk); /* leaves the group: a successor need not wait for the timeout */
		rd_kafka_destroy(s->rk);
	}
	forget_assignment(s);
	free(s->headers);
	free(s->topic);
	free(s->owner);
	free(s);
}

static const struct source_ops ops = {poll_kafka, rewind_kafka, positions_kafka, headers_kafka, free_kafka};

static size_t conf_number(const rd_kafka_conf_t *conf, const char *name)
{
	char text[24] = "";
	size_t n = sizeof(text);

	if (rd_kafka_conf_get(conf, name, text, &n) != RD_KAFKA_CONF_OK)
		return SIZE_MAX / 1024;
	return (size_t)strtoull(text, NULL, 10);
}

int kafka_source_new(const struct kafka_stage *stage, struct source **ret, rd_kafka_t **ret_client,
		     struct error *reterr)
{
	struct kafka_source *s = calloc(1, sizeof(*s));
	struct source_opaque *opaque = calloc(1, sizeof(*opaque));
	rd_kafka_conf_t *conf;

	if (!s || !opaque || !(s->topic = kafka_topic_name(stage, stage->topic))) {
		free(s);
		free(opaque);
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	*opaque = (struct source_opaque){{stage->settings->log}, s};
	s->base.ops = &ops;
	s->owner = &opaque->owner;
	s->stage = stage;
	s->failure = ERROR_INIT;
	conf = kafka_consumer_conf(stage, s->owner, reterr);
	if (conf)
		rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	/* Whenever a third of what the queue may hold has been handed out. */
	size_t bytes = conf ? conf_number(conf, "queued.max.messages.kbytes") * 1024 / 3 : 0;
	size_t records = conf ? conf_number(conf, "queued.min.messages") / 3 : 0;
	s->rk = conf ? kafka_client_new(RD_KAFKA_CONSUMER, conf, reterr) : NULL;
	if (s->rk) {
		rd_kafka_poll_set_consumer(s->rk);
		s->nudge = kafka_nudge_new(s->rk, s->topic, bytes, records);
	}
	if (!s->rk || subscribe(s, reterr) < 0) {
		source_free(&s->base);
		return -EINVAL;
	}
	*ret = &s->base;
	*ret_client = s->rk;
	return 0;
}
