/* SPDX-License-Identifier: Apache-2.0 */
/* view.h: the state in one SQLite file: the set of item versions, the cells, the spells with their history, and how far
 * in the input it goes. The log is the truth: the file can be deleted and is rebuilt from it.
 *
 * Everything is written in one SQLite transaction that ends with view_commit(), which the fold calls after the
 * transaction of the stream. So the file always shows the state after some whole transaction, with the offset that it
 * covers inside; a crash at any moment leaves the last such state. The first transaction, in a rebuild the whole log,
 * is written to FILE.building, which takes FILE's place when it is committed: until then FILE is a view of nothing.
 * What is asked of it grows with what is touched, not with what is in it: opening reads only the heads of slots.
 *
 * A file is taken for ours by application_id and schema version, and refused (-EUCLEAN) if it is another program's, of
 * another version or damaged; nothing of it is then used or changed. What opening looks for damage in is bounded: all
 * pages of a file up to VIEW_CHECKED_MAX bytes, of a larger one its length and what is read of it. Damage further in is
 * found by view_check(), or met when it is read: then view_distrust() sees to it that the next opening knows.
 *
 * Tables and the views for people: schema.sql.h. One writer; readers may read beside it (WAL).
 * Thread safety: one thread. Errors: ERROR_ACTION_STOP, -EIO the file or SQLite failed, -EUCLEAN, -ENOMEM, -ENOENT.
 */
#ifndef SCOWIRE_STORE_VIEW_H
#define SCOWIRE_STORE_VIEW_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "core/timeline/ledger.h"
#include "core/timeline/resolve.h"
#include "core/timeline/watermark.h"

struct view;

enum view_mode {
	VIEW_WRITE,   /* made if it is not there */
	VIEW_READ,    /* must be there */
	VIEW_REBUILD, /* as VIEW_WRITE, and a foreign or damaged file is moved to FILE.damaged first */
};

#define VIEW_CHECKED_MAX (INT64_C(16) * 1024 * 1024)

/* path ":memory:" is a view that dies with the process. `rules` is the digest of what the result depends on beside the
 * claims: slot rules, source weights, resolver version; a file made under others is refused with -ESTALE. */
int view_open(const char *path, enum view_mode mode, const char *rules, struct view **ret,
	      struct error *reterr) MUST_CHECK;
void view_close(struct view *v); /* NULL is fine; drops what is not committed */
DEFINE_CLEANUP(struct view *, view_close)

/* Reads every page and index: about a second for each gigabyte. ret_pages: how many. -EUCLEAN names the first damage.
 */
int view_check(struct view *v, int64_t *ret_pages, struct error *reterr) MUST_CHECK;
/* For who has got -EUCLEAN of an open view: where the mode is VIEW_REBUILD, view_close() moves it to FILE.damaged,
 * which is put before the text of reterr; otherwise nothing. */
void view_distrust(struct view *v, struct error *reterr);

/* What a file says of itself. Written by view_commit(). */
struct view_head {
	int64_t epoch;	      /* >= 1 */
	int64_t sequence;     /* of the last change; 0: none yet */
	int64_t position;     /* next input offset that is not covered */
	int64_t recorded;     /* latest log time seen, ms; INT64_MIN: no record yet */
	int64_t handover;     /* the epoch that is being made ready; 0: none */
	int64_t recorded_min; /* log time of the first record kept: questions about earlier times are refused */
};

struct view_head *view_head(struct view *v);
struct watermark *view_watermark(struct view *v);

int view_commit(struct view *v, struct error *reterr) MUST_CHECK;
/* Back to the last commit. The watermark and head are reloaded; ledgers that the caller holds are void. */
int view_rollback(struct view *v, struct error *reterr) MUST_CHECK;

/* The rules that the state is made under, kept so that a question needs no pack. */
int view_rules_save(struct view *v, const struct slot_rules_set *rules, struct error *reterr) MUST_CHECK;
int view_rules_load(struct view *v, struct arena *arena, struct slot_rules_set *ret, struct error *reterr) MUST_CHECK;

/* Items. */

struct view_item {
	int64_t id;
	struct span version, versioncreated, pack;
	enum pubstatus status;
	struct digest digest; /* of the record as it came */
	bool effective;	      /* its claims count now */
};

/* All versions of a uri, in no order; strings in the arena. */
int view_item_versions(struct view *v, struct span uri, struct arena *arena, struct view_item **ret, size_t *ret_n,
		       struct error *reterr) MUST_CHECK;
