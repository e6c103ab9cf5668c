/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a claims record: refused with a reason, or decoded so that what is encoded of it decodes to the same. */
#include "codec/claims_json.h"
#include "fuzz.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct claims_record record, again;
	struct error err = ERROR_INIT;
	struct arena arena;

	arena_init(&arena, 64 << 20);
	int r = claims_json_decode(span_of((const char *)data, size), SPAN_NONE, &arena, &record, &err);
	if (r < 0) {
		must(err.code == r && err.text[0]);
	} else {
		claims_json_encode(&record, &once);
		must(claims_json_decode(strbuf_span(&once), SPAN_NONE, &arena, &again, NULL) == 0);
		claims_json_encode(&again, &twice);
		must(span_eq(strbuf_span(&once), strbuf_span(&twice)));
	}
	strbuf_done(&once);
	strbuf_done(&twice);
	arena_done(&arena);
	return 0;
}
