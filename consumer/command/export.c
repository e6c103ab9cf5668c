/* SPDX-License-Identifier: Apache-2.0 */
#include "command/export.h"
#include "command/subscription.h"
#include "feed/snapshot_file.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static int nothing(void *ctx, const struct subscription *s, enum snapshot_reason why, struct feed_place missed,
		   struct error *reterr)
{
	(void)ctx;
	(void)s;
	(void)why;
	(void)missed;
	(void)reterr;
	return 0;
}

/* The feed's name is in its events only: that of the newest one, of which any will do. */
static int name_feed(struct subscription *s, struct cursor *at, struct error *reterr)
{
	struct record r;
	int e = 0;

	s->changes->parts[0].next = s->changes->seekable ? at->offset : 0;
	if (tail_seek(s->changes, reterr) < 0)
		return -EIO;
	while ((e = tail_poll(s->changes, 1000, &r, reterr)) >= 0 && e != TAIL_END)
		for (size_t i = 0; e == TAIL_RECORD && i < r.n_headers; i++)
			if (span_eq_str(r.headers[i].name, "ce_source")) {
				cursor_set(at->feed, sizeof(at->feed), r.headers[i].value);
				return 0;
			}
	return e < 0 ? e : 0;
}

static int write_snapshot(struct subscription *s, struct error *reterr)
{
	struct strbuf out = STRBUF_INIT;
	struct cursor at;
	int r = subscription_snapshot(s, SNAPSHOT_START, reterr);

	if (r == 0) {
		at = s->at;
		r = name_feed(s, &at, reterr);
	}
	if (r == 0) {
		snapshot_file_format(s->follower, &at, &out);
		if (out.failed)
			r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		else if (fwrite(out.buf, 1, out.len, stdout) != out.len)
			r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %m");
	}
	strbuf_done(&out);
	return r;
}

int export_snapshot(const struct command *c, struct error *reterr)
{
	struct log log = {.fd = STDERR_FILENO, .level = (enum log_level)c->values.log_level, .name = "state"};
	struct subscription s = {.listener = {.snapshot = nothing}};
	struct topics topics;

	topics_init(&topics, c, &log);
	int r = subscription_open(&s, &topics, reterr);
	if (r == 0)
		r = write_snapshot(&s, reterr);
	subscription_close(&s);
	return r;
}
