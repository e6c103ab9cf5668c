/* SPDX-License-Identifier: Apache-2.0 */
/* Origins: whom a text credits, and which texts are copies of each other. The agencies are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/strbuf.h"
#include "core/text/origin.h"

#define FORM(form, name)                                                                                               \
	{                                                                                                              \
		{form, sizeof(form) - 1},                                                                              \
		{                                                                                                      \
			name, sizeof(name) - 1                                                                         \
		}                                                                                                      \
	}

static const struct agency_form forms[] = {
	FORM("NORD", "Nord"),	   FORM("Nord", "Nord"),
	FORM("НОРД", "Nord"),	   FORM("北方社", "Nord"),
	FORM("Sud News", "Sud"),   FORM("Юг Новости", "Sud"),
	FORM("南方社", "Sud"),	   FORM("Sud News Africa", "Sud Africa"),
	FORM("南方社华文", "Sud"), FORM("", "never"),
};
static struct arena forever;
static struct agency_table agencies;

static int make_table(void **state)
{
	(void)state;
	arena_init(&forever, 0);
	return agency_table_make(forms, ARRAY_SIZE(forms), &forever, &agencies);
}

static int drop_table(void **state)
{
	(void)state;
	arena_done(&forever);
	return 0;
}

static void the_credited_agency_is_named(void **state)
{
	static const struct {
		const char *headline, *body, *want;
	} rows[] = {
		{"", "The chair passes on, Nord reports.", "Nord"},
		{"", "The chair passes on, Nord reports citing Sud News.", "Sud"},
		{"", "The chair passes on, Nord reports, citing the news agency Sud News.", "Sud"},
		{"", "“We agree,” the minister told Nord.", "Nord"},
		{"", "According to state news agency Sud News, it passes on.", "Sud"},
		{"", "According to Sud News Africa, it passes on.", "Sud Africa"},
		{"", "It passes on. (NORD)", "Nord"},
		{"", "CITY, July 4 (NORD) — It passes on.", "Nord"},
		{"", "CITY, July 4 (Unlisted) — It passes on.", "Unlisted"},
		{"", "CITY, July 4 (NORD) — It passes on, Sud News reported.", "Sud"},
		{"Nord reports a hand-over", "It passes on.", "Nord"},
		{"", "Председательство переходит, сообщает НОРД.", "Nord"},
		{"", "Председательство переходит, сообщает НОРД со ссылкой на Юг Новости.", "Sud"},
		{"", "Об этом министр заявил в интервью агентству «НОРД».", "Nord"},
		{"", "据北方社报道，主席国交接。", "Nord"},
		{"", "北方社援引南方社消息说，主席国交接。", "Sud"},
		{"", "北方社北京7月4日电 主席国交接。", "Nord"},
		{"", "外长对南方社表示，主席国交接。", "Sud"},
		/* only spoken of */
		{"", "The minister met the head of Nord in the capital.", NULL},
		{"", "Nordic states reports nothing.", NULL},
		{"", "Министр встретился с главой агентства НОРД.", NULL},
		{"", "外长会见北方社社长。", NULL},
		{"", "", NULL},
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span body = span_str(rows[i].body), got;
		struct dateline d;
		bool found;

		dateline_read(body, (struct edtf){0}, &d);
		found = origin_cited(span_str(rows[i].headline), body, &d, &agencies, &got);
		if (found != (rows[i].want != NULL) || (found && !span_eq_str(got, rows[i].want))) {
			print_error("%s%s: got \"%.*s\"\n", rows[i].headline, rows[i].body, SPAN_FMT(got));
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static struct digest fingerprint(const char *headline, const char *body)
{
	struct dateline d;
	struct digest digest;
	struct arena arena;

	arena_init(&arena, 0);
	dateline_read(span_str(body), (struct edtf){0}, &d);
	assert_int_equal(origin_fingerprint(span_str(headline), span_str(body), &d, &agencies, &arena, &digest), 0);
	arena_done(&arena);
	return digest;
}

#define LONG_EN "The council of neighbours met in the capital and passed the chair on for one year."
#define LONG_RU "Совет соседей собрался в столице и передал председательство ещё на один год вперёд."

static void copies_share_a_fingerprint(void **state)
{
	static const struct {
		const char *headline, *body, *headline2, *body2;
		bool same;
	} rows[] = {
		{"A", LONG_EN, "Another headline", LONG_EN, true},
		{"A", LONG_EN, "A", "CITY, July 4 (NORD) — " LONG_EN, true},
		{"A", LONG_EN, "A", LONG_EN " (Nord)\n", true},
		{"A", LONG_EN, "A",
		 "The Council of neighbours  met in the capital\nand passed the chair on — for “one” year!", true},
		{"A", LONG_EN, "A",
		 "Ｔｈｅ council of neighbours met in the capital and passed the chair on for one year.", true},
		{"A", LONG_RU, "A", "ГОРОД, 4 июля. /НОРД/. " LONG_RU, true},
		{"A", LONG_RU, "A",
		 "Совет соседей собрался в столице и передал председательство еще на один год вперед", true},
		{"A", LONG_EN, "A",
		 "The council of neighbours met in the capital and passed the chair on for two years.", false},
		{"A", LONG_EN, "A", LONG_RU, false},
		/* a body that says nothing of its own: the headline counts */
		{"One headline", "", "Another headline", "", false},
		{"One headline", "Photo", "one  headline!", "(Photo)", true},
		{"", "", "", "", true},
		{"", "\xff\xfe", "", "\xfe", true},
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct digest a = fingerprint(rows[i].headline, rows[i].body),
			      b = fingerprint(rows[i].headline2, rows[i].body2);
		if ((digest_cmp(&a, &b) == 0) != rows[i].same) {
			print_error("%s: %s / %s\n", rows[i].same ? "differ" : "same", rows[i].body, rows[i].body2);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void a_full_arena_is_an_error(void **state)
{
	struct dateline d = {0};
	struct digest digest = {{7}};
	struct arena arena;

	(void)state;
	arena_init(&arena, 16);
	assert_int_equal(origin_fingerprint(SPAN_LIT("x"), SPAN_LIT(LONG_EN), &d, &agencies, &arena, &digest), -12);
	assert_int_equal(digest.b[0], 7);
	arena_done(&arena);
}

/* 1 MB of names and brackets must not take minutes. */
static void hostile_repetition_is_read_in_linear_time(void **state)
{
	static const char *const pieces[] = {"NORD ", "(NORD)", "/", "据", "the the ", "Nord", "北"};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct dateline d;
		struct digest digest;
		struct arena arena;
		struct span got;

		strbuf_clear(&text);
		while (text.len < 1 << 20)
			strbuf_addstr(&text, pieces[i]);
		arena_init(&arena, 0);
		dateline_read(strbuf_span(&text), (struct edtf){0}, &d);
		if (origin_cited(SPAN_NONE, strbuf_span(&text), &d, &agencies, &got))
			assert_true(got.n > 0);
		assert_int_equal(origin_fingerprint(SPAN_NONE, strbuf_span(&text), &d, &agencies, &arena, &digest), 0);
		arena_done(&arena);
	}
	strbuf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_credited_agency_is_named),
		cmocka_unit_test(copies_share_a_fingerprint),
		cmocka_unit_test(a_full_arena_is_an_error),
		cmocka_unit_test(hostile_repetition_is_read_in_linear_time),
	};
	return cmocka_run_group_tests(tests, make_table, drop_table);
}
