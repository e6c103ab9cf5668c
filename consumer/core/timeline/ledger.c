/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/ledger.h"
#include "base/digest.h"
#include "base/grow.h"
#include "base/sorted.h"
#include <errno.h>
#include <stdlib.h>

static void free_cell(struct ledger_cell *c)
{
	free((void *)(uintptr_t)c->cell.value.p);
	free(c->sources);
	free(c);
}

void ledger_done(struct ledger *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		free_cell(l->v[i]);
	free(l->v);
	free(l->table);
	*l = (struct ledger){0};
}

static uint64_t put_date(uint64_t h, struct edtf d)
{
	uint64_t bits = (uint64_t)(uint16_t)d.year << 32 | (uint64_t)d.month << 24 | (uint64_t)d.day << 16 |
			(uint64_t)d.grain << 8 | d.qualifier;

	return (h ^ bits) * UINT64_C(0x9E3779B97F4A7C15) ^ (h >> 29);
}

static uint64_t hash_of(const struct cell *c)
{
	struct digest d = digest_of(c->value);
	uint64_t h;

	memcpy(&h, d.b, sizeof(h));
	h = put_date(put_date(put_date(h, c->begin), c->end), c->holds_at);
	h = (h ^ ((uint64_t)c->modality << 8 | c->derived << 1 | c->daily)) * UINT64_C(0xD6E8FEB86659FD93);
	return h ^ (h >> 32);
}

static size_t slot_of(const struct ledger *l, uint64_t hash, const struct cell *c)
{
	size_t i = hash & (l->n_table - 1);

	while (l->table[i] && (l->table[i]->hash != hash || cell_cmp(&l->table[i]->cell, c)))
		i = (i + 1) & (l->n_table - 1);
	return i;
}

static void fill_table(struct ledger *l)
{
	memset(l->table, 0, l->n_table * sizeof(*l->table));
	for (size_t i = 0; i < l->n; i++)
		l->table[slot_of(l, l->v[i]->hash, &l->v[i]->cell)] = l->v[i];
}

static int grow_table(struct ledger *l)
{
	size_t n = l->n_table ? l->n_table * 2 : 32;
	struct ledger_cell **table = malloc(n * sizeof(*table));

	if (!table)
		return -ENOMEM;
	free(l->table);
	l->table = table;
	l->n_table = n;
	fill_table(l);
	return 0;
}

struct ledger_cell *ledger_find(const struct ledger *l, const struct cell *statement)
{
	return l->n_table ? l->table[slot_of(l, hash_of(statement), statement)] : NULL;
}

static int by_statement(const void *cell, const void *statement)
{
	return cell_cmp(&(*(struct ledger_cell *const *)cell)->cell, statement);
}

/* Where the statement stands in v, or would. */
static size_t place_of(const struct ledger *l, const struct cell *statement)
{
	return sorted_place(l->v, l->n, sizeof(struct ledger_cell *), statement, by_statement);
}

static struct ledger_cell *new_cell(const struct cell *statement, uint64_t hash)
{
	struct ledger_cell *c = calloc(1, sizeof(*c));
	char *value = malloc(statement->value.n + 1);

	if (!c || !value) {
		free(c);
		free(value);
		return NULL;
	}
	memcpy(value, statement->value.p, statement->value.n);
	c->cell = (struct cell){
		.value = span_of(value, statement->value.n),
		.modality = statement->modality,
		.begin = statement->begin,
		.end = statement->end,
		.holds_at = statement->holds_at,
		.derived = statement->derived,
		.daily = statement->daily,
		.first_published = EDTF_DAY_MAX,
		.last_published = EDTF_DAY_MIN,
	};
	c->hash = hash;
	c->dirty = true;
	return c;
}

struct ledger_cell *ledger_cell(struct ledger *l, const struct cell *statement)
{
	uint64_t hash = hash_of(statement);

