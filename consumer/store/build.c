/* SPDX-License-Identifier: Apache-2.0 */
/* The first transaction of an empty view, which in a rebuild is the whole log. It is written to FILE.building, without
 * a journal and without waiting for the disk, since nobody has anything to lose in it; when it is committed, that file
 * is synced and takes FILE's place by rename(2). Whatever ends it before leaves FILE as it was, empty, and readers see
 * that until then. FILE has no write-ahead log so long: one that another file's readers hold would be taken for the
 * new file's. Its lock is kept meanwhile, so that there is one who builds. */
#include "store/private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int failed(struct view *v, const char *doing, struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s: %s", v->building, doing, strerror(errno));
}

static int open_file(const char *path, int flags, sqlite3 **ret, struct error *reterr)
{
	if (sqlite3_open_v2(path, ret, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
		return 0;
	int r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", path, sqlite3_errmsg(*ret));
	sqlite3_close(*ret);
	*ret = NULL;
	return r;
}

static bool has_moved(const struct view *v)
{
	int moved = 0;

	return sqlite3_file_control(v->db, NULL, SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

/* FILE's lock, by a connection of its own: sqlite3 copies nothing out of a transaction. */
static int take_seat(struct view *v, struct error *reterr)
{
	int r = open_file(v->path, SQLITE_OPEN_READWRITE, &v->seat, reterr);

	if (r < 0)
		return r;
	sqlite3_busy_timeout(v->seat, VIEW_BUSY_MS);
	if (sqlite3_exec(v->seat, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return error_set(reterr, ERROR_ACTION_STOP, -EBUSY, "%s: another process writes it: %s", v->path,
				 sqlite3_errmsg(v->seat));
	if (has_moved(v))
		return error_set(reterr, ERROR_ACTION_STOP, -EBUSY,
				 "%s: removed, or built by another process meanwhile", v->path);
	return 0;
}

static int copy(struct view *v, struct error *reterr)
{
	sqlite3 *to = NULL;

	if (unlink(v->building) < 0 && errno != ENOENT)
		return failed(v, "removing what was left of it", reterr);
	int r = open_file(v->building, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to, reterr);
	if (r < 0)
		return r;
	sqlite3_backup *b = sqlite3_backup_init(to, "main", v->db, "main");
	int rc = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
	if (sqlite3_backup_finish(b) != SQLITE_OK || rc != SQLITE_DONE)
		r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", v->building, sqlite3_errmsg(to));
	view_finalize(v);
	sqlite3_close(v->db);
	v->db = to;
	return r;
}

int view_build_begin(struct view *v, struct error *reterr)
{
	size_t n = strlen(v->path) + sizeof(VIEW_BUILDING);
	int r = take_seat(v, reterr);

	if (r < 0) {
		sqlite3_close(v->seat);
		v->seat = NULL;
		return r;
	}
	v->building = malloc(n);
	if (!v->building)
		return view_no_memory(v, reterr);
	snprintf(v->building, n, "%s%s", v->path, VIEW_BUILDING);
	r = copy(v, reterr);
	if (r == 0 && sqlite3_exec(v->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" VIEW_PRAGMAS, NULL,
				   NULL, NULL) != SQLITE_OK)
		r = view_fail(v, "building it", reterr);
	return r;
}

static int sync_file(struct view *v, struct error *reterr)
{
	int fd = open(v->building, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? failed(v, "syncing it", reterr) : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

int view_build_end(struct view *v, struct error *reterr)
{
	view_finalize(v);
	sqlite3_close(v->db);
	v->db = NULL;
	int r = sync_file(v, reterr);
	if (r == 0 && rename(v->building, v->path) < 0)
		r = failed(v, "putting it in place", reterr);
	if (r < 0)
		return r;
	sqlite3_close(v->seat); /* its file has no name any more */
	v->seat = NULL;
	free(v->building);
	v->building = NULL;
	r = open_file(v->path, SQLITE_OPEN_READWRITE, &v->db, reterr);
	return r < 0 ? r : view_go_live(v, reterr);
}

int view_take_up(struct view *v, struct error *reterr)
{
	sqlite3 *db = NULL;

	if (v->writable || v->last_item || !has_moved(v))
		return 0;
	int r = open_file(v->path, SQLITE_OPEN_READONLY, &db, reterr);
	if (r < 0)
		return r;
	view_finalize(v);
	sqlite3_close(v->db);
	v->db = db;
	sqlite3_busy_timeout(v->db, VIEW_BUSY_MS);
	return view_load(v, reterr);
}

void view_build_drop(struct view *v)
{
	if (v->seat) {
		view_finalize(v);
		sqlite3_close(v->db);
		(void)sqlite3_exec(v->seat, "ROLLBACK", NULL, NULL, NULL);
		v->db = v->seat;
		v->seat = NULL;
	}
	if (v->building)
		unlink(v->building);
	free(v->building);
	v->building = NULL;
}
