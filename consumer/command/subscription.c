/* SPDX-License-Identifier: Apache-2.0 */
#include "command/subscription.h"
#include "codec/epoch_json.h"
#include "feed/snapshot_file.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define RECORD_MEMORY_MAX ((size_t)256 * 1024 * 1024) /* of one record */
#define SNAPSHOT_FILE_MAX ((size_t)1024 * 1024 * 1024)
#define POLL_MS 200
#define MARKER_MARGIN 1000
#define STALL_POLLS 150 /* of POLL_MS without an end: no broker hands out the snapshot */

#define PLACE "%" PRId64 ":%" PRId64
#define PLACE_FMT(p) (p).epoch, (p).sequence

const char *snapshot_reason_name(enum snapshot_reason r)
{
	static const char *const names[] = {"start", "file", "gap", "retention", "epoch", "diverged", "foreign"};

	return (unsigned)r < SNAPSHOT_REASON_MAX_ ? names[r] : "unknown";
}

int subscription_open(struct subscription *s, const struct topics *t, struct error *reterr)
{
	s->topics = t;
	arena_init(&s->arena, RECORD_MEMORY_MAX);
	s->at = (struct cursor){.feed = "-", .event = "-", .offset = -1};
	s->follower = follower_new();
	if (!s->follower)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	int r = topics_open(t, TOPIC_CHANGES, &s->changes, reterr);
	if (r == 0 && s->changes->n != 1)
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "topic %s has %zu partitions; a feed has one",
			      t->names.name[TOPIC_CHANGES], s->changes->n);
	return r;
}

void subscription_close(struct subscription *s)
{
	tail_free(s->changes);
	follower_free(s->follower);
	arena_done(&s->arena);
}

/* A record of a topic that is not what it must be there. */
static int not_ours(const struct subscription *s, enum topic which, int64_t offset, struct error *reterr)
{
	error_prefix(reterr, "%s, offset %" PRId64, s->topics->names.name[which], offset);
	error_escalate(reterr, ERROR_ACTION_STOP);
	return -EUCLEAN;
}

