/* SPDX-License-Identifier: Apache-2.0 */
/* Slots: loaded when first touched, resolved when something in them changed, told of change by change. */
#include "stage/fold_private.h"
#include <errno.h>
#include <stdlib.h>

void fold_slot_free(struct fold_slot *s)
{
	if (!s)
		return;
	live_free(s->live);
	ledger_done(&s->ledger);
	fold_held_free(s->held, s->n_held);
	free((void *)(uintptr_t)s->name.p);
	free(s);
}

int fold_touch(struct fold *f, struct fold_slot *s)
{
	if (s->touched)
		return 0;
	if (arena_grow(&f->arena, &f->touched, f->n_touched, &f->cap_touched, sizeof(struct fold_slot *)) < 0)
		return -ENOMEM;
	f->touched[f->n_touched++] = s;
	s->touched = true;
	return 0;
}

static int by_held(const void *a, const void *b)
{
	const struct held_spell *x = a, *y = b;
	int c = spell_cmp(&x->spell, &y->spell);

	return c ? c : (x->row > y->row) - (x->row < y->row);
}

static int load_spells(struct fold *f, struct fold_slot *s, struct error *reterr)
{
	struct view_spell *rows = NULL;
	size_t n = 0;
	int e = view_spells_load(f->view, s->id, &f->arena, &rows, &n, reterr);

	if (e < 0)
		return e;
	s->held = calloc(n + 1, sizeof(*s->held));
	if (!s->held)
		return fold_no_memory(reterr);
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct held_spell *h = &s->held[s->n_held++];
		h->belief = rows[i].belief;
		h->row = rows[i].id;
		memcpy(h->event, rows[i].event, sizeof(h->event));
		e = fold_held_load(h, rows[i].json, &f->arena, reterr);
	}
	if (e == 0 && n)
		qsort(s->held, s->n_held, sizeof(*s->held), by_held);
	return e;
}

static const struct view_slot *stored_slot(struct fold *f, struct span name)
{
	size_t n;
	const struct view_slot *v = view_slots(f->view, &n);
	size_t at = span_lower_bound(v, n, sizeof(*v), offsetof(struct view_slot, name), name);

	return at < n && span_eq(v[at].name, name) ? &v[at] : NULL;
}

static int load_slot(struct fold *f, struct span name, struct fold_slot **ret, struct error *reterr)
{
	struct fold_slot *s = calloc(1, sizeof(*s));
	char *copy = malloc(name.n + 1);
	const struct view_slot *stored = stored_slot(f, name);
	int e = s && copy ? 0 : fold_no_memory(reterr);

	if (e < 0) {
		free(s);
		free(copy);
		return e;
	}
	memcpy(copy, name.p, name.n);
	s->name = span_of(copy, name.n);
	s->rules = slot_rules_find(&f->options.rules, s->name);
	if (stored) {
		s->id = stored->id;
		e = view_cells_load(f->view, s->id, &s->ledger, reterr);
		if (e == 0)
			e = load_spells(f, s, reterr);
	} else {
		e = view_slot_add(f->view, s->name, &s->id, reterr);
	}
	if (e < 0)
		fold_slot_free(s);
	else
		*ret = s;
	return e;
}

int fold_slot_get(struct fold *f, struct span name, struct fold_slot **ret, struct error *reterr)
{
	size_t at = span_lower_bound(f->slots, f->n_slots, sizeof(*f->slots), offsetof(struct slot_place, name), name);

	if (at < f->n_slots && span_eq(f->slots[at].name, name)) {
		*ret = f->slots[at].slot;
		return 0;
	}
	if (array_grow(&f->slots, f->n_slots, &f->cap_slots, sizeof(*f->slots)) < 0)
		return fold_no_memory(reterr);
	struct fold_slot *s = NULL;
	int e = load_slot(f, name, &s, reterr);
	if (e < 0)
		return e;
	memmove(&f->slots[at + 1], &f->slots[at], (f->n_slots - at) * sizeof(*f->slots));
	f->slots[at] = (struct slot_place){s->name, s};
	f->n_slots++;
	*ret = s;
	return 0;
}

/* The slot's new spells: those that are as before keep everything, the others are published. held[i].row is 0 for new
 * ones; taken[k] says that the old one k went over. */
static int next_spells(struct fold *f, struct fold_slot *s, const struct belief_list *l, struct held_spell *held,
		       bool *taken, struct error *reterr)
{
	size_t from = 0;
	int e = 0;

	for (size_t i = 0; e == 0 && i < l->n; i++) {
		size_t k = from;
		while (k < s->n_held && (taken[k] || !belief_eq(&s->held[k].belief, &l->v[i])))
			k++;
		if (k < s->n_held) {
			held[i] = s->held[k];
			for (uint32_t r = 0; r < l->v[i].n_refs; r++) /* the item's row may be another */
				held[i].belief.refs[r].item = l->v[i].refs[r].item;
			taken[k] = true;
			while (from < s->n_held && taken[from])
				from++;
		} else {
			e = fold_held_publish(f, s, &l->v[i], &held[i], reterr);
		}
	}
	return e;
}

