/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a claims record: refused with a reason, or decoded so that what is encoded of it decodes to the same;
 * and what the reader of canonical records takes, the reader of any JSON takes and reads the same. */
#include "codec/claims_read.h"
#include "fuzz.h"
#include <string.h>

static void hold_against_each_other(struct span raw, struct arena *arena)
{
	struct strbuf one = STRBUF_INIT, other = STRBUF_INIT;
	struct claims_record fast, tree;

	if (claims_canonical_decode(raw, SPAN_NONE, arena, &fast)) {
		must(claims_tree_decode(raw, SPAN_NONE, arena, &tree, NULL) == 0);
		claims_json_encode(&fast, &one);
		claims_json_encode(&tree, &other);
		must(span_eq(strbuf_span(&one), strbuf_span(&other)));
		must(span_eq(strbuf_span(&one), raw));
	}
	strbuf_done(&one);
	strbuf_done(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct claims_record record, again;
	struct error err = ERROR_INIT;
	struct arena arena;

	arena_init(&arena, 64 << 20);
	hold_against_each_other(span_of((const char *)data, size), &arena);
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
