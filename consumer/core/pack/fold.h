/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h: text as forms are compared with it: lower case, one kind of space, quote, apostrophe and dash, ASCII for
 * full-width signs, composed letters, simplified characters for traditional ones (han.h); each byte remembers where it
 * came from.
 *
 * Folding is for comparing only: evidence always points into the original. Bytes that are no UTF-8 pass unchanged.
 */
#ifndef SCOWIRE_CORE_PACK_FOLD_H
#define SCOWIRE_CORE_PACK_FOLD_H

#include "base/arena.h"

struct folded {
	char *p;
	size_t n;
	uint32_t *from; /* from[i]: original offset of byte i, n + 1 of them */
};

/* Returns 0, or -ENOMEM at the arena's cap; -E2BIG over 4 GiB. */
int fold_text(struct span text, struct arena *arena, struct folded *ret) MUST_CHECK;

/* What one character folds to where it does not compose with the one before it; 0 for what is dropped. */
uint32_t fold_char(uint32_t c);

/* First i with from[i] >= offset. */
size_t fold_position(const struct folded *f, size_t offset);

#endif
