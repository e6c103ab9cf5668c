/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/claims_diff.h"
#include "codec/claims_json.h"
#include <errno.h>
#include <stdlib.h>

/* A claim with its JSON, which is compared. */
struct side {
	const struct claim *claim;
	struct span json;
	bool paired;
};

static int by_json(const void *a, const void *b)
{
	return span_cmp(((const struct side *)a)->json, ((const struct side *)b)->json);
}

static int side_make(const struct claims_record *r, struct arena *arena, struct side **ret)
{
	struct side *v = arena_array(arena, r->n_claims + 1, sizeof(*v));
	struct strbuf b = STRBUF_INIT;
	int e = v ? 0 : -ENOMEM;

	for (size_t i = 0; e == 0 && i < r->n_claims; i++) {
		strbuf_clear(&b);
		claims_json_claim(&r->claims[i], &b);
		v[i] = (struct side){&r->claims[i], arena_copy(arena, strbuf_span(&b)), false};
		if (b.failed || !v[i].json.p)
			e = -ENOMEM;
	}
	strbuf_done(&b);
	if (e == 0 && r->n_claims)
		qsort(v, r->n_claims, sizeof(*v), by_json);
	*ret = v;
	return e;
}

/* Equal ones are no change: both lists are sorted. */
static void pair_equal(struct side *a, size_t n, struct side *b, size_t m)
{
	for (size_t i = 0, k = 0; i < n && k < m;) {
		int c = span_cmp(a[i].json, b[k].json);
		if (c == 0)
			a[i].paired = b[k].paired = true;
		i += c <= 0;
		k += c >= 0;
	}
}

static const struct claim *partner(const struct claim *was, struct side *b, size_t m)
{
	for (size_t k = 0; k < m; k++)
		if (!b[k].paired && span_eq(b[k].claim->slot, was->slot) && span_eq(b[k].claim->value, was->value)) {
			b[k].paired = true;
			return b[k].claim;
		}
	return NULL;
}

static int by_slot(const void *a, const void *b)
{
	const struct claim_change *x = a, *y = b;
	const struct claim *p = x->was ? x->was : x->now, *q = y->was ? y->was : y->now;
	int c = span_cmp(p->slot, q->slot);

	if (!c)
		c = span_cmp(p->value, q->value);
	return c ? c : claim_cmp(p, q);
}

static int read_side(struct span value, struct arena *arena, struct claims_record *ret, struct error *reterr)
{
	return value.p ? claims_json_decode(value, SPAN_NONE, arena, ret, reterr) : 0;
}

int claims_diff(struct span was, struct span now, struct arena *arena, struct claims_diff *ret, struct error *reterr)
{
	struct claims_diff d = {0};
	struct side *a = NULL, *b = NULL;
	int r = read_side(was, arena, &d.was, reterr);

	if (r == 0)
		r = read_side(now, arena, &d.now, reterr);
	if (r < 0)
		return r;
	size_t n = d.was.n_claims, m = d.now.n_claims;
	d.v = arena_array(arena, n + m + 1, sizeof(*d.v));
	if (!d.v || side_make(&d.was, arena, &a) < 0 || side_make(&d.now, arena, &b) < 0)
		return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM, "too many claims for the memory limit");
	pair_equal(a, n, b, m);
	for (size_t i = 0; i < n; i++)
		if (!a[i].paired)
			d.v[d.n++] = (struct claim_change){a[i].claim, partner(a[i].claim, b, m)};
	for (size_t k = 0; k < m; k++)
		if (!b[k].paired)
			d.v[d.n++] = (struct claim_change){NULL, b[k].claim};
	if (d.n)
		qsort(d.v, d.n, sizeof(*d.v), by_slot);
	*ret = d;
	return 0;
}
