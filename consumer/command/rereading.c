/* SPDX-License-Identifier: Apache-2.0 */
#include "command/rereading.h"
#include "codec/claims_json.h"
#include "codec/epoch_json.h"
#include "command/offload.h"
#include "core/claim/extract.h"
#include "ninjs/ninjs.h"
#include "ninjs/plain.h"
#include "stage/extract.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define POLL_MS 200
#define PROGRESS_MS 500
#define ITEM_MEMORY_MAX ((size_t)32 * 1024 * 1024)

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int no_memory(struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
}

static int take_claims(struct rereading *r, const struct record *in, struct arena *arena, struct error *reterr)
{
	struct epoch_marker m;

	if (!span_eq_str(in->key, EPOCH_BEGIN_KEY) && !span_eq_str(in->key, EPOCH_END_KEY))
		return claims_set_add(&r->live, in->key, in->value, in->timestamp) < 0 ? no_memory(reterr) : 0;
	arena_reset(arena);
	if (in->value.p && epoch_json_decode(in->value, arena, &m, reterr) < 0) {
		error_prefix(reterr, "%s, offset %" PRId64, r->topics->names.name[TOPIC_CLAIMS], in->offset);
		error_escalate(reterr, ERROR_ACTION_STOP);
		return -EUCLEAN;
	}
	if (in->value.p && m.epoch > r->epoch)
		r->epoch = m.epoch;
	return 0;
}

int rereading_live(struct rereading *r, struct error *reterr)
{
	struct tail *t CLEANUP(tail_freep) = NULL;
	struct arena arena;
	struct record in;
	int e = topics_open(r->topics, TOPIC_CLAIMS, &t, reterr);

	r->epoch = 1;
	if (e == -ENOENT)
		*reterr = ERROR_INIT;
	if (e < 0)
		return e == -ENOENT ? 0 : e;
	arena_init(&arena, 0);
	/* To the end as it was at the start: what a running service adds is of today's making. */
	int64_t end = t->parts[0].end;
	while (e >= 0 && t->parts[0].next < end && (e = tail_poll(t, POLL_MS, &in, reterr)) >= 0 && e != TAIL_END)
		if (e == TAIL_RECORD && in.offset < end)
			e = take_claims(r, &in, &arena, reterr);
	arena_done(&arena);
	if (e < 0)
		return e;
	claims_set_seal(&r->live, true);
	return 0;
}

/* The extract stage emits into the set; on the worker. */
struct collector {
	struct output out;
	struct rereading *r;
	struct processor stage;
	struct arena arena;
	bool emitted;
};

static int collect(struct output *out, const struct record *claims, struct error *reterr)
{
	struct collector *c = (struct collector *)out;

	c->emitted = true;
	return claims_set_add(&c->r->fresh, claims->key, claims->value, claims->timestamp) < 0 ? no_memory(reterr) : 0;
}

/* An item that emitted nothing, but of which something is published: it says nothing any more. */
static int note_silence(struct collector *c, const struct record *in, struct error *reterr)
{
	struct ninjs_item item;
	struct claims_record r = {0};
	struct strbuf key = STRBUF_INIT;

	if (in->key.p && !claims_set_has_uri(&c->r->live, in->key))
		return 0;
	arena_reset(&c->arena);
	if (ninjs_parse(in->value, &c->arena, &item, NULL) < 0)
		return 0;
	r.uri = item.uri;
	r.version = item.version;
	r.versioncreated = item.versioncreated;
	claims_json_key(&r, &key);
	int e = 0;
	if (key.failed || (claims_set_find(&c->r->live, strbuf_span(&key)) &&
			   claims_set_add(&c->r->fresh, strbuf_span(&key), SPAN_NONE, in->timestamp) < 0))
		e = no_memory(reterr);
	strbuf_done(&key);
	return e;
}

static int take_item(void *ctx, const struct record *in, struct error *reterr)
{
	struct collector *c = ctx;
	struct error err = ERROR_INIT;

	c->emitted = false;
	int e = c->stage.step(c->stage.ctx, in, &c->out, &err);
	if (e < 0 && err.action == ERROR_ACTION_SKIP)
		c->r->refused++;
	else if (e < 0)
		return error_set(reterr, err.action, err.code, "%s", err.text);
	return c->emitted ? 0 : note_silence(c, in, reterr);
}

/* What the reading thread says of an item: most say nothing, and nothing is published of them. */
struct sieve {
	struct extractor *gate;
	const struct claims_set *live;
};

static bool is_passed_over(const struct sieve *s, const struct record *in)
{
	return !extractor_gate(s->gate, in->value) && ninjs_is_plain(in->value) && in->key.p &&
	       !claims_set_has_uri(s->live, in->key);
}

/* The log that is read, and where a replay of it ends, by partition. */
struct reading {
	struct tail *tail;
	int64_t *end;
	int64_t total, start_ms, told_ms;
};

