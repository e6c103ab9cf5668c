/* SPDX-License-Identifier: Apache-2.0 */
/* The worker loop on a log in memory: whatever fails, the committed output is that of an undisturbed run, and the
 * processor's durable state is what the committed input says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "stream/memory.h"
#include "stream/worker.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 12, BIG = 5, BAD = 7, MUTE = 3 };

/* Sums what it reads and emits the running sum: any doubled or lost step shows in every later record. */
struct summer {
	int64_t sum, steps;		   /* in memory */
	int64_t durable_sum, durable_next; /* as of committed() */
	int64_t commits, rollbacks;
	bool fail_commit;
};

static int step(void *ctx, const struct record *in, struct output *out, struct error *reterr)
{
	struct summer *s = ctx;
	struct strbuf value = STRBUF_INIT;
	char text[24];

	snprintf(text, sizeof(text), "%.*s", SPAN_FMT(in->value));
	int n = atoi(text);
	strbuf_addf(&value, "%lld", (long long)s->sum + n);
	struct record r = {
		.topic = SPAN_LIT("out"), .key = in->key, .value = strbuf_span(&value), .timestamp = in->timestamp};
	if (n == BIG)
		for (int i = 0; i < 100; i++)
			strbuf_addch(&value, ' ');
	r.value = strbuf_span(&value);
	int e = n == MUTE ? 0 : out->emit(out, &r, reterr);
	strbuf_done(&value);
	if (e < 0)
		return e;
	if (n == BAD)
		return error_set_at(reterr, ERROR_ACTION_SKIP, -EBADMSG, 4, "seven");
	s->sum += n;
	s->steps++;
	return 0;
}

static int64_t position(void *ctx, int32_t partition)
{
	(void)partition;
	return ((struct summer *)ctx)->durable_next;
}

static int committed(void *ctx, int32_t partition, int64_t next, struct error *reterr)
{
	struct summer *s = ctx;

	(void)partition;
	if (s->fail_commit)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "disk full");
	s->durable_sum = s->sum;
	s->durable_next = next;
	s->commits++;
	return 0;
}

static int rolled_back(void *ctx, struct error *reterr)
{
	struct summer *s = ctx;

	(void)reterr;
	s->sum = s->durable_sum;
	s->rollbacks++;
	return 0;
}

struct fixture {
	struct memory_log *log;
	struct summer summer;
	struct metrics metrics;
	struct error err;
	int64_t give_up_ms;
};

static int run_with(struct fixture *f, int64_t per_transaction)
{
	struct processor p = {"summer", "in", &f->summer, step, position, committed, rolled_back};
	struct source *source = memory_source_new(f->log, "in");
	struct sink *sink = memory_sink_new(f->log);
	struct log quiet = {.fd = -1, .level = LOG_LEVEL_ERROR};
	atomic_bool stop = false;
	struct worker w = {.source = source,
			   .sink = sink,
			   .processor = &p,
			   .metrics = &f->metrics,
			   .log = &quiet,
			   .stop = &stop,
			   .dead_letter_topic = "dead",
			   .transaction_records = per_transaction,
			   .transaction_ms = 100000,
			   .backoff_ms = f->give_up_ms,
			   .give_up_ms = f->give_up_ms};

	metrics_init(&f->metrics, "summer", "g", "in");
	f->err = ERROR_INIT;
	int r = worker_run(&w, &f->err);
	source_free(source);
	sink_free(sink);
	return r;
}

static void fixture_init(struct fixture *f, const struct memory_failure *failures, size_t n, size_t max, size_t refuse)
{
	*f = (struct fixture){.log = memory_log_new(failures, n, max, refuse)};
	assert_non_null(f->log);
	for (int i = 0; i < RECORDS; i++) {
		char value[24];
		static const struct record_header h = {{"h", 1}, {"x", 1}};
		snprintf(value, sizeof(value), "%d", i);
		struct record r = {.topic = SPAN_LIT("in"),
				   .key = SPAN_LIT("k"),
				   .value = span_str(value),
				   .timestamp = 1000 + i,
				   .headers = &h,
				   .n_headers = 1};
		assert_int_equal(memory_log_put(f->log, &r), i);
	}
}

/* All committed output as text. */
static void see(const struct fixture *f, struct strbuf *out)
{
	static const char *const topics[] = {"out", "dead"};
	struct record r;

	for (size_t t = 0; t < ARRAY_SIZE(topics); t++)
		for (size_t i = 0; memory_log_get(f->log, topics[t], i, &r); i++)
			strbuf_addf(out, "%s %lld %.*s\n", topics[t], (long long)r.timestamp,
				    (int)strcspn(r.value.p, " "), r.value.p);
	strbuf_addf(out, "position %lld sum %lld covers %lld\n", (long long)memory_log_position(f->log),
		    (long long)f->summer.durable_sum, (long long)f->summer.durable_next);
}

