/* SPDX-License-Identifier: Apache-2.0 */
/* ninjs_is_plain() against the parser: what it calls plain, the parser accepts as a usable first version. By rows, and
 * by a hundred thousand seeded mutations of well-formed items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ninjs/ninjs.h"
#include "ninjs/plain.h"
#include <stdio.h>

static const struct {
	const char *raw;
	bool plain;
} rows[] = {
	{"{\"uri\":\"u\"}", true},
	{" { \"uri\" : \"u\" , \"version\" : \"1\" }\r\n", true},
	{"{\"uri\":\"u\",\"version\":\"\"}", true},
	{"{\"uri\":\"u\",\"pubstatus\":\"usable\",\"x\":[1,-2.5,0,true,false,null,{},[],{\"y\":\"z\"}]}", true},
	{"{\"uri\":\"u\",\"versioncreated\":\"2024-07-04T10:00:00Z\",\"body_text\":\"a\\n\\u00e9 \\\"b\\\"\"}", true},
	{"{\"uri\":\"u\",\"headlines\":[{\"value\":\"h\",\"role\":\"main\"}],\"bodies\":[]}", true},
	{"{\"uri\":\"u\",\"infosource\":[{\"name\":\"n\"}],\"standard\":{\"name\":\"ninjs\",\"version\":\"3.1\"}}",
	 true},
	{"{\"uri\":\"\xd0\xb0\",\"headline\":\"\xe4\xb8\x8a\xe6\xb5\xb7 \xf0\x9f\x98\x80\"}", true},
	{"{\"uri\":\"u\",\"a\":{\"k\":1},\"b\":{\"k\":1}}", true},

	/* corrections and withdrawals, however they are spelt */
	{"{\"uri\":\"u\",\"version\":\"2\"}", false},
	{"{\"uri\":\"u\",\"version\":\"01\"}", false},
	{"{\"uri\":\"u\",\"v\\u0065rsion\":\"2\"}", false},
	{"{\"uri\":\"u\",\"version\":\"\\u0032\"}", false},
	{"{\"uri\":\"u\",\"pubstatus\":\"canceled\"}", false},
	{"{\"uri\":\"u\",\"pubStatus\":\"withheld\"}", false},
	{"{\"uri\":\"u\",\"pub\\u0053tatus\":\"withheld\"}", false},
	{"{\"uri\":\"u\",\"pubstatus\":\"usabl\\u0065\"}", false},

	/* bad input */
	{"", false},
	{"   ", false},
	{"not json", false},
	{"[]", false},
	{"\"uri\"", false},
	{"{}", false},
	{"{\"uri\":\"\"}", false},
	{"{\"uri\":5}", false},
	{"{\"uri\":\"u\"} x", false},
	{"{\"uri\":\"u\",}", false},
	{"{\"uri\":\"u\"", false},
	{"{\"uri\":\"u\",\"uri\":\"v\"}", false},
	{"{\"uri\":\"u\",\"a\":{\"k\":1,\"k\":2}}", false},
	{"{\"uri\":\"u\",\"x\":\"\\u0000\"}", false},
	{"{\"uri\":\"u\",\"x\":\"\\ud800\"}", false},
	{"{\"uri\":\"u\",\"x\":\"\\x\"}", false},
	{"{\"uri\":\"u\",\"x\":\"a\nb\"}", false},
	{"{\"uri\":\"u\",\"x\":\"\xff\"}", false},
	{"{\"uri\":\"u\",\"x\":01}", false},
	{"{\"uri\":\"u\",\"x\":1.}", false},
	{"{\"uri\":\"u\",\"x\":+1}", false},
	{"{\"uri\":\"u\",\"x\":1e999}", false},
	{"{\"uri\":\"u\",\"x\":nul}", false},
	{"{\"uri\":\"u\",\"x\":[1,]}", false},
	{"{\"uri\":\"u\",\"version\":2}", false},
	{"{\"uri\":\"u\",\"pubstatus\":\"perhaps\"}", false},
	{"{\"uri\":\"u\",\"headline\":5}", false},
	{"{\"uri\":\"u\",\"body_text\":null}", false},
	{"{\"uri\":\"u\",\"headlines\":[{\"role\":\"main\"}]}", false},
	{"{\"uri\":\"u\",\"bodies\":[{\"value\":5}]}", false},
	{"{\"uri\":\"u\",\"bodies\":[\"text\"]}", false},
	{"{\"uri\":\"u\",\"bodies\":\"text\"}", false},
	{"{\"uri\":\"u\",\"infosource\":[{\"name\":[]}]}", false},
	{"{\"uri\":\"u\",\"versioncreated\":\"yesterday\"}", false},
};

