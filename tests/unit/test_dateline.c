/* SPDX-License-Identifier: Apache-2.0 */
/* Datelines: rows of heads as desks write them, and heads of running text that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/strbuf.h"
#include "core/text/dateline.h"

struct row {
	const char *body, *place, *date, *agency, *text; /* text: where the text proper begins */
};

#define PUBLISHED "2024-07-05"

static const struct row rows[] = {
	{"ASTANA, July 4 (Agency) — The council met.", "ASTANA", "2024-07-04", "Agency", "The council met."},
	{"ASTANA, July 4. /AGENCY/. The council met.", "ASTANA", "2024-07-04", "AGENCY", "The council met."},
	{"MOSCOW, May 8. /AGENCY/ — Talks began.", "MOSCOW", "2024-05-08", "AGENCY", "Talks began."},
	{"ISLAMABAD, Feb 13 (APA): The council met.", "ISLAMABAD", "2024-02-13", "APA", "The council met."},
	{"BAKU, Azerbaijan, July 4. Agency: The council met.", "BAKU", "2024-07-04", "Agency", "The council met."},
	{"HILLTOWN /High Region/, February 26. /AGENCY/. Talks began.", "HILLTOWN", "2024-02-26", "AGENCY",
	 "Talks began."},
	{"Nur-Sultan. July 4. Agency - Talks began.", "Nur-Sultan", "2024-07-04", "Agency", "Talks began."},
	{"BEIJING. AGENCY — The council met.", "BEIJING", "", "AGENCY", "The council met."},
	{"KABUL (News TV) — The council met.", "KABUL", "", "News TV", "The council met."},
	{"LAHORE – The council met.", "LAHORE", "", "", "The council met."},
	{"LAHORE: The council met.", "LAHORE", "", "", "The council met."},
	{"NEW DELHI, Dec. 30, 2023 -- The council met.", "NEW DELHI", "2023-12-30", "", "The council met."},
	{"SAMARKAND, Sept 16 — The chair passes on.", "SAMARKAND", "2023-09-16", "", "The chair passes on."},
	{"Bishkek, 4 July (Agency) - The chair passes on.", "Bishkek", "2024-07-04", "Agency", "The chair passes on."},
	{"BAKU, 3rd May, 2024 (Agency) — The council met.", "BAKU", "2024-05-03", "Agency", "The council met."},
	{"(Agency) - The chair passes on.", "", "", "Agency", "The chair passes on."},
	{" date 2024-07-04 ASTANA — The chair passes on.", "ASTANA", "2024-07-04", "", "The chair passes on."},
	{"09.12.2023. The chair passes on.", "", "2023-12-09", "", "The chair passes on."},
	{"БИШКЕК, 10 июня. /АГЕНТСТВО/. Совет собрался.", "БИШКЕК", "2024-06-10", "АГЕНТСТВО", "Совет собрался."},
	{"МОСКВА, 29 авг — РИА Вести. Совет собрался.", "МОСКВА", "2023-08-29", "РИА Вести", "Совет собрался."},
	{"ТАШКЕНТ, 16 июн — Agency. Совет собрался.", "ТАШКЕНТ", "2024-06-16", "Agency", "Совет собрался."},
	{"ПЕКИН, 1 июля. С приёмом соседей стало лучше.", "ПЕКИН", "2024-07-01", "", "С приёмом соседей стало лучше."},
	{"Астана. 4 июля 2024 года. АГЕНТСТВО - Совет собрался.", "Астана", "2024-07-04", "АГЕНТСТВО",
	 "Совет собрался."},
	{"МОСКВА, 18 ноя — Соседи уступают место.", "МОСКВА", "2023-11-18", "", "Соседи уступают место."},
	{"某华社北京7月4日电（记者甲某、乙某）会议举行。", "北京", "2024-07-04", "某华社", "会议举行。"},
	{"某华社阿斯塔纳7月4日电 题：新起点", "阿斯塔纳", "2024-07-04", "某华社", "题：新起点"},
	{"某视网消息（新闻节目）：会议举行。", "", "", "某视网", "会议举行。"},
	{"（某央社記者甲乙丙台北4日電）會議舉行。", "", "2024-07-04", "某央社", "會議舉行。"},
	{"某央社台北30日電 會議舉行。", "台北", "2024-06-30", "某央社", "會議舉行。"},
	{"某新社上海六月十五日电 会议举行。", "上海", "2024-06-15", "某新社", "会议举行。"},
	{"某新社撒马尔罕三日电 会议举行。", "撒马尔罕", "2024-07-03", "某新社", "会议举行。"},
	{"某社三亚二十六日电 会议举行。", "三亚", "2024-06-26", "某社", "会议举行。"},
	{"某国日报网北京7月4日电 会议举行。", "北京", "2024-07-04", "某国日报网", "会议举行。"},
	{"【ABC中文网】会议举行。", "", "", "ABC中文网", "会议举行。"},
	{"某国卫星通讯社莫斯科2024年7月3日电 会议举行。", "莫斯科", "2024-07-03", "某国卫星通讯社", "会议举行。"},
	{"本报北京7月4日电 会议举行。", "北京", "2024-07-04", "", "会议举行。"},
	{"本报讯（记者甲某）会议举行。", "", "", "", "会议举行。"},
	{"某新网7月4日电 会议举行。", "", "2024-07-04", "某新网", "会议举行。"},
	{"【某球网报道 记者甲某】会议举行。", "", "", "某球网", "会议举行。"},
	{"据某华社7月4日报道，会议举行。", "", "2024-07-04", "某华社", "会议举行。"},
	/* running text */
	{"The council met in Astana on July 4.", NULL, NULL, NULL, NULL},
	{"Astana hosted the council. July 4 was sunny.", NULL, NULL, NULL, NULL},
	{"President Roe - the host - spoke first.", NULL, NULL, NULL, NULL},
	{"July 4, 2024 was the day of the summit.", NULL, NULL, NULL, NULL},
	{"2024 was a good year.", NULL, NULL, NULL, NULL},
	{"10 states — members of the club — met.", NULL, NULL, NULL, NULL},
	{"ШОС — это организация соседей.", NULL, NULL, NULL, NULL},
	{"4 июля 2024 года совет собрался.", NULL, NULL, NULL, NULL},
	{"Р. Петров: совет собрался.", NULL, NULL, NULL, NULL},
	{"ADB, CICA, CIS, ECO, EITI (candidate country)", NULL, NULL, NULL, NULL},
	{"09.05.1945. The war ended.", NULL, NULL, NULL, NULL},
	{"会议7月4日在北京举行，某报报道。", NULL, NULL, NULL, NULL},
	{"某日报报道了会议。", NULL, NULL, NULL, NULL},
	{"", NULL, NULL, NULL, NULL},
	{"\xff\xff(", NULL, NULL, NULL, NULL},
};

