/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strbuf.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

char strbuf_empty[1];

void strbuf_done(struct strbuf *b)
{
	if (b->cap)
		free(b->buf);
	*b = STRBUF_INIT;
}

void strbuf_clear(struct strbuf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->cap)
		b->buf[0] = '\0';
}

void strbuf_truncate(struct strbuf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->buf[len] = '\0';
}

/* Makes room for n more bytes and the terminator. */
static bool reserve(struct strbuf *b, size_t n)
{
	if (b->failed || n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) {
		b->failed = true;
		return false;
	}
	size_t need = b->len + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap : 64;
	while (cap < need)
		cap *= 2;
	char *p = realloc(b->cap ? b->buf : NULL, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->buf = p;
	b->cap = cap;
	return true;
}

void strbuf_add(struct strbuf *b, struct span s)
{
	if (!reserve(b, s.n))
		return;
	if (s.n)
		memcpy(b->buf + b->len, s.p, s.n);
	b->len += s.n;
	b->buf[b->len] = '\0';
}

void strbuf_addstr(struct strbuf *b, const char *s)
{
	strbuf_add(b, span_str(s));
}

void strbuf_addch(struct strbuf *b, char c)
{
	strbuf_add(b, span_of(&c, 1));
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		b->failed = true;
	else if (reserve(b, (size_t)n)) {
		vsnprintf(b->buf + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

char *strbuf_take(struct strbuf *b, size_t *ret_len)
{
	if (!reserve(b, 0)) {
		strbuf_done(b);
		return NULL;
	}
	char *p = b->buf;
	p[b->len] = '\0';
	if (ret_len)
		*ret_len = b->len;
	*b = STRBUF_INIT;
	return p;
}
