/* SPDX-License-Identifier: Apache-2.0 */
/* history.h: an organisation that never was, and the news about it: for properties, noise and speed of the state.
 *
 * Chairs rotate every year, officers serve three years, states come closer step by step, there is a summit and a theme
 * each year. Items of several sources report changes and repeat what holds; some are copies, some cite another source,
 * some are corrected, withheld or withdrawn. Everything follows from the seed. */
#ifndef SCOWIRE_TESTS_HISTORY_H
#define SCOWIRE_TESTS_HISTORY_H

#include "base/arena.h"
#include "core/claim/claim.h"
#include "core/timeline/rules.h"

struct history_options {
	uint64_t seed;
	int years;		 /* from 2001-06-15 on */
	size_t items;		 /* first versions; copies and later versions come on top */
	size_t from, count;	 /* make only these of the items; count 0: all from `from` on */
	unsigned noise_permille; /* of claims: wrong value, wrong date or wrong modality */
	unsigned copy_permille, correct_permille, withdraw_permille;
};

struct history {
	struct claims_record *v; /* in order of publication */
	size_t n;
	struct span *slots; /* what the truth knows of */
	size_t n_slots;
	edtf_day first, last;
	struct truth *truth;
};

/* In the arena; aborts when it is exhausted. */
void history_make(const struct history_options *o, struct arena *arena, struct history *ret);

/* The value that truly held; empty where none did. For exclusive slots. */
struct span history_truth(const struct history *h, struct span slot, edtf_day d);

/* Rules as a pack would give them. */
extern const struct slot_rules_set history_rules;

/* A small generator of good quality (xorshift64*), for the shuffles of the tests too. */
uint64_t history_random(uint64_t *state);

#endif