static int parse_offset(const char *s, int64_t *ret)
{
	char *end;

	errno = 0;
	int64_t v = strtoll(s, &end, 10);
	if (errno || *end || end == s || v < 0)
		return -EINVAL;
	*ret = v;
	return 0;
}

/* Sets the partitions' `next` to the place. */
static int place(struct tail *t, const char *option, const char *at, struct error *reterr)
{
	int64_t offset, ms;

	if (parse_offset(at, &offset) == 0) {
		if (t->n != 1)
			return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
					 "%s: an offset is of one partition, the topic has %zu; give a time", option,
					 t->n);
		t->parts[0].next = offset;
		return 0;
	}
	if (strlen(at) < 10 || time_json_parse(span_str(at), &ms) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "%s takes an offset, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", option, at);
	return tail_at_time(t, ms, reterr);
}

static int make_range(struct reading *g, const char *from, const char *to, struct error *reterr)
{
	struct tail *t = g->tail;
	int e = to ? place(t, "--to", to, reterr) : 0;

	g->end = calloc(t->n, sizeof(*g->end));
	if (!g->end)
		return no_memory(reterr);
	for (size_t i = 0; i < t->n; i++)
		g->end[i] = to && t->parts[i].next < t->parts[i].end ? t->parts[i].next : t->parts[i].end;
	for (size_t i = 0; i < t->n; i++)
		t->parts[i].next = t->parts[i].first;
	if (e == 0 && from)
		e = place(t, "--from", from, reterr);
	for (size_t i = 0; i < t->n; i++)
		if (g->end[i] > t->parts[i].next)
			g->total += g->end[i] - t->parts[i].next;
	return e == 0 ? tail_seek(t, reterr) : e;
}

int rereading_begin(struct rereading *r, const char *from, const char *to, struct error *reterr)
{
	r->reading = calloc(1, sizeof(*r->reading));
	int e = r->reading ? topics_open(r->topics, TOPIC_NEWS, &r->reading->tail, reterr) : no_memory(reterr);

	return e == 0 ? make_range(r->reading, from, to, reterr) : e;
}

void rereading_done(struct rereading *r)
{
	if (!r->reading)
		return;
	tail_free(r->reading->tail);
	free(r->reading->end);
	free(r->reading);
	r->reading = NULL;
}

static int64_t left(const struct reading *g)
{
	const struct tail *t = g->tail;
	int64_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (g->end[i] > t->parts[i].next)
			n += g->end[i] - t->parts[i].next;
	return n;
}

static void tell_progress(const struct rereading *r, struct reading *g, bool last)
{
	int64_t now = now_ms(), took = now - g->start_ms, open = left(g), done = g->total - open;

	if (!r->progress || (!last && now - g->told_ms < PROGRESS_MS))
		return;
	g->told_ms = now;
	fprintf(stderr, "\r%" PRId64 " items, %.0f/s", r->items, took ? (double)r->items * 1000.0 / (double)took : 0.0);
	if (!last && done > 0)
		fprintf(stderr, ", %.0f%%, %.0f s left", 100.0 * (double)done / (double)g->total,
			(double)took * (double)open / (double)done / 1000.0);
	fputs(last ? "                    \n" : "          ", stderr);
	fflush(stderr);
}

static int read_items(struct rereading *r, const struct sieve *s, struct offload *worker, struct error *reterr)
{
	struct reading *g = r->reading;
	struct record in;
	int e = 0;

	g->start_ms = g->told_ms = now_ms();
	while (e >= 0 && left(g) > 0) {
		e = tail_poll(g->tail, POLL_MS, &in, reterr);
		if (e == TAIL_RECORD && in.offset < g->end[in.partition]) {
			r->items++;
			if (!is_passed_over(s, &in))
				e = offload_give(worker, &in, reterr);
		} else if (e == TAIL_END) {
			break;
		}
		if ((r->items & 1023) == 0)
			tell_progress(r, g, false);
	}
	tell_progress(r, g, true);
	return e < 0 ? e : 0;
}

int rereading_items(struct rereading *r, struct error *reterr)
{
	struct extract *extract = extract_new(r->pack, "claims");
	struct sieve sieve = {extractor_new(r->pack), &r->live};
	struct collector c = {.out = {.emit = collect}, .r = r};
	struct offload *worker = NULL;
	int e = extract && sieve.gate ? 0 : no_memory(reterr);

	arena_init(&c.arena, ITEM_MEMORY_MAX);
	if (e == 0) {
		c.stage = extract_processor(extract, "items");
		e = offload_new(take_item, &c, &worker, reterr);
	}
	if (e == 0)
		e = read_items(r, &sieve, worker, reterr);
	int rc = offload_finish(worker, e == 0 ? reterr : NULL);
	e = e < 0 ? e : rc;
	if (e == 0)
		claims_set_seal(&r->fresh, false);
	arena_done(&c.arena);
	extractor_free(sieve.gate);
	extract_free(extract);
	return e;
}
