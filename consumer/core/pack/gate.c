/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/gate.h"
#include "core/text/chars.h"

/* One code point as raw UTF-8 bytes, escaped for the expression. */
static void add_raw(struct strbuf *b, uint32_t c)
{
	if (c < 0x80) {
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			strbuf_addch(b, '\\');
		strbuf_addch(b, (char)c);
	} else if (c < 0x800) {
		strbuf_addf(b, "\\x%02x\\x%02x", 0xC0 | c >> 6, 0x80 | (c & 0x3F));
	} else {
		strbuf_addf(b, "\\x%02x\\x%02x\\x%02x", 0xE0 | c >> 12, 0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F));
	}
}

static void add_hex(struct strbuf *b, uint32_t c, int width)
{
	char text[12];
	int n = snprintf(text, sizeof(text), "%0*x", width, c);

	for (int i = 0; i < n; i++)
		if (text[i] >= 'a')
			strbuf_addf(b, "[%c%c]", text[i], text[i] - 32);
		else
			strbuf_addch(b, text[i]);
}

/* raw | \uXXXX | &#NNN; | &#xHHH;, with a '|' before each but the first of a group. */
static void add_char(struct strbuf *b, uint32_t c, bool *first)
{
	if (!*first)
		strbuf_addch(b, '|');
	*first = false;
	add_raw(b, c);
	strbuf_addstr(b, "|\\\\u");
	add_hex(b, c, 4);
	strbuf_addf(b, "|&#0*%u;|&#[xX]0*", c);
	add_hex(b, c, 1);
	strbuf_addch(b, ';');
}

static uint32_t upper_of(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7) || (c >= 0x430 && c <= 0x44F))
		return c - 32;
	return c >= 0x450 && c <= 0x45F ? c - 80 : c;
}

/* The letter in either case and width, with the letters that fold to it. */
static void add_letter(struct strbuf *b, uint32_t c)
{
	uint32_t up = upper_of(c);
	bool first = true;

	strbuf_addstr(b, "(?:");
	add_char(b, c, &first);
	if (up != c)
		add_char(b, up, &first);
	if (c > ' ' && c < 0x7F)
		add_char(b, c - 0x21 + 0xFF01, &first);
	if (up != c && c < 0x7F)
		add_char(b, up - 0x21 + 0xFF01, &first);
	if (c == 0x435) { /* yo folds to ye */
		add_char(b, 0x451, &first);
		add_char(b, 0x401, &first);
	}
	strbuf_addch(b, ')');
}

static void add_folded_char(struct strbuf *b, uint32_t c)
{
	if (c != 0x439) {
		add_letter(b, c);
		return;
	}
	/* The short i also as i and U+0306. */
	strbuf_addstr(b, "(?:");
	add_letter(b, c);
	strbuf_addch(b, '|');
	add_letter(b, 0x438);
	strbuf_addstr(b, "(?:\\xcc\\x86|\\\\u0306|&#0*774;|&#[xX]0*306;))");
}

void gate_pattern(struct span name, struct strbuf *ret)
{
	for (size_t i = 0, len; i < name.n; i += len) {
		uint32_t c = char_at(name, i, &len);

		if (c == ' ')
			strbuf_addstr(ret,
				      "(?:[ \\t\\r\\n]|\\\\[nrt]|\\\\u[0-9a-fA-F]{4}|&[a-zA-Z#0-9]+;|[\\x80-\\xff])+");
		else
			add_folded_char(ret, c);
	}
}

/* What may stand before and after, as bytes. Escapes end in letters (\n, \u00a0), so they are told first. */
#define ESCAPE_BEFORE "\\\\[bfnrt]|\\\\u[0-9a-fA-F]{4}|&#[xX][0-9a-fA-F]+"
#define LATIN_BEFORE "(?:^|[^a-zA-Z]|" ESCAPE_BEFORE ")"
#define LATIN_AFTER "(?:$|[^a-zA-Z])"
#define CYRILLIC_BEFORE "(?:^|[\\x00-\\x7f]|[^\\xd0\\xd1][\\x80-\\xbf])"
#define CYRILLIC_AFTER "(?:$|[^\\xd0\\xd1\\\\]|\\\\(?:[^u]|u(?:[^0]|0[^4])))"

static bool is_latin(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void gate_word_pattern(struct span name, struct strbuf *ret)
{
	size_t len;
	bool latin = is_latin(char_at(name, 0, &len));

	strbuf_addstr(ret, latin ? LATIN_BEFORE : CYRILLIC_BEFORE);
	gate_pattern(name, ret);
	strbuf_addstr(ret, latin ? LATIN_AFTER : CYRILLIC_AFTER);
}

static bool is_letter_of(uint32_t c, bool latin)
{
	return latin ? is_latin(c) : c >= 0x400 && c <= 0x4FF;
}

bool gate_word_in(struct span text, struct span name)
{
	size_t len;
	bool latin = is_latin(char_at(name, 0, &len));

	for (size_t at = 0; (at = span_find(text, name, at)) != SIZE_MAX; at++)
		if (!is_letter_of(char_before(text, at, &len), latin) &&
		    !is_letter_of(char_at(text, at + name.n, &len), latin))
			return true;
	return false;
}
