/* SPDX-License-Identifier: Apache-2.0 */
#include "store/private.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int exec(struct view *v, const char *sql, const char *doing, struct error *reterr)
{
	return sqlite3_exec(v->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : view_fail(v, doing, reterr);
}

static int head_put(struct view *v, const char *key, int64_t value, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_HEAD_PUT, reterr);

	if (!s)
		return -EIO;
	bind_span(v, s, 1, span_str(key));
	bind_int(v, s, 2, value);
	return view_run(v, s, "writing its head", reterr);
}

static int head_get(struct view *v, const char *key, int64_t *ret, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_HEAD_GET, reterr);

	if (!s)
		return -EIO;
	bind_span(v, s, 1, span_str(key));
	int rc = view_step(v, s);
	if (rc == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_INTEGER)
		*ret = sqlite3_column_int64(s, 0);
	else if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		rc = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: it has no '%s'", v->path, key);
	else
		rc = view_fail(v, "reading its head", reterr);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static int create(struct view *v, const char *rules, struct error *reterr)
{
	sqlite3_stmt *s;
	char set[96];

	snprintf(set, sizeof(set), "PRAGMA application_id = %d; PRAGMA user_version = %d;", VIEW_APPLICATION_ID,
		 VIEW_SCHEMA_VERSION);
	int r = exec(v, "BEGIN IMMEDIATE", "creating it", reterr);
	if (r == 0)
		r = exec(v, view_schema, "creating it", reterr);
	if (r == 0)
		r = exec(v, set, "creating it", reterr);
	v->head = (struct view_head){.epoch = 1, .recorded = INT64_MIN, .recorded_min = INT64_MIN};
	if (r == 0) {
		s = view_stmt(v, SQL_HEAD_PUT, reterr);
		if (!s)
			return -EIO;
		bind_span(v, s, 1, span_str("rules"));
		bind_span(v, s, 2, span_str(rules));
		r = view_run(v, s, "creating it", reterr);
	}
	if (r == 0) {
		v->open_transaction = true;
		r = view_commit(v, reterr);
	}
	return r;
}

static int check_rules(struct view *v, const char *rules, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_HEAD_GET, reterr);
	int r = 0;

	if (!s)
		return -EIO;
	bind_span(v, s, 1, span_str("rules"));
	if (view_step(v, s) != SQLITE_ROW)
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: it has no 'rules'", v->path);
	else if (rules && strcmp((const char *)sqlite3_column_text(s, 0), rules) != 0)
		r = error_set(reterr, ERROR_ACTION_STOP, -ESTALE,
			      "%s: made under other slot rules or source weights; it has to be rebuilt from the log",
			      v->path);
	sqlite3_reset(s);
	return r;
}

static int load_head(struct view *v, struct error *reterr)
{
	int r = head_get(v, "epoch", &v->head.epoch, reterr);

	if (r == 0)
		r = head_get(v, "sequence", &v->head.sequence, reterr);
	if (r == 0)
		r = head_get(v, "position", &v->head.position, reterr);
	if (r == 0)
		r = head_get(v, "recorded", &v->head.recorded, reterr);
	if (r == 0)
		r = head_get(v, "recorded_min", &v->head.recorded_min, reterr);
	if (r == 0)
		r = head_get(v, "handover", &v->head.handover, reterr);
	if (r == 0)
		r = head_get(v, "last_item", &v->last_item, reterr);
	return r;
}

static int load_watermark(struct view *v, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_DAY_ALL, reterr);
	int rc, r = 0;

	if (!s)
		return -EIO;
	watermark_done(&v->watermark);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW) {
		struct watermark *w = &v->watermark;
		uint64_t n = (uint64_t)sqlite3_column_int64(s, 1);
		r = watermark_count(w, (edtf_day)sqlite3_column_int64(s, 0), 1);
		if (r < 0)
			break;
		w->total += n - w->v[w->n - 1].n;
		w->v[w->n - 1].n = n;
		w->v[w->n - 1].dirty = false;
	}
	sqlite3_reset(s);
	if (r < 0)
		return view_no_memory(v, reterr);
	return rc == SQLITE_DONE ? 0 : view_fail(v, "reading days", reterr);
}

int view_load(struct view *v, struct error *reterr)
{
	int r = load_head(v, reterr);

	v->last_cell = 0;
	view_forget_unsaved(v);
	if (r == 0)
		r = load_watermark(v, reterr);
	if (r == 0 && v->writable)
		r = view_uris_load(v, reterr);
	return r == 0 ? view_load_slots(v, reterr) : r;
}

/* A power cut may take the last commits, never the file: the log has them. */
int view_go_live(struct view *v, struct error *reterr)
{
	sqlite3_busy_timeout(v->db, VIEW_BUSY_MS);
	return exec(
		v,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8192;" VIEW_PRAGMAS,
		"opening it", reterr);
}

