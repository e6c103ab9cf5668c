/* SPDX-License-Identifier: Apache-2.0 */
/* state: questions to the view: what holds on a day, what was known at a time, the whole history, and why. */
#include "command/state.h"
#include "codec/spell_json.h"
#include "command/command.h"
#include "command/export.h"
#include "command/topics.h"
#include "stage/fold_why.h"
#include "store/view.h"
#include <errno.h>
#include <stdio.h>

struct asker {
	const struct consumer_options *o;
	struct arena arena; /* of one slot */
	struct strbuf out;
	struct span slot; /* the one being collected */
	struct spell *spells;
	struct span *json;
	size_t n, cap, cap_json;
	edtf_day day; /* asked for */
	bool header;
	struct view *view;
};

static bool wanted_slot(const struct consumer_options *o, struct span slot)
{
	struct span want = span_str(o->slot);

	return !want.n || span_eq(slot, want) || span_eq(slot_kind(slot), want);
}

static bool wanted(const struct asker *a, const struct timeline *t, size_t i)
{
	enum spell_status s = t->v[i].status;

	if (a->o->history)
		return true;
	if (!a->o->at && s == SPELL_EXPECTED)
		return true;
	return (s == SPELL_ESTABLISHED || s == SPELL_DISPUTED) && timeline_holds_on(t, i, a->day) != SPELL_HOLDS_NOT;
}

/* Prints what was collected of one slot. */
static int flush_slot(struct asker *a, struct error *reterr)
{
	struct timeline t = {a->slot, a->spells, a->n};
	int e = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!wanted(a, &t, i))
			continue;
		if (a->o->json) {
			strbuf_add(&a->out, a->json[i]);
			strbuf_addch(&a->out, '\n');
		} else {
			if (!a->header)
				state_table_header(&a->out);
			a->header = true;
			state_table_row(&a->out, a->slot, &a->spells[i]);
		}
	}
	if (a->n && a->o->why)
		e = fold_why(a->view, a->slot, a->o->json, &a->out, reterr);
	a->n = a->cap = a->cap_json = 0;
	a->spells = NULL;
	a->json = NULL;
	a->slot = SPAN_NONE;
	arena_reset(&a->arena);
	if (e == 0 && (a->out.failed || fwrite(a->out.buf, 1, a->out.len, stdout) != a->out.len))
		e = error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %s", strerror(errno));
	strbuf_clear(&a->out);
	return e;
}

static int take_spell(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	struct asker *a = ctx;
	struct span said;
	int e = 0;

	if (!wanted_slot(a->o, slot))
		return 0;
	if (a->n && !span_eq(slot, a->slot))
		e = flush_slot(a, reterr);
	if (e < 0)
		return e;
	if (!a->slot.n)
		a->slot = arena_copy(&a->arena, slot);
	struct span copy = arena_copy(&a->arena, json);
	if (!a->slot.p || !copy.p || arena_grow(&a->arena, &a->spells, a->n, &a->cap, sizeof(*a->spells)) < 0 ||
	    arena_grow(&a->arena, &a->json, a->n, &a->cap_json, sizeof(*a->json)) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	a->json[a->n] = copy;
	e = spell_json_decode(copy, &a->arena, &said, &a->spells[a->n], reterr);
	if (e < 0) {
		error_escalate(reterr, ERROR_ACTION_STOP);
		error_prefix(reterr, "the view is damaged: a spell");
		return e;
	}
	a->n++;
	return 0;
}

static int read_questions(struct asker *a, int64_t *known_at, struct error *reterr)
{
	const struct consumer_options *o = a->o;
	struct edtf day;

	*known_at = INT64_MAX;
	if (!o->state)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--state VIEW: which view?");
	if (o->known_at && time_json_parse(span_str(o->known_at), known_at) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "--known-at %s: a time such as 2024-07-04T10:00:00Z, or a date, is expected",
				 o->known_at);
	if (o->at) {
		if (edtf_parse(span_str(o->at), &day) < 0 || day.grain != EDTF_GRAIN_DAY)
			return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
					 "--at %s: a day such as 2024-07-04 is expected", o->at);
		a->day = edtf_lo(day);
	}
	if (o->why && o->known_at)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "--why explains what is believed now; it does not go with --known-at");
	return 0;
}

static int check(struct asker *a, struct error *reterr)
{
	int64_t pages = 0;
	int e = view_check(a->view, &pages, reterr);

	if (e == 0 && printf("%s: whole, %lld pages; covers the log to offset %lld\n", a->o->state, (long long)pages,
			     (long long)view_head(a->view)->position) < 0)
		e = error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %s", strerror(errno));
	return e;
}

static int ask(struct asker *a, struct error *reterr)
{
	int64_t known_at;
	int e = read_questions(a, &known_at, reterr);

	if (e == 0)
		e = view_open(a->o->state, VIEW_READ, NULL, &a->view, reterr);
	if (e < 0)
		return e;
	if (a->o->check)
		return check(a, reterr);
	if (!a->o->at)
		a->day = watermark_of(view_watermark(a->view));
	e = view_spells_at(a->view, known_at, SPAN_NONE, take_spell, a, reterr);
	if (e == 0)
		e = flush_slot(a, reterr);
	if (e == -ERANGE)
		error_prefix(reterr, "--known-at %s", a->o->known_at);
	return e;
}

int command_state(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	struct asker a = {.o = &c.values, .out = STRBUF_INIT};
	int code = command_begin(&c, CONSUMER_STATE, argc, argv);

	arena_init(&a.arena, 0);
	if (code < 0 && c.n_arguments)
		error_set(&err, ERROR_ACTION_STOP, -EINVAL, "'%s': state takes no arguments", c.arguments[0]);
	if (code < 0 && !err.code && a.o->snapshot_out)
		code = export_snapshot(&c, &err) < 0 ? topics_fail(argv[0], &err) : COMMAND_DONE;
	else if (code < 0 && !err.code)
		ask(&a, &err);
	if (code < 0)
		code = err.code ? command_fail(argv[0], &err) : COMMAND_DONE;
	view_close(a.view);
	arena_done(&a.arena);
	strbuf_done(&a.out);
	command_end(&c);
	return code;
}
