/* SPDX-License-Identifier: Apache-2.0 */
/* Tombstones and hand-overs in the fold, on random claims logs: an item version taken out is as if it had never been; a
 * hand-over publishes nothing until its end, and then the state of the changed set as a new epoch; a log that was
 * compacted gives the same state, the same place in the feed and the same events from there on; and a subscriber
 * (feed/follower.h) that has nothing but the output has the state after every record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/claims_json.h"
#include "codec/epoch_json.h"
#include "feed/records.h"
#include "stage/fold.h"
#include <stdio.h>
#include <stdlib.h>

#define ITEMS 14
#define LOG_MAX 120
#define OUT_MAX 2000
#define ROUNDS 60

static uint64_t seed;
static struct arena arena;

static uint32_t random_below(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

/* A record of sco.claims, in the arena. */
struct entry {
	struct span key, value;
};

struct log_of_claims {
	struct entry v[LOG_MAX];
	size_t n;
};

static struct claim random_claim(void)
{
	static const char *const slots[] = {"presidency", "secretary-general", "membership/BY", "summit"};
	static const char *const values[] = {"KZ", "CN", "RU", "IN"};
	struct evidence *e = arena_alloc(&arena, sizeof(*e));
	struct claim c = {.slot = span_str(slots[random_below(4)]),
			  .value = span_str(values[random_below(4)]),
			  .modality = random_below(8) ? CLAIM_ASSERTED : CLAIM_PLANNED,
			  .number = -1,
			  .rule = SPAN_LIT("r"),
			  .evidence = e,
			  .n_evidence = 1};
	struct edtf day = edtf_from_day((edtf_day)(18000 + 30 * (int)random_below(40)));

	assert_non_null(e);
	*e = (struct evidence){CLAIM_BODY, 0, 3, SPAN_LIT("abc")};
	if (random_below(3))
		c.begin = day;
	else
		c.holds_at = day;
	return c;
}

/* Item i as one of its versions, with new claims. */
static struct entry random_entry(unsigned i, unsigned version)
{
	struct claims_record r = {.uri = arena_printf(&arena, "urn:a@b:%u", i),
				  .version = arena_printf(&arena, "%u", version),
				  .published = edtf_from_day((edtf_day)(19000 + (int)random_below(900))),
				  .language = SPAN_LIT("en"),
				  .pack = SPAN_LIT("sco@1")};
	struct strbuf value = STRBUF_INIT, key = STRBUF_INIT;

	r.fingerprint = digest_of(r.uri);
	if (random_below(12) == 0)
		r.status = PUBSTATUS_WITHHELD;
	r.n_claims = r.status == PUBSTATUS_USABLE ? 1 + random_below(3) : 0;
	r.claims = arena_array(&arena, 4, sizeof(*r.claims));
	for (size_t k = 0; k < r.n_claims; k++)
		r.claims[k] = random_claim();
	claims_json_encode(&r, &value);
	claims_json_key(&r, &key);
	struct entry e = {arena_copy(&arena, strbuf_span(&key)), arena_copy(&arena, strbuf_span(&value))};
	strbuf_done(&value);
	strbuf_done(&key);
	return e;
}

static void put(struct log_of_claims *l, struct entry e)
{
	assert_in_range(l->n, 0, LOG_MAX - 1);
	l->v[l->n++] = e;
}

static struct entry marker(const char *key, int64_t epoch)
{
	struct strbuf b = STRBUF_INIT;

	epoch_json_encode(&(struct epoch_marker){epoch, SPAN_LIT("sco@2")}, &b);
	struct entry e = {span_str(key), arena_copy(&arena, strbuf_span(&b))};
	strbuf_done(&b);
	return e;
}

/* A fold with what it has emitted. */
struct run {
	struct output out;
	struct fold *fold;
	struct processor p;
	struct record records[OUT_MAX];
	size_t n;
	int64_t offset;
};

static struct span keep(struct span s)
{
	return s.p ? arena_copy(&arena, s) : s;
}