static int take_state(struct subscription *s, const struct record *r, struct follower *f, struct error *reterr)
{
	struct feed_slot slot;

	if (!r->value.p) /* a tombstone, which the fold never writes: the slot is gone */
		return 0;
	arena_reset(&s->arena);
	if (feed_read_state(r->value, &s->arena, &slot, reterr) < 0)
		return not_ours(s, TOPIC_STATE, r->offset, reterr);
	if (follower_snapshot(f, &slot) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return 0;
}

/* Takes every record of the snapshot topic before `end`. Returns 1 when there is nothing left to read, 0 when a record
 * at or after `end` has come, which is in *r. */
static int read_until(struct subscription *s, struct tail *state, int64_t end, struct follower *f, struct record *r,
		      struct error *reterr)
{
	int e, stalled = 0;

	while ((e = tail_poll(state, POLL_MS, r, reterr)) >= 0 && e != TAIL_END) {
		if (e == TAIL_RECORD) {
			stalled = 0;
			if (r->offset >= end)
				return 0;
			e = take_state(s, r, f, reterr);
			if (e < 0)
				return e;
		} else if (++stalled > STALL_POLLS) {
			return error_set(reterr, ERROR_ACTION_STOP, -ENOTCONN, "%s: its end was not reached",
					 s->topics->names.name[TOPIC_STATE]);
		}
	}
	return e < 0 ? e : 1;
}

/* All of sco.state into f. While somebody writes there is no end to wait for, so it ends where the topic ended when it
 * was asked, which is between two transactions. And that twice: what compaction took away before it was reached has a
 * newer record, which lies before the second end. */
static int read_state(struct subscription *s, struct follower *f, struct error *reterr)
{
	struct tail *state CLEANUP(tail_freep) = NULL;
	struct record r = {0};
	int e = topics_open(s->topics, TOPIC_STATE, &state, reterr);

	if (e == 0) {
		follower_restart(f);
		e = read_until(s, state, state->parts[0].end, f, &r, reterr);
	}
	if (e == 0) {
		e = tail_bounds(state, reterr);
		if (e == 0 && r.offset < state->parts[0].end)
			e = take_state(s, &r, f, reterr);
		if (e == 0)
			e = read_until(s, state, state->parts[0].end, f, &r, reterr);
	}
	if (e < 0)
		return e;
	follower_begin(f);
	s->head = follower_place(f);
	return 0;
}

int subscription_state(struct subscription *s, struct error *reterr)
{
	return read_state(s, s->follower, reterr);
}

static int seek(struct subscription *s, int64_t offset, struct error *reterr)
{
	s->changes->parts[0].next = offset;
	return tail_seek(s->changes, reterr);
}

/* Takes a snapshot that covers `least`. The markers of one transaction reach the two topics one after the other, so for
 * a moment an event can be visible whose state record is not. */
static int snapshot_of(struct subscription *s, enum snapshot_reason why, struct feed_place least, struct error *reterr)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
	struct feed_place missed = s->at.place;
	struct tail_part *part = &s->changes->parts[0];
	int r = tail_bounds(s->changes, reterr);
	/* The same holds the other way round: events of a transaction that the snapshot does not show yet may lie
	 * before the end. A thousand is more than one has; if it is not, the gap is told and another snapshot taken. */
	int64_t from = s->changes->seekable ? part->end - MARKER_MARGIN : part->end;

	for (int tries = 0; r == 0; tries++) {
		r = read_state(s, s->follower, reterr);
		if (r < 0 || feed_place_cmp(s->head, least) >= 0)
			break;
		if (tries == STALL_POLLS)
			return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
					 "%s has event " PLACE ", but the snapshot in %s ends at " PLACE,
					 s->topics->names.name[TOPIC_CHANGES], PLACE_FMT(least),
					 s->topics->names.name[TOPIC_STATE], PLACE_FMT(s->head));
		nanosleep(&pause, NULL);
	}
	if (r == 0)
		r = seek(s, from > part->first ? from : part->first, reterr);
	if (r < 0)
		return r;
	s->resumed.place.epoch = 0;
	s->unchecked = s->adopt = false;
	s->at.place = s->head;
	s->at.offset = part->next;
	cursor_set(s->at.event, sizeof(s->at.event), SPAN_NONE);
	return s->listener.snapshot(s->listener.ctx, s, why, missed, reterr);
}

int subscription_snapshot(struct subscription *s, enum snapshot_reason why, struct error *reterr)
{
	return snapshot_of(s, why, (struct feed_place){0}, reterr);
}

/* What a cursor says cannot be so in this feed. */
static int foreign(struct subscription *s, struct error *why, struct error *reterr)
{
	if (s->resnapshot)
		return subscription_snapshot(s, SNAPSHOT_FOREIGN, reterr);
	return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
			 "of another feed: %s; --resnapshot begins anew with a snapshot", why->text);
}

/* The follower knows everything up to c->place; is that a place of this feed? Goes on from it, or as foreign(). */
static int go_on(struct subscription *s, const struct cursor *c, struct error *reterr)
{
	struct error why = ERROR_INIT;
	int r = tail_bounds(s->changes, reterr);

	if (r < 0)
		return r;
	s->at = *c;
	if (feed_place_cmp(c->place, s->head) > 0)
		error_set(&why, ERROR_ACTION_STOP, -EUCLEAN, "it has come to " PLACE ", the feed only to " PLACE,
			  PLACE_FMT(c->place), PLACE_FMT(s->head));
	else if (c->offset > s->changes->parts[0].end)
		error_set(&why, ERROR_ACTION_STOP, -EUCLEAN,
			  "it has come to offset %" PRId64 ", the topic only to %" PRId64, c->offset,
			  s->changes->parts[0].end);
	if (why.code)
		return foreign(s, &why, reterr);
	if (c->place.epoch < s->head.epoch)
		return subscription_snapshot(s, SNAPSHOT_EPOCH, reterr);
	s->resumed = *c;
	s->unchecked = true;
	return seek(s, c->offset < 0 ? 0 : c->offset, reterr);
}

