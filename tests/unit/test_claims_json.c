/* SPDX-License-Identifier: Apache-2.0 */
/* Claims as canonical JSON: round trips of random records, what is refused and why, and that no damage gets through
 * unseen. Whole records with what must be said of them are in schemas/examples/{valid,invalid}/claims. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/claims_read.h"
#include "ninjs/json_out.h"
#include <errno.h>
#include <stdio.h>
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

static void values_are_written_as_rfc_8785_has_them(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct json_out o = {.b = &b};
	(void)state;
	json_out_open(&o, '[');
	json_out_string(&o, SPAN_LIT("\" \\ / \b\t\n\f\r\x01\x1f\x7f \xD0\xA8 \xF0\x9F\x98\x80"));
	json_out_string_or_null(&o, SPAN_NONE);
	json_out_int(&o, 0);
	json_out_int(&o, -7);
	json_out_int(&o, INT64_MAX);
	json_out_int(&o, INT64_MIN);
	json_out_open(&o, '{');
	json_out_close(&o, '}');
	json_out_open(&o, '{');
	json_out_key(&o, "a");
	json_out_bool(&o, true);
	json_out_key(&o, "b");
	json_out_open(&o, '[');
	json_out_close(&o, ']');
	json_out_close(&o, '}');
	json_out_day(&o, 0);
	json_out_day(&o, EDTF_DAY_MIN);
	json_out_day(&o, EDTF_DAY_MAX);
	json_out_edtf(&o, (struct edtf){.year = 2023, .month = 7, .grain = EDTF_GRAIN_MONTH});
	json_out_edtf(&o, (struct edtf){.grain = EDTF_NONE});
	json_out_close(&o, ']');
	assert_string_equal(b.buf,
			    "[\"\\\" \\\\ / \\b\\t\\n\\f\\r\\u0001\\u001f\x7f \xD0\xA8 \xF0\x9F\x98\x80\",null,0,-7,"
			    "9223372036854775807,-9223372036854775808,{},{\"a\":true,\"b\":[]},\"1970-01-01\","
			    "null,null,\"2023-07\",null]");
	strbuf_done(&b);
}

#define HEAD                                                                                                           \
	"\"fingerprint\":\"00112233445566778899aabbccddeeff\",\"language\":\"en\",\"pack\":\"sco@1\","                 \
	"\"published\":\"2024-07-04\",\"source\":null,\"status\":\"usable\",\"uri\":\"urn:x:1\",\"version\":null,"     \
	"\"versioncreated\":\"2024-07-04T10:00:00Z\"}"
#define EVIDENCE "\"evidence\":[{\"end\":5,\"exact\":\"Tatar\",\"field\":\"body\",\"start\":0}],"
#define CLAIM                                                                                                          \
	"{\"begin\":\"2023-07\",\"derived\":[\"end\"],\"end\":\"2024-07-04\"," EVIDENCE                                \
	"\"holds_at\":null,\"modality\":\"asserted\",\"number\":5,\"rule\":\"r\",\"slot\":\"presidency\",\"value\":"   \
	"\"KZ\"}"
#define RECORD "{\"cited\":null,\"claims\":[" CLAIM "]," HEAD

/* The text with the first `from` replaced by `to`. */
static struct span replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return arena_printf(&arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void refused_with_a_reason(void **state)
{
	static const struct {
		const char *from, *to, *text;
	} rows[] = {
		{"\"cited\":null,", "", "cited: missing"},
		{"\"cited\":null", "\"cited\":\"\"", "cited: empty, which is written as null"},
		{"\"cited\":null", "\"cited\":1", "cited: a number where a string or null is expected"},
		{"\"cited\":null", "\"cited\":null,\"extra\":1", "extra: unknown member"},
		{"\"cited\":null", "\"cited\":null,\"cited\":null",
		 "cited: duplicate object key near '\"cited\"' at byte 21"},
		{"urn:x:1", "", "uri: empty"},
		{"\"urn:x:1\"", "null", "uri: null where a string is expected"},
		{"\"usable\"", "\"cancelled\"", "status: \"cancelled\" is no word for it"},
		{"\"usable\"", "\"withheld\"", "claims: an item that is withheld makes none"},
		{"2024-07-04T10", "2024-07-32T10", "versioncreated: no RFC 3339 time"},
		{"\"published\":\"2024-07-04\"", "\"published\":\"2024-02-30\"",
		 "published: \"2024-02-30\" is no date"},
		{"0011", "001", "fingerprint: not 32 lower-case hexadecimal digits"},
		{"aabb", "AABB", "fingerprint: not 32 lower-case hexadecimal digits"},
		{"sco@1", "asean@1", "pack: \"asean@1\" is not a version of sco"},
		{"sco@1", "sco", "pack: not of the form name@version"},
		{"sco@1", "sco@", "pack: not of the form name@version"},
		{"\"claims\":[", "\"claims\":[7,", "claims[0]: a number where an object is expected"},
		{"\"claims\":[" CLAIM "]", "\"claims\":{}", "claims: an object where an array is expected"},
		{"\"slot\":\"presidency\"", "\"slot\":\"Presidency\"",
		 "claims[0].slot: not of the form name or name/qualifier"},
		{"\"slot\":\"presidency\"", "\"slot\":\"membership/\"",
		 "claims[0].slot: not of the form name or name/qualifier"},
		{"\"slot\":\"presidency\"", "\"slot\":\"count\"", "claims[0].approximate: missing"},
		{"\"rule\"", "\"approximate\":true,\"rule\"", "claims[0].approximate: only a count has it"},
		{"\"KZ\"", "\"\"", "claims[0].value: empty"},
		{"\"rule\":\"r\"", "\"rule\":null", "claims[0].rule: null where a string is expected"},
		{"\"asserted\"", "\"sure\"", "claims[0].modality: \"sure\" is no word for it"},
		{"\"number\":5", "\"number\":-5", "claims[0].number: -5 is not in 0 to 9223372036854775807"},
		{"\"number\":5", "\"number\":5.0", "claims[0].number: a number where an integer is expected"},
		{"\"number\":5", "\"kind\":\"\"", "claims[0].kind: empty"},
		{"2023-07\"", "2024-08\"", "claims[0].begin: 2024-08 is after the end 2024-07-04"},
		{"\"2023-07\"", "\"July 2023\"", "claims[0].begin: \"July 2023\" is no date"},
		{"\"holds_at\":null", "\"holds_at\":\"2023-13\"", "claims[0].holds_at: \"2023-13\" is no date"},
		{"[\"end\"]", "[\"begins\"]", "claims[0].derived[0]: not begin, end or holds_at"},
		{"[\"end\"]", "[\"end\",\"end\"]", "claims[0].derived[1]: twice or out of order"},
		{"[\"end\"]", "[\"end\",\"begin\"]", "claims[0].derived[1]: twice or out of order"},
		{"[\"end\"]", "[\"holds_at\"]", "claims[0].derived[0]: names holds_at, which is null"},
		{EVIDENCE, "\"evidence\":[],", "claims[0].evidence: empty: a claim needs a quote"},
		{"\"field\":\"body\"", "\"field\":\"title\"",
		 "claims[0].evidence[0].field: \"title\" is no word for it"},
		{"\"start\":0", "\"start\":-1", "claims[0].evidence[0].start: -1 is not in 0 to 2147483647"},
		{"\"start\":0", "\"start\":5", "claims[0].evidence[0].exact: 5 bytes, but 5 to 5"},
		{"\"exact\":\"Tatar\"", "\"exact\":\"Tata\"", "claims[0].evidence[0].exact: 4 bytes, but 0 to 5"},
		{"\"exact\":\"Tatar\"", "\"exact\":\"\"", "claims[0].evidence[0].exact: empty"},
		{"\"Tatar\"", "\"Tat\xFFr\"", "claims: not UTF-8 at byte 113"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		struct claims_record c = {.n_claims = 77};
		struct span raw = replaced(RECORD, rows[i].from, rows[i].to);
		int r = claims_json_decode(raw, SPAN_LIT("sco"), &arena, &c, &err);
		if (r >= 0 || r != err.code || err.action != ERROR_ACTION_SKIP || strcmp(err.text, rows[i].text) != 0 ||
		    c.n_claims != 77)
			fail_msg("row %zu: %d, %s", i, r, err.text);
	}
}

static uint32_t rnd(uint32_t *s)
{
	*s = *s * 1664525 + 1013904223;
	return *s >> 8;
}

static struct span random_text(uint32_t *s, bool empty_too)
{
	static const char *const parts[] = {"a",    "KZ", " ",	    "\"",     "\\",	    "\n",     "\x01",
					    "\x7F", "/",  "\u0428", "\u4e0a", "\U0001F600", "\u2019", "@"};
	size_t k = rnd(s) % 12 + !empty_too, n = 0;
	char *p = arena_alloc(&arena, 5 * k + 1);

	assert_non_null(p);
	for (; k; k--)
		n += (size_t)snprintf(p + n, 6, "%s", parts[rnd(s) % ARRAY_SIZE(parts)]);
	return span_of(p, n);
}

static struct edtf random_date(uint32_t *s, int from, int span)
{
	struct edtf d = edtf_from_day(edtf_day_of(from, 1, 1) + (edtf_day)(rnd(s) % (uint32_t)span));
	uint8_t grains[] = {EDTF_NONE, EDTF_GRAIN_DAY, EDTF_GRAIN_MONTH, EDTF_GRAIN_YEAR, EDTF_GRAIN_DECADE};
	uint8_t grain = grains[rnd(s) % 5];

	if (grain == EDTF_NONE)
		return (struct edtf){.grain = EDTF_NONE};
	return edtf_coarsen(d, grain);
}

static struct claim random_claim(uint32_t *s)
{
	static const char *const slots[] = {"presidency", "membership/BY", "count", "rats-director", "document"};
	struct claim c = {.slot = span_str(slots[rnd(s) % ARRAY_SIZE(slots)]), .number = -1};
	struct evidence *e;

	c.value = random_text(s, false);
	c.begin = random_date(s, 2001, 4000);
	c.end = random_date(s, 2020, 4000);
	c.holds_at = random_date(s, 2001, 9000);
	c.modality = (enum claim_modality)(rnd(s) % CLAIM_MODALITY_MAX_);
	c.derived = rnd(s) % 8 & ((unsigned)edtf_is_set(c.begin) | (unsigned)edtf_is_set(c.end) << 1 |
				  (unsigned)edtf_is_set(c.holds_at) << 2);
	c.approximate = span_eq_str(c.slot, "count") && rnd(s) % 2;
	if (rnd(s) % 2)
		c.number = rnd(s);
	c.kind = random_text(s, true);
	c.rule = random_text(s, false);
	c.n_evidence = rnd(s) % 3 + 1;
	c.evidence = e = arena_array(&arena, c.n_evidence, sizeof(*e));
	for (size_t i = 0; i < c.n_evidence; i++) {
		e[i] = (struct evidence){.field = (enum claim_field)(rnd(s) % 2), .start = rnd(s)};
		e[i].exact = random_text(s, false);
		e[i].end = e[i].start + e[i].exact.n;
	}
	return c;
}

static struct claims_record random_record(uint32_t *s)
{
	struct claims_record r = {.uri = random_text(s, false), .pack = SPAN_LIT("sco@2")};

	r.version = random_text(s, true);
	if (rnd(s) % 2)
		r.versioncreated = SPAN_LIT("2024-07-04T10:00:00+05:00");
	r.published = random_date(s, 2001, 9000);
	r.status = rnd(s) % 4 ? PUBSTATUS_USABLE : (enum pubstatus)(rnd(s) % 3);
	r.language = random_text(s, true);
	r.source = random_text(s, true);
	r.cited = random_text(s, true);
	r.fingerprint = digest_of(r.source);
	r.n_claims = r.status == PUBSTATUS_USABLE ? rnd(s) % 4 : 0;
	r.claims = arena_array(&arena, r.n_claims, sizeof(*r.claims));
	for (size_t i = 0; i < r.n_claims; i++)
		r.claims[i] = random_claim(s);
	return r;
}

static void any_record_comes_back_and_gives_the_same_bytes(void **state)
{
	uint32_t seed = 20010615;
	struct strbuf once = STRBUF_INIT, again = STRBUF_INIT;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct claims_record r = random_record(&seed), back;
		struct error err = ERROR_INIT;
		strbuf_clear(&once);
		strbuf_clear(&again);
		claims_json_encode(&r, &once);
		if (claims_json_decode(strbuf_span(&once), SPAN_LIT("sco"), &arena, &back, &err) < 0)
			fail_msg("%s: %s", err.text, once.buf);
		claims_json_encode(&back, &again);
		assert_string_equal(once.buf, again.buf);
		assert_int_equal(back.n_claims, r.n_claims);
		for (size_t i = 0; i < r.n_claims; i++) {
			assert_int_equal(claim_cmp(&r.claims[i], &back.claims[i]), 0);
			assert_int_equal(r.claims[i].derived, back.claims[i].derived);
			assert_int_equal(r.claims[i].approximate, back.claims[i].approximate);
		}
		assert_true(span_eq(r.uri, back.uri) && span_eq(r.version, back.version) &&
			    span_eq(r.source, back.source) && edtf_eq(r.published, back.published) &&
			    r.status == back.status && digest_cmp(&r.fingerprint, &back.fingerprint) == 0);
		arena_reset(&arena);
	}
	strbuf_done(&once);
	strbuf_done(&again);
}

/* One byte changed, dropped or doubled: refused, or a record that is sound in itself: it encodes and decodes. */
static void damage_is_refused_or_harmless(void **state)
{
	uint32_t seed = 7;
	size_t n = strlen(RECORD), taken = 0;
	struct strbuf b = STRBUF_INIT;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[sizeof(RECORD) + 1];
		size_t at = rnd(&seed) % n, m = n;
		struct claims_record c;
		memcpy(text, RECORD, n);
		switch (rnd(&seed) % 3) {
		case 0:
			text[at] = (char)rnd(&seed);
			break;
		case 1:
			memmove(text + at, text + at + 1, n - at - 1);
			m = n - 1;
			break;
		default:
			memmove(text + at + 1, text + at, n - at);
			m = n + 1;
		}
		struct error err = ERROR_INIT;
		int r = claims_json_decode(span_of(text, m), SPAN_NONE, &arena, &c, &err);
		if (r < 0) {
			assert_true(err.action == ERROR_ACTION_SKIP && err.text[0]);
		} else {
			taken++;
			strbuf_clear(&b);
			claims_json_encode(&c, &b);
			assert_int_equal(claims_json_decode(strbuf_span(&b), SPAN_NONE, &arena, &c, NULL), 0);
		}
		arena_reset(&arena);
	}
	assert_in_range(taken, 1, 10000);
	strbuf_done(&b);
}

