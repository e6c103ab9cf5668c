/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/staging.h"
#include <errno.h>

/* False when out of memory; absent stays absent. */
static bool copy_span(struct arena *a, struct span *s)
{
	if (!s->p)
		return true;
	*s = arena_copy(a, *s);
	return s->p;
}

static int copy_record(struct arena *a, const struct record *r, struct record *ret)
{
	struct record copy = *r;
	struct record_header *h = arena_array(a, r->n_headers, sizeof(*h));
	bool whole = h != NULL;

	for (size_t i = 0; whole && i < r->n_headers; i++) {
		h[i] = r->headers[i];
		whole = copy_span(a, &h[i].name) && copy_span(a, &h[i].value);
	}
	copy.headers = h;
	whole = whole && copy_span(a, &copy.topic) && copy_span(a, &copy.key) && copy_span(a, &copy.value);
	if (!whole)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

static int stage(struct output *out, const struct record *r, struct error *reterr)
{
	struct staging *s = (struct staging *)out; /* output is its first member */

	if (out->silent)
		return 0;
	if (s->sink->ops->admit(s->sink, r, reterr) < 0)
		return -E2BIG;
	if (arena_grow(&s->arena, &s->v, s->n, &s->cap, sizeof(*s->v)) < 0 ||
	    copy_record(&s->arena, r, &s->v[s->n]) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	s->n++;
	return 0;
}

void staging_init(struct staging *s, struct sink *sink)
{
	*s = (struct staging){.output = {.emit = stage}, .sink = sink};
	arena_init(&s->arena, 0);
}

void staging_done(struct staging *s)
{
	arena_done(&s->arena);
}

void staging_clear(struct staging *s, bool silent)
{
	if (s->n)
		arena_reset(&s->arena);
	s->v = NULL;
	s->n = s->cap = 0;
	s->output.silent = silent;
}
