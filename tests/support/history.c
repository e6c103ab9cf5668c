/* SPDX-License-Identifier: Apache-2.0 */
#include "history.h"
#include "core/timeline/cell.h"
#include <stdlib.h>
#include <string.h>

#define STATES 16
#define CHAIRS 10
#define SOURCES 24
#define CHANGES_MAX 64

static const char *const states[STATES] = {"AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH",
					   "II", "JJ", "KK", "LL", "MM", "NN", "OO", "PP"};
static const char *const statuses[] = {"observer", "dialogue-partner", "member"};
static const struct span stage[] = {SPAN_LIT("applicant")}, stage_of[] = {SPAN_LIT("member")};
static const struct span accepted[] = {SPAN_LIT("member"),	     SPAN_LIT("observer"), SPAN_LIT("partner"),
				       SPAN_LIT("dialogue-partner"), SPAN_LIT("none"),	   SPAN_LIT("applicant")};

static const struct span after[] = {SPAN_LIT("member"), SPAN_LIT("member")},
			 never[] = {SPAN_LIT("observer"), SPAN_LIT("dialogue-partner")};

static const struct slot_rules rules[] = {
	{.kind = SPAN_LIT("presidency"), .short_days = 150, .not_before = 11488},
	{.kind = SPAN_LIT("secretary-general"), .short_days = 365, .not_before = 11488},
	{.kind = SPAN_LIT("membership"),
	 .short_days = 365,
	 .not_before = 11488,
	 .values = accepted,
	 .n_values = ARRAY_SIZE(accepted),
	 .stage = stage,
	 .stage_of = stage_of,
	 .n_stage = 1,
	 .after = after,
	 .never = never,
	 .n_never = ARRAY_SIZE(never)},
	{.kind = SPAN_LIT("summit"), .shape = SLOT_PERIODS, .apart_days = 250, .not_before = 11488},
	{.kind = SPAN_LIT("year-theme"), .shape = SLOT_PERIODS, .not_before = 11488},
	{.kind = SPAN_LIT("document"), .shape = SLOT_CLAIMS, .not_before = EDTF_DAY_MIN},
};
static const struct source_weight weights[] = {{SPAN_LIT("Official"), 2 * CELL_ORIGIN},
					       {SPAN_LIT("Blog"), CELL_ORIGIN / 2}};
const struct slot_rules_set history_rules = {rules, ARRAY_SIZE(rules), weights, ARRAY_SIZE(weights)};

struct fact {
	struct span value;
	edtf_day begin, end; /* EDTF_DAY_MAX: open */
};

struct truth {
	struct span slot;
	struct fact v[CHANGES_MAX];
	size_t n;
};

struct maker {
	const struct history_options *o;
	struct arena *arena;
	struct history *h;
	uint64_t random;
	size_t cap;
	struct claim scratch[12]; /* of the record being made */
};

uint64_t history_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * UINT64_C(2685821657736338717);
}

static uint64_t below(struct maker *m, uint64_t n)
{
	return (history_random(&m->random) >> 11) % n;
}

static bool chance(struct maker *m, unsigned permille)
{
	return below(m, 1000) < permille;
}

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static struct span text(struct maker *m, const char *a, uint64_t n, const char *b)
{
	struct span s = arena_printf(m->arena, "%s%llu%s", a, (unsigned long long)n, b);

	need((void *)(uintptr_t)s.p);
	return s;
}

static struct truth *add_truth(struct maker *m, struct span slot)
{
	struct truth *t = &m->h->truth[m->h->n_slots];

	m->h->slots[m->h->n_slots++] = t->slot = slot;
	return t;
}

static void add_fact(struct truth *t, struct span value, edtf_day begin)
{
	if (t->n == CHANGES_MAX)
		abort();
	if (t->n)
		t->v[t->n - 1].end = begin;
	t->v[t->n++] = (struct fact){value, begin, EDTF_DAY_MAX};
}

