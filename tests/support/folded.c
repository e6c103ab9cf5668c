/* SPDX-License-Identifier: Apache-2.0 */
#include "folded.h"
#include "codec/claims_json.h"
#include <stdio.h>
#include <stdlib.h>

static void must(int r, const struct error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	abort();
}

static int collect(struct output *out, const struct record *r, struct error *reterr)
{
	struct folded *f = (struct folded *)out;
	bool change = span_eq(r->topic, SPAN_LIT("changes"));
	struct strbuf *b = change ? &f->changes : &f->state;

	(void)reterr;
	f->n_changes += change;
	strbuf_addf(b, "%lld ", (long long)r->timestamp);
	strbuf_add(b, r->key);
	for (size_t i = 0; i < r->n_headers; i++) {
		strbuf_addch(b, ' ');
		strbuf_add(b, r->headers[i].name);
		strbuf_addch(b, '=');
		strbuf_add(b, r->headers[i].value);
	}
	strbuf_addch(b, ' ');
	strbuf_add(b, r->value);
	strbuf_addch(b, '\n');
	return 0;
}

void folded_open(struct folded *f, const char *path, const struct slot_rules_set *rules)
{
	struct error err = ERROR_INIT;
	struct fold_options o = {.view = path,
				 .mode = VIEW_WRITE,
				 .rules = *rules,
				 .pack = SPAN_LIT("sco"),
				 .changes = "changes",
				 .state = "state",
				 .source = SPAN_LIT("urn:scowire:test")};

	*f = (struct folded){
		.out = {collect, false}, .changes = STRBUF_INIT, .state = STRBUF_INIT, .record = STRBUF_INIT};
	must(fold_new(&o, &f->fold, &err), &err);
	f->p = fold_processor(f->fold, "claims");
	f->offset = f->p.position(f->fold, 0);
}

void folded_close(struct folded *f)
{
	fold_free(f->fold);
	strbuf_done(&f->changes);
	strbuf_done(&f->state);
	strbuf_done(&f->record);
}

int folded_raw(struct folded *f, struct span raw, int64_t timestamp, struct error *reterr)
{
	struct record in = {.partition = 0, .offset = f->offset, .timestamp = timestamp, .value = raw};
	int r = f->p.step(f->fold, &in, &f->out, reterr);

	f->offset++;
	return r;
}

int folded_step(struct folded *f, const struct claims_record *r, int64_t timestamp)
{
	struct error err = ERROR_INIT;

	strbuf_clear(&f->record);
	claims_json_encode(r, &f->record);
	int e = folded_raw(f, strbuf_span(&f->record), timestamp, &err);
	must(e, &err);
	return e;
}

void folded_commit(struct folded *f)
{
	struct error err = ERROR_INIT;

	must(f->p.committed(f->fold, 0, f->offset, &err), &err);
}

void folded_roll_back(struct folded *f)
{
	struct error err = ERROR_INIT;

	must(f->p.rolled_back(f->fold, &err), &err);
	f->offset = f->p.position(f->fold, 0);
}

static int add_line(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	(void)slot;
	(void)reterr;
	strbuf_add(ctx, json);
	strbuf_addch(ctx, '\n');
	return 0;
}

void folded_spells_at(struct folded *f, int64_t known_at, struct strbuf *out)
{
	struct error err = ERROR_INIT;

	must(view_spells_at(fold_view(f->fold), known_at, SPAN_NONE, add_line, out, &err), &err);
}

void folded_spells(struct folded *f, struct strbuf *out)
{
	folded_spells_at(f, INT64_MAX, out);
}