#define WANT_OUT                                                                                                       \
	"out 1000 0\nout 1001 1\nout 1002 3\nout 1004 10\nout 1005 15\nout 1006 21\nout 1008 29\nout 1009 38\n"        \
	"out 1010 48\nout 1011 59\ndead 1007 7\nposition 12 sum 59 covers 12\n"

static void expect(const struct fixture *f, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	see(f, &got);
	assert_string_equal(got.buf, want);
	strbuf_done(&got);
}

static void undisturbed(void **state)
{
	(void)state;
	for (int64_t per = 1; per <= RECORDS + 1; per++) {
		struct fixture f;
		fixture_init(&f, NULL, 0, 0, 0);
		assert_int_equal(run_with(&f, per), 0);
		expect(&f, WANT_OUT);
		assert_int_equal(metrics_get(&f.metrics, METRIC_RECORDS_EMITTED), 10);
		assert_int_equal(metrics_get(&f.metrics, METRIC_RECORDS_SILENT), 1);
		assert_int_equal(metrics_get(&f.metrics, METRIC_RECORDS_DEAD_LETTER), 1);
		assert_int_equal(metrics_get(&f.metrics, METRIC_TRANSACTIONS_COMMITTED), (RECORDS + per - 1) / per);
		assert_int_equal(f.summer.rollbacks, 0);
		memory_log_free(f.log);
	}
}

static void a_dead_letter_says_why(void **state)
{
	static const char *const want[][2] = {
		{"h", "x"},
		{"__connect.errors.topic", "in"},
		{"__connect.errors.partition", "0"},
		{"__connect.errors.offset", "7"},
		{"__connect.errors.stage", "summer"},
		{"__connect.errors.class.name", "scowire.summer"},
		{"__connect.errors.exception.class.name", "EBADMSG"},
		{"__connect.errors.exception.message", "seven"},
		{"scowire.error.byte", "4"},
	};
	struct fixture f;
	struct record r;

	(void)state;
	fixture_init(&f, NULL, 0, 0, 0);
	assert_int_equal(run_with(&f, 5), 0);
	assert_true(memory_log_get(f.log, "dead", 0, &r));
	assert_true(span_eq_str(r.key, "k"));
	assert_true(span_eq_str(r.value, "7"));
	assert_int_equal(r.n_headers, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(span_eq_str(r.headers[i].name, want[i][0]));
		assert_true(span_eq_str(r.headers[i].value, want[i][1]));
	}
	memory_log_free(f.log);
}

struct disturbance {
	const char *name;
	struct memory_failure failures[3];
	size_t n;
	int64_t aborted, reopened; /* transactions */
};

static const struct disturbance disturbances[] = {
	{"commit fails", {{MEMORY_COMMIT, 2, ERROR_ACTION_RETRY, .code = -EIO}}, 1, 1, 0},
	{"commit happens but its answer is lost",
	 {{MEMORY_COMMIT, 2, ERROR_ACTION_RETRY, .code = -EIO, .after = true}},
	 1,
	 1,
	 0},
	{"the last commit's answer is lost",
	 {{MEMORY_COMMIT, 3, ERROR_ACTION_REOPEN, .code = -EIO, .after = true}},
	 1,
	 1,
	 1},
	{"fenced at the commit", {{MEMORY_COMMIT, 1, ERROR_ACTION_REOPEN, .code = -ESTALE}}, 1, 1, 1},
	{"produce fails", {{MEMORY_EMIT, 3, ERROR_ACTION_RETRY, .code = -EIO}}, 1, 1, 0},
	{"abort fails too",
	 {{MEMORY_EMIT, 5, ERROR_ACTION_RETRY, .code = -EIO}, {MEMORY_ABORT, 1, ERROR_ACTION_RETRY, .code = -EIO}},
	 2,
	 1,
	 1},
	{"the rewind fails once",
	 {{MEMORY_COMMIT, 2, ERROR_ACTION_RETRY, .code = -EIO}, {MEMORY_REWIND, 1, ERROR_ACTION_RETRY, .code = -EIO}},
	 2,
	 1,
	 0},
	{"the new producer fails once",
	 {{MEMORY_COMMIT, 2, ERROR_ACTION_REOPEN, .code = -EIO}, {MEMORY_OPEN, 3, ERROR_ACTION_REOPEN, .code = -EIO}},
	 2,
	 1,
	 2},
	{"the first producer fails once", {{MEMORY_OPEN, 1, ERROR_ACTION_REOPEN, .code = -ENOTCONN}}, 1, 0, 1},
	{"the assignment fails once", {{MEMORY_OPEN, 2, ERROR_ACTION_REOPEN, .code = -ENOTCONN}}, 1, 0, 1},
	{"poll fails", {{MEMORY_POLL, 4, ERROR_ACTION_RETRY, .code = -EIO}}, 1, 1, 0},
	{"partitions lost in mid transaction",
	 {{MEMORY_POLL, 5, ERROR_ACTION_RETRY, .code = 0, .lose = true}},
	 1,
	 1,
	 0},
	{"partitions lost between transactions",
	 {{MEMORY_POLL, 6, ERROR_ACTION_RETRY, .code = 0, .lose = true}},
	 1,
	 0,
	 0},
};

