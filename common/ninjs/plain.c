/* SPDX-License-Identifier: Apache-2.0 */
/* A recursive descent over JSON that knows what ninjs_parse() looks at, and gives up (PLAIN_NO) at everything rare:
 * escapes in names, surrogates, long numbers, many members, large items. tests/unit/test_plain.c holds it against the
 * parser. */
#include "ninjs/plain.h"
#include "base/utf8.h"
#include "ninjs/ninjs.h"

#define PLAIN_SIZE_MAX ((size_t)256 * 1024)
#define PLAIN_VALUES_MAX 10000
#define PLAIN_KEYS_MAX 256  /* of an object and those around it */
#define PLAIN_NUMBER_MAX 15 /* digits and sign: no double overflows */

enum kind { PLAIN_NO, PLAIN_STRING, PLAIN_OTHER, PLAIN_OBJECT, PLAIN_ARRAY };

/* What a member of the outermost object must be, so that the parser takes it. */
enum rule {
	RULE_ANY,
	RULE_STRING,
	RULE_URI,     /* not empty */
	RULE_VERSION, /* "" or "1" */
	RULE_USABLE,
	RULE_TIME,
	RULE_NAMES, /* an array of objects whose `name` is a string */
	RULE_TEXTS, /* an array of objects with a string `value`, and strings in `role`, `contenttype` */
};

static const struct {
	struct span name;
	enum rule rule;
	bool prefix;
} rules[] = {
	{{"uri", 3}, RULE_URI, false},
	{{"version", 7}, RULE_VERSION, false},
	{{"pubstatus", 9}, RULE_USABLE, false},
	{{"pubStatus", 9}, RULE_USABLE, false},
	{{"versioncreated", 14}, RULE_TIME, false},
	{{"versionCreated", 14}, RULE_TIME, false},
	{{"contentcreated", 14}, RULE_STRING, false},
	{{"contentCreated", 14}, RULE_STRING, false},
	{{"firstcreated", 12}, RULE_STRING, false},
	{{"firstCreated", 12}, RULE_STRING, false},
	{{"language", 8}, RULE_STRING, false},
	{{"located", 7}, RULE_STRING, false},
	{{"headline", 8}, RULE_STRING, false},
	{{"headline_", 9}, RULE_STRING, true},
	{{"body_", 5}, RULE_STRING, true},
	{{"headlines", 9}, RULE_TEXTS, false},
	{{"bodies", 6}, RULE_TEXTS, false},
	{{"infosource", 10}, RULE_NAMES, false},
	{{"infosources", 11}, RULE_NAMES, false},
	{{"infoSources", 11}, RULE_NAMES, false},
};

struct scan {
	const char *p, *end;
	size_t values;
	unsigned depth;
	struct span keys[PLAIN_KEYS_MAX]; /* of the open objects, innermost last */
	size_t n_keys;
	bool has_uri;
};

static enum kind scan_value(struct scan *s, struct span *ret_string, enum rule within);

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool take(struct scan *s, char c)
{
	if (s->p >= s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

typedef uint8_t bytes __attribute__((vector_size(16)));

static inline bytes ends_text(const char *p)
{
	bytes b;

	memcpy(&b, p, sizeof(b));
	return (bytes)(b == '"') | (bytes)(b == '\\') | (bytes)(b < 0x20);
}

static inline bool any(bytes b)
{
	uint64_t halves[2];

	memcpy(halves, &b, sizeof(halves));
	return halves[0] | halves[1];
}

/* Goes to the next byte that ends a string, starts an escape or is a control character: 64 bytes at a time, where it is
 * near 16. */
static const char *skip_text(const char *p, const char *end)
{
	const ptrdiff_t block = sizeof(bytes), stride = 4 * block;

	while (end - p >= stride &&
	       !any(ends_text(p) | ends_text(p + block) | ends_text(p + 2 * block) | ends_text(p + 3 * block)))
		p += stride;
	while (end - p >= block && !any(ends_text(p)))
		p += block;
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* An escape that stands for one character other than NUL and surrogates. */
static bool scan_escape(struct scan *s)
{
	static const char zeros[] = {'0', '0', '0', '0'};

	s->p++;
	if (s->p >= s->end)
		return false;
	if (*s->p != 'u')
		return *s->p && strchr("\"\\/bfnrt", *s->p++) != NULL; /* strchr finds NUL, too */
	const char *hex = s->p + 1;
	if (s->end - hex < 4 || !is_hex(hex[0]) || !is_hex(hex[1]) || !is_hex(hex[2]) || !is_hex(hex[3]))
		return false;
	bool surrogate = (hex[0] | 32) == 'd' && !(hex[1] >= '0' && hex[1] <= '7');
	s->p += 5;
	return !surrogate && memcmp(hex, zeros, 4) != 0;
}

/* s->p is behind the opening quote. ret: as spelt, between the quotes. */
static bool scan_string(struct scan *s, struct span *ret, bool *ret_escaped)
{
	const char *start = s->p;

	*ret_escaped = false;
	for (;;) {
		s->p = skip_text(s->p, s->end);
		if (s->p >= s->end || (unsigned char)*s->p < 0x20)
			return false;
		if (*s->p == '"')
			break;
		*ret_escaped = true;
		if (!scan_escape(s))
			return false;
	}
	*ret = span_of(start, (size_t)(s->p++ - start));
	return true;
}

static bool scan_digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > start;
}

static bool scan_number(struct scan *s)
{
	const char *start = s->p;

	take(s, '-');
	if (!take(s, '0') && !scan_digits(s))
		return false;
	if (take(s, '.') && !scan_digits(s))
		return false;
	return s->p - start <= PLAIN_NUMBER_MAX && !(s->p < s->end && (*s->p | 32) == 'e');
}

static bool scan_word(struct scan *s)
{
	static const struct span words[] = {{"true", 4}, {"false", 5}, {"null", 4}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (span_starts(span_of(s->p, (size_t)(s->end - s->p)), words[i])) {
			s->p += words[i].n;
			return true;
		}
	return false;
}

static enum rule rule_of(struct span key)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].prefix ? span_starts(key, rules[i].name) : span_eq(key, rules[i].name))
			return rules[i].rule;
	return RULE_ANY;
}

