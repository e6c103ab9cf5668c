/* SPDX-License-Identifier: Apache-2.0 */
/* run: the pipeline, each stage a worker in a thread of its own, with a transaction of its own.
 *
 * The main thread watches: signals (the first one ends, the second ends at once), calls that hang, stages that end.
 */
#include "command/command.h"
#include "command/pack_dir.h"
#include "command/pipeline.h"
#include "core/pack/pack.h"
#include "serve/health.h"
#include "serve/questions.h"
#include "stage/extract.h"
#include "stage/fold.h"
#include "stage/fold_rules.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCH_MS 50
#define SHUTDOWN_MS 8000 /* of the ten seconds that a SIGTERM may take */
#define HUNG_FACTOR 6	 /* a call that takes so many session timeouts hangs; init_transactions may take one minute */

struct run {
	struct pipeline pipeline;
	struct pack *pack;
	struct extract *extract;
	struct fold *fold;
	struct arena memory; /* of the fold's options */
	struct stage stages[2];
	size_t n_stages;
	struct metrics *metrics[2]; /* of the stages */
	struct health health;
	struct questions questions; /* where the fold runs here */
	struct server_route routes[HEALTH_ROUTES + QUESTIONS_ROUTES];
	struct server *server;
	FILE *out; /* of --out */
	sigset_t signals;
	int signals_seen;
	int64_t stop_at; /* monotonic; when stopping must have ended, 0 while running */
};

static bool wants(const struct consumer_options *o, enum consumer_stage stage)
{
	return o->stage == STAGE_BOTH || o->stage == (int)stage;
}

static void on_signal(struct run *r, int number)
{
	if (++r->signals_seen > 1)
		_exit(COMMAND_FAILED); /* an open transaction ends with its timeout, or at the next start */
	log_event(r->pipeline.log, LOG_LEVEL_INFO, "stopping", log_str("signal", strsignal(number)));
	atomic_store(&r->pipeline.stop, true);
	r->stop_at = worker_now_ms() + SHUTDOWN_MS;
}

/* While something waits for a broker before watch() runs. */
static bool stopped(void *ctx)
{
	struct run *r = ctx;
	const struct timespec now = {0};
	int number = sigtimedwait(&r->signals, NULL, &now);

	if (number > 0)
		on_signal(r, number);
	return atomic_load(&r->pipeline.stop);
}

static int prepare_topics(struct run *r, struct error *reterr)
{
	const struct consumer_options *o = r->pipeline.options;
	unsigned wanted = 1u << TOPIC_DEAD_LETTERS | 1u << TOPIC_CLAIMS;

	if (o->transport != TRANSPORT_KAFKA)
		return 0;
	if (wants(o, STAGE_EXTRACT))
		wanted |= 1u << TOPIC_NEWS;
	if (wants(o, STAGE_FOLD))
		wanted |= 1u << TOPIC_CHANGES | 1u << TOPIC_STATE;
	struct kafka_settings settings = r->pipeline.kafka;
	settings.stopped = stopped;
	settings.stopped_ctx = r;
	return kafka_topics_ensure(&settings, &r->pipeline.topics, wanted, (int)o->partitions, (int)o->replication,
				   r->pipeline.max_bytes, reterr);
}

static int prepare_extract(struct run *r, struct error *reterr)
{
	struct pipeline *p = &r->pipeline;

	r->extract = extract_new(r->pack, p->topics.name[TOPIC_CLAIMS]);
	if (!r->extract)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	struct stage *s = &r->stages[r->n_stages++];
	stage_init(s, p, extract_processor(r->extract, p->topics.name[TOPIC_NEWS]), TOPIC_NEWS, 1u << TOPIC_CLAIMS);
	s->in = p->options->in;
	return 0;
}

/* The view's default place is beside the topics. */
static const char *view_path(struct run *r, struct error *reterr)
{
	const struct consumer_options *o = r->pipeline.options;

	if (o->state)
		return o->state;
	if (o->transport == TRANSPORT_KAFKA)
		return "scowire-state.db";
	if (mkdir(o->data, 0777) < 0 && errno != EEXIST) {
		error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", o->data, strerror(errno));
		return NULL;
	}
	return arena_printf(&r->memory, "%s/state.db", o->data).p;
}

