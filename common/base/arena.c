/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_MIN ((size_t)16 * 1024)
#define BLOCK_KEEP_MAX ((size_t)1024 * 1024)
#define ALIGN ((size_t)16)

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(16) char data[];
};

void arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){.cap = cap};
}

static void free_chain(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_done(struct arena *a)
{
	if (!a)
		return;
	free_chain(a->head);
	a->head = NULL;
	a->used = 0;
}

/* Keeps the newest block, which is the largest, unless one huge record made it huge. */
void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;

	a->used = 0;
	if (!keep)
		return;
	free_chain(keep->next);
	keep->next = NULL;
	keep->used = 0;
	if (keep->size > BLOCK_KEEP_MAX) {
		free(keep);
		a->head = NULL;
	}
}

static struct arena_block *add_block(struct arena *a, size_t need)
{
	size_t size = a->head ? a->head->size * 2 : BLOCK_MIN;

	if (size > BLOCK_KEEP_MAX)
		size = BLOCK_KEEP_MAX;
	if (size < need)
		size = need;
	struct arena_block *b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	b->next = a->head;
	b->size = size;
	b->used = 0;
	a->head = b;
	return b;
}

void *arena_room(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 2)
		return NULL;
	size_t need = n ? (n + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	struct arena_block *b = a->head;

	if (a->cap && (need > a->cap || a->used > a->cap - need))
		return NULL;
	if (!b || b->size - b->used < need)
		b = add_block(a, need);
	if (!b)
		return NULL;
	void *p = b->data + b->used;
	b->used += need;
	a->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p = arena_room(a, n);

	return p ? memset(p, 0, n) : NULL;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, n * size);
}

struct span arena_copy(struct arena *a, struct span s)
{
	char *p = s.n < SIZE_MAX / 4 ? arena_room(a, s.n + 1) : NULL;

	if (!p)
		return SPAN_NONE;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_of(p, s.n);
}

struct span arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p = NULL;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		p = arena_alloc(a, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p ? span_of(p, (size_t)n) : SPAN_NONE;
}

int arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
	void *old;

	if (n < *cap)
		return 0;
	size_t more = *cap ? *cap * 2 : 8;
	char *bigger = more < SIZE_MAX / size ? arena_room(a, more * size) : NULL;
	if (!bigger)
		return -ENOMEM;
	memcpy(&old, items, sizeof(old));
	if (n)
		memcpy(bigger, old, n * size);
	memset(bigger + n * size, 0, (more - n) * size);
	memcpy(items, &bigger, sizeof(bigger));
	*cap = more;
	return 0;
}
