/* SPDX-License-Identifier: Apache-2.0 */
/* live_resolve() gives what resolve() gives: after every claim that comes or goes, of histories and of noise without
 * any sense, in several orders. Seeds are printed; SCOWIRE_TEST_SEED runs one of your own, SCOWIRE_TEST_ROUNDS more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/history.h"
#include "base/strbuf.h"
#include "core/timeline/live.h"
#include <stdio.h>
#include <stdlib.h>

#define WATERMARK 20000

/* A slot with both. The test keeps the claims, as the store does. */
struct both {
	const struct slot_rules *rules;
	struct ledger ledger;
	struct live *live;
	struct arena arena;
};

struct said {
	struct claim claim;
	struct ledger_claim part;
	bool in;
};

static uint64_t seed_of(const char *what)
{
	const char *set = getenv("SCOWIRE_TEST_SEED");
	uint64_t seed = set ? strtoull(set, NULL, 10) : 20240704;

	print_message("%s: seed %llu\n", what, (unsigned long long)seed);
	return seed;
}

static size_t rounds(size_t otherwise)
{
	const char *set = getenv("SCOWIRE_TEST_ROUNDS");

	return set ? strtoul(set, NULL, 10) : otherwise;
}

static uint64_t below(uint64_t *random, uint64_t n)
{
	return (history_random(random) >> 11) % n;
}

static void open_both(struct both *b, const struct slot_rules *rules)
{
	*b = (struct both){.rules = rules, .live = live_new(rules)};
	assert_non_null(b->live);
	arena_init(&b->arena, 0);
}

static void close_both(struct both *b)
{
	live_free(b->live);
	ledger_done(&b->ledger);
	arena_done(&b->arena);
}

static void put_beliefs(const struct belief_list *l, struct day_range wake, struct strbuf *out)
{
	strbuf_addf(out, "wake %d %d\n", wake.lo, wake.hi);
	for (size_t i = 0; i < l->n; i++) {
		const struct belief *b = &l->v[i];
		strbuf_addf(out, "%.*s [%d %d] [%d %d] %s %u items %u origins %u refs", SPAN_FMT(b->value), b->begin.lo,
			    b->begin.hi, b->end.lo, b->end.hi, spell_status_name(b->status), b->inferred, b->items,
			    b->origins);
		for (uint32_t k = 0; k < b->n_refs; k++)
			strbuf_addf(out, " %d/%llx/%u", b->refs[k].published, (unsigned long long)b->refs[k].key,
				    b->refs[k].claim);
		strbuf_addch(out, '\n');
	}
}

/* Both ways, of what is in now. */
static void compare(struct both *b, const char *where, size_t step, edtf_day watermark)
{
	const struct cell **cells = arena_array(&b->arena, b->ledger.n + 1, sizeof(*cells));
	struct belief_list full = {0}, live = {0};
	struct day_range full_wake, live_wake;
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	size_t n = 0;

	assert_non_null(cells);
	for (size_t i = 0; i < b->ledger.n; i++)
		if (b->ledger.v[i]->n_claims)
			cells[n++] = &b->ledger.v[i]->cell;
	assert_int_equal(resolve(b->rules, cells, n, watermark, &b->arena, &full, &full_wake, NULL), 0);
	assert_int_equal(live_resolve(b->live, watermark, &b->arena, &live, &live_wake), 0);
	put_beliefs(&full, full_wake, &want);
	put_beliefs(&live, live_wake, &got);
	if (strcmp(want.buf, got.buf))
		printf("%s, step %zu\nresolve():\n%slive_resolve():\n%s", where, step, want.buf, got.buf);
	assert_string_equal(got.buf, want.buf);
	strbuf_done(&want);
	strbuf_done(&got);
	arena_reset(&b->arena);
}

static void come(struct both *b, struct said *s)
{
	struct cell statement = ledger_statement(&s->claim, b->rules->shape == SLOT_EXCLUSIVE, &s->part.day);
	struct ledger_cell *c = ledger_cell(&b->ledger, &statement);

	assert_non_null(c);
	s->in = true;
	if (ledger_add(c, &s->part) > 0)
		assert_int_equal(live_cell(b->live, c), 0);
}

