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

/* Many items of few years: statements that all sources make again and again. */
static void make(struct arena *a, uint64_t seed, size_t items, int years, struct history *h)
{
	struct history_options o = {.seed = seed,
				    .years = years,
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
			make(&a, random + round, 24, 12, &h);
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
		make(&a, random, round % 4 ? 150 : 900, round % 4 ? 12 : 1, &h);
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
		make(&a, random, round % 6 ? 50 : 600, round % 6 ? 12 : 1, &h);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_and_repetition_gives_the_same_state),
		cmocka_unit_test(batches_aborts_and_crashes_do_not_show),
		cmocka_unit_test(withdrawn_is_as_if_it_had_never_been),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
