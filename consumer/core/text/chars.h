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

/* The character that begins at byte i, and its length; CHAR_NONE and 0 at the end. */
uint32_t char_at(struct span s, size_t i, size_t *ret_len);

/* The character that ends before byte i, and its length; CHAR_NONE and 0 at the beginning. */
uint32_t char_before(struct span s, size_t i, size_t *ret_len);

/* White space, as sentences are trimmed of it: ASCII, U+0085, U+00A0, U+1680, U+2000 to U+200B, U+2028, U+2029,
 * U+202F, U+205F, U+3000, U+FEFF. */
bool char_is_space(uint32_t c);
bool char_is_digit(uint32_t c); /* ASCII and full-width */
bool char_is_latin(uint32_t c); /* letters, with Latin-1 and Latin Extended A and B */
bool char_is_cyrillic(uint32_t c);
bool char_is_han(uint32_t c); /* CJK ideographs, with extensions A and B to F, and 〇 */
/* Latin and Cyrillic letters only; false for all else. */
bool char_is_lower(uint32_t c);
bool char_is_upper(uint32_t c);

static inline bool char_is_letter(uint32_t c)
{
	return char_is_latin(c) || char_is_cyrillic(c);
}

/* Offset of the first byte at or after i (before `end`) that is no white space; `end` where all is. */
size_t char_skip_space(struct span s, size_t i, size_t end);

#endif
