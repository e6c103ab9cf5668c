/* SPDX-License-Identifier: Apache-2.0 */
#include "command/pipeline.h"
#include "command/change_lines.h"
#include "stream/files.h"
#include "stream/lines.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define BACKOFF_MS 50

void pipeline_init(struct pipeline *p, const struct command *c, const char *organisation, const struct log *log)
{
	const struct consumer_options *o = &c->values;

	*p = (struct pipeline){
		.options = o,
		.kafka = {.brokers = o->brokers,
			  .client_id = "scowire",
			  .topic_prefix = o->topic_prefix ? o->topic_prefix : "",
			  .properties = c->options.properties,
			  .n_properties = c->options.n_properties,
			  .log = log},
		.log = log,
	};
	topic_names_init(&p->topics, organisation);
	snprintf(p->instance, sizeof(p->instance), "%s", o->instance ? o->instance : "");
	if (!o->instance && gethostname(p->instance, sizeof(p->instance) - 1) < 0)
		snprintf(p->instance, sizeof(p->instance), "0");
}

void stage_init(struct stage *s, struct pipeline *p, struct processor processor, enum topic in, unsigned out)
{
	const struct consumer_options *o = p->options;
	size_t n = 0;

	*s = (struct stage){
		.pipeline = p, .processor = processor, .log = *p->log, .kafka = p->kafka, .error = ERROR_INIT};
	s->log.name = processor.name;
	snprintf(s->group, sizeof(s->group), "%s-%s", o->application, processor.name);
	snprintf(s->transactional_id, sizeof(s->transactional_id), "%s-%s", s->group, p->instance);
	snprintf(s->client_id, sizeof(s->client_id), "scowire-%s", processor.name);
	metrics_init(&s->metrics, processor.name, s->group, p->topics.name[in]);
	out |= 1u << TOPIC_DEAD_LETTERS;
	for (size_t t = 0; t < TOPIC_MAX_; t++)
		if (out & 1u << t) {
			s->out_topics[n] = p->topics.name[t];
			s->out_max_bytes[n++] = p->max_bytes[t];
		}
	s->kafka.client_id = s->client_id;
	s->kafka.log = &s->log;
	s->kafka_stage = (struct kafka_stage){
		.settings = &s->kafka,
		.group = s->group,
		.transactional_id = s->transactional_id,
		/* Whoever names an instance promises that the name is its own: then a restart need not wait until the
		 * group has missed its predecessor. */
		.group_instance_id = o->instance ? s->transactional_id : NULL,
		.topic = p->topics.name[in],
		.out_topics = s->out_topics,
		.out_max_bytes = s->out_max_bytes,
		.session_timeout_ms = (int)o->session_timeout_ms,
		.until_end = o->until_end,
		.stop = &p->stop,
	};
}

static int open_ends(struct stage *s, struct source **ret_source, struct sink **ret_sink)
{
	const struct consumer_options *o = s->pipeline->options;
	int r;

	if (s->in)
		r = lines_new(o->data, s->group, s->in, s->kafka_stage.topic, o->until_end, ret_source, ret_sink,
			      &s->error);
	else if (o->transport == TRANSPORT_FILES)
		r = files_new(o->data, s->group, s->kafka_stage.topic, o->until_end, ret_source, ret_sink, &s->error);
	else
		r = kafka_new(&s->kafka_stage, ret_source, ret_sink, &s->error);
	if (r == 0 && s->out &&
	    !(*ret_sink = change_lines_new(*ret_sink, s->pipeline->topics.name[TOPIC_CHANGES], s->out)))
		r = error_set(&s->error, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return r;
}

static int run_stage(struct stage *s)
{
	const struct pipeline *p = s->pipeline;
	const struct consumer_options *o = p->options;
	struct source *source CLEANUP(source_freep) = NULL;
	struct sink *sink CLEANUP(sink_freep) = NULL;
	int r = open_ends(s, &source, &sink);

	if (r < 0)
		return r;
	struct worker w = {
		.source = source,
		.sink = sink,
		.processor = &s->processor,
		.metrics = &s->metrics,
		.log = &s->log,
		.stop = &p->stop,
		.busy_since_ms = &s->busy_since_ms,
		.dead_letter_topic = p->topics.name[TOPIC_DEAD_LETTERS],
		.transaction_records = o->transaction_records,
		.transaction_ms = o->transaction_ms,
		.linger_ms = o->linger_ms,
		.backoff_ms = BACKOFF_MS,
		.give_up_ms = o->give_up_ms,
	};
	r = worker_run(&w, &s->error);
	/* The source leaves the group while the producer is still there; both before the thread is called ended, and
	 * under the watchdog, since leaving may block (#4187). */
	atomic_store(&s->busy_since_ms, worker_now_ms());
	source_free(TAKE_PTR(source));
	sink_free(TAKE_PTR(sink));
	atomic_store(&s->busy_since_ms, 0);
	return r;
}

static void *thread_main(void *arg)
{
	struct stage *s = arg;

	if (run_stage(s) < 0) {
		log_error(&s->log, "stopped", &s->error);
		metrics_set(&s->metrics, METRIC_FAILED, 1);
	} else {
		log_event(&s->log, LOG_LEVEL_INFO, "ended",
			  log_int("transactions", metrics_get(&s->metrics, METRIC_TRANSACTIONS_COMMITTED)),
			  log_int("commit_ms", metrics_get(&s->metrics, METRIC_TRANSACTION_US) / 1000),
			  log_int("emitted", metrics_get(&s->metrics, METRIC_RECORDS_EMITTED)),
			  log_int("silent", metrics_get(&s->metrics, METRIC_RECORDS_SILENT)),
			  log_int("dead_letters", metrics_get(&s->metrics, METRIC_RECORDS_DEAD_LETTER)));
	}
	atomic_store(&s->ended, true);
	return NULL;
}

int stage_start(struct stage *s, struct error *reterr)
{
	int e = pthread_create(&s->thread, NULL, thread_main, s);

	if (e)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "thread: %s", strerror(e));
	s->started = true;
	return 0;
}

void stage_join(struct stage *s)
{
	if (s->started && !s->joined)
		pthread_join(s->thread, NULL);
	s->joined = true;
}
