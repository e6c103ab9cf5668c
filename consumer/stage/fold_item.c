/* SPDX-License-Identifier: Apache-2.0 */
/* The item set: versions of an item, and their claims in and out of the cells. */
#include "stage/fold_private.h"
#include <errno.h>

static bool is_decimal(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static struct span without_zeros(struct span s)
{
	while (s.n > 1 && s.p[0] == '0')
		s = span_sub(s, 1, s.n);
	return s;
}

/* As numbers of any length where both are decimal; an absent version comes first. */
static int cmp_version(struct span a, struct span b)
{
	if (is_decimal(a) && is_decimal(b)) {
		struct span x = without_zeros(a), y = without_zeros(b);
		int c = (x.n > y.n) - (x.n < y.n);
		if (!c)
			c = span_cmp(x, y);
		if (c)
			return c;
	}
	return span_cmp(a, b);
}

static int cmp_item(const struct view_item *a, const struct view_item *b)
{
	int c = cmp_version(a->version, b->version);

	if (!c)
		c = span_cmp(a->versioncreated, b->versioncreated);
	if (!c)
		c = span_cmp(a->pack, b->pack);
	return c ? c : digest_cmp(&a->digest, &b->digest);
}

/* The version whose claims count, or NULL. */
static const struct view_item *effective_of(const struct view_item *v, size_t n)
{
	const struct view_item *top = NULL;

	for (size_t i = 0; i < n; i++) {
		if (v[i].status == PUBSTATUS_CANCELED)
			return NULL;
		if (!top || cmp_item(&v[i], top) > 0)
			top = &v[i];
	}
	return top && top->status == PUBSTATUS_USABLE ? top : NULL;
}

int fold_turn_item(struct fold *f, const struct claims_record *r, struct span raw, struct item_turn *ret,
		   struct error *reterr)
{
	struct view_item *versions = NULL, *all;
	size_t n = 0, left = 0;
	struct digest digest = digest_of(raw);
	struct item_turn turn = {0};
	int e = view_item_versions(f->view, r->uri, &f->arena, &versions, &n, reterr);

	if (e < 0)
		return e;
	all = arena_array(&f->arena, n + 1, sizeof(*all));
	turn.replaced = arena_array(&f->arena, n + 1, sizeof(*turn.replaced));
	if (!all || !turn.replaced)
		return fold_no_memory(reterr);
	for (size_t i = 0; i < n; i++) {
		bool same = span_eq(versions[i].version, r->version) &&
			    span_eq(versions[i].versioncreated, r->versioncreated);
		turn.known |= same && !digest_cmp(&versions[i].digest, &digest);
		if (versions[i].effective)
			turn.was = versions[i].id;
		if (same)
			turn.replaced[turn.n_replaced++] = versions[i].id;
		else
			all[left++] = versions[i];
	}
	n = left;
	turn.now = turn.was;
	*ret = turn;
	if (turn.known)
		return 0;
	all[n] = (struct view_item){.version = r->version,
				    .versioncreated = r->versioncreated,
				    .pack = r->pack,
				    .status = r->status,
				    .digest = digest};
	const struct view_item *now = effective_of(all, n + 1);
	e = view_item_add(f->view, r, &digest, raw, now == &all[n], &turn.added, reterr);
	turn.now = now == &all[n] ? turn.added : now ? now->id : 0;
	if (e == 0 && turn.was && turn.was != turn.now)
		e = view_item_set_effective(f->view, turn.was, false, reterr);
	if (e == 0 && turn.now && turn.now != turn.was && turn.now != turn.added)
		e = view_item_set_effective(f->view, turn.now, true, reterr);
	if (e == 0)
		*ret = turn;
	return e;
}

int fold_untake_item(struct fold *f, struct span uri, struct span version, struct span versioncreated,
		     struct item_turn *ret, int64_t **ret_gone, size_t *ret_n, struct error *reterr)
{
	struct view_item *v = NULL;
	struct item_turn turn = {0};
	size_t n = 0, left = 0, gone = 0;
	int e = view_item_versions(f->view, uri, &f->arena, &v, &n, reterr);
	int64_t *ids = e == 0 ? arena_array(&f->arena, n + 1, sizeof(*ids)) : NULL;

	if (e < 0)
		return e;
	if (!ids)
		return fold_no_memory(reterr);
	for (size_t i = 0; i < n; i++) {
		if (v[i].effective)
			turn.was = v[i].id;
		if (span_eq(v[i].version, version) && span_eq(v[i].versioncreated, versioncreated))
			ids[gone++] = v[i].id;
		else
			v[left++] = v[i];
	}
	const struct view_item *now = effective_of(v, left);
	turn.now = now ? now->id : 0;
	if (turn.was && turn.was != turn.now)
		e = view_item_set_effective(f->view, turn.was, false, reterr);
	if (e == 0 && turn.now && turn.now != turn.was)
		e = view_item_set_effective(f->view, turn.now, true, reterr);
	*ret = turn;
	*ret_gone = ids;
	*ret_n = gone;
	return e;
}

int fold_stored_record(struct fold *f, int64_t item, struct claims_record *ret, struct error *reterr)
{
	struct error err = ERROR_INIT;
	struct span raw;
	int e = view_item_raw(f->view, item, &f->arena, &raw, reterr);

	if (e < 0)
		return e;
	e = claims_json_decode(raw, SPAN_NONE, &f->arena, ret, &err);
	if (e == -ENOMEM)
		return fold_no_memory(reterr);
	return e < 0 ? error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the view is damaged: item %lld: %s",
				 (long long)item, err.text)
		     : 0;
}

