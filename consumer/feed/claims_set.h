/* SPDX-License-Identifier: Apache-2.0 */
/* claims_set.h: a claims log as the set that it stands for: the newest record of each item version. For replays.
 *
 * Add records in the order of the log, then seal; after that entries stand sorted by key and can be looked up. Keys,
 * values and times are copied. What the set holds is its memory: some kilobytes for each item that claims something.
 */
#ifndef SCOWIRE_FEED_CLAIMS_SET_H
#define SCOWIRE_FEED_CLAIMS_SET_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/span.h"

struct claims_entry {
	struct span key;
	struct span value; /* p == NULL: known to say nothing; only in a set that is to replace another */
	int64_t timestamp;
	size_t order; /* private */
};

struct claims_set {
	struct arena arena;
	struct claims_entry *v;
	size_t n, cap;
};

void claims_set_init(struct claims_set *s);
void claims_set_done(struct claims_set *s);

/* -ENOMEM. */
int claims_set_add(struct claims_set *s, struct span key, struct span value, int64_t timestamp) MUST_CHECK;
/* Keeps the newest of each key, and with drop_empty only those that have a value. */
void claims_set_seal(struct claims_set *s, bool drop_empty);

/* Of a sealed set. NULL where there is none. */
const struct claims_entry *claims_set_find(const struct claims_set *s, struct span key);
/* Does it hold any version of the item? */
bool claims_set_has_uri(const struct claims_set *s, struct span uri);

/* What changes when `fresh` (sealed, with empty values) takes the place of what it names in `live` (sealed): `each` is
 * called by key with both values where they differ in more than the pack's version; NULL for none. A negative return of
 * `each` ends the walk and is returned. */
int claims_set_compare(const struct claims_set *live, const struct claims_set *fresh,
		       int (*each)(void *ctx, struct span key, const struct claims_entry *was,
				   const struct claims_entry *now),
		       void *ctx) MUST_CHECK;

/* Are two values of sco.claims the same but for the pack's version? */
bool claims_same(struct span a, struct span b);

#endif