static int open_once(const char *path, enum view_mode mode, const char *rules, struct view **ret, struct error *reterr)
{
	struct view *v = calloc(1, sizeof(*v));
	int flags = mode == VIEW_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	bool fresh = false;
	struct stat st;
	int r;

	if (!v || !(v->path = strdup(path))) {
		free(v);
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	v->mode = mode;
	v->writable = mode != VIEW_READ;
	if (mode == VIEW_READ && stat(path, &st) < 0)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "%s: %s", path, strerror(errno));
	else if (sqlite3_open_v2(path, &v->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		r = view_fail(v, "opening it", reterr);
	else
		r = view_recognise(v, &fresh, reterr);
	if (r == 0 && fresh && mode == VIEW_READ)
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: an empty file", path);
	if (r == 0 && v->writable)
		r = exec(v, "PRAGMA page_size = 8192; PRAGMA synchronous = OFF;" VIEW_PRAGMAS, "opening it", reterr);
	if (r == 0)
		sqlite3_busy_timeout(v->db, VIEW_BUSY_MS);
	if (r == 0 && fresh)
		r = create(v, rules, reterr);
	else if (r == 0)
		r = check_rules(v, v->writable ? rules : NULL, reterr);
	if (r == 0)
		r = view_load(v, reterr);
	if (r == 0 && v->writable && v->last_item)
		r = view_go_live(v, reterr);
	if (r < 0) {
		view_close(v);
		return r;
	}
	*ret = v;
	return 0;
}

int view_open(const char *path, enum view_mode mode, const char *rules, struct view **ret, struct error *reterr)
{
	struct error first = ERROR_INIT;
	int r = open_once(path, mode, rules, ret, &first);

	if (r == 0)
		return 0;
	if (mode == VIEW_REBUILD && (r == -EUCLEAN || r == -ESTALE)) {
		r = view_set_aside(path, reterr);
		return r < 0 ? r : open_once(path, mode, rules, ret, reterr);
	}
	return error_set(reterr, first.action, first.code, "%s", first.text);
}

void view_close(struct view *v)
{
	if (!v)
		return;
	view_build_drop(v);
	view_finalize(v);
	sqlite3_close(v->db);
	if (v->distrusted)
		(void)view_set_aside(v->path, NULL); /* where it cannot be moved, the next opening meets it again */
	watermark_done(&v->watermark);
	view_unsaved_done(v);
	view_uris_done(v);
	for (size_t i = 0; i < v->n_slots; i++)
		free((void *)(uintptr_t)v->slots[i].name.p);
	free(v->slots);
	free(v->path);
	free(v);
}

struct view_head *view_head(struct view *v)
{
	return &v->head;
}

struct watermark *view_watermark(struct view *v)
{
	return &v->watermark;
}

static int save_days(struct view *v, struct error *reterr)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < v->watermark.n; i++) {
		struct day_count *d = &v->watermark.v[i];
		if (!d->dirty)
			continue;
		sqlite3_stmt *s = view_stmt(v, SQL_DAY_PUT, reterr);
		if (!s)
			return -EIO;
		bind_int(v, s, 1, d->day);
		bind_int(v, s, 2, (int64_t)d->n);
		r = view_run(v, s, "writing days", reterr);
		d->dirty = false;
	}
	return r;
}

int view_commit(struct view *v, struct error *reterr)
{
	int r = view_touch(v, reterr);

	if (r == 0)
		r = save_days(v, reterr);
	if (r == 0)
		r = head_put(v, "epoch", v->head.epoch, reterr);
	if (r == 0)
		r = head_put(v, "sequence", v->head.sequence, reterr);
	if (r == 0)
		r = head_put(v, "position", v->head.position, reterr);
	if (r == 0)
		r = head_put(v, "recorded", v->head.recorded, reterr);
	if (r == 0)
		r = head_put(v, "recorded_min", v->head.recorded_min, reterr);
	if (r == 0)
		r = head_put(v, "handover", v->head.handover, reterr);
	if (r == 0)
		r = head_put(v, "last_item", v->last_item, reterr);
	if (r == 0)
		r = view_uris_save(v, reterr);
	if (r < 0)
		return r;
	sqlite3_stmt *s = view_stmt(v, SQL_COMMIT, reterr);
	r = s ? view_run(v, s, "committing", reterr) : -EIO;
	if (r == 0)
		v->open_transaction = false;
	if (r == 0 && v->building)
		r = view_build_end(v, reterr);
	else if (r == 0 && v->last_item && !v->live)
		r = view_go_live(v, reterr);
	return r;
}

int view_rollback(struct view *v, struct error *reterr)
{
	if (v->building) {
		view_build_drop(v);
		v->open_transaction = false;
	}
	if (v->open_transaction) {
		sqlite3_stmt *s = view_stmt(v, SQL_ROLLBACK, reterr);
		int r = s ? view_run(v, s, "rolling back", reterr) : -EIO;
		if (r < 0)
			return r;
		v->open_transaction = false;
	}
	return view_load(v, reterr);
}
