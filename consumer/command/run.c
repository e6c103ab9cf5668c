/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include <errno.h>

int command_run(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_RUN, argc, argv);

	if (code < 0) {
		error_set(&err, ERROR_ACTION_STOP, -ENOSYS, "no stage is built in yet");
		code = command_fail(argv[0], &err);
	}
	command_end(&c);
	return code;
}
