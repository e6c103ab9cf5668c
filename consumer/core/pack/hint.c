/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/hint.h"
#include "base/utf8.h"
#include "core/pack/gate.h"
#include "core/text/chars.h"
#include <errno.h>
#include <stdio.h>

#define RUN_OTHER 3 /* letters of a run that is not Latin: each doubles the literals */
#define RUN_HAN 2
#define HAN_FIRST 0x2E80 /* from here on, letters have no case; before it, only Latin and Cyrillic are known here */
#define ESCAPE_BYTES 6	 /* of \uXXXX */

struct hints {
	struct arena *arena;
	struct hint *v;
	size_t n, cap;
	bool failed; /* out of memory */
	bool none;   /* an anchor for which there is no hint */
};

static void add(struct hints *h, struct span text, bool caseless, bool word)
{
	struct span copy = arena_copy(h->arena, text);

	if (!copy.p || arena_grow(h->arena, &h->v, h->n, &h->cap, sizeof(*h->v)) < 0) {
		h->failed = true;
		return;
	}
	h->v[h->n++] = (struct hint){copy, caseless, word};
}

static bool is_latin(uint32_t c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_cyrillic(uint32_t c)
{
	return c >= 0x430 && c <= 0x44F;
}

/* The ways to write a letter other than raw: literals that alone are reason to look. Cyrillic and Latin in both cases.
 */
static void add_other_spellings(struct hints *h, uint32_t c)
{
	uint32_t forms[4] = {c, is_latin(c) || is_cyrillic(c) ? c - 32 : c, 0, 0};
	size_t n = 2;
	char text[16], bytes[4];

	if (is_latin(c)) {
		forms[n++] = c - 0x21 + 0xFF01; /* full width */
		forms[n++] = c - 32 - 0x21 + 0xFF01;
	}
	for (size_t i = 0; i < n; i++) {
		int k = snprintf(text, sizeof(text), "\\u%04x", forms[i]);
		add(h, span_of(text, (size_t)k), true, false);
		if (i >= 2)
			add(h, span_of(bytes, utf8_encode(forms[i], bytes)), false, false);
	}
}

/* A run of n Cyrillic letters in all mixtures of cases. */
static void add_cases(struct hints *h, const uint32_t *run, size_t n)
{
	for (unsigned mask = 0; mask < 1u << n; mask++) {
		char text[RUN_OTHER * 4];
		size_t len = 0;

		for (size_t i = 0; i < n; i++)
			len += utf8_encode(mask & 1u << i ? run[i] - 32 : run[i], text + len);
		add(h, span_of(text, len), false, false);
	}
}

/* Letters that the gate takes in more than two raw forms: ye also as yo, the short i also in two parts. */
static bool has_variants(uint32_t c)
{
	return c == 0x435 || c == 0x439;
}

static void add_anchor(struct hints *h, struct span anchor, bool word)
{
	uint32_t run[RUN_OTHER];
	size_t n = 0, end = 0, len, max = RUN_OTHER;

	for (size_t i = 0; i < anchor.n; i += len) {
		uint32_t c = char_at(anchor, i, &len);

		if (is_latin(c)) {
			add_other_spellings(h, c);
			end = i + len;
			continue;
		}
		if (end) /* the first Latin word */
			break;
		max = is_cyrillic(c) ? RUN_OTHER : RUN_HAN;
		if (n == max || has_variants(c) || (n && is_cyrillic(c) != is_cyrillic(run[0])) ||
		    !(is_cyrillic(c) || c >= HAN_FIRST))
			break;
		run[n++] = c;
		add_other_spellings(h, c);
	}
	if (end)
		add(h, span_sub(anchor, 0, end), true, word);
	else if (n && is_cyrillic(run[0]))
		add_cases(h, run, n);
	else if (n)
		add(h, span_sub(anchor, 0, 3 * n), false, false);
	else
		h->none = true;
}

int hint_literals(struct span anchors, struct arena *arena, struct hint **ret, size_t *ret_n, bool *ret_complete)
{
	struct hints h = {.arena = arena};

	add(&h, SPAN_LIT("&#"), false, false);
	for (size_t at = 0, end; at < anchors.n; at = end + 1) {
		end = span_find(anchors, SPAN_LIT("\n"), at);
		bool word = anchors.p[at] == GATE_WORD;
		add_anchor(&h, span_sub(anchors, at + word, end), word);
	}
	if (h.failed)
		return -ENOMEM;
	*ret = h.v;
	*ret_n = h.n;
	*ret_complete = !h.none;
	return 0;
}

bool hint_counts(const struct hint *h, struct span raw, size_t to)
{
	size_t from = to - h->text.n;

	if (!h->word)
		return true;
	if (to < raw.n && is_latin((unsigned char)raw.p[to]))
		return false;
	if (from == 0 || !is_latin((unsigned char)raw.p[from - 1]))
		return true;
	/* That letter may be the end of an escape: \n, \u00ad. (An entity is a hint of its own.) */
	struct span before = span_sub(raw, from < ESCAPE_BYTES ? 0 : from - ESCAPE_BYTES, from);
	return memchr(before.p, '\\', before.n) != NULL;
}
