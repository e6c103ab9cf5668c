/* SPDX-License-Identifier: Apache-2.0 */
/* What travels: records of sco.state and sco.changes as the codecs write them come back as they were; an exported
 * snapshot too, and no damage to it gets through; what a filter lets pass; what people are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feed/records.h"
#include "feed/snapshot_file.h"
#include <errno.h>

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

static edtf_day day(int year, int month, int d)
{
	return edtf_day_of(year, month, d);
}

static const struct spell_evidence quote = {
	.uri = SPAN_LIT("urn:item:1"), .quote = {CLAIM_BODY, 0, 5, SPAN_LIT("a\nb \"")}, .rule = SPAN_LIT("rule")};

static struct spell spell_of(const char *value, edtf_day begin, edtf_day end, enum spell_status status)
{
	return (struct spell){.value = span_str(value),
			      .begin = {begin, begin},
			      .end = {end, EDTF_DAY_MAX},
			      .status = status,
			      .items = 2,
			      .origins = 1,
			      .evidence = &quote,
			      .n_evidence = 1};
}

/* The event as the fold would publish it. */
static struct record record_of(struct change_event *e)
{
	struct strbuf data = STRBUF_INIT, scratch = STRBUF_INIT;
	struct record_header *headers = arena_array(&arena, CHANGE_HEADERS_MAX, sizeof(*headers));

	assert_non_null(headers);
	change_json_data(e, &data);
	change_json_identify(e, strbuf_span(&data), &scratch);
	int n = change_json_headers(e, &arena, headers);
	assert_in_range(n, 8, CHANGE_HEADERS_MAX);
	struct record r = {.value = arena_copy(&arena, strbuf_span(&data)), .headers = headers, .n_headers = (size_t)n};
	strbuf_done(&data);
	strbuf_done(&scratch);
	return r;
}

static struct change_event event_of(const struct spell *before, const struct spell *after, enum change_op op)
{
	return (struct change_event){.slot = SPAN_LIT("membership/BY"),
				     .change = {op, before, after, SIZE_MAX, SIZE_MAX},
				     .reason = CHANGE_ASSERT,
				     .uri = SPAN_LIT("urn:item:1"),
				     .version = SPAN_LIT("2"),
				     .causation = SPAN_LIT("urn:item:1@2@"),
				     .source = SPAN_LIT("urn:scowire:sco"),
				     .epoch = 3,
				     .sequence = 41,
				     .recorded = 1720000000123};
}

static void an_event_comes_back(void **state)
{
	struct spell a = spell_of("observer", day(2015, 7, 10), day(2024, 7, 4), SPELL_ESTABLISHED);
	struct spell b = spell_of("member", day(2024, 7, 4), EDTF_DAY_MIN, SPELL_DISPUTED);
	const struct {
		const struct spell *before, *after;
		enum change_op op;
	} rows[] = {{NULL, &b, CHANGE_OPENED}, {&a, NULL, CHANGE_WITHDRAWN}, {&a, &b, CHANGE_DISPUTED}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct change_event e = event_of(rows[i].before, rows[i].after, rows[i].op);
		struct record r = record_of(&e);
		struct feed_change got = {0};
		struct error err = ERROR_INIT;

		assert_int_equal(feed_read_change(&r, &arena, &got, &err), 0);
		assert_int_equal(got.event.place.epoch, 3);
		assert_int_equal(got.event.place.sequence, 41);
		assert_int_equal(got.event.recorded, e.recorded);
		assert_int_equal(got.read.event.change.op, rows[i].op);
		assert_string_equal(got.read.event.id, e.id);
		assert_true(span_eq(got.read.event.causation, e.causation));
		assert_true((got.event.before != NULL) == (rows[i].before != NULL));
		assert_true(!rows[i].before || spell_eq(got.read.event.change.before, rows[i].before));
		assert_true(!rows[i].after || spell_eq(got.read.event.change.after, rows[i].after));
		/* Writing what was read gives the same bytes. */
		struct record again = record_of(&got.read.event);
		assert_true(span_eq(again.value, r.value));
	}
}

static void an_event_that_is_none_is_refused(void **state)
{
	struct spell b = spell_of("member", day(2024, 7, 4), EDTF_DAY_MIN, SPELL_DISPUTED);
	struct change_event e = event_of(NULL, &b, CHANGE_OPENED);
	struct record r = record_of(&e), broken = r;
	struct feed_change got;

	(void)state;
	/* Without each header that it needs; and with a value that is cut off anywhere. */
	for (size_t i = 0; i < r.n_headers; i++) {
		static const char *const optional[] = {"ce_causationid", "ce_subject", "ce_time", "content-type"};
		struct record_header copy[CHANGE_HEADERS_MAX];
		struct error err = ERROR_INIT;
		bool needed = true;
		for (size_t k = 0; k < ARRAY_SIZE(optional); k++)
			needed &= !span_eq_str(r.headers[i].name, optional[k]);
		memcpy(copy, r.headers, r.n_headers * sizeof(copy[0]));
		copy[i].name = SPAN_LIT("other");
		broken.headers = copy;
		assert_int_equal(feed_read_change(&broken, &arena, &got, &err), needed ? -EBADMSG : 0);
	}
	broken = r;
	for (size_t n = 0; n < r.value.n; n++) {
		struct error err = ERROR_INIT;
		broken.value = span_sub(r.value, 0, n);
		assert_true(feed_read_change(&broken, &arena, &got, &err) < 0);
		assert_true(err.text[0] != '\0');
	}
}

