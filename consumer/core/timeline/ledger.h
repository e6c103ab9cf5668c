/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h: the cells of one slot, kept claim by claim.
 *
 * Law: after any sequence of ledger_add() and ledger_remove() the cells are those of the multiset of claims that are
 * in, whatever the order. Removing may need the cell's other claims again (the samples of a cell forget): then
 * ledger_remove() says so and the caller, who keeps the claims, gives them with ledger_rebuild().
 * Owner: the ledger owns its cells and copies their values. Addresses of cells are stable until they are removed.
 */
#ifndef SCOWIRE_CORE_LEDGER_H
#define SCOWIRE_CORE_LEDGER_H

#include "base/attr.h"
#include "core/timeline/cell.h"
#include <stddef.h>

struct live_mark;

/* One claim's part in a cell. Hashes are of content, so equal in every run. */
struct ledger_claim {
	uint64_t source;      /* of who says it: the agency cited, else the publisher, else the text */
	uint64_t text;	      /* of the text that says it: copies share it */
	uint32_t weight;      /* of the source: CELL_ORIGIN where nothing else is configured; >= 1 */
	unsigned day;	      /* of the month, in a daily cell; else 0 */
	edtf_day first, last; /* published: EDTF_DAY_MAX and EDTF_DAY_MIN where the item does not say */
	struct claim_ref ref; /* ref.key stands for the item in the support */
};

struct ledger_cell {
	struct cell cell; /* `value` is the ledger's */
	/* Of the store. */
	int64_t id;	  /* 0: not stored yet */
	int64_t posted;	  /* where its last claims stand; 0: none do */
	uint32_t unsaved; /* where those wait that do not stand anywhere yet; 0: none */
	bool dirty;	  /* differs from what is stored */
	uint64_t n_claims;
	struct cell_source *sources; /* by source */
	uint32_t n_sources, cap_sources;
	uint64_t hash; /* private */
	/* Of live.h: the marks that it has made of the cell, and where it lists it. */
	struct live_mark *marks[2];
	unsigned char n_marks;
	uint64_t n_told; /* claims, when it was last told of */
	size_t listed;
};

static inline struct ledger_cell *ledger_cell_of(const struct cell *c)
{
	return (struct ledger_cell *)((char *)(uintptr_t)c - offsetof(struct ledger_cell, cell));
}

struct ledger {
	struct ledger_cell **v; /* by cell_cmp() */
	size_t n, cap;
	struct ledger_cell **table; /* private: open addressing */
	size_t n_table;
};

/* The statement of a claim: the cell that it belongs to. pool: holdings on single days are pooled by month, as
 * exclusive slots want it. ret_day: the day, or 0. Borrows the claim's value. */
struct cell ledger_statement(const struct claim *c, bool pool, unsigned *ret_day);

/* Does the resolver see the same in both, which are of one statement? Of a sketch that is full it sees that it is full.
 */
bool cell_seen_eq(const struct cell *a, const struct cell *b);

void ledger_done(struct ledger *l); /* NULL and zeroed are fine */

/* The cell of this statement, or NULL. */
struct ledger_cell *ledger_find(const struct ledger *l, const struct cell *statement);
/* The same, made if it is not there; NULL when out of memory. Only the statement part of `statement` counts. */
struct ledger_cell *ledger_cell(struct ledger *l, const struct cell *statement) MUST_CHECK;

/* Puts one claim in. Returns 1 if something that the resolver sees changed, 0 if not, -ENOMEM (nothing changed). */
int ledger_add(struct ledger_cell *c, const struct ledger_claim *claim) MUST_CHECK;

/* Takes one claim out that was put in. Returns as ledger_add(), or 2: call ledger_rebuild() with what is left. A cell
 * without claims stays, with weight 0, until ledger_drop(). */
int ledger_remove(struct ledger_cell *c, const struct ledger_claim *claim) MUST_CHECK;
int ledger_rebuild(struct ledger_cell *c, const struct ledger_claim *claims, size_t n) MUST_CHECK;

/* Frees a cell without claims. */
void ledger_drop(struct ledger *l, struct ledger_cell *c);

/* Recomputes what follows from sources and texts: weight, the sketch of sources. For cells that were loaded. */
void ledger_weigh(struct ledger_cell *c);

#endif
