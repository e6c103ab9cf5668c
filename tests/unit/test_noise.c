/* SPDX-License-Identifier: Apache-2.0 */
/* How much noise the state bears: generated histories of 25 years with a share of the claims spoilt (wrong value, wrong
 * date, wrong modality); for every slot and day, is the established value the one that truly held? Prints the curve as
 * a table. The test is the row of 10%, held to what is promised; SCOWIRE_NOISE_CURVE=1 prints the whole curve,
 * SCOWIRE_NOISE_SEEDS and SCOWIRE_NOISE_ITEMS make more or fewer, SCOWIRE_NOISE_VERBOSE=1 says where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folded.h"
#include "../support/history.h"
#include "codec/spell_json.h"
#include <stdio.h>
#include <stdlib.h>

#define CHUNK 8000 /* items made at a time */

struct score {
	uint64_t right, right_undisputed, disputed, open, wrong, days;
	uint64_t periods, periods_right; /* summits and themes, of all whole years */
	uint64_t spells_disputed;
};

struct reader {
	const struct history *h;
	struct arena arena;
	struct span slot;
	struct spell v[1024];
	size_t n;
	struct score *score;
	bool verbose;
};

enum outcome { RIGHT, DISPUTED, OPEN, WRONG };

/* One day of a slot. A day in the uncertain bound between two spells is right if one of them is. */
static enum outcome judge(const struct timeline *t, struct span truth, edtf_day d, bool *disputed)
{
	bool right = false, other = false, certain_wrong = false;

	*disputed = false;
	for (size_t i = 0; i < t->n; i++) {
		enum spell_holds holds = timeline_holds_on(t, i, d);
		bool same = span_eq(t->v[i].value, truth);
		if (holds == SPELL_HOLDS_NOT)
			continue;
		if (t->v[i].status == SPELL_DISPUTED)
			*disputed = true;
		if (t->v[i].status != SPELL_ESTABLISHED)
			continue;
		right |= same;
		other |= !same;
		certain_wrong |= !same && holds == SPELL_HOLDS;
	}
	if (right && !certain_wrong)
		return RIGHT;
	if (*disputed)
		return DISPUTED;
	return right || other ? WRONG : OPEN;
}

/* Was this year's summit where and when it was, or its theme the year's, without another beside it? */
static bool period_is_right(const struct reader *r, bool theme, int16_t year)
{
	char name[32];
	edtf_day lo = edtf_day_of(year, theme ? 1 : 7, theme ? 1 : 4), hi = theme ? edtf_day_of(year, 12, 31) : lo;
	size_t same = 0, other = 0;

	snprintf(name, sizeof(name), theme ? "Theme %d" : "City %d", theme ? year : year % 10);
	for (size_t i = 0; i < r->n; i++) {
		const struct spell *s = &r->v[i];
		if (s->end.hi < edtf_day_of(year, 1, 1) || s->begin.lo > edtf_day_of(year, 12, 31))
			continue;
		if (span_eq_str(s->value, name) && s->begin.lo == lo && s->end.hi == hi &&
		    s->status == SPELL_ESTABLISHED)
			same++;
		else
			other++;
	}
	return same == 1 && other == 0;
}

static void score_periods(struct reader *r)
{
	bool theme = span_eq_str(r->slot, "year-theme");

	if (!theme && !span_eq_str(r->slot, "summit"))
		return;
	for (int16_t year = edtf_from_day(r->h->first).year + 1; year < edtf_from_day(r->h->last).year; year++) {
		r->score->periods++;
		r->score->periods_right += period_is_right(r, theme, year);
		if (r->verbose && !period_is_right(r, theme, year))
			print_message("wrong %.*s %d\n", SPAN_FMT(r->slot), year);
	}
}

