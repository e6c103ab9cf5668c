/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include <errno.h>
#include <xxhash.h>

struct digest digest_of(struct span bytes)
{
	XXH128_canonical_t c;
	struct digest d;

	XXH128_canonicalFromHash(&c, XXH3_128bits(bytes.n ? bytes.p : "", bytes.n));
	memcpy(d.b, c.digest, DIGEST_BYTES);
	return d;
}

void digest_hex(const struct digest *d, char ret[static DIGEST_HEX + 1])
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		ret[2 * i] = hex[d->b[i] >> 4];
		ret[2 * i + 1] = hex[d->b[i] & 15];
	}
	ret[DIGEST_HEX] = '\0';
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int digest_from_hex(struct span hex, struct digest *ret)
{
	struct digest d;

	if (hex.n != DIGEST_HEX)
		return -EBADMSG;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int hi = nibble(hex.p[2 * i]), lo = nibble(hex.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return -EBADMSG;
		d.b[i] = (unsigned char)(hi << 4 | lo);
	}
	*ret = d;
	return 0;
}
