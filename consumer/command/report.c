/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report.h"
#include "base/arena.h"
#include "base/strbuf.h"
#include "codec/claims_json.h"
#include "codec/gold_json.h"
#include "command/pack_dir.h"
#include "core/claim/check.h"
#include "core/pack/pack.h"
#include "stage/item.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct tally {
	struct span rule;
	size_t fires, right, dates, wrong, alone, free; /* free: optional in the gold, or of a slot that it lacks */
	struct strbuf items;				/* where it was wrong */
};

/* One item: what the gold says and what came out. */
struct reading {
	struct gold_item gold;
	struct claims_record now, before;
	bool has_gold, has_before;
};

struct report {
	struct arena arena;
	struct reading *v;
	size_t n, cap;
	struct tally *rules;
	size_t n_rules, cap_rules;
	struct error *err;
};

/* The part of a uri that a gold file calls its id. */
static struct span id_of(struct span uri)
{
	size_t i = uri.n;

	while (i > 0 && uri.p[i - 1] != ':' && uri.p[i - 1] != '/')
		i--;
	return span_sub(uri, i, uri.n);
}

static struct reading *reading_of(struct report *r, struct span id)
{
	for (size_t i = 0; i < r->n; i++)
		if (span_eq(id_of(r->v[i].now.uri), id))
			return &r->v[i];
	return NULL;
}

static struct tally *tally_of(struct report *r, struct span rule)
{
	for (size_t i = 0; i < r->n_rules; i++)
		if (span_eq(r->rules[i].rule, rule))
			return &r->rules[i];
	if (arena_grow(&r->arena, &r->rules, r->n_rules, &r->cap_rules, sizeof(*r->rules)) < 0)
		return NULL;
	r->rules[r->n_rules] = (struct tally){.rule = rule, .items = STRBUF_INIT};
	return &r->rules[r->n_rules++];
}

