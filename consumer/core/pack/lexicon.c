/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/lexicon.h"
#include "core/text/chars.h"
#include <errno.h>

static bool is_alnum(uint32_t c)
{
	return char_is_letter(c) || char_is_digit(c);
}

/* Letters and digits of the common scripts without decoding: 1 or 2 bytes at p, 0 where it must be looked at. */
static size_t plain_alnum(const unsigned char *p, size_t left)
{
	if (p[0] < 0x80)
		return (unsigned)(p[0] | 0x20) - 'a' < 26 || (unsigned)p[0] - '0' < 10;
	return (p[0] == 0xD0 || p[0] == 0xD1) && left > 1 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
}

size_t lexicon_unit_end(struct span text, size_t i)
{
	size_t len, from = i;

	for (; i < text.n; i += len) {
		len = plain_alnum((const unsigned char *)text.p + i, text.n - i);
		if (!len && !is_alnum(char_at(text, i, &len)))
			return i > from ? i : i + len;
	}
	return i;
}

/* A unit as it is looked for: most have no more than their head. */
struct key {
	struct span unit;
	uint64_t head;
	uint32_t parent, hash;
};

static uint64_t load(const char *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return w;
}

/* Up to eight bytes, without a call of memcpy() for a length that is not known. */
static uint64_t load_head(struct span s)
{
	if (s.n >= 8)
		return load(s.p, 8);
	if (s.n >= 4)
		return load(s.p, 4) | load(s.p + s.n - 4, 4) << 8 * (s.n - 4);
	if (s.n >= 2)
		return load(s.p, 2) | load(s.p + s.n - 2, 2) << 8 * (s.n - 2);
	return (unsigned char)s.p[0];
}

static uint64_t mix(uint64_t h, uint64_t w)
{
	h = (h ^ w) * UINT64_C(0xD6E8FEB86659FD93);
	return h ^ h >> 32;
}

static struct key key_of(uint32_t parent, struct span unit)
{
	uint64_t head = load_head(unit), h = mix(parent * UINT64_C(0x9E3779B97F4A7C15) ^ unit.n, head);

	for (size_t i = 8; i < unit.n; i += 8)
		h = mix(h, load_head(span_sub(unit, i, unit.n)));
	return (struct key){unit, head, parent, (uint32_t)h};
}

static bool is_node(const struct lexicon_node *n, const struct key *k)
{
	return n->parent == k->parent && n->n == k->unit.n && n->head == k->head &&
	       (n->n <= 8 || !memcmp(n->unit + 8, k->unit.p + 8, n->n - 8));
}

static struct lexicon_bucket *bucket_of(const struct lexicon *x, const struct key *k)
{
	size_t i = k->hash & (x->n_buckets - 1);

	while (x->buckets[i].node && (x->buckets[i].hash != k->hash || !is_node(&x->nodes[x->buckets[i].node - 1], k)))
		i = (i + 1) & (x->n_buckets - 1);
	return &x->buckets[i];
}

static void bucket_fill(struct lexicon *x, size_t node)
{
	const struct lexicon_node *n = &x->nodes[node];
	struct key k = key_of(n->parent, span_of(n->unit, n->n));

	*bucket_of(x, &k) = (struct lexicon_bucket){k.hash, (uint32_t)node + 1};
}

static int buckets_grow(struct lexicon *x, struct arena *arena)
{
	size_t n = x->n_buckets ? x->n_buckets * 2 : 4096;

	x->buckets = arena_array(arena, n, sizeof(*x->buckets));
	if (!x->buckets)
		return -ENOMEM;
	x->n_buckets = n;
	for (size_t i = 0; i < x->n; i++)
		bucket_fill(x, i);
	return 0;
}

/* The node of a unit below `parent`, made where there is none; 0 when out of memory. */
static uint32_t child_of(struct lexicon *x, struct arena *arena, uint32_t parent, struct span unit)
{
	struct key k = key_of(parent, unit);

	if (x->n * 4 >= x->n_buckets * 3 && buckets_grow(x, arena) < 0)
		return 0;
	uint32_t node = bucket_of(x, &k)->node;
	if (node)
		return node;
	if (arena_grow(arena, &x->nodes, x->n, &x->cap, sizeof(*x->nodes)) < 0)
		return 0;
	x->nodes[x->n] = (struct lexicon_node){k.head, unit.p, (uint32_t)unit.n, parent, LEXICON_NONE, false};
	if (parent)
		x->nodes[parent - 1].inner = true;
	bucket_fill(x, x->n);
	return (uint32_t)++x->n;
}

int lexicon_add(struct lexicon *x, struct arena *arena, struct span text, uint32_t form)
{
	uint32_t node = 0;

	for (size_t at = 0, end; at < text.n; at = end) {
		end = lexicon_unit_end(text, at);
		node = child_of(x, arena, node, span_sub(text, at, end));
		if (!node)
			return -ENOMEM;
	}
	if (node)
		x->nodes[node - 1].form = form;
	return 0;
}

bool lexicon_step(const struct lexicon *x, struct span text, struct lexicon_walk *w)
{
	size_t len;

	if (w->end >= text.n || !x->n_buckets || (w->node && !x->nodes[w->node - 1].inner))
		return false;
	if (!w->node && is_alnum(char_at(text, w->end, &len)) && is_alnum(char_before(text, w->end, &len)))
		return false;
	size_t end = lexicon_unit_end(text, w->end);
	struct key k = key_of(w->node, span_sub(text, w->end, end));
	uint32_t node = bucket_of(x, &k)->node;
	if (!node)
		return false;
	*w = (struct lexicon_walk){end, node, x->nodes[node - 1].form};
	return true;
}
