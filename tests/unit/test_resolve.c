/* SPDX-License-Identifier: Apache-2.0 */
/* The resolver, as rows: what is said of a slot (one statement a line), what is believed of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "core/timeline/resolve.h"
#include <stdlib.h>

#define CELLS_MAX 32

static const struct span stages[] = {SPAN_LIT("applicant")}, stages_of[] = {SPAN_LIT("member")};
static const struct span statuses[] = {SPAN_LIT("member"), SPAN_LIT("observer"), SPAN_LIT("dialogue-partner"),
				       SPAN_LIT("applicant"), SPAN_LIT("none")};
static const struct span after[] = {SPAN_LIT("member")}, never[] = {SPAN_LIT("observer")};
static const struct slot_rules presidency = {
	.kind = SPAN_LIT("presidency"), .short_days = 150, .not_before = EDTF_DAY_MIN};
static const struct slot_rules membership = {.kind = SPAN_LIT("membership"),
					     .short_days = 365,
					     .stage = stages,
					     .stage_of = stages_of,
					     .n_stage = 1,
					     .after = after,
					     .never = never,
					     .n_never = ARRAY_SIZE(never),
					     .values = statuses,
					     .n_values = ARRAY_SIZE(statuses),
					     .not_before = 11488}; /* 2001-06-15 */
static const struct slot_rules summit = {
	.kind = SPAN_LIT("summit"), .shape = SLOT_PERIODS, .apart_days = 250, .not_before = EDTF_DAY_MIN};
static const struct slot_rules theme = {
	.kind = SPAN_LIT("year-theme"), .shape = SLOT_PERIODS, .not_before = EDTF_DAY_MIN};

static struct edtf date_of(struct span s)
{
	struct edtf d = {0};

	assert_int_equal(edtf_parse(s, &d), 0);
	return d;
}

static void origins(struct cell *c, const char *letters)
{
	for (; *letters; letters++) {
		uint64_t h = (uint64_t)*letters * 0x9E3779B97F4A7C15U;
		sketch_add(&c->items, h);
		sketch_add(&c->sources, h);
		sketch_add(&c->texts, h);
	}
	c->weight = CELL_ORIGIN * c->sources.n;
	c->refs[0] = (struct claim_ref){.published = c->first_published, .key = c->sources.v[0]};
	c->n_refs = 1;
}

static void set_word(struct cell *c, struct span w)
{
	size_t eq = span_find(w, SPAN_LIT("="), 0);
	struct span v = eq == SIZE_MAX ? w : span_sub(w, eq + 1, w.n);
	char letters[16] = "";

	if (eq == SIZE_MAX)
		c->modality = (enum claim_modality)claim_modality_from_name(w);
	else if (span_starts(w, SPAN_LIT("begin=")))
		c->begin = date_of(v);
	else if (span_starts(w, SPAN_LIT("end=")))
		c->end = date_of(v);
	else if (span_starts(w, SPAN_LIT("at=")))
		c->holds_at = date_of(v);
	else if (span_starts(w, SPAN_LIT("published=")))
		c->first_published = c->last_published = edtf_lo(date_of(v));
	else if (span_starts(w, SPAN_LIT("derived=")))
		c->derived = v.p[0] == 'b' ? CLAIM_DERIVED_BEGIN : CLAIM_DERIVED_END;
	else {
		memcpy(letters, v.p, v.n < sizeof(letters) - 1 ? v.n : sizeof(letters) - 1);
		origins(c, letters);
	}
}

/* "KZ by=abc begin=2023-07": a value, then words; a letter of by= is an origin. */
static size_t read_cells(const char *text, struct cell *v)
{
	size_t n = 0;

	for (struct span rest = span_str(text); rest.n;) {
		size_t cut = span_find(rest, SPAN_LIT("\n"), 0);
		struct span line = span_sub(rest, 0, cut);
		rest = cut == SIZE_MAX ? SPAN_NONE : span_sub(rest, cut + 1, rest.n);
		struct cell *c = &v[n++];
		assert_true(n <= CELLS_MAX);
		*c = (struct cell){.first_published = EDTF_DAY_MAX, .last_published = EDTF_DAY_MIN};
		while (line.n) {
			size_t sp = span_find(line, SPAN_LIT(" "), 0);
			struct span w = span_sub(line, 0, sp);
			line = sp == SIZE_MAX ? SPAN_NONE : span_sub(line, sp + 1, line.n);
			if (!c->value.n)
				c->value = w;
			else
				set_word(c, w);
		}
	}
	return n;
}