static int emit(struct output *out, const char *topic, struct span key, struct span value,
		const struct record_header *headers, size_t n_headers, int64_t timestamp, struct error *reterr)
{
	struct record r = {.topic = span_str(topic),
			   .partition = -1,
			   .offset = -1,
			   .timestamp = timestamp,
			   .key = key,
			   .value = value,
			   .headers = headers,
			   .n_headers = n_headers};

	return out->silent ? 0 : out->emit(out, &r, reterr);
}

static enum change_reason reason_of(const struct fold_cause *cause, enum change_op op)
{
	if (cause->reason == CHANGE_ASSERT && (op == CHANGE_DISPUTED || op == CHANGE_SETTLED))
		return CHANGE_CONFLICT;
	return cause->reason;
}

static int tell_change(struct fold *f, struct fold_slot *s, const struct change *c, struct held_spell *held,
		       const struct fold_cause *cause, struct output *out, struct error *reterr)
{
	struct view_head *head = view_head(f->view);
	struct record_header headers[CHANGE_HEADERS_MAX];
	struct spell_evidence proof[SPELL_EVIDENCE_MAX];
	struct span value = c->after ? c->after->value : c->before->value;
	struct change_event e = {
		.slot = s->name,
		.change = *c,
		.reason = reason_of(cause, c->op),
		.uri = cause->record->uri,
		.version = cause->record->version,
		.causation = cause->key,
		.evidence = proof,
		.n_evidence = fold_proof(cause->record, s->name, value, proof),
		.supersedes = c->before ? span_str(s->held[c->before_at].event) : SPAN_NONE,
		.source = f->options.source,
		.epoch = head->epoch,
		.sequence = head->sequence + 1,
		.recorded = cause->timestamp,
	};

	strbuf_clear(&f->data);
	change_json_data(&e, &f->data);
	change_json_identify(&e, strbuf_span(&f->data), &f->scratch);
	int n = change_json_headers(&e, &f->arena, headers);
	if (f->data.failed || f->scratch.failed || n < 0)
		return fold_no_memory(reterr);
	int r = emit(out, f->options.changes, s->name, strbuf_span(&f->data), headers, (size_t)n, cause->timestamp,
		     reterr);
	if (r == 0)
		r = view_change_add(f->view, e.sequence, e.id, s->name, change_op_name(c->op),
				    change_reason_name(e.reason), cause->key, strbuf_span(&f->data), reterr);
	if (r < 0)
		return r;
	head->sequence++;
	if (c->after)
		memcpy(held[c->after_at].event, e.id, sizeof(e.id));
	return 0;
}

static int tell_state(struct fold *f, const struct fold_slot *s, const struct timeline *t,
		      const struct fold_cause *cause, struct output *out, struct error *reterr)
{
	const struct view_head *head = view_head(f->view);
	struct state_record r = {*t, head->epoch, head->sequence, cause->timestamp};

	if (out->silent)
		return 0;
	strbuf_clear(&f->data);
	state_json_encode(&r, &f->data);
	if (f->data.failed)
		return fold_no_memory(reterr);
	return emit(out, f->options.state, s->name, strbuf_span(&f->data), NULL, 0, cause->timestamp, reterr);
}

static int store_spells(struct fold *f, struct fold_slot *s, struct held_spell *held, size_t n, const bool *taken,
			struct error *reterr)
{
	int e = 0;

	for (size_t k = 0; e == 0 && k < s->n_held; k++)
		if (!taken[k])
			e = view_spell_end(f->view, s->held[k].row, reterr);
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct view_spell row = {.belief = held[i].belief, .json = held[i].json};
		if (held[i].row)
			continue;
		memcpy(row.event, held[i].event, sizeof(row.event));
		e = view_spell_add(f->view, s->id, &row, &held[i].row, reterr);
	}
	return e;
}

static int timeline_of(struct fold *f, const struct fold_slot *s, const struct held_spell *h, size_t n,
		       struct timeline *ret)
{
	struct timeline t = {s->name, arena_array(&f->arena, n + 1, sizeof(*t.v)), n};

