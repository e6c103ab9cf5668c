/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/gate.h"
#include "base/attr.h"
#include "core/pack/fold.h"
#include "core/text/chars.h"
#include <errno.h>

#define NAME_BYTES_MAX 32 /* of an entity */
#define SPELLING_BYTES 12 /* of the digits of a reference */
#define TAG_BYTES_MAX 256 /* inside a name: so that reading from every place stays linear in the item */

/* What one step of the reader finds: a folded character, or one of these, which no anchor contains. */
enum { READ_DROPPED = 0, READ_TAG = 1, READ_ANY = 2, READ_END = 3 };

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* The character that JSON holds at *at, which moves behind it; CHAR_NONE at the end. */
static uint32_t json_char(struct span raw, size_t *at)
{
	size_t len;
	uint32_t c = char_at(raw, *at, &len);

	if (c != '\\' || *at + 1 >= raw.n) {
		*at += len;
		return c;
	}
	char kind = raw.p[*at + 1];
	*at += 2;
	if (kind != 'u')
		return memchr("bfnrt", kind, 5) ? ' ' : (unsigned char)kind;
	uint32_t code = 0;
	for (size_t i = 0; i < 4; i++) {
		int h = *at + i < raw.n ? hex_of(raw.p[*at + i]) : -1;

		if (h < 0)
			return 'u';
		code = code << 4 | (uint32_t)h;
	}
	*at += 4;
	return code ? code : CHAR_BROKEN;
}

static bool is_name_char(uint32_t c)
{
	return (c | 0x20) - 'a' < 26 || c - '0' < 10;
}

/* Behind the '<' at which the reader stands. A comment, a long tag, or one that hides what it holds is too much to
 * follow. */
static uint32_t read_tag(struct span raw, size_t *at)
{
	static const char *const hidden[] = {"head", "noscript", "script", "style", "template", "title"};
	char name[NAME_BYTES_MAX];
	size_t n = 0, i = *at;
	uint32_t c = json_char(raw, &i), last = 0, quote = 0;

	if (c == '!' || c == '?')
		return READ_ANY;
	if (c != '/' && (c | 0x20) - 'a' >= 26)
		return '<';
	for (; (is_name_char(c) || c == '/' || c == ':') && i - *at <= TAG_BYTES_MAX; c = json_char(raw, &i)) {
		if (c == ':') /* a namespace */
			n = 0;
		else if (c != '/' && n < sizeof(name))
			name[n++] = (char)(c | 0x20);
	}
	for (size_t k = 0; k < ARRAY_SIZE(hidden); k++)
		if (span_eq_str(span_of(name, n), hidden[k]))
			return READ_ANY;
	for (; c != CHAR_NONE && (quote || c != '>'); last = c, c = json_char(raw, &i)) {
		if (i - *at > TAG_BYTES_MAX)
			return READ_ANY;
		if (quote ? c == quote : (c == '"' || c == '\'') && last == '=')
			quote = quote ? 0 : c;
	}
	*at = i;
	return READ_TAG;
}

/* Behind the '&' at which the reader stands: "#8217", "#x2019", "name;". */
static uint32_t read_reference(struct span raw, size_t *at)
{
	size_t i = *at, n = 0;
	uint32_t c = json_char(raw, &i), v = 0;

	if (c != '#') {
		for (; is_name_char(c) && n < NAME_BYTES_MAX; n++)
			c = json_char(raw, &i);
		return n && c == ';' ? READ_ANY : '&';
	}
	size_t before = i;
	c = json_char(raw, &i);
	bool hex = (c | 0x20) == 'x';
	if (hex) {
		before = i;
		c = json_char(raw, &i);
	}
	for (int h; c < 0x80 && (h = hex_of((char)c)) >= 0 && (hex || h < 10); n++) {
		v = v > 0x10FFFF ? v : v * (hex ? 16 : 10) + (uint32_t)h;
		before = i;
		c = json_char(raw, &i);
	}
	if (!n)
		return '&';
	*at = c == ';' ? i : before;
	return v && v <= 0x10FFFF ? v : CHAR_BROKEN;
}

/* A folded character, as the text has it whether it is plain or mark-up. */
static uint32_t folded(uint32_t c)
{
	if (c >= 0x300 && c < 0x370)
		return READ_DROPPED; /* composes with the letter before it, or is dropped */
	return c == CHAR_NONE ? READ_END : fold_char(c);
}

/* One step of the reader, through tags and references. */
static uint32_t read_on(struct span raw, size_t *at)
{
	size_t start = *at;
	uint32_t c = json_char(raw, at);

	if (c == '<') {
		c = read_tag(raw, at);
		return c;
	}
	if (c == '&') {
		c = read_reference(raw, at);
		return c == READ_ANY ? c : folded(c);
	}
	return start == *at ? READ_END : folded(c);
}

/* The short i may have lost its mark. */
static bool is_letter(uint32_t want, uint32_t got)
{
	return want == got || (want == 0x439 && got == 0x438);
}

static bool is_letter_beside(uint32_t c, uint32_t of)
{
	return of < 0x80 ? (c | 0x20) - 'a' < 26 : c >= 0x400 && char_is_cyrillic(c);
}

/* Over a run of white space, tags and dropped signs, of which there must be one. */
static bool read_space(struct span raw, size_t *at)
{
	bool any = false;

	for (;;) {
		size_t next = *at;
		uint32_t c = read_on(raw, &next);

		if (c == READ_ANY)
			return true;
		if (c != ' ' && c != READ_TAG && c != READ_DROPPED)
			return any;
		any |= c != READ_DROPPED;
		*at = next;
	}
}