static int emit(struct output *out, const struct record *r, struct error *reterr)
{
	struct run *run = (struct run *)out;
	struct record *to = &run->records[run->n++];
	struct record_header *h = arena_array(&arena, r->n_headers + 1, sizeof(*h));

	(void)reterr;
	assert_in_range(run->n, 1, OUT_MAX - 1);
	*to = *r;
	to->topic = keep(r->topic);
	to->key = keep(r->key);
	to->value = keep(r->value);
	for (size_t i = 0; i < r->n_headers; i++)
		h[i] = (struct record_header){keep(r->headers[i].name), keep(r->headers[i].value)};
	to->headers = h;
	return 0;
}

static struct run *run_new(void)
{
	struct run *r = calloc(1, sizeof(*r));
	struct fold_options o = {.view = ":memory:",
				 .mode = VIEW_WRITE,
				 .pack = SPAN_LIT("sco"),
				 .changes = "changes",
				 .state = "state",
				 .source = SPAN_LIT("urn:scowire:sco")};
	struct error err = ERROR_INIT;

	assert_non_null(r);
	r->out.emit = emit;
	if (fold_new(&o, &r->fold, &err) < 0)
		fail_msg("%s", err.text);
	r->p = fold_processor(r->fold, "claims");
	return r;
}

static void run_free(struct run *r)
{
	fold_free(r->fold);
	free(r);
}

/* The time is the log's and travels with the record: by its key, so that compaction does not change it. */
static void fold_entry(struct run *r, const struct entry *e)
{
	struct digest d = digest_of(e->key);
	struct record in = {
		.offset = r->offset++, .timestamp = 1700000000000 + d.b[0], .key = e->key, .value = e->value};
	struct error err = ERROR_INIT;

	if (r->p.step(r->p.ctx, &in, &r->out, &err) < 0)
		fail_msg("%.*s: %s", SPAN_FMT(e->key), err.text);
	if (random_below(3) == 0 && r->p.committed(r->p.ctx, 0, r->offset, &err) < 0)
		fail_msg("%s", err.text);
	/* Between two commits a transaction may be aborted; what it did is then done again. Not here: test_worker.c. */
}

static int add_line(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	(void)slot;
	(void)reterr;
	strbuf_add(ctx, json);
	strbuf_addch(ctx, '\n');
	return 0;
}

static struct span state_of(struct run *r)
{
	struct strbuf b = STRBUF_INIT;
	struct error err = ERROR_INIT;

	if (view_spells_at(fold_view(r->fold), INT64_MAX, SPAN_NONE, add_line, &b, &err) < 0)
		fail_msg("%s", err.text);
	struct span s = arena_copy(&arena, strbuf_span(&b));
	strbuf_done(&b);
	return s;
}

static struct span state_of_log(const struct log_of_claims *l)
{
	struct run *r = run_new();

	for (size_t i = 0; i < l->n; i++)
		fold_entry(r, &l->v[i]);
	struct span s = state_of(r);
	run_free(r);
	return s;
}

/* The newest record of each key, in order, tombstones with what they stand for gone. */
static void compact(const struct log_of_claims *l, struct log_of_claims *ret)
{
	*ret = (struct log_of_claims){0};
	for (size_t i = 0; i < l->n; i++) {
		bool newest = true;
		for (size_t k = i + 1; k < l->n; k++)
			newest &= !span_eq(l->v[k].key, l->v[i].key);
		if (newest && l->v[i].value.p)
			put(ret, l->v[i]);
	}
}

static void assert_spans(struct span got, struct span want, const char *what)
{
	if (!span_eq(got, want))
		fail_msg("%s, round %llu: got\n%.*s\nwant\n%.*s", what, (unsigned long long)seed, SPAN_FMT(got),
			 SPAN_FMT(want));
}

