/* SPDX-License-Identifier: Apache-2.0 */
/* The table of traditional characters, and the gate on anchors that traditional print writes in another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attr.h"
#include "core/pack/fold.h"
#include "core/pack/gate.h"
#include "core/pack/han.h"

static void characters(void **state)
{
	static const struct {
		uint32_t from, to;
	} rows[] = {{0x7D44, 0x7EC4}, {0x570B, 0x56FD}, {0x5CEF, 0x5CF0}, {0x885E, 0x536B}, {0x8AAC, 0x8BF4},
		    {0x4E00, 0x4E00}, {0x9FFF, 0x9FFF}, {0x3400, 0x3400}, {'a', 'a'},	    {0x431, 0x431}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(han_simple(rows[i].from), rows[i].to);
}

/* Nothing folds twice, and the index of pages reaches all that the table holds. */
static void the_whole_table(void **state)
{
	size_t changed = 0;

	(void)state;
	for (uint32_t c = 0x3000; c < 0xB000; c++) {
		uint32_t to = han_simple(c);

		assert_int_equal(han_simple(to), to);
		changed += to != c;
		if (to != c)
			assert_true(han_has_others(to));
	}
	assert_int_equal(changed, han_size());
}

static void places_are_those_of_the_original(void **state)
{
	static const char text[] = "「上海合作組織」";
	struct arena arena;
	struct folded f;

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(fold_text(span_str(text), &arena, &f), 0);
	assert_true(span_eq_str(span_of(f.p, f.n), "\"上海合作组织\""));
	assert_int_equal(f.from[fold_position(&f, 15)], 15); /* 組 */
	assert_int_equal(f.from[f.n], sizeof(text) - 1);
	arena_done(&arena);
}

static void gate_reads_both(void **state)
{
	static const char *const raw[] = {"東協高峰會", "东协高峰会", "\\u6771\\u5354\\u9ad8\\u5cf0\\u6703"};
	struct arena arena;
	struct gate g = {.n = 0};
	struct error err = ERROR_INIT;

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(gate_make(SPAN_LIT("东协\n"), &arena, &g, &err), 0);
	hs_scratch_t *scratch = NULL;
	assert_int_equal(hs_alloc_scratch(g.db, &scratch), HS_SUCCESS);
	for (size_t i = 0; i < ARRAY_SIZE(raw); i++)
		assert_true(gate_passes(&g, scratch, span_str(raw[i])));
	hs_free_scratch(scratch);
	gate_done(&g);
	arena_done(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters),
		cmocka_unit_test(the_whole_table),
		cmocka_unit_test(places_are_those_of_the_original),
		cmocka_unit_test(gate_reads_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
