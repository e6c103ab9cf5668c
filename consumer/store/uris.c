/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows are of a uri: an index from the hash of the uri to ids, of two parts, because an entry at a random place
 * of a large b-tree costs a page each. The newest are in memory, and in the file as runs of hashes in the order of the
 * ids, a row for each commit; URIS_RECENT_MAX of them at once are sorted into the b-tree (the log-structured merge
 * of O'Neil et al. 1996, of two components), and leave a filter in memory that says which uris cannot be among them:
 * most items are new, and need not be looked for. An entry may outlive its row: whoever looks compares the uri. */
#include "store/private.h"
#include <errno.h>
#include <stdlib.h>

#define URIS_RECENT_MAX ((size_t)128 * 1024) /* 3 MB of memory, 1 MB that opening reads */

#define FILTER_BYTES (URIS_RECENT_MAX * 2)
#define FILTER_BITS 4 /* of one block of 64 bytes: one in some two hundred others passes (Putze et al. 2007) */

int64_t view_uri_hash(struct span uri)
{
	struct digest d = digest_of(uri);
	int64_t h;

	memcpy(&h, d.b, sizeof(h));
	return h;
}

/* The first place of the table that may hold the hash: each one has 0 or 1 + the index of an entry. */
static size_t place_of(const struct uris *u, int64_t hash)
{
	return (uint64_t)hash >> (64 - u->bits);
}

static void enter(struct uris *u, size_t i)
{
	size_t mask = ((size_t)1 << u->bits) - 1, at = place_of(u, u->hash[i]);

	while (u->table[at])
		at = (at + 1) & mask;
	u->table[at] = (uint32_t)i + 1;
}

static int grow(struct uris *u)
{
	unsigned bits = u->bits ? u->bits + 1 : 10;
	size_t cap = (size_t)1 << (bits - 1);
	int64_t *hash = realloc(u->hash, cap * sizeof(*hash));

	if (hash)
		u->hash = hash;
	uint32_t *table = hash ? calloc((size_t)1 << bits, sizeof(*table)) : NULL;
	if (!table)
		return -ENOMEM;
	free(u->table);
	u->table = table;
	u->bits = bits;
	u->cap = cap;
	for (size_t i = 0; i < u->n; i++)
		enter(u, i);
	return 0;
}

static size_t block_of(int64_t hash)
{
	return ((size_t)hash & (FILTER_BYTES / 64 - 1)) * 64;
}

static unsigned bit_of(int64_t hash, int i)
{
	return (unsigned)((uint64_t)hash >> (16 + 9 * i)) & 511;
}

static bool may_hold(const unsigned char *filter, int64_t hash)
{
	const unsigned char *block = filter + block_of(hash);

	for (int i = 0; i < FILTER_BITS; i++)
		if (!(block[bit_of(hash, i) / 8] & 1u << bit_of(hash, i) % 8))
			return false;
	return true;
}

/* A new filter, of nothing, or NULL. */
static unsigned char *add_filter(struct uris *u)
{
	unsigned char **v = realloc(u->filters, (u->n_filters + 1) * sizeof(*v));

	if (!v)
		return NULL;
	u->filters = v;
	v[u->n_filters] = calloc(1, FILTER_BYTES);
	return v[u->n_filters] ? v[u->n_filters++] : NULL;
}

static void drop_filters(struct uris *u)
{
	while (u->n_filters)
		free(u->filters[--u->n_filters]);
}

static int found(struct view *v, struct arena *arena, struct uri_ids *ret, int64_t id, struct error *reterr)
{
	if (arena_grow(arena, &ret->v, ret->n, &ret->cap, sizeof(*ret->v)) < 0)
		return view_no_memory(v, reterr);
	ret->v[ret->n++] = id;
	return 0;
}

int view_uri_find(struct view *v, int64_t hash, struct arena *arena, struct uri_ids *ret, struct error *reterr)
{
	const struct uris *u = &v->uris;
	bool stored = false;
	int rc, r = 0;

	if (u->n)
		for (size_t at = place_of(u, hash); r == 0 && u->table[at];
		     at = (at + 1) & (((size_t)1 << u->bits) - 1))
			if (u->hash[u->table[at] - 1] == hash)
				r = found(v, arena, ret, u->first + u->table[at] - 1, reterr);
	for (size_t i = 0; !stored && i < u->n_filters; i++)
		stored = may_hold(u->filters[i], hash);
	if (r < 0 || !stored)
		return r;
	sqlite3_stmt *s = view_stmt(v, SQL_URI_GET, reterr);
	if (!s)
		return -EIO;
	bind_int(v, s, 1, hash);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW)
		r = found(v, arena, ret, sqlite3_column_int64(s, 0), reterr);
	sqlite3_reset(s);
	return r == 0 && rc != SQLITE_DONE ? view_fail(v, "looking for a uri", reterr) : r;
}

struct entry {
	int64_t hash, id;
};

static int by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = (x->hash > y->hash) - (x->hash < y->hash);

	return c ? c : (x->id > y->id) - (x->id < y->id);
}

static int insert_all(struct view *v, const struct entry *e, size_t n, struct error *reterr)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		sqlite3_stmt *s = view_stmt(v, SQL_URI_PUT, reterr);
		if (!s)
			return -EIO;
		bind_int(v, s, 1, e[i].hash);
		bind_int(v, s, 2, e[i].id);
		r = view_run(v, s, "writing uris", reterr);
	}
	return r;
}

