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

/* Which bytes of a block are at fault, given the three bytes before it? A continuation byte stands where one is due and
 * nowhere else, no byte is of no sequence, and no second byte makes its sequence overlong, a surrogate or too large.
 * The compiler has vector instructions for this on every machine; the table of sequence() is the same in words. */
static inline bytes faults(const unsigned char *p)
{
	bytes b = load(p), b1 = load(p - 1), b2 = load(p - 2), b3 = load(p - 3);
	bytes due = (bytes)(b1 >= 0xC0) | (bytes)(b2 >= 0xE0) | (bytes)(b3 >= 0xF0);
	bytes fault =
		((bytes)((b & 0xC0) == 0x80) ^ due) | (bytes)(b == 0xC0) | (bytes)(b == 0xC1) | (bytes)(b >= 0xF5);

	return fault | ((bytes)(b1 == 0xE0) & (bytes)(b < 0xA0)) | ((bytes)(b1 == 0xED) & (bytes)(b >= 0xA0)) |
	       ((bytes)(b1 == 0xF0) & (bytes)(b < 0x90)) | ((bytes)(b1 == 0xF4) & (bytes)(b >= 0x90));
}

static inline bool is_zero(bytes b)
{
	uint64_t halves[BLOCK / sizeof(uint64_t)];

	memcpy(halves, &b, sizeof(halves));
	return (halves[0] | halves[1]) == 0;
}

#define STRIDE ((size_t)4 * BLOCK) /* one question for so many bytes */

/* A stride of ASCII, with no sequence before it that goes on. */
static inline bool is_ascii(const unsigned char *p)
{
	return p[-1] < 0xC0 && p[-2] < 0xE0 && p[-3] < 0xF0 &&
	       is_zero((load(p) | load(p + BLOCK) | load(p + 2 * BLOCK) | load(p + 3 * BLOCK)) & 0x80);
}

/* The same with less to do: bytes at fault, and those of which faults() has more to say, which are rare: E0, ED and all
 * from F0 on begin sequences whose second byte matters. */
static inline bytes suspects(const unsigned char *p)
{
	bytes b = load(p), due = (bytes)(load(p - 1) >= 0xC0) | (bytes)(load(p - 2) >= 0xE0);

	return ((bytes)((b & 0xC0) == 0x80) ^ due) | (bytes)((b & 0xFE) == 0xC0) | (bytes)(b == 0xE0) |
	       (bytes)(b == 0xED) | (bytes)(b >= 0xF0);
}

/* Nor may one of those stand before it. */
static inline bool stride_is_plain(const unsigned char *p)
{
	if (p[-1] == 0xE0 || p[-1] == 0xED || p[-1] >= 0xF0 || p[-2] >= 0xF0 || p[-3] >= 0xF0)
		return false;
	return is_zero(suspects(p) | suspects(p + BLOCK)) && is_zero(suspects(p + 2 * BLOCK) | suspects(p + 3 * BLOCK));
}

/* Behind the valid blocks from `from` on, which lies behind a whole sequence and at least three bytes in; at the
 * beginning of a sequence. */
static size_t valid_blocks(const unsigned char *p, size_t from, size_t n)
{
	size_t i = from, k = STRIDE / BLOCK;

	while (k == STRIDE / BLOCK) {
		while (n - i >= STRIDE && (is_ascii(p + i) || stride_is_plain(p + i)))
			i += STRIDE;
		for (k = 0; k < STRIDE / BLOCK && n - i >= BLOCK && is_zero(faults(p + i)); k++)
			i += BLOCK;
	}
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
