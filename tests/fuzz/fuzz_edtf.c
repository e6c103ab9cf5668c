/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a date: refused, or read so that its canonical form reads to the same date, whose days are in order. */
#include "edtf/edtf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct edtf d, again;
	char form[EDTF_STRLEN_MAX];
	int64_t ms;

	if (edtf_parse(text, &d) == 0) {
		size_t n = edtf_format(d, form);
		must(n < EDTF_STRLEN_MAX);
		must(edtf_parse(span_of(form, n), &again) == 0 && edtf_eq(d, again));
	}
	if (edtf_ms_from_rfc3339(text, &ms) == 0)
		must(edtf_from_rfc3339(text, &d) == 0);
	return 0;
}
