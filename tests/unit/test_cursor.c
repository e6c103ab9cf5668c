/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors come back as they were, and no damage to one gets through: every single changed, lost or added byte is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "feed/cursor.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cursor sample = {"scowire/sco", "0123456789abcdef0123456789abcdef", {2, 17}, 4711};

static void assert_same(const struct cursor *a, const struct cursor *b)
{
	assert_string_equal(a->feed, b->feed);
	assert_string_equal(a->event, b->event);
	assert_int_equal(feed_place_cmp(a->place, b->place), 0);
	assert_int_equal(a->offset, b->offset);
}

static void a_cursor_comes_back(void **state)
{
	static const struct cursor rows[] = {
		{"scowire/sco", "0123456789abcdef0123456789abcdef", {2, 17}, 4711},
		{"-", "-", {1, 0}, -1},
		{"x", "y", {INT64_MAX, INT64_MAX}, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf text = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct cursor got;

		cursor_format(&rows[i], &text);
		assert_int_equal(cursor_parse(strbuf_span(&text), &got, &err), 0);
		assert_same(&got, &rows[i]);
		strbuf_done(&text);
	}
}

static void assert_refused(struct span text)
{
	struct error err = ERROR_INIT;
	struct cursor got;

	assert_int_equal(cursor_parse(text, &got, &err), -EUCLEAN);
	assert_true(err.text[0] != '\0');
}

static void every_damage_is_told(void **state)
{
	struct strbuf text = STRBUF_INIT, more = STRBUF_INIT;

	(void)state;
	cursor_format(&sample, &text);
	for (size_t i = 0; i < text.len; i++) {
		assert_refused(span_sub(strbuf_span(&text), 0, i));
		for (int bit = 0; bit < 8; bit++) {
			/* Hex digits are read in either case. */
			text.buf[i] ^= (char)(1 << bit);
			if (bit != 5 || i < text.len - DIGEST_HEX - 1)
				assert_refused(strbuf_span(&text));
			text.buf[i] ^= (char)(1 << bit);
		}
	}
	strbuf_add(&more, strbuf_span(&text));
	strbuf_addch(&more, '\n');
	assert_refused(strbuf_span(&more));
	strbuf_done(&text);
	strbuf_done(&more);
}

static void words_that_do_not_fit_become_unknown(void **state)
{
	struct cursor c;

	(void)state;
	cursor_set(c.event, sizeof(c.event), SPAN_LIT("two words"));
	assert_string_equal(c.event, "-");
	cursor_set(c.event, sizeof(c.event), SPAN_NONE);
	assert_string_equal(c.event, "-");
	cursor_set(c.event, sizeof(c.event), SPAN_LIT("one"));
	assert_string_equal(c.event, "one");
}

static void a_file_is_replaced_and_read(void **state)
{
	char dir[] = "/tmp/scowire-cursor-XXXXXX", path[64];
	struct error err = ERROR_INIT;
	struct cursor got, other = sample;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/cursor", dir);
	assert_int_equal(cursor_load(path, &got, &err), -ENOENT);
	assert_int_equal(err.code, 0);
	other.place.sequence = 18;
	assert_int_equal(cursor_save(path, &sample, &err), 0);
	assert_int_equal(cursor_save(path, &other, &err), 0);
	assert_int_equal(cursor_load(path, &got, &err), 0);
	assert_same(&got, &other);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(cursor_save(path, &sample, &err), -EIO);
}

static void places_are_read(void **state)
{
	static const struct {
		const char *text;
		struct feed_place want; /* epoch 0: refused */
	} rows[] = {{"7", {3, 7}},   {"2:7", {2, 7}}, {"9223372036854775807", {3, INT64_MAX}},
		    {"0", {0, 0}},   {"-1", {0, 0}},  {"0:1", {0, 0}},
		    {"1:0", {0, 0}}, {"", {0, 0}},    {":", {0, 0}},
		    {"1:", {0, 0}},  {":1", {0, 0}},  {"1:2:3", {0, 0}},
		    {"x", {0, 0}},   {"7 ", {0, 0}},  {"99999999999999999999", {0, 0}}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct feed_place got = {0, 0};

		assert_int_equal(feed_place_parse(rows[i].text, 3, &got), rows[i].want.epoch ? 0 : -EINVAL);
		assert_int_equal(feed_place_cmp(got, rows[i].want), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cursor_comes_back),	       cmocka_unit_test(places_are_read),
		cmocka_unit_test(every_damage_is_told),	       cmocka_unit_test(words_that_do_not_fit_become_unknown),
		cmocka_unit_test(a_file_is_replaced_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
