/* SPDX-License-Identifier: Apache-2.0 */
/* check: is a pack sound? */
#include "core/claim/check.h"
#include "command/command.h"
#include "command/pack_dir.h"
#include "command/report.h"
#include <stdio.h>

static void print_line(void *user, bool fault, const char *text)
{
	(void)user;
	printf("%s%s\n", text, fault ? "" : " (note)");
}

int command_check(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	struct pack *pack = NULL;
	struct check_result r = {0};
	struct check_report report = {print_line, NULL};
	int code = command_begin(&c, CONSUMER_CHECK, argc, argv);

	if (code < 0) {
		const char *dir = c.n_arguments ? c.arguments[0] : c.values.pack;

		code = COMMAND_CONFIG;
		struct report_files files = {c.values.report, c.values.items, c.values.against};
		if (files.gold && !files.items) {
			fputs("scowire-consumer check: --report wants --items\n", stderr);
			code = COMMAND_USAGE;
		} else if (files.gold) {
			if (pack_dir_load(dir, &pack, &err) < 0)
				command_fail(argv[0], &err);
			else if (report_print(pack, &files, &err) < 0)
				code = command_fail(argv[0], &err);
			else
				code = COMMAND_DONE;
		} else if (pack_dir_load(dir, &pack, &err) < 0 || pack_check(pack, &report, &r, &err) < 0) {
			command_fail(argv[0], &err);
		} else {
			printf("%.*s: %zu rules, %zu examples, %zu near-misses; %zu faults, %zu notes\n",
			       SPAN_FMT(pack_name(pack)), r.rules, r.fires, r.silent, r.faults, r.notes);
			code = r.faults ? COMMAND_FAILED : COMMAND_DONE;
		}
	}
	pack_free(pack);
	command_end(&c);
	return code;
}