	if (l->n * 2 >= l->n_table && grow_table(l) < 0)
		return NULL;
	size_t slot = slot_of(l, hash, statement);
	if (l->table[slot])
		return l->table[slot];
	if (array_grow(&l->v, l->n, &l->cap, sizeof(struct ledger_cell *)) < 0)
		return NULL;
	struct ledger_cell *c = new_cell(statement, hash);
	if (!c)
		return NULL;
	size_t at = place_of(l, statement);
	memmove(&l->v[at + 1], &l->v[at], (l->n - at) * sizeof(*l->v));
	l->v[at] = c;
	l->n++;
	l->table[slot] = c;
	return c;
}

void ledger_drop(struct ledger *l, struct ledger_cell *c)
{
	size_t at = place_of(l, &c->cell);

	if (at == l->n || l->v[at] != c)
		return;
	memmove(&l->v[at], &l->v[at + 1], (l->n - at - 1) * sizeof(*l->v));
	l->n--;
	free_cell(c);
	fill_table(l); /* deletion from open addressing: put all back; withdrawals are rare */
}

static int by_source(const void *source, const void *wanted)
{
	uint64_t a = ((const struct cell_source *)source)->source, b = *(const uint64_t *)wanted;

	return (a > b) - (a < b);
}

static uint32_t source_at(const struct ledger_cell *c, uint64_t source)
{
	return (uint32_t)sorted_place(c->sources, c->n_sources, sizeof(*c->sources), &source, by_source);
}

/* 1 if the weight may be another now, 0 if not, -ENOMEM. */
static int add_source(struct ledger_cell *c, const struct ledger_claim *claim)
{
	uint32_t at = source_at(c, claim->source);

	if (at < c->n_sources && c->sources[at].source == claim->source)
		return cell_growth_step(c->sources[at].n++);
	if (c->n_sources == c->cap_sources) {
		uint32_t cap = c->cap_sources ? c->cap_sources * 2 : 2;
		struct cell_source *v = realloc(c->sources, cap * sizeof(*v));
		if (!v)
			return -ENOMEM;
		c->sources = v;
		c->cap_sources = cap;
	}
	memmove(&c->sources[at + 1], &c->sources[at], (c->n_sources - at) * sizeof(*c->sources));
	c->sources[at] = (struct cell_source){claim->source, 1, claim->weight};
	c->n_sources++;
	return 1;
}

/* True if the weight may be another now. */
static bool drop_source(struct ledger_cell *c, uint64_t source)
{
	uint32_t at = source_at(c, source);

	if (at == c->n_sources || c->sources[at].source != source)
		return false;
	if (--c->sources[at].n)
		return cell_growth_step(c->sources[at].n);
	memmove(&c->sources[at], &c->sources[at + 1], (c->n_sources - at - 1) * sizeof(*c->sources));
	c->n_sources--;
	return true;
}

void ledger_weigh(struct ledger_cell *c)
{
	c->cell.sources.n = 0;
	for (uint32_t i = 0; i < c->n_sources && i < SPELL_SUPPORT_MAX; i++)
		c->cell.sources.v[c->cell.sources.n++] = c->sources[i].source;
	c->cell.weight = cell_weight(c->sources, c->n_sources, &c->cell.texts);
}

struct cell ledger_statement(const struct claim *c, bool pool, unsigned *ret_day)
{
	struct cell s = {.value = c->value,
			 .modality = c->modality,
			 .begin = c->begin,
			 .end = c->end,
			 .holds_at = c->holds_at,
			 .derived = c->derived};

	*ret_day = 0;
	if (pool && !edtf_is_set(c->begin) && !edtf_is_set(c->end) && c->holds_at.grain == EDTF_GRAIN_DAY &&
	    c->holds_at.qualifier == EDTF_EXACT && (c->modality == CLAIM_ASSERTED || c->modality == CLAIM_DENIED)) {
		*ret_day = c->holds_at.day;
		s.daily = true;
		s.holds_at = edtf_coarsen(c->holds_at, EDTF_GRAIN_MONTH);
	}
	return s;
}

