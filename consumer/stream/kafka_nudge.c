/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/kafka_nudge.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define ANSWER_MS 1000

struct kafka_nudge {
	rd_kafka_t *rk;
	const char *topic;
	size_t every_bytes, every_records;
	size_t bytes, records; /* handed out since the last one */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	int32_t partition;
	bool wanted, closed;
};

/* Waits until a nudge is wanted. False: never again. */
static bool next_nudge(struct kafka_nudge *n, int32_t *ret_partition)
{
	bool open;

	pthread_mutex_lock(&n->lock);
	while (!n->wanted && !n->closed)
		pthread_cond_wait(&n->changed, &n->lock);
	open = !n->closed;
	n->wanted = false;
	*ret_partition = n->partition;
	pthread_mutex_unlock(&n->lock);
	return open;
}

static void *run(void *arg)
{
	struct kafka_nudge *n = arg;
	int32_t partition;
	int64_t low, high;

	while (next_nudge(n, &partition))
		(void)rd_kafka_query_watermark_offsets(n->rk, n->topic, partition, &low, &high, ANSWER_MS);
	return NULL;
}

struct kafka_nudge *kafka_nudge_new(rd_kafka_t *rk, const char *topic, size_t bytes, size_t records)
{
	struct kafka_nudge *n = calloc(1, sizeof(*n));
	sigset_t all, mask;

	if (!n)
		return NULL;
	n->rk = rk;
	n->topic = topic;
	n->every_bytes = bytes;
	n->every_records = records;
	pthread_mutex_init(&n->lock, NULL);
	pthread_cond_init(&n->changed, NULL);
	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	int failed = pthread_create(&n->thread, NULL, run, n);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (failed) {
		free(n);
		return NULL;
	}
	return n;
}

static void tell(struct kafka_nudge *n, int32_t partition, bool closed)
{
	pthread_mutex_lock(&n->lock);
	n->wanted = !closed;
	n->closed = closed;
	n->partition = partition;
	pthread_cond_signal(&n->changed);
	pthread_mutex_unlock(&n->lock);
}

void kafka_nudge_free(struct kafka_nudge *n)
{
	if (!n)
		return;
	tell(n, 0, true);
	pthread_join(n->thread, NULL);
	pthread_mutex_destroy(&n->lock);
	pthread_cond_destroy(&n->changed);
	free(n);
}

void kafka_nudge_count(struct kafka_nudge *n, const rd_kafka_message_t *m)
{
	if (!n)
		return;
	n->bytes += m->len + m->key_len;
	n->records++;
	if (n->bytes <= n->every_bytes && n->records <= n->every_records)
		return;
	n->bytes = n->records = 0;
	tell(n, m->partition, false);
}
