/* SPDX-License-Identifier: Apache-2.0 */
/* The news item reader: what is read under which name, what is refused with which reason, mark-up and its way back.
 * Whole items in and out are in tests/golden/ninjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "ninjs/json_text.h"
#include "ninjs/markup.h"
#include "ninjs/ninjs.h"
#include <errno.h>
#include <stdlib.h>

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void refused_with_reason_and_offset(void **state)
{
	static const struct {
		struct span raw;
		int code;
		size_t offset;
		const char *text;
	} rows[] = {
		{SPAN_LIT(""), -EBADMSG, 0, "empty where a JSON object is expected"},
		{SPAN_LIT(" \n"), -EBADMSG, 0, "empty where a JSON object is expected"},
		{SPAN_LIT("\xEF\xBB\xBF{}"), -EBADMSG, 0, "byte order mark before the JSON text"},
		{SPAN_LIT("[{\"uri\":\"a\"}]"), -EBADMSG, 0, "an array where a JSON object is expected"},
		{SPAN_LIT("\"uri\""), -EBADMSG, 0, "a string where a JSON object is expected"},
		{SPAN_LIT("7"), -EBADMSG, 0, "a number where a JSON object is expected"},
		{SPAN_LIT("<rss/>"), -EBADMSG, 1, "invalid token near '<' at byte 1"},
		{SPAN_LIT("{\"uri\":\"a\""), -EBADMSG, 10, "uri: '}' expected near end of file at byte 10"},
		{SPAN_LIT("{\"uri\":\"a\"} {}"), -EBADMSG, 13, "uri: end of file expected near '{' at byte 13"},
		{SPAN_LIT("{\"uri\":\"a\",\"uri\":\"b\"}"), -EBADMSG, 16,
		 "uri: duplicate object key near '\"uri\"' at byte 16"},
		{SPAN_LIT("{\"uri\":\"a\",\"x\":{\"y\":1,\"y\":2}}"), -EBADMSG, 25,
		 "x: duplicate object key near '\"y\"' at byte 25"},
		{SPAN_LIT("{}"), -EBADMSG, 0, "uri: missing, an item without identity at byte 0"},
		{SPAN_LIT("{\"uri\":\"\"}"), -EBADMSG, 1, "uri: empty, an item without identity at byte 1"},
		{SPAN_LIT("{\"uri\":7}"), -EBADMSG, 1, "uri: a number where a string is expected at byte 1"},
		{SPAN_LIT("{\"uri\":\"a\",\"version\":2}"), -EBADMSG, 11,
		 "version: a number where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"version\":null}"), -EBADMSG, 11,
		 "version: null where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"pubstatus\":\"cancelled\"}"), -EBADMSG, 11,
		 "pubstatus: \"cancelled\" is none of usable, withheld, canceled at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"pubStatus\":\"\"}"), -EBADMSG, 11,
		 "pubStatus: \"\" is none of usable, withheld, canceled at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"versioncreated\":\"4 July 2024\"}"), -EBADMSG, 11,
		 "versioncreated: \"4 July 2024\" is no RFC 3339 time at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"versionCreated\":\"2023-02-29T10:00:00Z\"}"), -EBADMSG, 11,
		 "versionCreated: \"2023-02-29T10:00:00Z\" is no RFC 3339 time at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"firstcreated\":2019}"), -EBADMSG, 11,
		 "firstcreated: a number where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"headline\":[\"x\"]}"), -EBADMSG, 11,
		 "headline: an array where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"headlines\":\"x\"}"), -EBADMSG, 11,
		 "headlines: a string where an array is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":{}}"), -EBADMSG, 11,
		 "body_text: an object where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"bodies\":[\"x\"]}"), -EBADMSG, 11,
		 "bodies[]: a string where an object is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"bodies\":[{}]}"), -EBADMSG, 11,
		 "bodies[].value: nothing where a string is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"infosource\":\"AP\"}"), -EBADMSG, 11,
		 "infosource: a string where an array is expected at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"x\xFF\"}"), -EILSEQ, 25, "body_text: not UTF-8 at byte 25"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"\xC0\xAF\"}"), -EILSEQ, 24,
		 "body_text: not UTF-8 at byte 24"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"\xED\xA0\x80\"}"), -EILSEQ, 24,
		 "body_text: not UTF-8 at byte 24"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"\xE4\xB8"), -EILSEQ, 24, "body_text: not UTF-8 at byte 24"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"\\ud83d\"}"), -EILSEQ, 24,
		 "body_text: lone surrogate in a \\u escape at byte 24"},
		{SPAN_LIT("{\"uri\":\"a\",\"x\":[\"\\udc00\\ud800\"]}"), -EILSEQ, 17,
		 "x: lone surrogate in a \\u escape at byte 17"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"\\ud83dx\\ude00\"}"), -EILSEQ, 24,
		 "body_text: lone surrogate in a \\u escape at byte 24"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"x\\u0000y\"}"), -EBADMSG, 25,
		 "body_text: NUL (\\u0000) in a string at byte 25"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"x\0y\"}"), -EBADMSG, 25,
		 "body_text: NUL in a string at byte 25"},
		{SPAN_LIT("{\"uri\":\"a\"}\0"), -EBADMSG, 11, "uri: NUL between values at byte 11"},
		{SPAN_LIT("{\"uri\":\"a\",\"body_text\":\"x\ny\"}"), -EBADMSG, 25,
		 "body_text: control character in a string at byte 25"},
		{SPAN_LIT("{\"uri\":\"a\",\"x\":\"\\u00g0\"}"), -EBADMSG, 16,
		 "x: \\u without four hexadecimal digits at byte 16"},
		{SPAN_LIT("{\"uri\":\"a\",\"x\":\"\\q\"}"), -EBADMSG, 18, "x: invalid escape near '\"\\q' at byte 18"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		struct ninjs_item item = {.generation = 77};
		int r = ninjs_parse(rows[i].raw, &arena, &item, &err);
		if (r != rows[i].code || err.offset != rows[i].offset || strcmp(err.text, rows[i].text) != 0 ||
		    err.action != ERROR_ACTION_SKIP || err.code != r || item.generation != 77)
			fail_msg("row %zu: %d, byte %zu: %s", i, r, err.offset, err.text);
	}
}

/* n times `open`, then n times `close`, as the value of a member nobody reads. */
static struct span nested(const char *open, const char *close, size_t n)
{
	size_t room = n * (strlen(open) + strlen(close)) + 64;
	char *p = arena_alloc(&arena, room);
	size_t at = (size_t)snprintf(p, room, "{\"uri\":\"a\",\"x\":");

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(p + at, room - at, "%s", open);
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(p + at, room - at, "%s", close);
	at += (size_t)snprintf(p + at, room - at, "}");
	return span_of(p, at);
}

