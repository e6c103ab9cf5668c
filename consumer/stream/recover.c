/* SPDX-License-Identifier: Apache-2.0 */
/* What the loop does when partitions come and go, and after a failure. One rule for both: ask the log what is
 * committed, bring the state there, go on from there. */
#include "stream/loop.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define BACKOFF_MAX_MS 5000
#define SETTLE_MS 1000
#define FENCES_MAX 3

void loop_busy(struct loop *l, bool busy)
{
	if (l->w->busy_since_ms)
		atomic_store(l->w->busy_since_ms, busy ? worker_now_ms() : 0);
}

int loop_open(struct loop *l, struct error *reterr)
{
	loop_busy(l, true);
	int r = l->w->sink->ops->open(l->w->sink, reterr);
	loop_busy(l, false);
	return r;
}

static int roll_back(struct loop *l, struct error *reterr)
{
	const struct processor *p = l->w->processor;
	int r = p->rolled_back ? p->rolled_back(p->ctx, reterr) : 0;

	if (r < 0)
		error_escalate(reterr, ERROR_ACTION_STOP);
	return r;
}

/* Ends the open transaction without effect. Whatever fails, the state is rolled back. */
static int abort_open(struct loop *l, struct error *reterr)
{
	int r = 0;

	if (l->open) {
		l->open = false;
		l->count[METRIC_TRANSACTIONS_ABORTED]++;
		loop_busy(l, true);
		r = l->w->sink->ops->abort(l->w->sink, reterr);
		loop_busy(l, false);
	}
	int rolled = roll_back(l, r < 0 ? NULL : reterr);
	return r < 0 ? r : rolled;
}

void loop_abandon(struct loop *l)
{
	(void)abort_open(l, NULL);
}

static void note_failure(struct loop *l, const struct error *err)
{
	if (!l->failing_since_ms)
		l->failing_since_ms = worker_now_ms();
	l->last_failure = *err;
}

int loop_patience(struct loop *l, struct error *reterr)
{
	int64_t waited = l->failing_since_ms ? worker_now_ms() - l->failing_since_ms : 0;

	if (!l->w->give_up_ms || waited <= l->w->give_up_ms)
		return 0;
	return error_set(reterr, ERROR_ACTION_STOP, l->last_failure.code, "given up after %lld s: %s",
			 (long long)(waited / 1000), l->last_failure.text);
}

static int on_assigning(void *ctx, struct error *reterr)
{
	return loop_open(ctx, reterr);
}

/* Where to read one partition from, and from where on to publish. */
static int place(struct loop *l, struct source_partition *p, struct owned *ret, struct error *reterr)
{
	const struct processor *processor = l->w->processor;
	int64_t committed = p->committed > 0 ? p->committed : 0;
	int64_t state = processor->position ? processor->position(processor->ctx, p->partition) : committed;

	if (state < 0)
		state = 0;
	if (state > committed)
		return error_set(
			reterr, ERROR_ACTION_STOP, -EUCLEAN,
			"partition %d: the state covers offset %lld, but only %lld is committed: it belongs to "
			"another log, or offsets were reset; remove the state to rebuild it",
			p->partition, (long long)state, (long long)committed);
	p->start = state;
	*ret = (struct owned){p->partition, state < committed ? committed : 0};
	if (ret->restore_until)
		log_event(l->w->log, LOG_LEVEL_INFO, "restoring state", log_int("partition", p->partition),
			  log_int("from", state), log_int("to", committed));
	return 0;
}

static int make_room(struct loop *l, size_t n)
{
	if (n <= l->cap_owned)
		return 0;
	struct owned *owned = reallocarray(l->owned, n, sizeof(*owned));
	if (owned)
		l->owned = owned;
	struct source_position *positions = reallocarray(l->positions, n, sizeof(*positions));
	if (positions)
		l->positions = positions;
	if (!owned || !positions)
		return -ENOMEM;
	l->cap_owned = n;
	return 0;
}

static int on_assigned(void *ctx, struct source_partition *p, size_t n, struct error *reterr)
{
	struct loop *l = ctx;

	l->n_owned = 0;
	if (make_room(l, n) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		int r = place(l, &p[i], &l->owned[i], reterr);
		if (r < 0)
			return r;
		log_event(l->w->log, LOG_LEVEL_INFO, "reading", log_int("partition", p[i].partition),
			  log_int("offset", p[i].start), log_int("committed", p[i].committed));
	}
	l->n_owned = n;
	if (!l->rewinding)
		l->failing_since_ms = 0;
	l->count[METRIC_REBALANCES]++;
	metrics_clear_lag(l->w->metrics);
	return 0;
}

