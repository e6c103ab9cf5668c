/* SPDX-License-Identifier: Apache-2.0 */
/* days.h: places in arrays that are ordered by a day. Private to core/timeline. */
#ifndef SCOWIRE_CORE_TIMELINE_DAYS_H
#define SCOWIRE_CORE_TIMELINE_DAYS_H

#include "edtf/edtf.h"
#include <stddef.h>

/* Index of the first of n elements of `size` bytes whose day, `offset` bytes into it, is d or later; n where none is.
 * v may be NULL where n is 0. */
static inline size_t days_find(const void *v, size_t n, size_t size, size_t offset, edtf_day d)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (*(const edtf_day *)((const char *)v + mid * size + offset) < d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The same for an array of structures with that member. */
#define DAYS_FIND(v, n, member, d) days_find((v), (n), sizeof(*(v)), offsetof(__typeof__(*(v)), member), (d))

#endif