static void disturbed(void **state)
{
	const struct disturbance *d = *state;
	struct fixture f;

	fixture_init(&f, d->failures, d->n, 0, 0);
	if (run_with(&f, 4) < 0)
		fail_msg("%s", f.err.text);
	expect(&f, WANT_OUT);
	assert_int_equal(metrics_get(&f.metrics, METRIC_TRANSACTIONS_ABORTED), d->aborted);
	assert_int_equal(metrics_get(&f.metrics, METRIC_TRANSACTIONS_REOPENED), d->reopened);
	assert_true(f.summer.rollbacks > 0);
	memory_log_free(f.log);
}

static void any_single_failure_leaves_no_trace(void **state)
{
	static const enum memory_call calls[] = {MEMORY_EMIT, MEMORY_COMMIT, MEMORY_POLL};
	static const enum error_action actions[] = {ERROR_ACTION_RETRY, ERROR_ACTION_REOPEN};

	(void)state;
	for (size_t c = 0; c < ARRAY_SIZE(calls); c++)
		for (int nth = 1; nth <= 14; nth++)
			for (int variant = 0; variant < 4; variant++) {
				struct memory_failure one = {
					calls[c],	    nth, actions[variant & 1], -EIO, .after = variant & 2,
					.lose = variant & 2};
				struct fixture f;
				fixture_init(&f, &one, 1, 0, 0);
				assert_int_equal(run_with(&f, 3), 0);
				expect(&f, WANT_OUT);
				memory_log_free(f.log);
			}
}

static void a_restart_replays_the_difference_in_silence(void **state)
{
	(void)state;
	for (int64_t covers = 0; covers <= RECORDS; covers++) {
		struct fixture f;
		fixture_init(&f, NULL, 0, 0, 0);
		assert_int_equal(run_with(&f, 4), 0);
		/* The state file is that of an earlier commit, or gone. */
		f.summer = (struct summer){.durable_next = covers};
		for (int64_t i = 0; i < covers; i++)
			f.summer.durable_sum += i == BAD ? 0 : i;
		f.summer.sum = f.summer.durable_sum;
		for (int i = RECORDS; i < RECORDS + 2; i++) {
			char value[24];
			snprintf(value, sizeof(value), "%d", i);
			struct record r = {.topic = SPAN_LIT("in"), .value = span_str(value), .timestamp = 1000 + i};
			assert_int_equal(memory_log_put(f.log, &r), i);
		}
		assert_int_equal(run_with(&f, 4), 0);
		struct strbuf got = STRBUF_INIT;
		see(&f, &got);
		assert_non_null(strstr(got.buf,
				       "out 1011 59\nout 1012 71\nout 1013 84\ndead 1007 7\nposition 14 sum 84 "
				       "covers 14\n"));
		assert_int_equal(metrics_get(&f.metrics, METRIC_RECORDS_RESTORED), RECORDS - covers);
		strbuf_done(&got);
		memory_log_free(f.log);
	}
}

static void a_state_that_is_caught_up_at_the_end_is_told_so(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, NULL, 0, 0, 0);
	memory_log_set_position(f.log, RECORDS); /* all committed by somebody; nothing follows */
	assert_int_equal(run_with(&f, 4), 0);
	assert_int_equal(f.summer.durable_next, RECORDS);
	assert_int_equal(f.summer.durable_sum, 59);
	assert_int_equal(metrics_get(&f.metrics, METRIC_RESTORING), 0);
	struct record r;
	assert_false(memory_log_get(f.log, "out", 0, &r));
	memory_log_free(f.log);
}

static void a_state_ahead_of_the_log_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, NULL, 0, 0, 0);
	memory_log_set_position(f.log, 3);
	f.summer.durable_next = 4;
	assert_int_equal(run_with(&f, 4), -EUCLEAN);
	assert_int_equal(f.err.action, ERROR_ACTION_STOP);
	assert_non_null(strstr(f.err.text, "the state covers offset 4, but only 3 is committed"));
	assert_int_equal(metrics_get(&f.metrics, METRIC_FAILED), 1);
	memory_log_free(f.log);
}

#define WANT_WITHOUT_BIG                                                                                               \
	"out 1000 0\nout 1001 1\nout 1002 3\nout 1004 10\nout 1006 16\nout 1008 24\nout 1009 33\n"                     \
	"out 1010 43\nout 1011 54\ndead 1005 5\ndead 1007 7\nposition 12 sum 54 covers 12\n"