static void make_truth(struct maker *m)
{
	struct truth *chair = add_truth(m, SPAN_LIT("presidency"));
	struct truth *secretary = add_truth(m, SPAN_LIT("secretary-general"));
	edtf_day first = m->h->first;

	for (int y = 0; y < m->o->years; y++)
		add_fact(chair, span_str(states[(size_t)y % CHAIRS]),
			 first + y * 365 + (y ? (edtf_day)below(m, 90) - 45 : 0));
	for (int y = 0; y < m->o->years; y += 3)
		add_fact(secretary, text(m, "Officer ", (uint64_t)y, ""), first + y * 365 + (edtf_day)below(m, 30));
	for (size_t i = 0; i < STATES; i++) {
		struct span slot = arena_printf(m->arena, "membership/%s", states[i]);
		struct truth *t = add_truth(m, slot);
		edtf_day d = first;
		if (i < 6) {
			add_fact(t, SPAN_LIT("member"), first);
			continue;
		}
		for (size_t k = 0; k < 1 + below(m, 3); k++) {
			d += 700 + (edtf_day)below(m, 1500);
			if (d < m->h->last - 400)
				add_fact(t, span_str(statuses[k]), d);
		}
	}
}

static const struct fact *fact_on(const struct truth *t, edtf_day d)
{
	for (size_t i = 0; i < t->n; i++)
		if (d >= t->v[i].begin && d < t->v[i].end)
			return &t->v[i];
	return NULL;
}

struct span history_truth(const struct history *h, struct span slot, edtf_day d)
{
	for (size_t i = 0; i < h->n_slots; i++) {
		const struct fact *f = span_eq(h->slots[i], slot) ? fact_on(&h->truth[i], d) : NULL;
		if (f)
			return f->value;
	}
	return SPAN_NONE;
}

static struct edtf at_precision(struct maker *m, edtf_day d)
{
	uint64_t p = below(m, 20);

	return edtf_coarsen(edtf_from_day(d), p < 14 ? EDTF_GRAIN_DAY : p < 18 ? EDTF_GRAIN_MONTH : EDTF_GRAIN_YEAR);
}

static struct span wrong_value(struct maker *m, struct span slot, struct span right)
{
	for (;;) {
		struct span v = slot.p[0] == 'p' ? span_str(states[below(m, CHAIRS)])
				: slot.p[0] == 's'
					? text(m, "Officer ",
					       below(m, (uint64_t)m->o->years / 3 + 1 + (m->o->years < 3)) * 3, "")
					: span_str(statuses[below(m, 3)]);
		if (!span_eq(v, right))
			return v;
	}
}

static struct edtf shifted(struct maker *m, struct edtf d)
{
	edtf_day by = 30 + (edtf_day)below(m, 1000);

	if (!edtf_is_set(d))
		return d;
	return edtf_coarsen(edtf_from_day(edtf_lo(d) + (below(m, 2) ? by : -by)), d.grain);
}

/* One claim in so many is wrong: its value, its dates or its modality. */
static void spoil(struct maker *m, struct claim *c)
{
	uint64_t kind = below(m, 3);

	if (kind == 0)
		c->value = wrong_value(m, c->slot, c->value);
	else if (kind == 1) {
		c->begin = shifted(m, c->begin);
		c->end = edtf_is_set(c->begin) ? (struct edtf){0} : shifted(m, c->end);
		c->holds_at = shifted(m, c->holds_at);
	} else {
		c->modality = below(m, 2) ? CLAIM_DENIED : CLAIM_PLANNED;
	}
}

static void finish_claim(struct maker *m, struct claims_record *r, struct claim c)
{
	struct evidence *e = need(arena_alloc(m->arena, sizeof(*e)));

	*e = (struct evidence){CLAIM_BODY, 10 * r->n_claims, 10 * r->n_claims + 8, SPAN_LIT("somewhat")};
	c.rule = SPAN_LIT("made.up");
	c.number = -1;
	c.evidence = e;
	c.n_evidence = 1;
	if (chance(m, m->o->noise_permille))
		spoil(m, &c);
	r->claims[r->n_claims++] = c;
}

/* What an item of day d says of a slot: what holds, or when it began, or when the one before ended. */
static void say(struct maker *m, struct claims_record *r, const struct truth *t, edtf_day d)
{
	const struct fact *f = fact_on(t, d);
	uint64_t how = below(m, 10);

	if (!f)
		return;
	struct claim c = {.slot = t->slot, .value = f->value, .modality = CLAIM_ASSERTED};
	if (how < 5)
		c.holds_at = edtf_from_day(d);
	else if (how < 9)
		c.begin = at_precision(m, f->begin);
	else if (f > t->v) {
		c.value = f[-1].value;
		c.end = at_precision(m, f->begin);
	} else
		c.holds_at = edtf_from_day(d);
	finish_claim(m, r, c);
}