static void score_slot(struct reader *r)
{
	struct timeline t = {r->slot, r->v, r->n};
	bool ours = false;
	edtf_day wrong_from = 0, wrong_to = -2;

	for (size_t i = 0; i < r->n; i++)
		r->score->spells_disputed += r->v[i].status == SPELL_DISPUTED;
	score_periods(r);

	for (size_t i = 0; i < r->h->n_slots; i++)
		ours |= span_eq(r->h->slots[i], r->slot);
	/* From a year after the beginning, when the first reports have come, to two months before the end. */
	for (edtf_day d = r->h->first + 365; ours && d < r->h->last - 60; d++) {
		struct span truth = history_truth(r->h, r->slot, d);
		bool disputed;
		if (!truth.n)
			continue;
		enum outcome o = judge(&t, truth, d, &disputed);
		r->score->days++;
		r->score->right += o == RIGHT;
		r->score->right_undisputed += o == RIGHT && !disputed;
		r->score->disputed += o == DISPUTED;
		r->score->open += o == OPEN;
		r->score->wrong += o == WRONG;
		if (o == WRONG || o == OPEN) {
			if (wrong_to != d - 1)
				wrong_from = d;
			wrong_to = d;
			if (r->verbose && wrong_from == d)
				print_message("wrong %.*s day %d (%d) truth %.*s\n", SPAN_FMT(r->slot), d,
					      edtf_from_day(d).year, SPAN_FMT(truth));
		}
	}
	r->n = 0;
}

static int read_spell(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	struct reader *r = ctx;
	struct span said;

	if (!span_eq(slot, r->slot)) {
		score_slot(r);
		arena_reset(&r->arena);
		r->slot = arena_copy(&r->arena, slot);
	}
	assert_true(r->n < ARRAY_SIZE(r->v));
	return spell_json_decode(json, &r->arena, &said, &r->v[r->n++], reterr);
}

static void run(unsigned permille, uint64_t seed, size_t items, struct score *score)
{
	struct history_options o = {.seed = seed,
				    .years = 25,
				    .items = items,
				    .noise_permille = permille,
				    .copy_permille = 150,
				    .correct_permille = 30,
				    .withdraw_permille = 10};
	struct reader *r = calloc(1, sizeof(*r));
	struct arena a;
	struct history h;
	struct folded f;
	struct error err = ERROR_INIT;

	assert_non_null(r);
	folded_open(&f, ":memory:", &history_rules);
	f.out.silent = true;
	for (o.from = 0; o.from < items; o.from += CHUNK) {
		if (o.from)
			arena_done(&a);
		arena_init(&a, 0);
		o.count = items - o.from < CHUNK ? items - o.from : CHUNK;
		history_make(&o, &a, &h);
		for (size_t i = 0; i < h.n; i++)
			folded_step(&f, &h.v[i], 0);
	}
	r->h = &h;
	r->score = score;
	r->verbose = getenv("SCOWIRE_NOISE_VERBOSE") != NULL;
	assert_int_equal(view_spells_at(fold_view(f.fold), INT64_MAX, SPAN_NONE, read_spell, r, &err), 0);
	score_slot(r);
	arena_done(&r->arena);
	free(r);
	folded_close(&f);
	arena_done(&a);
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static size_t number(const char *name, size_t otherwise)
{
	const char *set = getenv(name);

	return set ? strtoul(set, NULL, 10) : otherwise;
}

static void the_state_bears_noise(void **state)
{
	static const unsigned noise[] = {0, 10, 50, 100, 200, 300};
	size_t seeds = number("SCOWIRE_NOISE_SEEDS", 1), items = number("SCOWIRE_NOISE_ITEMS", 8000);
	bool curve = getenv("SCOWIRE_NOISE_CURVE") != NULL;

	(void)state;
	print_message(
		"| noise | right, undisputed | right | disputed | nothing said | wrong | slot-days | years' summits and "
		"themes right | disputed spells |\n"
		"| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++) {
		struct score s = {0};
		if (!curve && noise[i] != 100)
			continue;
		for (uint64_t seed = 1; seed <= seeds; seed++)
			run(noise[i], seed, items, &s);
		print_message("| %u%% | %.3f%% | %.3f%% | %.3f%% | %.3f%% | %.4f%% | %llu | %llu of %llu | %llu |\n",
			      noise[i] / 10, percent(s.right_undisputed, s.days), percent(s.right, s.days),
			      percent(s.disputed, s.days), percent(s.open, s.days), percent(s.wrong, s.days),
			      (unsigned long long)s.days, (unsigned long long)s.periods_right,
			      (unsigned long long)s.periods, (unsigned long long)s.spells_disputed);
		assert_true(s.days > 0);
		if (noise[i] == 100 && !getenv("SCOWIRE_NOISE_VERBOSE")) {
			assert_int_equal(s.right + s.disputed, s.days);
			assert_true(s.right_undisputed * 1000 >= s.days * 995);
			assert_int_equal(s.periods_right, s.periods);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_state_bears_noise)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
