/* SPDX-License-Identifier: Apache-2.0 */
/* Claims: who is in which cell. They are read again only where a withdrawal takes something out of a cell's samples, so
 * they are stored to be appended: what a cell gains and loses between two savings is one row at the end of the table,
 * which names the cell's row before it; the cell names its last one. Rows are arrays of the machine, as in cells.c. */
#include "store/private.h"
#include <errno.h>
#include <stdlib.h>

#define NONE UINT32_MAX /* end of a list of claims that are not stored yet */

static struct posting posting_of(const struct ledger_claim *c, bool gone)
{
	return (struct posting){.item = c->ref.item,
				.key = c->ref.key,
				.source = c->source,
				.text = c->text,
				.published = c->ref.published,
				.claim = c->ref.claim,
				.weight = c->weight,
				.day = (uint16_t)c->day,
				.gone = gone};
}

static struct ledger_claim claim_of(const struct posting *p)
{
	return (struct ledger_claim){
		.source = p->source,
		.text = p->text,
		.weight = p->weight,
		.day = p->day,
		.first = p->published,
		.last = p->published == EDTF_DAY_MAX ? EDTF_DAY_MIN : p->published,
		.ref = {.published = p->published, .claim = p->claim, .key = p->key, .item = p->item},
	};
}

static int note(struct view *v, struct ledger_cell *c, struct posting p, struct error *reterr)
{
	struct unsaved_list *l = &v->unsaved;

	if (array_grow(&l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return view_no_memory(v, reterr);
	l->v[l->n] = (struct unsaved){p, c->unsaved ? c->unsaved - 1 : NONE};
	c->unsaved = (uint32_t)++l->n;
	l->n_cells += l->v[l->n - 1].before == NONE;
	c->dirty = true;
	return 0;
}

int view_claim_add(struct view *v, struct ledger_cell *c, const struct ledger_claim *claim, struct error *reterr)
{
	return note(v, c, posting_of(claim, false), reterr);
}

int view_claim_remove(struct view *v, struct ledger_cell *c, const struct ledger_claim *claim, struct error *reterr)
{
	return note(v, c, posting_of(claim, true), reterr);
}

size_t view_unsaved(const struct view *v)
{
	return v->unsaved.n;
}

/* Drops the cell's list; the room is free again when no cell has one. */
static void forget(struct view *v, struct ledger_cell *c)
{
	c->unsaved = 0;
	if (--v->unsaved.n_cells == 0)
		v->unsaved.n = 0;
}

static int put_row(struct view *v, struct ledger_cell *c, const struct posting *p, size_t n, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_POSTING_ADD, reterr);

	if (!s)
		return -EIO;
	bind_int(v, s, 1, c->posted);
	bind_blob(v, s, 2, p, n * sizeof(*p));
	int r = view_run(v, s, "writing claims", reterr);
	if (r == 0)
		c->posted = sqlite3_last_insert_rowid(v->db);
	return r;
}

int view_postings_save(struct view *v, struct ledger_cell *c, struct error *reterr)
{
	struct unsaved_list *l = &v->unsaved;
	size_t n = 0;

	if (!c->unsaved)
		return 0;
	for (uint32_t at = c->unsaved - 1; at != NONE; at = l->v[at].before) {
		if (array_grow(&l->row, n, &l->cap_row, sizeof(*l->row)) < 0)
			return view_no_memory(v, reterr);
		l->row[n++] = l->v[at].posting;
	}
	int r = put_row(v, c, l->row, n, reterr);
	if (r == 0)
		forget(v, c);
	return r;
}

static int damaged(struct view *v, int64_t row, struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: claims in row %lld", v->path,
			 (long long)row);
}