static void change_a_byte(char *text, size_t *n, uint32_t *seed)
{
	size_t at = rnd(seed) % *n;

	if (rnd(seed) % 3 == 0) {
		text[at] = (char)rnd(seed);
	} else if (rnd(seed) % 2) {
		memmove(text + at, text + at + 1, *n - at - 1);
		(*n)--;
	} else { /* one character from elsewhere: quotes, commas, digits in the wrong place */
		text[at] = text[rnd(seed) % *n];
	}
}

/* What is read straight through is what the tree gives; most sound records are read so, and none that the tree refuses.
 */
static void both_readers_read_the_same(void **state)
{
	uint32_t seed = 20240704;
	size_t taken = 0, sound = 0;
	struct strbuf one = STRBUF_INIT, other = STRBUF_INIT;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct claims_record r = random_record(&seed), fast, tree;
		strbuf_clear(&one);
		strbuf_clear(&other);
		claims_json_encode(&r, &one);
		size_t n = one.len;
		for (uint32_t k = rnd(&seed) % 3; k > 0; k--)
			change_a_byte(one.buf, &n, &seed);
		struct span raw = arena_copy(&arena, span_of(one.buf, n));
		bool took = claims_canonical_decode(raw, SPAN_LIT("sco"), &arena, &fast);
		struct error err = ERROR_INIT;
		int e = claims_tree_decode(raw, SPAN_LIT("sco"), &arena, &tree, &err);
		if (took && e < 0)
			fail_msg("refused by the tree: %s: %.*s", err.text, SPAN_FMT(raw));
		taken += took;
		sound += e == 0;
		if (took) {
			strbuf_clear(&one);
			claims_json_encode(&fast, &one);
			claims_json_encode(&tree, &other);
			assert_string_equal(one.buf, other.buf);
			assert_true(span_eq(strbuf_span(&one), raw));
		}
		arena_reset(&arena);
	}
	print_message("%zu of %zu sound records read straight through\n", taken, sound);
	assert_true(taken > 1000);
	strbuf_done(&one);
	strbuf_done(&other);
}

static void the_key_tells_item_versions_apart(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct claims_record r = {.uri = SPAN_LIT("urn:x:1")};
	(void)state;
	claims_json_key(&r, &b);
	assert_string_equal(b.buf, "urn:x:1@@");
	strbuf_clear(&b);
	r.version = SPAN_LIT("2");
	r.versioncreated = SPAN_LIT("2024-07-04T10:00:00Z");
	claims_json_key(&r, &b);
	assert_string_equal(b.buf, "urn:x:1@2@2024-07-04T10:00:00Z");
	strbuf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_written_as_rfc_8785_has_them),
		cmocka_unit_test(refused_with_a_reason),
		cmocka_unit_test(any_record_comes_back_and_gives_the_same_bytes),
		cmocka_unit_test(damage_is_refused_or_harmless),
		cmocka_unit_test(both_readers_read_the_same),
		cmocka_unit_test(the_key_tells_item_versions_apart),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
