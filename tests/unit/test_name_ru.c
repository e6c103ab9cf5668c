/* SPDX-License-Identifier: Apache-2.0 */
/* Russian names: their cases, and their Latin spelling from any case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/text/name_ru.h"

static const struct {
	const char *name, *latin;
	unsigned cases;
} rows[] = {
	{"Абдул Рахимов", "Abdul Rakhimov", NAME_NOM},
	{"Абдула Рахимова", "Abdul Rakhimov", NAME_GEN | NAME_ACC},
	{"Абдулу Рахимову", "Abdul Rakhimov", NAME_DAT},
	{"Абдулом Рахимовым", "Abdul Rakhimov", NAME_INS},
	{"Рахимову", "Rakhimov", NAME_DAT},
	{"Батом Доржем", "Bat Dorzh", NAME_INS},
	{"Петра Сидоренко", "Petr Sidorenko", NAME_GEN | NAME_ACC},
	{"Петру Сидоренко", "Petr Sidorenko", NAME_DAT},
	{"Петром Сидоренко", "Petr Sidorenko", NAME_INS},
	{"Дмитрия Чайковского", "Dmitry Chaykovsky", NAME_GEN | NAME_ACC},
	{"Касым-Жомарту Ермекову", "Kasym-Zhomart Yermekov", NAME_DAT},
	{"Рама Чандры", "Ram Chandra", NAME_GEN},
	{"Рама Чандру", "Ram Chandra", NAME_ACC},
	{"Рам Чандра", "Ram Chandra", 0},
	{"Бат Эрдэнэ", "Bat Erdene", NAME_NOM},
	{"Бата Эрдэнэ", "Bat Erdene", NAME_GEN | NAME_ACC},
	{"Ли Сюэцинь", "Li Xueqin", NAME_NOM},
	{"Ли Сюэциня", "Li Xueqin", 0},
	{"Чжоу Дэгуаном", "Zhou Deguang", NAME_INS},
	{"Чжоу Мину", "Zhou Ming", NAME_DAT},
	{"Ван Го", "Wang Guo", NAME_NOM},
	{"Хэ Шо", "He Shuo", 0},
	{"Цзян Цзэминь", "Jiang Zemin", NAME_NOM},
	{"Джумахон Юсуфзода", "Jumakhon Yusufzoda", 0},
	{"А. Рахимова", "A. Rakhimov", NAME_GEN | NAME_ACC},
	{"John Smith", "John Smith", 0},
	{"", "", 0},
};

static void a_name_is_spelled_from_any_case(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span got = name_ru_latin(span_str(rows[i].name), &arena);

		assert_non_null(got.p);
		if (!span_eq_str(got, rows[i].latin))
			fail_msg("%s: %.*s, expected %s", rows[i].name, SPAN_FMT(got), rows[i].latin);
	}
	arena_done(&arena);
}

static void endings_tell_the_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (name_ru_cases(span_str(rows[i].name)) != rows[i].cases)
			fail_msg("%s: cases %#x, expected %#x", rows[i].name, name_ru_cases(span_str(rows[i].name)),
				 rows[i].cases);
}

static void any_bytes_do(void **state)
{
	struct arena arena;
	char text[4 * 64];

	(void)state;
	arena_init(&arena, 1 << 20);
	for (unsigned c = 0x400; c < 0x4ff; c++)
		for (size_t n = 1; n <= 60; n += 7) {
			for (size_t i = 0; i < n; i++) {
				text[2 * i] = (char)(0xc0 | c >> 6);
				text[2 * i + 1] = (char)(0x80 | (c & 0x3f));
			}
			assert_non_null(name_ru_latin(span_of(text, 2 * n), &arena).p);
			(void)name_ru_cases(span_of(text, 2 * n));
		}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_spelled_from_any_case),
		cmocka_unit_test(endings_tell_the_case),
		cmocka_unit_test(any_bytes_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
