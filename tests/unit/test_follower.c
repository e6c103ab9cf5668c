/* SPDX-License-Identifier: Apache-2.0 */
/* The subscriber against a model publisher: random histories with hand-overs, a snapshot topic compacted at random, and
 * a change topic of which parts are repeated, left out, swapped or cut off. After every event that is applied the state
 * is the publisher's as of that event, and no event that is missing goes unreported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "feed/follower.h"
#include <stdio.h>

#define SLOTS 5
#define SPELLS 6
#define STEPS 80
#define HISTORIES 400
#define RUNS 6

static uint64_t seed;

static uint32_t random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static bool chance(uint32_t percent)
{
	return random_below(100) < percent;
}

/* What was published. */
struct model_slot {
	struct feed_spell v[SPELLS];
	size_t n;
};

struct history {
	struct arena arena;
	struct model_slot now[SLOTS];
	struct feed_event events[STEPS];
	struct span after[STEPS]; /* the whole state after that event, as text */
	size_t n;
	struct feed_slot records[STEPS * SLOTS]; /* of the snapshot topic */
	size_t record_event[STEPS * SLOTS];	 /* the event it came with */
	size_t n_records;
};

static struct span slot_name(size_t i)
{
	static const char *const names[SLOTS] = {"membership/BY", "membership/IN", "presidency", "summit",
						 "year-theme"};

	return span_str(names[i]);
}

static struct span render(struct arena *arena, struct span text, struct feed_slot slot)
{
	for (size_t i = 0; i < slot.n; i++) {
		text = arena_printf(arena, "%.*s%.*s %.*s\n", SPAN_FMT(text), SPAN_FMT(slot.slot),
				    SPAN_FMT(slot.spells[i].json));
		assert_non_null(text.p);
	}
	return text;
}

static void note_record(struct history *h, size_t slot, size_t event)
{
	struct model_slot *m = &h->now[slot];
	struct feed_spell *copy = arena_array(&h->arena, SPELLS, sizeof(*copy));

	assert_non_null(copy);
	memcpy(copy, m->v, m->n * sizeof(*copy));
	h->records[h->n_records] = (struct feed_slot){slot_name(slot), h->events[event].place, 0, copy, m->n};
	h->record_event[h->n_records++] = event;
}

static struct feed_spell random_spell(struct history *h)
{
	struct feed_spell s = {.order = {.begin = {(edtf_day)random_below(50), 0}, .value = SPAN_LIT("KZ")}};
	static unsigned count;

	s.order.begin.hi = s.order.begin.lo + (edtf_day)random_below(3);
	s.order.end = (struct day_range){s.order.begin.hi + (edtf_day)random_below(9), EDTF_DAY_MAX};
	s.order.value = arena_printf(&h->arena, "v%u", random_below(30));
	/* Never twice the same, as support and evidence make sure in the real feed. */
	s.json = arena_printf(&h->arena, "{\"value\":\"%.*s\",\"n\":%u}", SPAN_FMT(s.order.value), count++);
	return s;
}

static void model_put(struct model_slot *m, struct feed_spell s)
{
	size_t at = m->n++;

	for (; at > 0 && spell_cmp(&m->v[at - 1].order, &s.order) > 0; at--)
		m->v[at] = m->v[at - 1];
	m->v[at] = s;
}

/* One change of a random slot, as the fold would publish it. */
static void publish_change(struct history *h, struct feed_place place)
{
	size_t slot = random_below(SLOTS);
	struct model_slot *m = &h->now[slot];
	struct feed_event *e = &h->events[h->n];
	struct feed_spell *pair = arena_array(&h->arena, 2, sizeof(*pair));
	bool takes = m->n > 0 && (m->n == SPELLS || chance(60)), gives = !takes || (m->n < SPELLS && chance(60));

	*e = (struct feed_event){.place = place, .slot = slot_name(slot)};
	if (takes) {
		size_t at = random_below((uint32_t)m->n);
		pair[0] = m->v[at];
		e->before = &pair[0];
		memmove(&m->v[at], &m->v[at + 1], (--m->n - at) * sizeof(m->v[0]));
	}
	if (gives) {
		pair[1] = random_spell(h);
		e->after = &pair[1];
		model_put(m, pair[1]);
	}
	note_record(h, slot, h->n);
}

