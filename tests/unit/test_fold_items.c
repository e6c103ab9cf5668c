/* SPDX-License-Identifier: Apache-2.0 */
/* What one item does to the state, in rows: its versions, its copies, what its source weighs, records that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folded.h"
#include "../support/history.h"

/* Rows: versions of one item as they arrive, "VERSION STATUS VALUE"; whose value is believed at the end. */
static void versions_of_an_item(void **state)
{
	static const struct {
		const char *name;
		struct {
			const char *version, *created, *value; /* value NULL: canceled, "": withheld */
		} arrives[4];
		const char *believed; /* NULL: nothing */
	} rows[] = {
		{"one", {{"1", "", "AA"}}, "AA"},
		{"a correction", {{"1", "", "AA"}, {"2", "", "BB"}}, "BB"},
		{"the older one late", {{"2", "", "BB"}, {"1", "", "AA"}}, "BB"},
		{"ten is more than nine", {{"10", "", "BB"}, {"9", "", "AA"}}, "BB"},
		{"no version is before any", {{"1", "", "BB"}, {"", "", "AA"}}, "BB"},
		{"by time where versions are equal",
		 {{"1", "2024-07-05T10:00:00Z", "BB"}, {"1", "2024-07-04T10:00:00Z", "AA"}},
		 "BB"},
		{"withheld", {{"1", "", "AA"}, {"2", "", ""}}, NULL},
		{"released again", {{"1", "", "AA"}, {"2", "", ""}, {"3", "", "AA"}}, "AA"},
		{"an old doubt does not hold up the new version", {{"3", "", "AA"}, {"2", "", ""}}, "AA"},
		{"canceled", {{"1", "", "AA"}, {"2", "", NULL}}, NULL},
		{"canceled before it came", {{"2", "", NULL}, {"1", "", "AA"}}, NULL},
		{"canceled for good", {{"1", "", "AA"}, {"2", "", NULL}, {"3", "", "BB"}}, NULL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct folded f;
		struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;
		folded_open(&f, ":memory:", &history_rules);
		for (size_t k = 0; k < ARRAY_SIZE(rows[i].arrives) && rows[i].arrives[k].version; k++) {
			const char *value = rows[i].arrives[k].value;
			struct evidence e = {CLAIM_BODY, 0, 2, SPAN_LIT("it")};
			struct claim c = {.slot = SPAN_LIT("presidency"),
					  .value = span_str(value),
					  .holds_at = {2024, 7, 4, EDTF_GRAIN_DAY, 0},
					  .number = -1,
					  .rule = SPAN_LIT("r"),
					  .evidence = &e,
					  .n_evidence = 1};
			struct claims_record r = {.uri = SPAN_LIT("urn:one"),
						  .version = span_str(rows[i].arrives[k].version),
						  .versioncreated = span_str(rows[i].arrives[k].created),
						  .status = !value   ? PUBSTATUS_CANCELED
							    : *value ? PUBSTATUS_USABLE
								     : PUBSTATUS_WITHHELD,
						  .pack = SPAN_LIT("sco@0"),
						  .claims = &c,
						  .n_claims = value && *value};
			folded_step(&f, &r, 0);
		}
		folded_spells(&f, &got);
		strbuf_addf(&want, "\"value\":\"%s\"", rows[i].believed ? rows[i].believed : "");
		if (rows[i].believed ? !strstr(got.buf, want.buf) : got.len != 0)
			print_error("row \"%s\": %s\n", rows[i].name, got.buf);
		assert_true(rows[i].believed ? strstr(got.buf, want.buf) != NULL : got.len == 0);
		folded_close(&f);
		strbuf_done(&got);
		strbuf_done(&want);
	}
}

static void copies_are_one_origin(void **state)
{
	struct arena a;
	struct folded f;
	struct strbuf got = STRBUF_INIT;

	(void)state;
	arena_init(&a, 0);
	folded_open(&f, ":memory:", &history_rules);
	for (int i = 0; i < 6; i++) {
		struct evidence e = {CLAIM_BODY, 0, 2, SPAN_LIT("it")};
		struct claim c = {.slot = SPAN_LIT("presidency"),
				  .value = SPAN_LIT("AA"),
				  .holds_at = {2024, 7, 4, EDTF_GRAIN_DAY, 0},
				  .number = -1,
				  .rule = SPAN_LIT("r"),
				  .evidence = &e,
				  .n_evidence = 1};
		struct claims_record r = {.uri = arena_printf(&a, "urn:%d", i),
					  .source = arena_printf(&a, "Wire %d", i),
					  .cited = i < 3 ? SPAN_NONE : SPAN_LIT("Wire 0"),
					  .fingerprint = digest_of(arena_printf(&a, "%d", i < 3 ? 0 : i)),
					  .pack = SPAN_LIT("sco@0"),
					  .claims = &c,
					  .n_claims = 1};
		folded_step(&f, &r, 0);
	}
	folded_spells(&f, &got);
	/* Three sources with one text, and three texts that cite the first source: sources 3, texts 4. */
	assert_non_null(strstr(got.buf, "\"support\":{\"items\":6,\"origins\":3}"));
	folded_close(&f);
	arena_done(&a);
	strbuf_done(&got);
}

/* Two sources contradict each other on one date: who is believed, and is it disputed? */
static void sources_weigh_what_the_rules_say(void **state)
{
	static const struct {
		const char *one, *other, *believed;
	} rows[] = {
		{"Wire 1", "Wire 2", NULL},   /* disputed */
		{"Official", "Wire 2", "AA"}, /* a weight, no proof: see the next */
		{"Official", "Official", NULL},
		{"Blog", "Wire 2", "BB"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct folded f;
		struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;
		folded_open(&f, ":memory:", &history_rules);
		for (int k = 0; k < 2; k++) {
			struct evidence e = {CLAIM_BODY, 0, 2, SPAN_LIT("it")};
			struct claim c = {.slot = SPAN_LIT("presidency"),
					  .value = k ? SPAN_LIT("BB") : SPAN_LIT("AA"),
					  .begin = {2024, 7, 4, EDTF_GRAIN_DAY, 0},
					  .number = -1,
					  .rule = SPAN_LIT("r"),
					  .evidence = &e,
					  .n_evidence = 1};
			struct claims_record r = {.uri = k ? SPAN_LIT("urn:b") : SPAN_LIT("urn:a"),
						  .source = span_str(k ? rows[i].other : rows[i].one),
						  .fingerprint = digest_of(k ? SPAN_LIT("b") : SPAN_LIT("a")),
						  .pack = SPAN_LIT("sco@0"),
						  .claims = &c,
						  .n_claims = 1};
			folded_step(&f, &r, 0);
		}
		folded_spells(&f, &got);
		strbuf_addf(&want, "\"value\":\"%s\"", rows[i].believed ? rows[i].believed : "AA");
		assert_non_null(strstr(got.buf, want.buf));
		assert_int_equal(strstr(got.buf, "\"disputed\"") != NULL, rows[i].believed == NULL);
		folded_close(&f);
		strbuf_done(&got);
		strbuf_done(&want);
	}
}

#define CLAIM(BEGIN, END)                                                                                              \
	"{\"begin\":" BEGIN ",\"derived\":[],\"end\":" END                                                             \
	",\"evidence\":[{\"end\":2,\"exact\":\"it\",\"field\":\"body\","                                               \
	"\"start\":0}],\"holds_at\":null,\"modality\":\"asserted\",\"rule\":\"r\",\"slot\":\"presidency\",\"value\":\"AA\"}"
#define RECORD(CLAIMS, PACK, PUBLISHED)                                                                                \
	"{\"cited\":null,\"claims\":[" CLAIMS "],\"fingerprint\":\"00000000000000000000000000000000\","                \
	"\"language\":\"en\",\"pack\":" PACK ",\"published\":" PUBLISHED ",\"source\":null,\"status\":\"usable\","     \
	"\"uri\":\"u\",\"version\":null,\"versioncreated\":null}"

/* What goes to the dead letters, each with a reason that says where; between them the state stays what it was. */
static void a_bad_record_is_skipped_and_changes_nothing(void **state)
{
	static const struct {
		const char *name, *record, *reason; /* in the text; NULL: a good record */
	} rows[] = {
		{"empty", "", "empty"},
		{"no member", "{}", "missing"},
		{"not JSON", "not json", "near 'not' at byte 3"},
		{"an empty uri", "{\"uri\":\"\"}", "uri"},
		{"cut off", "{\"uri\":\"u\",\"claims\":[", "byte"},
		{"another pack", RECORD(CLAIM("\"2024\"", "null"), "\"other@1\"", "null"), "pack: \"other@1\""},
		{"a pack without version", RECORD(CLAIM("\"2024\"", "null"), "\"sco\"", "null"), "pack: "},
		{"a day that never was", RECORD(CLAIM("\"2024-02-30\"", "null"), "\"sco@0\"", "null"),
		 "claims[0].begin: \"2024-02-30\" is no date"},
		{"a month that never was", RECORD(CLAIM("null", "\"2024-13\""), "\"sco@0\"", "null"),
		 "claims[0].end: \"2024-13\" is no date"},
		{"a begin after the end", RECORD(CLAIM("\"2025\"", "\"2024-07\""), "\"sco@0\"", "null"),
		 "claims[0].begin: 2025 is after the end 2024-07"},
		{"published on no day", RECORD(CLAIM("\"2024\"", "null"), "\"sco@0\"", "\"2023-02-29\""),
		 "published: \"2023-02-29\" is no date"},
		{"a good one", RECORD(CLAIM("\"2024\"", "null"), "\"sco@0\"", "\"2024-07-04\""), NULL},
	};
	struct folded f;
	(void)state;
	folded_open(&f, ":memory:", &history_rules);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		int r = folded_raw(&f, span_str(rows[i].record), 0, &err);
		if (!rows[i].reason) {
			assert_int_equal(r, 0);
			assert_int_equal(f.n_changes, 1);
			continue;
		}
		if (r >= 0 || err.action != ERROR_ACTION_SKIP || !strstr(err.text, rows[i].reason))
			fail_msg("row \"%s\": %d, %s", rows[i].name, r, err.text);
		assert_int_equal(f.changes.len, 0);
	}
	folded_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_of_an_item),
		cmocka_unit_test(copies_are_one_origin),
		cmocka_unit_test(sources_weigh_what_the_rules_say),
		cmocka_unit_test(a_bad_record_is_skipped_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