static void output_that_does_not_fit_becomes_a_dead_letter(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, NULL, 0, 50, 0);
	assert_int_equal(run_with(&f, 4), 0);
	expect(&f, WANT_WITHOUT_BIG);
	assert_int_equal(metrics_get(&f.metrics, METRIC_TRANSACTIONS_ABORTED), 0);
	memory_log_free(f.log);
}

/* As above, but only the broker knows its limit. */
static void output_that_the_log_refuses_is_traced(void **state)
{
	(void)state;
	for (int64_t per = 1; per <= RECORDS; per++) {
		struct fixture f;
		fixture_init(&f, NULL, 0, 0, 50);
		if (run_with(&f, per) < 0)
			fail_msg("%s", f.err.text);
		expect(&f, WANT_WITHOUT_BIG);
		assert_in_range(metrics_get(&f.metrics, METRIC_TRANSACTIONS_ABORTED), 1, 2);
		memory_log_free(f.log);
	}
}

/* Every commit fails for a while, and how that is called changes; it is waited for, or not. */
static void an_outage_is_waited_for_as_long_as_told(void **state)
{
	struct memory_failure failures[300];

	(void)state;
	for (int k = 0; k < 300; k++)
		failures[k] = (struct memory_failure){
			MEMORY_COMMIT, k + 2, k % 3 ? ERROR_ACTION_REOPEN : ERROR_ACTION_RETRY, .code = -ENOTCONN};
	for (int64_t give_up_ms = 0; give_up_ms < 2; give_up_ms++) {
		struct fixture f;

		fixture_init(&f, failures, ARRAY_SIZE(failures), 0, 0);
		f.give_up_ms = give_up_ms;
		int r = run_with(&f, 4);
		assert_int_equal(r, give_up_ms ? -ENOTCONN : 0);
		if (give_up_ms) {
			assert_non_null(strstr(f.err.text, "given up after"));
			assert_int_equal(memory_log_position(f.log), 4);
			assert_int_equal(f.summer.sum, f.summer.durable_sum);
		} else {
			expect(&f, WANT_OUT);
			assert_int_equal(metrics_get(&f.metrics, METRIC_TRANSACTIONS_ABORTED), ARRAY_SIZE(failures));
		}
		memory_log_free(f.log);
	}
}

static void what_never_mends_stops(void **state)
{
	struct memory_failure failures[40];
	struct fixture f;

	(void)state;
	for (int i = 0; i < 40; i++)
		failures[i] = (struct memory_failure){MEMORY_COMMIT, i + 1, ERROR_ACTION_REOPEN, .code = -ESTALE};
	fixture_init(&f, failures, 40, 0, 0);
	assert_int_equal(run_with(&f, 4), -ESTALE);
	assert_non_null(strstr(f.err.text, "another instance runs under the same --instance name"));
	assert_int_equal(memory_log_position(f.log), 0);
	memory_log_free(f.log);

	struct memory_failure stop = {MEMORY_COMMIT, 2, ERROR_ACTION_STOP, .code = -EIO};
	fixture_init(&f, &stop, 1, 0, 0);
	assert_int_equal(run_with(&f, 4), -EIO);
	assert_int_equal(memory_log_position(f.log), 4);
	assert_int_equal(f.summer.sum, f.summer.durable_sum);
	memory_log_free(f.log);

	fixture_init(&f, NULL, 0, 0, 0);
	f.summer.fail_commit = true;
	assert_int_equal(run_with(&f, 4), -EIO);
	assert_string_equal(f.err.text, "disk full");
	memory_log_free(f.log);
}

int main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(undisturbed),
		cmocka_unit_test(a_dead_letter_says_why),
		cmocka_unit_test(any_single_failure_leaves_no_trace),
		cmocka_unit_test(a_restart_replays_the_difference_in_silence),
		cmocka_unit_test(a_state_that_is_caught_up_at_the_end_is_told_so),
		cmocka_unit_test(a_state_ahead_of_the_log_is_refused),
		cmocka_unit_test(output_that_does_not_fit_becomes_a_dead_letter),
		cmocka_unit_test(output_that_the_log_refuses_is_traced),
		cmocka_unit_test(an_outage_is_waited_for_as_long_as_told),
		cmocka_unit_test(what_never_mends_stops),
	};
	struct CMUnitTest tests[ARRAY_SIZE(fixed) + ARRAY_SIZE(disturbances)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < ARRAY_SIZE(disturbances); i++)
		tests[ARRAY_SIZE(fixed) + i] =
			(struct CMUnitTest){disturbances[i].name, disturbed, NULL, NULL, (void *)&disturbances[i]};
	return _cmocka_run_group_tests("worker", tests, ARRAY_SIZE(tests), NULL, NULL);
}
