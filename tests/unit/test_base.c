/* SPDX-License-Identifier: Apache-2.0 */
/* The base room: spans, arenas, string buffers, errors, digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/strbuf.h"
#include <errno.h>
#include <stdlib.h>

static void span_find_rows(void **state)
{
	static const struct {
		const char *text, *needle;
		size_t from, want;
	} rows[] = {
		{"shanghai", "ha", 0, 1},  {"shanghai", "ha", 2, 5}, {"shanghai", "x", 0, SIZE_MAX},
		{"", "a", 0, SIZE_MAX},	   {"abc", "", 2, 2},	     {"abc", "abcd", 0, SIZE_MAX},
		{"abc", "c", 9, SIZE_MAX},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(span_find(span_str(rows[i].text), span_str(rows[i].needle), rows[i].from),
				 rows[i].want);
}

static void span_lower_bound_rows(void **state)
{
	static const struct {
		int other;
		struct span key;
	} sorted[] = {
		{7, SPAN_LIT("b")}, {7, SPAN_LIT("d")}, {7, SPAN_LIT("d")}, {7, SPAN_LIT("dd")}, {7, SPAN_LIT("x")}};
	static const struct {
		const char *key;
		size_t n, want;
	} rows[] = {{"a", 5, 0}, {"b", 5, 0}, {"c", 5, 1}, {"d", 5, 1}, {"d", 1, 1}, {"da", 5, 3},
		    {"x", 5, 4}, {"y", 5, 5}, {"x", 4, 4}, {"", 5, 0},	{"x", 0, 0}};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(span_lower_bound(rows[i].n ? sorted : NULL, rows[i].n, sizeof(sorted[0]),
						  offsetof(__typeof__(sorted[0]), key), span_str(rows[i].key)),
				 rows[i].want);
}

static void an_array_grows_and_keeps_what_it_has(void **state)
{
	uint32_t *v = NULL;
	size_t n = 0, cap = 0, grown = 0;

	(void)state;
	for (; n < 1000; n++) {
		size_t before = cap;
		assert_int_equal(array_grow(&v, n, &cap, sizeof(*v)), 0);
		assert_true(cap > n);
		grown += cap != before;
		v[n] = (uint32_t)n * 7;
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i], i * 7);
	assert_in_range(grown, 2, 10); /* by doubling, not one at a time */
	size_t had = cap;
	assert_int_equal(array_grow(&v, cap, &cap, SIZE_MAX / cap), -ENOMEM);
	assert_int_equal(cap, had);
	assert_int_equal(v[n - 1], (n - 1) * 7);
	free(v);
}

static void span_order_is_total(void **state)
{
	static const char *const sorted[] = {"", "a", "aa", "ab", "b"};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		for (size_t j = 0; j < ARRAY_SIZE(sorted); j++) {
			int c = span_cmp(span_str(sorted[i]), span_str(sorted[j]));
			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
}

static void arena_cap_is_an_ordinary_null(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a, 1024);
	assert_non_null(arena_alloc(&a, 1000));
	assert_null(arena_alloc(&a, 100));
	assert_null(arena_array(&a, SIZE_MAX / 2, 16));
	arena_reset(&a);
	char *p = arena_alloc(&a, 1024);
	assert_non_null(p);
	for (size_t i = 0; i < 1024; i++)
		assert_int_equal(p[i], 0);
	arena_done(&a);
}

static void arena_grow_keeps_items(void **state)
{
	struct arena a;
	int *v = NULL;
	size_t n = 0, cap = 0;
	(void)state;
	arena_init(&a, 0);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(arena_grow(&a, &v, n, &cap, sizeof(*v)), 0);
		v[n++] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	arena_done(&a);
}

static void strbuf_appends_and_hands_over(void **state)
{
	struct strbuf b = STRBUF_INIT;
	size_t n;
	(void)state;
	assert_string_equal(b.buf, "");
	strbuf_addstr(&b, "spell");
	strbuf_addch(&b, '/');
	strbuf_addf(&b, "%04d", 42);
	strbuf_add(&b, span_of("\0x", 2));
	assert_int_equal(b.len, 12);
	strbuf_addstr(&b, "cut off");
	strbuf_truncate(&b, 40);
	assert_int_equal(b.len, 19);
	strbuf_truncate(&b, 12);
	assert_int_equal(b.len, 12);
	char *p = strbuf_take(&b, &n);
	assert_memory_equal(p, "spell/0042\0x", 13);
	assert_int_equal(b.len, 0);
	free(p);
	strbuf_done(&b);
}

static void first_writer_of_an_error_wins(void **state)
{
	struct error e = ERROR_INIT;
	(void)state;
	assert_int_equal(error_set_at(&e, ERROR_ACTION_SKIP, -EBADMSG, 7, "month %d", 13), -EBADMSG);
	assert_int_equal(error_set(&e, ERROR_ACTION_STOP, -EIO, "later"), -EIO);
	error_prefix(&e, "claim %d", 3);
	assert_string_equal(e.text, "claim 3: month 13");
	assert_int_equal(e.action, ERROR_ACTION_SKIP);
	assert_int_equal(e.offset, 7);
	assert_string_equal(error_code_name(e.code), "EBADMSG");
	assert_int_equal(error_set(NULL, ERROR_ACTION_STOP, -EIO, "nobody listens"), -EIO);
}

static void error_text_is_cut_between_characters(void **state)
{
	char filler[ERROR_TEXT_MAX];
	(void)state;
	for (size_t pad = ERROR_TEXT_MAX - 6; pad < ERROR_TEXT_MAX; pad++) {
		struct error e = ERROR_INIT;
		memset(filler, 'a', sizeof(filler));
		filler[pad - 1] = '\0';
		error_set(&e, ERROR_ACTION_SKIP, -EBADMSG, "%s\u4e0a\n\u6d77", filler);
		size_t n = strlen(e.text);
		assert_true(n < ERROR_TEXT_MAX);
		assert_null(strchr(e.text, '\n'));
		unsigned char last = (unsigned char)e.text[n - 1];
		/* a complete three-byte character, the '?' that was a newline, or filler */
		assert_true(last == 'a' || last == '?' || (unsigned char)e.text[n - 3] == 0xE4 ||
			    (unsigned char)e.text[n - 3] == 0xE6);
	}
}

static void digest_round_trips_as_hex(void **state)
{
	char hex[DIGEST_HEX + 1];
	struct digest d = digest_of(SPAN_LIT("scowire")), back;
	(void)state;
	digest_hex(&d, hex);
	assert_int_equal(digest_from_hex(span_str(hex), &back), 0);
	assert_int_equal(digest_cmp(&d, &back), 0);
	assert_int_equal(digest_from_hex(SPAN_LIT("zz"), &back), -EBADMSG);
	struct digest none = digest_of(SPAN_NONE);
	digest_hex(&none, hex);
	/* XXH3-128 of the empty input, from the xxHash specification's test vectors */
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(span_find_rows),
		cmocka_unit_test(span_lower_bound_rows),
		cmocka_unit_test(an_array_grows_and_keeps_what_it_has),
		cmocka_unit_test(span_order_is_total),
		cmocka_unit_test(arena_cap_is_an_ordinary_null),
		cmocka_unit_test(arena_grow_keeps_items),
		cmocka_unit_test(strbuf_appends_and_hands_over),
		cmocka_unit_test(first_writer_of_an_error_wins),
		cmocka_unit_test(error_text_is_cut_between_characters),
		cmocka_unit_test(digest_round_trips_as_hex),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
