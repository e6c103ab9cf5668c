/* SPDX-License-Identifier: Apache-2.0 */
/* common/journal: any bytes come back; a kill at any system call recovers to a commit; a fenced writer writes nothing.
 *
 * In the crash test a forked child dies at the n-th change of the disk (tests/support/dying_disk.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/dying_disk.h"
#include "base/strbuf.h"
#include "journal/journal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/scowire-journal-XXXXXX";

static int fresh_dir(void **state)
{
	(void)state;
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const names[] = {"commit", "commit.new", "lock", "in.log", "a.log", "b.log"};
	char path[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static struct journal *open_ok(const char *group)
{
	struct journal *j;
	struct error err = ERROR_INIT;

	if (journal_open(dir, &j, &err) < 0)
		fail_msg("%s", err.text);
	if (group)
		assert_int_equal(journal_join(j, group, &err), 0);
	return j;
}

static void append_ok(struct journal *j, const char *topic, const char *key, const char *value)
{
	struct record r = {.topic = span_str(topic), .key = span_str(key), .value = span_str(value), .timestamp = 7};
	assert_int_equal(journal_append(j, &r, NULL), 0);
}

static void commit_ok(struct journal *j)
{
	struct error err = ERROR_INIT;
	if (journal_commit(j, NULL, 0, &err) < 0)
		fail_msg("%s", err.text);
}

static void any_bytes_come_back(void **state)
{
	static const struct record_header headers[] = {
		{{"h", 1}, {"a\nb\0", 4}}, {{"", 0}, {NULL, 0}}, {{"e", 1}, {"", 0}}};
	static const struct record rows[] = {
		{.timestamp = -1, .key = {NULL, 0}, .value = {NULL, 0}},
		{.timestamp = 0, .key = {"", 0}, .value = {"", 0}},
		{.timestamp = INT64_MAX, .key = {"k\n", 2}, .value = {"#0000000000000000 1 2 3 4\n", 26}},
		{.timestamp = 5, .key = {"\0\xff", 2}, .value = {"{}", 2}, .headers = headers, .n_headers = 3},
	};
	struct journal *j = open_ok(NULL);
	struct journal_reader *reader;
	struct record got;
	char *big = calloc(1, 3 * 1000 * 1000); /* wider than the reader's window */
	struct record large = {.topic = SPAN_LIT("a"), .value = span_of(big, 3 * 1000 * 1000)};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct record r = rows[i];
		r.topic = SPAN_LIT("a");
		assert_int_equal(journal_append(j, &r, NULL), 0);
		if (i == 1)
			commit_ok(j);
	}
	assert_int_equal(journal_append(j, &large, NULL), 0);
	commit_ok(j);
	assert_int_equal(journal_reader_new(j, "a", 0, &reader, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(journal_read(reader, &got, NULL), 1);
		assert_int_equal(got.timestamp, rows[i].timestamp);
		assert_true(span_eq(got.key, rows[i].key) && !got.key.p == !rows[i].key.p);
		assert_true(span_eq(got.value, rows[i].value) && !got.value.p == !rows[i].value.p);
		assert_int_equal(got.n_headers, rows[i].n_headers);
		for (size_t h = 0; h < got.n_headers; h++) {
			assert_true(span_eq(got.headers[h].name, headers[h].name));
			assert_true(span_eq(got.headers[h].value, headers[h].value));
			assert_true(!got.headers[h].value.p == !headers[h].value.p);
		}
	}
	assert_int_equal(journal_read(reader, &got, NULL), 1);
	assert_true(span_eq(got.value, large.value));
	assert_int_equal(journal_read(reader, &got, NULL), 0);
	assert_int_equal(journal_reader_next(reader), journal_end(j, "a"));
	free(big);
	journal_reader_free(reader);
	journal_close(j);
}

static void what_is_not_committed_is_not_there(void **state)
{
	struct journal *writer = open_ok(NULL), *other = open_ok(NULL);
	struct journal_reader *reader;
	struct record got;

	(void)state;
	assert_int_equal(journal_reader_new(other, "a", 0, &reader, NULL), 0);
	append_ok(writer, "a", "k", "1");
	assert_int_equal(journal_refresh(other, NULL), 0);
	assert_int_equal(journal_read(reader, &got, NULL), 0);
	journal_abort(writer);
	append_ok(writer, "a", "k", "2");
	commit_ok(writer);
	assert_int_equal(journal_read(reader, &got, NULL), 0); /* as of the last refresh */
	assert_int_equal(journal_refresh(other, NULL), 1);
	assert_int_equal(journal_refresh(other, NULL), 0);
	assert_int_equal(journal_read(reader, &got, NULL), 1);
	assert_true(span_eq_str(got.value, "2"));
	/* Two writers take turns: offsets are given at the commit. */
	append_ok(writer, "a", "k", "3");
	append_ok(other, "a", "k", "4");
	commit_ok(other);
	commit_ok(writer);
	assert_int_equal(journal_refresh(other, NULL), 1);
	assert_int_equal(journal_read(reader, &got, NULL), 1);
	assert_true(span_eq_str(got.value, "4"));
	assert_int_equal(journal_read(reader, &got, NULL), 1);
	assert_true(span_eq_str(got.value, "3"));
	journal_reader_free(reader);
	journal_close(other);
	journal_close(writer);
}

