/* SPDX-License-Identifier: Apache-2.0 */
/* The extract stage on the worker, over a log in memory: what becomes a claims record, what a dead letter, what
 * nothing. The pack here knows a name and no rule: which claims are found is the extractor's matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "core/pack/pack.h"
#include "stage/extract.h"
#include "stream/memory.h"
#include "stream/worker.h"
#include <stdlib.h>

static const struct pack_file mini[] = {
	{{"pack.yaml", 9},
	 SPAN_LIT("id: mini\nversion: 1.0.0\norganisation: organisation\nslots: {presidency: {value: state}}\n"
		  "gate: [example league]\n")},
	{{"en/names.yaml", 13}, SPAN_LIT("language: en\nwords:\n  - tags: org\n    forms: [Example League]\n")},
};

enum outcome { NOTHING, CLAIMS, DEAD };

#define ITEM(more) "{\"uri\":\"u\"," more "}"
static const struct {
	const char *value;
	enum outcome outcome;
	const char *key_or_code; /* of the claims record, of the dead letter */
} rows[] = {
	/* named, also with escapes */
	{ITEM("\"headline\":\"The Example League met\""), CLAIMS, "u@@"},
	{ITEM("\"version\":\"1\",\"versioncreated\":\"2024-07-04T10:00:00Z\",\"body_text\":\"example league\""), CLAIMS,
	 "u@1@2024-07-04T10:00:00Z"},
	{ITEM("\"headline\":\"Ex\\u0061mple League\""), CLAIMS, "u@@"},
	/* not named */
	{ITEM("\"headline\":\"Grain prices rose\""), NOTHING, ""},
	{ITEM("\"version\":\"1\",\"pubstatus\":\"usable\",\"body_text\":\"Rain\""), NOTHING, ""},
	/* corrections and withdrawals of items that may have been named, however they are spelt */
	{ITEM("\"version\":\"2\",\"headline\":\"Grain prices fell\""), CLAIMS, "u@2@"},
	{ITEM("\"version\":\"\\u0032\""), CLAIMS, "u@2@"},
	{ITEM("\"versi\\u006fn\":\"3\""), CLAIMS, "u@3@"},
	{ITEM("\"pubstatus\":\"canceled\""), CLAIMS, "u@@"},
	{ITEM("\"pubStatus\":\"withheld\",\"version\":\"1\""), CLAIMS, "u@1@"},
	/* bad input, named or not */
	{"Example League", DEAD, "EBADMSG"},
	{"nothing of note", DEAD, "EBADMSG"},
	{"", DEAD, "EBADMSG"},
	{"{\"headline\":\"no identity\"}", DEAD, "EBADMSG"},
	{ITEM("\"headline\":5"), DEAD, "EBADMSG"},
	{ITEM("\"headline\":\"Gr\xff"
	      "ain\""),
	 DEAD, "EILSEQ"},
	{ITEM("\"headline\":\"\\ud800\""), DEAD, "EILSEQ"},
	{ITEM("\"headline\":\"\\u0000\""), DEAD, "EBADMSG"},
	{ITEM("\"a\":1,\"a\":2"), DEAD, "EBADMSG"},
	{ITEM("\"pubstatus\":\"perhaps\""), DEAD, "EBADMSG"},
	{"{\"uri\":\"u\"", DEAD, "EBADMSG"},
};

static struct span header(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (span_eq_str(r->headers[i].name, name))
			return r->headers[i].value;
	return SPAN_NONE;
}

