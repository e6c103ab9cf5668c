/* SPDX-License-Identifier: Apache-2.0 */
/* common/options: every source through one setter, and what a wrong value is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "options/options.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { RUN = 1, OTHER = 2 };

struct values {
	const char *config, *name;
	int64_t count;
	bool fast, safe;
	int mode;
};

#define AT(field) offsetof(struct values, field)
static const char *const modes[] = {"slow", "brisk", NULL};
static const struct option_spec specs[] = {
	{"config", OPTION_STRING, AT(config), .commands = RUN | OTHER, .help = "file"},
	{"name", OPTION_STRING, AT(name), .commands = RUN, .help = "a name"},
	{"count", OPTION_INTEGER, AT(count), "3", -1, 10, .commands = RUN, .help = "how many"},
	{"fast", OPTION_BOOL, AT(fast), .commands = RUN, .help = "hurry"},
	{"safe-mode", OPTION_BOOL, AT(safe), "true", .commands = RUN, .help = "care | caution"},
	{"mode", OPTION_CHOICE, AT(mode), "slow", .choices = modes, .commands = OTHER, .help = "manner"},
};
static const struct option_command commands[] = {{RUN, "run", "[options] FILE", "Runs."},
						 {OTHER, "other", "", "Does not."}};
static const struct option_table table = {"prog", specs, ARRAY_SIZE(specs), commands, ARRAY_SIZE(commands), RUN};

/* Arguments and variables are one string each here, words parted by a space, for the sake of short rows. */
static char **words(const char *line, char *buf, size_t cap, int *n)
{
	static char *list[16];

	*n = 0;
	snprintf(buf, cap, "%s", line);
	for (char *save, *w = strtok_r(buf, " ", &save); w; w = strtok_r(NULL, " ", &save))
		list[(*n)++] = w;
	list[*n] = NULL;
	return list;
}