static void a_topic_that_does_not_exist_is_empty(void **state)
{
	struct journal *j = open_ok(NULL);
	struct journal_reader *reader;
	struct error err = ERROR_INIT;
	struct record got;

	(void)state;
	assert_int_equal(journal_reader_new(j, "a", 0, &reader, &err), 0);
	assert_int_equal(journal_read(reader, &got, &err), 0);
	assert_int_equal(err.code, 0); /* which is no error */
	append_ok(j, "a", "k", "v");
	commit_ok(j);
	assert_int_equal(journal_read(reader, &got, &err), 1);
	journal_reader_free(reader);
	journal_close(j);
}

static void a_fenced_member_writes_nothing(void **state)
{
	struct journal *first = open_ok("g"), *stranger = open_ok("other"), *second;
	struct journal_position p = {"in", 10};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(journal_position(first, "g", "in"), -1);
	assert_int_equal(journal_commit(first, &p, 1, NULL), 0);
	append_ok(first, "a", "k", "lost");
	second = open_ok("g");
	assert_int_equal(journal_position(second, "g", "in"), 10);
	p.next = 20;
	assert_int_equal(journal_commit(first, &p, 1, &err), -ESTALE);
	assert_int_equal(err.action, ERROR_ACTION_STOP);
	assert_int_equal(journal_refresh(second, NULL), 0);
	assert_int_equal(journal_position(second, "g", "in"), 10);
	assert_int_equal(journal_end(second, "a"), 0);
	assert_int_equal(journal_commit(stranger, &p, 1, NULL), 0);
	assert_int_equal(journal_commit(second, &p, 1, NULL), 0);
	assert_int_equal(journal_position(second, "g", "in"), 20);
	journal_close(second);
	journal_close(stranger);
	journal_close(first);
}

static void put_file(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void a_foreign_or_damaged_file_is_refused(void **state)
{
	static const char *const texts[] = {
		"scowire-journal 2\n",
		"scowire-journal 1\nlog a 5\n",
		"scowire-journal 1\nlog a 5\nsum 00000000000000000000000000000000\n",
		"something else",
	};
	struct journal *j = open_ok(NULL), *no = NULL;
	struct journal_reader *reader;
	struct record got;
	struct error err = ERROR_INIT;

	(void)state;
	append_ok(j, "a", "k", "a value of some length");
	commit_ok(j);
	assert_int_equal(journal_reader_new(j, "a", 5, &reader, NULL), 0);
	assert_int_equal(journal_read(reader, &got, &err), -EUCLEAN); /* no record starts there */
	journal_reader_seek(reader, 5000);
	assert_int_equal(journal_read(reader, &got, NULL), -EUCLEAN);
	journal_reader_free(reader);

	put_file("a.log", "short");
	assert_int_equal(journal_reader_new(j, "a", 0, &reader, NULL), 0);
	assert_int_equal(journal_read(reader, &got, NULL), -EUCLEAN);
	journal_reader_free(reader);
	append_ok(j, "a", "k", "v");
	assert_int_equal(journal_commit(j, NULL, 0, NULL), -EUCLEAN);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put_file("commit", texts[i]);
		assert_int_equal(journal_open(dir, &no, NULL), -EUCLEAN);
	}
	assert_null(no);
	assert_int_equal(journal_reader_new(j, "../a", 0, &reader, NULL), -EINVAL);
	struct record bad = {.topic = SPAN_LIT("a/b")};
	assert_int_equal(journal_append(j, &bad, NULL), -EINVAL);
	journal_close(j);
}

enum { TRANSACTIONS = 4 };

/* Transaction t of the script: a few records to two topics, position t + 1. Says so on the pipe. */
static void run_script(int from, int told)
{
	struct journal *j = open_ok("g");
	char value[32];

	for (int t = from; t < TRANSACTIONS; t++) {
		struct journal_position p = {"in", t + 1};
		for (int i = 0; i <= t; i++) {
			snprintf(value, sizeof(value), "value %d of transaction %d", i, t);
			append_ok(j, i % 2 ? "b" : "a", "k", value);
		}
		assert_int_equal(journal_commit(j, &p, 1, NULL), 0);
		if (told >= 0)
			assert_int_equal(write(told, "x", 1), 1);
	}
	journal_close(j);
}