int view_postings_drop(struct view *v, struct ledger_cell *c, struct error *reterr)
{
	int r = 0;

	if (c->unsaved)
		forget(v, c);
	while (r == 0 && c->posted) {
		sqlite3_stmt *s = view_stmt(v, SQL_POSTING_DROP, reterr);
		if (!s)
			return -EIO;
		bind_int(v, s, 1, c->posted);
		int rc = view_step(v, s);
		int64_t before = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
		sqlite3_reset(s);
		if (rc != SQLITE_ROW)
			return rc == SQLITE_DONE ? damaged(v, c->posted, reterr)
						 : view_fail(v, "removing claims", reterr);
		r = before < c->posted ? 0 : damaged(v, c->posted, reterr);
		c->posted = before;
	}
	return r;
}

struct gathered {
	struct posting *v;
	size_t n, cap;
};

static int gather(struct gathered *g, struct arena *arena, const struct posting *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (arena_grow(arena, &g->v, g->n, &g->cap, sizeof(*g->v)) < 0)
			return -ENOMEM;
		g->v[g->n++] = p[i];
	}
	return 0;
}

/* All that was ever said of the cell's claims, the newest first. */
static int read_all(struct view *v, const struct ledger_cell *c, struct arena *arena, struct gathered *g,
		    struct error *reterr)
{
	int r = 0;

	for (uint32_t at = c->unsaved ? c->unsaved - 1 : NONE; r == 0 && at != NONE; at = v->unsaved.v[at].before)
		r = gather(g, arena, &v->unsaved.v[at].posting, 1);
	for (int64_t row = c->posted; r == 0 && row;) {
		sqlite3_stmt *s = view_stmt(v, SQL_POSTING_GET, reterr);
		if (!s)
			return -EIO;
		bind_int(v, s, 1, row);
		int rc = view_step(v, s);
		size_t bytes = rc == SQLITE_ROW ? (size_t)sqlite3_column_bytes(s, 1) : 0;
		int64_t before = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : row;
		if (rc == SQLITE_ROW && before < row && bytes % sizeof(struct posting) == 0)
			r = gather(g, arena, sqlite3_column_blob(s, 1), bytes / sizeof(struct posting));
		else
			r = rc == SQLITE_ROW || rc == SQLITE_DONE ? damaged(v, row, reterr)
								  : view_fail(v, "reading claims", reterr);
		sqlite3_reset(s);
		row = before;
	}
	return r == -ENOMEM ? view_no_memory(v, reterr) : r;
}

/* By claim; of one claim in the order in which it came and went. */
static int by_claim(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;
	int c = (x->item > y->item) - (x->item < y->item);

	return c ? c : (x->claim > y->claim) - (x->claim < y->claim);
}

/* What is left: a claim comes as often as it went, or once more. */
static size_t settle(struct posting *p, size_t n)
{
	size_t left = 0;

	qsort(p, n, sizeof(*p), by_claim);
	for (size_t i = 0, end; i < n; i = end) {
		int balance = 0;
		struct posting last = p[i];
		for (end = i; end < n && !by_claim(&p[i], &p[end]); end++) {
			balance += p[end].gone ? -1 : 1;
			if (!p[end].gone)
				last = p[end];
		}
		if (balance > 0)
			p[left++] = last;
	}
	return left;
}

int view_claims(struct view *v, struct ledger_cell *c, struct arena *arena, struct ledger_claim **ret, size_t *ret_n,
		struct error *reterr)
{
	struct gathered g = {0};
	int r = read_all(v, c, arena, &g, reterr);

	if (r < 0)
		return r;
	size_t n = g.n ? settle(g.v, g.n) : 0;
	struct ledger_claim *claims = arena_array(arena, n + 1, sizeof(*claims));
	if (!claims)
		return view_no_memory(v, reterr);
	r = view_touch(v, reterr);
	if (r == 0)
		r = view_postings_drop(v, c, reterr);
	for (size_t i = 0; r == 0 && i < n; i++) {
		claims[i] = claim_of(&g.v[i]);
		r = note(v, c, g.v[i], reterr);
	}
	*ret = claims;
	*ret_n = n;
	return r;
}

void view_forget_unsaved(struct view *v)
{
	v->unsaved.n = v->unsaved.n_cells = 0;
}

void view_unsaved_done(struct view *v)
{
	free(v->unsaved.v);
	free(v->unsaved.row);
}