static void limits_are_told_before_anything_recurses(void **state)
{
	static const struct {
		const char *open, *close;
		size_t n;
		int code;
		const char *text;
	} rows[] = {
		{"[", "]", NINJS_DEPTH_MAX - 1, 0, ""},
		{"[", "]", NINJS_DEPTH_MAX, -E2BIG, "x: nested too deep at byte 78"},
		{"[", "]", 1000, -E2BIG, "x: nested too deep at byte 78"},
		{"[", "", 1000 * 1000, -E2BIG, "x: nested too deep at byte 78"},
		{"{\"x\":", "}", 1000, -E2BIG, "x: nested too deep at byte 330"},
	};
	struct ninjs_item item;
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		struct span raw = nested(rows[i].open, rows[i].close, rows[i].n);
		assert_int_equal(ninjs_parse(raw, &arena, &item, &err), rows[i].code);
		assert_string_equal(err.text, rows[i].text);
	}
}

static void size_and_number_of_values_are_limited(void **state)
{
	size_t n = NINJS_SIZE_MAX + 1;
	char *p = malloc(n);
	struct error err = ERROR_INIT;
	struct ninjs_item item;
	(void)state;
	assert_non_null(p);
	memset(p, ' ', n);
	memcpy(p, "{\"uri\":\"a\"}", 11);
	assert_int_equal(ninjs_parse(span_of(p, n - 1), &arena, &item, NULL), 0);
	assert_int_equal(ninjs_parse(span_of(p, n), &arena, &item, &err), -E2BIG);
	assert_string_equal(err.text, "4194305 bytes, more than the 4194304 allowed");

	size_t at = (size_t)snprintf(p, n, "{\"uri\":\"a\",\"x\":[[]");
	for (size_t i = 0; i < NINJS_VALUES_MAX; i++) {
		memcpy(p + at, ",[]", 3);
		at += 3;
	}
	memcpy(p + at, "]}", 2);
	err = ERROR_INIT;
	assert_int_equal(ninjs_parse(span_of(p, at + 2), &arena, &item, &err), -E2BIG);
	assert_int_equal(strncmp(err.text, "x: too many values", 18), 0);
	free(p);
}

