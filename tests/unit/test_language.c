/* SPDX-License-Identifier: Apache-2.0 */
/* Languages: tags and detection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/text/document.h"

static void tags_are_read_by_their_primary_language(void **state)
{
	static const struct {
		const char *tag;
		enum language want;
	} rows[] = {
		{"en", LANGUAGE_EN},	  {"en-GB", LANGUAGE_EN},	 {"EN_us", LANGUAGE_EN},
		{"ru", LANGUAGE_RU},	  {"ru-RU", LANGUAGE_RU},	 {"zh", LANGUAGE_ZH},
		{"zh-Hant", LANGUAGE_ZH}, {"zh-cn", LANGUAGE_ZH},	 {"", LANGUAGE_UNKNOWN},
		{"e", LANGUAGE_UNKNOWN},  {"eng", LANGUAGE_UNKNOWN},	 {"und", LANGUAGE_UNKNOWN},
		{"kk", LANGUAGE_UNKNOWN}, {"english", LANGUAGE_UNKNOWN},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(language_from_tag(span_str(rows[i].tag)), rows[i].want);
	for (int l = 0; l < LANGUAGE_MAX_; l++)
		assert_int_equal(language_from_tag(span_str(language_tag((enum language)l))), l);
	assert_string_equal(language_tag((enum language)77), "und");
}

static void text_is_told_by_script_and_function_words(void **state)
{
	static const struct {
		const char *text;
		enum language want;
	} rows[] = {
		{"The council met in the capital", LANGUAGE_EN},
		{"Talks open on transit", LANGUAGE_EN},
		{"El consejo de la organización se reunió en la capital", LANGUAGE_UNKNOWN},
		{"Der Rat trat in der Hauptstadt zusammen und tagte", LANGUAGE_UNKNOWN},
		{"Совет собрался в столице", LANGUAGE_RU},
		{"Ещё один саммит", LANGUAGE_RU},
		{"Рада зібралася в столиці, її очолює міністр", LANGUAGE_UNKNOWN},
		{"Ұйым кеңесі астанада өтті, қатысушылар көп", LANGUAGE_UNKNOWN},
		{"理事会在首都举行会议", LANGUAGE_ZH},
		{"理事會在首都舉行會議（SCO Council of Heads）", LANGUAGE_ZH},
		{"理事会は首都で会議を開いた", LANGUAGE_UNKNOWN},
		{"이사회가 수도에서 열렸다", LANGUAGE_UNKNOWN},
		{"Совет (Council of Heads) собрался, сообщает агентство News", LANGUAGE_RU},
		{"The Xinhua (新华社) agency reports from the council", LANGUAGE_EN},
		{"", LANGUAGE_UNKNOWN},
		{"2024-07-04 +++ 123", LANGUAGE_UNKNOWN},
		{"\xff\xfe\x80", LANGUAGE_UNKNOWN},
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum language got = language_detect(span_str(rows[i].text));
		if (got != rows[i].want) {
			print_error("%s: %s\n", language_tag(got), rows[i].text);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_read_by_their_primary_language),
		cmocka_unit_test(text_is_told_by_script_and_function_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
