/* SPDX-License-Identifier: Apache-2.0 */
/* Slots and their cells. Samples are stored as the arrays of the machine: the file is a cache of this host, and the
caller names the layout in its rules (view_open), so that another kind of host refuses it. */
#include "store/private.h"
#include <errno.h>
#include <stdlib.h>

static int insert_slot(struct view *v, struct view_slot slot, struct error *reterr)
{
	char *name = malloc(slot.name.n + 1);

	if (!name || array_grow(&v->slots, v->n_slots, &v->cap_slots, sizeof(*v->slots)) < 0) {
		free(name);
		return view_no_memory(v, reterr);
	}
	memcpy(name, slot.name.p, slot.name.n);
	slot.name.p = name;
	size_t at =
		span_lower_bound(v->slots, v->n_slots, sizeof(*v->slots), offsetof(struct view_slot, name), slot.name);
	memmove(&v->slots[at + 1], &v->slots[at], (v->n_slots - at) * sizeof(*v->slots));
	v->slots[at] = slot;
	v->n_slots++;
	return 0;
}

int view_load_slots(struct view *v, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_SLOT_ALL, reterr);
	int rc, r = 0;

	if (!s)
		return -EIO;
	while (v->n_slots)
		free((void *)(uintptr_t)v->slots[--v->n_slots].name.p);
	while ((rc = view_step(v, s)) == SQLITE_ROW && r == 0)
		r = insert_slot(
			v,
			(struct view_slot){.id = sqlite3_column_int64(s, 0),
					   .name = span_of((const char *)sqlite3_column_text(s, 1),
							   (size_t)sqlite3_column_bytes(s, 1)),
					   .wake = {column_day(s, 2, EDTF_DAY_MIN), column_day(s, 3, EDTF_DAY_MAX)}},
			reterr);
	sqlite3_reset(s);
	if (r == 0 && rc != SQLITE_DONE)
		r = view_fail(v, "reading slots", reterr);
	return r;
}

const struct view_slot *view_slots(struct view *v, size_t *ret_n)
{
	*ret_n = v->n_slots;
	return v->slots;
}

int view_slot_add(struct view *v, struct span name, int64_t *ret_id, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_SLOT_ADD, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_span(v, s, 1, name);
	r = view_run(v, s, "writing a slot", reterr);
	if (r < 0)
		return r;
	struct view_slot slot = {sqlite3_last_insert_rowid(v->db), name, {EDTF_DAY_MIN, EDTF_DAY_MAX}};
	r = insert_slot(v, slot, reterr);
	if (r == 0)
		*ret_id = slot.id;
	return r;
}

int view_slot_set_wake(struct view *v, int64_t slot, struct day_range wake, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_SLOT_WAKE, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, slot);
	bind_day(v, s, 2, wake.lo, EDTF_DAY_MIN);
	bind_day(v, s, 3, wake.hi, EDTF_DAY_MAX);
	r = view_run(v, s, "writing a slot", reterr);
	for (size_t i = 0; r == 0 && i < v->n_slots; i++)
		if (v->slots[i].id == slot)
			v->slots[i].wake = wake;
	return r;
}

/* Copies at most `max` elements of a blob; their number. */
static uint32_t column_array(sqlite3_stmt *s, int at, void *ret, size_t size, size_t max)
{
	size_t n = (size_t)sqlite3_column_bytes(s, at) / size;

	n = n < max ? n : max;
	if (n)
		memcpy(ret, sqlite3_column_blob(s, at), n * size);
	return (uint32_t)n;
}

