/* SPDX-License-Identifier: Apache-2.0 */
#include "base/grow.h"
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 16

int array_grow(void *items, size_t n, size_t *cap, size_t size)
{
	void *old;

	if (n < *cap)
		return 0;
	memcpy(&old, items, sizeof(old));
	size_t more = *cap ? *cap * 2 : FIRST;
	void *v = more > SIZE_MAX / size ? NULL : realloc(old, more * size);
	if (!v)
		return -ENOMEM;
	memcpy(items, &v, sizeof(v));
	*cap = more;
	/* cppcheck-suppress memleak ; it lies in *items now */
	return 0;
}