/* Two slots, one of them emptied. */
static struct follower *sample(void)
{
	struct spell spells[] = {spell_of("KZ", day(2023, 7, 4), day(2024, 7, 4), SPELL_ESTABLISHED),
				 spell_of("CN", day(2024, 7, 4), day(2024, 7, 4), SPELL_ESTABLISHED)};
	struct state_record records[] = {
		{{SPAN_LIT("presidency"), spells, 2}, 2, 17, 1720000000000},
		{{SPAN_LIT("summit"), NULL, 0}, 2, 9, 1720000000000},
	};
	struct follower *f = follower_new();

	assert_non_null(f);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		struct strbuf value = STRBUF_INIT, again = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct feed_slot slot;
		state_json_encode(&records[i], &value);
		assert_int_equal(feed_read_state(strbuf_span(&value), &arena, &slot, &err), 0);
		assert_int_equal(follower_snapshot(f, &slot), 0);
		/* The lines of a snapshot are the records' values, byte for byte. */
		feed_json_slot(&slot, &again);
		assert_string_equal(again.buf, value.buf);
		strbuf_done(&value);
		strbuf_done(&again);
	}
	follower_begin(f);
	return f;
}

static void an_export_comes_back_and_no_damage_gets_through(void **state)
{
	struct follower *f = sample(), *g = follower_new();
	struct cursor at = {.feed = "urn:scowire:sco", .event = "-", .offset = 4711}, got;
	struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	snapshot_file_format(f, &at, &text);
	assert_int_equal(snapshot_file_parse(strbuf_span(&text), g, &got, &err), 0);
	assert_string_equal(got.feed, at.feed);
	assert_int_equal(got.offset, 4711);
	assert_int_equal(got.place.sequence, 17);
	snapshot_file_format(g, &got, &again);
	assert_string_equal(again.buf, text.buf);
	size_t head = span_find(strbuf_span(&text), SPAN_LIT("\n"), 0);
	for (size_t i = 0; i < text.len; i++) {
		struct error why = ERROR_INIT;
		char was = text.buf[i];
		if (i > head) { /* in the first line a changed feed or offset is another valid file */
			text.buf[i] ^= 1;
			assert_int_equal(snapshot_file_parse(strbuf_span(&text), g, &got, &why), -EUCLEAN);
			text.buf[i] = was;
		}
		why = ERROR_INIT;
		assert_int_equal(snapshot_file_parse(span_sub(strbuf_span(&text), 0, i), g, &got, &why), -EUCLEAN);
		assert_true(why.text[0] != '\0');
	}
	strbuf_done(&text);
	strbuf_done(&again);
	follower_free(f);
	follower_free(g);
}

static void a_filter_lets_pass_what_it_names(void **state)
{
	static const struct {
		struct feed_filter filter;
		bool want;
	} rows[] = {
		{{NULL, NULL, NULL}, true},
		{{"membership/BY", NULL, NULL}, true},
		{{"membership", NULL, NULL}, true},
		{{"presidency, membership/BY", NULL, NULL}, true},
		{{"membership/B", NULL, NULL}, false},
		{{"presidency", NULL, NULL}, false},
		{{NULL, "membership", NULL}, true},
		{{NULL, "membership/BY", NULL}, false},
		{{NULL, NULL, "disputed"}, true},
		{{NULL, NULL, "established"}, true}, /* it was */
		{{NULL, NULL, "expected,unconfirmed"}, false},
		{{"membership", "summit", NULL}, false},
	};
	struct spell a = spell_of("observer", day(2015, 7, 10), day(2024, 7, 4), SPELL_ESTABLISHED);
	struct spell b = spell_of("member", day(2024, 7, 4), EDTF_DAY_MIN, SPELL_DISPUTED);
	struct change_event e = event_of(&a, &b, CHANGE_DISPUTED);
	struct record r = record_of(&e);
	struct feed_change c = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(feed_read_change(&r, &arena, &c, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(feed_filter_change(&rows[i].filter, &c), rows[i].want);
	assert_int_equal(feed_filter_check(&(struct feed_filter){NULL, NULL, "disputed, expected"}, NULL), 0);
	assert_int_equal(feed_filter_check(&(struct feed_filter){NULL, NULL, "certain"}, NULL), -EINVAL);
}

static void people_get_one_line(void **state)
{
	struct spell b = spell_of("member", day(2024, 7, 4), EDTF_DAY_MIN, SPELL_ESTABLISHED);
	struct change_event e = event_of(NULL, &b, CHANGE_OPENED);
	struct strbuf line = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct feed_change c = {0};

	b.begin.lo = day(2024, 7, 1);
	b.begin.hi = day(2024, 7, 31);
	struct record r = record_of(&e);
	(void)state;
	assert_int_equal(feed_read_change(&r, &arena, &c, &err), 0);
	strbuf_addstr(&line, "the line before\n");
	feed_line_change(&c, &line);
	assert_string_equal(
		line.buf,
		"the line before\n"
		"    41  opened    membership/BY      member  2024-07 .. ?  established, 2 items of 1 origin  "
		"\"a b \"\"  (assert, urn:item:1)");
	strbuf_done(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_event_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(an_event_that_is_none_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_comes_back_and_no_damage_gets_through, setup, teardown),
		cmocka_unit_test_setup_teardown(a_filter_lets_pass_what_it_names, setup, teardown),
		cmocka_unit_test_setup_teardown(people_get_one_line, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
