/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences and clauses: rows in which "|" stands where the text is expected to be cut, and the properties of ranges on
 * bytes of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "core/text/sentence.h"
#include "core/text/chars.h"

static const char *const sentence_rows[] = {
	"",
	"Kazakhstan hands the chair to China",
	"The chair changed hands. |The next summit follows.",
	"It ended! |Who chairs next? |Nobody knows... |The council does.",
	/* abbreviations, initials, numbers */
	"He met U.S. President Roe on Monday. |Talks went on.",
	"They trade with the U.S. |The bloc does not.",
	"Gen. Roe and Mr. Doe left. |Dr. Poe stayed.",
	"Decree No. 12 of Sept. 3 names J. R. Roe. |It took effect at once.",
	"Growth was 3.5 per cent. |Trade rose by 1,200.50 units.",
	"The site www.example.org has it. |News.Az reports.",
	"1. The chair passes on. |2. The budget is adopted.",
	"Acme Inc. Chairman Roe spoke. |He left at 5 p.m. |The hall was empty.",
	/* quotes and brackets */
	"\"We are ready.\" |He left.",
	"\"We are ready,\" he said. |\"So are we.\" |Both left.",
	"“We agree.” |The minister left (for good.) |He is back.",
	"He asked \"Why now?\" and left. |Nobody answered.",
	/* ellipses */
	"It was... well, late. |Then… silence. |The end.",
	/* lines */
	"Headline without a stop\n|Body begins here.\n\n|Next paragraph",
	"A line that was wrapped\nby a typewriter goes on. |So does\nthis one.",
	"Members:\n|- Roe\n|- Doe",
	"one\r\ntwo\r\n\r\n|three",
	"   \n\t Lead.   \n  ",
	/* Russian */
	"В 2024 г. Казахстан провёл саммит. |Участвовали 16 стран.",
	"Соглашение подписали в столице республики ещё в апреле 2003 г. |Президент поблагодарил гостей.",
	"Заседание прошло в г. Бишкек. |В 2021–2022 гг. его не было.",
	"Речь произнёс А. Б. Петров. |Ему ответил С.С. Сидоров.",
	"Университет им. Абая принял 2 тыс. человек и 3,5 млн. книг. |Цена — 5 руб. |Купили все.",
	"Приехали послы, министры и т.д. |Затем начался приём.",
	"«Мы готовы!» — сказал министр. |«Когда?» — спросили его.",
	"«Мы договорились». |Министр уехал.",
	"Сделка закрыта.|Стороны довольны.",
	"ГОРОД, 10 июня. |/АГЕНТСТВО/. |Совет собрался.",
	"Согласно ст. 5 устава, т.е. основного закона, это так. |Точка.",
	/* Chinese */
	"会议结束。|主席国交接！|谁来接任？|下届见。",
	"他说：“我们准备好了。”|会议随后结束。",
	"会上通过了两项决定；|其中一项立即生效。",
	"（会议在市内举行。）|代表离开……|次日返回。",
	"增长3.5％。|会议第2.0版。",
	"标题没有句号\n|　　正文开始，继续。\n|　　第二段",
	"外长称：「沒有問題！」|隨後離開。",
	"“好！”，他说。",
	"该组织（SCO.）很大.|会议结束。",
};

/* A span without the white space that sentences are trimmed of. */
static struct span trim(struct span s)
{
	size_t from = char_skip_space(s, 0, s.n), to = s.n, len;

	while (to > from && char_is_space(char_before(s, to, &len)))
		to -= len;
	return span_sub(s, from, to);
}

/* Steps through the pieces between the "|" of a row. */
static bool next_piece(struct span row, size_t *at, struct span *ret)
{
	size_t end = span_find(row, SPAN_LIT("|"), *at);

	if (*at > row.n)
		return false;
	*ret = span_sub(row, *at, end < row.n ? end : row.n);
	*at = end < row.n ? end + 1 : row.n + 1;
	return true;
}

