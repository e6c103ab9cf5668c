/* SPDX-License-Identifier: Apache-2.0 */
/* strbuf.h: a growing byte string.
 *
 * `buf` is never NULL and always terminated after `len` bytes, from STRBUF_INIT on; the bytes may hold NULs.
 * Reading `buf` and `len` is fine, writing them is not. A failed allocation sets `failed`, which sticks until
 * strbuf_clear(); appends after it do nothing. So a writer appends without checks and tests once at the end
 * (the manner of SQLite's sqlite3_str).
 */
#ifndef SCOWIRE_BASE_STRBUF_H
#define SCOWIRE_BASE_STRBUF_H

#include "base/attr.h"
#include "base/span.h"

struct strbuf {
	char *buf;
	size_t len;
	size_t cap; /* private; 0 while nothing is allocated */
	bool failed;
};

extern char strbuf_empty[];
#define STRBUF_INIT ((struct strbuf){.buf = strbuf_empty})

void strbuf_done(struct strbuf *b);		    /* releases; b is as STRBUF_INIT afterwards */
void strbuf_clear(struct strbuf *b);		    /* length 0, memory kept, `failed` reset */
void strbuf_truncate(struct strbuf *b, size_t len); /* cuts what is beyond len bytes; a shorter one stays */
void strbuf_add(struct strbuf *b, struct span s);
void strbuf_addstr(struct strbuf *b, const char *s);
void strbuf_addch(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The contents as a borrowed span, valid until the next append. */
static inline struct span strbuf_span(const struct strbuf *b)
{
	return (struct span){b->buf, b->len};
}

/* The contents as malloc()ed, terminated bytes that the caller frees; b is empty afterwards. NULL if `failed`. */
char *strbuf_take(struct strbuf *b, size_t *ret_len) MUST_CHECK;

#endif
