/* SPDX-License-Identifier: Apache-2.0 */
/* The gate, on raw JSON as publishers write it: what must pass, and what may be kept out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attr.h"
#include "base/strbuf.h"
#include "core/pack/gate.h"
#include <stdlib.h>

struct row {
	const char *name, *anchor; /* folded */
	bool word;
	const char *raw;
	bool passes;
};

static const struct row rows[] = {
	{"part of a name", "shanghai cooperation", false, "\"the Shanghai Cooperation Organization\"", true},
	{"a name over a line", "shanghai cooperation", false, "Shanghai\\nCooperation", true},
	{"word alone", "sco", true, "sco", true},
	{"word in a sentence", "sco", true, "of the SCO in 2024", true},
	{"possessive", "sco", true, "the SCO's chair", true},
	{"hyphens", "sco", true, "non-SCO, SCO-led", true},
	{"behind an escaped line end", "sco", true, "\"body_text\":\"Leaders.\\nSCO members\"", true},
	{"behind an escaped space", "sco", true, "the\\u00a0SCO", true},
	{"behind an escaped letter", "sco", true, "\\u0041SCO", true},
	{"behind an entity", "sco", true, "the&#xAD;SCO and&nbsp;SCO", true},
	{"behind an entity without its end", "sco", true, "the&#xADSCO", true},
	{"escaped itself", "sco", true, "\"\\u0053\\u0043\\u004f\"", true},
	{"full width", "sco", true, "\xef\xbc\xb3\xef\xbc\xa3\xef\xbc\xaf", true},
	{"in Chinese", "sco", true, "上合SCO峰会", true},
	{"inside a city", "sco", true, "in Moscow and San Francisco", false},
	{"inside words", "sco", true, "discovered the score of Cisco, Scotland", false},
	{"Russian word", "шос", true, "саммит ШОС в Астане", true},
	{"Russian word, escaped", "шос", true, "\\u0428\\u041e\\u0421 \\u0432", true},
	{"Russian word before punctuation", "шос", true, "«ШОС» и ШОС-2024", true},
	{"Russian word before a line end", "шос", true, "ШОС\\nСаммит", true},
	{"Russian word at the end", "шос", true, "страны ШОС", true},
	{"a highway", "шос", true, "новое шоссе, на шоссейной", false},
	{"a highway, escaped", "шос", true, "\\u0448\\u043e\\u0441\\u0441\\u0435", false},
	{"inside a Russian word", "шос", true, "ошосА", false},
	{"inside a word behind an escape", "sco", true, "\"body\":\"Leaders.\\nMoscow\"", false},
	{"the short i in two parts", "шанхайск", false, "Шанхай\xcc\x86ская", true},
	{"the short i in two parts, spelt", "шанхайск", false, "Шанха\xd0\xb8\xcc\x86ская", true},
	{"soft hyphens", "shanghai cooperation", false, "Shang\xc2\xadhai Coop\\u00aderation", true},
	{"a name for a soft hyphen", "sco", true, "S&shy;CO", true},
	{"zero width", "sco", true,
	 "S\xe2\x80\x8b\xef\xbb\xbf"
	 "CO",
	 true},
	{"a mark over a letter", "sco", true,
	 "S\xcc\x81"
	 "CO",
	 true},
	{"a letter set large", "shanghai cooperation", false,
	 "<p><span class=\\\"cap\\\">S</span>hanghai <i>Cooperation</i>", true},
	{"tags written as escapes", "sco", true, "\\u003cb\\u003eS\\u003c/b\\u003eCO", true},
	{"a tag with a sign in its value", "sco", true, "S<a title='x > y'>C</a>O", true},
	{"a space that is a tag", "shanghai cooperation", false, "Shanghai<br/>Cooperation", true},
	{"a comment inside", "sco", true, "S<!-- C -->CO", true},
	{"another word between tags", "sco", true, "<b>Mo</b>sco<i>w</i>, sco<b>re</b>", true},
	{"only the city", "shanghai cooperation", false, "Shanghai markets; cooperation, &amp; <b>more</b>", false},
	{"only the city in Chinese", "上海合作", false, "上海股市合作", false},
	{"less than a word", "sco", true, "a < b, S < CO", false},
};

static int make(const char *anchor, bool word, struct arena *arena, struct gate *ret)
{
	struct strbuf line = STRBUF_INIT;
	struct error err = ERROR_INIT;

	*ret = (struct gate){.n = 0};
	arena_init(arena, 0);
	strbuf_addf(&line, "%s%s\n", word ? (const char[]){GATE_WORD, '\0'} : "", anchor);
	int rc = gate_make(strbuf_span(&line), arena, ret, &err);
	strbuf_done(&line);
	return rc;
}

static bool passes(const struct gate *g, struct span raw)
{
	hs_scratch_t *scratch = NULL;

	assert_int_equal(hs_alloc_scratch(g->db, &scratch), HS_SUCCESS);
	bool hit = gate_passes(g, scratch, raw);
	hs_free_scratch(scratch);
	return hit;
}

