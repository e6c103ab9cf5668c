/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/records.h"
#include "core/timeline/rules.h"
#include <errno.h>

static int out_of_memory(struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM, "too large for the memory limit");
}

static int put_spell(const struct spell *s, struct arena *arena, struct strbuf *scratch, struct feed_spell *ret)
{
	struct json_out o = {.b = scratch};

	strbuf_clear(scratch);
	spell_json_put(&o, SPAN_NONE, s);
	*ret = (struct feed_spell){arena_copy(arena, strbuf_span(scratch)), *s};
	return scratch->failed || !ret->json.p ? -ENOMEM : 0;
}

int feed_read_state(struct span value, struct arena *arena, struct feed_slot *ret, struct error *reterr)
{
	struct strbuf scratch = STRBUF_INIT;
	struct state_record s;
	int r = state_json_decode(value, arena, &s, reterr);

	if (r < 0)
		return r;
	struct feed_spell *v = arena_array(arena, s.timeline.n + 1, sizeof(*v));
	for (size_t i = 0; v && i < s.timeline.n && r == 0; i++)
		r = put_spell(&s.timeline.v[i], arena, &scratch, &v[i]);
	strbuf_done(&scratch);
	if (r < 0 || !v)
		return out_of_memory(reterr);
	*ret = (struct feed_slot){s.timeline.slot, {s.epoch, s.sequence}, s.recorded, v, s.timeline.n};
	return 0;
}

int feed_read_change(const struct record *r, struct arena *arena, struct feed_change *ret, struct error *reterr)
{
	struct strbuf scratch = STRBUF_INIT;
	int e = change_read(r, arena, &ret->read, reterr);
	const struct change_event *c = &ret->read.event;

	if (e < 0)
		return e;
	ret->event = (struct feed_event){

		.place = {c->epoch, c->sequence},
		.recorded = c->recorded,
		.hand_over = ret->read.hand_over,
		.slot = c->slot};
	if (c->change.before && (e = put_spell(c->change.before, arena, &scratch, &ret->before)) == 0)
		ret->event.before = &ret->before;
	if (e == 0 && c->change.after && (e = put_spell(c->change.after, arena, &scratch, &ret->after)) == 0)
		ret->event.after = &ret->after;
	strbuf_done(&scratch);
	return e < 0 ? out_of_memory(reterr) : 0;
}

/* Is `word` in the comma list? NULL is the list of all words. */
static bool listed(const char *list, struct span word)
{
	struct span rest = span_str(list);

	if (!list)
		return true;
	for (;;) {
		size_t comma = span_find(rest, SPAN_LIT(","), 0);
		if (span_eq(span_trim(span_sub(rest, 0, comma)), word))
			return true;
		if (comma == SIZE_MAX)
			return false;
		rest = span_sub(rest, comma + 1, rest.n);
	}
}

bool feed_filter_slot(const struct feed_filter *f, struct span slot)
{
	return (listed(f->slots, slot) || listed(f->slots, slot_kind(slot))) && listed(f->kinds, slot_kind(slot));
}

bool feed_filter_status(const struct feed_filter *f, enum spell_status s)
{
	return listed(f->statuses, span_str(spell_status_name(s)));
}

bool feed_filter_change(const struct feed_filter *f, const struct feed_change *c)
{
	const struct change *change = &c->read.event.change;

	if (c->read.hand_over)
		return true;
	return feed_filter_slot(f, c->event.slot) &&
	       ((change->before && feed_filter_status(f, change->before->status)) ||
		(change->after && feed_filter_status(f, change->after->status)));
}

int feed_filter_check(const struct feed_filter *f, struct error *reterr)
{
	struct span rest = span_str(f->statuses);

	while (rest.n) {
		size_t comma = span_find(rest, SPAN_LIT(","), 0);
		struct span word = span_trim(span_sub(rest, 0, comma));
		int s = 0;
		while (s < SPELL_STATUS_MAX_ && !span_eq_str(word, spell_status_name((enum spell_status)s)))
			s++;
		if (s == SPELL_STATUS_MAX_)
			return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
					 "--status: '%.*s' is none of established, expected, unconfirmed, disputed",
					 SPAN_FMT(word));
		rest = comma == SIZE_MAX ? SPAN_NONE : span_sub(rest, comma + 1, rest.n);
	}
	return 0;
}

