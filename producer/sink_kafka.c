/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/client.h"
#include "kafka/topics.h"
#include "sink.h"
#include <errno.h>
#include <stdlib.h>

#define REACH_MS 10000
#define BATCH_OVERHEAD 1024 /* of a batch of one, with its key, at most */
#define FLUSH_MS 100	    /* between looks at whether it is time to give up */

struct kafka_sink {
	struct kafka_owner owner; /* must be first: the log callback's opaque */
	struct sink sink;
	rd_kafka_t *rk;
	const char *topic;
	struct error failed; /* the first failed delivery since the last flush */
};

static struct kafka_sink *of(struct sink *s)
{
	return (struct kafka_sink *)((char *)s - offsetof(struct kafka_sink, sink));
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	struct kafka_sink *k = opaque;
	(void)rk;
	if (m->err)
		error_set(&k->failed, ERROR_ACTION_STOP, m->err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ? -ENOTCONN : -EIO,
			  "%s: %.*s: %s", k->topic, (int)m->key_len, (const char *)m->key, rd_kafka_err2str(m->err));
}

static int flush(struct sink *s, struct error *reterr)
{
	struct kafka_sink *k = of(s);

	/* Messages time out by themselves (message.timeout.ms), so this ends. */
	while (rd_kafka_flush(k->rk, FLUSH_MS) == RD_KAFKA_RESP_ERR__TIMED_OUT)
		;
	if (!k->failed.code)
		return 0;
	int code = error_set(reterr, k->failed.action, k->failed.code, "%s", k->failed.text);
	k->failed = ERROR_INIT;
	return code;
}

static int put(struct sink *s, const struct news_item *item, struct error *reterr)
{
	struct kafka_sink *k = of(s);
	rd_kafka_resp_err_t e;

	while ((e = rd_kafka_producev(k->rk, RD_KAFKA_V_TOPIC(k->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
				      RD_KAFKA_V_KEY(item->key.p, item->key.n),
				      RD_KAFKA_V_VALUE((void *)(uintptr_t)item->value.p, item->value.n),
				      RD_KAFKA_V_TIMESTAMP(item->timestamp), RD_KAFKA_V_END)) ==
	       RD_KAFKA_RESP_ERR__QUEUE_FULL)
		rd_kafka_poll(k->rk, FLUSH_MS);
	rd_kafka_poll(k->rk, 0);
	if (e == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		return error_set(reterr, ERROR_ACTION_SKIP, -E2BIG,
				 "%zu bytes, more than message.max.bytes: see -X message.max.bytes=N", item->value.n);
	if (e)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", k->topic, rd_kafka_err2str(e));
	if (k->failed.code)
		return flush(s, reterr);
	return 0;
}

static void kafka_sink_close(struct sink *s)
{
	struct kafka_sink *k = of(s);

	if (k->rk)
		rd_kafka_destroy(k->rk);
	free(k);
}

/* Creates news.items where it is missing; ret_max: the largest message that the topic takes, 0 where unknown. */
static int ensure_topic(const struct kafka_settings *settings, const char *topic, int partitions, int replication,
			int64_t *ret_max, struct error *reterr)
{
	struct topic_names names;
	int64_t max[TOPIC_MAX_] = {0};

	topic_names_init(&names, "sco"); /* whatever organisation: news.items belongs to all */
	if (strcmp(topic, names.name[TOPIC_NEWS]) != 0)
		return 0;
	int r = kafka_topics_ensure(settings, &names, 1U << TOPIC_NEWS, partitions, replication, max, reterr);
	*ret_max = max[TOPIC_NEWS];
	return r;
}

static int configure(struct kafka_sink *k, const struct kafka_settings *settings, int64_t max_bytes,
		     rd_kafka_conf_t **ret, struct error *reterr)
{
	static const char *const reserved[] = {"enable.idempotence", "transactional.id", "partitioner", NULL};
	rd_kafka_conf_t *conf = NULL;
	char max[32];
	int r = kafka_conf_new(settings, &k->owner, reserved, &conf, reterr);

	if (r == 0)
		r = kafka_conf_set(conf, "enable.idempotence", "true", reterr);
	/* As Java clients place keys: all versions of an item lie on one partition, whoever publishes them. */
	if (r == 0)
		r = kafka_conf_set(conf, "partitioner", "murmur2_random", reterr);
	if (r == 0 && max_bytes > BATCH_OVERHEAD) {
		snprintf(max, sizeof(max), "%lld", (long long)max_bytes - BATCH_OVERHEAD);
		r = kafka_conf_set(conf, "message.max.bytes", max, reterr);
	}
	if (r < 0) {
		if (conf)
			rd_kafka_conf_destroy(conf);
		return r;
	}
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	*ret = conf;
	return 0;
}

int sink_kafka_new(const struct kafka_settings *settings, const char *topic, int partitions, int replication,
		   struct sink **ret, struct error *reterr)
{
	struct kafka_sink *k = calloc(1, sizeof(*k));
	rd_kafka_conf_t *conf;
	int64_t max_bytes = 0;
	int r;

	if (!k)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	k->owner.log = settings->log;
	k->sink = (struct sink){put, flush, kafka_sink_close};
	k->topic = topic;
	k->failed = ERROR_INIT;
	r = ensure_topic(settings, topic, partitions, replication, &max_bytes, reterr);
	if (r == 0)
		r = configure(k, settings, max_bytes, &conf, reterr);
	if (r == 0) {
		k->rk = kafka_client_new(RD_KAFKA_PRODUCER, conf, reterr);
		r = k->rk ? kafka_reach(k->rk, settings->brokers, REACH_MS, reterr) : -EINVAL;
	}
	if (r < 0)
		kafka_sink_close(&k->sink);
	else
		*ret = &k->sink;
	return r;
}
