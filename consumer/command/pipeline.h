/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.h: one stage of the pipeline in its thread: source, sink, processor and worker, put together from options.
 * For run.c, which starts, watches and ends them. */
#ifndef SCOWIRE_COMMAND_PIPELINE_H
#define SCOWIRE_COMMAND_PIPELINE_H

#include "command/command.h"
#include "kafka/topics.h"
#include "log/log.h"
#include "stream/kafka.h"
#include "stream/worker.h"
#include <pthread.h>
#include <stdio.h>

/* What the stages of a process share; all of it is set before the first starts. */
struct pipeline {
	const struct consumer_options *options;
	struct kafka_settings kafka;
	struct topic_names topics;
	int64_t max_bytes[TOPIC_MAX_]; /* of a record, by topic; Kafka only */
	char instance[128];	       /* --instance, else the host's name */
	const struct log *log;
	atomic_bool stop;
};

struct stage {
	struct pipeline *pipeline;
	struct processor processor;
	struct log log; /* the pipeline's, with the stage's name */
	struct metrics metrics;
	char group[128], transactional_id[256], client_id[64];
	const char *out_topics[TOPIC_MAX_ + 1];
	int64_t out_max_bytes[TOPIC_MAX_];
	struct kafka_settings kafka;
	struct kafka_stage kafka_stage;
	const char *in; /* items as lines instead of the topic; NULL: the topic */
	FILE *out;	/* changes as lines too; NULL: only the topic */

	pthread_t thread;
	bool started, joined;
	atomic_bool ended;
	_Atomic int64_t busy_since_ms;
	struct error error; /* after the end; unset when it went well */
};

/* Names the instance and fills the shared parts; nothing is opened. */
void pipeline_init(struct pipeline *p, const struct command *c, const char *organisation, const struct log *log);

/* s for a processor that reads topic `in` and writes those of the bit set `out`, and dead letters. */
void stage_init(struct stage *s, struct pipeline *p, struct processor processor, enum topic in, unsigned out);

/* Starts the thread, which opens everything, runs the worker and closes again. */
int stage_start(struct stage *s, struct error *reterr) MUST_CHECK;
/* Waits for the thread, when it was started. */
void stage_join(struct stage *s);

#endif