/* Versions of items in random order; then some taken out and some put in anew as one hand-over. */
static void make_log(struct log_of_claims *l, size_t *ret_begin)
{
	unsigned versions[ITEMS] = {0};

	*l = (struct log_of_claims){0};
	for (int i = 0; i < 30; i++) {
		unsigned item = random_below(ITEMS);
		put(l, random_entry(item, ++versions[item]));
	}
	*ret_begin = l->n;
	put(l, marker(EPOCH_BEGIN_KEY, 2));
	for (int i = 0; i < 8; i++) {
		size_t at = random_below((uint32_t)*ret_begin);
		struct entry again = l->v[at];
		put(l, (struct entry){again.key, SPAN_NONE});
		if (random_below(2)) {
			unsigned item, version;
			assert_int_equal(sscanf(again.key.p, "urn:a@b:%u@%u@", &item, &version), 2);
			put(l, random_entry(item, version));
		}
	}
	put(l, marker(EPOCH_END_KEY, 2));
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void what_is_taken_out_has_never_been(void **state)
{
	static struct log_of_claims with, without;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		seed = round;
		with = without = (struct log_of_claims){0};
		size_t gone[ITEMS], n_gone = 0;
		for (unsigned i = 0; i < ITEMS; i++) {
			struct entry e = random_entry(i / 2, i % 2 + 1);
			put(&with, e);
			if (random_below(3))
				put(&without, e);
			else
				gone[n_gone++] = with.n - 1;
		}
		for (size_t i = 0; i < n_gone; i++) {
			put(&with, (struct entry){with.v[gone[i]].key, SPAN_NONE});
			put(&with, (struct entry){with.v[gone[i]].key, SPAN_NONE}); /* a second one does nothing */
		}
		assert_spans(state_of_log(&with), state_of_log(&without), "taken out");
		arena_reset(&arena);
	}
}

static void a_hand_over_tells_nothing_before_its_end(void **state)
{
	static struct log_of_claims log, small;
	size_t begin, emitted = 0;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		seed = round;
		make_log(&log, &begin);
		struct run *r = run_new();
		struct span before = SPAN_NONE;
		for (size_t i = 0; i < log.n; i++) {
			if (i == begin) {
				before = state_of(r);
				emitted = r->n;
			}
			if (i > begin) { /* inside */
				assert_int_equal(r->n, emitted);
				assert_spans(state_of(r), before, "inside");
			}
			fold_entry(r, &log.v[i]);
		}
		/* One event, and the snapshot of every slot. */
		const struct view_head *head = view_head(fold_view(r->fold));
		size_t slots;
		view_slots(fold_view(r->fold), &slots);
		assert_int_equal(r->n, emitted + 1 + slots);
		assert_true(span_eq_str(r->records[emitted].key, EPOCH_EVENT_KEY));
		assert_int_equal(head->epoch, 2);
		assert_int_equal(head->sequence, 1);
		compact(&log, &small);
		assert_spans(state_of(r), state_of_log(&small), "of the set");
		run_free(r);
		arena_reset(&arena);
	}
}

static void a_compacted_log_goes_on_as_the_whole_one(void **state)
{
	static struct log_of_claims log, small;
	size_t begin;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		seed = round;
		make_log(&log, &begin);
		compact(&log, &small);
		struct run *a = run_new(), *b = run_new();
		b->out.silent = true; /* a view that is rebuilt */
		for (size_t i = 0; i < log.n; i++)
			fold_entry(a, &log.v[i]);
		for (size_t i = 0; i < small.n; i++)
			fold_entry(b, &small.v[i]);
		assert_int_equal(b->n, 0);
		b->out.silent = false;
		assert_spans(state_of(b), state_of(a), "rebuilt");
		size_t from = a->n;
		for (unsigned i = 0; i < 10; i++) {
			struct entry e = random_entry(random_below(ITEMS), 100 + i);
			fold_entry(a, &e);
			fold_entry(b, &e);
		}
		assert_int_equal(b->n, a->n - from);
		for (size_t i = 0; i < b->n; i++) {
			const struct record *x = &a->records[from + i], *y = &b->records[i];
			assert_spans(y->value, x->value, "the events after it");
			assert_int_equal(x->n_headers, y->n_headers);
			for (size_t k = 0; k < x->n_headers; k++)
				assert_spans(y->headers[k].value, x->headers[k].value, "their headers");
		}
		run_free(a);
		run_free(b);
		arena_reset(&arena);
	}
}

