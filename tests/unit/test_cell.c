/* SPDX-License-Identifier: Apache-2.0 */
/* How strong a statement is: cell_weight() by rows and by its properties, and a ledger, kept claim by claim, that comes
 * to the same whatever went in and out on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/history.h"
#include "base/attr.h"
#include "core/timeline/ledger.h"
#include <string.h>

static uint64_t hash_of(uint64_t n)
{
	return history_random(&(uint64_t){n * UINT64_C(0x9E3779B97F4A7C15) + 1});
}

static struct sketch texts_of(uint64_t n)
{
	struct sketch s = {0};

	for (uint64_t i = 0; i < n; i++)
		sketch_add(&s, hash_of(i));
	return s;
}

/* As many sources of one weight as say it equally often; `texts` are enough where 0. */
struct group {
	uint32_t sources, times, weight;
};

static uint32_t weight_of(const struct group *groups, size_t n, uint64_t texts)
{
	struct cell_source v[64];
	struct sketch t;
	uint32_t k = 0;

	for (size_t g = 0; g < n; g++)
		for (uint32_t i = 0; i < groups[g].sources; i++) {
			v[k] = (struct cell_source){k, groups[g].times, groups[g].weight};
			k++;
		}
	t = texts_of(texts ? texts : 100000);
	return cell_weight(v, k, &t);
}

