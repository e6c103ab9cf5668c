/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/claims_set.h"
#include <errno.h>
#include <stdlib.h>

void claims_set_init(struct claims_set *s)
{
	*s = (struct claims_set){0};
	arena_init(&s->arena, 0);
}

void claims_set_done(struct claims_set *s)
{
	arena_done(&s->arena);
	free(s->v);
	*s = (struct claims_set){0};
}

int claims_set_add(struct claims_set *s, struct span key, struct span value, int64_t timestamp)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 1024;
		struct claims_entry *v = reallocarray(s->v, cap, sizeof(*v));
		if (!v)
			return -ENOMEM;
		s->v = v;
		s->cap = cap;
	}
	struct claims_entry e = {arena_copy(&s->arena, key), SPAN_NONE, timestamp, s->n};
	if (value.p)
		e.value = arena_copy(&s->arena, value);
	if (!e.key.p || (value.p && !e.value.p))
		return -ENOMEM;
	s->v[s->n++] = e;
	return 0;
}

static int by_key_then_order(const void *a, const void *b)
{
	const struct claims_entry *x = a, *y = b;
	int c = span_cmp(x->key, y->key);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

void claims_set_seal(struct claims_set *s, bool drop_empty)
{
	size_t n = 0;

	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_key_then_order);
	for (size_t i = 0; i < s->n; i++) {
		bool newest = i + 1 == s->n || !span_eq(s->v[i].key, s->v[i + 1].key);
		if (newest && (s->v[i].value.p || !drop_empty))
			s->v[n++] = s->v[i];
	}
	s->n = n;
}

/* The first entry whose key is not before `key`. */
static size_t lower_bound(const struct claims_set *s, struct span key)
{
	return span_lower_bound(s->v, s->n, sizeof(*s->v), offsetof(struct claims_entry, key), key);
}

const struct claims_entry *claims_set_find(const struct claims_set *s, struct span key)
{
	size_t i = lower_bound(s, key);

	return i < s->n && span_eq(s->v[i].key, key) ? &s->v[i] : NULL;
}

bool claims_set_has_uri(const struct claims_set *s, struct span uri)
{
	/* Keys that begin with the uri follow it; of them some may go on otherwise than with '@'. */
	for (size_t i = lower_bound(s, uri); i < s->n && span_starts(s->v[i].key, uri); i++)
		if (s->v[i].key.n > uri.n && s->v[i].key.p[uri.n] == '@')
			return true;
	return false;
}

/* The value without what stands in "pack":"...". Canonical JSON: the member comes once, after the claims, in which the
 * same bytes could only be escaped. */
static void split_at_pack(struct span value, struct span *ret_before, struct span *ret_after)
{
	static const struct span name = SPAN_LIT(",\"pack\":\"");
	size_t at = SIZE_MAX;

	for (size_t from = 0, next; (next = span_find(value, name, from)) != SIZE_MAX; from = next + 1)
		at = next;
	size_t end = at == SIZE_MAX ? SIZE_MAX : span_find(value, SPAN_LIT("\""), at + name.n);
	if (end == SIZE_MAX) {
		*ret_before = value;
		*ret_after = SPAN_NONE;
		return;
	}
	*ret_before = span_sub(value, 0, at);
	*ret_after = span_sub(value, end, value.n);
}

bool claims_same(struct span a, struct span b)
{
	struct span a_before, a_after, b_before, b_after;

	split_at_pack(a, &a_before, &a_after);
	split_at_pack(b, &b_before, &b_after);
	return span_eq(a_before, b_before) && span_eq(a_after, b_after);
}

int claims_set_compare(const struct claims_set *live, const struct claims_set *fresh,
		       int (*each)(void *ctx, struct span key, const struct claims_entry *was,
				   const struct claims_entry *now),
		       void *ctx)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < fresh->n; i++) {
		const struct claims_entry *now = &fresh->v[i], *was = claims_set_find(live, now->key);

		if (!was && !now->value.p)
			continue;
		if (was && now->value.p && claims_same(was->value, now->value))
			continue;
		r = each(ctx, now->key, was, now->value.p ? now : NULL);
	}
	return r < 0 ? r : 0;
}
