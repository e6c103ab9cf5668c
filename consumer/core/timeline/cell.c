/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/cell.h"
#include "base/attr.h"

bool sketch_add(struct sketch *s, uint64_t h)
{
	uint32_t at = 0;

	while (at < s->n && s->v[at] < h)
		at++;
	if (at == SPELL_SUPPORT_MAX || (at < s->n && s->v[at] == h))
		return false;
	if (s->n < SPELL_SUPPORT_MAX)
		s->n++;
	for (uint32_t i = s->n - 1; i > at; i--)
		s->v[i] = s->v[i - 1];
	s->v[at] = h;
	return true;
}

void sketch_union(struct sketch *s, const struct sketch *more)
{
	for (uint32_t i = 0; i < more->n; i++)
		sketch_add(s, more->v[i]);
}

uint64_t sketch_count(const struct sketch *s)
{
	if (s->n < SPELL_SUPPORT_MAX)
		return s->n;
	uint64_t about = ((uint64_t)(SPELL_SUPPORT_MAX - 1) << 32) / ((s->v[SPELL_SUPPORT_MAX - 1] >> 32) + 1);
	return about > SPELL_SUPPORT_MAX ? about : SPELL_SUPPORT_MAX;
}

int claim_ref_cmp(const struct claim_ref *a, const struct claim_ref *b)
{
	int c = (a->published > b->published) - (a->published < b->published);

	if (!c)
		c = (a->key > b->key) - (a->key < b->key);
	return c ? c : (a->claim > b->claim) - (a->claim < b->claim);
}

uint32_t claim_ref_insert(struct claim_ref v[static CELL_REFS_MAX], uint32_t n, struct claim_ref r)
{
	uint32_t at = 0;

	while (at < n && claim_ref_cmp(&v[at], &r) < 0)
		at++;
	if (at == CELL_REFS_MAX || (at < n && claim_ref_cmp(&v[at], &r) == 0))
		return n;
	if (n < CELL_REFS_MAX)
		n++;
	for (uint32_t i = n - 1; i > at; i--)
		v[i] = v[i - 1];
	v[at] = r;
	return n;
}

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int cmp_edtf(struct edtf a, struct edtf b)
{
	int c = cmp_int(edtf_lo(a), edtf_lo(b));

	if (!c)
		c = cmp_int(edtf_hi(a), edtf_hi(b));
	if (!c)
		c = cmp_int(a.grain, b.grain);
	return c ? c : cmp_int(a.qualifier, b.qualifier);
}

int cell_cmp(const struct cell *a, const struct cell *b)
{
	int c = span_cmp(a->value, b->value);

	if (!c)
		c = cmp_int(a->modality, b->modality);
	if (!c)
		c = cmp_edtf(a->begin, b->begin);
	if (!c)
		c = cmp_edtf(a->end, b->end);
	if (!c)
		c = cmp_edtf(a->holds_at, b->holds_at);
	if (!c)
		c = cmp_int(a->derived, b->derived);
	return c ? c : cmp_int(a->daily, b->daily);
}

/* Quarters of a doubling in k >= 1. */
static unsigned quarters_of(uint64_t k)
{
	unsigned doublings = 0;

	while (k >> doublings > 1)
		doublings++;
	return 4 * doublings + (unsigned)((k << 2 >> doublings) - 4);
}

bool cell_growth_step(uint32_t n)
{
	return n && quarters_of(n) != quarters_of((uint64_t)n + 1);
}

/* The greatest k such that the sources with k claims or more make a full weight. */
static uint32_t said_by_all(const struct cell_source *v, uint32_t n)
{
	uint32_t k = 1;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t weight = 0;
		for (uint32_t j = 0; v[i].n > k && j < n; j++)
			weight += v[j].n >= v[i].n ? v[j].weight : 0;
		if (weight >= CELL_WEIGHT_FULL)
			k = v[i].n;
	}
	return k;
}

uint32_t cell_weight(const struct cell_source *v, uint32_t n, const struct sketch *texts)
{
	uint64_t sum = 0, k, most;

	for (uint32_t i = 0; i < n; i++)
		sum += v[i].weight;
	if (texts->n < n)
		sum = sum * texts->n / n;
	if (sum < CELL_WEIGHT_FULL)
		return (uint32_t)sum;
	k = said_by_all(v, n);
	most = sketch_count(texts) / SPELL_SUPPORT_MAX;
	k = k < most ? k : most;
	return CELL_WEIGHT_FULL + (k ? quarters_of(k) : 0) * (CELL_GROWTH / 4);
}

static uint64_t outer(uint64_t n)
{
	return n < 16 ? n / 4 : 4 + (n - 16) / 8;
}

void cell_trim(struct cell *c)
{
	uint64_t n = 0, seen = 0;
	unsigned d = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(c->days); i++)
		n += c->days[i];
	c->first_day = c->last_day = 0;
	if (!n)
		return;
	for (d = 0; (seen += c->days[d]) <= outer(n); d++)
		;
	c->first_day = (uint8_t)(d + 1);
	seen = 0;
	for (d = ARRAY_SIZE(c->days) - 1; (seen += c->days[d]) <= outer(n); d--)
		;
	c->last_day = (uint8_t)(d + 1);
}
