/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of the loop. What happens when partitions come and go, or a call fails, is in recover.c. */
#include "stream/dead_letter.h"
#include "stream/loop.h"
#include <errno.h>
#include <time.h>

#define POLL_MS 100 /* without a transaction: how soon a stop is seen */
#define IDLE_REPORT_MS 1000

int64_t worker_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t wall_clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void loop_report(struct loop *l)
{
	struct metrics *m = l->w->metrics;
	size_t restoring = 0;

	for (size_t i = 0; i < METRIC_MAX_; i++) {
		if (l->count[i])
			metrics_add(m, (enum metric)i, l->count[i]);
		l->count[i] = 0;
	}
	for (size_t i = 0; i < l->n_owned; i++)
		restoring += l->owned[i].restore_until > 0;
	metrics_set(m, METRIC_ASSIGNED, (int64_t)l->n_owned);
	metrics_set(m, METRIC_RESTORING, (int64_t)restoring);
	metrics_set(m, METRIC_READY, l->n_owned > 0 && restoring == 0);
	size_t n = l->w->source->ops->positions(l->w->source, l->positions, l->n_owned);
	for (size_t i = 0; i < n; i++) {
		const struct source_position *p = &l->positions[i];
		if (p->end >= 0 && p->reached >= 0)
			metrics_set_lag(m, p->partition, p->end > p->reached ? p->end - p->reached : 0);
	}
	l->reported_ms = worker_now_ms();
}

static struct owned *owned_find(struct loop *l, int32_t partition)
{
	for (size_t i = 0; i < l->n_owned; i++)
		if (l->owned[i].partition == partition)
			return &l->owned[i];
	return NULL;
}

/* The state has caught up with what the log has committed. */
static int finish_restore(struct loop *l, struct owned *o, struct error *reterr)
{
	const struct processor *p = l->w->processor;
	int r = p->committed ? p->committed(p->ctx, o->partition, o->restore_until, reterr) : 0;

	if (r < 0) {
		error_escalate(reterr, ERROR_ACTION_STOP);
		return r;
	}
	log_event(l->w->log, LOG_LEVEL_INFO, "state restored", log_int("partition", o->partition),
		  log_int("offset", o->restore_until));
	o->restore_until = 0;
	loop_report(l);
	return 0;
}

