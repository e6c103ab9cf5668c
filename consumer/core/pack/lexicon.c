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
	unsigned char mark;
};

#define HEAD_BYTES 8

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
	return (struct key){unit, head, parent, (uint32_t)h, (unsigned char)(h >> 56 | 1)};
}

/* The place of the node, or the free one where it would be. */
static struct lexicon_node *node_of(const struct lexicon *x, const struct key *k)
{
	for (size_t i = k->hash & (x->n_nodes - 1);; i = (i + 1) & (x->n_nodes - 1)) {
		struct lexicon_node *n = &x->nodes[i];

		if (!x->marks[i])
			return n;
		if (x->marks[i] == k->mark && n->head == k->head && n->parent == k->parent && n->n == k->unit.n &&
		    (n->n <= HEAD_BYTES ||
		     !memcmp(x->units[n->number - 1] + HEAD_BYTES, k->unit.p + HEAD_BYTES, (size_t)n->n - HEAD_BYTES)))
			return n;
	}
}

static void node_put(struct lexicon *x, const struct key *k, const struct lexicon_node *node)
{
	struct lexicon_node *at = node_of(x, k);

	*at = *node;
	x->marks[at - x->nodes] = k->mark;
}

static int nodes_grow(struct lexicon *x, struct arena *arena)
{
	struct lexicon old = *x;

	x->n_nodes = old.n_nodes ? old.n_nodes * 2 : 4096;
	x->nodes = arena_array(arena, x->n_nodes, sizeof(*x->nodes));
	x->marks = arena_array(arena, x->n_nodes, sizeof(*x->marks));
	if (!x->nodes || !x->marks)
		return -ENOMEM;
	for (size_t i = 0; i < old.n_nodes; i++) {
		const struct lexicon_node *n = &old.nodes[i];

		if (!n->number)
			continue;
		struct key k = key_of(n->parent, span_of(x->units[n->number - 1], n->n));
		node_put(x, &k, n);
	}
	return 0;
}

/* The node of a unit below `parent`, made where there is none; NULL when out of memory, or where a unit is too long for
 * any text to have it. */
static struct lexicon_node *child_of(struct lexicon *x, struct arena *arena, uint32_t parent, struct span unit)
{
	struct key k = key_of(parent, unit);

	if (unit.n > UINT16_MAX || (x->n * 2 >= x->n_nodes && nodes_grow(x, arena) < 0))
		return NULL;
	struct lexicon_node *node = node_of(x, &k);
	if (node->number)
		return node;
	if (arena_grow(arena, &x->units, x->n, &x->cap, sizeof(*x->units)) < 0)
		return NULL;
	x->units[x->n++] = unit.p;
	node_put(x, &k, &(struct lexicon_node){k.head, parent, (uint32_t)x->n, LEXICON_NONE, (uint16_t)unit.n, false});
	return node;
}

int lexicon_add(struct lexicon *x, struct arena *arena, struct span text, uint32_t form)
{
	struct lexicon_node *node = NULL;

	for (size_t at = 0, end; at < text.n; at = end) {
		uint32_t parent = node ? node->number : 0;

		if (node)
			node->inner = true;
		end = lexicon_unit_end(text, at);
		node = child_of(x, arena, parent, span_sub(text, at, end));
		if (!node)
			return -ENOMEM;
	}
	if (node)
		node->form = form;
	return 0;
}

/* Does byte `at` stand inside a word? */
static bool is_inside(struct span text, size_t at)
{
	size_t len;

	if (!at || text.p[at - 1] == ' ')
		return false;
	return is_alnum(char_at(text, at, &len)) && is_alnum(char_before(text, at, &len));
}

bool lexicon_step(const struct lexicon *x, struct span text, struct lexicon_walk *w)
{
	if (w->end >= text.n || !x->n_nodes || w->last || (!w->node && is_inside(text, w->end)))
		return false;
	size_t end = lexicon_unit_end(text, w->end);
	struct key k = key_of(w->node, span_sub(text, w->end, end));
	size_t at = (size_t)(node_of(x, &k) - x->nodes);
	if (!x->marks[at])
		return false;
	const struct lexicon_node *node = &x->nodes[at];
	*w = (struct lexicon_walk){end, node->number, !node->inner, node->form};
	return true;
}
