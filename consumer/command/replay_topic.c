/* SPDX-License-Identifier: Apache-2.0 */
#include "command/replay_topic.h"
#include "codec/epoch_json.h"
#include "codec/state_json.h"
#include "command/hand_over.h"
#include "command/pack_dir.h"
#include "command/replay_print.h"
#include "command/rereading.h"
#include "command/subscription.h"
#include "stage/fold.h"
#include "stage/fold_rules.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct replay_topic {
	const struct consumer_options *o;
	struct topics topics;
	struct pack *pack;
	struct rereading read;
	struct subscription live; /* for its follower: the published state */
	struct fold *fold;	  /* the fresh state, in memory */
	struct replay_print print;
	struct arena memory, scratch; /* of the whole run; of a comparison */
	struct hand_over *publishing; /* NULL: only comparing */
	int64_t offset;
	struct error error; /* of a callback that cannot hand one out */
};

/* The fresh state. */

static int drop(struct output *out, const struct record *r, struct error *reterr)
{
	(void)out;
	(void)r;
	(void)reterr;
	return 0;
}

static int fold_record(struct replay_topic *t, struct span key, struct span value, int64_t timestamp,
		       struct error *reterr)
{
	struct output silent = {.emit = drop, .silent = true};
	struct processor p = fold_processor(t->fold, "claims");
	struct record in = {.offset = t->offset++, .timestamp = timestamp, .key = key, .value = value};

	return p.step(p.ctx, &in, &silent, reterr);
}

static int fold_entry(struct replay_topic *t, const struct claims_entry *e, struct error *reterr)
{
	return fold_record(t, e->key, e->value, e->timestamp, reterr);
}

/* Between the two the set grows and nothing is resolved: each slot once, at the end, and not with each record. */
static int fold_marker(struct replay_topic *t, const char *key, struct error *reterr)
{
	struct strbuf value = STRBUF_INIT;
	int e;

	epoch_json_encode(&(struct epoch_marker){t->read.epoch + 1, pack_name(t->pack)}, &value);
	e = value.failed ? error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory")
			 : fold_record(t, span_str(key), strbuf_span(&value), 0, reterr);
	strbuf_done(&value);
	return e;
}

/* Every item version as it would stand: what was read again and differs, else what is published. A record that only
 * names another version of the pack stays, here as in the hand-over: which of equal quotes stands first hangs on it. */
static int fold_all(struct replay_topic *t, struct error *reterr)
{
	const struct claims_set *live = &t->read.live, *fresh = &t->read.fresh;
	int e = fold_marker(t, EPOCH_BEGIN_KEY, reterr);

	for (size_t i = 0; e == 0 && i < live->n; i++) {
		const struct claims_entry *now = claims_set_find(fresh, live->v[i].key);
		if (!now || (now->value.p && claims_same(live->v[i].value, now->value)))
			e = fold_entry(t, &live->v[i], reterr);
		else if (now->value.p)
			e = fold_entry(t, now, reterr);
	}
	for (size_t i = 0; e == 0 && i < fresh->n; i++)
		if (fresh->v[i].value.p && !claims_set_find(live, fresh->v[i].key))
			e = fold_entry(t, &fresh->v[i], reterr);
	return e < 0 ? e : fold_marker(t, EPOCH_END_KEY, reterr);
}

static int open_fold(struct replay_topic *t, struct error *reterr)
{
	struct span name = pack_name(t->pack);
	struct fold_options o = {
		.view = ":memory:",
		.mode = VIEW_WRITE,
		.pack = span_sub(name, 0, span_find(name, SPAN_LIT("@"), 0)),
		.changes = t->topics.names.name[TOPIC_CHANGES],
		.state = t->topics.names.name[TOPIC_STATE],
		.source = SPAN_LIT("urn:scowire:replay"),
	};

	if (!span_eq_str(o.pack, t->o->organisation))
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "the pack is of %.*s, --organisation says %s",
				 SPAN_FMT(o.pack), t->o->organisation);
	if (fold_rules_of_pack(t->pack, &t->memory, &o.rules) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return fold_new(&o, &t->fold, reterr);
}