static int read_cell(struct view *v, sqlite3_stmt *s, struct ledger *ret, struct error *reterr)
{
	struct cell key = {.value =
				   span_of((const char *)sqlite3_column_text(s, 1), (size_t)sqlite3_column_bytes(s, 1)),
			   .modality = (enum claim_modality)sqlite3_column_int(s, 2),
			   .begin = column_edtf(s, 3),
			   .end = column_edtf(s, 4),
			   .holds_at = column_edtf(s, 5),
			   .derived = (unsigned)sqlite3_column_int(s, 6),
			   .daily = sqlite3_column_int(s, 14) != 0};
	struct ledger_cell *c = ledger_cell(ret, &key);
	size_t n_sources = (size_t)sqlite3_column_bytes(s, 8) / sizeof(struct cell_source);

	if (!c || c->id)
		return c ? error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: a cell twice", v->path)
			 : view_no_memory(v, reterr);
	c->sources = malloc((n_sources + 1) * sizeof(*c->sources));
	if (!c->sources)
		return view_no_memory(v, reterr);
	c->cap_sources = (uint32_t)n_sources + 1;
	c->id = sqlite3_column_int64(s, 0);
	c->dirty = false;
	c->n_claims = (uint64_t)sqlite3_column_int64(s, 7);
	c->n_sources = column_array(s, 8, c->sources, sizeof(*c->sources), n_sources);
	c->cell.items.n = column_array(s, 9, c->cell.items.v, sizeof(uint64_t), SPELL_SUPPORT_MAX);
	c->cell.texts.n = column_array(s, 10, c->cell.texts.v, sizeof(uint64_t), SPELL_SUPPORT_MAX);
	c->cell.n_refs = column_array(s, 11, c->cell.refs, sizeof(struct claim_ref), CELL_REFS_MAX);
	c->cell.first_published = column_day(s, 12, EDTF_DAY_MAX);
	c->cell.last_published = column_day(s, 13, EDTF_DAY_MIN);
	c->posted = sqlite3_column_int64(s, 16);
	column_array(s, 15, c->cell.days, sizeof(c->cell.days[0]), ARRAY_SIZE(c->cell.days));
	cell_trim(&c->cell);
	ledger_weigh(c);
	return 0;
}

int view_cells_load(struct view *v, int64_t slot, struct ledger *ret, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_CELL_OF_SLOT, reterr);
	int rc, r = 0;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, slot);
	while ((rc = view_step(v, s)) == SQLITE_ROW && r == 0)
		r = read_cell(v, s, ret, reterr);
	sqlite3_reset(s);
	if (r == 0 && rc != SQLITE_DONE)
		r = view_fail(v, "reading cells", reterr);
	return r;
}

int view_cell_id(struct view *v, struct ledger_cell *c)
{
	sqlite3_stmt *s = v->last_cell || c->id ? NULL : view_stmt(v, SQL_CELL_LAST, NULL);

	if (c->id)
		return 0;
	if (s && view_step(v, s) == SQLITE_ROW)
		v->last_cell = sqlite3_column_int64(s, 0);
	if (s)
		sqlite3_reset(s);
	c->id = ++v->last_cell;
	return 0;
}

int view_cell_save(struct view *v, int64_t slot, struct ledger_cell *c, struct error *reterr)
{
	int r = view_touch(v, reterr);

	if (r == 0)
		r = c->n_claims ? view_postings_save(v, c, reterr) : view_postings_drop(v, c, reterr);
	if (r < 0)
		return r;
	sqlite3_stmt *s = view_stmt(v, c->n_claims ? SQL_CELL_PUT : SQL_CELL_DROP, reterr);
	if (!s)
		return -EIO;
	c->dirty = false;
	bind_int(v, s, 1, c->id);
	if (!c->n_claims)
		return view_run(v, s, "removing a cell", reterr);
	bind_int(v, s, 2, slot);
	bind_span(v, s, 3, c->cell.value);
	bind_int(v, s, 4, (int)c->cell.modality);
	bind_edtf(v, s, 5, c->cell.begin);
	bind_edtf(v, s, 6, c->cell.end);
	bind_edtf(v, s, 7, c->cell.holds_at);
	bind_int(v, s, 8, (int)c->cell.derived);
	bind_int(v, s, 9, c->cell.weight);
	bind_int(v, s, 10, (int64_t)c->n_claims);
	bind_blob(v, s, 11, c->sources, c->n_sources * sizeof(*c->sources));
	bind_blob(v, s, 12, c->cell.items.v, c->cell.items.n * sizeof(uint64_t));
	bind_blob(v, s, 13, c->cell.texts.v, c->cell.texts.n * sizeof(uint64_t));
	bind_blob(v, s, 14, c->cell.refs, c->cell.n_refs * sizeof(struct claim_ref));
	bind_day(v, s, 15, c->cell.first_published, EDTF_DAY_MAX);
	bind_day(v, s, 16, c->cell.last_published, EDTF_DAY_MIN);
	bind_int(v, s, 17, c->cell.daily);
	bind_blob(v, s, 18, c->cell.days, c->cell.daily ? sizeof(c->cell.days) : 0);
	bind_int(v, s, 19, c->posted);
	return view_run(v, s, "writing a cell", reterr);
}