static void put_day(struct strbuf *b, edtf_day d)
{
	char s[EDTF_STRLEN_MAX];

	if (d == EDTF_DAY_MIN || d == EDTF_DAY_MAX)
		strbuf_addstr(b, "..");
	else
		strbuf_add(b, span_of(s, edtf_format(edtf_from_day(d), s)));
}

static void put_range(struct strbuf *b, struct day_range r)
{
	strbuf_addch(b, ' ');
	put_day(b, r.lo);
	if (r.lo != r.hi) {
		strbuf_addch(b, '/');
		put_day(b, r.hi);
	}
}

static void put_belief(struct strbuf *b, const struct belief *s)
{
	static const char *const marks[] = {" begin-derived", " end-derived", " begin-succession", " end-succession"};

	if (b->len)
		strbuf_addch(b, '\n');
	strbuf_add(b, s->value);
	put_range(b, s->begin);
	strbuf_addstr(b, " to");
	put_range(b, s->end);
	if (s->status != SPELL_ESTABLISHED)
		strbuf_addf(b, " %s", spell_status_name(s->status));
	for (unsigned i = 0; i < ARRAY_SIZE(marks); i++)
		if (s->inferred & 1U << i)
			strbuf_addstr(b, marks[i]);
}

static int by_cell(const void *a, const void *b)
{
	return cell_cmp(*(const struct cell *const *)a, *(const struct cell *const *)b);
}

static void resolved(const struct slot_rules *rules, const char *said, const char *watermark, bool backwards,
		     struct strbuf *ret)
{
	struct cell cells[CELLS_MAX];
	const struct cell *v[CELLS_MAX];
	struct arena arena;
	struct belief_list l;
	struct day_range wake;
	size_t n = read_cells(said, cells);
	edtf_day w = watermark ? edtf_lo(date_of(span_str(watermark))) : EDTF_DAY_MIN;

	arena_init(&arena, 0);
	for (size_t i = 0; i < n; i++)
		v[i] = &cells[backwards ? n - 1 - i : i];
	qsort(v, n, sizeof(*v), by_cell);
	assert_int_equal(resolve(rules, v, n, w, &arena, &l, &wake, NULL), 0);
	for (size_t i = 0; i < l.n; i++)
		put_belief(ret, &l.v[i]);
	assert_true(wake.lo <= w && w <= wake.hi);
	arena_done(&arena);
}