/* Comparing. */

static int compare_claims(void *ctx, struct span key, const struct claims_entry *was, const struct claims_entry *now)
{
	struct replay_topic *t = ctx;
	struct claims_diff d;

	if (t->publishing)
		return hand_over_put(t->publishing, key, now ? now->value : SPAN_NONE, now ? now->timestamp : 0,
				     &t->error);
	arena_reset(&t->scratch);
	int e = claims_diff(was ? was->value : SPAN_NONE, now ? now->value : SPAN_NONE, &t->scratch, &d, &t->error);
	if (e < 0) {
		error_prefix(&t->error, "claims of %.*s", SPAN_FMT(span_sub(key, 0, 100)));
		error_escalate(&t->error, ERROR_ACTION_STOP);
		return e;
	}
	return replay_print_claims(&t->print, key, &d, &t->error);
}

/* The timeline that is published of a slot; empty where there is none. */
static int live_timeline(struct replay_topic *t, struct span slot, struct timeline *ret, struct error *reterr)
{
	struct follower *f = t->live.follower;

	*ret = (struct timeline){.slot = slot};
	for (size_t i = 0; f && i < follower_slots(f); i++) {
		struct feed_slot s = follower_slot(f, i);
		struct strbuf json = STRBUF_INIT;
		struct state_record record;
		if (!span_eq(s.slot, slot))
			continue;
		feed_json_slot(&s, &json);
		int e = state_json_decode(strbuf_span(&json), &t->scratch, &record, reterr);
		strbuf_done(&json);
		if (e == 0)
			*ret = record.timeline;
		return e;
	}
	return 0;
}

struct collected {
	struct replay_topic *t;
	struct timeline timeline;
	size_t cap;
};