/* Everything that a reader sees, as text. */
static void see(struct strbuf *out)
{
	static const char *const topics[] = {"a", "b"};
	struct journal *j = open_ok(NULL);
	struct journal_reader *reader;
	struct record got;
	struct error err = ERROR_INIT;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		assert_int_equal(journal_reader_new(j, topics[i], 0, &reader, NULL), 0);
		while ((r = journal_read(reader, &got, &err)) > 0)
			strbuf_addf(out, "%s %lld %.*s\n", topics[i], (long long)got.offset, SPAN_FMT(got.value));
		if (r < 0)
			fail_msg("%s", err.text);
		journal_reader_free(reader);
	}
	strbuf_addf(out, "position %lld\n", (long long)journal_position(j, "g", "in"));
	journal_close(j);
}

/* What is seen after each number of whole transactions, and by an undisturbed run. */
static void expectations(struct strbuf want[TRANSACTIONS + 1])
{
	for (int n = 0; n <= TRANSACTIONS; n++) {
		struct journal *j = open_ok("g");
		char value[32];
		int t = n - 1;
		struct journal_position p = {"in", n};

		for (int i = 0; i <= t; i++) {
			snprintf(value, sizeof(value), "value %d of transaction %d", i, t);
			append_ok(j, i % 2 ? "b" : "a", "k", value);
		}
		if (n)
			assert_int_equal(journal_commit(j, &p, 1, NULL), 0);
		journal_close(j);
		want[n] = STRBUF_INIT;
		see(&want[n]);
	}
}

/* Runs the script in a child that dies at disk call `at`. Returns the transactions that it was told are committed;
 * *ret_died is false when it came to its end. */
static int crash_at(int at, bool *ret_died)
{
	int fd[2], status, told = 0;
	char c;

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dying_disk_arm(at, DYING_DISK_SYNCS);
		run_script(0, fd[1]);
		_exit(3);
	}
	close(fd[1]);
	while (read(fd[0], &c, 1) == 1)
		told++;
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
	*ret_died = WEXITSTATUS(status) == 0;
	return told;
}

static void a_kill_at_any_write_recovers_to_a_commit(void **state)
{
	struct strbuf want[TRANSACTIONS + 1], got = STRBUF_INIT;
	bool died = true;
	int at, seen[TRANSACTIONS + 1] = {0};

	expectations(want);
	assert_int_equal(remove_dir(state), 0);
	for (at = 1; died; at++) {
		assert_int_equal(fresh_dir(state), 0);
		int told = crash_at(at, &died), done = 0;

		strbuf_clear(&got);
		see(&got);
		while (done < TRANSACTIONS && strcmp(got.buf, want[done].buf))
			done++;
		assert_string_equal(got.buf, want[done].buf);
		assert_true(done == told || done == told + 1);
		seen[done]++;
		run_script(done, -1);
		strbuf_clear(&got);
		see(&got);
		assert_string_equal(got.buf, want[TRANSACTIONS].buf);
		assert_int_equal(remove_dir(state), 0);
	}
	assert_true(at > 20); /* it did die at many places */
	for (int n = 0; n <= TRANSACTIONS; n++) {
		assert_true(seen[n] > 0);
		strbuf_done(&want[n]);
	}
	strbuf_done(&got);
	assert_int_equal(fresh_dir(state), 0);
}

static void a_failed_write_drops_the_transaction(void **state)
{
	struct journal *j = open_ok("g");
	struct journal_position p = {"in", 1};
	char path[64];

	(void)state;
	append_ok(j, "a", "k", "1");
	snprintf(path, sizeof(path), "%s/commit.new", dir);
	unlink(path);
	assert_int_equal(mkdir(path, 0755), 0); /* the new commit record cannot be written */
	assert_int_equal(journal_commit(j, &p, 1, NULL), -EIO);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(journal_position(j, "g", "in"), -1);
	assert_int_equal(journal_end(j, "a"), 0);
	append_ok(j, "a", "k", "2");
	assert_int_equal(journal_commit(j, &p, 1, NULL), 0);
	struct strbuf got = STRBUF_INIT;
	see(&got);
	assert_string_equal(got.buf, "a 0 2\nposition 1\n");
	strbuf_done(&got);
	journal_close(j);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_bytes_come_back, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(what_is_not_committed_is_not_there, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_topic_that_does_not_exist_is_empty, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_fenced_member_writes_nothing, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_foreign_or_damaged_file_is_refused, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_kill_at_any_write_recovers_to_a_commit, fresh_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_failed_write_drops_the_transaction, fresh_dir, remove_dir),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
