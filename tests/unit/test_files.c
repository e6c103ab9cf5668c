/* SPDX-License-Identifier: Apache-2.0 */
/* The worker on the file transport, killed at every disk call and started again: what a reader gets in the end is what
 * an undisturbed run writes, byte for byte. Two stages in a row, so that one's output is the other's input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/dying_disk.h"
#include "base/strbuf.h"
#include "journal/journal.h"
#include "stream/files.h"
#include "stream/worker.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDS = 9, PER_TRANSACTION = 2 };

static char dir[] = "/tmp/scowire-files-XXXXXX";

static void ok(int r, const struct error *err)
{
	if (r < 0)
		fail_msg("%s", err->text);
}

static void fresh(void)
{
	struct journal *j;
	struct error err = ERROR_INIT;
	char value[24];

	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(dir));
	ok(journal_open(dir, &j, &err), &err);
	for (int i = 0; i < RECORDS; i++) {
		snprintf(value, sizeof(value), "%d", i);
		struct record r = {.topic = SPAN_LIT("news"),
				   .key = SPAN_LIT("k"),
				   .value = span_str(value),
				   .timestamp = 100 + i};
		ok(journal_append(j, &r, &err), &err);
	}
	ok(journal_commit(j, NULL, 0, &err), &err);
	journal_close(j);
}

static void remove_dir(void)
{
	static const char *const names[] = {"commit",	  "commit.new",	 "lock",    "news.log",
					    "claims.log", "changes.log", "dead.log"};
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

/* ctx: the output topic. One record in three makes two, one in four is refused. */
static int step(void *ctx, const struct record *in, struct output *out, struct error *reterr)
{
	struct record r = {.topic = span_str(ctx), .key = in->key, .value = in->value, .timestamp = in->timestamp};
	int n = in->value.p[in->value.n - 1] - '0', e = 0;

	for (int i = 0; e == 0 && i < (n % 3 == 0 ? 2 : 1); i++)
		e = out->emit(out, &r, reterr);
	if (e == 0 && n % 4 == 1)
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "one in four");
	return e;
}

static void run_stage(const char *group, const char *in, char *out)
{
	struct processor p = {.name = "copy", .input_topic = in, .ctx = out, .step = step};
	struct log quiet = {.fd = -1, .level = LOG_LEVEL_ERROR};
	struct source *source;
	struct sink *sink;
	struct metrics metrics;
	atomic_bool stop = false;
	struct error err = ERROR_INIT;

	metrics_init(&metrics, "copy", group, in);
	ok(files_new(dir, group, in, true, &source, &sink, &err), &err);
	struct worker w = {.source = source,
			   .sink = sink,
			   .processor = &p,
			   .metrics = &metrics,
			   .log = &quiet,
			   .stop = &stop,
			   .dead_letter_topic = "dead",
			   .transaction_records = PER_TRANSACTION,
			   .transaction_ms = 100000,
			   .linger_ms = 100};
	ok(worker_run(&w, &err), &err);
	source_free(source);
	sink_free(sink);
}

static void run_both(void)
{
	run_stage("extract", "news", (char[]){"claims"});
	run_stage("fold", "claims", (char[]){"changes"});
}

static void see(struct strbuf *out)
{
	static const char *const topics[] = {"claims", "changes", "dead"};
	struct journal *j;
	struct journal_reader *reader;
	struct record r;
	struct error err = ERROR_INIT;
	int got;

	ok(journal_open(dir, &j, &err), &err);
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		ok(journal_reader_new(j, topics[i], 0, &reader, &err), &err);
		while ((got = journal_read(reader, &r, &err)) > 0) {
			strbuf_addf(out, "%s %lld %lld %.*s\n", topics[i], (long long)r.offset, (long long)r.timestamp,
				    SPAN_FMT(r.value));
			for (size_t h = 0; h < r.n_headers; h++)
				strbuf_addf(out, "  %.*s=%.*s\n", SPAN_FMT(r.headers[h].name),
					    SPAN_FMT(r.headers[h].value));
		}
		ok(got, &err);
		journal_reader_free(reader);
	}
	journal_close(j);
}

static bool crash_at(int at)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		dying_disk_arm(at, DYING_DISK_SKIPS_SYNCS);
		run_both();
		_exit(3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3));
	return WEXITSTATUS(status) == 0;
}

static void a_kill_at_any_disk_call_leaves_no_trace(void **state)
{
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	int at = 1;

	(void)state;
	fresh();
	run_both();
	see(&want);
	remove_dir();
	assert_non_null(strstr(want.buf, "__connect.errors.exception.message=one in four"));
	assert_non_null(strstr(want.buf, "changes "));
	for (bool died = true; died; at++) {
		fresh();
		died = crash_at(at);
		/* A second crash, in the recovery. */
		if (died)
			(void)crash_at(1 + at % 7);
		run_both();
		strbuf_clear(&got);
		see(&got);
		assert_string_equal(got.buf, want.buf);
		remove_dir();
	}
	assert_true(at > 60);
	strbuf_done(&want);
	strbuf_done(&got);
}

static void a_second_instance_fences_the_first(void **state)
{
	struct source *first, *second;
	struct sink *first_sink, *second_sink;
	struct source_position p = {0, 1, 1, 1};
	struct record r = {.topic = SPAN_LIT("claims"), .value = SPAN_LIT("x")};
	struct error err = ERROR_INIT;
	struct strbuf got = STRBUF_INIT;

	(void)state;
	fresh();
	ok(files_new(dir, "extract", "news", false, &first, &first_sink, &err), &err);
	ok(first_sink->ops->begin(first_sink, &err), &err);
	ok(first_sink->ops->emit(first_sink, &r, &err), &err);
	ok(files_new(dir, "extract", "news", false, &second, &second_sink, &err), &err);
	assert_int_equal(first_sink->ops->commit(first_sink, &p, 1, &err), -ESTALE);
	assert_int_equal(err.action, ERROR_ACTION_STOP);
	see(&got);
	assert_string_equal(got.buf, "");
	source_free(first);
	sink_free(first_sink);
	source_free(second);
	sink_free(second_sink);
	strbuf_done(&got);
	remove_dir();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kill_at_any_disk_call_leaves_no_trace),
		cmocka_unit_test(a_second_instance_fences_the_first),
	};
	dying_disk_arm(0, DYING_DISK_SKIPS_SYNCS);
	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
