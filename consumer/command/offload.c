/* SPDX-License-Identifier: Apache-2.0 */
#include "command/offload.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define WAITING_MAX 256

struct job {
	struct record record;
	char bytes[]; /* key, then value */
};

struct offload {
	int (*work)(void *ctx, const struct record *in, struct error *reterr);
	void *ctx;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job *waiting[WAITING_MAX]; /* a ring */
	size_t first, n;
	bool closed; /* nothing more is given */
	int rc;	     /* of the worker until it has ended */
	struct error failure;
};

/* The next job, or NULL when there will be none. */
static struct job *next_job(struct offload *o)
{
	struct job *j = NULL;

	pthread_mutex_lock(&o->lock);
	while (!o->n && !o->closed)
		pthread_cond_wait(&o->changed, &o->lock);
	if (o->n) {
		j = o->waiting[o->first];
		o->first = (o->first + 1) % WAITING_MAX;
		o->n--;
		pthread_cond_signal(&o->changed);
	}
	pthread_mutex_unlock(&o->lock);
	return j;
}

static void *run(void *arg)
{
	struct offload *o = arg;

	for (struct job *j; (j = next_job(o));) {
		if (o->rc == 0)
			o->rc = o->work(o->ctx, &j->record, &o->failure);
		free(j);
	}
	return NULL;
}

int offload_new(int (*work)(void *ctx, const struct record *in, struct error *reterr), void *ctx, struct offload **ret,
		struct error *reterr)
{
	struct offload *o = calloc(1, sizeof(*o));

	if (!o)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	o->work = work;
	o->ctx = ctx;
	o->failure = ERROR_INIT;
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->changed, NULL);
	if (pthread_create(&o->thread, NULL, run, o)) {
		free(o);
		return error_set(reterr, ERROR_ACTION_STOP, -EAGAIN, "no thread to be had");
	}
	*ret = o;
	return 0;
}

static struct span put(char *at, struct span s)
{
	if (!s.p)
		return s;
	if (s.n)
		memcpy(at, s.p, s.n);
	return span_of(at, s.n);
}

int offload_give(struct offload *o, const struct record *in, struct error *reterr)
{
	struct job *j = malloc(sizeof(*j) + in->key.n + in->value.n + 1);

	if (!j)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	j->record = (struct record){.partition = in->partition, .offset = in->offset, .timestamp = in->timestamp};
	j->record.key = put(j->bytes, in->key);
	j->record.value = put(j->bytes + in->key.n, in->value);
	pthread_mutex_lock(&o->lock);
	while (o->n == WAITING_MAX)
		pthread_cond_wait(&o->changed, &o->lock);
	o->waiting[(o->first + o->n++) % WAITING_MAX] = j;
	pthread_cond_signal(&o->changed);
	pthread_mutex_unlock(&o->lock);
	return 0;
}

int offload_finish(struct offload *o, struct error *reterr)
{
	if (!o)
		return 0;
	pthread_mutex_lock(&o->lock);
	o->closed = true;
	pthread_cond_signal(&o->changed);
	pthread_mutex_unlock(&o->lock);
	pthread_join(o->thread, NULL);
	int rc = o->rc;
	if (rc < 0 && reterr && !reterr->code)
		*reterr = o->failure;
	pthread_mutex_destroy(&o->lock);
	pthread_cond_destroy(&o->changed);
	free(o);
	return rc;
}