static void go(struct both *b, struct said *all, size_t n, struct said *s)
{
	struct cell statement = ledger_statement(&s->claim, b->rules->shape == SLOT_EXCLUSIVE, &s->part.day);
	struct ledger_cell *c = ledger_find(&b->ledger, &statement);

	assert_non_null(c);
	struct cell before = c->cell;
	int seen = ledger_remove(c, &s->part);
	s->in = false;
	if (seen == 2) {
		struct ledger_claim *left = arena_array(&b->arena, n, sizeof(*left));
		size_t k = 0;
		for (size_t i = 0; i < n; i++) {
			unsigned day;
			struct cell other = ledger_statement(&all[i].claim, b->rules->shape == SLOT_EXCLUSIVE, &day);
			if (all[i].in && !cell_cmp(&other, &statement))
				left[k++] = all[i].part;
		}
		assert_true(ledger_rebuild(c, left, k) >= 0);
		seen = !cell_seen_eq(&before, &c->cell);
	}
	if (seen)
		assert_int_equal(live_cell(b->live, c), 0);
	if (!c->n_claims)
		ledger_drop(&b->ledger, c);
}

/* Claims of one slot come in random order, some go again; after each both ways are asked. */
static void run(const struct slot_rules *rules, struct said *all, size_t n, const char *where, uint64_t *random)
{
	struct both b;
	size_t *order = calloc(n + 1, sizeof(*order)), steps = 0;

	open_both(&b, rules);
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1 && below(random, 3); i--) {
		size_t k = below(random, i), keep = order[i - 1];
		order[i - 1] = order[k];
		order[k] = keep;
	}
	for (size_t i = 0; i < n; i++) {
		come(&b, &all[order[i]]);
		if (below(random, 5))
			compare(&b, where, steps++, WATERMARK);
		if (below(random, 4) == 0) {
			struct said *s = &all[order[below(random, i + 1)]];
			if (s->in)
				go(&b, all, n, s);
			compare(&b, where, steps++, WATERMARK - (edtf_day)below(random, 9000));
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (all[i].in)
			go(&b, all, n, &all[i]);
		if (i % 3 == 0)
			compare(&b, where, steps++, WATERMARK);
	}
	assert_int_equal(b.ledger.n, 0);
	free(order);
	close_both(&b);
}

static struct ledger_claim part_of(const struct claims_record *r, uint32_t claim)
{
	struct digest d = digest_of(r->uri), s = digest_of(r->cited.n ? r->cited : r->source);
	struct ledger_claim c = {.weight = CELL_ORIGIN, .first = EDTF_DAY_MAX, .last = EDTF_DAY_MIN};

	memcpy(&c.text, r->fingerprint.b, sizeof(c.text));
	memcpy(&c.source, s.b, sizeof(c.source));
	c.ref.claim = claim;
	memcpy(&c.ref.key, d.b, sizeof(c.ref.key));
	c.ref.key += r->version.n ? (uint64_t)r->version.p[0] : 0;
	c.first = c.last = c.ref.published = edtf_lo(r->published);
	return c;
}

/* All slots of generated histories of different density. */
static void histories(void **state)
{
	uint64_t random = seed_of("histories") + 1;
	size_t times = rounds(6);

	(void)state;
	for (size_t round = 0; round < times; round++) {
		struct history_options o = {.seed = history_random(&random),
					    .years = 4 + (int)below(&random, 22),
					    .items = 40 + below(&random, 500),
					    .noise_permille = (unsigned)below(&random, 500),
					    .copy_permille = 200,
					    .correct_permille = 100,
					    .withdraw_permille = 50};
		struct arena a;
		struct history h;
		size_t n_said = 0;
		arena_init(&a, 0);
		history_make(&o, &a, &h);
		for (size_t i = 0; i < h.n; i++)
			n_said += h.v[i].n_claims;
		struct said *all = arena_array(&a, n_said + 1, sizeof(*all));
		static const char *const slots[] = {"presidency",    "secretary-general", "membership/AA",
						    "membership/HH", "membership/KK",	  "summit",
						    "year-theme"};
		for (size_t s = 0; s < ARRAY_SIZE(slots); s++) {
			size_t n = 0;
			for (size_t i = 0; i < h.n; i++)
				for (size_t k = 0; k < h.v[i].n_claims; k++)
					if (span_eq_str(h.v[i].claims[k].slot, slots[s]))
						all[n++] = (struct said){h.v[i].claims[k],
									 part_of(&h.v[i], (uint32_t)k), false};
			run(slot_rules_find(&history_rules, span_str(slots[s])), all, n, slots[s], &random);
		}
		arena_done(&a);
	}
	print_message("%zu histories\n", times);
}

