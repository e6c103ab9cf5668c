/* SPDX-License-Identifier: Apache-2.0 */
/* Items and claims: the set that the state is a function of. */
#include "store/private.h"
#include <errno.h>

static int64_t hash_of(struct span uri)
{
	struct digest d = digest_of(uri);
	int64_t h;

	memcpy(&h, d.b, sizeof(h));
	return h;
}

static int no_memory(struct view *v, struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", v->path);
}

int view_item_versions(struct view *v, struct span uri, struct arena *arena, struct view_item **ret, size_t *ret_n,
		       struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_ITEM_BY_URI, reterr);
	struct view_item *items = NULL;
	size_t n = 0, cap = 0;
	int rc;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, hash_of(uri));
	bind_span(v, s, 2, uri);
	while ((rc = view_step(v, s)) == SQLITE_ROW) {
		struct view_item i = {.id = sqlite3_column_int64(s, 0),
				      .version = column_span(s, 1, arena),
				      .versioncreated = column_span(s, 2, arena),
				      .pack = column_span(s, 3, arena),
				      .status = (enum pubstatus)sqlite3_column_int(s, 4),
				      .effective = sqlite3_column_int(s, 6) != 0};
		if (arena_grow(arena, &items, n, &cap, sizeof(*items)) < 0 || !i.version.p || !i.pack.p) {
			sqlite3_reset(s);
			return no_memory(v, reterr);
		}
		if (sqlite3_column_bytes(s, 5) == DIGEST_BYTES)
			memcpy(i.digest.b, sqlite3_column_blob(s, 5), DIGEST_BYTES);
		items[n++] = i;
	}
	sqlite3_reset(s);
	if (rc != SQLITE_DONE)
		return view_fail(v, "reading an item", reterr);
	*ret = items;
	*ret_n = n;
	return 0;
}

int view_item_add(struct view *v, const struct claims_record *r, const struct digest *digest, struct span raw,
		  bool effective, int64_t *ret_id, struct error *reterr)
{
	int rc = view_touch(v, reterr);
	sqlite3_stmt *s = rc == 0 ? view_stmt(v, SQL_ITEM_ADD, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, hash_of(r->uri));
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
		*ret_id = sqlite3_last_insert_rowid(v->db);
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
			return no_memory(v, reterr);
		*ret = raw;
		return 0;
	}
	sqlite3_reset(s);
	if (rc == SQLITE_DONE)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: item %lld is missing", v->path,
				 (long long)id);
	return view_fail(v, "reading an item", reterr);
}

int view_claim_add(struct view *v, int64_t cell, const struct ledger_claim *c, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_CLAIM_ADD, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, cell);
	bind_int(v, s, 2, c->ref.item);
	bind_int(v, s, 3, c->ref.claim);
	bind_int(v, s, 4, (int64_t)c->source);
	bind_int(v, s, 5, (int64_t)c->text);
	bind_int(v, s, 6, c->weight);
	bind_day(v, s, 7, c->ref.published, EDTF_DAY_MAX);
	bind_int(v, s, 8, (int64_t)c->ref.key);
	bind_int(v, s, 9, (int)c->day);
	return view_run(v, s, "writing a claim", reterr);
}

int view_claim_remove(struct view *v, int64_t cell, const struct ledger_claim *c, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_CLAIM_REMOVE, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, cell);
	bind_int(v, s, 2, c->ref.item);
	bind_int(v, s, 3, c->ref.claim);
	return view_run(v, s, "removing a claim", reterr);
}

int view_claims(struct view *v, int64_t cell, struct arena *arena, struct ledger_claim **ret, size_t *ret_n,
		struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_CLAIM_OF_CELL, reterr);
	struct ledger_claim *claims = NULL;
	size_t n = 0, cap = 0;
	int rc;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, cell);
	while ((rc = view_step(v, s)) == SQLITE_ROW) {
		edtf_day day = column_day(s, 5, EDTF_DAY_MAX);
		if (arena_grow(arena, &claims, n, &cap, sizeof(*claims)) < 0) {
			sqlite3_reset(s);
			return no_memory(v, reterr);
		}
		claims[n++] = (struct ledger_claim){
			.source = (uint64_t)sqlite3_column_int64(s, 2),
			.text = (uint64_t)sqlite3_column_int64(s, 3),
			.weight = (uint32_t)sqlite3_column_int64(s, 4),
			.day = (unsigned)sqlite3_column_int(s, 7),
			.first = day,
			.last = day == EDTF_DAY_MAX ? EDTF_DAY_MIN : day,
			.ref = {.published = day,
				.claim = (uint32_t)sqlite3_column_int64(s, 1),
				.key = (uint64_t)sqlite3_column_int64(s, 6),
				.item = sqlite3_column_int64(s, 0)},
		};
	}
	sqlite3_reset(s);
	if (rc != SQLITE_DONE)
		return view_fail(v, "reading claims", reterr);
	*ret = claims;
	*ret_n = n;
	return 0;
}
