/* SPDX-License-Identifier: Apache-2.0 */
/* digest.h: content hashes. XXH3-128 (libxxhash) in its canonical big-endian form: an identity, not a seal; nothing
 * here defends against somebody who makes collisions on purpose. */
#ifndef SCOWIRE_BASE_DIGEST_H
#define SCOWIRE_BASE_DIGEST_H

#include "base/span.h"

#define DIGEST_BYTES 16
#define DIGEST_HEX 32

struct digest {
	unsigned char b[DIGEST_BYTES];
};

struct digest digest_of(struct span bytes);

/* 32 lower-case hex digits and a NUL. */
void digest_hex(const struct digest *d, char ret[static DIGEST_HEX + 1]);

/* Reads 32 hex digits of either case. Returns 0 or -EBADMSG. */
int digest_from_hex(struct span hex, struct digest *ret);

static inline int digest_cmp(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, DIGEST_BYTES);
}

#endif
