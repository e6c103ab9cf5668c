/* SPDX-License-Identifier: Apache-2.0 */
#include "ninjs/json_text.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdlib.h>

#define LONG 64 /* bytes of a string that is worth a stand-in */
#define STAND_IN '\x01'

/* Offset of the closing quote of the string that opens at `open`; raw.n where it does not close. */
static size_t string_end(struct span raw, size_t open)
{
	size_t i = open + 1;

	for (;;) {
		const char *quote = i < raw.n ? memchr(raw.p + i, '"', raw.n - i) : NULL;
		size_t slashes = 0;

		if (!quote)
			return raw.n;
		i = (size_t)(quote - raw.p);
		while (i - slashes > open + 1 && raw.p[i - slashes - 1] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return i;
		i++;
	}
}

static bool is_key(struct span raw, size_t behind)
{
	while (behind < raw.n && (raw.p[behind] == ' ' || (raw.p[behind] >= '\t' && raw.p[behind] <= '\r')))
		behind++;
	return behind < raw.n && raw.p[behind] == ':';
}

/* The item with stand-ins for its long values. False where none is to be had. */
static bool make_skeleton(struct span raw, struct json_texts *t, struct strbuf *out)
{
	size_t from = 0;

	if (span_find(raw, SPAN_LIT("\\u0001"), 0) != SIZE_MAX)
		return false; /* might be taken for one */
	for (size_t i = 0; i < raw.n;) {
		const char *open = memchr(raw.p + i, '"', raw.n - i);
		if (!open)
			break;
		size_t at = (size_t)(open - raw.p), end = string_end(raw, at);

		i = end + 1;
		if (end - at <= LONG || end == raw.n || is_key(raw, end + 1))
			continue;
		if (arena_grow(t->arena, &t->v, t->n, &t->cap, sizeof(*t->v)) < 0)
			return false;
		strbuf_add(out, span_sub(raw, from, at + 1));
		strbuf_addf(out, "\\u0001%zu", t->n);
		t->v[t->n++] = (struct json_text){.raw = span_sub(raw, at + 1, end)};
		from = end;
	}
	strbuf_add(out, span_sub(raw, from, raw.n));
	return t->n && !out->failed;
}

static unsigned hex4(const char *p)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 4 | (unsigned)((p[i] & 0xF) + (p[i] > '9' ? 9 : 0));
	return v;
}

/* Is every escape one of JSON's? Pairs of surrogates have been checked before. */
static bool escapes_are_valid(struct span s)
{
	for (size_t i = 0; (i = span_find(s, SPAN_LIT("\\"), i)) != SIZE_MAX; i += 2) {
		char c = i + 1 < s.n ? s.p[i + 1] : 0;

		if (c == 'u' && (s.n - i < 6 || strspn(s.p + i + 2, "0123456789abcdefABCDEF") < 4))
			return false;
		if (!c || !strchr("\"\\/bfnrtu", c))
			return false;
	}
	return true;
}

static struct span unescape(struct span s, struct arena *arena)
{
	char *p = arena_room(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0, stop; p && i < s.n; i = stop) {
		const char *slash = memchr(s.p + i, '\\', s.n - i);

		stop = slash ? (size_t)(slash - s.p) : s.n;
		memcpy(p + n, s.p + i, stop - i);
		n += stop - i;
		if (!slash)
			break;
		static const char letters[] = "bfnrt", signs[] = "\b\f\n\r\t";
		char kind = s.p[stop + 1];
		if (kind == 'u') {
			unsigned c = hex4(s.p + stop + 2);

			stop += 6;
			if (c >= 0xD800 && c < 0xDC00) {
				c = 0x10000 + ((c - 0xD800) << 10) + (hex4(s.p + stop + 2) - 0xDC00);
				stop += 6;
			}
			n += utf8_encode(c, p + n); /* never longer than its escape */
			continue;
		}
		const char *letter = strchr(letters, kind);
		p[n++] = letter ? signs[letter - letters] : kind;
		stop += 2;
	}
	return p ? span_of(p, n) : SPAN_NONE;
}

int json_text_object(struct span raw, const struct json_limits *limits, struct json_texts *texts, json_t **ret,
		     struct error *reterr)
{
	struct strbuf skeleton = STRBUF_INIT;
	bool made = json_in_check(raw, limits, NULL) == 0 && make_skeleton(raw, texts, &skeleton);

	for (size_t i = 0; made && i < texts->n; i++)
		made = escapes_are_valid(texts->v[i].raw);
	int rc = made ? json_in_object(strbuf_span(&skeleton), limits, ret, NULL) : -EBADMSG;
	strbuf_done(&skeleton);
	if (rc == 0)
		return 0;
	texts->n = 0; /* the whole reader knows the reason, or takes what this one did not */
	return json_in_object(raw, limits, ret, reterr);
}

struct span json_text_of(struct json_texts *texts, const json_t *v)
{
	struct span s = span_of(json_string_value(v), json_string_length(v));

	if (!s.n || s.p[0] != STAND_IN || !texts->n)
		return s.p ? s : SPAN_LIT("");
	struct json_text *t = &texts->v[strtoul(s.p + 1, NULL, 10)];
	if (!t->plain.p)
		t->plain = memchr(t->raw.p, '\\', t->raw.n) ? unescape(t->raw, texts->arena) : t->raw;
	texts->failed |= !t->plain.p;
	return t->plain;
}