/* Without a record to tell: a log may end before restore_until when compaction has removed its last records. */
static int finish_restores_at_end(struct loop *l, struct error *reterr)
{
	size_t n = l->w->source->ops->positions(l->w->source, l->positions, l->n_owned);

	for (size_t i = 0; i < n; i++) {
		struct owned *o = owned_find(l, l->positions[i].partition);
		if (o && o->restore_until > 0 && l->positions[i].reached >= o->restore_until) {
			int r = finish_restore(l, o, reterr);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int restore(struct loop *l, const struct record *in, struct error *reterr)
{
	const struct processor *p = l->w->processor;
	struct error err = ERROR_INIT;

	staging_clear(&l->staging, true);
	int r = p->step(p->ctx, in, &l->staging.output, &err);
	l->count[METRIC_RECORDS_RESTORED]++;
	if (r < 0 && err.action != ERROR_ACTION_SKIP) /* a skipped one is a dead letter already */
		return error_set(reterr, ERROR_ACTION_STOP, r, "restoring from %.*s offset %lld: %s",
				 SPAN_FMT(in->topic), (long long)in->offset, err.text);
	return 0;
}

static int begin(struct loop *l, struct error *reterr)
{
	int r = l->open ? 0 : l->w->sink->ops->begin(l->w->sink, reterr);

	if (r < 0 || l->open)
		return r;
	l->open = true;
	l->has_output = false;
	l->records = 0;
	l->begun_ms = worker_now_ms();
	return 0;
}

static int emit(struct loop *l, const struct record *r, struct error *reterr)
{
	int e = l->w->sink->ops->emit(l->w->sink, r, reterr);

	l->has_output = true;
	l->count[METRIC_OUTPUT_RECORDS]++;
	l->count[METRIC_OUTPUT_BYTES] += (int64_t)r->value.n;
	return e;
}

static int bury(struct loop *l, const struct record *in, const struct error *why, struct error *reterr)
{
	struct record with_headers = *in, letter;
	struct source *source = l->w->source;
	struct arena arena;
	int r;

	if (source->ops->headers)
		source->ops->headers(source, &with_headers);
	arena_init(&arena, 0);
	r = dead_letter_make(&with_headers, l->w->dead_letter_topic, l->w->processor->name, why, &arena, &letter);
	if (r < 0)
		error_set(reterr, ERROR_ACTION_STOP, r, "out of memory");
	if (r == 0)
		r = l->w->sink->ops->admit(l->w->sink, &letter, reterr);
	if (r == -E2BIG) /* nothing may be lost, and it cannot be kept */
		error_escalate(reterr, ERROR_ACTION_STOP);
	if (r == 0)
		r = emit(l, &letter, reterr);
	arena_done(&arena);
	l->count[METRIC_RECORDS_DEAD_LETTER]++;
	log_event(l->w->log, LOG_LEVEL_DEBUG, "dead letter", log_span("topic", in->topic),
		  log_int("partition", in->partition), log_int("offset", in->offset), log_str("error", why->text));
	return r;
}

static bool is_poison(const struct loop *l, const struct record *in)
{
	return l->poison.error.code && l->poison.partition == in->partition && l->poison.offset == in->offset;
}

static int process(struct loop *l, const struct record *in, struct error *reterr)
{
	const struct processor *p = l->w->processor;
	struct error err = ERROR_INIT;
	int r;

	if (is_poison(l, in))
		return bury(l, in, &l->poison.error, reterr);
	staging_clear(&l->staging, false);
	r = p->step(p->ctx, in, &l->staging.output, &err);
	if (r < 0 && err.action == ERROR_ACTION_SKIP)
		return bury(l, in, &err, reterr);
	if (r < 0)
		return error_set(reterr, err.action ? err.action : ERROR_ACTION_STOP, r, "%.*s[%d] offset %lld: %s",
				 SPAN_FMT(in->topic), in->partition, (long long)in->offset, err.text);
	l->count[l->staging.n ? METRIC_RECORDS_EMITTED : METRIC_RECORDS_SILENT]++;
	for (size_t i = 0; r == 0 && i < l->staging.n; i++)
		r = emit(l, &l->staging.v[i], reterr);
	return r;
}

static int handle(struct loop *l, const struct record *in, struct error *reterr)
{
	struct owned *o = owned_find(l, in->partition);
	int r = 0;

	l->count[METRIC_INPUT_BYTES] += (int64_t)in->value.n;
	if (o && o->restore_until > 0) {
		if (in->offset < o->restore_until)
			return restore(l, in, reterr);
		r = finish_restore(l, o, reterr);
	}
	if (r == 0)
		r = begin(l, reterr);
	if (r < 0)
		return r;
	l->records++;
	l->input_ms = worker_now_ms();
	l->last_partition = in->partition;
	l->last_offset = in->offset;
	return process(l, in, reterr);
}

/* Tells the processor, whose state may only now become durable. */
static int tell_committed(struct loop *l, size_t n, struct error *reterr)
{
	const struct processor *p = l->w->processor;
	int r = 0;

	for (size_t i = 0; r == 0 && p->committed && i < n; i++)
		r = p->committed(p->ctx, l->positions[i].partition, l->positions[i].next, reterr);
	if (r < 0) /* the log has it; the state replays it at the next start */
		error_escalate(reterr, ERROR_ACTION_STOP);
	return r;
}

/* The positions that a commit covers: partitions that are being restored are still behind what is committed. */
static size_t positions_to_commit(struct loop *l)
{
	size_t n = l->w->source->ops->positions(l->w->source, l->positions, l->n_owned), kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct owned *o = owned_find(l, l->positions[i].partition);
		if (o && o->restore_until == 0 && l->positions[i].next >= 0)
			l->positions[kept++] = l->positions[i];
	}
	return kept;
}

int loop_commit(struct loop *l, struct error *reterr)
{
	int64_t started = worker_now_ms();
	int r;

	if (!l->open)
		return 0;
	size_t n = positions_to_commit(l);
	loop_busy(l, true);
	r = l->w->sink->ops->commit(l->w->sink, l->positions, n, reterr);
	loop_busy(l, false);
	if (r < 0)
		return r;
	l->open = false;
	l->failures = 0;
	l->failing_since_ms = 0;
	if (l->isolate > 0)
		l->isolate -= l->records;
	l->count[METRIC_TRANSACTIONS_COMMITTED]++;
	l->count[METRIC_TRANSACTION_US] += (worker_now_ms() - started) * 1000;
	metrics_set(l->w->metrics, METRIC_LAST_COMMIT_MS, wall_clock_ms());
	r = tell_committed(l, n, reterr);
	loop_report(l);
	return r;
}

static bool is_due(const struct loop *l)
{
	if (!l->open)
		return false;
	if (l->isolate > 0 || l->records >= l->w->transaction_records)
		return true;
	return l->input_ms - l->begun_ms >= l->w->transaction_ms;
}

/* How long the open transaction may still wait for input. */
static int64_t patience_ms(const struct loop *l)
{
	int64_t now = worker_now_ms(), left = l->begun_ms + l->w->transaction_ms - now;

	if (l->has_output && left > l->input_ms + l->w->linger_ms - now)
		left = l->input_ms + l->w->linger_ms - now;
	return left > 0 ? left : 0;
}

/* Once round. Returns enum source_event or an error. */
static int turn(struct loop *l, struct error *reterr)
{
	struct record in;
	int r, event = l->w->source->ops->poll(l->w->source, l->open ? (int)patience_ms(l) : POLL_MS, &in, reterr);

	switch (event) {
	case SOURCE_RECORD:
		r = handle(l, &in, reterr);
		if (r == 0 && is_due(l))
			r = loop_commit(l, reterr);
		return r < 0 ? r : event;
	case SOURCE_NOTHING:
	case SOURCE_END:
		r = finish_restores_at_end(l, reterr);
		if (r == 0 && l->open && (event == SOURCE_END || patience_ms(l) == 0))
			r = loop_commit(l, reterr);
		if (r == 0 && worker_now_ms() - l->reported_ms >= IDLE_REPORT_MS)
			loop_report(l);
		return r < 0 ? r : event;
	default:
		return event;
	}
}

static int run(struct loop *l, struct error *reterr)
{
	struct error first = ERROR_INIT;
	int r = loop_open(l, &first);

	if (r < 0)
		r = loop_recover(l, &first, reterr);
	while (r >= 0 && r != SOURCE_END && !atomic_load(l->w->stop)) {
		struct error err = ERROR_INIT;

		r = turn(l, &err);
		if (r < 0)
			r = loop_recover(l, &err, reterr);
		if (r >= 0 && loop_patience(l, reterr) < 0)
			r = reterr->code;
	}
	if (r < 0)
		return r;
	return loop_commit(l, reterr);
}

int worker_run(struct worker *w, struct error *reterr)
{
	struct loop l;
	struct error err = ERROR_INIT;
	int r;

	loop_init(&l, w);
	log_event(w->log, LOG_LEVEL_INFO, "started", log_str("processor", w->processor->name));
	r = run(&l, &err);
	if (r < 0) {
		loop_abandon(&l);
		metrics_set(w->metrics, METRIC_FAILED, 1);
		if (reterr && !reterr->code)
			*reterr = err;
	}
	loop_report(&l);
	metrics_set(w->metrics, METRIC_READY, 0);
	loop_done(&l);
	return r < 0 ? r : 0;
}
