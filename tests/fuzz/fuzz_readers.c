/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a feed and as a plain text: told to be none, or items of which each is a news item that its own uri
 * keys. */
#include "fuzz.h"
#include "ninjs/ninjs.h"
#include "readers/feed.h"
#include "readers/plain.h"

static int on_item(struct reader_out *out, const struct news_item *item, struct error *reterr)
{
	struct ninjs_item read;
	struct arena arena;
	(void)out;
	(void)reterr;
	arena_init(&arena, 0);
	must(ninjs_parse(item->value, &arena, &read, NULL) == 0);
	must(span_eq(read.uri, item->key));
	must((item->timestamp != ITEM_NO_TIME) == (read.versioncreated.n > 0));
	arena_done(&arena);
	return 0;
}

static int on_bad(struct reader_out *out, const char *where, struct span bytes, const struct error *why,
		  struct error *reterr)
{
	(void)out;
	(void)bytes;
	(void)reterr;
	must(where && why->code < 0 && why->text[0]);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct item_defaults none = {NULL, NULL, NULL};
	struct span input = span_of((const char *)data, size);
	struct arena arena;
	struct reader_out out = {on_item, on_bad, &arena};

	if (size > NINJS_SIZE_MAX / 8)
		return 0; /* escapes may make an item too large, which the pipeline tells */
	arena_init(&arena, 0);
	must(feed_read(input, "feed", &none, &out, NULL) == 0);
	must(plain_read(input, "text", &none, &out, NULL) == 0);
	arena_done(&arena);
	return 0;
}