static int prepare_fold(struct run *r, struct error *reterr)
{
	struct pipeline *p = &r->pipeline;
	struct span name = pack_name(r->pack);
	struct fold_options o = {
		.mode = VIEW_REBUILD, /* the log is the truth */
		.pack = span_sub(name, 0, span_find(name, SPAN_LIT("@"), 0)),
		.changes = p->topics.name[TOPIC_CHANGES],
		.state = p->topics.name[TOPIC_STATE],
	};

	o.view = view_path(r, reterr);
	if (!o.view)
		return -EIO;
	o.source = arena_printf(&r->memory, "urn:scowire:%.*s", SPAN_FMT(o.pack));
	if (!o.source.p || fold_rules_of_pack(r->pack, &r->memory, &o.rules) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	r->questions = (struct questions){o.view, o.source.p};
	int e = fold_new(&o, &r->fold, reterr);
	if (e < 0)
		return e;
	struct stage *s = &r->stages[r->n_stages++];
	stage_init(s, p, fold_processor(r->fold, p->topics.name[TOPIC_CLAIMS]), TOPIC_CLAIMS,
		   1u << TOPIC_CHANGES | 1u << TOPIC_STATE);
	s->out = r->out;
	return 0;
}

/* The organisation is the part of the pack's name before the version: "sco". */
static void init(struct run *r, const struct command *c, const struct log *log)
{
	struct span name = pack_name(r->pack);
	char organisation[64];

	snprintf(organisation, sizeof(organisation), "%.*s",
		 SPAN_FMT(span_sub(name, 0, span_find(name, SPAN_LIT("@"), 0))));
	pipeline_init(&r->pipeline, c, organisation, log);
}

/* --in and --out, before anything is made. */
static int prepare_lines(struct run *r, struct error *reterr)
{
	const struct consumer_options *o = r->pipeline.options;

	if (o->in && (o->transport != TRANSPORT_FILES || !wants(o, STAGE_EXTRACT)))
		return error_set(
			reterr, ERROR_ACTION_STOP, -EINVAL,
			"--in is for stage extract on the file transport; scowire-producer brings lines to brokers");
	if (o->out && !wants(o, STAGE_FOLD))
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "--out is for stage fold, which makes the changes");
	if (o->out)
		r->out = strcmp(o->out, "-") ? fopen(o->out, "ae") : stdout;
	return !o->out || r->out ? 0 : error_set(reterr, ERROR_ACTION_STOP, -EIO, "--out %s: %m", o->out);
}

static int prepare(struct run *r, struct error *reterr)
{
	const struct consumer_options *o = r->pipeline.options;
	int e = prepare_lines(r, reterr);

	if (e == 0)
		e = prepare_topics(r, reterr);

	if (e == 0 && wants(o, STAGE_EXTRACT))
		e = prepare_extract(r, reterr);
	if (e == 0 && wants(o, STAGE_FOLD))
		e = prepare_fold(r, reterr);
	return e;
}

static int serve(struct run *r, struct error *reterr)
{
	const char *address = r->pipeline.options->http;
	struct timespec now;

	if (!address)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < r->n_stages; i++)
		r->metrics[i] = &r->stages[i].metrics;
	r->health = (struct health){r->metrics, r->n_stages, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
	health_routes(&r->health, r->routes);
	size_t n = HEALTH_ROUTES;
	if (r->questions.view) {
		questions_routes(&r->questions, r->routes + n);
		n += QUESTIONS_ROUTES;
	}
	int e = server_start(address, r->routes, n, &r->server, reterr);
	if (e == 0)
		log_event(r->pipeline.log, LOG_LEVEL_INFO, "serving", log_str("http", address),
			  log_int("port", server_port(r->server)));
	return e;
}

