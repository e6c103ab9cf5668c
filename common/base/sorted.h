/* SPDX-License-Identifier: Apache-2.0 */
/* sorted.h: places in sorted arrays. */
#ifndef SCOWIRE_BASE_SORTED_H
#define SCOWIRE_BASE_SORTED_H

#include <stddef.h>

/* Index of the first of n elements of `size` bytes that does not stand before `key`; n where there is none. cmp gets an
 * element and the key, is below zero where the element stands before it, and orders the elements as they are. v may be
 * NULL where n is 0. */
static inline size_t sorted_place(const void *v, size_t n, size_t size, const void *key,
				  int (*cmp)(const void *element, const void *key))
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cmp((const char *)v + mid * size, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

#endif