static void sentences_end_where_the_rows_say(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct arena arena;
	size_t wrong = 0;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < ARRAY_SIZE(sentence_rows); i++) {
		struct sentence_list list = {0};
		struct span piece;
		size_t at = 0, n = 0;

		strbuf_clear(&text);
		while (next_piece(span_str(sentence_rows[i]), &at, &piece))
			strbuf_add(&text, piece);
		assert_int_equal(sentence_split(strbuf_span(&text), 0, &arena, &list), 0);
		for (at = 0; next_piece(span_str(sentence_rows[i]), &at, &piece);) {
			struct span got =
				n < list.n ? span_sub(strbuf_span(&text), list.v[n].start, list.v[n].end) : SPAN_NONE;
			if (!span_eq(got, trim(piece)))
				print_error("want %s\ngot  %.*s\n", sentence_rows[i], SPAN_FMT(got));
			wrong += !span_eq(got, trim(piece));
			n += got.n > 0;
		}
		wrong += list.n != n;
	}
	assert_int_equal(wrong, 0);
	strbuf_done(&text);
	arena_done(&arena);
}

static void clauses_end_where_the_rows_say(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"one", "one"},
		{"one, two; three: four", "one| two| three| four"},
		{"1,200 of 3:15, then", "1,200 of 3:15| then"},
		{"A — B – C - D, well-known 2024-2025", "A | B | C | D| well-known 2024-2025"},
		{"A, , B", "A| | B"},
		{"X chairs while Y hosts", "X chairs| while Y hosts"},
		{"甲国接任，乙国卸任；丙国、丁国与会", "甲国接任|乙国卸任|丙国、丁国与会"},
		{"甲国接任并签署文件", "甲国接任|并签署文件"},
		{"两国合并且从而并非如此", "两国合并且从而并非如此"},
		{"甲国接任而乙国卸任", "甲国接任|而乙国卸任"},
		{"会议——年度会议——结束", "会议|年度会议|结束"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span text = span_str(rows[i].text);
		struct strbuf got = STRBUF_INIT;
		struct clause c = {0};
		bool first = true;

		while (clause_next(text, &c)) {
			if (!first)
				strbuf_addch(&got, '|');
			strbuf_add(&got, span_sub(text, c.start, c.end));
			first = false;
		}
		assert_string_equal(got.buf, rows[i].want);
		strbuf_done(&got);
	}
}

static void the_paragraph_counts_line_ends(void **state)
{
	struct span text = SPAN_LIT("One. Two.\nThree\nwrapped.\n\nFour");
	static const size_t want[] = {0, 0, 1, 2};
	struct sentence_list list = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(sentence_split(text, 0, &arena, &list), 0);
	assert_int_equal(list.n, ARRAY_SIZE(want));
	for (size_t i = 0; i < list.n; i++)
		assert_int_equal(list.v[i].paragraph, want[i]);
	arena_done(&arena);
}

static void a_split_from_the_middle_keeps_offsets_of_the_text(void **state)
{
	struct span text = SPAN_LIT("CITY, July 4 — One. Two.");
	struct sentence_list list = {0};
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(sentence_split(text, 16, &arena, &list), 0);
	assert_int_equal(list.n, 2);
	assert_true(span_eq_str(span_sub(text, list.v[0].start, list.v[0].end), "One."));
	assert_true(span_eq_str(span_sub(text, list.v[1].start, list.v[1].end), "Two."));
	assert_int_equal(sentence_split(text, text.n + 7, &arena, &list), 0);
	assert_int_equal(list.n, 2);
	arena_done(&arena);
}

static void memory_that_runs_out_leaves_the_list_as_it_was(void **state)
{
	struct sentence_list list = {0};
	struct strbuf text = STRBUF_INIT;
	struct arena arena;

	(void)state;
	for (int i = 0; i < 500; i++)
		strbuf_addstr(&text, "One. ");
	arena_init(&arena, 4096);
	assert_int_equal(sentence_split(strbuf_span(&text), 0, &arena, &list), -12 /* ENOMEM */);
	assert_int_equal(list.n, 0);
	strbuf_done(&text);
	arena_done(&arena);
}

