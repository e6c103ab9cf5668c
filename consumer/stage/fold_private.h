/* SPDX-License-Identifier: Apache-2.0 */
/* fold_private.h: what the files of the fold stage share. */
#ifndef SCOWIRE_STAGE_FOLD_PRIVATE_H
#define SCOWIRE_STAGE_FOLD_PRIVATE_H

#include "base/grow.h"
#include "codec/change_json.h"
#include "codec/claims_json.h"
#include "codec/state_json.h"
#include "core/timeline/live.h"
#include "stage/fold.h"

#define FOLD_RECORD_MEMORY ((size_t)512 * 1024 * 1024) /* of one step: the decoded record, one resolve, its events */

/* A spell that is believed now, as published. Owns its memory: `memory` holds what spell and json point into. */
struct held_spell {
	struct belief belief;
	struct spell spell;
	struct span json;
	int64_t row;
	char event[DIGEST_HEX + 1];
	void *memory;
};

struct fold_slot {
	int64_t id;
	struct span name; /* the slot's own */
	const struct slot_rules *rules;
	struct ledger ledger;
	struct live *live;	 /* what is believed of the ledger's cells; NULL: made at the next resolve */
	struct held_spell *held; /* by spell_cmp() */
	size_t n_held;
	bool touched;
};

struct slot_place {
	struct span name; /* the slot's */
	struct fold_slot *slot;
};

struct dirty_cell {
	struct fold_slot *slot;
	struct ledger_cell *cell;
};

struct fold {
	struct fold_options options;
	struct view *view;
	struct arena arena;	  /* of the step */
	struct slot_place *slots; /* loaded ones, by name */
	size_t n_slots, cap_slots;
	struct dirty_cell *dirty; /* cells to be written at the commit, perhaps twice */
	size_t n_dirty, cap_dirty;
	struct fold_slot **touched; /* in the arena */
	size_t n_touched, cap_touched;
	struct strbuf data, scratch;
};

/* What one record did to its item. */
struct fold_cause {
	const struct claims_record *record;
	struct span key;
	enum change_reason reason;
	int64_t timestamp;
};

/* The item set: which version counted, which does now. `id` is 0 for none. */
struct item_turn {
	bool known;	   /* the record was there already */
	int64_t *replaced; /* items under the same key, to be dropped when all is settled; in the arena */
	size_t n_replaced;
	int64_t was, now; /* item ids */
	int64_t added;	  /* id of the record's own row */
};
int fold_turn_item(struct fold *f, const struct claims_record *r, struct span raw, struct item_turn *ret,
		   struct error *reterr) MUST_CHECK;

/* Puts the claims of an item version into the cells (sign 1) or takes them out (-1), and its day into the watermark. */
int fold_count_item(struct fold *f, const struct claims_record *r, int64_t item, int sign,
		    struct error *reterr) MUST_CHECK;

/* The claims record of an item of the view, in the arena. -EUCLEAN when it is not there or is none. */
int fold_stored_record(struct fold *f, int64_t item, struct claims_record *ret, struct error *reterr) MUST_CHECK;

/* The slot, loaded; made if it is new. */
int fold_slot_get(struct fold *f, struct span name, struct fold_slot **ret, struct error *reterr) MUST_CHECK;
void fold_slot_free(struct fold_slot *s);
int fold_touch(struct fold *f, struct fold_slot *s) MUST_CHECK;

void fold_held_free(struct held_spell *h, size_t n);
/* A spell as stored: from its JSON. h->belief is set already. */
int fold_held_load(struct held_spell *h, struct span json, struct arena *scratch, struct error *reterr) MUST_CHECK;
/* A belief as it is published: with its quotes, from the slot's spells where they show them, else from the items. */
int fold_held_publish(struct fold *f, const struct fold_slot *s, const struct belief *b, struct held_spell *ret,
		      struct error *reterr) MUST_CHECK;

/* What the item says of the slot, of that value first: each sentence once. Their number; they borrow from r. */
size_t fold_proof(const struct claims_record *r, struct span slot, struct span value,
		  struct spell_evidence ret[static SPELL_EVIDENCE_MAX]);

/* Resolves a touched slot and tells what changed. */
int fold_resolve(struct fold *f, struct fold_slot *s, const struct fold_cause *cause, struct output *out,
		 struct error *reterr) MUST_CHECK;

/* Resolves a slot and tells of all its spells anew, as made known by the event with that id. */
int fold_republish(struct fold *f, struct fold_slot *s, const char *event, const struct fold_cause *cause,
		   struct output *out, struct error *reterr) MUST_CHECK;

/* Takes an item version out of the set, by the key of its record: ret as fold_turn_item(); all of `gone` (in the arena,
 * n of them) are to be dropped with view_item_drop() once their claims do not count any more. */
int fold_untake_item(struct fold *f, struct span uri, struct span version, struct span versioncreated,
		     struct item_turn *ret, int64_t **ret_gone, size_t *ret_n, struct error *reterr) MUST_CHECK;

/* Takes out the version that counted and puts in the one that counts now; r is the record that is being folded. */
int fold_swap_versions(struct fold *f, const struct item_turn *t, const struct claims_record *r,
		       struct error *reterr) MUST_CHECK;
/* Resolves what was touched, and the slots that the items' dates have woken. During a hand-over nothing. */
int fold_settle(struct fold *f, const struct fold_cause *cause, struct output *out, struct error *reterr) MUST_CHECK;

/* Markers of a hand-over and tombstones. Returns 1 when `in` was one and has been folded, 0 when it is a claims record.
 */
int fold_feed_record(struct fold *f, const struct record *in, struct output *out, struct error *reterr) MUST_CHECK;

int fold_no_memory(struct error *reterr);

#endif
