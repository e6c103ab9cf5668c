/* SPDX-License-Identifier: Apache-2.0 */
/* common/log: a line is logfmt whatever the values hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log/log.h"
#include <unistd.h>

static void lines(void **state)
{
	static const struct {
		const char *name, *message;
		struct log_field field;
		const char *want;
	} rows[] = {
		{NULL, "assigned", {"partition", {NULL, 0}, -3}, "level=info msg=assigned partition=-3"},
		{"fold", "two words", {"k", {"v", 1}, 0}, "level=info name=fold msg=\"two words\" k=v"},
		{NULL, "m", {"k", {"", 0}, 0}, "level=info msg=m k=\"\""},
		{NULL, "m", {"k", {"a\"b\\c", 5}, 0}, "level=info msg=m k=\"a\\\"b\\\\c\""},
		{NULL, "m", {"k", {"a\nb\0c", 5}, 0}, "level=info msg=m k=\"a\\x0ab\\x00c\""},
		{NULL, "m", {"k", {"a=b", 3}, 0}, "level=info msg=m k=\"a=b\""},
	};
	char buf[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct log log = {.fd = -1, .level = LOG_LEVEL_INFO, .name = rows[i].name};
		size_t n = log_format(&log, LOG_LEVEL_INFO, rows[i].message, &rows[i].field, 1, buf, sizeof(buf));
		assert_string_equal(buf, rows[i].want);
		assert_int_equal(n, strlen(rows[i].want));
	}
}

static void a_long_line_is_cut(void **state)
{
	struct log log = {.fd = -1, .level = LOG_LEVEL_INFO};
	struct log_field field = log_str("key", "0123456789");
	char buf[24];

	(void)state;
	assert_int_equal(log_format(&log, LOG_LEVEL_INFO, "m", &field, 1, buf, sizeof(buf)), 23);
	assert_string_equal(buf, "level=info msg=m key=01");
}

static void one_write_a_line_and_levels(void **state)
{
	int fd[2];
	char buf[300] = "";

	(void)state;
	assert_int_equal(pipe(fd), 0);
	struct log log = {.fd = fd[1], .level = LOG_LEVEL_WARNING};
	struct error err = ERROR_INIT;
	error_set(&err, ERROR_ACTION_RETRY, -5, "broker gone");
	log_event(&log, LOG_LEVEL_INFO, "dropped", log_int("x", 1));
	log_error(&log, "transaction aborted", &err);
	close(fd[1]);
	ssize_t n = read(fd[0], buf, sizeof(buf) - 1);
	assert_true(n > 0);
	assert_memory_equal(buf, "ts=", 3);
	assert_string_equal(strchr(buf, ' '), " level=error msg=\"transaction aborted\" error=\"broker gone\" code=EIO "
					      "action=retry\n");
	close(fd[0]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(one_write_a_line_and_levels),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
