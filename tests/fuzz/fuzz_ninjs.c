/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a news item: refused with a reason that has an offset inside the input, or read with texts that can be
 * quoted, whole and character by character, as bytes of what was published. */
#include "base/utf8.h"
#include "fuzz.h"
#include "ninjs/ninjs.h"
#include "ninjs/plain.h"
#include <string.h>

static void check_quotes(const struct ninjs_item *item, bool headline)
{
	struct span text = headline ? item->headline : item->body;
	struct span published = headline ? item->headline_published : item->body_published;

	for (size_t from = 0; from < text.n; from += text.n / 7 + 1) {
		size_t start = from, end = text.n;
		struct span quote = ninjs_quote(item, headline, &start, &end);

		must(start <= end && end <= published.n && quote.n == end - start);
		must(memcmp(quote.p, published.p + start, quote.n) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span raw = span_of((const char *)data, size);
	struct ninjs_item item;
	struct error err = ERROR_INIT;
	struct arena arena;

	arena_init(&arena, 64 << 20);
	int r = ninjs_parse(raw, &arena, &item, &err);
	if (r < 0) {
		must(err.code == r && err.action == ERROR_ACTION_SKIP && err.text[0]);
		must(err.offset == ERROR_NO_OFFSET || err.offset <= size);
		must(!ninjs_is_plain(raw)); /* what the gate lets pass unread is an item that would be read */
	} else {
		must(item.uri.n > 0);
		check_quotes(&item, true);
		check_quotes(&item, false);
	}
	arena_done(&arena);
	return 0;
}
