/* SPDX-License-Identifier: Apache-2.0 */
/* grow.h: arrays on the heap that grow as they are filled. Those that live as long as an arena: arena_grow(). */
#ifndef SCOWIRE_BASE_GROW_H
#define SCOWIRE_BASE_GROW_H

#include "base/attr.h"
#include <stddef.h>

/* Room for one more in an array of n elements of `size` bytes that has room for *cap. `items` is the address of the
 * pointer to it, which is NULL while *cap is 0; it is the caller's to free(). 0, or -ENOMEM with nothing changed. */
int array_grow(void *items, size_t n, size_t *cap, size_t size) MUST_CHECK;

#endif