	if (!t.v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		t.v[i] = h[i].spell;
	*ret = t;
	return 0;
}

/* Tells the difference between s->held and held[], stores it, and makes held[] the slot's. */
static int turn_slot(struct fold *f, struct fold_slot *s, struct held_spell *held, size_t n, const bool *taken,
		     const struct fold_cause *cause, struct output *out, struct error *reterr)
{
	struct timeline before, after;
	struct change_list changes;
	int e = 0;

	if (timeline_of(f, s, s->held, s->n_held, &before) < 0 || timeline_of(f, s, held, n, &after) < 0 ||
	    change_diff(&before, &after, &f->arena, &changes) < 0)
		return fold_no_memory(reterr);
	for (size_t i = 0; e == 0 && i < changes.n; i++)
		e = tell_change(f, s, &changes.v[i], held, cause, out, reterr);
	if (e == 0 && changes.n)
		e = tell_state(f, s, &after, cause, out, reterr);
	return e == 0 ? store_spells(f, s, held, n, taken, reterr) : e;
}

/* Tells a new live state of all cells there are. */
static int make_live(struct fold_slot *s)
{
	s->live = live_new(s->rules);
	if (!s->live)
		return -ENOMEM;
	for (size_t i = 0; i < s->ledger.n; i++)
		if (s->ledger.v[i]->n_claims && live_cell(s->live, s->ledger.v[i]) < 0)
			return -ENOMEM;
	return 0;
}

static int resolve_cells(struct fold *f, struct fold_slot *s, struct belief_list *ret, struct day_range *ret_wake)
{
	if (!s->live && make_live(s) < 0)
		return -ENOMEM;
	return live_resolve(s->live, watermark_of(view_watermark(f->view)), &f->arena, ret, ret_wake);
}

/* As next_spells() where nothing changed, which is the rule: true if all are as before. */
static bool spells_as_before(struct fold_slot *s, const struct belief_list *l)
{
	if (l->n != s->n_held)
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (!belief_eq(&s->held[i].belief, &l->v[i]))
			return false;
	for (size_t i = 0; i < l->n; i++)
		for (uint32_t r = 0; r < l->v[i].n_refs; r++) /* the item's row may be another */
			s->held[i].belief.refs[r].item = l->v[i].refs[r].item;
	return true;
}

static int keep_wake(struct fold *f, const struct fold_slot *s, struct day_range wake, struct error *reterr)
{
	const struct view_slot *stored = stored_slot(f, s->name);

	if (stored && stored->wake.lo == wake.lo && stored->wake.hi == wake.hi)
		return 0;
	return view_slot_set_wake(f->view, s->id, wake, reterr);
}

int fold_resolve(struct fold *f, struct fold_slot *s, const struct fold_cause *cause, struct output *out,
		 struct error *reterr)
{
	struct belief_list l = {0};
	struct day_range wake;

	if (resolve_cells(f, s, &l, &wake) < 0)
		return fold_no_memory(reterr);
	int e = keep_wake(f, s, wake, reterr);
	if (e < 0 || spells_as_before(s, &l))
		return e;
	bool *taken = arena_array(&f->arena, s->n_held + 1, sizeof(*taken));
	struct held_spell *held = calloc(l.n + 1, sizeof(*held));
	e = taken && held ? next_spells(f, s, &l, held, taken, reterr) : fold_no_memory(reterr);
	if (e == 0)
		e = turn_slot(f, s, held, l.n, taken, cause, out, reterr);
	if (e < 0) {
		/* The new ones go; those that were taken over are still the slot's. The caller rolls back. */
		for (size_t i = 0; held && i < l.n; i++)
			if (!held[i].row)
				free(held[i].memory);
		free(held);
		return e;
	}
	for (size_t k = 0; k < s->n_held; k++)
		if (!taken[k])
			free(s->held[k].memory);
	free(s->held);
	s->held = held;
	s->n_held = l.n;
	return 0;
}

/* The beginning of an epoch: every belief is told anew, by the snapshot alone. */
int fold_republish(struct fold *f, struct fold_slot *s, const char *event, const struct fold_cause *cause,
		   struct output *out, struct error *reterr)
{
	struct belief_list l = {0};
	struct day_range wake;
	struct timeline now;

	if (resolve_cells(f, s, &l, &wake) < 0)
		return fold_no_memory(reterr);
	bool *taken = arena_array(&f->arena, s->n_held + 1, sizeof(*taken));
	struct held_spell *held = calloc(l.n + 1, sizeof(*held));
	int e = taken && held ? 0 : fold_no_memory(reterr);
	for (size_t i = 0; e == 0 && i < l.n; i++) {
		e = fold_held_publish(f, s, &l.v[i], &held[i], reterr);
		memcpy(held[i].event, event, sizeof(held[i].event));
	}
	if (e == 0 && timeline_of(f, s, held, l.n, &now) < 0)
		e = fold_no_memory(reterr);
	if (e == 0)
		e = tell_state(f, s, &now, cause, out, reterr);
	if (e == 0)
		e = store_spells(f, s, held, l.n, taken, reterr);
	if (e == 0)
		e = view_slot_set_wake(f->view, s->id, wake, reterr);
	if (e < 0) {
		fold_held_free(held, l.n);
		return e;
	}
	fold_held_free(s->held, s->n_held);
	s->held = held;
	s->n_held = l.n;
	return 0;
}
