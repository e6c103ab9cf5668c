/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/fold_private.h"
#include <errno.h>
#include <stdlib.h>

/* Of what the result depends on beside the claims; the last number changes with the resolver or the file's layout. */
#define FOLD_RULES_VERSION 2
#define FOLD_UNSAVED_MAX ((size_t)64 * 1024) /* claims, 56 bytes each */

int fold_no_memory(struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_RETRY, -ENOMEM, "out of memory");
}

static void put_rules(struct strbuf *b, const struct fold_options *o)
{
	uint16_t order = 1;

	strbuf_addf(b, "%d %zu %zu %d\n", FOLD_RULES_VERSION, sizeof(struct claim_ref), sizeof(struct cell_source),
		    *(char *)&order);
	for (size_t i = 0; i < o->rules.n; i++) {
		const struct slot_rules *r = &o->rules.v[i];
		strbuf_addf(b, "%.*s %d %d %d %d", SPAN_FMT(r->kind), (int)r->shape, r->short_days, r->apart_days,
			    r->not_before);
		for (size_t k = 0; k < r->n_stage; k++)
			strbuf_addf(b, " %.*s>%.*s", SPAN_FMT(r->stage[k]), SPAN_FMT(r->stage_of[k]));
		for (size_t k = 0; k < r->n_never; k++)
			strbuf_addf(b, " %.*s!%.*s", SPAN_FMT(r->after[k]), SPAN_FMT(r->never[k]));
		for (size_t k = 0; k < r->n_values; k++)
			strbuf_addf(b, " %.*s", SPAN_FMT(r->values[k]));
		strbuf_addch(b, '\n');
	}
	for (size_t i = 0; i < o->rules.n_weights; i++)
		strbuf_addf(b, "%.*s=%u\n", SPAN_FMT(o->rules.weights[i].name), o->rules.weights[i].weight);
}

int fold_new(const struct fold_options *o, struct fold **ret, struct error *reterr)
{
	struct fold *f = calloc(1, sizeof(*f));
	struct strbuf rules = STRBUF_INIT;
	char id[DIGEST_HEX + 1];

	if (!f)
		return fold_no_memory(reterr);
	f->options = *o;
	f->data = f->scratch = STRBUF_INIT;
	arena_init(&f->arena, FOLD_RECORD_MEMORY);
	put_rules(&rules, o);
	struct digest d = digest_of(strbuf_span(&rules));
	digest_hex(&d, id);
	int e = rules.failed ? fold_no_memory(reterr) : view_open(o->view, o->mode, id, &f->view, reterr);
	strbuf_done(&rules);
	if (e == 0)
		e = view_rules_save(f->view, &o->rules, reterr);
	if (e == 0)
		e = view_commit(f->view, reterr);
	if (e < 0) {
		fold_free(f);
		return e;
	}
	*ret = f;
	return 0;
}

static void forget(struct fold *f)
{
	for (size_t i = 0; i < f->n_slots; i++)
		fold_slot_free(f->slots[i].slot);
	f->n_slots = f->n_dirty = 0;
}

void fold_free(struct fold *f)
{
	if (!f)
		return;
	forget(f);
	free(f->slots);
	free(f->dirty);
	view_close(f->view);
	arena_done(&f->arena);
	strbuf_done(&f->data);
	strbuf_done(&f->scratch);
	free(f);
}

struct view *fold_view(struct fold *f)
{
	return f->view;
}

int fold_swap_versions(struct fold *f, const struct item_turn *t, const struct claims_record *r, struct error *reterr)
{
	int64_t ids[2] = {t->was, t->now};
	int e = 0;

	for (int i = 0; e == 0 && i < 2; i++) {
		struct claims_record stored = *r;
		if (!ids[i])
			continue;
		if (ids[i] != t->added)
			e = fold_stored_record(f, ids[i], &stored, reterr);
		if (e == 0)
			e = fold_count_item(f, &stored, ids[i], i ? 1 : -1, reterr);
	}
	return e;
}