static void publish_hand_over(struct history *h, struct feed_place place)
{
	h->events[h->n] = (struct feed_event){.place = place, .hand_over = true};
	for (size_t i = 0; i < SLOTS; i++) {
		if (chance(30))
			h->now[i].n = 0;
		if (h->now[i].n < SPELLS && chance(40))
			model_put(&h->now[i], random_spell(h));
		note_record(h, i, h->n);
	}
}

static void make_history(struct history *h)
{
	struct feed_place place = {1, 0};

	arena_init(&h->arena, 0);
	for (h->n = 0; h->n < STEPS; h->n++) {
		bool hand_over = place.sequence > 0 && chance(4);
		place = hand_over ? (struct feed_place){place.epoch + 1, 1}
				  : (struct feed_place){place.epoch, place.sequence + 1};
		if (hand_over)
			publish_hand_over(h, place);
		else
			publish_change(h, place);
		struct span text = {"", 0};
		for (size_t i = 0; i < SLOTS; i++)
			text = render(&h->arena, text,
				      (struct feed_slot){slot_name(i), place, 0, h->now[i].v, h->now[i].n});
		h->after[h->n] = text;
	}
}

/* The snapshot topic as it may stand once `events` have been published: the newest record of each slot, and any of the
 * older ones that compaction has not taken yet. */
static void take_snapshot(struct follower *f, const struct history *h, size_t events)
{
	follower_restart(f);
	for (size_t i = 0; i < h->n_records && h->record_event[i] < events; i++) {
		bool newest = true;
		for (size_t k = i + 1; k < h->n_records && h->record_event[k] < events; k++)
			newest &= !span_eq(h->records[k].slot, h->records[i].slot);
		if (newest || chance(50))
			assert_int_equal(follower_snapshot(f, &h->records[i]), 0);
	}
	follower_begin(f);
}

static void assert_state(struct follower *f, const struct history *h, struct span want)
{
	struct arena arena;
	struct span got = {"", 0};

	(void)h;
	arena_init(&arena, 0);
	for (size_t i = 0; i < follower_slots(f); i++)
		got = render(&arena, got, follower_slot(f, i));
	if (!span_eq(got, want))
		fail_msg("state is\n%.*swhere it must be\n%.*s", SPAN_FMT(got), SPAN_FMT(want));
	arena_done(&arena);
}

/* Index of the event at a place; -1 before the first. */
static int event_at(const struct history *h, struct feed_place p)
{
	int i = (int)h->n - 1;

	while (i >= 0 && feed_place_cmp(h->events[i].place, p) != 0)
		i--;
	return i;
}

struct tally {
	size_t verdicts[FOLLOW_MAX_];
};

/* Delivers event i and holds the verdict against what is true. */
static void deliver(struct follower *f, const struct history *h, size_t i, struct tally *t)
{
	int at = event_at(h, follower_place(f)), verdict = follower_event(f, &h->events[i]);

	assert_in_range(verdict, 0, FOLLOW_MAX_ - 1);
	t->verdicts[verdict]++;
	if ((int)i <= at)
		assert_int_equal(verdict, FOLLOW_COVERED);
	else if (h->events[i].place.epoch > (at < 0 ? 1 : h->events[at].place.epoch))
		assert_int_equal(verdict, FOLLOW_EPOCH);
	else
		assert_int_equal(verdict, (int)i == at + 1 ? FOLLOW_APPLIED : FOLLOW_GAP);
	if (verdict == FOLLOW_GAP || verdict == FOLLOW_EPOCH)
		take_snapshot(f, h, i + 1 + random_below((uint32_t)(h->n - i)));
	int now = event_at(h, follower_place(f));
	assert_state(f, h, now < 0 ? SPAN_LIT("") : h->after[now]);
}

static void subscribe_once(const struct history *h, struct tally *t)
{
	struct follower *f = follower_new();
	size_t i;

	assert_non_null(f);
	take_snapshot(f, h, random_below((uint32_t)h->n + 1));
	for (i = random_below((uint32_t)h->n); i < h->n; i++) {
		if (chance(5))
			i -= random_below((uint32_t)i + 1); /* a restart that reads again */
		if (chance(5))
			i += random_below((uint32_t)(h->n - i)); /* a hole */
		if (chance(5) && i + 1 < h->n) {		 /* swapped */
			deliver(f, h, i + 1, t);
			deliver(f, h, i, t);
			continue;
		}
		deliver(f, h, i, t);
		if (chance(5))
			break; /* cut off */
	}
	follower_free(f);
}