/* A call into librdkafka that never returns cannot be ended, only left (#4420, #3013). */
static void leave_if_hung(const struct run *r)
{
	int64_t now = worker_now_ms();
	int64_t limit = r->pipeline.options->session_timeout_ms * HUNG_FACTOR;

	if (limit < 120000)
		limit = 120000;
	for (size_t i = 0; i < r->n_stages; i++) {
		int64_t since = atomic_load(&r->stages[i].busy_since_ms);

		if (since && now - since > limit) {
			log_event(r->pipeline.log, LOG_LEVEL_ERROR, "a call hangs, leaving",
				  log_str("stage", r->stages[i].processor.name), log_int("ms", now - since));
			_exit(COMMAND_FAILED);
		}
	}
	if (r->stop_at && now > r->stop_at) {
		log_event(r->pipeline.log, LOG_LEVEL_ERROR, "not ended in time, leaving", log_int("ms", SHUTDOWN_MS));
		_exit(COMMAND_FAILED);
	}
}

/* Waits until the stages of [from, to) have ended. One that fails ends the others. */
static void watch(struct run *r, size_t from, size_t to)
{
	const struct timespec tick = {.tv_nsec = WATCH_MS * 1000000L};

	for (bool running = true; running;) {
		int number = sigtimedwait(&r->signals, NULL, &tick);

		if (number > 0)
			on_signal(r, number);
		leave_if_hung(r);
		running = false;
		for (size_t i = from; i < to; i++) {
			if (!atomic_load(&r->stages[i].ended)) {
				running = true;
			} else if (r->stages[i].error.code && !r->stop_at) {
				atomic_store(&r->pipeline.stop, true);
				r->stop_at = worker_now_ms() + SHUTDOWN_MS;
			}
		}
	}
	for (size_t i = from; i < to; i++)
		stage_join(&r->stages[i]);
}

/* With an end to reach, one stage after the other, so that the second sees all that the first has made. */
static int run_stages(struct run *r, struct error *reterr)
{
	size_t at_once = r->pipeline.options->until_end ? 1 : r->n_stages;

	for (size_t i = 0; i < r->n_stages && !atomic_load(&r->pipeline.stop); i += at_once) {
		for (size_t k = i; k < i + at_once; k++)
			if (stage_start(&r->stages[k], reterr) < 0)
				return -EIO;
		watch(r, i, i + at_once);
	}
	for (size_t i = 0; i < r->n_stages; i++)
		if (r->stages[i].error.code) {
			*reterr = r->stages[i].error;
			return reterr->code;
		}
	return 0;
}

static void done(struct run *r)
{
	server_stop(r->server);
	extract_free(r->extract);
	fold_free(r->fold);
	arena_done(&r->memory);
	pack_free(r->pack);
	if (r->out && r->out != stdout)
		fclose(r->out);
}

static int run(struct run *r, const struct command *c, const struct log *log, struct error *reterr)
{
	sigemptyset(&r->signals);
	sigaddset(&r->signals, SIGTERM);
	sigaddset(&r->signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &r->signals, NULL); /* before any thread: only watch() takes them */
	int e = pack_dir_load(c->values.pack, &r->pack, reterr);
	if (e < 0)
		return e;
	init(r, c, log);
	e = prepare(r, reterr);
	if (e == 0)
		e = serve(r, reterr);
	if (e == 0)
		e = run_stages(r, reterr);
	return e == -ECANCELED ? 0 : e;
}

static int run_command(const struct command *c, struct error *reterr)
{
	struct log log = {.fd = STDERR_FILENO, .level = (enum log_level)c->values.log_level, .name = "run"};
	struct run *r = calloc(1, sizeof(*r)); /* metrics are too large for a stack */
	int e;

	if (!r)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	arena_init(&r->memory, 0);
	e = run(r, c, &log, reterr);
	done(r);
	free(r);
	return e;
}

int command_run(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_RUN, argc, argv);

	if (code < 0 && c.n_arguments) {
		error_set(&err, ERROR_ACTION_STOP, -EINVAL, "'%s': run takes no arguments", c.arguments[0]);
		code = command_fail(argv[0], &err);
	} else if (code < 0) {
		code = run_command(&c, &err) < 0 ? command_fail(argv[0], &err) : COMMAND_DONE;
	}
	command_end(&c);
	return code;
}