static uint64_t hash_of(struct span s)
{
	struct digest d = digest_of(s);
	uint64_t h;

	memcpy(&h, d.b, sizeof(h));
	return h;
}

static struct span source_of(const struct claims_record *r)
{
	return r->cited.n ? r->cited : r->source;
}

static uint32_t weight_of(const struct fold *f, struct span source)
{
	const struct slot_rules_set *rules = &f->options.rules;

	for (size_t i = 0; i < rules->n_weights; i++)
		if (span_eq(rules->weights[i].name, source))
			return rules->weights[i].weight;
	return CELL_ORIGIN;
}

/* An item version as the cells know it. The key is of what identifies the version, not of what the store calls it. */
static struct ledger_claim origin_of(const struct fold *f, const struct claims_record *r, int64_t item)
{
	struct span source = source_of(r);
	uint64_t text, key = hash_of(r->uri);
	struct ledger_claim c = {.weight = weight_of(f, source), .first = EDTF_DAY_MAX, .last = EDTF_DAY_MIN};

	memcpy(&text, r->fingerprint.b, sizeof(text));
	c.text = text;
	c.source = source.n ? hash_of(source) : text;
	key = (key ^ hash_of(r->version)) * UINT64_C(0x9E3779B97F4A7C15);
	key = (key ^ hash_of(r->versioncreated)) * UINT64_C(0x9E3779B97F4A7C15);
	key = (key ^ hash_of(r->pack)) * UINT64_C(0x9E3779B97F4A7C15);
	c.ref = (struct claim_ref){.published = EDTF_DAY_MAX, .key = key, .item = item};
	if (edtf_is_set(r->published)) {
		c.first = c.last = c.ref.published = edtf_lo(r->published);
	}
	return c;
}

static int remember(struct fold *f, struct fold_slot *s, struct ledger_cell *c)
{
	if (array_grow(&f->dirty, f->n_dirty, &f->cap_dirty, sizeof(*f->dirty)) < 0)
		return -ENOMEM;
	f->dirty[f->n_dirty++] = (struct dirty_cell){s, c};
	return 0;
}

static int rebuild(struct fold *f, struct ledger_cell *c, const struct cell *before, struct error *reterr)
{
	struct ledger_claim *left = NULL;
	size_t n = 0;
	int e = view_claims(f->view, c, &f->arena, &left, &n, reterr);

	if (e == 0 && ledger_rebuild(c, left, n) < 0)
		e = fold_no_memory(reterr);
	return e < 0 ? e : !cell_seen_eq(before, &c->cell);
}

/* One claim in or out; returns 1 if the resolver sees a difference. */
static int count_claim(struct fold *f, struct fold_slot *s, struct ledger_cell *c, const struct ledger_claim *claim,
		       int sign, struct error *reterr)
{
	bool dirty = c->dirty && c->id;
	int seen, e;

	view_cell_id(f->view, c);
	if (!dirty && remember(f, s, c) < 0)
		return fold_no_memory(reterr);
	if (sign > 0) {
		seen = ledger_add(c, claim);
		e = seen < 0 ? fold_no_memory(reterr) : view_claim_add(f->view, c, claim, reterr);
		return e < 0 ? e : seen;
	}
	struct cell before = c->cell;
	seen = ledger_remove(c, claim);
	e = view_claim_remove(f->view, c, claim, reterr);
	if (e < 0)
		return e;
	return seen == 2 ? rebuild(f, c, &before, reterr) : seen;
}

static int count_in_slot(struct fold *f, const struct claim *k, const struct ledger_claim *claim, int sign,
			 struct error *reterr)
{
	struct fold_slot *s = NULL;
	const struct slot_rules *rules = slot_rules_find(&f->options.rules, k->slot);
	struct ledger_claim one = *claim;
	struct cell statement = ledger_statement(k, rules->shape == SLOT_EXCLUSIVE, &one.day);

	if (rules->shape == SLOT_CLAIMS)
		return 0;
	int e = fold_slot_get(f, k->slot, &s, reterr);
	if (e < 0)
		return e;
	struct ledger_cell *c = sign > 0 ? ledger_cell(&s->ledger, &statement) : ledger_find(&s->ledger, &statement);
	if (!c)
		return sign > 0 ? fold_no_memory(reterr)
				: error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
					    "the view is damaged: a claim on %.*s is in no cell", SPAN_FMT(k->slot));
	bool dated = edtf_is_set(k->begin) || edtf_is_set(k->end) || edtf_is_set(k->holds_at);
	bool silent = k->modality == CLAIM_PROPOSED || (k->modality == CLAIM_ASSERTED && !dated);
	e = count_claim(f, s, c, &one, sign, reterr);
	if (e > 0 && s->live && live_cell(s->live, c) < 0)
		return fold_no_memory(reterr);
	if (e > 0 && !silent && fold_touch(f, s) < 0)
		return fold_no_memory(reterr);
	return e < 0 ? e : 0;
}

int fold_count_item(struct fold *f, const struct claims_record *r, int64_t item, int sign, struct error *reterr)
{
	struct ledger_claim claim = origin_of(f, r, item);
	int e = 0;

	for (size_t i = 0; e == 0 && i < r->n_claims; i++) {
		claim.ref.claim = (uint32_t)i;
		e = count_in_slot(f, &r->claims[i], &claim, sign, reterr);
	}
	if (e == 0 && edtf_is_set(r->published) &&
	    watermark_count(view_watermark(f->view), edtf_lo(r->published), sign) < 0)
		e = fold_no_memory(reterr);
	return e;
}
