/* SPDX-License-Identifier: Apache-2.0 */
/* /changes: the feed as server-sent events (WHATWG HTML, 9.2), read from the view as the fold commits to it. */
#include "codec/change_read.h"
#include "codec/epoch_json.h"
#include "serve/private.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BATCH 200
#define LOOK_MS 200
#define EVENT_MEMORY_MAX ((size_t)256 * 1024 * 1024)
#define HEARTBEAT_LOOKS 50 /* a comment after so many looks without a change */

struct follower {
	struct view *view;
	const char *source;
	int64_t epoch, sequence; /* of the last event sent */
	int quiet;		 /* looks without a change */
	struct arena arena;
	struct strbuf *out;
};

/* The event as it is on sco.changes, with all its attributes, in structured mode. */
static int put_event(struct follower *f, const struct view_change *c, struct error *reterr)
{
	struct change_event e = {.source = span_str(f->source),
				 .epoch = c->epoch,
				 .sequence = c->sequence,
				 .recorded = c->recorded,
				 .causation = c->causation};
	bool hand_over = span_eq_str(c->slot, EPOCH_EVENT_KEY);
	struct record_header headers[CHANGE_HEADERS_MAX];

	arena_reset(&f->arena);
	snprintf(e.id, sizeof(e.id), "%.*s", SPAN_FMT(c->id));
	int n = hand_over ? 0 : change_read_data(c->data, &f->arena, &e, reterr);
	if (n < 0)
		return n;
	n = hand_over ? epoch_json_headers(&e, &f->arena, headers) : change_json_headers(&e, &f->arena, headers);
	if (n < 0)
		return error_set(reterr, ERROR_ACTION_STOP, n, "out of memory");
	struct record r = {.value = c->data, .headers = headers, .n_headers = (size_t)n};
	strbuf_addf(f->out, "id: %lld-%lld\ndata: ", (long long)c->epoch, (long long)c->sequence);
	n = change_json_structured(&r, f->out);
	strbuf_addstr(f->out, "\n\n");
	return n;
}

static int send_change(void *ctx, const struct view_change *c, struct error *reterr)
{
	struct follower *f = ctx;

	int r = put_event(f, c, reterr);

	if (r < 0)
		return r;
	f->epoch = c->epoch;
	f->sequence = c->sequence;
	f->quiet = 0;
	return 0;
}

static int next(void *ctx, struct strbuf *out)
{
	struct follower *f = ctx;
	const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
	int64_t before = f->sequence, epoch = f->epoch;

	f->out = out;
	int r = view_changes_after(f->view, f->epoch, f->sequence, BATCH, send_change, f, NULL);
	if (r < 0 || out->failed)
		return -EIO;
	if (f->sequence != before || f->epoch != epoch)
		return 0;
	if (++f->quiet % HEARTBEAT_LOOKS == 0)
		strbuf_addstr(out, ": still here\n\n");
	else
		nanosleep(&look, NULL);
	return 0;
}

static void follower_free(void *ctx)
{
	struct follower *f = ctx;

	view_close(f->view);
	arena_done(&f->arena);
	free(f);
}

/* The number at the start of s, and what follows it; negative when there is none. */
static int64_t take_number(struct span *s)
{
	int64_t n = 0;
	size_t i = 0;

	for (; i < s->n && i < 18 && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		n = n * 10 + (s->p[i] - '0');
	*s = span_sub(*s, i, s->n);
	return i ? n : -1;
}

/* After which event to begin. */
static int read_position(const struct server_request *request, const struct view_head *head, struct follower *f,
			 struct server_reply *reply)
{
	struct span last = server_header(request, "Last-Event-ID"), from = server_query(request, "from");

	f->epoch = head->epoch;
	f->sequence = head->sequence;
	if (from.n) {
		f->sequence = take_number(&from) - 1;
		if (from.n || f->sequence < 0)
			return refuse(reply, HTTP_BAD, "from takes a sequence number, the first is 1"), -EINVAL;
	}
	if (last.n) { /* a browser that comes back: later than what the page asked for */
		f->epoch = take_number(&last);
		if (!span_starts(last, SPAN_LIT("-")))
			return refuse(reply, HTTP_BAD, "Last-Event-ID takes EPOCH-SEQUENCE"), -EINVAL;
		last = span_sub(last, 1, last.n);
		f->sequence = take_number(&last);
		if (f->epoch < 0 || f->sequence < 0 || last.n)
			return refuse(reply, HTTP_BAD, "Last-Event-ID takes EPOCH-SEQUENCE"), -EINVAL;
	}
	return 0;
}

static int note_first(void *ctx, const struct view_change *c, struct error *reterr)
{
	struct view_change *first = ctx;

	(void)reterr;
	*first = *c;
	return 0;
}

/* May the feed be followed from there without a hole? */
static int check_position(struct follower *f, struct server_reply *reply)
{
	const struct view_head *head = view_head(f->view);
	struct view_change first = {.epoch = f->epoch, .sequence = f->sequence + 1};

	if (f->epoch > head->epoch || (f->epoch == head->epoch && f->sequence > head->sequence))
		return refuse(reply, HTTP_CONFLICT, "this feed has not come so far: the position is another feed's"),
		       -EINVAL;
	if (view_changes_after(f->view, f->epoch, f->sequence, 1, note_first, &first, NULL) < 0)
		return refuse(reply, HTTP_ERROR, "the view cannot be read"), -EIO;
	if (first.epoch == f->epoch && first.sequence != f->sequence + 1)
		return refuse(reply, HTTP_GONE,
			      "changes from there on are not kept: read /state and follow from its sequence"),
		       -EIO;
	return 0;
}

void changes(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	const struct questions *q = ctx;
	struct view *v = open_view(q, reply);
	struct follower *f = v ? calloc(1, sizeof(*f)) : NULL;

	if (!f) {
		if (v)
			refuse(reply, HTTP_ERROR, "out of memory");
		view_close(v);
		return;
	}
	*f = (struct follower){.view = v, .source = q->source};
	arena_init(&f->arena, EVENT_MEMORY_MAX);
	if (read_position(request, view_head(v), f, reply) < 0 || check_position(f, reply) < 0) {
		follower_free(f);
		return;
	}
	reply->content_type = "text/event-stream";
	reply->stream = (struct server_stream){next, follower_free, f};
}
