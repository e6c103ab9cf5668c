/* SPDX-License-Identifier: Apache-2.0 */
/* command.h: the subcommands of scowire-consumer: one file each, one row each in main.c.
 *
 * A command is `int command_x(int argc, char **argv)` with argv[0] its own name. It reads its options with
 * command_begin(), writes data to stdout and messages to stderr, and returns one of enum command_exit. It need not
 * flush: main() does, and turns a failed write into COMMAND_FAILED.
 */
#ifndef SCOWIRE_COMMAND_H
#define SCOWIRE_COMMAND_H

#include "command/options.h"

enum command_exit {
	COMMAND_DONE = 0,
	COMMAND_FAILED = 1, /* while running */
	COMMAND_USAGE = 2,  /* a wrong flag or argument */
	COMMAND_CONFIG = 3, /* a wrong file, variable, pack or topic */
	COMMAND_BROKER = 4, /* unreachable */
};

int command_run(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_state(int argc, char **argv);
int command_dates(int argc, char **argv);
int command_subscribe(int argc, char **argv);
int command_reset(int argc, char **argv);
int command_check(int argc, char **argv);
int command_extract(int argc, char **argv);

/* Prints a page that is made from a table ("--version", "--configuration", "--metrics", "--topics") to stdout and
 * returns the exit code; -1 when `name` is no such page. */
int command_page(const char *name);

/* What a command starts with: its options, and what is left of argv. */
struct command {
	struct consumer_options values;
	struct options options; /* owns the strings in `values` */
	char **arguments;	/* what is no option, borrowed from argv */
	int n_arguments;
};

/* Fills c from the flags, the environment and the file. Returns -1 to go on, or the exit code: --help was printed to
 * stdout, or an error to stderr. Either way c is valid for command_end(). */
int command_begin(struct command *c, enum consumer_command which, int argc, char **argv) MUST_CHECK;
void command_end(struct command *c);

/* Prints "scowire-consumer COMMAND: text" to stderr and returns the exit code that fits the error. */
int command_fail(const char *name, const struct error *err);

#endif