static void say_event(struct maker *m, struct claims_record *r, edtf_day d)
{
	struct edtf year = edtf_coarsen(edtf_from_day(d), EDTF_GRAIN_YEAR);
	struct claim theme = {.slot = SPAN_LIT("year-theme"),
			      .value = text(m, "Theme ", (uint64_t)year.year, ""),
			      .begin = year,
			      .end = year};
	struct claim summit = {.slot = SPAN_LIT("summit"),
			       .value = text(m, "City ", (uint64_t)year.year % 10, ""),
			       .begin = edtf_from_day(edtf_day_of(year.year, 7, 4))};

	finish_claim(m, r, below(m, 2) ? theme : summit);
}

static struct claims_record *add_record(struct maker *m)
{
	if (m->h->n == m->cap)
		abort();
	struct claims_record *r = &m->h->v[m->h->n++];
	r->claims = m->scratch;
	return r;
}

static void keep_claims(struct maker *m, struct claims_record *r)
{
	struct claim *v = need(arena_array(m->arena, r->n_claims + 1, sizeof(*v)));

	memcpy(v, r->claims, r->n_claims * sizeof(*v));
	r->claims = v;
}

static void fill_claims(struct maker *m, struct claims_record *r, edtf_day d)
{
	struct history *h = m->h;

	r->n_claims = 0;
	r->claims = m->scratch;
	if (chance(m, 400))
		say(m, r, &h->truth[0], d);
	if (chance(m, 250))
		say(m, r, &h->truth[1], d);
	if (chance(m, 100))
		for (size_t i = 2; i < 10; i++)
			say(m, r, &h->truth[i], d);
	else if (chance(m, 600))
		say(m, r, &h->truth[2 + below(m, STATES)], d);
	if (chance(m, 150))
		say_event(m, r, d);
	keep_claims(m, r);
}

static void add_item(struct maker *m, size_t i, edtf_day d)
{
	struct claims_record *r = add_record(m);
	struct span body;

	r->uri = text(m, "urn:made:", i, "");
	r->version = SPAN_LIT("1");
	r->published = edtf_from_day(d);
	r->language = SPAN_LIT("en");
	r->source = text(m, "Wire ", below(m, SOURCES), "");
	if (chance(m, 100))
		r->cited = text(m, "Wire ", below(m, SOURCES), "");
	body = text(m, "text ", i, "");
	r->fingerprint = digest_of(body);
	r->pack = SPAN_LIT("sco@0");
	fill_claims(m, r, d);
	if (chance(m, m->o->copy_permille)) {
		struct claims_record *copy = add_record(m);
		*copy = *r;
		copy->uri = text(m, "urn:copy:", i, "");
		copy->source = text(m, "Wire ", below(m, SOURCES), "");
	}
	if (chance(m, m->o->correct_permille) || chance(m, m->o->withdraw_permille)) {
		struct claims_record *later = add_record(m);
		*later = *r;
		later->version = SPAN_LIT("2");
		if (below(m, 3)) {
			fill_claims(m, later, d);
		} else {
			later->n_claims = 0;
			later->status = below(m, 2) ? PUBSTATUS_CANCELED : PUBSTATUS_WITHHELD;
		}
	}
}

void history_make(const struct history_options *o, struct arena *arena, struct history *ret)
{
	size_t count = o->count ? o->count : o->items - o->from;
	struct maker m = {.o = o, .arena = arena, .h = ret, .random = o->seed * 2 + 1, .cap = count * 3 + 1};

	*ret = (struct history){.first = 11488};
	ret->last = ret->first + o->years * 365;
	ret->v = need(arena_array(arena, m.cap, sizeof(*ret->v)));
	ret->truth = need(arena_array(arena, STATES + 2, sizeof(*ret->truth)));
	ret->slots = need(arena_array(arena, STATES + 2, sizeof(*ret->slots)));
	for (int i = 0; i < 20; i++)
		history_random(&m.random);
	make_truth(&m);
	m.random += o->from * 7919;
	for (size_t i = o->from; i < o->from + count; i++) {
		int64_t span = ret->last - ret->first;
		add_item(&m, i, ret->first + (edtf_day)((int64_t)i * span / (int64_t)o->items));
	}
}