static bool comes_again(const struct log_of_claims *l, size_t at)
{
	for (size_t i = at + 1; i < l->n; i++)
		if (span_eq(l->v[i].key, l->v[at].key))
			return true;
	return false;
}

/* A tombstone that compaction has taken away told the fold nothing; the record that follows it must do alone. */
static void a_fold_that_lags_behind_compaction_comes_to_the_same(void **state)
{
	static struct log_of_claims log;
	size_t begin;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		seed = round;
		make_log(&log, &begin);
		size_t read = random_below((uint32_t)log.n);
		struct run *a = run_new(), *b = run_new();
		for (size_t i = 0; i < log.n; i++)
			fold_entry(a, &log.v[i]);
		for (size_t i = 0; i < log.n; i++)
			if (i < read || !comes_again(&log, i))
				fold_entry(b, &log.v[i]);
		assert_spans(state_of(b), state_of(a), "behind compaction");
		assert_int_equal(view_head(fold_view(b->fold))->epoch, 2);
		assert_int_equal(view_head(fold_view(b->fold))->sequence, 1);
		run_free(a);
		run_free(b);
		arena_reset(&arena);
	}
}

/* What a subscriber has, as `state` prints it: spells with their slot in them. */
static struct span state_of_follower(struct follower *f)
{
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < follower_slots(f); i++) {
		struct feed_slot s = follower_slot(f, i);
		for (size_t k = 0; k < s.n; k++) {
			struct span json = s.spells[k].json;
			size_t at = span_find(json, SPAN_LIT(",\"status\":"), 0);
			strbuf_add(&b, span_sub(json, 0, at));
			strbuf_addf(&b, ",\"slot\":\"%.*s\"", SPAN_FMT(s.slot));
			strbuf_add(&b, span_sub(json, at, json.n));
			strbuf_addch(&b, '\n');
		}
	}
	struct span all = arena_copy(&arena, strbuf_span(&b));
	strbuf_done(&b);
	return all;
}

static void take_snapshot(struct follower *f, const struct run *r)
{
	follower_restart(f);
	for (size_t i = 0; i < r->n; i++) {
		struct feed_slot s;
		struct error err = ERROR_INIT;
		if (!span_eq_str(r->records[i].topic, "state"))
			continue;
		if (feed_read_state(r->records[i].value, &arena, &s, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(follower_snapshot(f, &s), 0);
	}
	follower_begin(f);
}

static void a_subscriber_has_the_state_after_every_record(void **state)
{
	static struct log_of_claims log;
	size_t begin, epochs = 0;

	(void)state;
	for (uint64_t round = 0; round < ROUNDS; round++) {
		seed = round;
		make_log(&log, &begin);
		for (unsigned i = 0; i < 5; i++)
			put(&log, random_entry(random_below(ITEMS), 200 + i));
		struct run *r = run_new();
		struct follower *f = follower_new();
		take_snapshot(f, r);
		for (size_t i = 0, from = 0; i < log.n; i++) {
			fold_entry(r, &log.v[i]);
			for (; from < r->n; from++) {
				struct feed_change c = {0};
				struct error err = ERROR_INIT;
				if (!span_eq_str(r->records[from].topic, "changes"))
					continue;
				if (feed_read_change(&r->records[from], &arena, &c, &err) < 0)
					fail_msg("%s", err.text);
				int verdict = follower_event(f, &c.event);
				if (verdict == FOLLOW_EPOCH) {
					take_snapshot(f, r);
					epochs++;
				} else {
					assert_int_equal(verdict, FOLLOW_APPLIED);
				}
			}
			assert_spans(state_of_follower(f), state_of(r), "the subscriber's");
		}
		follower_free(f);
		run_free(r);
		arena_reset(&arena);
	}
	assert_int_equal(epochs, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_taken_out_has_never_been, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hand_over_tells_nothing_before_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_compacted_log_goes_on_as_the_whole_one, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fold_that_lags_behind_compaction_comes_to_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(a_subscriber_has_the_state_after_every_record, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