static const struct {
	const char *name;
	const struct slot_rules *rules;
	const char *said, *watermark, *believed;
} rows[] = {
	{"nothing said", &presidency, "", NULL, ""},
	{"a lone confirmation bounds both sides", &presidency, "KZ by=a at=2024-01-15", NULL,
	 "KZ ../2024-01-15 to 2024-01-15/.."},
	{"bounds of one begin meet", &presidency,
	 "KZ by=a begin=2023\nKZ by=b begin=2023-07\nKZ by=c begin=2023-07-04\nKZ by=d at=2024-01-01", NULL,
	 "KZ 2023-07-04 to 2024-01-01/.."},
	{"a confirmation tightens a stated month", &presidency, "KZ by=a begin=2023-07\nKZ by=b at=2023-07-10", NULL,
	 "KZ 2023-07-01/2023-07-10 to 2023-07-10/.."},
	{"a hand-over: the successor's begin bounds the predecessor's end", &presidency,
	 "KZ by=a begin=2023-07\nCN by=b begin=2024-07-04", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2023-07-01/2024-07-04 end-succession\nCN 2024-07-04 to 2024-07-04/.."},
	{"both sides of a hand-over stated", &presidency,
	 "KZ by=a end=2024-07-04\nCN by=a begin=2024-07-04\nKZ by=b begin=2023-07", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2024-07-04\nCN 2024-07-04 to 2024-07-04/.."},
	{"until the third, from the fourth", &presidency,
	 "KZ by=a begin=2023-07 end=2024-07-03\nCN by=b begin=2024-07-04", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2024-07-03\nCN 2024-07-04 to 2024-07-04/.."},
	{"the year of a chair without bounds is some time in it", &presidency,
	 "KZ by=a at=2024\nCN by=b at=2024\nCN by=c begin=2024-07-04\nKZ by=d begin=2023-07", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2024-01-01/2024-07-04 end-succession\nCN 2024-07-04 to 2024-07-04/.."},
	{"a holder said to hold on the day of the hand-over", &presidency,
	 "KZ by=a at=2024-07-04\nCN by=b begin=2024-07-04", NULL,
	 "KZ ../2024-07-04 to 2024-07-04 end-succession\nCN 2024-07-04 to 2024-07-04/.."},
	{"one wrong claim inside is outvoted", &presidency,
	 "KZ by=a begin=2023-07\nKZ by=b at=2023-10-01\nUZ by=c at=2023-11-01\nKZ by=d at=2023-12-01", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2023-12-01/.."},
	{"two against one on one date", &presidency, "KZ by=ab begin=2023-07\nUZ by=c begin=2023-07", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2023-07-01/.."},
	{"the example of resolve.h", &presidency,
	 "KZ by=abc begin=2023-07\nUZ by=d begin=2023-07\nKZ by=ab end=2024-07-04\nCN by=e at=2024-07-10", NULL,
	 "KZ 2023-07-01/2023-07-31 to 2024-07-04\nCN 2024-07-04/2024-07-10 to 2024-07-10/.. begin-succession"},
	{"one against one: both published as disputed", &presidency, "KZ by=a begin=2023-07\nUZ by=c begin=2023-07",
	 NULL,
	 "KZ 2023-07-01/2023-07-31 to 2023-07-01/.. disputed\nUZ 2023-07-01/2023-07-31 to 2023-07-01/.. disputed"},
	{"a derived end ends, and says that it is derived", &presidency,
	 "KZ by=a begin=2023-07-04 end=2024-07-04 derived=e", NULL, "KZ 2023-07-04 to 2024-07-04 end-derived"},
	{"a gap where an end was stated and nobody follows at once", &presidency,
	 "KZ by=a end=2023-07-04\nCN by=b begin=2024-07-04", NULL,
	 "KZ ../2023-07-03 to 2023-07-04\nCN 2024-07-04 to 2024-07-04/.."},
	{"two dates for one begin, equally stated: the bound holds both", &presidency,
	 "KZ by=a begin=2023-07\nKZ by=b begin=2023-08\nKZ by=c at=2024-01-01", NULL,
	 "KZ 2023-07-01/2023-08-31 to 2024-01-01/.."},
	{"a begin stated a day before the predecessor was last seen: the bound holds both", &presidency,
	 "CN by=a begin=2024-07-04\nCN by=bc at=2025-09-02\nKG by=d begin=2025-09-01\nKG by=efghi begin=2025 "
	 "end=2026",
	 NULL,
	 "CN 2024-07-04 to 2025-09-02/2025-12-31 end-succession\nKG 2025-09-02/2025-12-31 to 2026-01-01/2026-12-31"},
	{"statuses follow each other; an application runs beside and ends with the membership", &membership,
	 "observer by=a at=2008-01-01\napplicant by=b begin=2008-03-24\nmember by=c begin=2023-07-04", NULL,
	 "observer ../2008-01-01 to 2008-01-01/2023-07-04 end-succession\n"
	 "applicant 2008-03-24 to 2008-03-24/2023-07-04 end-succession\nmember 2023-07-04 to 2023-07-04/.."},
	{"a denied membership ends no lower status", &membership,
	 "dialogue-partner by=a begin=2010\nmember by=b denied at=2012-06-01\ndialogue-partner by=c at=2015-01-01",
	 NULL, "dialogue-partner 2010-01-01/2010-12-31 to 2015-01-01/.."},
	{"a denial as strong as the only assertion disputes it", &membership,
	 "member by=a at=2012-06-01\nmember by=b denied at=2012-06-01", NULL,
	 "member ../2012-06-01 to 2012-06-01/.. disputed"},
	{"who is a member is no observer: an old list ends nothing", &membership,
	 "member by=a begin=2023-07-04\nobserver by=b at=2026-01-10", NULL,
	 "member 2023-07-04 to 2023-07-04/..\n"
	 "observer 2023-07-04/2026-01-10 to 2026-01-10/.. disputed begin-succession"},
	{"a member that left may be an observer again", &membership,
	 "member by=ab begin=2010-07-04 end=2014-05\nobserver by=cd begin=2015-01\nobserver by=ef at=2020-01-10", NULL,
	 "member 2010-07-04 to 2014-05-01/2014-05-31\n"
	 "observer 2015-01-01/2015-01-31 to 2020-01-10/.."},
	{"many say observer of what was a member for a day: that day is in doubt", &membership,
	 "member by=ab begin=2010-07-04\nobserver by=abc at=2012-01-10\nobserver by=abc at=2020-01-10", NULL,
	 "observer ../2012-01-10 to 2020-01-10/..\n"
	 "member 2010-07-04 to 2010-07-04/2012-01-10 disputed end-succession"},
	{"before the founding nobody is a member", &membership, "member by=ab at=1999-01-01", NULL, ""},
	{"a value that the slot does not know", &membership, "chair by=ab at=2010-01-01", NULL, ""},
	{"a plan", &membership, "observer by=a at=2022-01-01\nmember by=b planned begin=2023-07", "2022-06-01",
	 "observer ../2022-01-01 to 2022-01-01/..\nmember 2023-07-01/2023-07-31 to 2023-07-01/.. expected"},
	{"a plan whose date has passed without a word", &membership, "member by=b planned begin=2023-07", "2023-09-01",
	 "member 2023-07-01/2023-07-31 to 2023-07-01/.. unconfirmed"},
	{"a plan that came true", &membership, "member by=b planned begin=2023-07\nmember by=c begin=2023-07-04",
	 "2023-09-01", "member 2023-07-04 to 2023-07-04/.."},
	{"a plan that moved", &membership,
	 "member by=b planned begin=2023-07 published=2022-09-16\nmember by=c planned begin=2024-07 "
	 "published=2023-07-04",
	 "2023-07-05", "member 2024-07-01/2024-07-31 to 2024-07-01/.. expected"},
	{"a plan that was denied", &membership, "member by=b planned begin=2023-07\nmember by=c denied", "2022-01-01",
	 ""},
	{"a plan without a date", &membership, "member by=b planned published=2022-09-16", "2025-01-01",
	 "member 2022-09-16/.. to 2022-09-16/.. expected"},
	{"a wrong begin is not squeezed in before a coarse one", &presidency,
	 "IN by=a begin=2022-09-16\nIN by=b end=2023-07\nUZ by=c begin=2023-07-04\nKZ by=ab begin=2023-07\n"
	 "KZ by=d at=2024-01-15",
	 NULL, "IN 2022-09-16 to 2023-07-01/2023-07-31\nKZ 2023-07-01/2023-07-31 to 2024-01-15/.."},
	{"a status out of date against what many say", &membership,
	 "member by=abcd begin=2024-07-04\nmember by=ef at=2025-11-01\ndialogue-partner by=g at=2026-01-22", NULL,
	 "member 2024-07-04 to 2025-11-01/..\n"
	 "dialogue-partner 2025-11-01/2026-01-22 to 2026-01-22/.. disputed"},
	{"a status out of date against what twice as many say", &membership,
	 "member by=abcd begin=2024-07-04\nmember by=efgh at=2025-11-01\ndialogue-partner by=i at=2026-01-22", NULL,
	 "member 2024-07-04 to 2025-11-01/.."},
	{"many deny for a day what as many say before and after", &membership,
	 "member by=abcdefgh at=2012-06-01\nmember by=ijklmnop denied at=2012-06-10\nmember by=abcdefgh at=2012-06-20",
	 NULL, "member ../2012-06-01 to 2012-06-01/.."},
	{"many deny what holds no more", &membership,
	 "member by=abcdefgh at=2012-06-01\nmember by=ijklmnop denied at=2012-06-10", NULL,
	 "member ../2012-06-01 to 2012-06-01/.."},
	{"a wrong begin inside a spell", &membership,
	 "member by=abcdefgh at=2012-01-01\nmember by=ijklmnop begin=2012-02-01\nmember by=abcdefgh at=2012-02-20",
	 NULL, "member ../2012-01-01 to 2012-02-01/.."},
	{"a begin after a gap", &membership,
	 "member by=abcdefgh at=2012-01-01\nmember by=ijklmnop begin=2014-02-01\nmember by=abcdefgh at=2014-02-20",
	 NULL, "member ../2012-01-01 to 2012-01-01/2014-02-01 end-succession\nmember 2014-02-01 to 2014-02-01/.."},
	{"news of a change, though only one has it", &membership,
	 "member by=abcd begin=2024-07-04\nmember by=ef at=2025-11-01\nnone by=g begin=2026-01-22", NULL,
	 "member 2024-07-04 to 2025-11-01/2026-01-22 end-succession\nnone 2026-01-22 to 2026-01-22/.."},
	{"a plan that came true five weeks late", &membership,
	 "member by=b planned begin=2023-05-30\nmember by=c begin=2023-07-04", "2024-01-01",
	 "member 2023-07-04 to 2023-07-04/.."},
	{"a plan that came true seven years late did not", &membership,
	 "member by=b planned begin=2016-06\nmember by=c begin=2023-07-04", "2024-01-01",
	 "member 2016-06-01/2016-06-30 to 2016-06-01/.. unconfirmed\nmember 2023-07-04 to 2023-07-04/.."},
	{"a plan for what holds already", &presidency, "KG by=a begin=2025-09-01\nKG by=b planned begin=2026-08",
	 "2026-06-15", "KG 2025-09-01 to 2025-09-01/.."},
	{"a summit planned for two days and told of on the second", &summit,
	 "Tianjin by=a planned begin=2025-08-31 end=2025-09-01\nTianjin by=b at=2025-09-01", "2025-10-01",
	 "Tianjin 2025-09-01 to 2025-09-01"},
	{"summits come and go", &summit,
	 "Tashkent by=a begin=2022-09-15 end=2022-09-16\nAstana by=b at=2024-07-04\n"
	 "Astana by=c begin=2024-07",
	 NULL, "Tashkent 2022-09-15 to 2022-09-16\nAstana 2024-07-04 to 2024-07-04"},
	{"a summit in another city on the same day, outvoted", &summit,
	 "Astana by=ab begin=2024-07-04\nTashkent by=c begin=2024-07-04", NULL, "Astana 2024-07-04 to 2024-07-04"},
	{"a summit in two cities, disputed", &summit, "Astana by=a begin=2024-07-04\nTashkent by=c begin=2024-07-04",
	 NULL, "Astana 2024-07-04 to 2024-07-04 disputed\nTashkent 2024-07-04 to 2024-07-04 disputed"},
	{"a summit dated twice: one summit, some time in between", &summit,
	 "Bishkek by=a begin=2007-08-16\nBishkek by=b at=2007-08-14", NULL,
	 "Bishkek 2007-08-14/2007-08-16 to 2007-08-14/2007-08-16"},
	{"a summit dated wrong by one of three", &summit, "Astana by=ab begin=2024-07-04\nAstana by=c begin=2024-03-04",
	 NULL, "Astana 2024-07-04 to 2024-07-04"},
	{"a theme for a year, another for the next", &theme,
	 "Youth by=a begin=2023 end=2023\nEnvironment by=b begin=2024 end=2024\nWater by=c begin=2024 end=2024\n"
	 "Environment by=d at=2024",
	 NULL,
	 "Youth 2023-01-01/2023-12-31 to 2023-01-01/2023-12-31\n"
	 "Environment 2024-01-01/2024-12-31 to 2024-01-01/2024-12-31"},
	{"a theme that one puts in the year after", &theme,
	 "Youth by=ab begin=2023 end=2023\nYouth by=c begin=2024\nEnvironment by=de begin=2024 end=2024", NULL,
	 "Youth 2023-01-01/2023-12-31 to 2023-01-01/2023-12-31\n"
	 "Environment 2024-01-01/2024-12-31 to 2024-01-01/2024-12-31"},
};

static void what_is_said_gives_what_is_believed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int backwards = 0; backwards < 2; backwards++) {
			struct strbuf got = STRBUF_INIT;
			resolved(rows[i].rules, rows[i].said, rows[i].watermark, backwards, &got);
			if (strcmp(got.buf, rows[i].believed))
				print_error("row \"%s\"\n", rows[i].name);
			assert_string_equal(got.buf, rows[i].believed);
			strbuf_done(&got);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_said_gives_what_is_believed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
