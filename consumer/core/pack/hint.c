/* SPDX-License-Identifier: Apache-2.0 */
/* hint.c: pure literals without one of which no anchor can stand in an item, and their Vectorscan database. */
#include "base/attr.h"
#include "base/utf8.h"
#include "core/pack/gate.h"
#include "core/pack/han.h"
#include "core/text/chars.h"
#include <errno.h>

#define RUN_CYRILLIC 3 /* letters: each doubles the literals */
#define RUN_HAN 2
#define HAN_FIRST 0x2E80 /* from here on, letters have no case; before it, only Latin and Cyrillic are known here */

/* What may write or hide any letter. Of full width only the letters that begin an anchor matter, see below. */
static const char *const elsewhere[] = {"\\u",
					"&",
					"<",
					"\xC2\xAD",
					"\xE2\x80\x8B",
					"\xE2\x80\x8C",
					"\xE2\x80\x8D",
					"\xE2\x80\x8E",
					"\xE2\x80\x8F",
					"\xEF\xBB\xBF",
					"\xCC",
					"\xCD"};

static bool is_latin(uint32_t c)
{
	return (c | 0x20) - 'a' < 26;
}

static bool is_russian(uint32_t c)
{
	return c >= 0x430 && c <= 0x44F;
}

static int add(struct gate *g, struct arena *arena, struct span text, uint16_t anchor, bool caseless)
{
	struct span copy = arena_copy(arena, text);

	for (size_t i = 0; i < g->n_hints; i++)
		if (span_eq(g->hints[i].text, text) && g->hints[i].anchor == anchor)
			return 0;
	if (!copy.p || arena_grow(arena, &g->hints, g->n_hints, &g->cap_hints, sizeof(*g->hints)) < 0)
		return -ENOMEM;
	g->hints[g->n_hints++] = (struct gate_hint){copy, anchor, caseless};
	return 0;
}

/* Both cases of full width are a reason to read the item. */
static int add_full_width(struct gate *g, struct arena *arena, uint32_t c)
{
	char small[4], large[4];
	size_t n = utf8_encode(c - 0x21 + 0xFF01, small), m = utf8_encode(c - 0x20 - 0x21 + 0xFF01, large);
	int rc = add(g, arena, span_of(small, n), GATE_ELSEWHERE, false);

	return rc < 0 ? rc : add(g, arena, span_of(large, m), GATE_ELSEWHERE, false);
}

/* A run of n Russian letters in all mixtures of cases. */
static int add_cases(struct gate *g, struct arena *arena, const uint32_t *run, size_t n, uint16_t anchor)
{
	int rc = 0;

	for (unsigned mask = 0; rc == 0 && mask < 1u << n; mask++) {
		char text[RUN_CYRILLIC * 4];
		size_t len = 0;

		for (size_t i = 0; i < n; i++)
			len += utf8_encode(mask & 1u << i ? run[i] - 32 : run[i], text + len);
		rc = add(g, arena, span_of(text, len), anchor, false);
	}
	return rc;
}

/* Letters that a text may have in more than two raw forms: ye also as yo, the short i also in two parts; ideographs
 * that are simplified ones. */
static bool has_variants(uint32_t c)
{
	return c == 0x435 || c == 0x439 || han_has_others(c);
}

/* The first word of a Latin anchor, the first letters of another: as they stand, if none of them is written in another
 * way. */
static int add_anchor(struct gate *g, struct arena *arena, uint16_t anchor)
{
	struct span text = g->anchors[anchor].text;
	uint32_t run[RUN_CYRILLIC], first;
	size_t n = 0, end = 0, len;
	int rc = 0;

	first = char_at(text, 0, &len);
	for (; is_latin(first) && rc == 0 && is_latin(char_at(text, end, &len)); end++)
		rc = add_full_width(g, arena, (unsigned char)text.p[end]);
	if (end || rc < 0)
		return rc < 0 ? rc : add(g, arena, span_sub(text, 0, end), anchor, true);
	size_t max = is_russian(first) ? RUN_CYRILLIC : first >= HAN_FIRST ? RUN_HAN : 0;
	while (n < max) {
		uint32_t c = char_at(text, end, &len);

		if (has_variants(c) || !(is_russian(first) ? is_russian(c) : c >= HAN_FIRST))
			break;
		run[n++] = c;
		end += len;
	}
	g->hinted = n > 0;
	if (!n)
		return 0;
	return is_russian(first) ? add_cases(g, arena, run, n, anchor)
				 : add(g, arena, span_sub(text, 0, end), anchor, false);
}

static int compile(struct gate *g, struct arena *arena, struct error *reterr)
{
	const char **text = arena_array(arena, g->n_hints, sizeof(*text));
	size_t *lens = arena_array(arena, g->n_hints, sizeof(*lens));
	unsigned *flags = arena_array(arena, g->n_hints, sizeof(*flags)),
		 *ids = arena_array(arena, g->n_hints, sizeof(*ids));
	hs_compile_error_t *e = NULL;

	if (!text || !lens || !flags || !ids)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	for (size_t i = 0; i < g->n_hints; i++) {
		text[i] = g->hints[i].text.p;
		lens[i] = g->hints[i].text.n;
		ids[i] = (unsigned)i;
		flags[i] = g->hints[i].caseless ? HS_FLAG_CASELESS : 0;
	}
	if (hs_compile_lit_multi(text, flags, ids, lens, (unsigned)g->n_hints, HS_MODE_BLOCK, NULL, &g->db, &e) ==
	    HS_SUCCESS)
		return 0;
	int rc = error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "pack: gate: %s", e ? e->message : "out of memory");
	hs_free_compile_error(e);
	return rc;
}

int gate_hints(struct gate *g, struct arena *arena, struct error *reterr)
{
	int rc = 0;

	g->hinted = true;
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(elsewhere); i++)
		rc = add(g, arena, span_str(elsewhere[i]), GATE_ELSEWHERE, false);
	for (size_t i = 0; rc == 0 && g->hinted && i < g->n; i++)
		rc = add_anchor(g, arena, (uint16_t)i);
	if (rc < 0)
		return error_set(reterr, ERROR_ACTION_STOP, rc, "pack: out of memory");
	return compile(g, arena, reterr);
}
