/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h: is it UTF-8, and where not. Well-formed as Unicode 15, table 3-7, says: no overlong forms, no surrogates,
 * nothing over U+10FFFF. */
#ifndef SCOWIRE_BASE_UTF8_H
#define SCOWIRE_BASE_UTF8_H

#include "base/span.h"

/* Offset of the first byte that does not belong to a well-formed sequence; s.n when the whole of s is UTF-8. */
size_t utf8_valid_until(struct span s);

/* The first max bytes of s or fewer, so that they are UTF-8: for showing a piece of a long or doubtful text. */
struct span utf8_head(struct span s, size_t max);

/* Writes a scalar value (not a surrogate, at most 0x10FFFF) and returns the number of bytes, 1 to 4. */
size_t utf8_encode(uint32_t c, char ret[static 4]);

#endif