/* The promise: true when the parser takes raw as a usable first version. */
static bool parser_agrees(struct span raw, struct error *err)
{
	struct arena arena;
	struct ninjs_item item;

	arena_init(&arena, 32 * 1024 * 1024);
	int r = ninjs_parse(raw, &arena, &item, err);
	bool ok = r == 0 && item.status == NINJS_USABLE && (item.version.n == 0 || span_eq_str(item.version, "1"));
	arena_done(&arena);
	return ok;
}

static void row_by_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span raw = span_str(rows[i].raw);
		struct error err = ERROR_INIT;

		if (ninjs_is_plain(raw) != rows[i].plain)
			fail_msg("%s: wanted %s", rows[i].raw, rows[i].plain ? "plain" : "not plain");
		if (parser_agrees(raw, &err) != rows[i].plain && rows[i].plain)
			fail_msg("%s: the parser disagrees: %s", rows[i].raw, err.text);
	}
}

static void too_deep_is_not_plain(void **state)
{
	(void)state;
	for (size_t depth = NINJS_DEPTH_MAX - 3; depth < NINJS_DEPTH_MAX + 3; depth++) {
		char raw[256];
		size_t n = (size_t)snprintf(raw, sizeof(raw), "{\"uri\":\"u\",\"x\":");
		memset(raw + n, '[', depth);
		memset(raw + n + depth, ']', depth);
		raw[n + 2 * depth] = '}';
		struct span bytes = span_of(raw, n + 2 * depth + 1);
		assert_int_equal(ninjs_is_plain(bytes), depth < NINJS_DEPTH_MAX);
		assert_true(parser_agrees(bytes, NULL) || depth >= NINJS_DEPTH_MAX);
	}
}

static const char *const seeds[] = {
	"{\"uri\":\"urn:x:1\",\"version\":\"1\",\"versioncreated\":\"2024-07-04T10:00:00Z\",\"pubstatus\":\"usable\","
	"\"language\":\"en\",\"headline\":\"A \\\"head\\\"\",\"body_text\":\"One\\ntwo \xc3\xa9\",\"n\":[1,-2.5,{\"a\":null}]}",
	"{\"uri\":\"urn:x:2\",\"standard\":{\"name\":\"ninjs\",\"version\":\"2.1\"},\"headlines\":[{\"value\":\"h\"}],"
	"\"bodies\":[{\"role\":\"main\",\"contenttype\":\"text/plain\",\"value\":\"b\"}],\"infosources\":[{\"name\":\"w\"}]}",
	"{\"uri\":\"urn:x:3\",\"versionCreated\":\"2024-07-04\",\"pubStatus\":\"usable\",\"infoSources\":[{\"name\":\"w\"}],"
	"\"bodies\":[{\"contentType\":\"text/html\",\"value\":\"<p>\\u00e9</p>\"}],\"x\":true}",
};

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void plain_is_accepted_whatever_the_bytes(void **state)
{
	static const char alphabet[] = "\"\\{}[]:,0123456789.eE+-utrnfal/ \n\t\x01\xc3\xa9\xed\xa0\x80\xf4";
	uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
	size_t plain = 0, refused = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		char raw[512];
		size_t n = strlen(seeds[round % ARRAY_SIZE(seeds)]);
		memcpy(raw, seeds[round % ARRAY_SIZE(seeds)], n);
		for (uint64_t k = next(&random) % 3; k <= 2; k++) {
			size_t at = next(&random) % n, from = next(&random) % n;
			switch (next(&random) % 4) {
			case 0:
				raw[at] = alphabet[next(&random) % (sizeof(alphabet) - 1)];
				break;
			case 1: /* without a byte */
				memmove(raw + at, raw + at + 1, n - at - 1);
				n--;
				break;
			case 2: /* a piece twice */
				if (n + 8 < sizeof(raw) && from + 8 < n) {
					memmove(raw + at + 8, raw + at, n - at);
					memmove(raw + at, seeds[round % ARRAY_SIZE(seeds)] + from % 100, 8);
					n += 8;
				}
				break;
			default:
				raw[at] = raw[from];
			}
		}
		struct error err = ERROR_INIT;
		struct span bytes = span_of(raw, n);
		bool is_plain = ninjs_is_plain(bytes);
		plain += is_plain;
		if (is_plain && !parser_agrees(bytes, &err))
			fail_msg("called plain, but %s: %.*s", err.code ? err.text : "not a first version", (int)n,
				 raw);
		refused += !is_plain;
	}
	assert_true(plain > 5000 && refused > 5000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(too_deep_is_not_plain),
		cmocka_unit_test(plain_is_accepted_whatever_the_bytes),
	};
	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
