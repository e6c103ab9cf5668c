/* SPDX-License-Identifier: Apache-2.0 */
/* private.h: what the files of store/ share: the handle, prepared statements, error mapping. */
#ifndef SCOWIRE_STORE_PRIVATE_H
#define SCOWIRE_STORE_PRIVATE_H

#include "store/view.h"
#include <sqlite3.h>

#define VIEW_APPLICATION_ID 0x53434F57 /* "SCOW" */
#define VIEW_SCHEMA_VERSION 3

/* Statements, prepared at their first use. Text: statements.c. */
enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_HEAD_GET,
	SQL_HEAD_PUT,
	SQL_DAY_ALL,
	SQL_DAY_PUT,
	SQL_ITEM_BY_URI,
	SQL_ITEM_ADD,
	SQL_ITEM_EFFECTIVE,
	SQL_ITEM_RECORD,
	SQL_ITEM_DROP,
	SQL_CLAIM_ADD,
	SQL_CLAIM_REMOVE,
	SQL_CLAIM_OF_CELL,
	SQL_SLOT_ALL,
	SQL_SLOT_ADD,
	SQL_SLOT_WAKE,
	SQL_CELL_OF_SLOT,
	SQL_CELL_LAST,
	SQL_CELL_PUT,
	SQL_CELL_DROP,
	SQL_SPELL_OF_SLOT,
	SQL_SPELL_ADD,
	SQL_SPELL_END,
	SQL_SPELL_AT,
	SQL_CHANGE_ADD,
	SQL_CHANGE_AFTER,
	SQL_RULE_PUT,
	SQL_RULE_ALL,
	SQL_MAX_
};

extern const char *const view_sql[SQL_MAX_];
extern const char view_schema[];

struct view {
	sqlite3 *db;
	char *path;
	bool writable, open_transaction;
	sqlite3_stmt *stmt[SQL_MAX_];
	int bound; /* SQLITE_OK, or why a value could not be bound since view_stmt() */
	struct view_head head;
	struct watermark watermark;
	struct view_slot *slots; /* by name */
	size_t n_slots, cap_slots;
	int64_t last_cell; /* id of the newest cell; 0: not looked up */
};

/* Maps the database's last error. */
int view_fail(struct view *v, const char *doing, struct error *reterr);
/* The statement, reset and ready to bind; NULL with reterr set. */
sqlite3_stmt *view_stmt(struct view *v, enum sql which, struct error *reterr);
/* sqlite3_step(), unless a value could not be bound: then that is the result. */
int view_step(const struct view *v, sqlite3_stmt *s);
/* Runs a bound statement that gives no rows. */
int view_run(struct view *v, sqlite3_stmt *s, const char *doing, struct error *reterr);
/* Opens the transaction that view_commit() ends, if none is open. */
int view_touch(struct view *v, struct error *reterr);
int view_load_slots(struct view *v, struct error *reterr);

/* A failure is kept in v->bound, for view_step() and view_run(). */
void bind_int(struct view *v, sqlite3_stmt *s, int at, int64_t n);
void bind_span(struct view *v, sqlite3_stmt *s, int at, struct span text);
void bind_blob(struct view *v, sqlite3_stmt *s, int at, const void *p, size_t n);
void bind_day(struct view *v, sqlite3_stmt *s, int at, edtf_day d, edtf_day unbounded); /* NULL where unbounded */
void bind_edtf(struct view *v, sqlite3_stmt *s, int at, struct edtf d);
edtf_day column_day(sqlite3_stmt *s, int at, edtf_day unbounded);
/* A copy in the arena; p == NULL when it is exhausted. */
struct span column_span(sqlite3_stmt *s, int at, struct arena *arena);
struct edtf column_edtf(sqlite3_stmt *s, int at);

#endif
