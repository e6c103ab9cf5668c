/* SPDX-License-Identifier: Apache-2.0 */
/* /changes: the feed as server-sent events (WHATWG HTML, 9.2), read from the view as the fold commits to it. */
#include "ninjs/json_out.h"
#include "codec/spell_json.h"
#include "serve/private.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define BATCH 200
#define LOOK_MS 200
#define HEARTBEAT_LOOKS 50 /* a comment after so many looks without a change */

struct follower {
	struct view *view;
	const char *source;
	int64_t epoch, sequence; /* of the last event sent */
	int quiet;		 /* looks without a change */
	struct strbuf *out;
};

/* "scowire.presidency.opened" */
static struct span event_type(struct strbuf *scratch, const struct view_change *c)
{
	struct span kind = span_sub(c->slot, 0, span_find(c->slot, SPAN_LIT("/"), 0));

	strbuf_clear(scratch);
	strbuf_addf(scratch, "scowire.%.*s.%.*s", SPAN_FMT(kind), SPAN_FMT(c->op));
	return strbuf_span(scratch);
}

static void put_event(struct strbuf *out, const char *source, const struct view_change *c)
{
	struct strbuf scratch = STRBUF_INIT;
	char text[TIME_JSON_MAX];
	struct json_out o = {.b = out};

	strbuf_addf(out, "id: %lld-%lld\ndata: ", (long long)c->epoch, (long long)c->sequence);
	json_out_open(&o, '{');
	json_out_key(&o, "causationid"), json_out_string(&o, c->causation);
	json_out_key(&o, "data"), json_out_raw(&o, c->data);
	json_out_key(&o, "datacontenttype"), json_out_string(&o, SPAN_LIT("application/json"));
	json_out_key(&o, "epoch"), json_out_int(&o, c->epoch);
	json_out_key(&o, "id"), json_out_string(&o, c->id);
	json_out_key(&o, "recordedtime"), json_out_string(&o, span_of(text, time_json_format(c->recorded, text)));
	strbuf_addf(&scratch, "%020lld", (long long)c->sequence);
	json_out_key(&o, "sequence"), json_out_string(&o, strbuf_span(&scratch));
	json_out_key(&o, "source"), json_out_string(&o, span_str(source));
	json_out_key(&o, "specversion"), json_out_string(&o, SPAN_LIT("1.0"));
	json_out_key(&o, "subject"), json_out_string(&o, c->slot);
	json_out_key(&o, "type"), json_out_string(&o, event_type(&scratch, c));
	json_out_close(&o, '}');
	strbuf_addstr(out, "\n\n");
	strbuf_done(&scratch);
}

static int send_change(void *ctx, const struct view_change *c, struct error *reterr)
{
	struct follower *f = ctx;

	(void)reterr;
	put_event(f->out, f->source, c);
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
	if (read_position(request, view_head(v), f, reply) < 0 || check_position(f, reply) < 0) {
		follower_free(f);
		return;
	}
	reply->content_type = "text/event-stream";
	reply->stream = (struct server_stream){next, follower_free, f};
}