static void an_arena_cap_is_a_fault_of_the_item(void **state)
{
	static const char raw[] = "{\"uri\":\"a\",\"body_html\":\"<p>0123456789012345678901234567890123456789</p>\"}";
	struct ninjs_item item;
	size_t cap;
	(void)state;
	for (cap = 16; cap < 4096; cap += 16) {
		struct error err = ERROR_INIT;
		struct arena small;
		arena_init(&small, cap);
		int r = ninjs_parse(span_str(raw), &small, &item, &err);
		arena_done(&small);
		if (r == 0)
			break;
		assert_int_equal(r, -ENOMEM);
		assert_int_equal(err.action, ERROR_ACTION_SKIP);
	}
	assert_in_range(cap, 128, 1024);
}

static void names_of_all_generations_are_read(void **state)
{
	static const struct {
		const char *raw;
		int generation;
		const char *version, *published, *language, *headline, *body, *source;
		enum ninjs_status status;
	} rows[] = {
		{"{\"uri\":\"a\"}", 1, "", "", "", "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"version\":\"2\",\"versioncreated\":\"2024-07-04T10:00:00Z\",\"language\":\"en\","
		 "\"pubstatus\":\"withheld\",\"headline\":\"h\",\"body_text\":\"b\",\"infosource\":[{\"name\":\"X\"}]}",
		 1, "2", "2024-07-04", "en", "h", "b", "X", NINJS_WITHHELD},
		{"{\"uri\":\"a\",\"versioncreated\":\"2024-07-04\",\"headlines\":[{\"value\":\"h\"}],"
		 "\"bodies\":[{\"value\":\"b\"}],\"infosources\":[{\"role\":\"r\"},{\"name\":\"X\"}]}",
		 2, "", "2024-07-04", "", "h", "b", "X", NINJS_USABLE},
		{"{\"uri\":\"a\",\"versionCreated\":\"2024-07-04T23:59:59-05:00\",\"pubStatus\":\"canceled\","
		 "\"bodies\":[{\"contentType\":\"text/html\",\"value\":\"<p>b</"
		 "p>\"}],\"infoSources\":[{\"name\":\"X\"}]}",
		 3, "", "2024-07-04", "", "", "b", "X", NINJS_CANCELED},
		{"{\"uri\":\"a\",\"$standard\":{\"version\":\"1.3\"},\"versionCreated\":\"2024\"}", 1, "", "2024", "",
		 "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"standard\":{\"version\":\"3.1\"}}", 3, "", "", "", "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"standard\":{\"version\":\"30\"},\"bodies\":[]}", 2, "", "", "", "", "", "",
		 NINJS_USABLE},
		{"{\"uri\":\"a\",\"contentcreated\":\"2024-07-03\",\"firstcreated\":\"2024-07-02\"}", 1, "",
		 "2024-07-03", "", "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"contentcreated\":\"soon\",\"firstcreated\":\"2024-07-02\"}", 1, "", "2024-07-02", "",
		 "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"provider\":\"X\"}", 1, "", "", "", "", "", "X", NINJS_USABLE},
		{"{\"uri\":\"a\",\"provider\":{\"name\":\"X\"}}", 1, "", "", "", "", "", "X", NINJS_USABLE},
		/* which of several texts */
		{"{\"uri\":\"a\",\"body_xhtml\":\"<p>a longer one</p>\",\"body_text\":\"b\",\"headline_main\":\"h\"}",
		 1, "", "", "", "h", "b", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"body_main\":\"short\",\"body_xhtml\":\"<p>a longer one</p>\"}", 1, "", "", "", "",
		 "a longer one", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"bodies\":[{\"role\":\"teaser\",\"contenttype\":\"text/plain\",\"value\":\"t\"},"
		 "{\"role\":\"main\",\"contenttype\":\"text/html\",\"value\":\"<b>b</b>\"}]}",
		 2, "", "", "", "", "b", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"bodies\":[{\"value\":\"<p>x</p>\"},{\"contenttype\":\"text/"
		 "plain\",\"value\":\"<p>\"}]}",
		 2, "", "", "", "", "<p>", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"headlines\":[{\"role\":\"short\",\"value\":\"s\"},{\"role\":\"main\",\"value\":"
		 "\"h\"},"
		 "{\"value\":\"also main\"}]}",
		 2, "", "", "", "h", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"headline\":\"\",\"headlines\":[{\"value\":\"h\"}],\"body_text\":\"\","
		 "\"bodies\":[{\"value\":\"b\"}]}",
		 2, "", "", "", "h", "b", "", NINJS_USABLE},
		/* what nobody reads is no reason to refuse */
		{"{\"uri\":\"a\",\"urgency\":\"high\",\"x\":123456789012345678901234567890,\"y\":null,\"wordcount\":"
		 "1e2}",
		 1, "", "", "", "", "", "", NINJS_USABLE},
		{"{\"uri\":\"a\",\"headline\":\"\\u0428\\u041e\\u0421 \\ud83d\\ude00\"}", 1, "", "", "",
		 "\u0428\u041e\u0421 \U0001F600", "", "", NINJS_USABLE},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		struct ninjs_item it;
		char published[EDTF_STRLEN_MAX];
		if (ninjs_parse(span_str(rows[i].raw), &arena, &it, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		edtf_format(it.published, published);
		if (it.generation != rows[i].generation || it.status != rows[i].status ||
		    strcmp(published, rows[i].published) != 0 || !span_eq_str(it.version, rows[i].version) ||
		    !span_eq_str(it.language, rows[i].language) || !span_eq_str(it.headline, rows[i].headline) ||
		    !span_eq_str(it.body, rows[i].body) || !span_eq_str(it.source, rows[i].source))
			fail_msg("row %zu: generation %d, %s, \"%.*s\", \"%.*s\", \"%.*s\"", i, it.generation,
				 published, SPAN_FMT(it.headline), SPAN_FMT(it.body), SPAN_FMT(it.source));
	}
}

static void markup_becomes_text(void **state)
{
	static const struct {
		const char *html, *text;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"<p>One.</p>\n\n<p>Two.</p>", "One.\n\nTwo."},
		{"<p>One<br/>two<BR>three</p>", "One\ntwo\nthree"},
		{"<p>The <b>S</b>CO  \n met</p>", "The SCO met"},
		{"a &amp; b &lt;c&gt; &#8217;&#x2019;&rsquo;", "a & b <c> \u2019\u2019\u2019"},
		{"a&nbsp;b&#160;&#32;c", "a b c"},
		{"AT&T &bogus; &#; &", "AT&T &bogus; &#; &"},
		{"&#0;&#xD800;&#x110000;&#99999999999;", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"1 < 2 <3 </ 4", "1 < 2 <3 </ 4"},
		{"a<!-- <p>no</p> -->b<?pi x?>c<!DOCTYPE html>d", "abcd"},
		{"a<script>if (x < 1) y('</p>')</script>b<style>p{}</style >c", "abc"},
		{"<head><title>no</title></head>yes", "yes"},
		{"<title/>yes", "yes"},
		{"<![CDATA[a <b> & c]]>d", "a <b> & cd"},
		{"<a title=\"x > y\" href='z'>link</a>", "link"},
		{"<p class=it's>a</p>", "a"},
		{"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n\n3"},
		{"<pre>a\n  b</pre> c", "a\n  b\n\nc"},
		{"<xhtml:p>a</xhtml:p><xhtml:p>b", "a\n\nb"},
		{"a<script>never closed", "a"},
		{"a<!-- never closed", "a"},
		{"a<p", "a"},
		{"<ul><li>\u0428\u041e\u0421</li><li>\u4e0a\u5408</li></ul>", "\u0428\u041e\u0421\n\n\u4e0a\u5408"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct markup m;
		assert_int_equal(markup_text(span_str(rows[i].html), &arena, &m), 0);
		if (!span_eq_str(m.text, rows[i].text))
			fail_msg("row %zu: \"%.*s\"", i, SPAN_FMT(m.text));
	}
}

static void a_quote_is_found_in_the_bytes_as_published(void **state)
{
	static const struct {
		const char *html, *quote, *published;
	} rows[] = {
		{"<p>The <b>SCO</b> met</p>", "SCO", "SCO"},
		{"<p>The <b>S</b>CO  met</p>", "SCO met", "S</b>CO  met"},
		{"<p>A</p> <p>B</p>", "A\n\nB", "A</p> <p>B"},
		{"x&rsquo;s rule", "x\u2019s", "x&rsquo;s"},
		{"x&rsquo;s rule", "\u2019", "&rsquo;"},
		{"<pre>a\n b</pre>", "a\n b", "a\n b"},
		{"a<!-- c -->b", "ab", "a<!-- c -->b"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct markup m;
		size_t start, end;
		assert_int_equal(markup_text(span_str(rows[i].html), &arena, &m), 0);
		size_t at = span_find(m.text, span_str(rows[i].quote), 0);
		assert_int_not_equal(at, SIZE_MAX);
		markup_locate(&m, at, at + strlen(rows[i].quote), &start, &end);
		struct span got = span_sub(span_str(rows[i].html), start, end);
		if (!span_eq_str(got, rows[i].published))
			fail_msg("row %zu: \"%.*s\"", i, SPAN_FMT(got));
	}
}

static uint32_t rnd(uint32_t *s)
{
	*s = *s * 1664525 + 1013904223;
	return *s >> 8;
}

/* Any bytes: the text is never longer, valid UTF-8 stays so, and every part of it has a place in the fragment. */
static void any_fragment_gives_text_with_a_place_for_each_byte(void **state)
{
	static const char *const parts[] = {"<",      ">",	"&",	 "a",	     " ",	 "\n",	"\"",
					    "'",      "=",	"/",	 "!--",	     "-->",	 "<p>", "</p>",
					    "br",     "&lt;",	"&#65;", "<script>", "</script", "]]>", "<![CDATA[",
					    "\u0448", "\u4e0a", "<pre>", "</pre>",   "&nbsp;",	 ";",	"#x"};
	uint32_t seed = 20240704;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char html[256];
		size_t n = 0, start, end;
		struct markup m;
		for (uint32_t k = rnd(&seed) % 20; k; k--)
			n += (size_t)snprintf(html + n, sizeof(html) - n, "%s", parts[rnd(&seed) % ARRAY_SIZE(parts)]);
		assert_int_equal(markup_text(span_of(html, n), &arena, &m), 0);
		assert_true(m.text.n <= n && utf8_valid_until(m.text) == m.text.n);
		for (size_t i = 0; i < m.text.n; i++) {
			markup_locate(&m, i, m.text.n, &start, &end);
			if (start >= end || end > n)
				fail_msg("\"%.*s\": byte %zu at %zu to %zu", (int)n, html, i, start, end);
		}
		arena_reset(&arena);
	}
}

static void well_formed_utf8_as_unicode_has_it(void **state)
{
	static const struct {
		const char *s;
		size_t valid;
	} rows[] = {
		{"", 0},
		{"0123456789abcdef", 16},
		{"0123456\xC3\xA9 89abcdef", 18},
		{"\x7F\xC2\x80\xDF\xBF", 5},
		{"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", 12},
		{"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8},
		{"\x80", 0},
		{"a\xC1\xBF", 1},
		{"ab\xE0\x9F\xBF", 2},
		{"\xED\xA0\x80", 0},
		{"\xF0\x8F\xBF\xBF", 0},
		{"\xF4\x90\x80\x80", 0},
		{"\xF5\x80\x80\x80", 0},
		{"a\xE4\xB8", 1},
		{"a\xE4\xB8z", 1},
		{"\xC3", 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (utf8_valid_until(span_str(rows[i].s)) != rows[i].valid)
			fail_msg("row %zu: %zu", i, utf8_valid_until(span_str(rows[i].s)));
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		char b[4];
		if (c == 0xD800)
			c = 0xE000;
		size_t n = utf8_encode(c, b);
		if (utf8_valid_until(span_of(b, n)) != n || utf8_valid_until(span_of(b, n - 1)) == n)
			fail_msg("U+%04X", c);
	}
}

/* Long texts are checked in blocks: what is at fault is at fault wherever it lies in one, whatever stands around it. */
static void faults_are_found_across_blocks(void **state)
{
	static const char *const around[] = {"a", "\xD1\x88", "\xE4\xB8\x8A", "\xF0\x9F\x98\x80"};
	static const struct {
		const char *s;
		bool valid;
	} rows[] = {
		{"\x7F", true},
		{"\xC2\x80", true},
		{"\xED\x9F\xBF", true},
		{"\xEF\xBF\xBF", true},
		{"\xF4\x8F\xBF\xBF", true},
		{"\x80", false},
		{"\xC0\x80", false},
		{"\xC1\xBF", false},
		{"\xC3", false},
		{"\xE0\x9F\xBF", false},
		{"\xE4\xB8", false},
		{"\xE4\xB8\x8A\x80", false},
		{"\xED\xA0\x80", false},
		{"\xF0\x8F\xBF\xBF", false},
		{"\xF0\x9F\x98", false},
		{"\xF4\x90\x80\x80", false},
		{"\xF5\x80\x80\x80", false},
		{"\xFF", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t k = 0; k < ARRAY_SIZE(around); k++)
			for (size_t before = 0; before < 150; before++) {
				struct strbuf b = STRBUF_INIT;

				for (size_t n = 0; n < before; n++)
					strbuf_addstr(&b, n % 3 ? around[k] : "a");
				size_t at = b.len;
				strbuf_addstr(&b, rows[i].s);
				for (size_t n = 0; n < 40; n++)
					strbuf_addstr(&b, n % 3 == 1 ? around[k] : "a");
				size_t valid = utf8_valid_until(strbuf_span(&b));
				/* a whole sequence before a stray byte is good */
				size_t want = rows[i].valid ? b.len : i == 11 ? at + 3 : at;
				if (valid != want)
					fail_msg("row %zu behind %zu: %zu, not %zu", i, before, valid, want);
				strbuf_done(&b);
			}
}

/* Some text between quotes, with every kind of escape and now and then a wrong one. */
static void add_random_string(struct strbuf *b, uint32_t *x)
{
	static const char *const parts[] = {"a",
					    "word ",
					    "\xd1\x88\xd0\xbe\xd1\x81 ",
					    "\xe4\xb8\x8a",
					    "\\n",
					    "\\\"",
					    "\\\\",
					    "\\/",
					    "\\u0041",
					    "\\u0448",
					    "\\ud83d\\ude00",
					    "\\t",
					    "\\u00Ad",
					    ": ",
					    "\\b\\f\\r",
					    "{[,]}",
					    "\\u0001",
					    "\\q",
					    "\\u12",
					    "\xff",
					    "\x02"};

	*x = *x * 1664525 + 1013904223;
	size_t n = *x >> 25;
	strbuf_addch(b, '"');
	for (size_t i = 0; i < n; i++) {
		*x = *x * 1664525 + 1013904223;
		size_t k = (*x >> 20) % 400;
		strbuf_addstr(b, parts[k < 16 + 5 ? k : k % 16]);
	}
	strbuf_addch(b, '"');
}

/* The tree with stand-ins says what jansson alone says, of each string and of what it refuses. */
static void long_strings_are_what_jansson_reads(void **state)
{
	static const struct json_limits limits = {1 << 20, 32, 1000, false};
	uint32_t x = 7;
	size_t accepted = 0, refused = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct strbuf b = STRBUF_INIT;
		struct arena memory;
		json_t *whole = NULL, *cut = NULL;
		struct error why = ERROR_INIT, why_cut = ERROR_INIT;

		arena_init(&memory, 0);
		strbuf_addstr(&b, "{\"a\" : ");
		add_random_string(&b, &x);
		strbuf_addstr(&b, ", \"list\":[");
		add_random_string(&b, &x);
		strbuf_addstr(&b, i % 50 ? "], \"c\":1}" : "], \"a\":1}"); /* one name twice */
		struct json_texts texts = {.arena = &memory};
		int e = json_in_object(strbuf_span(&b), &limits, &whole, &why);
		assert_int_equal(json_text_object(strbuf_span(&b), &limits, &texts, &cut, &why_cut), e);
		assert_string_equal(why.text, why_cut.text);
		for (int k = 0; e == 0 && k < 2; k++) {
			const json_t *v =
				k ? json_array_get(json_object_get(whole, "list"), 0) : json_object_get(whole, "a");
			const json_t *w =
				k ? json_array_get(json_object_get(cut, "list"), 0) : json_object_get(cut, "a");
			struct span s = json_text_of(&texts, w);
			assert_true(span_eq(s, span_of(json_string_value(v), json_string_length(v))));
		}
		accepted += e == 0;
		refused += e < 0;
		json_decref(whole);
		json_decref(cut);
		strbuf_done(&b);
		arena_done(&memory);
	}
	assert_true(accepted > 500 && refused > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_with_reason_and_offset),
		cmocka_unit_test(limits_are_told_before_anything_recurses),
		cmocka_unit_test(size_and_number_of_values_are_limited),
		cmocka_unit_test(an_arena_cap_is_a_fault_of_the_item),
		cmocka_unit_test(names_of_all_generations_are_read),
		cmocka_unit_test(markup_becomes_text),
		cmocka_unit_test(a_quote_is_found_in_the_bytes_as_published),
		cmocka_unit_test(any_fragment_gives_text_with_a_place_for_each_byte),
		cmocka_unit_test(well_formed_utf8_as_unicode_has_it),
		cmocka_unit_test(faults_are_found_across_blocks),
		cmocka_unit_test(long_strings_are_what_jansson_reads),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
