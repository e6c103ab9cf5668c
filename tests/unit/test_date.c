/* SPDX-License-Identifier: Apache-2.0 */
/* Dates of text: the rows of tests/golden/date/{en,ru,zh}.tsv, and what holds for any text.
 *
 * A row: day of publication, TAB, text, TAB, the expressions in it joined by " | ", each "words = EDTF" with any of its
 * anchor, modifier and kind behind; "-" where the text names no date. `#` begins a remark line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "core/date/date.h"
#include "core/date/scan.h"
#include <stdlib.h>

#define LINE_MAX_BYTES 4096

static struct edtf parse(const char *text)
{
	struct edtf d = {0};

	if (*text && edtf_parse(span_str(text), &d) < 0)
		fail_msg("no EDTF: %s", text);
	return d;
}

/* What holds for every list of expressions. */
static void check_properties(struct span text, const struct date_list *list)
{
	size_t end = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct date_expr *e = &list->v[i];
		assert_true(e->start >= end && e->start < e->end && e->end <= text.n);
		assert_true(e->lo <= e->hi);
		assert_non_null(e->rule);
		assert_int_equal(e->kind == DATE_DURATION, e->months > 0);
		const struct edtf ends[] = {e->begin, e->end_date};
		for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
			char form[EDTF_STRLEN_MAX];
			struct edtf again = {0};
			size_t n = edtf_format(ends[k], form);
			if (n)
				assert_int_equal(edtf_parse(span_of(form, n), &again), 0);
			assert_true(edtf_eq(ends[k], again));
		}
		end = e->end;
	}
}

/* Is `want` ("words = EDTF more") what e says? */
static bool agrees(struct span text, const struct date_expr *e, struct span want)
{
	char edtf[DATE_EDTF_MAX];
	size_t at = span_find(want, SPAN_LIT(" = "), 0);

	if (at == SIZE_MAX || !span_eq(span_sub(want, 0, at), span_sub(text, e->start, e->end)))
		return false;
	struct span rest = span_sub(want, at + 3, want.n);
	date_expr_edtf(e, edtf);
	for (bool first = true; rest.n; first = false) {
		size_t space = span_find(rest, SPAN_LIT(" "), 0);
		struct span word = span_sub(rest, 0, space);
		if (first ? !span_eq_str(word, edtf)
			  : !span_eq_str(word, date_anchor_name(e->anchor)) &&
				    !span_eq_str(word, date_modifier_name(e->modifier)) &&
				    !span_eq_str(word, date_kind_name(e->kind)))
			return false;
		rest = space == SIZE_MAX ? SPAN_NONE : span_sub(rest, space + 1, rest.n);
	}
	return true;
}

static void show(struct span text, const struct date_list *list)
{
	char edtf[DATE_EDTF_MAX];

	for (size_t i = 0; i < list->n; i++) {
		date_expr_edtf(&list->v[i], edtf);
		print_error("    got  %.*s = %s %s %s %s %s\n",
			    SPAN_FMT(span_sub(text, list->v[i].start, list->v[i].end)), edtf,
			    date_anchor_name(list->v[i].anchor), date_modifier_name(list->v[i].modifier),
			    date_kind_name(list->v[i].kind), list->v[i].rule);
	}
}

static bool row_holds(enum language language, struct span published, struct span text, struct span want)
{
	struct arena arena;
	struct date_list list = {0};
	struct date_anchors anchors = {0};
	size_t n = 0;
	bool ok = true;

	arena_init(&arena, 0);
	assert_int_equal(edtf_parse(published, &anchors.published), 0);
	assert_int_equal(date_find(text, language, &anchors, &arena, &list), 0);
	check_properties(text, &list);
	if (span_eq_str(want, "-"))
		want = SPAN_NONE;
	while (ok && want.n) {
		size_t bar = span_find(want, SPAN_LIT(" | "), 0);
		ok = n < list.n && agrees(text, &list.v[n], span_sub(want, 0, bar));
		n++;
		want = bar == SIZE_MAX ? SPAN_NONE : span_sub(want, bar + 3, want.n);
	}
	ok = ok && n == list.n;
	if (!ok)
		show(text, &list);
	arena_done(&arena);
	return ok;
}