/* `raw` is the claims record as it came. */
int view_item_add(struct view *v, const struct claims_record *r, const struct digest *digest, struct span raw,
		  bool effective, int64_t *ret_id, struct error *reterr) MUST_CHECK;
int view_item_set_effective(struct view *v, int64_t id, bool effective, struct error *reterr) MUST_CHECK;
/* The claims record of an item; in the arena. -ENOENT when there is none. */
int view_item_raw(struct view *v, int64_t id, struct arena *arena, struct span *ret, struct error *reterr) MUST_CHECK;

/* Forgets an item version; its claims must be out of the cells. */
int view_item_drop(struct view *v, int64_t id, struct error *reterr) MUST_CHECK;

/* Claims: who is in which cell. Written with the cell, by view_cell_save(). */

int view_claim_add(struct view *v, struct ledger_cell *c, const struct ledger_claim *claim,
		   struct error *reterr) MUST_CHECK;
int view_claim_remove(struct view *v, struct ledger_cell *c, const struct ledger_claim *claim,
		      struct error *reterr) MUST_CHECK;
/* How many of both wait in memory for their cell to be saved. */
size_t view_unsaved(const struct view *v);
/* All claims of a cell that are in it, in the arena, by item; they are one row when the cell is saved. */
int view_claims(struct view *v, struct ledger_cell *c, struct arena *arena, struct ledger_claim **ret, size_t *ret_n,
		struct error *reterr) MUST_CHECK;

/* Slots and their cells. */

struct view_slot {
	int64_t id;
	struct span name; /* the view's until it is closed */
	struct day_range wake;
};

/* All slots known, by name. Borrowed until the next view_slot_add(), view_rollback() or view_close(). */
const struct view_slot *view_slots(struct view *v, size_t *ret_n);
int view_slot_add(struct view *v, struct span name, int64_t *ret_id, struct error *reterr) MUST_CHECK;
int view_slot_set_wake(struct view *v, int64_t slot, struct day_range wake, struct error *reterr) MUST_CHECK;

int view_cells_load(struct view *v, int64_t slot, struct ledger *ret, struct error *reterr) MUST_CHECK;
/* Gives a new cell its id. */
int view_cell_id(struct view *v, struct ledger_cell *c);
/* Writes a dirty cell; one without claims is deleted. */
int view_cell_save(struct view *v, int64_t slot, struct ledger_cell *c, struct error *reterr) MUST_CHECK;

/* Spells: what is believed, and from when to when (in log time) it was. */

struct view_spell {
	int64_t id;
	struct belief belief;	    /* value and refs in the arena */
	char event[DIGEST_HEX + 1]; /* the change that last told of it */
	struct span json;	    /* the spell as `state --json` prints it */
};

int view_spells_load(struct view *v, int64_t slot, struct arena *arena, struct view_spell **ret, size_t *ret_n,
		     struct error *reterr) MUST_CHECK;
int view_spell_add(struct view *v, int64_t slot, const struct view_spell *s, int64_t *ret_id,
		   struct error *reterr) MUST_CHECK;
int view_spell_end(struct view *v, int64_t id, struct error *reterr) MUST_CHECK;

/* A change of the head's epoch as it was published: its data, and its event in structured mode is not kept. */
int view_change_add(struct view *v, int64_t sequence, const char *id, struct span slot, const char *op,
		    const char *reason, struct span causation, struct span data, struct error *reterr) MUST_CHECK;

/* For questions: calls `each` with every spell that was believed at log time `known_at` (INT64_MAX: now), by slot and
 * spell_cmp(); the JSON is that of view_spell_add(). A negative return of `each` ends the walk and is returned. -ERANGE
 * when known_at lies before recorded_min. */
int view_spells_at(struct view *v, int64_t known_at, struct span slot,
		   int (*each)(void *ctx, struct span slot, struct span json, struct error *reterr), void *ctx,
		   struct error *reterr) MUST_CHECK;

/* A change as it was published; everything is borrowed for the call. */
struct view_change {
	int64_t epoch, sequence, recorded;
	struct span id, slot, op, causation; /* key of the claims record */
	struct span data;		     /* the value on `sco.changes` */
};

/* Calls `each` with the changes after (epoch, sequence) in their order, at most `limit`. A negative return of `each`
 * ends the walk and is returned. May be asked again and again of a view that another writes. */
int view_changes_after(struct view *v, int64_t epoch, int64_t sequence, int64_t limit,
		       int (*each)(void *ctx, const struct view_change *c, struct error *reterr), void *ctx,
		       struct error *reterr) MUST_CHECK;

#endif