static void any_delivery_rebuilds_the_state_or_is_reported(void **state)
{
	static struct history h;
	struct tally t = {0};

	(void)state;
	for (uint64_t n = 0; n < HISTORIES; n++) {
		h = (struct history){0};
		seed = n;
		make_history(&h);
		for (int run = 0; run < RUNS; run++)
			subscribe_once(&h, &t);
		arena_done(&h.arena);
	}
	/* The faults did occur; a feed that keeps its rules never diverges. */
	assert_in_range(t.verdicts[FOLLOW_APPLIED], 1000, SIZE_MAX);
	assert_in_range(t.verdicts[FOLLOW_COVERED], 1000, SIZE_MAX);
	assert_in_range(t.verdicts[FOLLOW_GAP], 100, SIZE_MAX);
	assert_in_range(t.verdicts[FOLLOW_EPOCH], 100, SIZE_MAX);
	assert_int_equal(t.verdicts[FOLLOW_DIVERGED], 0);
}

static void places_are_judged_by_epoch_and_sequence(void **state)
{
	static const struct {
		struct feed_place at, next;
		enum follow want;
	} rows[] = {
		{{1, 0}, {1, 1}, FOLLOW_APPLIED}, {{1, 0}, {1, 2}, FOLLOW_GAP},	      {{1, 7}, {1, 8}, FOLLOW_APPLIED},
		{{1, 7}, {1, 7}, FOLLOW_COVERED}, {{1, 7}, {1, 1}, FOLLOW_COVERED},   {{1, 7}, {1, 9}, FOLLOW_GAP},
		{{1, 7}, {2, 1}, FOLLOW_EPOCH},	  {{2, 1}, {1, 8}, FOLLOW_COVERED},   {{2, 1}, {2, 2}, FOLLOW_APPLIED},
		{{1, 7}, {3, 40}, FOLLOW_EPOCH},  {{2, 9}, {1, 900}, FOLLOW_COVERED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(follow_judge(rows[i].at, rows[i].next), rows[i].want);
}

static void a_foreign_before_is_told_and_changes_nothing(void **state)
{
	struct feed_spell known = {.json = SPAN_LIT("{\"a\":1}")}, other = {.json = SPAN_LIT("{\"a\":2}")};
	struct feed_slot slot = {SPAN_LIT("presidency"), {1, 4}, 0, &known, 1};
	const struct feed_event wrong[] = {
		{.place = {1, 5}, .slot = SPAN_LIT("presidency"), .before = &other},
		{.place = {1, 5}, .slot = SPAN_LIT("summit"), .before = &known},
		{.place = {1, 5}, .hand_over = true},
	};
	struct follower *f = follower_new();

	(void)state;
	assert_int_equal(follower_snapshot(f, &slot), 0);
	follower_begin(f);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(follower_event(f, &wrong[i]), FOLLOW_DIVERGED);
		assert_int_equal(follower_place(f).sequence, 4);
		assert_int_equal(follower_slots(f), 1);
	}
	struct feed_event right = {.place = {1, 5}, .slot = slot.slot, .before = &known};
	assert_int_equal(follower_event(f, &right), FOLLOW_APPLIED);
	assert_int_equal(follower_slot(f, 0).n, 0);
	follower_free(f);
}

static void a_resumed_follower_judges_by_place_alone(void **state)
{
	struct feed_spell any = {.json = SPAN_LIT("{}")};
	struct feed_event e = {.place = {3, 8}, .slot = SPAN_LIT("summit"), .before = &any};
	struct follower *f = follower_new();

	(void)state;
	follower_resume(f, (struct feed_place){3, 7});
	assert_int_equal(follower_event(f, &e), FOLLOW_APPLIED);
	assert_int_equal(follower_event(f, &e), FOLLOW_COVERED);
	e.place.sequence = 10;
	assert_int_equal(follower_event(f, &e), FOLLOW_GAP);
	assert_int_equal(follower_slots(f), 0);
	follower_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_judged_by_epoch_and_sequence),
		cmocka_unit_test(a_foreign_before_is_told_and_changes_nothing),
		cmocka_unit_test(a_resumed_follower_judges_by_place_alone),
		cmocka_unit_test(any_delivery_rebuilds_the_state_or_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
