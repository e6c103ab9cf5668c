/* SPDX-License-Identifier: Apache-2.0 */
/* private.h: what the files of store/ share: the handle, prepared statements, error mapping. */
#ifndef SCOWIRE_STORE_PRIVATE_H
#define SCOWIRE_STORE_PRIVATE_H

#include "base/grow.h"
#include "store/view.h"
#include <sqlite3.h>

#define VIEW_APPLICATION_ID 0x53434F57 /* "SCOW" */
#define VIEW_SCHEMA_VERSION 6
#define VIEW_BUILDING ".building"
#define VIEW_BUSY_MS 5000
#define VIEW_PRAGMAS "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"

/* Statements, prepared at their first use. Text: statements.c. */
enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_HEAD_GET,
	SQL_HEAD_PUT,
	SQL_DAY_ALL,
	SQL_DAY_PUT,
	SQL_ITEM_GET,
	SQL_ITEM_ADD,
	SQL_ITEM_EFFECTIVE,
	SQL_ITEM_RECORD,
	SQL_ITEM_DROP,
	SQL_URI_GET,
	SQL_URI_PUT,
	SQL_URI_DROP,
	SQL_RUN_ALL,
	SQL_RUN_PUT,
	SQL_RUN_DROP,
	SQL_FILTER_ALL,
	SQL_FILTER_PUT,
	SQL_POSTING_ADD,
	SQL_POSTING_GET,
	SQL_POSTING_DROP,
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

/* A claim that came into a cell or left it, as postings.c stores it. */
struct posting {
	int64_t item;
	uint64_t key, source, text;
	edtf_day published;
	uint32_t claim, weight;
	uint16_t day, gone;
};

struct unsaved {
	struct posting posting;
	uint32_t before; /* index of the one before it of the same cell */
};

struct unsaved_list {
	struct unsaved *v;
	size_t n, cap, n_cells; /* n_cells: that have any */
	struct posting *row;	/* room for one */
	size_t cap_row;
};

/* The newest entries of the index by uri: hash[i] is of item `first` + i. */
struct uris {
	int64_t *hash, first;
	size_t n, cap, saved;	 /* saved: how many the file has as runs */
	uint32_t *table;	 /* open addressing */
	unsigned bits;		 /* of the table's size */
	unsigned char **filters; /* which uris may be in the file, one for each lot that went there */
	size_t n_filters;
};

struct uri_ids {
	int64_t *v; /* in the arena */
	size_t n, cap;
};

struct view {
	sqlite3 *db;
	char *path;
	sqlite3 *seat;	/* while building: FILE, empty; db is the other */
	char *building; /* name of the file that is built; NULL: none */
	bool writable, open_transaction;
	enum view_mode mode;
	bool distrusted;
	bool live; /* others may read while it is written: it has a write-ahead log */
	sqlite3_stmt *stmt[SQL_MAX_];
	int bound; /* SQLITE_OK, or why a value could not be bound since view_stmt() */
	struct view_head head;
	struct watermark watermark;
	struct view_slot *slots; /* by name */
	size_t n_slots, cap_slots;
	int64_t last_cell; /* id of the newest cell; 0: not looked up */
	int64_t last_item; /* id of the newest item there ever was: no other gets it */
	struct unsaved_list unsaved;
	struct uris uris;
};

/* Maps the database's last error. */
int view_no_memory(const struct view *v, struct error *reterr);
int view_fail(struct view *v, const char *doing, struct error *reterr);
/* The statement, reset and ready to bind; NULL with reterr set. */
sqlite3_stmt *view_stmt(struct view *v, enum sql which, struct error *reterr);
/* sqlite3_step(), unless a value could not be bound: then that is the result. */
int view_step(const struct view *v, sqlite3_stmt *s);
/* Runs a bound statement that gives no rows. */
int view_run(struct view *v, sqlite3_stmt *s, const char *doing, struct error *reterr);
/* Opens the transaction that view_commit() ends, if none is open. */
int view_touch(struct view *v, struct error *reterr);
/* Drops all prepared statements: they are of one database. */
void view_finalize(struct view *v);
/* Once there is something in it. */
int view_go_live(struct view *v, struct error *reterr);

/* Before the first transaction of an empty view; for its commit, in place of one; and where it shall not have been. */
int view_build_begin(struct view *v, struct error *reterr);
int view_build_end(struct view *v, struct error *reterr);
void view_build_drop(struct view *v);
/* A reader that has opened an empty view goes over to the one that has taken its place. */
int view_take_up(struct view *v, struct error *reterr);
/* Everything that is kept in memory, anew. */
int view_load(struct view *v, struct error *reterr);

/* Is the file ours, undamaged as far as opening looks, and of this version? *ret_fresh: an empty one. */
int view_recognise(struct view *v, bool *ret_fresh, struct error *reterr);
/* Moves a file out of the way, with what belongs to it. */
int view_set_aside(const char *path, struct error *reterr);

int view_load_slots(struct view *v, struct error *reterr);

/* Writes what the cell has gained and lost; removes all its claims. */
int view_postings_save(struct view *v, struct ledger_cell *c, struct error *reterr);
int view_postings_drop(struct view *v, struct ledger_cell *c, struct error *reterr);
void view_forget_unsaved(struct view *v);
void view_unsaved_done(struct view *v);

int64_t view_uri_hash(struct span uri);
/* Ids must come without gaps. */
int view_uri_add(struct view *v, int64_t hash, int64_t id, struct error *reterr);
/* Appends the ids of the items that may have that uri. */
int view_uri_find(struct view *v, int64_t hash, struct arena *arena, struct uri_ids *ret, struct error *reterr);
int view_uris_save(struct view *v, struct error *reterr);
int view_uris_load(struct view *v, struct error *reterr);
void view_uris_done(struct view *v);

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