static int on_revoked(void *ctx, bool lost, struct error *reterr)
{
	struct loop *l = ctx;
	struct error err = ERROR_INIT;
	int r = lost ? error_set(&err, ERROR_ACTION_NONE, -ENOTCONN, "partitions lost") : loop_commit(l, &err);

	for (size_t i = 0; r == 0 && i < l->n_owned; i++)
		if (l->owned[i].restore_until > 0) /* half restored is no state */
			r = roll_back(l, &err);
	log_event(l->w->log, lost ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, lost ? "partitions lost" : "partitions revoked",
		  log_int("partitions", (int64_t)l->n_owned), log_str("commit", r < 0 ? err.text : "done"));
	l->n_owned = 0;
	metrics_clear_lag(l->w->metrics);
	metrics_set(l->w->metrics, METRIC_READY, 0);
	if (r == 0)
		return 0;
	note_failure(l, &err);
	if (err.action == ERROR_ACTION_STOP) {
		if (reterr && !reterr->code)
			*reterr = err;
		return r;
	}
	/* Whoever gets the partitions does it again. A producer that cannot even abort is made anew later. */
	struct error abort_err = ERROR_INIT;
	if (abort_open(l, &abort_err) < 0 || err.action == ERROR_ACTION_REOPEN)
		l->w->sink->ops->close(l->w->sink);
	return 0;
}

void loop_init(struct loop *l, struct worker *w)
{
	*l = (struct loop){.w = w};
	staging_init(&l->staging, w->sink);
	w->source->listener = (struct source_listener){l, on_assigning, on_assigned, on_revoked};
}

void loop_done(struct loop *l)
{
	staging_done(&l->staging);
	free(l->owned);
	free(l->positions);
	l->w->source->listener = (struct source_listener){0};
}

static void wait_before_retry(struct loop *l)
{
	int64_t ms = l->w->backoff_ms << (l->failures < 8 ? l->failures : 8);
	int64_t until = worker_now_ms() + (ms < BACKOFF_MAX_MS ? ms : BACKOFF_MAX_MS);
	struct timespec slice = {.tv_nsec = 10 * 1000 * 1000};

	while (worker_now_ms() < until && !atomic_load(l->w->stop))
		nanosleep(&slice, NULL);
}

/* A fenced instance may have lost its partitions without having heard of it: let the source tell first, so that it
 * does not fence its successor in turn. What is handed out meanwhile is read again after the rewind. */
static int settle(struct loop *l, struct error *reterr)
{
	int64_t until = worker_now_ms() + SETTLE_MS;
	struct record ignored;
	int r = 0;

	while (r >= 0 && r != SOURCE_END && worker_now_ms() < until && l->n_owned > 0)
		r = l->w->source->ops->poll(l->w->source, 50, &ignored, reterr);
	return r < 0 ? r : 0;
}

/* Notes which record the log refuses, or goes to transactions of one to find it. */
static void note_refused(struct loop *l, const struct error *err)
{
	if (err->code != -EMSGSIZE)
		return;
	if (l->records == 1) {
		l->poison.error = *err;
		l->poison.partition = l->last_partition;
		l->poison.offset = l->last_offset;
		l->isolate = 1;
	} else {
		l->isolate = l->records;
	}
}

static int try_again(struct loop *l, struct error *err, struct error *reterr)
{
	bool reopen = err->action == ERROR_ACTION_REOPEN;
	struct error abort_err = ERROR_INIT;
	int r = 0;

	if (abort_open(l, &abort_err) < 0) {
		if (abort_err.action == ERROR_ACTION_STOP)
			return *reterr = abort_err, abort_err.code;
		reopen = true;
	}
	if (reopen) {
		l->count[METRIC_TRANSACTIONS_REOPENED]++;
		loop_busy(l, true);
		l->w->sink->ops->close(l->w->sink);
		loop_busy(l, false);
		r = settle(l, reterr);
	}
	if (r < 0 || l->n_owned == 0) /* nothing to read: the next assignment opens and places */
		return r;
	r = loop_open(l, reterr);
	loop_busy(l, true);
	l->rewinding = true;
	if (r == 0)
		r = l->w->source->ops->rewind(l->w->source, reterr);
	l->rewinding = false;
	loop_busy(l, false);
	return r;
}

int loop_recover(struct loop *l, struct error *err, struct error *reterr)
{
	struct error next = *err;

	while (next.action == ERROR_ACTION_RETRY || next.action == ERROR_ACTION_REOPEN) {
		*err = next;
		note_refused(l, err);
		l->failures++;
		l->fences = l->failures == 1 ? 0 : l->fences;
		l->fences += err->code == -ESTALE;
		note_failure(l, err);
		if (loop_patience(l, reterr) < 0)
			return err->code;
		if (l->fences >= FENCES_MAX)
			break;
		log_event(l->w->log, LOG_LEVEL_WARNING, "transaction aborted", log_str("error", err->text),
			  log_str("action", error_action_name(err->action)), log_int("failures", l->failures));
		wait_before_retry(l);
		if (atomic_load(l->w->stop)) {
			loop_abandon(l);
			return 0;
		}
		next = ERROR_INIT;
		int r = try_again(l, err, &next);
		loop_report(l);
		if (r >= 0)
			return 0;
	}
	if (reterr && !reterr->code) {
		*reterr = next;
		if (l->fences >= FENCES_MAX)
			error_prefix(reterr, "another instance runs under the same --instance name");
		reterr->action = ERROR_ACTION_STOP;
	}
	return next.code;
}