static void run_row(void **state)
{
	const struct row *r = *state;
	struct arena arena;
	struct gate g;

	assert_int_equal(make(r->anchor, r->word, &arena, &g), 0);
	assert_int_equal(passes(&g, span_str(r->raw)), r->passes);
	/* The hints are only faster. */
	assert_int_equal(gate_reads(&g, span_str(r->raw)), r->passes);
	gate_done(&g);
	arena_done(&arena);
}

static const char *const disguises[] = {"\\u00ad", "\xc2\xad", "\xe2\x80\x8b", "\xcc\x81",	  "&shy;",   "&#173;",
					"&#xaD;",  "<b>",      "</i>",	       "\\u003ci\\u003e", "\\ufeff", ""};

/* One letter of a name as somebody might write it. */
static void disguise(struct strbuf *b, unsigned c, unsigned how)
{
	unsigned wide = c - 0x21 + 0xFF01, other = how & 8 ? c & ~0x20u : c;

	switch (how % 6) {
	case 0:
		strbuf_addf(b, how & 16 ? "\\u%04x" : "\\u%04X", other);
		break;
	case 1:
		strbuf_addf(b, how & 16 ? "&#%u;" : "&#x%X;", other);
		break;
	case 2:
		strbuf_addf(b, "%c%c%c", 0xE0 | wide >> 12, 0x80 | (wide >> 6 & 0x3F), 0x80 | (wide & 0x3F));
		break;
	default:
		strbuf_addch(b, (char)other);
		break;
	}
	if (how % 5 == 0)
		strbuf_addstr(b, disguises[how / 5 % ARRAY_SIZE(disguises)]);
}

/* Thousands of spellings, each of them a mixture; the same every time. */
static void no_spelling_is_missed(void **state)
{
	struct arena arena;
	struct gate g;
	uint32_t x = 1;

	(void)state;
	assert_int_equal(make("shanghai cooperation", false, &arena, &g), 0);
	for (int i = 0; i < 20000; i++) {
		struct strbuf raw = STRBUF_INIT;

		strbuf_addstr(&raw, "{\"uri\":\"u\",\"body_text\":\"The ");
		for (const char *p = "shanghai cooperation"; *p; p++) {
			x = x * 1664525 + 1013904223;
			if (*p == ' ')
				strbuf_addstr(&raw, x >> 29 & 1 ? " " : x >> 30 & 1 ? "\\n" : "\xc2\xa0<br/>");
			else
				disguise(&raw, (unsigned char)*p, i % 3 ? x >> 20 : x >> 31 ? 3 : x >> 20);
		}
		strbuf_addstr(&raw, " members\"}");
		if (!passes(&g, strbuf_span(&raw)))
			fail_msg("kept out: %s", raw.buf);
		strbuf_done(&raw);
	}
	gate_done(&g);
	arena_done(&arena);
}

/* Every place of it could be the beginning of a name that goes on behind a tag without end. */
static void hostile_tags_are_read_in_linear_time(void **state)
{
	struct strbuf raw = STRBUF_INIT;
	struct arena arena;
	struct gate g;

	(void)state;
	assert_int_equal(make("sco", true, &arena, &g), 0);
	for (size_t i = 0; i < 500000; i++)
		strbuf_addstr(&raw, i % 40 == 39 ? "s<x>" : "s<x ");
	assert_false(passes(&g, strbuf_span(&raw)));
	strbuf_clear(&raw);
	for (size_t i = 0; i < 2000000; i++)
		strbuf_addstr(&raw, "s<x ");
	assert_true(passes(&g, strbuf_span(&raw))); /* too long to be followed */
	strbuf_done(&raw);
	gate_done(&g);
	arena_done(&arena);
}

/* Letters of which not all spellings are known make no hints; then every item is read. */
static void other_letters_have_no_hints(void **state)
{
	static const char *const anchors[] = {"\xc3\xa9tats", "2nd league", "\xd0\xb9\xd0\xbe"};
	struct arena arena;
	struct gate g;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(anchors); i++) {
		assert_int_equal(make(anchors[i], false, &arena, &g), 0);
		assert_false(g.hinted);
		assert_true(passes(&g, span_str(anchors[i])));
		assert_false(passes(&g, SPAN_LIT("nothing of the kind")));
		gate_done(&g);
		arena_done(&arena);
	}
}

static void forms_of_the_organisation(void **state)
{
	static const struct gate_anchor sco = {SPAN_LIT("sco"), true}, shos = {SPAN_LIT("шос"), true},
					part = {SPAN_LIT("shanghai"), false};

	(void)state;
	assert_true(gate_anchor_in(span_str("the sco's secretariat"), &sco));
	assert_true(gate_anchor_in(span_str("moscow sco"), &sco));
	assert_false(gate_anchor_in(span_str("moscow"), &sco));
	assert_true(gate_anchor_in(span_str("саммит шос"), &shos));
	assert_false(gate_anchor_in(span_str("шоссе"), &shos));
	assert_true(gate_anchor_in(span_str("theshanghaier"), &part));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 4];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, run_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(forms_of_the_organisation);
	tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(no_spelling_is_missed);
	tests[ARRAY_SIZE(rows) + 2] = (struct CMUnitTest)cmocka_unit_test(other_letters_have_no_hints);
	tests[ARRAY_SIZE(rows) + 3] = (struct CMUnitTest)cmocka_unit_test(hostile_tags_are_read_in_linear_time);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
