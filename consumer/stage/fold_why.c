/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/fold_why.h"
#include "base/utf8.h"
#include "codec/claims_json.h"
#include "ninjs/json_out.h"
#include <errno.h>

#define QUOTE_MAX 72 /* bytes of a quote that are shown to people */

struct said {
	struct span uri, source, quote, rule;
};

static int who_says(struct view *v, const struct cell *c, struct arena *arena, struct said *ret, struct error *reterr)
{
	struct claims_record r;
	struct span raw;
	int e;

	*ret = (struct said){0};
	if (!c->n_refs)
		return 0;
	e = view_item_raw(v, c->refs[0].item, arena, &raw, reterr);
	if (e == 0)
		e = claims_json_decode(raw, SPAN_NONE, arena, &r, reterr);
	if (e < 0 || c->refs[0].claim >= r.n_claims)
		return e;
	const struct claim *k = &r.claims[c->refs[0].claim];
	*ret = (struct said){r.uri, r.cited.n ? r.cited : r.source, k->evidence[0].exact, k->rule};
	return 0;
}

static void put_date(struct strbuf *out, const char *name, struct edtf d)
{
	char s[EDTF_STRLEN_MAX];

	if (edtf_format(d, s))
		strbuf_addf(out, " %s %s", name, s);
}

static void put_line(struct strbuf *out, const struct verdict_line *l, const struct said *by)
{
	const struct cell *c = l->cell;
	struct span quote = utf8_head(by->quote, QUOTE_MAX);

	strbuf_addf(out, "    %-10s", verdict_name(l->verdict));
	if (l->margin)
		strbuf_addf(out, " margin %-4d", l->margin);
	else
		strbuf_addstr(out, "            ");
	strbuf_addf(out, " weight %-3u %.*s %s", c->weight, SPAN_FMT(c->value), claim_modality_name(c->modality));
	put_date(out, "begin", c->begin);
	put_date(out, "end", c->end);
	put_date(out, "at", c->holds_at);
	if (c->daily)
		strbuf_addf(out, " (days %u to %u)", c->first_day, c->last_day);
	strbuf_addf(out, "; %u origin%s%s: %.*s %.*s \"%.*s%s\" [%.*s]\n", c->sources.n, c->sources.n == 1 ? "" : "s",
		    c->sources.n == SPELL_SUPPORT_MAX ? " or more" : "", SPAN_FMT(by->source), SPAN_FMT(by->uri),
		    SPAN_FMT(quote), quote.n < by->quote.n ? "..." : "", SPAN_FMT(by->rule));
}

static void put_json(struct strbuf *out, struct span slot, const struct verdict_line *l, const struct said *by)
{
	const struct cell *c = l->cell;
	struct json_out o = {.b = out};

	json_out_open(&o, '{');
	json_out_key(&o, "begin");
	json_out_edtf(&o, c->begin);
	json_out_key(&o, "end");
	json_out_edtf(&o, c->end);
	json_out_key(&o, "exact");
	json_out_string_or_null(&o, by->quote);
	json_out_key(&o, "holds_at");
	json_out_edtf(&o, c->holds_at);
	json_out_key(&o, "margin");
	json_out_int(&o, l->margin);
	json_out_key(&o, "modality");
	json_out_string(&o, span_str(claim_modality_name(c->modality)));
	json_out_key(&o, "rule");
	json_out_string_or_null(&o, by->rule);
	json_out_key(&o, "slot");
	json_out_string(&o, slot);
	json_out_key(&o, "source");
	json_out_string_or_null(&o, by->source);
	json_out_key(&o, "uri");
	json_out_string_or_null(&o, by->uri);
	json_out_key(&o, "value");
	json_out_string(&o, c->value);
	json_out_key(&o, "verdict");
	json_out_string(&o, span_str(verdict_name(l->verdict)));
	json_out_key(&o, "weight");
	json_out_int(&o, c->weight);
	json_out_close(&o, '}');
	strbuf_addch(out, '\n');
}

static int explain(struct view *v, int64_t id, struct span slot, bool json, struct ledger *ledger, struct arena *arena,
		   struct strbuf *out, struct error *reterr)
{
	struct slot_rules_set rules;
	struct belief_list beliefs;
	struct resolve_trace trace;
	struct day_range wake;
	int e = view_rules_load(v, arena, &rules, reterr);

	if (e == 0)
		e = view_cells_load(v, id, ledger, reterr);
	const struct cell **cells = e == 0 ? arena_array(arena, ledger->n + 1, sizeof(*cells)) : NULL;
	if (e < 0)
		return e;
	for (size_t i = 0; cells && i < ledger->n; i++)
		cells[i] = &ledger->v[i]->cell;
	if (!cells || resolve(slot_rules_find(&rules, slot), cells, ledger->n, watermark_of(view_watermark(v)), arena,
			      &beliefs, &wake, &trace) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	for (size_t i = 0; e == 0 && i < trace.n; i++) {
		struct said by;
		e = who_says(v, trace.v[i].cell, arena, &by, reterr);
		if (e == 0 && json)
			put_json(out, slot, &trace.v[i], &by);
		else if (e == 0)
			put_line(out, &trace.v[i], &by);
	}
	return e;
}

int fold_why(struct view *v, struct span slot, bool json, struct strbuf *out, struct error *reterr)
{
	struct ledger ledger = {0};
	struct arena arena;
	size_t n, i = 0;
	const struct view_slot *slots = view_slots(v, &n);

	while (i < n && !span_eq(slots[i].name, slot))
		i++;
	if (i == n)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "no slot %.*s in the view", SPAN_FMT(slot));
	arena_init(&arena, 0);
	int e = explain(v, slots[i].id, slot, json, &ledger, &arena, out, reterr);
	if (e < 0)
		error_escalate(reterr, ERROR_ACTION_STOP);
	ledger_done(&ledger);
	arena_done(&arena);
	return e;
}