/* Counts a day in or out. */
static void count_day(struct cell *c, unsigned day, int by)
{
	if (!day)
		return;
	c->days[day - 1] = by > 0 ? c->days[day - 1] + 1 : c->days[day - 1] - 1;
	cell_trim(c);
}

/* Of a full sketch only that it is full is seen. */
static bool sketch_seen_eq(const struct sketch *a, const struct sketch *b)
{
	return a->n == b->n && (a->n == SPELL_SUPPORT_MAX || !memcmp(a->v, b->v, a->n * sizeof(a->v[0])));
}

bool cell_seen_eq(const struct cell *a, const struct cell *b)
{
	if (a->weight != b->weight || a->first_day != b->first_day || a->last_day != b->last_day ||
	    a->n_refs != b->n_refs || a->first_published != b->first_published ||
	    a->last_published != b->last_published || !sketch_seen_eq(&a->items, &b->items) ||
	    !sketch_seen_eq(&a->sources, &b->sources) || !sketch_seen_eq(&a->texts, &b->texts))
		return false;
	for (uint32_t i = 0; i < a->n_refs; i++)
		if (claim_ref_cmp(&a->refs[i], &b->refs[i]))
			return false;
	return true;
}

static int put(struct ledger_cell *c, const struct ledger_claim *claim)
{
	struct cell *k = &c->cell;
	int weigh = add_source(c, claim);

	if (weigh < 0)
		return weigh;
	c->n_claims++;
	c->dirty = true;
	sketch_add(&k->items, claim->ref.key);
	count_day(k, claim->day, 1);
	if (sketch_add(&k->texts, claim->text) || weigh)
		ledger_weigh(c);
	k->n_refs = claim_ref_insert(k->refs, k->n_refs, claim->ref);
	if (k->modality != CLAIM_PLANNED)
		return 0;
	k->first_published = claim->first < k->first_published ? claim->first : k->first_published;
	k->last_published = claim->last > k->last_published ? claim->last : k->last_published;
	return 0;
}

int ledger_add(struct ledger_cell *c, const struct ledger_claim *claim)
{
	struct cell before = c->cell;
	int r = put(c, claim);

	return r < 0 ? r : !cell_seen_eq(&before, &c->cell);
}

static bool holds(const struct sketch *s, uint64_t h)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->v[i] == h)
			return true;
	return false;
}

int ledger_remove(struct ledger_cell *c, const struct ledger_claim *claim)
{
	struct cell before = c->cell;
	bool sampled = holds(&c->cell.items, claim->ref.key) || holds(&c->cell.texts, claim->text);

	if (c->cell.modality == CLAIM_PLANNED)
		sampled |= claim->first == c->cell.first_published || claim->last == c->cell.last_published;
	for (uint32_t i = 0; i < c->cell.n_refs; i++)
		sampled |= !claim_ref_cmp(&c->cell.refs[i], &claim->ref);
	c->n_claims--;
	c->dirty = true;
	bool weigh = drop_source(c, claim->source);
	count_day(&c->cell, claim->day, -1);
	if (sampled)
		return 2;
	if (weigh)
		ledger_weigh(c);
	return !cell_seen_eq(&before, &c->cell);
}

int ledger_rebuild(struct ledger_cell *c, const struct ledger_claim *claims, size_t n)
{
	c->cell.items.n = c->cell.texts.n = c->cell.sources.n = c->cell.n_refs = c->n_sources = 0;
	c->cell.weight = 0;
	c->n_claims = 0;
	memset(c->cell.days, 0, sizeof(c->cell.days));
	cell_trim(&c->cell);
	c->cell.first_published = EDTF_DAY_MAX;
	c->cell.last_published = EDTF_DAY_MIN;
	for (size_t i = 0; i < n; i++)
		if (put(c, &claims[i]) < 0)
			return -ENOMEM;
	return 1;
}