static void same_span(const struct row *row, const char *what, struct span got, const char *want, size_t *wrong)
{
	if (span_eq_str(got, want))
		return;
	print_error("%s\n  %s: want \"%s\", got \"%.*s\"\n", row->body, what, want, SPAN_FMT(got));
	(*wrong)++;
}

static void heads_are_read_as_the_rows_say(void **state)
{
	struct edtf published;
	size_t wrong = 0;

	(void)state;
	assert_int_equal(edtf_parse(SPAN_LIT(PUBLISHED), &published), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct span body = span_str(row->body);
		char date[EDTF_STRLEN_MAX];
		struct dateline d;
		bool found = dateline_read(body, published, &d);

		if (found != (row->text != NULL)) {
			print_error("%s: %s\n", found ? "found" : "not found", row->body);
			wrong++;
			continue;
		}
		edtf_format(d.date, date);
		same_span(row, "place", d.place, found ? row->place : "", &wrong);
		same_span(row, "date", span_str(date), found ? row->date : "", &wrong);
		same_span(row, "agency", d.agency, found ? row->agency : "", &wrong);
		same_span(row, "text", span_sub(body, d.begin, body.n), found ? row->text : row->body, &wrong);
	}
	assert_int_equal(wrong, 0);
}

static void a_date_without_a_year_needs_the_day_of_publication(void **state)
{
	static const struct {
		const char *body, *published, *want;
	} cases[] = {
		{"ASTANA, December 31 (Agency) — X.", "2026-01-01", "2025-12-31"},
		{"ASTANA, January 1 (Agency) — X.", "2025-12-31", "2026-01-01"},
		{"ASTANA, January 1, 2024 (Agency) — X.", "", "2024-01-01"},
		{"ASTANA, January 1 (Agency) — X.", "", ""},
		{"某社北京31日电 会议。", "2026-01-01", "2025-12-31"},
		{"某社北京1日电 会议。", "2026-01-01", "2026-01-01"},
		{"某社北京1日电 会议。", "", ""},
		{"ASTANA, February 29 (Agency) — X.", "2024-03-01", "2024-02-29"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct edtf published = {0};
		char date[EDTF_STRLEN_MAX];
		struct dateline d;

		if (cases[i].published[0])
			assert_int_equal(edtf_parse(span_str(cases[i].published), &published), 0);
		assert_true(dateline_read(span_str(cases[i].body), published, &d));
		edtf_format(d.date, date);
		assert_string_equal(date, cases[i].want);
	}
}

static void any_bytes_give_spans_of_the_body(void **state)
{
	static const char *const pieces[] = {"ASTANA", ", ",   "July ", "4",	". ",	 "/",	       "(",  ")",
					     "TASS",   " — ",  "某社",	"北京", "7月",	 "4日",	       "电", "（",
					     "）",     "记者", "：",	"\xff", "date ", "2024-07-04", "\n", " "};
	struct strbuf text = STRBUF_INIT;
	struct edtf published = edtf_from_day(19908);

	(void)state;
	srand(7);
	for (int round = 0; round < 20000; round++) {
		struct dateline d;
		size_t n = (size_t)rand() % 14;

		strbuf_clear(&text);
		while (n-- > 0)
			strbuf_addstr(&text, pieces[(size_t)rand() % ARRAY_SIZE(pieces)]);
		if (dateline_read(strbuf_span(&text), published, &d)) {
			assert_true(d.begin > 0 && d.begin <= text.len);
			assert_true(!d.place.n ||
				    (d.place.p >= text.buf && d.place.p + d.place.n <= text.buf + d.begin));
			assert_true(!d.agency.n ||
				    (d.agency.p >= text.buf && d.agency.p + d.agency.n <= text.buf + d.begin));
		} else {
			assert_true(d.begin == 0 && d.place.n == 0 && d.agency.n == 0 && !edtf_is_set(d.date));
		}
	}
	strbuf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read_as_the_rows_say),
		cmocka_unit_test(a_date_without_a_year_needs_the_day_of_publication),
		cmocka_unit_test(any_bytes_give_spans_of_the_body),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
