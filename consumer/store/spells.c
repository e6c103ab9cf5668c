/* SPDX-License-Identifier: Apache-2.0 */
/* Spells with their history, and the changes that told of them. */
#include "store/private.h"
#include <errno.h>

int view_spells_load(struct view *v, int64_t slot, struct arena *arena, struct view_spell **ret, size_t *ret_n,
		     struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_SPELL_OF_SLOT, reterr);
	struct view_spell *spells = NULL;
	size_t n = 0, cap = 0;
	int rc;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, slot);
	while ((rc = view_step(v, s)) == SQLITE_ROW) {
		struct view_spell sp = {.id = sqlite3_column_int64(s, 0)};
		struct belief *b = &sp.belief;
		size_t refs = (size_t)sqlite3_column_bytes(s, 10), event = (size_t)sqlite3_column_bytes(s, 11);
		b->value = column_span(s, 1, arena);
		sp.json = column_span(s, 12, arena);
		b->begin = (struct day_range){column_day(s, 2, EDTF_DAY_MIN), column_day(s, 3, EDTF_DAY_MAX)};
		b->end = (struct day_range){column_day(s, 4, EDTF_DAY_MIN), column_day(s, 5, EDTF_DAY_MAX)};
		b->status = (enum spell_status)sqlite3_column_int(s, 6);
		b->inferred = (unsigned)sqlite3_column_int(s, 7);
		b->items = (uint32_t)sqlite3_column_int(s, 8);
		b->origins = (uint32_t)sqlite3_column_int(s, 9);
		if (refs > sizeof(b->refs) || refs % sizeof(b->refs[0]) || event != DIGEST_HEX) {
			sqlite3_reset(s);
			return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s: damaged: spell %lld", v->path,
					 (long long)sp.id);
		}
		b->n_refs = (uint32_t)(refs / sizeof(b->refs[0]));
		if (refs)
			memcpy(b->refs, sqlite3_column_blob(s, 10), refs);
		memcpy(sp.event, sqlite3_column_text(s, 11), DIGEST_HEX);
		if (!b->value.p || !sp.json.p || arena_grow(arena, &spells, n, &cap, sizeof(*spells)) < 0) {
			sqlite3_reset(s);
			return view_no_memory(v, reterr);
		}
		spells[n++] = sp;
	}
	sqlite3_reset(s);
	if (rc != SQLITE_DONE)
		return view_fail(v, "reading spells", reterr);
	*ret = spells;
	*ret_n = n;
	return 0;
}

int view_spell_add(struct view *v, int64_t slot, const struct view_spell *sp, int64_t *ret_id, struct error *reterr)
{
	const struct belief *b = &sp->belief;
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_SPELL_ADD, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, slot);
	bind_span(v, s, 2, b->value);
	bind_day(v, s, 3, b->begin.lo, EDTF_DAY_MIN);
	bind_day(v, s, 4, b->begin.hi, EDTF_DAY_MAX);
	bind_day(v, s, 5, b->end.lo, EDTF_DAY_MIN);
	bind_day(v, s, 6, b->end.hi, EDTF_DAY_MAX);
	bind_int(v, s, 7, (int)b->status);
	bind_int(v, s, 8, (int)b->inferred);
	bind_int(v, s, 9, b->items);
	bind_int(v, s, 10, b->origins);
	bind_blob(v, s, 11, b->refs, b->n_refs * sizeof(b->refs[0]));
	bind_span(v, s, 12, span_str(sp->event));
	bind_span(v, s, 13, sp->json);
	bind_int(v, s, 14, v->head.recorded);
	r = view_run(v, s, "writing a spell", reterr);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(v->db);
	return r;
}

int view_spell_end(struct view *v, int64_t id, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_SPELL_END, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, id);
	bind_int(v, s, 2, v->head.recorded);
	return view_run(v, s, "ending a spell", reterr);
}

int view_change_add(struct view *v, int64_t sequence, const char *id, struct span slot, const char *op,
		    const char *reason, struct span causation, struct span data, struct error *reterr)
{
	int r = view_touch(v, reterr);
	sqlite3_stmt *s = r == 0 ? view_stmt(v, SQL_CHANGE_ADD, reterr) : NULL;

	if (!s)
		return -EIO;
	bind_int(v, s, 1, sequence);
	bind_span(v, s, 2, span_str(id));
	bind_span(v, s, 3, slot);
	bind_span(v, s, 4, span_str(op));
	bind_span(v, s, 5, span_str(reason));
	bind_int(v, s, 6, v->head.recorded);
	bind_span(v, s, 7, causation);
	bind_span(v, s, 8, data);
	bind_int(v, s, 9, v->head.epoch);
	return view_run(v, s, "writing a change", reterr);
}

int view_spells_at(struct view *v, int64_t known_at, struct span slot,
		   int (*each)(void *ctx, struct span slot, struct span json, struct error *reterr), void *ctx,
		   struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_SPELL_AT, reterr);
	int rc = SQLITE_DONE, r = 0;

	if (!s)
		return -EIO;
	if (known_at < v->head.recorded_min)
		return error_set(reterr, ERROR_ACTION_STOP, -ERANGE,
				 "the view begins later than that time: what was known then is not kept");
	bind_int(v, s, 1, known_at);
	bind_span(v, s, 2, slot);
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW)
		r = each(ctx, span_of((const char *)sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0)),
			 span_of((const char *)sqlite3_column_text(s, 1), (size_t)sqlite3_column_bytes(s, 1)), reterr);
	sqlite3_reset(s);
	if (r == 0 && rc != SQLITE_DONE)
		r = view_fail(v, "reading spells", reterr);
	return r;
}