static char *temporary(const char *text)
{
	static char path[] = "/tmp/scowire-options-XXXXXX";

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

struct row {
	const char *file, *environment, *arguments;
	unsigned command;
	int code;	   /* of options_load */
	const char *error; /* part of the text */
	const char *name;
	int64_t count;
	bool fast, safe;
	int mode, rest;
};

static const struct row rows[] = {
	{"", "", "run", RUN, 0, "", NULL, 3, false, true, 0, 0},
	{"count = 4\n", "", "run", RUN, 0, "", NULL, 4, false, true, 0, 0},
	{"# remark\n\n  count=4  \nname = a b c \n", "", "run", RUN, 0, "", "a b c", 4, false, true, 0, 0},
	{"count = 4\n", "SCOWIRE_COUNT=5", "run", RUN, 0, "", NULL, 5, false, true, 0, 0},
	{"count = 4\n", "SCOWIRE_COUNT=5", "run --count 6", RUN, 0, "", NULL, 6, false, true, 0, 0},
	{"", "", "run --count=-1 --fast --no-safe-mode x -- --fast", RUN, 0, "", NULL, -1, true, false, 0, 2},
	{"mode = brisk\nsafe-mode = false\n", "", "run", RUN, 0, "", NULL, 3, false, false, 1, 0},
	{"", "SCOWIRE_SAFE_MODE=false SCOWIRE_UNKNOWN=1 OTHER=2", "run", RUN, 0, "", NULL, 3, false, false, 0, 0},
	{"", "", "run --count 11", RUN, -EINVAL, .error = "--count: count takes an integer from -1 to 10, not '11'"},
	{"", "", "run --count 1x", RUN, -EINVAL, .error = "not '1x'"},
	{"", "", "run --count 99999999999999999999", RUN, -EINVAL, .error = "from -1 to 10"},
	{"", "", "run --count", RUN, -EINVAL, .error = "--count takes a value: see 'prog run --help'"},
	{"", "", "run --mode slow", RUN, -EINVAL, .error = "--mode is no option"},
	{"", "", "other --mode fast", OTHER, -EINVAL, .error = "--mode: mode takes one of slow, brisk, not 'fast'"},
	{"", "", "other -X a=b", OTHER, -EINVAL, .error = "-X is no option"},
	{"", "", "run -X linger.ms", RUN, -EINVAL, .error = "-X takes name=value, not 'linger.ms'"},
	{"\ncount = x\n", "", "run", RUN, -EBADMSG, .error = ":2: count takes an integer"},
	{"number = 1\n", "", "run", RUN, -EBADMSG, .error = ":1: prog has no option 'number'"},
	{"count\n", "", "run", RUN, -EBADMSG, .error = ":1: not of the form name = value"},
	{"kafka. = 1\n", "", "run", RUN, -EBADMSG, .error = ":1: a librdkafka property has a name"},
	{"", "SCOWIRE_FAST=yes", "run", RUN, -EBADMSG, .error = "SCOWIRE_FAST: fast takes true or false, not 'yes'"},
};

static void load_row(void **state)
{
	const struct row *row = *state;
	struct values v;
	struct options o;
	struct error err = ERROR_INIT;
	char abuf[200], ebuf[200], line[300], *environment[16], **rest;
	int n, argc;

	char **vars = words(row->environment, ebuf, sizeof(ebuf), &n);
	memcpy(environment, vars, sizeof(char *) * (size_t)(n + 1));
	char *path = temporary(row->file);
	const char *flags = strchr(row->arguments, ' ');
	snprintf(line, sizeof(line), "%.*s --config %s%s", (int)strcspn(row->arguments, " "), row->arguments, path,
		 flags ? flags : "");
	char **argv = words(line, abuf, sizeof(abuf), &argc);

	assert_int_equal(options_init(&o, &table, &v, &err), 0);
	int r = options_load(&o, row->command, argc, argv, environment, &rest, &n, &err);
	assert_int_equal(r, row->code);
	if (r < 0) {
		assert_int_equal(err.action, ERROR_ACTION_STOP);
		if (!strstr(err.text, row->error))
			fail_msg("'%s' does not say '%s'", err.text, row->error);
	} else {
		if (row->name)
			assert_string_equal(v.name, row->name);
		else
			assert_null(v.name);
		assert_int_equal(v.count, row->count);
		assert_int_equal(v.fast, row->fast);
		assert_int_equal(v.safe, row->safe);
		assert_int_equal(v.mode, row->mode);
		assert_int_equal(n, row->rest);
	}
	options_done(&o);
	unlink(path);
}

static void properties_come_in_order(void **state)
{
	struct values v;
	struct options o;
	struct error err = ERROR_INIT;
	char *path = temporary("kafka.linger.ms = 5\n"), line[200], buf[200], **rest;
	char *environment[] = {(char[]){"SCOWIRE_KAFKA_SASL_PASSWORD=a=b"}, NULL};
	static const struct option_property want[] = {
		{"linger.ms", "5"}, {"sasl.password", "a=b"}, {"linger.ms", "7"}, {"acks", ""}};
	int n, argc;

	(void)state;
	snprintf(line, sizeof(line), "run --config=%s -X linger.ms=7 -Xacks=", path);
	char **argv = words(line, buf, sizeof(buf), &argc);
	assert_int_equal(options_init(&o, &table, &v, &err), 0);
	assert_int_equal(options_load(&o, RUN, argc, argv, environment, &rest, &n, &err), 0);
	assert_int_equal(o.n_properties, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_string_equal(o.properties[i].name, want[i].name);
		assert_string_equal(o.properties[i].value, want[i].value);
	}
	options_done(&o);
	unlink(path);
}

static void a_missing_file_is_named(void **state)
{
	struct values v;
	struct options o;
	struct error err = ERROR_INIT;
	char *argv[] = {(char[]){"run"}, (char[]){"--config=/nowhere/x.conf"}, NULL}, **rest;
	int n;

	(void)state;
	assert_int_equal(options_init(&o, &table, &v, &err), 0);
	assert_int_equal(options_load(&o, RUN, 2, argv, NULL, &rest, &n, &err), -EBADMSG);
	assert_string_equal(err.text, "/nowhere/x.conf: No such file or directory");
	options_done(&o);
}

static void help_and_page_name_what_a_command_has(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	options_help(&table, RUN, &out);
	assert_non_null(strstr(out.buf, "usage: prog run [options] FILE"));
	assert_non_null(strstr(out.buf, "--[no-]safe-mode"));
	assert_non_null(strstr(out.buf, "-X NAME=VALUE"));
	assert_null(strstr(out.buf, "--mode"));
	strbuf_clear(&out);
	options_markdown(&table, &out);
	assert_non_null(strstr(out.buf, "| `count` | integer, -1 to 10 | `3` | run | how many |"));
	assert_non_null(strstr(out.buf, "care \\| caution"));
	strbuf_done(&out);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 3];
	static char names[ARRAY_SIZE(rows)][120];
	size_t n = 0;

	for (; n < ARRAY_SIZE(rows); n++) {
		snprintf(names[n], sizeof(names[n]), "load %.30s %.30s %.50s", rows[n].file, rows[n].environment,
			 rows[n].arguments);
		tests[n] = (struct CMUnitTest){names[n], load_row, NULL, NULL, (void *)&rows[n]};
	}
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(properties_come_in_order);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_missing_file_is_named);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(help_and_page_name_what_a_command_has);
	return _cmocka_run_group_tests("options", tests, n, NULL, NULL);
}
