/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/agency.h"
#include "core/text/chars.h"
#include "core/text/origin.h"
#include <errno.h>
#include <utf8proc.h>

#define BODY_BYTES_MIN 60 /* of normalised text: less is no sentence */

struct normal {
	struct arena *arena;
	char *p;
	size_t n, cap;
	bool failed;
};

/* Room for one more character. */
static bool has_room(struct normal *out)
{
	if (out->n + 4 <= out->cap)
		return true;
	size_t cap = out->cap * 2 + 256;
	char *p = arena_alloc(out->arena, cap);

	out->failed |= !p;
	if (!p)
		return false;
	if (out->n)
		memcpy(p, out->p, out->n);
	out->p = p;
	out->cap = cap;
	return true;
}

static void put(struct normal *out, uint32_t c)
{
	if (!has_room(out))
		return;
	if (c < 0x80)
		out->p[out->n++] = (char)c;
	else
		out->n += (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out->p + out->n);
}

static bool is_letter_or_digit(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

/* Case-folded NFKD without marks, so й and и, ё and е are one: desks differ in them too. */
static void put_normal(struct normal *out, uint32_t c)
{
	utf8proc_int32_t parts[32];
	utf8proc_ssize_t n;
	int last_class = UTF8PROC_BOUNDCLASS_START;

	if (c < 0x80) {
		if (char_is_digit(c) || char_is_latin(c))
			put(out, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		return;
	}
	if (char_is_han(c) && c < 0xF900) {
		put(out, c);
		return;
	}
	if (c >= 0x410 && c < 0x450) { /* the Russian alphabet without yo; the short i is i with a mark */
		uint32_t low = c < 0x430 ? c + 0x20 : c;

		put(out, low == 0x439 ? 0x438 : low);
		return;
	}
	n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 32,
				    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &last_class);
	for (utf8proc_ssize_t i = 0; i < n && i < 32; i++)
		if (is_letter_or_digit(parts[i]))
			put(out, (uint32_t)parts[i]);
}

static void put_text(struct normal *out, struct span text, size_t from, size_t to)
{
	size_t len;

	for (size_t i = from; i < to && !out->failed; i += len)
		put_normal(out, char_at(text, i, &len));
}

/* "(X)" and "/X/" around the match: the bounds with the brackets, else false. */
static bool with_brackets(struct span text, struct agency_match *m)
{
	size_t before, after;
	uint32_t open = char_before(text, m->start, &before), close = char_at(text, m->end, &after);

	if (!(open == '(' && close == ')') && !(open == '/' && close == '/') && !(open == 0xFF08 && close == 0xFF09))
		return false;
	m->start -= before;
	m->end += after;
	return true;
}

static void put_without_credits(struct normal *out, struct span text, const struct agency_table *agencies)
{
	struct agency_match m = {0};
	size_t at = 0;

	while (agency_next(text, agencies, &m)) {
		if (!with_brackets(text, &m))
			continue;
		put_text(out, text, at, m.start);
		at = m.end;
	}
	put_text(out, text, at, text.n);
}

int origin_fingerprint(struct span headline, struct span body, const struct dateline *dateline,
		       const struct agency_table *agencies, struct arena *arena, struct digest *ret)
{
	struct normal out = {.arena = arena};

	/* Few texts grow by normalising. */
	out.cap = body.n + headline.n + 8;
	out.p = arena_room(arena, out.cap);
	if (!out.p)
		return -ENOMEM;
	put_without_credits(&out, span_sub(body, dateline->begin, body.n), agencies);
	if (out.n < BODY_BYTES_MIN)
		put_without_credits(&out, headline, agencies);
	if (out.failed)
		return -ENOMEM;
	*ret = digest_of(span_of(out.p, out.n));
	return 0;
}
