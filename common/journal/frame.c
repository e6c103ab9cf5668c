/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/frame.h"
#include <errno.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 128 /* of a head line: five numbers of at most 20 digits */
#define HEADERS_MAX 1000

static long long length_of(struct span s)
{
	return s.p ? (long long)s.n : -1;
}

void frame_add(struct strbuf *out, const struct record *r)
{
	strbuf_addf(out, "#%0*d %lld %lld %lld %zu\n", FRAME_OFFSET_DIGITS, 0, (long long)r->timestamp,
		    length_of(r->key), length_of(r->value), r->n_headers);
	for (size_t i = 0; i < r->n_headers; i++) {
		const struct record_header *h = &r->headers[i];

		strbuf_addf(out, "%zu %lld\n", h->name.n, length_of(h->value));
		strbuf_add(out, h->name);
		strbuf_add(out, h->value);
		strbuf_addch(out, '\n');
	}
	strbuf_add(out, r->key);
	strbuf_addch(out, '\n');
	strbuf_add(out, r->value);
	strbuf_addch(out, '\n');
}

void frame_place(char *frame, int64_t offset)
{
	for (char *p = frame + FRAME_OFFSET_DIGITS; p > frame; p--, offset /= 10)
		*p = (char)('0' + offset % 10);
}

struct cursor {
	struct span bytes;
	size_t at;
};

/* One line of n integers parted by single spaces. 1, 0 when the line goes on beyond the bytes, -EUCLEAN. */
static int take_numbers(struct cursor *c, int64_t *v, size_t n)
{
	char line[LINE_MAX_BYTES + 1], *p = line, *end;
	struct span rest = span_sub(c->bytes, c->at, c->bytes.n);
	struct span window = span_sub(rest, 0, LINE_MAX_BYTES);
	size_t length = span_find(window, SPAN_LIT("\n"), 0);

	if (length == SIZE_MAX)
		return rest.n < LINE_MAX_BYTES ? 0 : -EUCLEAN;
	memcpy(line, rest.p, length);
	line[length] = '\0';
	for (size_t i = 0; i < n; i++, p = end + 1) {
		errno = 0;
		v[i] = strtoll(p, &end, 10);
		if (errno || end == p || *end != (i + 1 < n ? ' ' : '\0'))
			return -EUCLEAN;
	}
	c->at += length + 1;
	return 1;
}

/* `n` bytes and, if `newline`, the newline after them; n = -1 is an absent value. As take_numbers(). */
static int take_bytes(struct cursor *c, int64_t n, bool newline, struct span *ret)
{
	size_t length = n > 0 ? (size_t)n : 0;

	if (n < -1)
		return -EUCLEAN;
	if (c->bytes.n - c->at < length + newline)
		return 0;
	*ret = n < 0 ? SPAN_NONE : span_of(c->bytes.p + c->at, length);
	c->at += length;
	if (newline && c->bytes.p[c->at++] != '\n')
		return -EUCLEAN;
	return 1;
}

static int take_headers(struct cursor *c, size_t n, struct frame_headers *headers)
{
	int64_t length[2];
	int r = 1;

	if (n > headers->cap) {
		struct record_header *v = reallocarray(headers->v, n, sizeof(*v));
		if (!v)
			return -ENOMEM;
		headers->v = v;
		headers->cap = n;
	}
	for (size_t i = 0; i < n && r > 0; i++) {
		r = take_numbers(c, length, 2);
		if (r > 0)
			r = take_bytes(c, length[0], false, &headers->v[i].name);
		if (r > 0)
			r = take_bytes(c, length[1], true, &headers->v[i].value);
	}
	return r;
}

int frame_parse(struct span bytes, int64_t offset, struct frame_headers *headers, struct record *ret, size_t *ret_used,
		struct error *reterr)
{
	struct cursor c = {bytes, 1};
	struct record record = {.partition = 0, .offset = offset};
	int64_t head[5]; /* offset, timestamp, key bytes, value bytes, headers */
	int r = bytes.n == 0 ? 0 : bytes.p[0] == '#' ? take_numbers(&c, head, ARRAY_SIZE(head)) : -EUCLEAN;

	if (r > 0 && (head[0] != offset || head[4] < 0 || head[4] > HEADERS_MAX))
		r = -EUCLEAN;
	if (r > 0)
		r = take_headers(&c, (size_t)head[4], headers);
	if (r > 0)
		r = take_bytes(&c, head[2], true, &record.key);
	if (r > 0)
		r = take_bytes(&c, head[3], true, &record.value);
	if (r < 0)
		return error_set_at(reterr, ERROR_ACTION_STOP, r, (size_t)offset, "no record starts at byte %lld",
				    (long long)offset);
	if (r == 0)
		return 0;
	record.timestamp = head[1];
	record.headers = headers->v;
	record.n_headers = (size_t)head[4];
	*ret = record;
	*ret_used = c.at;
	return 1;
}