static void check_ranges(struct span text, const struct sentence_list *list)
{
	size_t at = 0, len;

	for (size_t i = 0; i < list->n; i++) {
		struct sentence s = list->v[i];
		assert_true(s.start < s.end && s.end <= text.n && s.start >= at);
		assert_int_equal(char_skip_space(text, at, s.start), s.start);
		assert_false(char_is_space(char_at(text, s.start, &len)));
		assert_false(char_is_space(char_before(text, s.end, &len)));
		at = s.end;
	}
	assert_int_equal(char_skip_space(text, at, text.n), text.n);
}

/* Is i between characters of valid UTF-8? */
static bool on_boundary(struct span text, size_t i)
{
	return i == text.n || ((unsigned char)text.p[i] & 0xC0) != 0x80;
}

static void ranges_hold_their_rules_on_any_bytes(void **state)
{
	static const char *const pieces[] = {
		".",	"!",	    "?",      "\n",	"\r", " ",  "\t", "\"",	  "”",	    "«",
		"»",	"。",	    "；",     "……",	"…",  "г.", "гг", "U.S.", "No",	    "А.",
		"The",	"the",	    "и",      "主席国", "（", "）", "—",  "-",	  "2024",   "3.5",
		"\xff", "\xe3\x80", "\u3000", "\u00a0", ",",  "，", "\v", "1.",	  "\u2028", "\xf0\x9f\x98\x80",
		"\xc2", "x",	    "'",      "т.д.",
	};
	struct strbuf text = STRBUF_INIT;
	struct arena arena;

	(void)state;
	srand(20240704);
	arena_init(&arena, 0);
	for (int round = 0; round < 20000; round++) {
		struct sentence_list list = {0};
		struct clause c = {0};
		bool valid = true;
		size_t n = (size_t)rand() % 24, at = 0;

		strbuf_clear(&text);
		while (n-- > 0) {
			size_t k = (size_t)rand() % ARRAY_SIZE(pieces);
			valid = valid && strcmp(pieces[k], "\xff") && strcmp(pieces[k], "\xe3\x80") &&
				strcmp(pieces[k], "\xc2");
			strbuf_addstr(&text, pieces[k]);
		}
		assert_int_equal(sentence_split(strbuf_span(&text), 0, &arena, &list), 0);
		check_ranges(strbuf_span(&text), &list);
		for (size_t i = 0; valid && i < list.n; i++)
			assert_true(on_boundary(strbuf_span(&text), list.v[i].start) &&
				    on_boundary(strbuf_span(&text), list.v[i].end));
		while (clause_next(strbuf_span(&text), &c)) {
			assert_true(c.start == at && c.end >= c.start && c.next >= c.end && c.next <= text.len);
			assert_true(!valid || (on_boundary(strbuf_span(&text), c.start) &&
					       on_boundary(strbuf_span(&text), c.end)));
			at = c.next;
		}
		arena_reset(&arena);
	}
	strbuf_done(&text);
	arena_done(&arena);
}

/* Texts that would show a cost that grows with the square of the length: 1 MB each must not take minutes. */
static void hostile_repetition_is_split_in_linear_time(void **state)
{
	static const char *const pieces[] = {"\".",	"\n",  "\r",  ". ", ".",   "г. ",
					     "1 г. А ", "a\n", ".\"", " ",  "。”", "A. "};
	struct strbuf text = STRBUF_INIT;
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct sentence_list list = {0};
		strbuf_clear(&text);
		while (text.len < 1 << 20)
			strbuf_addstr(&text, pieces[i]);
		strbuf_addstr(&text, "b");
		assert_int_equal(sentence_split(strbuf_span(&text), 0, &arena, &list), 0);
		check_ranges(strbuf_span(&text), &list);
		arena_reset(&arena);
	}
	strbuf_done(&text);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_end_where_the_rows_say),
		cmocka_unit_test(clauses_end_where_the_rows_say),
		cmocka_unit_test(the_paragraph_counts_line_ends),
		cmocka_unit_test(a_split_from_the_middle_keeps_offsets_of_the_text),
		cmocka_unit_test(memory_that_runs_out_leaves_the_list_as_it_was),
		cmocka_unit_test(ranges_hold_their_rules_on_any_bytes),
		cmocka_unit_test(hostile_repetition_is_split_in_linear_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
