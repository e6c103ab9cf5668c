/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/chars.h"

/* Length of the well-formed sequence that begins at p (n bytes left), 0 if there is none. Unicode 15, table 3-7. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
	unsigned lo = 0x80, hi = 0xBF;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (n < len)
		return 0;
	if (p[0] == 0xE0)
		lo = 0xA0;
	else if (p[0] == 0xED)
		hi = 0x9F;
	else if (p[0] == 0xF0)
		lo = 0x90;
	else if (p[0] == 0xF4)
		hi = 0x8F;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return len;
}

uint32_t char_at_wide(struct span s, size_t i, size_t *ret_len)
{
	const unsigned char *p;
	size_t len;

	if (i >= s.n) {
		*ret_len = 0;
		return CHAR_NONE;
	}
	p = (const unsigned char *)s.p + i;
	len = sequence_length(p, s.n - i);
	*ret_len = len ? len : 1;
	switch (len) {
	case 1:
		return p[0];
	case 2:
		return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	case 3:
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	case 4:
		return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6 |
		       (p[3] & 0x3F);
	default:
		return CHAR_BROKEN;
	}
}

uint32_t char_before(struct span s, size_t i, size_t *ret_len)
{
	size_t back = 1, len;
	uint32_t c;

	if (i > s.n)
		i = s.n;
	if (i == 0) {
		*ret_len = 0;
		return CHAR_NONE;
	}
	while (back < 4 && back < i && ((unsigned char)s.p[i - back] & 0xC0) == 0x80)
		back++;
	c = char_at(s, i - back, &len);
	if (len == back) {
		*ret_len = back;
		return c;
	}
	*ret_len = 1;
	return CHAR_BROKEN;
}

bool char_is_space(uint32_t c)
{
	if (c <= 0x20)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool char_is_cyrillic(uint32_t c)
{
	return c >= 0x400 && c <= 0x52F && !(c >= 0x482 && c <= 0x489);
}

bool char_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
	       (c >= 0x20000 && c <= 0x2EBE0) || (c >= 0xF900 && c <= 0xFAFF);
}

bool char_is_upper_wide(uint32_t c)
{
	if (c >= 0xC0 && c <= 0xDE)
		return c != 0xD7;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
		return c & 1;
	if (c >= 0x100 && c <= 0x17F)
		return !(c & 1) || c == 0x178;
	if (c >= 0x400 && c <= 0x42F)
		return true;
	if (c >= 0x4C1 && c <= 0x4CE)
		return c & 1;
	return c >= 0x460 && c <= 0x52F && c != 0x4CF && !(c & 1);
}

size_t char_skip_space(struct span s, size_t i, size_t end)
{
	while (i < end) {
		size_t len;
		if (!char_is_space(char_at(s, i, &len)))
			break;
		i += len;
	}
	return i < end ? i : end;
}
