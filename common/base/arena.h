/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h: memory that dies together.
 *
 * Everything that belongs to one record (or one batch) is allocated from one arena and released by one
 * arena_reset(); there are no single frees. A cap turns "this input needs too much" into an ordinary NULL, so a
 * hostile record is a record error and not a dead process. Not thread safe: one arena, one thread.
 */
#ifndef SCOWIRE_BASE_ARENA_H
#define SCOWIRE_BASE_ARENA_H

#include "base/attr.h"
#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *head; /* private */
	size_t used;		  /* bytes handed out since the last reset */
	size_t cap;		  /* limit of `used`, in bytes */
};

/* An empty arena that allocates nothing yet. cap 0 means no limit. */
void arena_init(struct arena *a, size_t cap);

/* Releases everything. The arena may be used again. NULL and a zeroed arena are fine. */
void arena_done(struct arena *a);

/* Forgets everything handed out and keeps one block for the next record. */
void arena_reset(struct arena *a);

/* n bytes, aligned for any type, zeroed; never freed singly. NULL when memory or the cap is exhausted.
 * n = 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n) MUST_CHECK;

/* As arena_alloc(), but not zeroed: for what is written before it is read. */
void *arena_room(struct arena *a, size_t n) MUST_CHECK;

/* As arena_alloc() for an array; NULL also when n * size overflows. */
void *arena_array(struct arena *a, size_t n, size_t size) MUST_CHECK;

/* A copy of s in the arena, terminated by a NUL that its length does not count.
 * On exhaustion returns a span with p == NULL. */
struct span arena_copy(struct arena *a, struct span s) MUST_CHECK;

/* printf into the arena, terminated; p == NULL on exhaustion. */
struct span arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

/* Grows an array of `size`-byte elements in the arena: *items holds *n elements and room for *cap; afterwards there
 * is room for one more. Returns 0 or -ENOMEM. Old memory stays until the reset. */
int arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size) MUST_CHECK;

#endif