static int collect(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	struct collected *c = ctx;
	struct arena *a = &c->t->scratch;
	struct span name;

	(void)slot;
	if (arena_grow(a, &c->timeline.v, c->timeline.n, &c->cap, sizeof(struct spell)) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return spell_json_decode(json, a, &name, &c->timeline.v[c->timeline.n++], reterr);
}

static int compare_slot(struct replay_topic *t, struct span slot, struct error *reterr)
{
	struct collected fresh = {.t = t, .timeline = {.slot = slot}};
	struct timeline live;
	struct change_list changes;

	arena_reset(&t->scratch);
	int e = live_timeline(t, slot, &live, reterr);
	if (e == 0)
		e = view_spells_at(fold_view(t->fold), INT64_MAX, slot, collect, &fresh, reterr);
	if (e == 0 && change_diff(&live, &fresh.timeline, &t->scratch, &changes) < 0)
		e = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	for (size_t i = 0; e == 0 && i < changes.n; i++)
		e = replay_print_spell(&t->print, slot, &changes.v[i], reterr);
	return e;
}

static int compare_state(struct replay_topic *t, struct error *reterr)
{
	size_t n, i = 0, k = 0, m = t->live.follower ? follower_slots(t->live.follower) : 0;
	const struct view_slot *v = view_slots(fold_view(t->fold), &n);
	int e = 0;

	while (e == 0 && (i < n || k < m)) { /* both are sorted */
		struct span a = i < n ? v[i].name : SPAN_NONE;
		struct span b = k < m ? follower_slot(t->live.follower, k).slot : SPAN_NONE;
		int c = i == n ? 1 : k == m ? -1 : span_cmp(a, b);
		e = compare_slot(t, c <= 0 ? a : b, reterr);
		i += c <= 0;
		k += c >= 0;
	}
	return e;
}

static int walk_claims(struct replay_topic *t, struct error *reterr)
{
	t->error = ERROR_INIT;
	int e = claims_set_compare(&t->read.live, &t->read.fresh, compare_claims, t);
	if (e < 0 && reterr && !reterr->code)
		*reterr = t->error;
	return e;
}

/* The published state; topics that are missing are an empty one. */
static int read_live_state(struct replay_topic *t, struct error *reterr)
{
	int e = subscription_open(&t->live, &t->topics, reterr);

	if (e == 0)
		e = subscription_state(&t->live, reterr);
	if (e == -ENOENT) {
		*reterr = ERROR_INIT;
		e = 0;
	}
	return e;
}

static int publish(struct replay_topic *t, struct error *reterr)
{
	struct hand_over *h = calloc(1, sizeof(*h));
	int64_t epoch = (t->live.head.epoch > t->read.epoch ? t->live.head.epoch : t->read.epoch) + 1;
	int e = h ? hand_over_begin(h, &t->topics, NULL, TOPIC_NEWS, epoch, pack_name(t->pack), reterr)
		  : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");

	if (e == 0) {
		t->publishing = h;
		e = walk_claims(t, reterr);
		t->publishing = NULL;
	}
	if (e == 0)
		e = hand_over_commit(h, NULL, 0, reterr);
	if (h)
		hand_over_done(h);
	free(h);
	if (e == 0)
		fprintf(stderr,
			"scowire-consumer replay: epoch %" PRId64
			" is on %s; the fold publishes it when it comes to it\n",
			epoch, t->topics.names.name[TOPIC_CLAIMS]);
	return e;
}

static int run(struct replay_topic *t, struct error *reterr)
{
	bool items = t->o->topic == REPLAY_ITEMS;
	int e = items ? rereading_begin(&t->read, t->o->from, t->o->to, reterr) : 0;

	if (e == 0)
		e = pack_dir_load(t->o->pack, &t->pack, reterr);
	t->read.pack = t->pack;
	if (e == 0)
		e = open_fold(t, reterr);
	if (e == 0)
		e = rereading_live(&t->read, reterr);
	if (e == 0)
		e = read_live_state(t, reterr);
	if (e == 0 && items)
		e = rereading_items(&t->read, reterr);
	if (e == 0)
		e = fold_all(t, reterr);
	if (e == 0)
		e = walk_claims(t, reterr);
	if (e == 0)
		e = compare_state(t, reterr);
	t->print.items = t->read.items;
	t->print.refused = t->read.refused;
	if (e == 0)
		e = replay_print_summary(&t->print, reterr);
	if (e < 0 || !t->o->execute)
		return e;
	if (!t->print.records && !t->print.spells) {
		fprintf(stderr, "scowire-consumer replay: nothing differs, so nothing is published\n");
		return 0;
	}
	return publish(t, reterr);
}

static int check(const struct command *c, struct error *reterr)
{
	const struct consumer_options *o = &c->values;

	if (c->n_arguments)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%s': with --topic no FILE is read",
				 c->arguments[0]);
	if (o->state)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "--state: with --topic the fresh state is in memory");
	if (o->execute && o->dry_run)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--execute and --dry-run exclude each other");
	if (o->topic == REPLAY_CLAIMS && (o->from || o->to))
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "--from and --to are of items; claims are refolded as a whole");
	return 0;
}

int replay_topic(const struct command *c, struct error *reterr)
{
	struct log log = {.fd = STDERR_FILENO, .level = (enum log_level)c->values.log_level, .name = "replay"};
	struct replay_topic t = {.o = &c->values, .error = ERROR_INIT};
	int e = check(c, reterr);

	if (e < 0)
		return e;
	arena_init(&t.memory, 0);
	arena_init(&t.scratch, 0);
	topics_init(&t.topics, c, &log);
	t.read = (struct rereading){.topics = &t.topics, .progress = isatty(STDERR_FILENO)};
	claims_set_init(&t.read.live);
	claims_set_init(&t.read.fresh);
	t.print.lines = t.o->diff;
	t.print.text = t.o->format == FORMAT_AUTO ? isatty(STDOUT_FILENO) : t.o->format == FORMAT_TEXT;
	e = run(&t, reterr);
	rereading_done(&t.read);
	fold_free(t.fold);
	pack_free(t.pack);
	subscription_close(&t.live);
	claims_set_done(&t.read.live);
	claims_set_done(&t.read.fresh);
	replay_print_done(&t.print);
	arena_done(&t.memory);
	arena_done(&t.scratch);
	return e;
}
