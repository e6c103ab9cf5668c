/* SPDX-License-Identifier: Apache-2.0 */
/* Differences of timelines: the law apply(diff(a, b), a) = b on random timelines, and what each operation is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "core/change/change.h"
#include <errno.h>
#include <stdlib.h>

#define SEED 20240704U
#define SPELLS 8

static uint64_t random_state = SEED;

static unsigned below(unsigned n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(random_state >> 33) % n;
}

static int by_spell(const void *a, const void *b)
{
	return spell_cmp(a, b);
}

/* A timeline of distinct spells from few values and few days, so that equal, alike and overlapping ones are common. */
static struct timeline random_timeline(struct spell v[static SPELLS], struct spell_evidence *e)
{
	static const struct span values[] = {SPAN_LIT("AA"), SPAN_LIT("BB"), SPAN_LIT("CC")};
	struct timeline t = {SPAN_LIT("presidency"), v, below(SPELLS)};

	for (size_t i = 0; i < t.n; i++) {
		edtf_day lo = (edtf_day)(i * 10 + below(10));
		v[i] = (struct spell){.value = values[below(3)],
				      .begin = {below(4) ? lo : EDTF_DAY_MIN, lo + (edtf_day)below(5)},
				      .end = {lo + 5 + (edtf_day)below(5), below(3) ? lo + 10 : EDTF_DAY_MAX},
				      .status = (enum spell_status)below(SPELL_STATUS_MAX_),
				      .inferred = below(16),
				      .items = below(4),
				      .origins = below(4),
				      .evidence = e,
				      .n_evidence = below(2)};
	}
	qsort(v, t.n, sizeof(*v), by_spell);
	return t;
}

static void assert_same(const struct timeline *a, const struct timeline *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++)
		assert_true(spell_eq(&a->v[i], &b->v[i]));
}

static void applying_a_difference_gives_the_other(void **state)
{
	struct spell_evidence e = {SPAN_LIT("urn:1"), SPAN_LIT("1"), {CLAIM_BODY, 0, 2, SPAN_LIT("it")}, SPAN_LIT("r")};
	size_t changes = 0;
	struct arena arena;

	(void)state;
	print_message("seed %u\n", SEED);
	arena_init(&arena, 0);
	for (int round = 0; round < 20000; round++) {
		struct spell v[SPELLS], w[SPELLS];
		struct timeline a = random_timeline(v, &e), b = random_timeline(w, &e), got;
		struct change_list l;
		arena_reset(&arena);
		for (size_t i = 0; i < a.n && i < b.n; i++)
			if (below(2))
				b.v[i] = a.v[i];
		qsort(b.v, b.n, sizeof(*b.v), by_spell);
		assert_int_equal(change_diff(&a, &b, &arena, &l), 0);
		assert_int_equal(change_apply(&l, &a, &arena, &got), 0);
		assert_same(&got, &b);
		assert_int_equal(change_diff(&b, &b, &arena, &l), 0);
		assert_int_equal(l.n, 0);
		changes += a.n;
	}
	assert_true(changes > 1000);
	arena_done(&arena);
}

static struct spell spell_of(const char *value, edtf_day begin, edtf_day end, enum spell_status status)
{
	return (struct spell){
		.value = span_str(value), .begin = {begin, begin}, .end = {begin, end}, .status = status, .items = 1};
}

static void operations_have_their_names(void **state)
{
	static const edtf_day open = EDTF_DAY_MAX;
	const struct {
		struct spell before, after; /* no value: none */
		const char *op;
	} rows[] = {
		{{.items = 0}, spell_of("AA", 10, open, SPELL_ESTABLISHED), "opened"},
		{{.items = 0}, spell_of("AA", 10, open, SPELL_EXPECTED), "opened"},
		{{.items = 0}, spell_of("AA", 10, open, SPELL_DISPUTED), "disputed"},
		{spell_of("AA", 10, open, SPELL_ESTABLISHED), spell_of("AA", 10, 20, SPELL_ESTABLISHED), "closed"},
		{spell_of("AA", 10, 20, SPELL_ESTABLISHED), spell_of("AA", 10, 19, SPELL_ESTABLISHED), "revised"},
		{spell_of("AA", 10, 20, SPELL_ESTABLISHED), {.items = 0}, "withdrawn"},
		{spell_of("AA", 10, open, SPELL_ESTABLISHED), spell_of("AA", 10, open, SPELL_DISPUTED), "disputed"},
		{spell_of("AA", 10, open, SPELL_DISPUTED), spell_of("AA", 10, open, SPELL_ESTABLISHED), "settled"},
		{spell_of("AA", 10, open, SPELL_EXPECTED), spell_of("AA", 10, open, SPELL_ESTABLISHED), "revised"},
	};
	struct arena arena;
	(void)state;
	arena_init(&arena, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct spell before = rows[i].before, after = rows[i].after;
		struct timeline a = {SPAN_LIT("s"), &before, before.value.n > 0},
				b = {SPAN_LIT("s"), &after, after.value.n > 0};
		struct change_list l;
		assert_int_equal(change_diff(&a, &b, &arena, &l), 0);
		assert_int_equal(l.n, 1);
		assert_string_equal(change_op_name(l.v[0].op), rows[i].op);
		assert_int_equal(change_op_from_name(span_str(rows[i].op)), l.v[0].op);
	}
	arena_done(&arena);
}

static void changes_of_another_timeline_are_refused(void **state)
{
	struct spell x = spell_of("AA", 1, 2, SPELL_ESTABLISHED), y = spell_of("BB", 1, 2, SPELL_ESTABLISHED);
	struct timeline a = {SPAN_LIT("s"), &x, 1}, none = {SPAN_LIT("s"), NULL, 0}, other = {SPAN_LIT("s"), &y, 1},
			got;
	struct change_list l;
	struct arena arena;

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(change_diff(&a, &none, &arena, &l), 0);
	assert_int_equal(change_apply(&l, &other, &arena, &got), -EBADMSG);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_a_difference_gives_the_other),
		cmocka_unit_test(operations_have_their_names),
		cmocka_unit_test(changes_of_another_timeline_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