static bool rule_holds(struct scan *s, enum rule rule, enum kind kind, struct span v, bool escaped)
{
	struct edtf ignored;

	switch (rule) {
	case RULE_ANY:
		return true;
	case RULE_STRING:
		return kind == PLAIN_STRING;
	case RULE_URI:
		s->has_uri = kind == PLAIN_STRING && v.n > 0;
		return s->has_uri;
	case RULE_VERSION:
		return kind == PLAIN_STRING && (v.n == 0 || span_eq_str(v, "1"));
	case RULE_USABLE:
		return kind == PLAIN_STRING && span_eq_str(v, "usable");
	case RULE_TIME:
		return kind == PLAIN_STRING && !escaped && edtf_from_rfc3339(v, &ignored) == 0;
	case RULE_NAMES:
	case RULE_TEXTS:
		return kind == PLAIN_ARRAY;
	}
	return false;
}

/* Members of an entry of `infosource`, `headlines`, `bodies` that the parser looks at. */
static bool entry_holds(struct span key, enum kind kind, bool *has_value)
{
	static const struct span strings[] = {
		{"value", 5}, {"role", 4}, {"contenttype", 11}, {"contentType", 11}, {"name", 4}};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (span_eq(key, strings[i])) {
			*has_value |= i == 0;
			return kind == PLAIN_STRING;
		}
	return true;
}

static bool scan_key(struct scan *s, size_t first_key, struct span *ret)
{
	bool escaped;

	if (!take(s, '"') || !scan_string(s, ret, &escaped) || escaped || s->n_keys == PLAIN_KEYS_MAX)
		return false;
	for (size_t i = first_key; i < s->n_keys; i++)
		if (span_eq(s->keys[i], *ret))
			return false;
	s->keys[s->n_keys++] = *ret;
	skip_space(s);
	return take(s, ':');
}

/* within: the rule of the top-level member that this is an entry of, else RULE_ANY. */
static bool scan_object(struct scan *s, enum rule within)
{
	size_t first_key = s->n_keys;
	bool top = s->depth == 1, has_value = false, escaped = false;
	struct span key, v;

	skip_space(s);
	if (!take(s, '}')) {
		do {
			skip_space(s);
			if (!scan_key(s, first_key, &key))
				return false;
			enum rule rule = top ? rule_of(key) : RULE_ANY;
			enum kind kind = scan_value(s, &v, rule);
			if (kind == PLAIN_STRING)
				escaped = memchr(v.p, '\\', v.n) != NULL;
			if (kind == PLAIN_NO || !rule_holds(s, rule, kind, v, escaped))
				return false;
			if (within != RULE_ANY && !entry_holds(key, kind, &has_value))
				return false;
			skip_space(s);
		} while (take(s, ','));
		if (!take(s, '}'))
			return false;
	}
	s->n_keys = first_key;
	return within != RULE_TEXTS || has_value;
}

static bool scan_array(struct scan *s, enum rule within)
{
	bool typed = within == RULE_NAMES || within == RULE_TEXTS;
	struct span ignored;

	skip_space(s);
	if (take(s, ']'))
		return true;
	do {
		enum kind kind = scan_value(s, &ignored, typed ? within : RULE_ANY);
		if (kind == PLAIN_NO || (typed && kind != PLAIN_OBJECT))
			return false;
		skip_space(s);
	} while (take(s, ','));
	return take(s, ']');
}

static enum kind scan_value(struct scan *s, struct span *ret_string, enum rule within)
{
	bool escaped, ok;
	enum kind kind;

	*ret_string = SPAN_NONE;
	skip_space(s);
	if (s->p >= s->end || ++s->values > PLAIN_VALUES_MAX || s->depth >= NINJS_DEPTH_MAX)
		return PLAIN_NO;
	switch (*s->p) {
	case '"':
		s->p++;
		return scan_string(s, ret_string, &escaped) ? PLAIN_STRING : PLAIN_NO;
	case '{':
	case '[':
		kind = *s->p++ == '{' ? PLAIN_OBJECT : PLAIN_ARRAY;
		s->depth++;
		ok = kind == PLAIN_OBJECT ? scan_object(s, within) : scan_array(s, within);
		s->depth--;
		return ok ? kind : PLAIN_NO;
	case 't':
	case 'f':
	case 'n':
		return scan_word(s) ? PLAIN_OTHER : PLAIN_NO;
	default:
		return scan_number(s) ? PLAIN_OTHER : PLAIN_NO;
	}
}

bool ninjs_is_plain(struct span raw)
{
	struct scan s = {.p = raw.p, .end = raw.p + raw.n};
	struct span ignored;

	if (raw.n == 0 || raw.n > PLAIN_SIZE_MAX || utf8_valid_until(raw) != raw.n)
		return false;
	if (scan_value(&s, &ignored, RULE_ANY) != PLAIN_OBJECT || !s.has_uri)
		return false;
	skip_space(&s);
	return s.p == s.end;
}
