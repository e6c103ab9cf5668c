/* SPDX-License-Identifier: Apache-2.0 */
#include "publisher.h"
#include "base/digest.h"
#include "readers/build.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_AFTER_MS 2000
#define PROGRESS_EVERY_MS 200

static int64_t now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Makes the line of progress vanish before a message. */
static void clear_progress(struct publisher *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = 0;
}

static void progress(struct publisher *p)
{
	int64_t now;

	if (!p->terminal || (p->items & 63))
		return;
	now = now_ms(CLOCK_MONOTONIC);
	if (now - p->started < PROGRESS_AFTER_MS || now - p->shown < PROGRESS_EVERY_MS)
		return;
	p->shown = now;
	fprintf(stderr, "\r%llu items, %.1f MB, %.0f/s\033[K", (unsigned long long)p->items, (double)p->bytes / 1e6,
		(double)p->items * 1000 / (double)(now - p->started));
}

/* Adds d to the set. True when it was in there; out of memory only means that something may be published again. */
static bool seen_before(struct publisher *p, const struct digest *d)
{
	static const struct digest empty;
	size_t i;

	if (2 * p->n_seen >= p->cap_seen) {
		size_t cap = p->cap_seen ? 2 * p->cap_seen : 1024;
		struct digest *old = p->seen, *fresh = calloc(cap, sizeof(*fresh));
		if (!fresh)
			return false;
		size_t n = p->cap_seen;
		p->seen = fresh;
		p->cap_seen = cap;
		p->n_seen = 0;
		for (size_t k = 0; k < n; k++)
			if (digest_cmp(&old[k], &empty) != 0)
				(void)seen_before(p, &old[k]);
		free(old);
	}
	memcpy(&i, d->b, sizeof(i));
	for (i &= p->cap_seen - 1; digest_cmp(&p->seen[i], &empty) != 0; i = (i + 1) & (p->cap_seen - 1))
		if (digest_cmp(&p->seen[i], d) == 0)
			return true;
	p->seen[i] = *d;
	p->n_seen++;
	return false;
}

static void complain(struct publisher *p, const char *where, const char *text)
{
	clear_progress(p);
	fprintf(stderr, "scowire-producer: %s%s%s\n", where ? where : "", where ? ": " : "", text);
}

static int on_item(struct reader_out *out, const struct news_item *item, struct error *reterr)
{
	struct publisher *p = (struct publisher *)out;
	struct news_item dated = *item;
	struct error err = ERROR_INIT;
	struct digest d;

	if (p->remember) {
		d = digest_of(item->value);
		if (seen_before(p, &d))
			return 0;
	}
	if (p->options->timestamp == TIMESTAMP_CLOCK || dated.timestamp == ITEM_NO_TIME)
		dated.timestamp = p->clock_ms != ITEM_NO_TIME ? p->clock_ms : now_ms(CLOCK_REALTIME);
	int r = p->sink->put(p->sink, &dated, &err);
	if (r < 0 && err.action == ERROR_ACTION_SKIP) {
		p->failed++;
		complain(p, item->key.p, err.text);
		return 0;
	}
	if (r < 0)
		return error_set(reterr, err.action, r, "%s", err.text);
	p->items++;
	p->bytes += item->value.n;
	progress(p);
	return 0;
}

static int on_bad(struct reader_out *out, const char *where, struct span bytes, const struct error *why,
		  struct error *reterr)
{
	struct publisher *p = (struct publisher *)out;
	struct news_item item = {.value = bytes, .timestamp = ITEM_NO_TIME};

	complain(p, where, why->text);
	if (why->action == ERROR_ACTION_NONE)
		return 0;
	if (p->options->malformed == MALFORMED_STOP)
		return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "stopped at malformed input (--malformed stop)");
	if (!bytes.p || p->options->malformed == MALFORMED_SKIP) {
		p->failed++;
		return 0;
	}
	p->malformed++;
	item.key = item_identity("malformed", &bytes, 1, &p->arena);
	if (!item.key.p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return on_item(out, &item, reterr);
}

void publisher_init(struct publisher *p, struct sink *sink, const struct producer_options *options, const char *epoch)
{
	char *end;

	*p = (struct publisher){.sink = sink, .options = options, .clock_ms = ITEM_NO_TIME, .stop_fd = -1};
	arena_init(&p->arena, 0);
	p->out = (struct reader_out){on_item, on_bad, &p->arena};
	p->log = (struct log){STDERR_FILENO, (enum log_level)options->log_level, "producer"};
	p->terminal = isatty(STDERR_FILENO);
	p->started = now_ms(CLOCK_MONOTONIC);
	if (epoch && *epoch) {
		long long s = strtoll(epoch, &end, 10);
		if (!*end && s >= 0 && s < INT64_MAX / 1000)
			p->clock_ms = s * 1000;
	}
}

void publisher_done(struct publisher *p)
{
	arena_done(&p->arena);
	free(p->seen);
}

void publisher_failure(struct publisher *p, const struct error *err)
{
	p->failed++;
	complain(p, NULL, err->text);
}

void publisher_summary(struct publisher *p)
{
	clear_progress(p);
	if (p->terminal || p->failed || p->malformed)
		fprintf(stderr, "scowire-producer: published %llu (malformed %llu), failed %llu\n",
			(unsigned long long)p->items, (unsigned long long)p->malformed, (unsigned long long)p->failed);
}
