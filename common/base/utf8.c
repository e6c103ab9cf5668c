/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* Length of the well-formed sequence at p (n > 0 bytes left), or 0. The second byte carries the narrowed ranges. */
static size_t sequence(const unsigned char *p, size_t n)
{
	unsigned char c = p[0], lo = 0x80, hi = 0xBF;
	size_t want;

	if (c < 0x80)
		return 1;
	if (c < 0xC2 || c > 0xF4)
		return 0;
	want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
	if (c == 0xE0)
		lo = 0xA0;
	else if (c == 0xED)
		hi = 0x9F;
	else if (c == 0xF0)
		lo = 0x90;
	else if (c == 0xF4)
		hi = 0x8F;
	if (n < want || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < want; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return want;
}

#define BLOCK 16

typedef uint8_t bytes __attribute__((vector_size(BLOCK)));

static inline bytes load(const unsigned char *p)
{
	bytes b;

	memcpy(&b, p, sizeof(b));
	return b;
}

/* Is no byte of a block at fault, given the three bytes before it? A continuation byte stands where one is due and
 * nowhere else, no byte is of no sequence, and no second byte makes its sequence overlong, a surrogate or too large.
 * The compiler has vector instructions for this on every machine; the table of sequence() is the same in words. */
static inline bool block_is_valid(const unsigned char *p)
{
	bytes b = load(p), b1 = load(p - 1), b2 = load(p - 2), b3 = load(p - 3);
	bytes due = (bytes)(b1 >= 0xC0) | (bytes)(b2 >= 0xE0) | (bytes)(b3 >= 0xF0);
	bytes fault =
		((bytes)((b & 0xC0) == 0x80) ^ due) | (bytes)(b == 0xC0) | (bytes)(b == 0xC1) | (bytes)(b >= 0xF5);
	uint64_t halves[BLOCK / sizeof(uint64_t)];

	fault |= ((bytes)(b1 == 0xE0) & (bytes)(b < 0xA0)) | ((bytes)(b1 == 0xED) & (bytes)(b >= 0xA0)) |
		 ((bytes)(b1 == 0xF0) & (bytes)(b < 0x90)) | ((bytes)(b1 == 0xF4) & (bytes)(b >= 0x90));
	memcpy(halves, &fault, sizeof(halves));
	return (halves[0] | halves[1]) == 0;
}

/* Behind the valid blocks from `from` on, which lies behind a whole sequence and at least three bytes in; at the
 * beginning of a sequence. */
static size_t valid_blocks(const unsigned char *p, size_t from, size_t n)
{
	size_t i = from;

	while (n - i >= BLOCK && block_is_valid(p + i))
		i += BLOCK;
	while (i > from && (p[i - 1] & 0xC0) == 0x80) /* what the last block began */
		i--;
	return i > from && p[i - 1] >= 0xC0 ? i - 1 : i;
}

size_t utf8_valid_until(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	bool blocks = true;

	while (i < s.n) {
		if (blocks && i >= 3 && s.n - i >= BLOCK) {
			i = valid_blocks(p, i, s.n);
			blocks = false; /* a fault, or the end, lies within the next block */
			continue;
		}
		uint64_t eight;
		if (s.n - i >= sizeof(eight)) {
			memcpy(&eight, p + i, sizeof(eight));
			if (!(eight & UINT64_C(0x8080808080808080))) {
				i += sizeof(eight);
				continue;
			}
		}
		size_t n = sequence(p + i, s.n - i);
		if (!n)
			return i;
		i += n;
	}
	return s.n;
}

struct span utf8_head(struct span s, size_t max)
{
	s = span_sub(s, 0, max);
	s.n = utf8_valid_until(s);
	return s;
}

size_t utf8_encode(uint32_t c, char ret[static 4])
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (char)(0xC0 | c >> 6);
		ret[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (char)(0xE0 | c >> 12);
		ret[1] = (char)(0x80 | (c >> 6 & 0x3F));
		ret[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	ret[0] = (char)(0xF0 | c >> 18);
	ret[1] = (char)(0x80 | (c >> 12 & 0x3F));
	ret[2] = (char)(0x80 | (c >> 6 & 0x3F));
	ret[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}