static void rows_of(const char *name, enum language language, size_t at_least)
{
	char path[1024], line[LINE_MAX_BYTES];
	size_t rows = 0, wrong = 0, number = 0;

	snprintf(path, sizeof(path), "%s/date/%s", GOLDEN_DIR, name);
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("%s: not readable", path);
	while (fgets(line, sizeof(line), f)) {
		struct span s = span_trim(span_str(line));
		number++;
		if (!s.n || s.p[0] == '#')
			continue;
		size_t a = span_find(s, SPAN_LIT("\t"), 0), b = a == SIZE_MAX ? a : span_find(s, SPAN_LIT("\t"), a + 1);
		if (b == SIZE_MAX)
			fail_msg("%s:%zu: not three columns", name, number);
		rows++;
		if (!row_holds(language, span_sub(s, 0, a), span_sub(s, a + 1, b), span_sub(s, b + 1, s.n))) {
			print_error("%s:%zu: %.*s\n", name, number, SPAN_FMT(s));
			wrong++;
		}
	}
	fclose(f);
	assert_true(rows >= at_least);
	assert_int_equal(wrong, 0);
}

static void english_rows(void **state)
{
	(void)state;
	rows_of("en.tsv", LANGUAGE_EN, 140);
}

static void russian_rows(void **state)
{
	(void)state;
	rows_of("ru.tsv", LANGUAGE_RU, 110);
}

static void chinese_rows(void **state)
{
	(void)state;
	rows_of("zh.tsv", LANGUAGE_ZH, 90);
}

static void words_ascend(void **state)
{
	const struct lexicon *all[] = {&date_words_en, &date_words_ru, &date_words_zh};
	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(all); k++)
		for (size_t i = 1; i < all[k]->n; i++)
			if (strcmp(all[k]->words[i - 1].text, all[k]->words[i].text) >= 0)
				fail_msg("%s stands before %s", all[k]->words[i - 1].text, all[k]->words[i].text);
}

/* Whatever the search looks at first, and with whatever behind the word. */
static void words_are_found(void **state)
{
	const struct lexicon *all[] = {&date_words_en, &date_words_ru};
	struct date_heads heads;

	(void)state;
	date_heads_make(&heads);
	for (size_t k = 0; k < ARRAY_SIZE(all); k++)
		for (size_t i = 0; i < all[k]->n; i++) {
			char folded[WORD_TEXT_MAX + WORD_HEAD + 1] = {0};
			size_t n = strlen(all[k]->words[i].text);

			memcpy(folded, all[k]->words[i].text, n);
			assert_ptr_equal(date_word(all[k], folded, n), &all[k]->words[i]);
			assert_true(date_heads_may(&heads, folded, n) && date_heads_may(NULL, folded, n));
			folded[n] = 'q'; /* no word of the tables ends so */
			assert_null(date_word(all[k], folded, n + 1));
		}
	for (size_t i = 0; i < date_words_zh.n; i++) {
		char text[WORD_TEXT_MAX + 1] = {0};
		size_t n = strlen(date_words_zh.words[i].text);

		memcpy(text, date_words_zh.words[i].text, n);
		assert_ptr_equal(date_word_han(span_of(text, n)), &date_words_zh.words[i]);
		assert_true(date_heads_may_han(&heads, text) && date_heads_may_han(NULL, text));
		text[n] = 'q';
		assert_ptr_equal(date_word_han(span_of(text, n + 1)), &date_words_zh.words[i]);
	}
}