/* Does the anchor stand at byte `at`, however it is written? What stands before it is the caller's business. */
static bool stands_at(const struct gate_anchor *a, struct span raw, size_t at)
{
	uint32_t c = READ_DROPPED, last = 0;
	size_t len;

	for (size_t i = 0; i < a->text.n;) {
		uint32_t want = char_at(a->text, i, &len);

		if (want == ' ') {
			if (!read_space(raw, &at))
				return false;
			i += len;
			continue;
		}
		c = read_on(raw, &at);
		if (c == READ_ANY && i)
			return true;
		if (i && (c == READ_DROPPED || c == READ_TAG))
			continue;
		if (!is_letter(want, c))
			return false;
		last = want;
		i += len;
	}
	do
		c = a->word ? read_on(raw, &at) : READ_END;
	while (c == READ_DROPPED);
	return !is_letter_beside(c, last);
}

/* May the letter before byte `at` be the end of an escape (\n, \u00ad) or of a numeric reference (&#xAD)? */
static bool ends_spelling(struct span raw, size_t at)
{
	size_t i = at;

	if (at >= 2 && raw.p[at - 2] == '\\')
		return true;
	while (i > 0 && at - i < SPELLING_BYTES && (hex_of(raw.p[i - 1]) >= 0 || (raw.p[i - 1] | 0x20) == 'x'))
		i--;
	return i < at && i > 0 && (raw.p[i - 1] == '#' || raw.p[i - 1] == 'u');
}

/* Is what stands before byte `at` plainly a letter that makes it no beginning of a word? */
static bool is_inside_word(struct span raw, size_t at, uint32_t first)
{
	size_t len;

	return is_letter_beside(char_before(raw, at, &len), first) && !ends_spelling(raw, at);
}

static bool begins_at(const struct gate_anchor *a, struct span raw, size_t at)
{
	size_t len;

	return !(a->word && is_inside_word(raw, at, char_at(a->text, 0, &len))) && stands_at(a, raw, at);
}

bool gate_reads(const struct gate *g, struct span raw)
{
	for (size_t at = 0, next = 0; at < raw.n; at = next) {
		uint32_t c = json_char(raw, &next);

		if (c == '&') {
			size_t i = next;
			c = read_reference(raw, &i);
		}
		c = folded(c);
		if (!(g->beginnings >> c % 64 & 1))
			continue;
		for (size_t i = 0; i < g->n; i++)
			if (begins_at(&g->anchors[i], raw, at))
				return true;
	}
	return false;
}

struct looking {
	const struct gate *gate;
	struct span raw;
	bool passes;
};

static int on_hint(unsigned id, unsigned long long unused, unsigned long long to, unsigned flags, void *user)
{
	struct looking *l = user;
	const struct gate_hint *h = &l->gate->hints[id];

	(void)unused;
	(void)flags;
	if (h->anchor == GATE_ELSEWHERE) {
		l->passes = gate_reads(l->gate, l->raw);
		return 1; /* all is said */
	}
	l->passes = begins_at(&l->gate->anchors[h->anchor], l->raw, (size_t)to - h->text.n);
	return l->passes;
}

bool gate_passes(const struct gate *g, hs_scratch_t *scratch, struct span raw)
{
	struct looking l = {g, raw, false};

	if (!raw.n)
		return false;
	if (raw.n > UINT32_MAX) /* too large is for the parser to say */
		return true;
	if (!g->hinted)
		return gate_reads(g, raw);
	hs_error_t rc = hs_scan(g->db, raw.p, (unsigned)raw.n, 0, scratch, on_hint, &l);
	/* A scan that failed has not looked: let the item through. */
	return l.passes || (rc != HS_SUCCESS && rc != HS_SCAN_TERMINATED);
}

bool gate_anchor_in(struct span text, const struct gate_anchor *a)
{
	size_t len;
	uint32_t first = char_at(a->text, 0, &len), last = char_before(a->text, a->text.n, &len);

	for (size_t at = 0; (at = span_find(text, a->text, at)) != SIZE_MAX; at++)
		if (!a->word || (!is_letter_beside(char_before(text, at, &len), first) &&
				 !is_letter_beside(char_at(text, at + a->text.n, &len), last)))
			return true;
	return false;
}

int gate_make(struct span anchors, struct arena *arena, struct gate *ret, struct error *reterr)
{
	size_t cap = 0, len;

	for (size_t at = 0, end; at < anchors.n; at = end + 1) {
		end = span_find(anchors, SPAN_LIT("\n"), at);
		end = end == SIZE_MAX ? anchors.n : end;
		bool word = anchors.p[at] == GATE_WORD;
		struct span text = arena_copy(arena, span_sub(anchors, at + word, end));

		if (!text.p || arena_grow(arena, &ret->anchors, ret->n, &cap, sizeof(*ret->anchors)) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
		ret->anchors[ret->n++] = (struct gate_anchor){text, word};
		uint32_t first = char_at(text, 0, &len);
		ret->beginnings |= (uint64_t)1 << first % 64;
		if (first == 0x439)
			ret->beginnings |= (uint64_t)1 << 0x438 % 64;
	}
	return gate_hints(ret, arena, reterr);
}

void gate_done(struct gate *g)
{
	hs_free_database(g->db);
	g->db = NULL;
}