static void put_day(struct strbuf *out, edtf_day day)
{
	char text[EDTF_STRLEN_MAX];

	edtf_format(edtf_from_day(day), text);
	strbuf_addstr(out, text);
}

/* A bound as one would say it: a day, a month or a year that it fills, else from when to when. */
static void put_range(struct strbuf *out, struct day_range r)
{
	struct edtf lo = edtf_from_day(r.lo);
	struct edtf month = {.year = lo.year, .month = lo.month, .grain = EDTF_GRAIN_MONTH};
	struct edtf year = {.year = lo.year, .grain = EDTF_GRAIN_YEAR};

	if (r.lo == EDTF_DAY_MIN && r.hi == EDTF_DAY_MAX) {
		strbuf_addch(out, '?');
	} else if (r.lo == EDTF_DAY_MIN) {
		strbuf_addstr(out, "<=");
		put_day(out, r.hi);
	} else if (r.hi == EDTF_DAY_MAX) {
		strbuf_addstr(out, ">=");
		put_day(out, r.lo);
	} else if (r.lo == r.hi) {
		put_day(out, r.lo);
	} else if (edtf_lo(month) == r.lo && edtf_hi(month) == r.hi) {
		strbuf_addf(out, "%04d-%02d", lo.year, lo.month);
	} else if (edtf_lo(year) == r.lo && edtf_hi(year) == r.hi) {
		strbuf_addf(out, "%04d", lo.year);
	} else {
		put_day(out, r.lo);
		strbuf_addch(out, '~');
		put_day(out, r.hi);
	}
}

void feed_line_spell(struct span slot, const struct spell *s, struct strbuf *out)
{
	strbuf_addf(out, "%-18.*s %.*s  ", SPAN_FMT(slot), SPAN_FMT(s->value));
	put_range(out, s->begin);
	strbuf_addstr(out, " .. ");
	put_range(out, s->end);
	strbuf_addf(out, "  %s, %u item%s of %u origin%s", spell_status_name(s->status), s->items,
		    s->items == 1 ? "" : "s", s->origins, s->origins == 1 ? "" : "s");
}

void feed_line_change(const struct feed_change *c, struct strbuf *out)
{
	const struct change_event *e = &c->read.event;
	const struct spell *s = e->change.after ? e->change.after : e->change.before;
	size_t from = out->len;

	if (c->read.hand_over) {
		strbuf_addf(out, "epoch %lld begins: the state was made anew", (long long)e->epoch);
		return;
	}
	strbuf_addf(out, "%6lld  %-9s ", (long long)e->sequence, change_op_name(e->change.op));
	feed_line_spell(e->slot, s, out);
	if (e->n_evidence) {
		strbuf_addstr(out, "  \"");
		strbuf_add(out, e->evidence[0].quote.exact);
		strbuf_addch(out, '"');
	}
	strbuf_addf(out, "  (%s, %.*s)", change_reason_name(e->reason), SPAN_FMT(e->uri));
	for (size_t i = from; i < out->len; i++) /* quotes may hold line breaks */
		if ((unsigned char)out->buf[i] < ' ')
			out->buf[i] = ' ';
}

void feed_json_slot(const struct feed_slot *s, struct strbuf *out)
{
	struct json_out o = {.b = out};
	char recorded[TIME_JSON_MAX];

	json_out_open(&o, '{');
	json_out_key(&o, "epoch");
	json_out_int(&o, s->place.epoch);
	json_out_key(&o, "recorded");
	json_out_string(&o, span_of(recorded, time_json_format(s->recorded, recorded)));
	json_out_key(&o, "sequence");
	json_out_int(&o, s->place.sequence);
	json_out_key(&o, "slot");
	json_out_string(&o, s->slot);
	json_out_key(&o, "spells");
	json_out_open(&o, '[');
	for (size_t i = 0; i < s->n; i++)
		json_out_raw(&o, s->spells[i].json);
	json_out_close(&o, ']');
	json_out_close(&o, '}');
}
