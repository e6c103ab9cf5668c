/* SPDX-License-Identifier: Apache-2.0 */
#include "ninjs/json_in.h"
#include "base/utf8.h"
#include <errno.h>

/* A pass over the text that knows strings, nesting and the top-level member, and judges nothing that jansson will. */
struct scan {
	struct span raw;
	size_t i, values;
	unsigned depth;
	bool object;	    /* the outermost value is one */
	bool key_next;	    /* a string at depth 1 is a member's name */
	size_t member_at;   /* of its opening quote */
	struct span member; /* the name as spelt; empty before the first */
	const struct json_limits *limits;
	struct error *err;
};

static int refuse(struct scan *s, int code, size_t at, const char *what)
{
	struct span member = utf8_head(s->member, 80), text = utf8_head(span_str(what), 160);

	return error_set_at(s->err, ERROR_ACTION_SKIP, code, at, "%.*s%s%.*s at byte %zu", SPAN_FMT(member),
			    member.n ? ": " : "", SPAN_FMT(text), at);
}

static int hex4(struct span s, size_t at)
{
	int v = 0;

	for (size_t i = at; i < at + 4; i++) {
		int c = i < s.n ? (unsigned char)s.p[i] : 0;
		int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* The escape at s->i, which is a backslash. A surrogate must be the first half of a pair. */
static int scan_escape(struct scan *s)
{
	size_t at = s->i;

	if (at + 1 >= s->raw.n || s->raw.p[at + 1] != 'u') {
		s->i += 2;
		return 0;
	}
	int c = hex4(s->raw, at + 2);
	s->i += 6;
	if (c < 0)
		return refuse(s, -EBADMSG, at, "\\u without four hexadecimal digits");
	if (c == 0)
		return refuse(s, -EBADMSG, at, "NUL (\\u0000) in a string");
	if (c < 0xD800 || c > 0xDFFF)
		return 0;
	int low = c <= 0xDBFF && s->i + 1 < s->raw.n && s->raw.p[s->i] == '\\' && s->raw.p[s->i + 1] == 'u'
			  ? hex4(s->raw, s->i + 2)
			  : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return refuse(s, -EILSEQ, at, "lone surrogate in a \\u escape");
	s->i += 6;
	return 0;
}

/* From an opening quote to behind the closing one, or to the end of the text, which jansson will object to. */
static int scan_string(struct scan *s)
{
	size_t open = s->i++;

	while (s->i < s->raw.n) {
		unsigned char c = (unsigned char)s->raw.p[s->i];
		if (c == '"') {
			if (s->key_next) {
				s->member = span_sub(s->raw, open + 1, s->i);
				s->member_at = open;
				s->key_next = false;
			}
			s->i++;
			return 0;
		}
		if (c == '\\') {
			int r = scan_escape(s);
			if (r < 0)
				return r;
			continue;
		}
		if (c < 0x20)
			return refuse(s, -EBADMSG, s->i, c ? "control character in a string" : "NUL in a string");
		s->i++;
	}
	return 0;
}

/* One step: a string, or a byte between strings. */
static int scan_step(struct scan *s)
{
	char c = s->raw.p[s->i];

	if (c == '"')
		return scan_string(s);
	if (c == '{' || c == '[') {
		if (++s->depth > s->limits->depth)
			return refuse(s, -E2BIG, s->i, "nested too deep");
		s->values++;
	} else if (c == '}' || c == ']') {
		s->depth -= s->depth > 0;
	} else if (c == ',') {
		s->values++;
	} else if (c == '\0') {
		return refuse(s, -EBADMSG, s->i, "NUL between values");
	}
	if (c == '{' && s->depth == 1)
		s->object = s->key_next = true;
	else if (c == ',' && s->depth == 1)
		s->key_next = s->object;
	if (s->values > s->limits->values)
		return refuse(s, -E2BIG, s->i, "too many values");
	s->i++;
	return 0;
}

static const struct json_limits no_limits = {SIZE_MAX, UINT32_MAX, SIZE_MAX, false};

/* The member that byte `at` lies in, into s; errors on the way are of no interest here. */
static void scan_to(struct scan *s, size_t at)
{
	*s = (struct scan){.raw = span_sub(s->raw, 0, at), .limits = &no_limits, .err = s->err};
	while (s->i < s->raw.n) {
		struct error ignored = ERROR_INIT, *keep = s->err;
		s->err = &ignored;
		int r = scan_step(s);
		s->err = keep;
		if (r < 0)
			return;
	}
}

int json_in_check(struct span raw, const struct json_limits *limits, struct error *err)
{
	struct scan s = {.raw = raw, .limits = limits, .err = err};

	if (raw.n > limits->bytes)
		return error_set_at(err, ERROR_ACTION_SKIP, -E2BIG, limits->bytes,
				    "%zu bytes, more than the %zu allowed", raw.n, limits->bytes);
	if (span_trim(raw).n == 0)
		return error_set_at(err, ERROR_ACTION_SKIP, -EBADMSG, 0, "empty where a JSON object is expected");
	if (span_starts(raw, SPAN_LIT("\xEF\xBB\xBF")))
		return error_set_at(err, ERROR_ACTION_SKIP, -EBADMSG, 0, "byte order mark before the JSON text");
	size_t valid = utf8_valid_until(raw);
	if (valid < raw.n) {
		scan_to(&s, valid);
		return refuse(&s, -EILSEQ, valid, "not UTF-8");
	}
	while (s.i < raw.n) {
		int r = scan_step(&s);
		if (r < 0)
			return r;
	}
	return 0;
}

static int refuse_json(struct span raw, const json_error_t *je, struct error *err)
{
	struct scan s = {.raw = raw, .err = err};

	if (json_error_code(je) == json_error_out_of_memory)
		return error_set(err, ERROR_ACTION_RETRY, -ENOMEM, "out of memory in the JSON reader");
	size_t at = je->position < 0 ? 0 : (size_t)je->position;
	if (at > raw.n)
		at = raw.n;
	scan_to(&s, at);
	return refuse(&s, -EBADMSG, at, je->text);
}

int json_in_object(struct span raw, const struct json_limits *limits, json_t **ret, struct error *reterr)
{
	json_error_t je;
	int r = json_in_check(raw, limits, reterr);

	if (r < 0)
		return r;
	size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | (limits->integers ? 0 : JSON_DECODE_INT_AS_REAL);
	json_t *root = json_loadb(raw.p, raw.n, flags, &je);
	if (!root)
		return refuse_json(raw, &je, reterr);
	if (!json_is_object(root)) {
		error_set_at(reterr, ERROR_ACTION_SKIP, -EBADMSG, 0, "%s where a JSON object is expected",
			     json_in_type(root));
		json_decref(root);
		return -EBADMSG;
	}
	*ret = root;
	return 0;
}

size_t json_in_member(struct span raw, const char *key)
{
	struct error ignored = ERROR_INIT;
	struct scan s = {.raw = raw, .limits = &no_limits, .err = &ignored};
	struct span want = span_str(key);

	while (s.i < raw.n) {
		if (scan_step(&s) < 0)
			break;
		if (s.member.n && !s.key_next && span_eq(s.member, want))
			return s.member_at;
	}
	return ERROR_NO_OFFSET;
}

const char *json_in_type(const json_t *value)
{
	if (!value)
		return "nothing";
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a boolean";
	case JSON_NULL:
		return "null";
	}
	return "something unknown";
}
