/* SPDX-License-Identifier: Apache-2.0 */
/* Item versions: the set that the state is a function of. */
#include "store/private.h"
#include <errno.h>

/* Appends item `id` if it is there and of that uri. */
static int add_version(struct view *v, int64_t id, struct span uri, struct arena *arena, struct view_item *items,
		       size_t *n, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_ITEM_GET, reterr);

	if (!s)
		return -EIO;
	bind_int(v, s, 1, id);
	int rc = view_step(v, s), r = 0;
	if (rc == SQLITE_ROW &&
	    span_eq(uri, span_of((const char *)sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0)))) {
		struct view_item i = {.id = id,
				      .version = column_span(s, 1, arena),
				      .versioncreated = column_span(s, 2, arena),
				      .pack = column_span(s, 3, arena),
				      .status = (enum pubstatus)sqlite3_column_int(s, 4),
				      .effective = sqlite3_column_int(s, 6) != 0};
		if (sqlite3_column_bytes(s, 5) == DIGEST_BYTES)
			memcpy(i.digest.b, sqlite3_column_blob(s, 5), DIGEST_BYTES);
		if (!i.version.p || !i.versioncreated.p || !i.pack.p)
			r = view_no_memory(v, reterr);
		else
			items[(*n)++] = i;
	} else if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		r = view_fail(v, "reading an item", reterr);
	}
	sqlite3_reset(s);
	return r;
}

int view_item_versions(struct view *v, struct span uri, struct arena *arena, struct view_item **ret, size_t *ret_n,
		       struct error *reterr)
{
	struct uri_ids ids = {0};
	size_t n = 0;
	int r = view_uri_find(v, view_uri_hash(uri), arena, &ids, reterr);
	struct view_item *items = r == 0 ? arena_array(arena, ids.n + 1, sizeof(*items)) : NULL;

	if (r == 0 && !items)
		r = view_no_memory(v, reterr);
	for (size_t i = 0; r == 0 && i < ids.n; i++)
		r = add_version(v, ids.v[i], uri, arena, items, &n, reterr);
	if (r < 0)
		return r;
	*ret = items;
	*ret_n = n;
	return 0;
}

int view_item_add(struct view *v, const struct claims_record *r, const struct digest *digest, struct span raw,
		  bool effective, int64_t *ret_id, struct error *reterr)
{
	bool first = v->last_item == 0 && !v->open_transaction && !v->building && strcmp(v->path, ":memory:") != 0;
	int rc = first ? view_build_begin(v, reterr) : 0;

	if (rc == 0)
		rc = view_touch(v, reterr);
	sqlite3_stmt *s = rc == 0 ? view_stmt(v, SQL_ITEM_ADD, reterr) : NULL;

	if (!s)
		return rc < 0 ? rc : -EIO;
	bind_int(v, s, 1, v->last_item + 1);
	bind_span(v, s, 2, r->uri);
	bind_span(v, s, 3, r->version);
	bind_span(v, s, 4, r->versioncreated);
	bind_int(v, s, 5, (int)r->status);
	bind_int(v, s, 6, effective);
	bind_span(v, s, 7, r->pack);
	bind_blob(v, s, 8, digest->b, DIGEST_BYTES);
	bind_int(v, s, 9, v->head.recorded);
	bind_span(v, s, 10, raw);
	rc = view_run(v, s, "writing an item", reterr);
	if (rc == 0)
		rc = view_uri_add(v, view_uri_hash(r->uri), v->last_item + 1, reterr);
	if (rc == 0)
		*ret_id = ++v->last_item;
	return rc;
}

int view_item_set_effective(struct view *v, int64_t id, bool effective, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_ITEM_EFFECTIVE, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, id);
	bind_int(v, s, 2, effective);
	return view_run(v, s, "writing an item", reterr);
}

int view_item_drop(struct view *v, int64_t id, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_ITEM_DROP, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, id);
	int rc = view_step(v, s);
	int64_t hash = rc == SQLITE_ROW ? view_uri_hash(span_of((const char *)sqlite3_column_text(s, 0),
								(size_t)sqlite3_column_bytes(s, 0)))
					: 0;
	sqlite3_reset(s);
	if (rc != SQLITE_ROW)
		return rc == SQLITE_DONE ? 0 : view_fail(v, "dropping an item", reterr);
	s = view_stmt(v, SQL_URI_DROP, reterr);
	if (!s)
		return -EIO;
	bind_int(v, s, 1, hash);
	bind_int(v, s, 2, id);
	return view_run(v, s, "dropping an item", reterr);
}

int view_item_raw(struct view *v, int64_t id, struct arena *arena, struct span *ret, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_ITEM_RECORD, reterr);

	if (!s)
		return -EIO;
	bind_int(v, s, 1, id);
	int rc = view_step(v, s);
	if (rc == SQLITE_ROW) {
		struct span raw = column_span(s, 0, arena);
		sqlite3_reset(s);
		if (!raw.p)
			return view_no_memory(v, reterr);
		*ret = raw;
		return 0;
	}
	sqlite3_reset(s);
	if (rc == SQLITE_DONE)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: item %lld is missing", v->path,
				 (long long)id);
	return view_fail(v, "reading an item", reterr);
}
