/* SPDX-License-Identifier: Apache-2.0 */
/* The state as a function of a set: any order, any repetition, any batches, any crash. Seeds are printed; set
 * SCOWIRE_TEST_SEED to run one of your own, SCOWIRE_TEST_SHUFFLES for more or fewer shuffles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folded.h"
#include "../support/history.h"
#include <stdlib.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)
#define VIEW "fold-test.db"

static uint64_t seed_of(const char *what)
{
	const char *set = getenv("SCOWIRE_TEST_SEED");
	uint64_t seed = set ? strtoull(set, NULL, 10) : 20240704;

	print_message("%s: seed %llu\n", what, (unsigned long long)seed);
	return seed;
}

static size_t shuffles(void)
{
	const char *set = getenv("SCOWIRE_TEST_SHUFFLES");

	return set ? strtoul(set, NULL, 10) : 1000;
}

static void remove_view(void)
{
	unlink(VIEW);
	unlink(VIEW "-wal");
	unlink(VIEW "-shm");
}

static void make(struct arena *a, uint64_t seed, size_t items, struct history *h)
{
	struct history_options o = {.seed = seed,
				    .years = 12,
				    .items = items,
				    .noise_permille = 150,
				    .copy_permille = 200,
				    .correct_permille = 150,
				    .withdraw_permille = 60};

	arena_init(a, 0);
	history_make(&o, a, h);
}

static void shuffle(size_t *order, size_t n, uint64_t *random)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)(history_random(random) >> 11) % i, keep = order[i - 1];
		order[i - 1] = order[k];
		order[k] = keep;
	}
}

static void spells_in_order(const struct history *h, const size_t *order, size_t n, struct strbuf *ret)
{
	struct folded f;

	folded_open(&f, ":memory:", &history_rules);
	for (size_t i = 0; i < n; i++)
		folded_step(&f, &h->v[order[i]], (int64_t)i);
	folded_spells(&f, ret);
	folded_close(&f);
}

static void any_order_and_repetition_gives_the_same_state(void **state)
{
	struct arena a;
	struct history h = {0};
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	uint64_t random = seed_of("shuffles") + 7;
	size_t times = shuffles();

	(void)state;
	for (size_t round = 0; round < times; round++) {
		if (round % 50 == 0) { /* a new history now and then */
			if (round)
				arena_done(&a);
			make(&a, random + round, 24, &h);
			strbuf_clear(&want);
		}
		size_t n = h.n + h.n / 4, order[400] = {0};
		assert_true(n > 0 && n <= ARRAY_SIZE(order));
		for (size_t i = 0; i < n; i++)
			order[i] = i < h.n ? i : (size_t)(history_random(&random) >> 11) % (h.n ? h.n : 1);
		if (!want.len)
			spells_in_order(&h, order, h.n, &want);
		shuffle(order, n, &random);
		strbuf_clear(&got);
		spells_in_order(&h, order, n, &got);
		assert_true(want.len > 0);
		if (strcmp(got.buf, want.buf))
			print_error("round %zu differs\n", round);
		assert_string_equal(got.buf, want.buf);
	}
	print_message("%zu shuffles\n", times);
	arena_done(&a);
	strbuf_done(&want);
	strbuf_done(&got);
}

/* The log, fed in random batches; after a batch perhaps an abort, a crash (the view is left as it was committed) or a
 * restart. What was emitted and not committed is taken back, as the stream's transaction does. */
static void feed_with_accidents(const struct history *h, uint64_t *random, struct strbuf *changes,
				struct strbuf *spells)
{
	struct folded f;
	size_t committed = 0;

