/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/input.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK ((size_t)64 * 1024)

void input_init(struct input *in, int fd, const char *name)
{
	*in = (struct input){.fd = fd, .name = name, .stop_fd = -1};
}

void input_done(struct input *in)
{
	free(in->buf);
	in->buf = NULL;
}

/* Waits until there is something to read, with a look at stop_fd; says before a wait that there is one. */
static int await(struct input *in, struct error *err)
{
	struct pollfd fds[] = {{.fd = in->fd, .events = POLLIN}, {.fd = in->stop_fd, .events = POLLIN}};
	int n = poll(fds, ARRAY_SIZE(fds), 0);

	if (n == 0 && in->idle) {
		int r = in->idle(in->ctx, err);
		if (r < 0)
			return r;
	}
	while (n == 0 || (n < 0 && errno == EINTR))
		n = poll(fds, ARRAY_SIZE(fds), -1);
	if (n > 0 && fds[1].revents)
		return error_set(err, ERROR_ACTION_STOP, -ECANCELED, "%s: stopped", in->name);
	return 0;
}

/* Reads some more. Returns 1, 0 at the end, or an error. */
static int fill(struct input *in, struct error *err)
{
	if (in->end)
		return 0;
	if (in->from > 0 && in->from == in->to)
		in->from = in->to = 0;
	if (in->cap - in->to < CHUNK) {
		size_t have = in->to - in->from;
		size_t cap = have + CHUNK > in->cap ? 2 * in->cap + 2 * CHUNK : in->cap;
		char *p = malloc(cap);
		if (!p)
			return error_set(err, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", in->name);
		if (have)
			memcpy(p, in->buf + in->from, have);
		free(in->buf);
		in->buf = p;
		in->cap = cap;
		in->from = 0;
		in->to = have;
	}
	int r = await(in, err);
	if (r < 0)
		return r;
	ssize_t n;
	do
		n = read(in->fd, in->buf + in->to, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(err, ERROR_ACTION_SKIP, -EIO, "%s: %s", in->name, strerror(errno));
	in->end = n == 0;
	in->to += (size_t)n;
	return n > 0;
}

int input_peek(struct input *in, struct error *reterr)
{
	for (;;) {
		for (size_t i = in->from; i < in->to; i++)
			if (!strchr(" \t\r\n", in->buf[i]) || in->buf[i] == '\0')
				return (unsigned char)in->buf[i];
		int r = fill(in, reterr);
		if (r <= 0)
			return r < 0 ? r : -ENOENT;
		if (in->to - in->from > CHUNK && span_trim(span_of(in->buf + in->from, in->to - in->from)).n == 0)
			in->from = in->to; /* nothing but white space: drop it */
	}
}

int input_line(struct input *in, size_t max, struct span *ret, struct error *reterr)
{
	size_t searched = 0;
	bool too_long = false;

	for (;;) {
		char *start = in->buf + in->from;
		char *end = in->to > in->from + searched ? memchr(start + searched, '\n', in->to - in->from - searched)
							 : NULL;
		if (end) {
			*ret = span_of(start, (size_t)(end - start));
			in->from += ret->n + 1;
			return too_long || ret->n > max ? 2 : 1;
		}
		searched = in->to - in->from;
		if (searched > max) {
			too_long = true;
			in->to = in->from + 80;
			searched = 80;
		}
		int r = fill(in, reterr);
		if (r < 0)
			return r;
		if (r == 0) {
			*ret = span_of(in->buf + in->from, in->to - in->from);
			in->from = in->to;
			return too_long ? 2 : ret->n > 0;
		}
	}
}

int input_all(struct input *in, size_t max, struct span *ret, struct error *reterr)
{
	int r;

	while ((r = fill(in, reterr)) > 0)
		if (in->to - in->from > max)
			return error_set(reterr, ERROR_ACTION_SKIP, -E2BIG, "more than %zu bytes", max);
	if (r < 0)
		return r;
	*ret = span_of(in->buf ? in->buf + in->from : "", in->to - in->from);
	in->from = in->to;
	return 0;
}