int subscription_resume(struct subscription *s, const struct cursor *c, struct error *reterr)
{
	int r = read_state(s, s->follower, reterr);

	if (r < 0)
		return r;
	follower_resume(s->follower, c->place);
	return go_on(s, c, reterr);
}

int subscription_load(struct subscription *s, const char *path, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	struct cursor c;
	int r = feed_file_read(path, SNAPSHOT_FILE_MAX, &text, reterr);

	if (r == -ENOENT)
		error_set(reterr, ERROR_ACTION_STOP, r, "no such file");
	if (r == 0)
		r = read_state(s, s->follower, reterr);
	if (r == 0 && (r = snapshot_file_parse(strbuf_span(&text), s->follower, &c, reterr)) < 0)
		error_prefix(reterr, "no snapshot");
	strbuf_done(&text);
	if (r == 0 && c.place.epoch == s->head.epoch && feed_place_cmp(c.place, s->head) <= 0)
		r = s->listener.snapshot(s->listener.ctx, s, SNAPSHOT_FILE, (struct feed_place){0}, reterr);
	return r < 0 ? r : go_on(s, &c, reterr);
}

static int from_time(struct subscription *s, int64_t ms, struct error *reterr)
{
	int r = tail_at_time(s->changes, ms, reterr);

	if (r == 0)
		r = tail_seek(s->changes, reterr);
	s->adopt = true;
	follower_resume(s->follower, s->head);
	s->at.place = s->head;
	return r;
}

int subscription_from(struct subscription *s, const char *from, struct error *reterr)
{
	struct feed_place place;
	int64_t ms;
	int r = read_state(s, s->follower, reterr);

	if (r < 0)
		return r;
	if (strlen(from) >= 10 && time_json_parse(span_str(from), &ms) == 0)
		return from_time(s, ms, reterr);
	if (feed_place_parse(from, s->head.epoch, &place) < 0)
		return error_set(
			reterr, ERROR_ACTION_STOP, -EINVAL,
			"--from takes a sequence, EPOCH:SEQUENCE, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", from);
	place.sequence--; /* as if that was known */
	if (feed_place_cmp(place, s->head) > 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--from %s: the feed has only come to " PLACE,
				 from, PLACE_FMT(s->head));
	s->at.place = place;
	follower_resume(s->follower, place);
	return seek(s, 0, reterr);
}

static struct span header(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (span_eq_str(r->headers[i].name, name))
			return r->headers[i].value;
	return SPAN_NONE;
}

/* The first record after a resume. The cursor's own event must lie where the cursor says, unless it is not kept any
 * more; and the feed must have its name. */
static int check_resumed(struct subscription *s, const struct record *r, struct feed_place place, struct error *why)
{
	struct cursor *c = &s->resumed;
	struct span id = header(r, "ce_id"), feed = header(r, "ce_source");

	s->unchecked = false;
	if (strcmp(c->feed, "-") != 0 && !span_eq_str(feed, c->feed))
		return error_set(why, ERROR_ACTION_STOP, -EUCLEAN, "it follows %s, this is %.*s", c->feed,
				 SPAN_FMT(feed));
	if (strcmp(c->event, "-") == 0)
		return 0;
	if (r->offset == c->offset && (feed_place_cmp(place, c->place) != 0 || !span_eq_str(id, c->event)))
		return error_set(why, ERROR_ACTION_STOP, -EUCLEAN,
				 "offset %" PRId64 " has event " PLACE " with id %.*s, not " PLACE " with id %s",
				 c->offset, PLACE_FMT(place), SPAN_FMT(id), PLACE_FMT(c->place), c->event);
	if (r->offset != c->offset && s->changes->parts[0].first <= c->offset)
		return error_set(why, ERROR_ACTION_STOP, -EUCLEAN, "no event lies at its offset %" PRId64, c->offset);
	return 0;
}

static enum snapshot_reason reason_of(const struct subscription *s, enum follow verdict)
{
	if (verdict == FOLLOW_EPOCH)
		return SNAPSHOT_EPOCH;
	if (verdict == FOLLOW_DIVERGED)
		return SNAPSHOT_DIVERGED;
	return s->resumed.place.epoch ? SNAPSHOT_RETENTION : SNAPSHOT_GAP;
}