	remove_view();
	folded_open(&f, VIEW, &history_rules);
	while (committed < h->n) {
		size_t until = committed + 1 + (size_t)(history_random(random) >> 11) % 30;
		uint64_t accident = (history_random(random) >> 11) % 4;
		until = until < h->n ? until : h->n;
		for (size_t i = committed; i < until; i++)
			folded_step(&f, &h->v[i], (int64_t)i * DAY_MS);
		if (accident == 0) { /* the transaction is aborted */
			strbuf_clear(&f.changes);
			folded_roll_back(&f);
			assert_int_equal(f.offset, committed);
			continue;
		}
		if (accident == 1) { /* the process dies */
			folded_close(&f);
			folded_open(&f, VIEW, &history_rules);
			assert_int_equal(f.offset, committed);
			continue;
		}
		strbuf_add(changes, strbuf_span(&f.changes));
		strbuf_clear(&f.changes);
		if (accident == 2) { /* the process dies between the stream's commit and the view's */
			folded_close(&f);
			folded_open(&f, VIEW, &history_rules);
			f.out.silent = true;
			for (size_t i = committed; i < until; i++)
				folded_step(&f, &h->v[i], (int64_t)i * DAY_MS);
			assert_int_equal(f.changes.len, 0);
			f.out.silent = false;
		}
		folded_commit(&f);
		committed = until;
	}
	folded_spells(&f, spells);
	folded_close(&f);
	remove_view();
}

static void batches_aborts_and_crashes_do_not_show(void **state)
{
	struct arena a;
	struct history h;
	struct folded f;
	uint64_t random = seed_of("crashes") + 11;

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct strbuf changes = STRBUF_INIT, spells = STRBUF_INIT, want = STRBUF_INIT;
		make(&a, random, 150, &h);
		folded_open(&f, ":memory:", &history_rules);
		for (size_t i = 0; i < h.n; i++)
			folded_step(&f, &h.v[i], (int64_t)i * DAY_MS);
		folded_spells(&f, &want);
		feed_with_accidents(&h, &random, &changes, &spells);
		assert_true(f.n_changes > 50);
		assert_string_equal(changes.buf, f.changes.buf);
		assert_string_equal(spells.buf, want.buf);
		folded_close(&f);
		arena_done(&a);
		strbuf_done(&changes);
		strbuf_done(&spells);
		strbuf_done(&want);
	}
}

static void cancel(struct folded *f, const struct claims_record *r, enum pubstatus status, struct span version)
{
	struct claims_record kill = *r;

	kill.version = version;
	kill.status = status;
	kill.n_claims = 0;
	folded_step(f, &kill, 1);
}

static void withdrawn_is_as_if_it_had_never_been(void **state)
{
	struct arena a;
	struct history h;
	uint64_t random = seed_of("withdrawals") + 13;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
		struct folded with, without;
		make(&a, random, 50, &h);
		folded_open(&with, ":memory:", &history_rules);
		folded_open(&without, ":memory:", &history_rules);
		size_t gone = (size_t)(history_random(&random) >> 11) % h.n;
		for (size_t i = 0; i < h.n; i++) {
			folded_step(&with, &h.v[i], 0);
			if (!span_eq(h.v[i].uri, h.v[gone].uri))
				folded_step(&without, &h.v[i], 0);
		}
		cancel(&with, &h.v[gone], round % 2 ? PUBSTATUS_CANCELED : PUBSTATUS_WITHHELD, SPAN_LIT("9"));
		folded_spells(&with, &got);
		folded_spells(&without, &want);
		assert_string_equal(got.buf, want.buf);
		folded_close(&with);
		folded_close(&without);
		arena_done(&a);
		strbuf_done(&want);
		strbuf_done(&got);
	}
}

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
	struct history h;
	struct folded f;
	struct strbuf got = STRBUF_INIT;

	(void)state;
	make(&a, 5, 1, &h);
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
		cmocka_unit_test(any_order_and_repetition_gives_the_same_state),
		cmocka_unit_test(batches_aborts_and_crashes_do_not_show),
		cmocka_unit_test(withdrawn_is_as_if_it_had_never_been),
		cmocka_unit_test(versions_of_an_item),
		cmocka_unit_test(copies_are_one_origin),
		cmocka_unit_test(sources_weigh_what_the_rules_say),
		cmocka_unit_test(a_bad_record_is_skipped_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