static int put_filter(struct view *v, struct error *reterr)
{
	const struct uris *u = &v->uris;
	sqlite3_stmt *s = view_stmt(v, SQL_FILTER_PUT, reterr);
	unsigned char *filter = s ? add_filter(&v->uris) : NULL;

	if (!filter)
		return s ? view_no_memory(v, reterr) : -EIO;
	for (size_t i = 0; i < u->n; i++)
		for (int k = 0; k < FILTER_BITS; k++)
			filter[block_of(u->hash[i]) + bit_of(u->hash[i], k) / 8] |=
				(unsigned char)(1u << bit_of(u->hash[i], k) % 8);
	bind_int(v, s, 1, u->first);
	bind_blob(v, s, 2, filter, FILTER_BYTES);
	return view_run(v, s, "writing uris", reterr);
}

static int merge(struct view *v, struct error *reterr)
{
	struct uris *u = &v->uris;
	struct entry *e = malloc((u->n + 1) * sizeof(*e));

	if (!e)
		return view_no_memory(v, reterr);
	for (size_t i = 0; i < u->n; i++)
		e[i] = (struct entry){u->hash[i], u->first + (int64_t)i};
	qsort(e, u->n, sizeof(*e), by_hash);
	int r = insert_all(v, e, u->n, reterr);
	free(e);
	if (r == 0)
		r = put_filter(v, reterr);
	if (r < 0)
		return r;
	sqlite3_stmt *s = view_stmt(v, SQL_RUN_DROP, reterr);
	r = s ? view_run(v, s, "writing uris", reterr) : -EIO;
	if (r == 0) {
		u->n = u->saved = 0;
		memset(u->table, 0, sizeof(*u->table) << u->bits);
	}
	return r;
}

int view_uri_add(struct view *v, int64_t hash, int64_t id, struct error *reterr)
{
	struct uris *u = &v->uris;

	if (u->n == URIS_RECENT_MAX) {
		int r = merge(v, reterr);
		if (r < 0)
			return r;
	}
	if (u->n == u->cap && grow(u) < 0)
		return view_no_memory(v, reterr);
	if (u->n == 0)
		u->first = id;
	u->hash[u->n] = hash;
	enter(u, u->n++);
	return 0;
}

int view_uris_save(struct view *v, struct error *reterr)
{
	struct uris *u = &v->uris;

	if (u->saved == u->n)
		return 0;
	sqlite3_stmt *s = view_stmt(v, SQL_RUN_PUT, reterr);
	if (!s)
		return -EIO;
	bind_int(v, s, 1, u->first + (int64_t)u->saved);
	bind_blob(v, s, 2, u->hash + u->saved, (u->n - u->saved) * sizeof(*u->hash));
	int r = view_run(v, s, "writing uris", reterr);
	if (r == 0)
		u->saved = u->n;
	return r;
}

static int load_run(struct view *v, sqlite3_stmt *s, struct error *reterr)
{
	struct uris *u = &v->uris;
	int64_t first = sqlite3_column_int64(s, 0), hash;
	const char *p = sqlite3_column_blob(s, 1);
	size_t bytes = (size_t)sqlite3_column_bytes(s, 1);
	int r = 0;

	if (bytes % sizeof(hash) || u->n >= URIS_RECENT_MAX || (u->n && first != u->first + (int64_t)u->n))
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: the uris of item %lld", v->path,
				 (long long)first);
	for (size_t i = 0; r == 0 && i < bytes / sizeof(hash); i++) {
		memcpy(&hash, p + i * sizeof(hash), sizeof(hash));
		r = view_uri_add(v, hash, first + (int64_t)i, reterr);
	}
	return r;
}

static int load_filters(struct view *v, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_FILTER_ALL, reterr);
	int rc, r = 0;

	if (!s)
		return -EIO;
	drop_filters(&v->uris);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW) {
		unsigned char *filter = add_filter(&v->uris);
		if (!filter)
			r = view_no_memory(v, reterr);
		else if (sqlite3_column_bytes(s, 0) == FILTER_BYTES)
			memcpy(filter, sqlite3_column_blob(s, 0), FILTER_BYTES);
		else
			r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: a filter of uris", v->path);
	}
	sqlite3_reset(s);
	return r == 0 && rc != SQLITE_DONE ? view_fail(v, "reading uris", reterr) : r;
}

int view_uris_load(struct view *v, struct error *reterr)
{
	struct uris *u = &v->uris;
	sqlite3_stmt *s = view_stmt(v, SQL_RUN_ALL, reterr);
	int rc, r = 0;

	if (!s)
		return -EIO;
	u->n = 0;
	if (u->table)
		memset(u->table, 0, sizeof(*u->table) << u->bits);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW)
		r = load_run(v, s, reterr);
	sqlite3_reset(s);
	u->saved = u->n;
	if (r == 0 && rc != SQLITE_DONE)
		r = view_fail(v, "reading uris", reterr);
	return r == 0 ? load_filters(v, reterr) : r;
}

void view_uris_done(struct view *v)
{
	drop_filters(&v->uris);
	free(v->uris.filters);
	free(v->uris.hash);
	free(v->uris.table);
}
