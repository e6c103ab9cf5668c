/* SPDX-License-Identifier: Apache-2.0 */
/* input.h: bytes of a file, a pipe or a terminal, by lines or whole, within a limit.
 *
 * Owner: the descriptor is the caller's; spans point into the input's buffer and die with the next call.
 * Errors: -EIO (ERROR_ACTION_SKIP: this input is at fault), -ECANCELED when stop_fd says so, -ENOMEM.
 */
#ifndef SCOWIRE_READERS_INPUT_H
#define SCOWIRE_READERS_INPUT_H

#include "base/error.h"
#include "base/span.h"

struct input {
	int fd;
	const char *name; /* for messages */
	int stop_fd;	  /* readable when the reading shall end (-ECANCELED); -1: never */
	/* Called before a read that has to wait, so that what was read so far can be made safe meanwhile; NULL: not. */
	int (*idle)(void *ctx, struct error *reterr);
	void *ctx;
	char *buf; /* private from here */
	size_t from, to, cap;
	bool end;
};

void input_init(struct input *in, int fd, const char *name); /* no idle(), stop_fd -1 */
void input_done(struct input *in);

/* The first byte that is no white space, without taking it; -ENOENT when there is none. */
int input_peek(struct input *in, struct error *reterr) MUST_CHECK;

/* The next line without its end. Returns 1; 0 at the end of the input; 2 when the line is longer than max, which is
 * dropped, and *ret holds its beginning. */
int input_line(struct input *in, size_t max, struct span *ret, struct error *reterr) MUST_CHECK;

/* Everything that is left. Returns 0; -E2BIG (ERROR_ACTION_SKIP) when it is more than max. */
int input_all(struct input *in, size_t max, struct span *ret, struct error *reterr) MUST_CHECK;

#endif
