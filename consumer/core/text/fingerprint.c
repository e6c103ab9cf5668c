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

/* Room for n more bytes. */
static bool has_room(struct normal *out, size_t n)
{
	if (out->n + n <= out->cap)
		return true;
	size_t cap = out->cap * 2 + n + 256;
	char *p = arena_room(out->arena, cap);

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
	if (!has_room(out, 4))
		return;
	char *p = out->p + out->n;
	if (c < 0x80) {
		p[0] = (char)c;
		out->n++;
	} else if (c < 0x800) {
		p[0] = (char)(0xC0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3F));
		out->n += 2;
	} else {
		out->n += (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)p);
	}
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

/* A run of ASCII from i on, up to what may be a bracket; where it ends. */
static size_t put_ascii(struct normal *out, struct span text, size_t i)
{
	size_t end = i, n = out->n;

	while (end < text.n && (unsigned char)text.p[end] < 0x80 && text.p[end] != '(' && text.p[end] != '/')
		end++;
	if (!has_room(out, end - i))
		return end;
	for (; i < end; i++) { /* each is written, and the next one over it where it does not count */
		unsigned char c = (unsigned char)text.p[i], low = c | 0x20;
		bool letter = (unsigned)low - 'a' < 26;

		out->p[n] = (char)(letter ? low : c);
		n += letter || (unsigned)c - '0' < 10;
	}
	out->n = n;
	return end;
}

/* Where "(X)" or "/X/" ends that begins with the character c, of len bytes, at i; 0 where none does. */
static size_t past_credit(struct span text, size_t i, uint32_t c, size_t len, const struct agency_table *agencies)
{
	uint32_t close = c == '(' ? ')' : c == '/' ? '/' : c == 0xFF08 ? 0xFF09 : 0;
	struct agency_match m;

	if (!close || !agency_at(text, i + len, agencies, &m) || char_at(text, m.end, &len) != close)
		return 0;
	return m.end + len;
}

static void put_without_credits(struct normal *out, struct span text, const struct agency_table *agencies)
{
	for (size_t i = 0; (i = put_ascii(out, text, i)) < text.n && !out->failed;) {
		size_t len, past;
		uint32_t c = char_at(text, i, &len);

		past = past_credit(text, i, c, len, agencies);
		if (!past && c >= 0x80)
			put_normal(out, c);
		i = past ? past : i + len;
	}
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
