/* SPDX-License-Identifier: Apache-2.0 */
/* The expressions of the gate, on raw JSON as publishers write it: what must pass, and what may be kept out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attr.h"
#include "core/pack/gate.h"
#include "core/pack/hint.h"
#include <hs.h>
#include <strings.h>

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
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *hit)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)hit = true;
	return 1;
}

static void run_row(void **state)
{
	const struct row *r = *state;
	struct strbuf pattern = STRBUF_INIT;
	hs_database_t *db;
	hs_scratch_t *scratch = NULL;
	hs_compile_error_t *e;
	bool hit = false;

	(r->word ? gate_word_pattern : gate_pattern)(span_str(r->anchor), &pattern);
	strbuf_addch(&pattern, '\0');
	assert_false(pattern.failed);
	assert_int_equal(hs_compile(pattern.buf, HS_FLAG_SINGLEMATCH, HS_MODE_BLOCK, NULL, &db, &e), HS_SUCCESS);
	assert_int_equal(hs_alloc_scratch(db, &scratch), HS_SUCCESS);
	hs_scan(db, r->raw, (unsigned)strlen(r->raw), 0, scratch, on_match, &hit);
	assert_int_equal(hit, r->passes);
	hs_free_scratch(scratch);
	hs_free_database(db);
	strbuf_done(&pattern);
}

/* Whatever the gate lets through has a hint: that of the row's own anchor. */
static void hints_miss_nothing(void **state)
{
	size_t kept_out = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span raw = span_str(rows[i].raw);
		struct strbuf anchors = STRBUF_INIT;
		struct arena arena;
		struct hint *hints;
		size_t n;
		bool complete, hit = false;

		arena_init(&arena, 0);
		strbuf_addf(&anchors, "%s%s\n", rows[i].word ? (const char[]){GATE_WORD, '\0'} : "", rows[i].anchor);
		assert_int_equal(hint_literals(strbuf_span(&anchors), &arena, &hints, &n, &complete), 0);
		assert_true(complete);
		for (size_t k = 0; k < n; k++)
			for (size_t at = 0; at + hints[k].text.n <= raw.n; at++)
				hit |= (hints[k].caseless
						? strncasecmp(raw.p + at, hints[k].text.p, hints[k].text.n)
						: memcmp(raw.p + at, hints[k].text.p, hints[k].text.n)) == 0 &&
				       hint_counts(&hints[k], raw, at + hints[k].text.n);
		if (rows[i].passes && !hit)
			fail_msg("no hint for: %s", rows[i].name);
		kept_out += !hit;
		strbuf_done(&anchors);
		arena_done(&arena);
	}
	assert_true(kept_out >= 2); /* the city, the words */
}

static void no_hint_for_other_letters(void **state)
{
	static const char *const anchors[] = {"\xc3\xa9tats\n", "2nd league\n", "\xd0\xb9\xd0\xbe\n"};
	struct arena arena;
	struct hint *hints;
	size_t n;
	bool complete;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < ARRAY_SIZE(anchors); i++) {
		assert_int_equal(hint_literals(span_str(anchors[i]), &arena, &hints, &n, &complete), 0);
		assert_false(complete);
	}
	arena_done(&arena);
}

static void forms_of_the_organisation(void **state)
{
	(void)state;
	assert_true(gate_word_in(span_str("the sco's secretariat"), span_str("sco")));
	assert_true(gate_word_in(span_str("moscow sco"), span_str("sco")));
	assert_false(gate_word_in(span_str("moscow"), span_str("sco")));
	assert_true(gate_word_in(span_str("саммит шос"), span_str("шос")));
	assert_false(gate_word_in(span_str("шоссе"), span_str("шос")));
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows) + 3];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, run_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	tests[ARRAY_SIZE(rows)] = (struct CMUnitTest)cmocka_unit_test(forms_of_the_organisation);
	tests[ARRAY_SIZE(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(hints_miss_nothing);
	tests[ARRAY_SIZE(rows) + 2] = (struct CMUnitTest)cmocka_unit_test(no_hint_for_other_letters);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
