/* SPDX-License-Identifier: Apache-2.0 */
/* item.h: what a reader makes of the world: a news item as a record of `news.items`, handed on as soon as it is read.
 *
 * Owner: whoever calls item() or bad(); everything is borrowed for the call.
 */
#ifndef SCOWIRE_READERS_ITEM_H
#define SCOWIRE_READERS_ITEM_H

#include "base/arena.h"
#include "base/error.h"

#define ITEM_NO_TIME INT64_MIN
#define ITEM_BYTES_MAX ((size_t)16 * 1024 * 1024) /* of one line, one document, one answer */

struct news_item {
	struct span key;   /* the item's uri */
	struct span value; /* ninjs JSON: for ninjs input the very bytes */
	int64_t timestamp; /* ms since the epoch, from the item's own dates; ITEM_NO_TIME where it has none */
};

struct reader_out {
	/* Publishes one item. An error ends the reading. */
	int (*item)(struct reader_out *out, const struct news_item *item, struct error *reterr);

	/* What cannot be read as an item: `where` says which ("samples/x.jsonl:7"), `why` the reason; bytes is what
	 * stands there where it could be published as it is (a line of JSON), p == NULL where not. An error ends the
	 * reading. */
	int (*bad)(struct reader_out *out, const char *where, struct span bytes, const struct error *why,
		   struct error *reterr);

	struct arena *arena; /* scratch space of the readers, reset after each item */
};

/* What the user may say of items that do not say it themselves: plain texts and feeds. */
struct item_defaults {
	const char *date;     /* RFC 3339 or a date; NULL */
	const char *language; /* BCP 47; NULL */
	const char *source;   /* name of the provider; NULL */
};

#endif
