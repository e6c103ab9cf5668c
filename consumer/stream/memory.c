/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/memory.h"
#include "base/arena.h"
#include <errno.h>
#include <stdlib.h>

struct memory_list {
	struct record *v;
	size_t n, cap;
};

struct memory_log {
	struct arena arena; /* everything ever put; freed with the log */
	struct memory_list committed, pending;
	int64_t position;
	const struct memory_failure *failures;
	size_t n_failures, max_bytes, refuse_bytes;
	int calls[MEMORY_CALL_MAX_];
};

struct memory_source {
	struct source base;
	struct memory_log *log;
	const char *topic;
	int64_t next;
	bool assigned;
};

struct memory_sink {
	struct sink base;
	struct memory_log *log;
};

struct memory_log *memory_log_new(const struct memory_failure *failures, size_t n, size_t max_bytes,
				  size_t refuse_bytes)
{
	struct memory_log *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	arena_init(&m->arena, 0);
	m->failures = failures;
	m->n_failures = n;
	m->max_bytes = max_bytes;
	m->refuse_bytes = refuse_bytes;
	return m;
}

void memory_log_free(struct memory_log *m)
{
	if (!m)
		return;
	arena_done(&m->arena);
	free(m);
}

static const struct memory_failure *failure(struct memory_log *m, enum memory_call call)
{
	m->calls[call]++;
	for (size_t i = 0; i < m->n_failures; i++)
		if (m->failures[i].call == call && m->failures[i].nth == m->calls[call])
			return &m->failures[i];
	return NULL;
}

static int fail(const struct memory_failure *f, struct error *reterr)
{
	return f ? error_set(reterr, f->action, f->code, "failure on order") : 0;
}

static struct span copy(struct arena *a, struct span s)
{
	return s.p ? arena_copy(a, s) : s;
}