static struct edtf random_date(uint64_t *random, edtf_day first, edtf_day span)
{
	static const enum edtf_grain grains[] = {EDTF_GRAIN_DAY,   EDTF_GRAIN_DAY,  EDTF_GRAIN_DAY,
						 EDTF_GRAIN_MONTH, EDTF_GRAIN_YEAR, EDTF_GRAIN_DECADE};

	return edtf_coarsen(edtf_from_day(first + (edtf_day)below(random, (uint64_t)span)),
			    grains[below(random, 6) ? below(random, 5) : below(random, 6)]);
}

static struct claim random_claim(uint64_t *random, const struct span *values, size_t n_values, edtf_day span)
{
	struct claim c = {.value = values[below(random, n_values)],
			  .modality = below(random, 4) ? CLAIM_ASSERTED
						       : (enum claim_modality)below(random, CLAIM_MODALITY_MAX_)};
	uint64_t how = below(random, 10);

	if (how < 4)
		c.holds_at = random_date(random, 12000, span);
	else if (how < 7)
		c.begin = random_date(random, 12000, span);
	else if (how < 9)
		c.end = random_date(random, 12000, span);
	if (how == 8)
		c.begin = random_date(random, 12000, span);
	if (how >= 4 && how < 7 && below(random, 4) == 0)
		c.derived = CLAIM_DERIVED_BEGIN;
	return c;
}

/* Statements without any sense, few values, few days: ties, disputes and boundaries everywhere. */
static void nonsense(void **state)
{
	static const struct span values[] = {SPAN_LIT("member"), SPAN_LIT("observer"), SPAN_LIT("none"),
					     SPAN_LIT("applicant"), SPAN_LIT("partner")};
	static const struct slot_rules plain = {.kind = SPAN_LIT("plain"), .not_before = EDTF_DAY_MIN};
	const struct slot_rules *kinds[] = {&history_rules.v[0], &history_rules.v[2], &plain, &history_rules.v[3],
					    &history_rules.v[4]};
	uint64_t random = seed_of("nonsense") + 3;
	size_t times = rounds(120);

	(void)state;
	for (size_t round = 0; round < times; round++) {
		size_t n = 20 + below(&random, 150);
		edtf_day span = (edtf_day)(20 + below(&random, 20) * below(&random, 600));
		struct said *all = calloc(n, sizeof(*all));
		for (size_t i = 0; i < n; i++) {
			uint64_t origin = below(&random, 12), key = below(&random, 40);
			edtf_day day = 12000 + (edtf_day)below(&random, 9000);
			all[i].claim = random_claim(&random, values, 2 + round % 4, span);
			all[i].part =
				(struct ledger_claim){.source = origin,
						      .text = below(&random, 3) ? key : origin,
						      .weight = below(&random, 3) ? CELL_ORIGIN : 40,
						      .first = day,
						      .last = day,
						      .ref = {.published = day, .claim = (uint32_t)i, .key = key}};
		}
		run(kinds[round / 4 % ARRAY_SIZE(kinds)], all, n, "nonsense", &random);
		free(all);
	}
	print_message("%zu rounds of nonsense\n", times);
}

/* Few statements, each made by very many: weights that grow, and shrink again. */
static void crowds(void **state)
{
	static const struct span values[] = {SPAN_LIT("member"), SPAN_LIT("observer"), SPAN_LIT("none")};
	const struct slot_rules *kinds[] = {&history_rules.v[0], &history_rules.v[2], &history_rules.v[3]};
	uint64_t random = seed_of("crowds") + 5;
	size_t times = rounds(9);

	(void)state;
	for (size_t round = 0; round < times; round++) {
		struct said statements[16], *all = calloc(600, sizeof(*all));
		edtf_day span = (edtf_day)(60 + below(&random, 1200));
		assert_non_null(all);
		for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
			statements[i].claim = random_claim(&random, values, ARRAY_SIZE(values), span);
		for (size_t i = 0; i < 600; i++) {
			all[i] = statements[below(&random, 1 + below(&random, ARRAY_SIZE(statements)))];
			all[i].part =
				(struct ledger_claim){.source = below(&random, 10 + round),
						      .text = history_random(&random),
						      .weight = CELL_ORIGIN,
						      .first = 12000,
						      .last = 12000,
						      .ref = {.published = 12000, .key = history_random(&random)}};
			all[i].in = false;
		}
		run(kinds[round % ARRAY_SIZE(kinds)], all, 600, "crowds", &random);
		free(all);
	}
	print_message("%zu crowds\n", times);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(histories), cmocka_unit_test(nonsense),
					   cmocka_unit_test(crowds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
