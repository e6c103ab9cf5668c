/* SPDX-License-Identifier: Apache-2.0 */
/* The changes that were published, read again: for those who follow the feed from the view. */
#include "store/private.h"
#include <errno.h>

static struct span text_at(sqlite3_stmt *s, int at)
{
	return span_of((const char *)sqlite3_column_text(s, at), (size_t)sqlite3_column_bytes(s, at));
}

int view_changes_after(struct view *v, int64_t epoch, int64_t sequence, int64_t limit,
		       int (*each)(void *ctx, const struct view_change *c, struct error *reterr), void *ctx,
		       struct error *reterr)
{
	int rc = SQLITE_DONE, r = view_take_up(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_CHANGE_AFTER, reterr) : NULL;

	if (!s)
		return r < 0 ? r : -EIO;
	bind_int(v, s, 1, epoch);
	bind_int(v, s, 2, sequence);
	bind_int(v, s, 3, limit);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW) {
		struct view_change c = {
			.epoch = sqlite3_column_int64(s, 0),
			.sequence = sqlite3_column_int64(s, 1),
			.id = text_at(s, 2),
			.slot = text_at(s, 3),
			.op = text_at(s, 4),
			.recorded = sqlite3_column_int64(s, 5),
			.causation = text_at(s, 6),
			.data = text_at(s, 7),
		};
		r = each(ctx, &c, reterr);
	}
	sqlite3_reset(s);
	if (r == 0 && rc != SQLITE_DONE)
		r = view_fail(v, "reading changes", reterr);
	return r;
}