static int list_add(struct memory_log *m, struct memory_list *l, const struct record *r)
{
	struct record_header *h = arena_array(&m->arena, r->n_headers, sizeof(*h));

	if (!h || arena_grow(&m->arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_headers; i++)
		h[i] = (struct record_header){copy(&m->arena, r->headers[i].name),
					      copy(&m->arena, r->headers[i].value)};
	l->v[l->n] = *r;
	l->v[l->n].topic = copy(&m->arena, r->topic);
	l->v[l->n].key = copy(&m->arena, r->key);
	l->v[l->n].value = copy(&m->arena, r->value);
	l->v[l->n++].headers = h;
	return 0;
}

bool memory_log_get(const struct memory_log *m, const char *topic, size_t i, struct record *ret)
{
	for (size_t k = 0; k < m->committed.n; k++)
		if (span_eq_str(m->committed.v[k].topic, topic) && i-- == 0) {
			*ret = m->committed.v[k];
			return true;
		}
	return false;
}

static int64_t count(const struct memory_log *m, struct span topic)
{
	int64_t n = 0;

	for (size_t k = 0; k < m->committed.n; k++)
		n += span_eq(m->committed.v[k].topic, topic);
	return n;
}

int64_t memory_log_put(struct memory_log *m, const struct record *r)
{
	struct record placed = *r;

	placed.partition = 0;
	placed.offset = count(m, r->topic);
	return list_add(m, &m->committed, &placed) < 0 ? -ENOMEM : placed.offset;
}

int64_t memory_log_position(const struct memory_log *m)
{
	return m->position;
}

void memory_log_set_position(struct memory_log *m, int64_t next)
{
	m->position = next;
}

static int assign(struct memory_source *s, struct error *reterr)
{
	struct source_partition p = {0, s->log->position, s->log->position};
	int r = s->base.listener.assigned(s->base.listener.ctx, &p, 1, reterr);

	if (r < 0)
		return r;
	s->assigned = true;
	s->next = p.start;
	return 0;
}

static int poll_memory(struct source *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct memory_source *s = (struct memory_source *)base;
	const struct memory_failure *f = failure(s->log, MEMORY_POLL);
	int r = 0;

	(void)timeout_ms;
	if (f && !f->lose)
		return fail(f, reterr);
	if (f && s->assigned) {
		s->assigned = false;
		r = base->listener.revoked(base->listener.ctx, true, reterr);
	}
	if (r == 0 && !s->assigned) {
		r = base->listener.assigning(base->listener.ctx, reterr);
		if (r == 0)
			r = assign(s, reterr);
		return r < 0 ? r : SOURCE_NOTHING;
	}
	if (!memory_log_get(s->log, s->topic, (size_t)s->next, ret))
		return SOURCE_END;
	s->next++;
	return SOURCE_RECORD;
}

static int rewind_memory(struct source *base, struct error *reterr)
{
	struct memory_source *s = (struct memory_source *)base;
	int r = fail(failure(s->log, MEMORY_REWIND), reterr);

	return r < 0 ? r : assign(s, reterr);
}

static size_t positions(struct source *base, struct source_position *ret, size_t cap)
{
	struct memory_source *s = (struct memory_source *)base;

	if (!s->assigned || cap == 0)
		return 0;
	ret[0] = (struct source_position){0, s->next, s->next, count(s->log, span_str(s->topic))};
	return 1;
}

static void free_source(struct source *base)
{
	free(base);
}

static const struct source_ops source_ops = {poll_memory, rewind_memory, positions, NULL, free_source};

struct source *memory_source_new(struct memory_log *m, const char *topic)
{
	struct memory_source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->base.ops = &source_ops;
	s->log = m;
	s->topic = topic;
	return &s->base;
}

static struct memory_log *log_of(struct sink *base)
{
	return ((struct memory_sink *)base)->log;
}

static int open_memory(struct sink *base, struct error *reterr)
{
	return fail(failure(log_of(base), MEMORY_OPEN), reterr);
}

static int begin(struct sink *base, struct error *reterr)
{
	(void)reterr;
	log_of(base)->pending.n = 0;
	return 0;
}

static int admit(struct sink *base, const struct record *r, struct error *reterr)
{
	size_t max = log_of(base)->max_bytes;

	if (max && r->value.n > max)
		return error_set(reterr, ERROR_ACTION_SKIP, -E2BIG, "%zu bytes, at most %zu", r->value.n, max);
	return 0;
}

static int emit(struct sink *base, const struct record *r, struct error *reterr)
{
	struct memory_log *m = log_of(base);
	int f = fail(failure(m, MEMORY_EMIT), reterr);

	if (f < 0)
		return f;
	return list_add(m, &m->pending, r) < 0 ? error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory") : 0;
}

static int commit(struct sink *base, const struct source_position *p, size_t n, struct error *reterr)
{
	struct memory_log *m = log_of(base);
	const struct memory_failure *f = failure(m, MEMORY_COMMIT);

	if (f && !f->after)
		return fail(f, reterr);
	for (size_t i = 0; m->refuse_bytes && i < m->pending.n; i++)
		if (m->pending.v[i].value.n > m->refuse_bytes)
			return error_set(reterr, ERROR_ACTION_RETRY, -EMSGSIZE, "refused: too large");
	for (size_t i = 0; i < m->pending.n; i++)
		if (memory_log_put(m, &m->pending.v[i]) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	m->pending.n = 0;
	if (n)
		m->position = p[0].next;
	return fail(f, reterr);
}

static int abort_memory(struct sink *base, struct error *reterr)
{
	log_of(base)->pending.n = 0;
	return fail(failure(log_of(base), MEMORY_ABORT), reterr);
}

static void close_sink(struct sink *base)
{
	log_of(base)->pending.n = 0;
}

static void free_sink(struct sink *base)
{
	free(base);
}

static const struct sink_ops sink_ops = {open_memory, begin, admit, emit, commit, abort_memory, close_sink, free_sink};

struct sink *memory_sink_new(struct memory_log *m)
{
	struct memory_sink *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->base.ops = &sink_ops;
	s->log = m;
	return &s->base;
}
