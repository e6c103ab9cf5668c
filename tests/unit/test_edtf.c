/* SPDX-License-Identifier: Apache-2.0 */
/* EDTF dates: round trip, bounds, arithmetic. Rows after the EDTF specification's own examples where it has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "edtf/edtf.h"
#include <errno.h>

static void parse_then_format_is_the_same_text(void **state)
{
	static const char *const rows[] = {"1985-04-12",  "1985-04",	"1985",	 "0001-01-01",
					   "9999-12-31",  "2024-02-29", "1984?", "2004-06~",
					   "2004-06-11%", "201X",	"200X~"};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf d, again;
		char text[EDTF_STRLEN_MAX];
		assert_int_equal(edtf_parse(span_str(rows[i]), &d), 0);
		assert_int_equal(edtf_format(d, text), strlen(rows[i]));
		assert_string_equal(text, rows[i]);
		assert_int_equal(edtf_parse(span_str(text), &again), 0);
		assert_true(edtf_eq(d, again));
	}
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const rows[] = {
		"",	  "24",	       "2024-13",     "2024-00",   "2023-02-29", "2024-04-31", "0000",
		"2024-1", "2024-07-4", "2024-07-04 ", "2024/2025", "20XX",	 "000X",       "2024-07-04T00:00:00Z",
		"-2024",  "2024??",    "２０２４"};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf d = {.year = 7};
		assert_int_equal(edtf_parse(span_str(rows[i]), &d), -EBADMSG);
		assert_int_equal(d.year, 7);
	}
}

static void bounds_are_the_first_and_last_day(void **state)
{
	static const struct {
		const char *date, *lo, *hi;
	} rows[] = {
		{"2024-07-04", "2024-07-04", "2024-07-04"}, {"2024-02", "2024-02-01", "2024-02-29"},
		{"2023", "2023-01-01", "2023-12-31"},	    {"201X", "2010-01-01", "2019-12-31"},
		{"2023-07~", "2023-07-01", "2023-07-31"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf d;
		char lo[EDTF_STRLEN_MAX], hi[EDTF_STRLEN_MAX];
		assert_int_equal(edtf_parse(span_str(rows[i].date), &d), 0);
		edtf_format(edtf_from_day(edtf_lo(d)), lo);
		edtf_format(edtf_from_day(edtf_hi(d)), hi);
		assert_string_equal(lo, rows[i].lo);
		assert_string_equal(hi, rows[i].hi);
	}
	assert_int_equal(edtf_lo((struct edtf){0}), EDTF_DAY_MIN);
	assert_int_equal(edtf_hi((struct edtf){0}), EDTF_DAY_MAX);
}

static void what_lies_within(void **state)
{
	static const struct {
		const char *fine, *coarse;
		bool want;
	} rows[] = {{"2024-07-04", "2024-07", true}, {"2024-07", "2024", true},	       {"2024", "2024", true},
		    {"2024", "2024-07", false},	     {"2024-06-30", "2024-07", false}, {"2024-07", "2023", false}};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf fine, coarse;
		assert_int_equal(edtf_parse(span_str(rows[i].fine), &fine), 0);
		assert_int_equal(edtf_parse(span_str(rows[i].coarse), &coarse), 0);
		assert_int_equal(edtf_within(fine, coarse), rows[i].want);
		assert_true(edtf_within(fine, (struct edtf){0})); /* unset: any day */
	}
}

static void every_day_round_trips_and_weekdays_cycle(void **state)
{
	int weekday = edtf_weekday(EDTF_DAY_MIN);
	(void)state;
	assert_int_equal(edtf_day_of(1970, 1, 1), 0);
	assert_int_equal(edtf_day_of(1, 1, 1), EDTF_DAY_MIN);
	assert_int_equal(edtf_day_of(9999, 12, 31), EDTF_DAY_MAX);
	assert_int_equal(edtf_weekday(edtf_day_of(2024, 7, 4)), 3); /* a Thursday */
	for (edtf_day d = EDTF_DAY_MIN; d <= EDTF_DAY_MAX; d++) {
		struct edtf e = edtf_from_day(d);
		if (edtf_lo(e) != d || !edtf_date_exists(e.year, e.month, e.day) || edtf_weekday(d) != weekday)
			fail_msg("day %d", d);
		weekday = (weekday + 1) % 7;
	}
	assert_false(edtf_is_set(edtf_from_day(EDTF_DAY_MAX + 1)));
}

static void months_and_years_are_added_at_their_grain(void **state)
{
	static const struct {
		const char *date;
		int months;
		const char *want;
	} rows[] = {
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-07-04", 12, "2025-07-04"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2023-07", 12, "2024-07"},
		{"2023", 36, "2026"},
		{"2024-07", -7, "2023-12"},
		{"9999-12", 1, ""},
		{"0001-01", -1, ""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf d;
		char text[EDTF_STRLEN_MAX];
		assert_int_equal(edtf_parse(span_str(rows[i].date), &d), 0);
		edtf_format(edtf_add_months(d, rows[i].months), text);
		assert_string_equal(text, rows[i].want);
	}
}

static void the_date_of_a_time_is_read_as_written(void **state)
{
	static const struct {
		const char *time, *want; /* NULL: refused */
	} rows[] = {
		{"2024-07-04T10:00:00Z", "2024-07-04"},
		{"2024-07-04T23:30:00-05:00", "2024-07-04"},
		{"2024-07-04", "2024-07-04"},
		{"2024-07", "2024-07"},
		{"2024-07-04Tnoon", NULL},
		{"2024-07T10:00", NULL},
		{"yesterday", NULL},
		{"2024-02-30T00:00:00Z", NULL},
		{"2024-07-04T24:00:00Z", NULL},
		{"2024-07-04T10:00:00Zulu", NULL},
		{"2024-07-04T10:00:00.Z", NULL},
		{"2024-07-04T10:00:00+5", NULL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct edtf d;
		char text[EDTF_STRLEN_MAX];
		int r = edtf_from_rfc3339(span_str(rows[i].time), &d);
		assert_int_equal(r, rows[i].want ? 0 : -EBADMSG);
		if (rows[i].want) {
			edtf_format(d, text);
			assert_string_equal(text, rows[i].want);
		}
	}
}

static void times_are_milliseconds_with_the_zone_applied(void **state)
{
	static const struct {
		const char *time;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T05:00:00+05:00", 0},
		{"1969-12-31T19:00:00-0500", 0},
		{"1970-01-01T00:00:00.5Z", 500},
		{"1970-01-01t00:00:01.123456z", 1123},
		{"1970-01-01 00:01", 60000},
		{"1969-12-31", -86400000},
		{"2024-07-04T10:00:00Z", 1720087200000},
		{"2024-07", 1719792000000},
		{"2024", 1704067200000},
		{"2016-12-31T23:59:60Z", 1483228800000},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t ms = -1;
		if (edtf_ms_from_rfc3339(span_str(rows[i].time), &ms) < 0 || ms != rows[i].ms)
			fail_msg("%s: %lld", rows[i].time, (long long)ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_then_format_is_the_same_text),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(bounds_are_the_first_and_last_day),
		cmocka_unit_test(what_lies_within),
		cmocka_unit_test(every_day_round_trips_and_weekdays_cycle),
		cmocka_unit_test(months_and_years_are_added_at_their_grain),
		cmocka_unit_test(the_date_of_a_time_is_read_as_written),
		cmocka_unit_test(times_are_milliseconds_with_the_zone_applied),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