static void weights(void **state)
{
	static const struct {
		const char *what;
		struct group v[3];
		uint64_t texts;
		uint32_t weight;
	} rows[] = {
		{"nobody", {{0}}, 0, 0},
		{"one source", {{1, 1, CELL_ORIGIN}}, 0, CELL_ORIGIN},
		{"one stubborn source", {{1, 1000, CELL_ORIGIN}}, 0, CELL_ORIGIN},
		{"seven sources, a thousand times each", {{7, 1000, CELL_ORIGIN}}, 0, 7 * CELL_ORIGIN},
		{"eight copies of one text", {{8, 1, CELL_ORIGIN}}, 1, CELL_ORIGIN},
		{"eight copies of two texts", {{8, 1, CELL_ORIGIN}}, 2, 2 * CELL_ORIGIN},
		{"three sources, one text each, a light one", {{2, 1, CELL_ORIGIN}, {1, 1, 4}}, 3, 36},
		{"eight sources", {{8, 1, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL},
		{"twenty sources", {{20, 1, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL},
		{"seven sources often and one once", {{7, 64, CELL_ORIGIN}, {1, 1, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL},
		{"seven often and one twice",
		 {{7, 64, CELL_ORIGIN}, {1, 2, CELL_ORIGIN}},
		 0,
		 CELL_WEIGHT_FULL + CELL_GROWTH},
		{"four of double weight, twice", {{4, 2, 2 * CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL + CELL_GROWTH},
		{"eight, three times", {{8, 3, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL + CELL_GROWTH * 6 / 4},
		{"eight, nine times", {{8, 9, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL + CELL_GROWTH * 3},
		{"eight, ten times", {{8, 10, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL + CELL_GROWTH * 13 / 4},
		{"eight, a thousand times", {{8, 1024, CELL_ORIGIN}}, 0, CELL_WEIGHT_FULL + CELL_GROWTH * 10},
		{"eight texts, each sent a thousand times", {{8, 1000, CELL_ORIGIN}}, 8, CELL_WEIGHT_FULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t got = weight_of(rows[i].v, ARRAY_SIZE(rows[i].v), rows[i].texts);
		if (got != rows[i].weight)
			print_error("%s: %u, not %u\n", rows[i].what, got, rows[i].weight);
		assert_int_equal(got, rows[i].weight);
	}
}

/* A full sketch tells about how many there are; what was counted twice does not count. */
static void counts(void **state)
{
	struct sketch s = {0};

	(void)state;
	for (uint64_t n = 1; n <= 100000; n++) {
		sketch_add(&s, hash_of(n));
		sketch_add(&s, hash_of(n / 2 + 1));
		uint64_t about = sketch_count(&s);
		if (n < SPELL_SUPPORT_MAX)
			assert_int_equal(about, n);
		assert_true(about >= (n < SPELL_SUPPORT_MAX ? n : SPELL_SUPPORT_MAX));
		if (n >= 64)
			assert_true(about > n / 8 && about < n * 8);
	}
}

static struct ledger_claim claim_of(uint64_t n, uint64_t sources)
{
	return (struct ledger_claim){.source = hash_of(n) % sources,
				     .text = hash_of(n / 9 * 8 + n % 9 % 8), /* every ninth is a copy */
				     .weight = CELL_ORIGIN,
				     .first = EDTF_DAY_MAX,
				     .last = EDTF_DAY_MIN,
				     .ref = {.published = 12000, .key = hash_of(n + 7)}};
}

static struct ledger_cell *one_cell(struct ledger *l)
{
	struct cell statement = {.value = SPAN_LIT("member")};
	struct ledger_cell *c = ledger_cell(l, &statement);

	assert_non_null(c);
	return c;
}

/* What the resolver sees of a statement changes some dozens of times while fifty thousand claims come, not with each.
 */
static void growth_is_slow(void **state)
{
	struct ledger l = {0};
	struct ledger_cell *c = one_cell(&l);
	uint32_t seen = 0;

	(void)state;
	for (uint64_t n = 0; n < 50000; n++) {
		struct ledger_claim k = claim_of(n, 24);
		seen += ledger_add(c, &k) == 1;
	}
	assert_true(c->cell.weight > CELL_WEIGHT_FULL + 8 * CELL_GROWTH);
	assert_true(seen < 150);
	ledger_done(&l);
}

#define CLAIMS 3000

/* Puts in what is in[], from the last to the first. */
static void check(const struct ledger_cell *c, const bool *in, uint64_t sources)
{
	struct ledger l = {0};
	struct ledger_cell *fresh = one_cell(&l);

	for (uint64_t n = CLAIMS; n-- > 0;) {
		struct ledger_claim k = claim_of(n, sources);
		if (in[n])
			assert_true(ledger_add(fresh, &k) >= 0);
	}
	assert_int_equal(fresh->cell.weight, c->cell.weight);
	assert_true(cell_seen_eq(&fresh->cell, &c->cell));
	assert_int_equal(fresh->n_claims, c->n_claims);
	ledger_done(&l);
}

static void take_out(struct ledger_cell *c, bool *in, uint64_t n, uint64_t sources)
{
	static struct ledger_claim left[CLAIMS];
	struct ledger_claim k = claim_of(n, sources);
	size_t n_left = 0;

	in[n] = false;
	if (ledger_remove(c, &k) != 2)
		return;
	for (uint64_t i = 0; i < CLAIMS; i++)
		if (in[i])
			left[n_left++] = claim_of(i, sources);
	assert_true(ledger_rebuild(c, left, n_left) >= 0);
}

/* Withdrawn is as never said: claims come and go, and the cell is that of those which are in. */
static void comes_to_the_same(void **state)
{
	static const uint64_t sources[] = {3, 9, 40};
	static bool in[CLAIMS];
	uint64_t random = 20240704;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		struct ledger l = {0};
		struct ledger_cell *c = one_cell(&l);
		memset(in, 0, sizeof(in));
		for (uint64_t n = 0; n < CLAIMS; n++) {
			struct ledger_claim k = claim_of(n, sources[i]);
			uint64_t other = history_random(&random) % (n + 1);
			assert_true(ledger_add(c, &k) >= 0);
			in[n] = true;
			if (history_random(&random) % 3 == 0 && in[other])
				take_out(c, in, other, sources[i]);
			if (n % 300 == 0)
				check(c, in, sources[i]);
		}
		for (uint64_t n = CLAIMS; n-- > 0;) {
			if (in[n])
				take_out(c, in, n, sources[i]);
			if (n % 300 == 0)
				check(c, in, sources[i]);
		}
		assert_int_equal(c->cell.weight, 0);
		ledger_done(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(weights), cmocka_unit_test(counts),
					   cmocka_unit_test(growth_is_slow), cmocka_unit_test(comes_to_the_same)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
