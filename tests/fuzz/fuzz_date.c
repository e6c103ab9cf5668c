/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes through the date parser: no crash, and what test_date.c promises of every list holds.
 * Input: one byte that chooses language and anchors, then the text. */
#include "base/attr.h"
#include "core/date/date.h"
#include "fuzz.h"

static struct edtf anchor(unsigned choice)
{
	static const char *const days[] = {"",	      "2024-02-29", "0001-01-01", "9999-12-31",
					   "2024-07", "2024",	    "202X",	  "1999-12-31"};
	struct edtf d = {0};

	if (days[choice % ARRAY_SIZE(days)][0])
		must(edtf_parse(span_str(days[choice % ARRAY_SIZE(days)]), &d) == 0);
	return d;
}

static void check(struct span text, const struct date_list *list)
{
	size_t end = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct date_expr *e = &list->v[i];
		char form[EDTF_STRLEN_MAX], whole[DATE_EDTF_MAX];
		struct edtf again = {0};
		must(e->start >= end && e->start < e->end && e->end <= text.n && e->lo <= e->hi && e->rule);
		must(!edtf_format(e->begin, form) ||
		     (edtf_parse(span_str(form), &again) == 0 && edtf_eq(again, e->begin)));
		must(!edtf_format(e->end_date, form) ||
		     (edtf_parse(span_str(form), &again) == 0 && edtf_eq(again, e->end_date)));
		must(date_expr_edtf(e, whole) < DATE_EDTF_MAX);
		end = e->end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct date_list list = {0};
	unsigned choice = size ? data[0] : 0;
	struct span text = span_of((const char *)data + (size > 0), size - (size > 0));
	const struct date_anchors anchors = {.published = anchor(choice >> 2), .reference = anchor(choice >> 5)};

	arena_init(&arena, 0);
	must(date_find(text, (enum language)(choice & 3), &anchors, &arena, &list) == 0);
	check(text, &list);
	arena_done(&arena);
	return 0;
}
