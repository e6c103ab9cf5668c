/* SPDX-License-Identifier: Apache-2.0 */
/* span.h: borrowed bytes.
 *
 * A span points into memory that somebody else owns (a Kafka message, an arena, a literal) and is passed by value.
 * It is not terminated, may hold any byte, and is never stored in a state that outlives the owner.
 * Lengths and offsets are bytes. The empty span may have a NULL pointer. Text is UTF-8 where the reader of the
 * function says so; nothing here looks at the encoding.
 */
#ifndef SCOWIRE_BASE_SPAN_H
#define SCOWIRE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

#define SPAN_LIT(literal) ((struct span){(literal), sizeof(literal) - 1})
#define SPAN_NONE ((struct span){NULL, 0})
/* For printf("%.*s", SPAN_FMT(s)). */
#define SPAN_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct span span_of(const char *p, size_t n)
{
	return (struct span){p, n};
}

/* The bytes of a C string; NULL gives the empty span. */
static inline struct span span_str(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_eq_str(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

/* Byte order, the shorter first where one is a prefix: the total order of every tie-break in scowire. */
static inline int span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* These two are mostly asked in vain: one byte tells before memcmp() is called. */
static inline bool span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || (s.p[0] == prefix.p[0] && memcmp(s.p, prefix.p, prefix.n) == 0));
}

static inline bool span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || (s.p[s.n - 1] == suffix.p[suffix.n - 1] &&
						     memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0));
}

/* The bytes [from, to) of s, both clamped to its length. */
static inline struct span span_sub(struct span s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct span){s.p ? s.p + from : NULL, to - from};
}

/* Offset of the first `needle` in s at or after `from`, or SIZE_MAX. An empty needle is found at `from`. */
size_t span_find(struct span s, struct span needle, size_t from);

/* Index of the first of n elements whose key is not before `key`, n where there is none. Elements of `size` bytes, in
 * byte order of their keys, struct spans `key_at` bytes into each. v may be NULL where n is 0. */
size_t span_lower_bound(const void *v, size_t n, size_t size, size_t key_at, struct span key);

/* s without ASCII white space at either end. */
struct span span_trim(struct span s);

#endif
