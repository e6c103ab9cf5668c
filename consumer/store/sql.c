/* SPDX-License-Identifier: Apache-2.0 */
#include "store/private.h"
#include <errno.h>

static const char *said(const struct view *v)
{
	return v->bound ? sqlite3_errstr(v->bound) : sqlite3_errmsg(v->db);
}

int view_no_memory(const struct view *v, struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", v->path);
}

int view_fail(struct view *v, const char *doing, struct error *reterr)
{
	int code = (v->bound ? v->bound : sqlite3_errcode(v->db)) & 0xff;

	switch (code) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: %s: damaged or not a view: %s", v->path,
				 doing, said(v));
	case SQLITE_NOMEM:
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: %s: out of memory", v->path, doing);
	case SQLITE_BUSY:
		return error_set(reterr, ERROR_ACTION_STOP, -EBUSY, "%s: %s: another process writes it", v->path,
				 doing);
	default:
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s: %s", v->path, doing, said(v));
	}
}

sqlite3_stmt *view_stmt(struct view *v, enum sql which, struct error *reterr)
{
	sqlite3_stmt **s = &v->stmt[which];

	v->bound = SQLITE_OK;
	if (*s)
		sqlite3_reset(*s);
	else if (sqlite3_prepare_v3(v->db, view_sql[which], -1, SQLITE_PREPARE_PERSISTENT, s, NULL) != SQLITE_OK) {
		view_fail(v, "preparing a statement", reterr);
		return NULL;
	}
	return *s;
}

void view_finalize(struct view *v)
{
	for (size_t i = 0; i < SQL_MAX_; i++) {
		sqlite3_finalize(v->stmt[i]);
		v->stmt[i] = NULL;
	}
}

int view_step(const struct view *v, sqlite3_stmt *s)
{
	return v->bound ? v->bound : sqlite3_step(s);
}

int view_run(struct view *v, sqlite3_stmt *s, const char *doing, struct error *reterr)
{
	int rc = view_step(v, s);

	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : view_fail(v, doing, reterr);
}

int view_touch(struct view *v, struct error *reterr)
{
	if (v->open_transaction)
		return 0;
	sqlite3_stmt *s = view_stmt(v, SQL_BEGIN, reterr);
	int r = s ? view_run(v, s, "beginning a transaction", reterr) : -EIO;
	if (r == 0)
		v->open_transaction = true;
	return r;
}

/* The first failure stays. */
static void bound(struct view *v, int rc)
{
	if (!v->bound)
		v->bound = rc;
}

void bind_int(struct view *v, sqlite3_stmt *s, int at, int64_t n)
{
	bound(v, sqlite3_bind_int64(s, at, n));
}

void bind_span(struct view *v, sqlite3_stmt *s, int at, struct span text)
{
	bound(v, sqlite3_bind_text64(s, at, text.n ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_blob(struct view *v, sqlite3_stmt *s, int at, const void *p, size_t n)
{
	bound(v, sqlite3_bind_blob64(s, at, n ? p : "", n, SQLITE_STATIC));
}

void bind_day(struct view *v, sqlite3_stmt *s, int at, edtf_day d, edtf_day unbounded)
{
	bound(v, d == unbounded ? sqlite3_bind_null(s, at) : sqlite3_bind_int64(s, at, d));
}

edtf_day column_day(sqlite3_stmt *s, int at, edtf_day unbounded)
{
	return sqlite3_column_type(s, at) == SQLITE_NULL ? unbounded : (edtf_day)sqlite3_column_int64(s, at);
}

struct span column_span(sqlite3_stmt *s, int at, struct arena *arena)
{
	const void *p = sqlite3_column_blob(s, at);
	int n = sqlite3_column_bytes(s, at);

	return arena_copy(arena, span_of(p, n > 0 ? (size_t)n : 0));
}

void bind_edtf(struct view *v, sqlite3_stmt *s, int at, struct edtf d)
{
	char text[EDTF_STRLEN_MAX];
	size_t n = edtf_format(d, text);

	bound(v, n ? sqlite3_bind_text(s, at, text, (int)n, SQLITE_TRANSIENT) : sqlite3_bind_null(s, at));
}

struct edtf column_edtf(sqlite3_stmt *s, int at)
{
	struct edtf d = {0};
	const void *p = sqlite3_column_blob(s, at);
	int n = sqlite3_column_bytes(s, at);

	/* What does not parse was not written by us; the caller's cell_cmp() order then differs, nothing worse. */
	if (n > 0 && edtf_parse(span_of(p, (size_t)n), &d) < 0)
		return (struct edtf){0};
	return d;
}