static void run(struct memory_log *log)
{
	struct pack *pack CLEANUP(pack_freep) = NULL;
	struct error err = ERROR_INIT;
	struct log quiet = {.fd = -1, .level = LOG_LEVEL_ERROR};
	atomic_bool stop = false;
	struct metrics *metrics = calloc(1, sizeof(*metrics));

	if (pack_load(mini, ARRAY_SIZE(mini), &pack, &err) < 0)
		fail_msg("%s", err.text);
	struct extract *x = extract_new(pack, "mini.claims");
	struct processor p = extract_processor(x, "news.items");
	struct source *source = memory_source_new(log, "news.items");
	struct sink *sink = memory_sink_new(log);
	struct worker w = {.source = source,
			   .sink = sink,
			   .processor = &p,
			   .metrics = metrics,
			   .log = &quiet,
			   .stop = &stop,
			   .dead_letter_topic = "dlq",
			   .transaction_records = 1000,
			   .transaction_ms = 60000};
	metrics_init(metrics, "extract", "g", "news.items");
	if (worker_run(&w, &err) < 0)
		fail_msg("%s", err.text);
	source_free(source);
	sink_free(sink);
	extract_free(x);
	free(metrics);
}

static void row_by_row(void **state)
{
	struct memory_log *log = memory_log_new(NULL, 0, 0, 0);
	struct record r;
	size_t claims = 0, dead = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		r = (struct record){.topic = SPAN_LIT("news.items"),
				    .key = SPAN_LIT("k"),
				    .value = span_str(rows[i].value),
				    .timestamp = 1000 + (int64_t)i};
		assert_int_equal(memory_log_put(log, &r), (int64_t)i);
	}
	run(log);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *topic = rows[i].outcome == CLAIMS ? "mini.claims" : "dlq";
		size_t *n = rows[i].outcome == CLAIMS ? &claims : &dead;

		if (rows[i].outcome == NOTHING)
			continue;
		if (!memory_log_get(log, topic, (*n)++, &r) || r.timestamp != 1000 + (int64_t)i)
			fail_msg("%s: no record on %s", rows[i].value, topic);
		struct span said =
			rows[i].outcome == CLAIMS ? r.key : header(&r, "__connect.errors.exception.class.name");
		if (!span_eq_str(said, rows[i].key_or_code))
			fail_msg("%s: %.*s, wanted %s", rows[i].value, SPAN_FMT(said), rows[i].key_or_code);
		if (rows[i].outcome == DEAD) {
			assert_true(span_eq_str(r.value, rows[i].value)); /* unchanged */
			assert_true(header(&r, "__connect.errors.exception.message").n > 0);
		}
	}
	assert_false(memory_log_get(log, "mini.claims", claims, &r));
	assert_false(memory_log_get(log, "dlq", dead, &r));
	memory_log_free(log);
}

static void too_large_and_too_deep_are_dead_letters(void **state)
{
	struct memory_log *log = memory_log_new(NULL, 0, 0, 0);
	struct strbuf deep = STRBUF_INIT, large = STRBUF_INIT;
	struct record r = {.topic = SPAN_LIT("news.items")}, got;

	(void)state;
	strbuf_addstr(&deep, "{\"uri\":\"u\",\"x\":");
	for (int i = 0; i < 1000; i++)
		strbuf_addch(&deep, '[');
	for (int i = 0; i < 1000; i++)
		strbuf_addch(&deep, ']');
	strbuf_addch(&deep, '}');
	strbuf_addstr(&large, "{\"uri\":\"u\",\"body_text\":\"");
	while (large.len < 10 * 1000 * 1000)
		strbuf_addstr(&large, "A long body that names nobody, and goes on and on. ");
	strbuf_addstr(&large, "\"}");
	r.value = strbuf_span(&deep);
	assert_int_equal(memory_log_put(log, &r), 0);
	r.value = strbuf_span(&large);
	assert_int_equal(memory_log_put(log, &r), 1);
	run(log);
	for (size_t i = 0; i < 2; i++) {
		assert_true(memory_log_get(log, "dlq", i, &got));
		assert_true(span_eq_str(header(&got, "__connect.errors.exception.class.name"), "E2BIG"));
		assert_true(span_eq(got.value, i ? strbuf_span(&large) : strbuf_span(&deep)));
	}
	strbuf_done(&deep);
	strbuf_done(&large);
	memory_log_free(log);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(too_large_and_too_deep_are_dead_letters),
	};
	return cmocka_run_group_tests_name("extract_stage", tests, NULL, NULL);
}
