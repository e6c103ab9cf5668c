/* SPDX-License-Identifier: Apache-2.0 */
/* scowire-consumer: a table of subcommands. A new one is a file in command/, a line in command/command.h and a row. */
#include "command/command.h"
#include <errno.h>
#include <stdio.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{"run", command_run, "the pipeline: items to claims, claims to changes, exactly once"},
	{"subscribe", command_subscribe, "the state, then every change of it, for people or as JSON lines"},
	{"reset", command_reset, "back to a place of news.items: offsets, outputs and view together"},
	{"dates", command_dates, "the date expressions of a text, on their own"},
	{"check", command_check, "lint of a pack, and the examples that its rules carry"},
	{"extract", command_extract, "items to claims, one line each, on stdout"},
	{"replay", command_replay, "items from a file into a fresh state, every change on stdout"},
	{"state", command_state, "what is believed: as of a day, as known at a time, and why"},
};

static int usage(FILE *to, int code)
{
	fputs("usage: scowire-consumer COMMAND [options]\n"
	      "Reads news items, says what they state about an organisation and when it held, and publishes every "
	      "change once.\n\n",
	      to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-11s %s\n", commands[i].name, commands[i].help);
	fputs("\n  COMMAND --help   options of a command\n  --version        version and features\n"
	      "  --configuration  every option of every command, as docs/CONFIGURATION.md\n"
	      "  --metrics        what /metrics serves, as docs/METRICS.md\n"
	      "  --topics         the topics and their settings, as docs/TOPICS.md\n\n"
	      "exit codes: 0 done, 1 failure while running, 2 usage, 3 configuration, 4 broker unreachable\n",
	      to);
	return code;
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
		return usage(stdout, COMMAND_DONE);
	int page = command_page(name);
	if (page >= 0)
		return page;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].run(argc - 1, argv + 1);
	if (*name)
		fprintf(stderr, "scowire-consumer: no command '%s'\n", name);
	return usage(stderr, COMMAND_USAGE);
}

int main(int argc, char **argv)
{
	int code = dispatch(argc, argv);

	/* A full disk shows only here (after git's run_builtin). */
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "scowire-consumer: standard output: %s\n", strerror(errno));
		return code ? code : COMMAND_FAILED;
	}
	return code;
}
