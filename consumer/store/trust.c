/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are believed: what opening one looks at, and what becomes of those that are not. */
#include "base/strbuf.h"
#include "store/private.h"
#include <errno.h>
#include <stdio.h>

static int pragma(struct view *v, const char *sql, int64_t *ret, struct error *reterr)
{
	sqlite3_stmt *s = NULL;
	int r = sqlite3_prepare_v2(v->db, sql, -1, &s, NULL) == SQLITE_OK && view_step(v, s) == SQLITE_ROW
			? 0
			: view_fail(v, "reading its header", reterr);

	if (r == 0)
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return r;
}

static int check_pages(struct view *v, const char *sql, struct error *reterr)
{
	sqlite3_stmt *s = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(v->db, sql, -1, &s, NULL) != SQLITE_OK || view_step(v, s) != SQLITE_ROW)
		r = view_fail(v, "checking it", reterr);
	else if (strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: %s", v->path,
			      (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return r;
}

int view_recognise(struct view *v, bool *ret_fresh, struct error *reterr)
{
	int64_t id = 0, version = 0, pages = 0, page = 0, tables = 0;
	int r = pragma(v, "PRAGMA application_id", &id, reterr);

	if (r == 0)
		r = pragma(v, "PRAGMA user_version", &version, reterr);
	if (r == 0)
		r = pragma(v, "SELECT count(*) FROM sqlite_schema", &tables, reterr);
	if (r < 0)
		return r;
	*ret_fresh = tables == 0 && id == 0 && version == 0;
	if (*ret_fresh)
		return 0;
	if (id != VIEW_APPLICATION_ID)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: a database of another program", v->path);
	if (version != VIEW_SCHEMA_VERSION)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
				 "%s: of schema version %lld, this program has %d: rebuild it from the log", v->path,
				 (long long)version, VIEW_SCHEMA_VERSION);
	r = pragma(v, "PRAGMA page_count", &pages, reterr);
	if (r == 0)
		r = pragma(v, "PRAGMA page_size", &page, reterr);
	return r < 0 || pages * page > VIEW_CHECKED_MAX ? r : check_pages(v, "PRAGMA quick_check(1)", reterr);
}

int view_check(struct view *v, int64_t *ret_pages, struct error *reterr)
{
	int r = pragma(v, "PRAGMA page_count", ret_pages, reterr);

	return r < 0 ? r : check_pages(v, "PRAGMA integrity_check(1)", reterr);
}

/* Keeps what a damaged or foreign file held, out of the way. */
int view_set_aside(const char *path, struct error *reterr)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	struct strbuf from = STRBUF_INIT, to = STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parts); i++) {
		strbuf_clear(&from);
		strbuf_clear(&to);
		strbuf_addf(&from, "%s%s", path, parts[i]);
		strbuf_addf(&to, "%s.damaged%s", path, parts[i]);
		if (rename(from.buf, to.buf) < 0 && errno != ENOENT)
			r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: cannot move it aside: %s", from.buf,
				      strerror(errno));
	}
	strbuf_done(&from);
	strbuf_done(&to);
	return r;
}

void view_distrust(struct view *v, struct error *reterr)
{
	if (v->mode != VIEW_REBUILD || !strcmp(v->path, ":memory:"))
		return;
	if (!v->distrusted && reterr)
		error_prefix(reterr, "the view is moved to %s.damaged, the next start rebuilds it", v->path);
	v->distrusted = true;
}
