/* SPDX-License-Identifier: Apache-2.0 */
/* chars.h: single characters of UTF-8 text, as the text room sees them. Private to core/text.
 *
 * The readers never step out of the span and never loop on broken bytes: a byte that begins no well-formed sequence is
 * one character of its own, U+FFFD.
 */
#ifndef SCOWIRE_CORE_CHARS_H
#define SCOWIRE_CORE_CHARS_H

#include "base/span.h"

#define CHAR_NONE 0 /* before the beginning, after the end */
#define CHAR_BROKEN 0xFFFD

/* char_at() of a byte that is not ASCII, or at the end. */
uint32_t char_at_wide(struct span s, size_t i, size_t *ret_len);

/* The character that begins at byte i, and its length; CHAR_NONE and 0 at the end. Most ideographs, and all of ASCII,
 * are told without a call: three bytes whose first one narrows nothing down. */
static inline uint32_t char_at(struct span s, size_t i, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)s.p + i;

	if (i < s.n && p[0] < 0x80) {
		*ret_len = 1;
		return p[0];
	}
	if (i + 2 < s.n && p[0] > 0xE0 && p[0] < 0xED && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
		*ret_len = 3;
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	}
	return char_at_wide(s, i, ret_len);
}

/* The character that ends before byte i, and its length; CHAR_NONE and 0 at the beginning. */
uint32_t char_before(struct span s, size_t i, size_t *ret_len);

/* White space, as sentences are trimmed of it: ASCII, U+0085, U+00A0, U+1680, U+2000 to U+200B, U+2028, U+2029,
 * U+202F, U+205F, U+3000, U+FEFF. */
bool char_is_space(uint32_t c);
bool char_is_cyrillic(uint32_t c);
bool char_is_han(uint32_t c);	     /* CJK ideographs, with extensions A and B to F, and 〇 */
bool char_is_upper_wide(uint32_t c); /* char_is_upper() beyond ASCII */

/* ASCII and full-width. */
static inline bool char_is_digit(uint32_t c)
{
	return c - '0' < 10 || (c >= 0xFF10 && c <= 0xFF19);
}

/* Letters, with Latin-1 and Latin Extended A and B. */
static inline bool char_is_latin(uint32_t c)
{
	if (c < 0x80)
		return (c | 0x20) - 'a' < 26;
	return c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7;
}

/* Latin and Cyrillic letters only, as the next two; false for all else. */
static inline bool char_is_letter(uint32_t c)
{
	return char_is_latin(c) || (c >= 0x400 && char_is_cyrillic(c));
}

static inline bool char_is_upper(uint32_t c)
{
	return c < 0x80 ? c - 'A' < 26 : char_is_upper_wide(c);
}

static inline bool char_is_lower(uint32_t c)
{
	return c < 0x80 ? c - 'a' < 26 : char_is_letter(c) && !char_is_upper_wide(c);
}

/* Offset of the first byte at or after i (before `end`) that is no white space; `end` where all is. */
size_t char_skip_space(struct span s, size_t i, size_t end);

#endif
