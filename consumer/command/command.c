/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static enum command_exit exit_of(int code)
{
	switch (code) {
	case -EINVAL:
		return COMMAND_USAGE;
	case -EBADMSG: /* a pack, a topic that is not what it must be */
	case -ENOENT:
		return COMMAND_CONFIG;
	case -ENOTCONN:
		return COMMAND_BROKER;
	default:
		return COMMAND_FAILED;
	}
}

int command_fail(const char *name, const struct error *err)
{
	fprintf(stderr, "scowire-consumer %s: %s\n", name, err->text);
	return (int)exit_of(err->code);
}

int command_begin(struct command *c, enum consumer_command which, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct strbuf help = STRBUF_INIT;

	*c = (struct command){0};
	if (options_init(&c->options, &consumer_option_table, &c->values, &err) < 0)
		return command_fail(argv[0], &err);
	if (options_load(&c->options, which, argc, argv, environ, &c->arguments, &c->n_arguments, &err) < 0) {
		int code = command_fail(argv[0], &err);
		return code == COMMAND_USAGE ? code : COMMAND_CONFIG;
	}
	if (!c->options.help)
		return -1;
	options_help(&consumer_option_table, which, &help);
	fputs(help.buf, stdout);
	strbuf_done(&help);
	return COMMAND_DONE;
}

void command_end(struct command *c)
{
	options_done(&c->options);
}