/* Plans may turn when the items' dates pass them. */
static int wake_slots(struct fold *f, struct error *reterr)
{
	edtf_day day = watermark_of(view_watermark(f->view));
	size_t n;
	const struct view_slot *v = view_slots(f->view, &n);

	for (size_t i = 0; i < n; i++) {
		struct fold_slot *s = NULL;
		if (day >= v[i].wake.lo && day <= v[i].wake.hi)
			continue;
		int e = fold_slot_get(f, v[i].name, &s, reterr);
		if (e == 0 && fold_touch(f, s) < 0)
			e = fold_no_memory(reterr);
		if (e < 0)
			return e;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return span_cmp((*(struct fold_slot *const *)a)->name, (*(struct fold_slot *const *)b)->name);
}

int fold_settle(struct fold *f, const struct fold_cause *cause, struct output *out, struct error *reterr)
{
	int e = 0;

	if (!view_head(f->view)->handover)
		e = wake_slots(f, reterr);
	if (e == 0 && f->n_touched)
		qsort(f->touched, f->n_touched, sizeof(struct fold_slot *), by_name);
	for (size_t i = 0; e == 0 && i < f->n_touched && !view_head(f->view)->handover; i++)
		e = fold_resolve(f, f->touched[i], cause, out, reterr);
	return e;
}

static int swap_and_settle(struct fold *f, const struct claims_record *r, const struct item_turn *t,
			   const struct record *in, struct output *out, struct error *reterr)
{
	struct fold_cause cause = {.record = r, .timestamp = in->timestamp, .reason = CHANGE_ASSERT};
	struct strbuf key = STRBUF_INIT;

	if (r->status != PUBSTATUS_USABLE)
		cause.reason = CHANGE_RETRACT;
	else if (t->was)
		cause.reason = CHANGE_CORRECT;
	claims_json_key(r, &key);
	cause.key = arena_copy(&f->arena, strbuf_span(&key));
	strbuf_done(&key);
	if (!cause.key.p)
		return fold_no_memory(reterr);
	int e = fold_swap_versions(f, t, r, reterr);
	return e == 0 ? fold_settle(f, &cause, out, reterr) : e;
}

static int apply(struct fold *f, const struct claims_record *r, const struct record *in, struct output *out,
		 struct error *reterr)
{
	struct item_turn t;
	int e = fold_turn_item(f, r, in->value, &t, reterr);

	if (e < 0 || t.known)
		return e;
	if (t.was != t.now)
		e = swap_and_settle(f, r, &t, in, out, reterr);
	for (size_t i = 0; e == 0 && i < t.n_replaced; i++)
		e = view_item_drop(f->view, t.replaced[i], reterr);
	return e;
}

static int fold_record(struct fold *f, const struct record *in, struct output *out, struct error *reterr)
{
	struct view_head *head = view_head(f->view);
	struct claims_record r;
	int e = fold_feed_record(f, in, out, reterr);

	if (e != 0)
		return e < 0 ? e : 0;
	e = claims_json_decode(in->value, f->options.pack, &f->arena, &r, reterr);
	if (e < 0)
		return e;
	if (head->recorded_min == INT64_MIN)
		head->recorded_min = in->timestamp;
	if (in->timestamp > head->recorded)
		head->recorded = in->timestamp;
	return apply(f, &r, in, out, reterr);
}

static int save_cells(struct fold *f, struct error *reterr)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < f->n_dirty; i++)
		if (f->dirty[i].cell->dirty)
			e = view_cell_save(f->view, f->dirty[i].slot->id, f->dirty[i].cell, reterr);
	for (size_t i = 0; e == 0 && i < f->n_dirty; i++)
		if (!f->dirty[i].cell->n_claims)
			ledger_drop(&f->dirty[i].slot->ledger, f->dirty[i].cell);
	if (e == 0)
		f->n_dirty = 0;
	return e;
}

/* Whatever of the view contradicts itself shall not be met again at the next start. */
static int met(struct fold *f, int e, struct error *reterr)
{
	if (e == -EUCLEAN)
		view_distrust(f->view, reterr);
	return e;
}

static int step(void *ctx, const struct record *in, struct output *out, struct error *reterr)
{
	struct fold *f = ctx;

	arena_reset(&f->arena);
	f->touched = NULL;
	f->n_touched = f->cap_touched = 0;
	int e = fold_record(f, in, out, reterr);
	for (size_t i = 0; i < f->n_touched; i++)
		f->touched[i]->touched = false;
	/* A restore commits at its end only: what waits for a commit must not grow with the log. */
	if (e == 0 && view_unsaved(f->view) > FOLD_UNSAVED_MAX)
		e = save_cells(f, reterr);
	return met(f, e, reterr);
}

static int64_t position(void *ctx, int32_t partition)
{
	struct fold *f = ctx;

	(void)partition;
	return view_head(f->view)->position;
}

static int committed(void *ctx, int32_t partition, int64_t next_offset, struct error *reterr)
{
	struct fold *f = ctx;
	int e = save_cells(f, reterr);

	(void)partition;
	if (e == 0) {
		view_head(f->view)->position = next_offset;
		e = view_commit(f->view, reterr);
	}
	return met(f, e, reterr);
}

static int rolled_back(void *ctx, struct error *reterr)
{
	struct fold *f = ctx;

	forget(f);
	return met(f, view_rollback(f->view, reterr), reterr);
}

struct processor fold_processor(struct fold *f, const char *input_topic)
{
	return (struct processor){.name = "fold",
				  .input_topic = input_topic,
				  .ctx = f,
				  .step = step,
				  .position = position,
				  .committed = committed,
				  .rolled_back = rolled_back};
}