/* The dateline comes before the day of publication; without either, relative dates are not reported. */
static void anchors_are_taken_in_order(void **state)
{
	static const struct {
		const char *dateline, *published, *reference, *text, *want, *anchor;
	} rows[] = {
		{"2024-12-31", "2025-01-02", "", "It opened today.", "2024-12-31", "dateline"},
		{"", "2025-01-02", "", "It opened today.", "2025-01-02", "published"},
		{"", "", "", "It opened today.", NULL, NULL},
		{"", "", "", "It opened on 2 January.", NULL, NULL},
		{"", "", "", "It opened in 2025.", "2025", "none"},
		{"", "2025-01-02", "2017-06", "It joined the same year.", "2017", "text"},
		{"", "2025-01-02", "", "It joined the same year.", NULL, NULL},
		{"", "2025-01", "", "It opened last month.", "2024-12", "published"},
		{"", "2025-01", "", "It opened yesterday.", NULL, NULL},
		{"", "2025", "", "It opened last year.", "2024", "published"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena arena;
		struct date_list list = {0};
		char edtf[DATE_EDTF_MAX];
		const struct date_anchors anchors = {.dateline = parse(rows[i].dateline),
						     .published = parse(rows[i].published),
						     .reference = parse(rows[i].reference)};
		arena_init(&arena, 0);
		assert_int_equal(date_find(span_str(rows[i].text), LANGUAGE_EN, &anchors, &arena, &list), 0);
		assert_int_equal(list.n, rows[i].want ? 1 : 0);
		if (list.n) {
			date_expr_edtf(&list.v[0], edtf);
			assert_string_equal(edtf, rows[i].want);
			assert_string_equal(date_anchor_name(list.v[0].anchor), rows[i].anchor);
		}
		arena_done(&arena);
	}
}

/* A text made of words that dates are made of: no crash, and the properties hold. The generator is a fixed one. */
static void word_soup_keeps_the_properties(void **state)
{
	static const char *const words[] = {
		"July",	    "4",      ",",	  "2024",    "-",     "May",	   "31",      "to",	   "from",
		"until",    "last",   "year",	  "2023/24", "30",    "31",	   "of",      "the",	   "and",
		"Thursday", "three",  "ago",	  "early",   "1990s", "7",	   "/",	      ".",	   "Q1",
		"half",	    "first",  "февраля",  "29",	     "с",     "по",	   "года",    "прошлого",  "г",
		"через",    "неделе", "конце",	  "лет",     "среду", "II",	   "квартал", "年",	   "月",
		"日",	    "至",     "二〇二四", "今年",    "底",    "上周",	   "四",      "十",	   "前",
		"起",	    "第",     "7月",	  "31日",    "9999",  "0001",	   "1000",    "999999999", "\n\n",
		"\n",	    "летом",  "spring",	  "decade",  "за",    "последние", "近",      "個月"};
	uint64_t seed = 20240704;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT;
		struct arena arena;
		struct date_list list = {0};
		static const char *const days[] = {"", "2024-02-29", "0001-01-01", "9999-12-31", "2024", "202X"};
		struct date_anchors anchors = {.published = parse(days[round % ARRAY_SIZE(days)]),
					       .reference = parse(days[round / 7 % ARRAY_SIZE(days)])};
		arena_init(&arena, 0);
		for (int k = 0; k < 40; k++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			strbuf_addstr(&text, words[(seed >> 33) % ARRAY_SIZE(words)]);
			if (seed >> 62)
				strbuf_addch(&text, ' ');
		}
		assert_int_equal(date_find(strbuf_span(&text), LANGUAGE_UNKNOWN, &anchors, &arena, &list), 0);
		check_properties(strbuf_span(&text), &list);
		arena_done(&arena);
		strbuf_done(&text);
	}
}

/* Out of memory leaves the list as it was. */
static void a_full_arena_changes_nothing(void **state)
{
	const struct date_anchors anchors = {0};
	(void)state;
	for (size_t cap = 64; cap < 4096; cap += 64) {
		struct arena arena;
		struct date_list list = {0};
		arena_init(&arena, cap);
		int r = date_find(SPAN_LIT("In 2001, 2002, 2003 and 2004; in 2005, 2006, 2007, 2008 and in 2009."),
				  LANGUAGE_EN, &anchors, &arena, &list);
		assert_int_equal(list.n, r == 0 ? 9 : 0);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_rows),
		cmocka_unit_test(russian_rows),
		cmocka_unit_test(chinese_rows),
		cmocka_unit_test(words_ascend),
		cmocka_unit_test(words_are_found),
		cmocka_unit_test(anchors_are_taken_in_order),
		cmocka_unit_test(word_soup_keeps_the_properties),
		cmocka_unit_test(a_full_arena_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