static bool same_word(struct span a, struct span b)
{
	if (a.n != b.n || !a.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (tolower((unsigned char)a.p[i]) != tolower((unsigned char)b.p[i]))
			return false;
	return true;
}

static bool same_statement(const struct gold_claim *g, const struct claim *c)
{
	return g->modality == (int)c->modality && span_eq(g->slot, c->slot) &&
	       (same_word(g->value, c->value) || same_word(g->source, c->value));
}

static bool same_dates(const struct gold_claim *g, const struct claim *c)
{
	if (!edtf_is_set(g->begin) && !edtf_is_set(g->end))
		return !edtf_is_set(c->begin) && !edtf_is_set(c->end) &&
		       (!edtf_is_set(g->holds_at) || edtf_eq(g->holds_at, c->holds_at));
	return edtf_eq(g->begin, c->begin) && edtf_eq(g->end, c->end);
}

static int judge(struct report *r, const struct reading *x, const struct claim *c)
{
	struct tally *t = tally_of(r, c->rule);
	const struct gold_claim *loose = NULL, *strict = NULL;

	if (!t)
		return -ENOMEM;
	t->fires++;
	for (size_t i = 0; i < x->gold.n_claims; i++)
		if (same_statement(&x->gold.claims[i], c)) {
			loose = &x->gold.claims[i];
			strict = !strict && same_dates(loose, c) ? loose : strict;
		}
	if (span_eq_str(c->slot, "document") || span_eq_str(c->slot, "count") || (loose && loose->optional)) {
		t->free++;
	} else if (strict) {
		t->right++;
		t->alone += c->n_rules <= 1;
	} else {
		t->dates += loose != NULL;
		t->wrong += loose == NULL;
		strbuf_addf(&t->items, " %.*s%s", SPAN_FMT(x->gold.id), loose ? "(dates)" : "");
	}
	return 0;
}

typedef int (*line_step)(struct report *r, struct span line, void *user);

static int each_line(struct report *r, const char *path, line_step step, void *user)
{
	char *bytes;
	size_t n, number = 1;
	int rc = file_read(path, &bytes, &n, r->err);

	if (rc < 0)
		return rc;
	/* What the lines are read into points at them: they live as long as the report. */
	struct span all = arena_copy(&r->arena, span_of(bytes, n));
	free(bytes);
	if (!all.p)
		return error_set(r->err, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	for (size_t at = 0; rc == 0 && at < all.n; number++) {
		size_t end = span_find(all, SPAN_LIT("\n"), at);

		end = end == SIZE_MAX ? all.n : end;
		if (span_trim(span_sub(all, at, end)).n)
			rc = step(r, span_sub(all, at, end), user);
		if (rc < 0)
			error_prefix(r->err, "%s:%zu", path, number);
		at = end + 1;
	}
	error_escalate(r->err, ERROR_ACTION_STOP);
	return rc;
}

struct with_pack {
	const struct pack *pack;
	struct extractor *x;
};

static int on_item(struct report *r, struct span line, void *user)
{
	const struct with_pack *w = user;
	struct item_read item;
	int rc = item_read(w->x, w->pack, line, false, &r->arena, &item, NULL, r->err);

	if (rc < 0)
		return rc;
	if (arena_grow(&r->arena, &r->v, r->n, &r->cap, sizeof(*r->v)) < 0)
		return error_set(r->err, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	r->v[r->n++] = (struct reading){.now = item.record};
	return 0;
}

static int on_gold(struct report *r, struct span line, void *user)
{
	struct gold_item gold;
	int rc = gold_json_decode(line, &r->arena, &gold, r->err);
	struct reading *x = rc < 0 ? NULL : reading_of(r, gold.id);

	(void)user;
	if (x) {
		x->gold = gold;
		x->has_gold = true;
	}
	return rc;
}

static int on_before(struct report *r, struct span line, void *user)
{
	struct claims_record before;
	int rc = claims_json_decode(line, SPAN_NONE, &r->arena, &before, r->err);
	struct reading *x = rc < 0 ? NULL : reading_of(r, id_of(before.uri));

	(void)user;
	if (x) {
		x->before = before;
		x->has_before = true;
	}
	return rc;
}

static int cmp_tallies(const void *a, const void *b)
{
	return span_cmp(((const struct tally *)a)->rule, ((const struct tally *)b)->rule);
}

static void print_rules(struct report *r)
{
	size_t fires = 0, right = 0;

	if (r->n_rules)
		qsort(r->rules, r->n_rules, sizeof(*r->rules), cmp_tallies);
	printf("%-34s %6s %6s %6s %6s %6s\n", "rule", "fires", "right", "alone", "dates", "wrong");
	for (size_t i = 0; i < r->n_rules; i++) {
		struct tally *t = &r->rules[i];

		printf("%-34.*s %6zu %6zu %6zu %6zu %6zu%s\n", SPAN_FMT(t->rule), t->fires, t->right, t->alone,
		       t->dates, t->wrong, t->items.buf);
		fires += t->fires;
		right += t->right;
		strbuf_done(&t->items);
	}
	printf("%zu claims, %zu of them right\n", fires, right);
}

/* The claims of `a` that are not in `b`, with a sign. */
static void print_missing(struct report *r, const struct claims_record *a, const struct claims_record *b, char sign)
{
	for (size_t i = 0; i < a->n_claims; i++) {
		const char *line = claim_line(&a->claims[i], &r->arena);
		bool found = false;

		for (size_t k = 0; line && k < b->n_claims && !found; k++) {
			const char *other = claim_line(&b->claims[k], &r->arena);

			found = other && !strcmp(line, other);
		}
		if (line && !found)
			printf("%c %.*s %s [%.*s]\n", sign, SPAN_FMT(id_of(a->uri)), line, SPAN_FMT(a->claims[i].rule));
	}
}

int report_print(const struct pack *pack, const struct report_files *files, struct error *reterr)
{
	struct report r = {.err = reterr};
	struct with_pack w = {pack, extractor_new(pack)};
	int rc = w.x ? 0 : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");

	arena_init(&r.arena, 0);
	if (rc == 0)
		rc = each_line(&r, files->items, on_item, &w);
	if (rc == 0)
		rc = each_line(&r, files->gold, on_gold, NULL);
	if (rc == 0 && files->against)
		rc = each_line(&r, files->against, on_before, NULL);
	for (size_t i = 0; rc == 0 && i < r.n; i++)
		for (size_t k = 0; rc == 0 && r.v[i].has_gold && k < r.v[i].now.n_claims; k++)
			rc = judge(&r, &r.v[i], &r.v[i].now.claims[k]);
	if (rc == 0)
		print_rules(&r);
	for (size_t i = 0; rc == 0 && i < r.n; i++)
		if (r.v[i].has_before) {
			print_missing(&r, &r.v[i].before, &r.v[i].now, '-');
			print_missing(&r, &r.v[i].now, &r.v[i].before, '+');
		}
	extractor_free(w.x);
	arena_done(&r.arena);
	return rc;
}