/* Where nothing is known of the slots, the event's place is all that is judged, and its headers have it. */
static int read_raw(const struct record *r, struct feed_place place, struct feed_change *ret, struct error *reterr)
{
	struct change_event *e = &ret->read.event;
	struct span id = header(r, "ce_id");

	e->source = header(r, "ce_source");
	if (!id.n || id.n >= sizeof(e->id) || !e->source.n || r->value.n < 2 || r->value.p[0] != '{' ||
	    r->value.p[r->value.n - 1] != '}')
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "not a change event");
	memcpy(e->id, id.p, id.n);
	ret->read.hand_over = span_eq_str(header(r, "ce_type"), EPOCH_EVENT_TYPE);
	ret->event = (struct feed_event){.place = place, .hand_over = ret->read.hand_over};
	return 0;
}

static int take_next(struct subscription *s, const struct record *r, struct feed_place place, struct error *reterr)
{
	struct feed_change change = {0};

	arena_reset(&s->arena);
	if ((s->raw && follower_is_blind(s->follower) ? read_raw(r, place, &change, reterr)
						      : feed_read_change(r, &s->arena, &change, reterr)) < 0)
		return not_ours(s, TOPIC_CHANGES, r->offset, reterr);
	int verdict = follower_event(s->follower, &change.event);
	if (verdict == -ENOMEM)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	if (verdict != FOLLOW_APPLIED)
		return snapshot_of(s, reason_of(s, (enum follow)verdict), place, reterr);
	s->at.place = place;
	s->at.offset = r->offset;
	s->resumed.place.epoch = 0;
	cursor_set(s->at.event, sizeof(s->at.event), span_str(change.read.event.id));
	cursor_set(s->at.feed, sizeof(s->at.feed), change.read.event.source);
	return s->listener.change(s->listener.ctx, r, &change, reterr);
}

static int take_event(struct subscription *s, const struct record *r, struct error *reterr)
{
	struct feed_place place;
	struct error why = ERROR_INIT;

	if (change_read_place(r, &place.epoch, &place.sequence, reterr) < 0)
		return not_ours(s, TOPIC_CHANGES, r->offset, reterr);
	if (s->adopt) {
		s->adopt = false;
		follower_resume(s->follower, (struct feed_place){place.epoch, place.sequence - 1});
	}
	if (s->unchecked && check_resumed(s, r, place, &why) < 0)
		return foreign(s, &why, reterr);
	enum follow verdict = follow_judge(follower_place(s->follower), place);
	if (verdict == FOLLOW_COVERED)
		return 0;
	if (verdict != FOLLOW_APPLIED)
		return snapshot_of(s, reason_of(s, verdict), place, reterr);
	return take_next(s, r, place, reterr);
}

bool subscription_reached(const struct subscription *s, int64_t end)
{
	return s->changes->parts[0].next >= end;
}

int subscription_poll(struct subscription *s, int timeout_ms, struct error *reterr)
{
	struct record r;
	int event = tail_poll(s->changes, timeout_ms, &r, reterr), e = 0;

	if (event == -EUCLEAN && s->unchecked) {
		struct error why = ERROR_INIT;
		error_set(&why, ERROR_ACTION_STOP, -EUCLEAN, "no event lies at its offset %" PRId64, s->resumed.offset);
		*reterr = ERROR_INIT;
		e = foreign(s, &why, reterr);
		return e < 0 ? e : TAIL_NOTHING;
	}
	if (event == TAIL_RECORD)
		e = take_event(s, &r, reterr);
	/* At the end, and the snapshot topic knows of more: retention has taken what lay between. */
	if (event == TAIL_END && !s->adopt && feed_place_cmp(follower_place(s->follower), s->head) < 0) {
		e = subscription_snapshot(s, SNAPSHOT_RETENTION, reterr);
		event = TAIL_NOTHING;
	}
	return e < 0 ? e : event;
}
