/* SPDX-License-Identifier: Apache-2.0 */
/* follower.h: a subscriber as a state machine: snapshot, then changes, and never a silent hole.
 *
 * In:    the records of sco.state, read to the end; then the events of sco.changes, from anywhere at or before the
 * place that the snapshot names, in the order of the log. Out:   for every event what to do with it, and the state of
 * every slot as of the last event applied. Owner: the follower holds copies of everything. One thread. Pure: no clock,
 * no file, no topic.
 *
 * The rules of the feed that it rests on (codec/change_json.h, codec/state_json.h):
 *  1. A place in the feed is (epoch, sequence). Within an epoch the sequence counts 1, 2, 3 without holes; offsets of
 *     the topic do have holes.
 *  2. A state record holds the whole slot as of its sequence, and is written in one transaction with the events up to
 *     it. So who has read the topic to an end knows every slot as of the highest place seen, which is the snapshot's.
 *  3. Applying an event takes `before` out of the slot and puts `after` in.
 *  4. A hand-over (a replay or a reset) begins a new epoch: all slots are published anew, in the transaction of the
 *     event with sequence 1. Records of slots from an earlier epoch no longer count.
 * Law (tests/unit/test_follower.c): whatever is repeated, cut off or left out, the state is exactly the publisher's as
 * of follower_place(), or a gap, a new epoch or a divergence has been reported.
 */
#ifndef SCOWIRE_FEED_FOLLOWER_H
#define SCOWIRE_FEED_FOLLOWER_H

#include "base/attr.h"
#include "core/timeline/spell.h"

struct feed_place {
	int64_t epoch, sequence; /* epoch 0: nowhere yet */
};

/* By epoch, then sequence: < 0, 0, > 0. */
int feed_place_cmp(struct feed_place a, struct feed_place b);

/* A spell as it travels: its JSON, which is compared byte for byte, and what it is ordered by. */
struct feed_spell {
	struct span json;
	struct spell order; /* begin, end, value, status; items and origins are kept too, evidence is not */
};

struct feed_slot {
	struct span slot;
	struct feed_place place;
	int64_t recorded;		 /* log time of the input that changed it last, ms */
	const struct feed_spell *spells; /* in the order of the timeline */
	size_t n;
};

struct feed_event {
	struct feed_place place;
	int64_t recorded;			 /* ms */
	bool hand_over;				 /* no change: a new epoch begins here */
	struct span slot;			 /* of a change */
	const struct feed_spell *before, *after; /* NULL: none */
};

enum follow {
	FOLLOW_APPLIED,	 /* the next one: the state has changed */
	FOLLOW_COVERED,	 /* known already: repeated, or older than the snapshot */
	FOLLOW_GAP,	 /* events before it are missing: take a new snapshot */
	FOLLOW_EPOCH,	 /* of a later epoch: take a new snapshot */
	FOLLOW_DIVERGED, /* its `before` is not what is known of the slot: take a new snapshot */
	FOLLOW_MAX_
};

const char *follow_name(enum follow f); /* "applied", "covered", "gap", "epoch", "diverged"; never NULL */

/* What to do with an event at `next` when everything up to `at` is known; never FOLLOW_DIVERGED. */
enum follow follow_judge(struct feed_place at, struct feed_place next);

struct follower;

struct follower *follower_new(void) MUST_CHECK; /* NULL when out of memory */
void follower_free(struct follower *f);		/* NULL is fine */
DEFINE_CLEANUP(struct follower *, follower_free)

/* Forgets everything: a snapshot begins. */
void follower_restart(struct follower *f);
/* One record of the snapshot; a later one of the same slot replaces it. Returns 0 or -ENOMEM. */
int follower_snapshot(struct follower *f, const struct feed_slot *s) MUST_CHECK;
/* The end of the snapshot was reached. Of an empty one the place is (1, 0): the first event is still to come. */
void follower_begin(struct follower *f);
/* Instead of a snapshot: everything up to `place` is known elsewhere. Events are judged by their places only, and
 * follower_slot() knows nothing. */
void follower_resume(struct follower *f, struct feed_place place);

/* Has it been resumed and taken no snapshot since? Then of an event only place and hand_over are looked at. */
bool follower_is_blind(const struct follower *f);

/* Judges and, where it is the next one, applies the event; in all other cases nothing changes.
 * Returns enum follow, or -ENOMEM with nothing changed. */
int follower_event(struct follower *f, const struct feed_event *e) MUST_CHECK;

struct feed_place follower_place(const struct follower *f);
/* Slots with their spells, by name; emptied ones are among them. Borrowed until the next call that changes f. */
size_t follower_slots(const struct follower *f);
struct feed_slot follower_slot(const struct follower *f, size_t i);

#endif
