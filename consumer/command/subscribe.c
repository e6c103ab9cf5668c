/* SPDX-License-Identifier: Apache-2.0 */
/* subscribe: the state, then every change of it: lines for people on a terminal, JSON lines in a pipe. */
#include "command/command.h"
#include "command/subscription.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 200
#define SAVE_MS 1000 /* at the latest; also whenever the feed pauses */
#define LINES_MAX ((size_t)256 * 1024)

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

struct subscriber {
	const char *name;
	const struct consumer_options *o;
	struct feed_filter filter;
	struct subscription sub;
	struct strbuf lines;	   /* not yet printed, the last perhaps still growing */
	bool text;		   /* for people */
	bool dirty;		   /* handled something since the cursor was saved */
	int64_t now_ms;		   /* monotonic, read once a poll */
	int64_t saved_ms, told_ms; /* the last cursor, the last line of any kind */
};

static int64_t now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Lines go out whenever nothing more is at hand, or when they are many. */
static int put_lines(struct subscriber *s, struct error *reterr)
{
	bool fits = !s->lines.failed;
	bool ok = fits && fwrite(s->lines.buf, 1, s->lines.len, stdout) == s->lines.len && fflush(stdout) == 0;

	strbuf_clear(&s->lines);
	if (!fits)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return ok ? 0 : error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %m");
}

static int end_line(struct subscriber *s, struct error *reterr)
{
	strbuf_addch(&s->lines, '\n');
	s->told_ms = s->now_ms;
	return s->lines.failed || s->lines.len >= LINES_MAX ? put_lines(s, reterr) : 0;
}

/* A line about the feed itself: {"control":...,"epoch":...,...}. */
static struct json_out control(struct subscriber *s, const char *what, struct feed_place at)
{
	struct json_out o = {.b = &s->lines};

	json_out_open(&o, '{');
	json_out_key(&o, "control");
	json_out_string(&o, span_str(what));
	json_out_key(&o, "epoch");
	json_out_int(&o, at.epoch);
	return o;
}

static void tell_snapshot(struct subscriber *s, enum snapshot_reason why, struct feed_place at,
			  struct feed_place missed)
{
	static const char *const texts[] = {
		[SNAPSHOT_START] = "the state",
		[SNAPSHOT_FILE] = "the state as exported",
		[SNAPSHOT_GAP] = "events are missing, so the state anew",
		[SNAPSHOT_RETENTION] = "the events that follow are not kept any more, so the state anew",
		[SNAPSHOT_EPOCH] = "a new epoch has begun, so the state anew",
		[SNAPSHOT_DIVERGED] = "an event does not fit the state, so the state anew",
		[SNAPSHOT_FOREIGN] = "the cursor is of another feed, so the state anew",
	};

	fprintf(stderr, "scowire-consumer %s: %s", s->name, texts[why]);
	if (missed.epoch)
		fprintf(stderr, " (known until %lld:%lld)", (long long)missed.epoch, (long long)missed.sequence);
	fprintf(stderr, ": epoch %lld, sequence %lld\n", (long long)at.epoch, (long long)at.sequence);
}

static int put_slot(struct subscriber *s, const struct feed_slot *slot, struct error *reterr)
{
	int r = 0;

	if (!s->text) {
		feed_json_slot(slot, &s->lines);
		return end_line(s, reterr);
	}
	for (size_t i = 0; r == 0 && i < slot->n; i++) {
		const struct feed_spell *spell = &slot->spells[i];
		if (!feed_filter_status(&s->filter, spell->order.status))
			continue;
		strbuf_addstr(&s->lines, "     =            ");
		feed_line_spell(slot->slot, &spell->order, &s->lines);
		r = end_line(s, reterr);
	}
	return r;
}

static int on_snapshot(void *ctx, const struct subscription *sub, enum snapshot_reason why, struct feed_place missed,
		       struct error *reterr)
{
	struct subscriber *s = ctx;
	struct feed_place at = follower_place(sub->follower);
	int64_t wanted = 0;
	int r = 0;

	for (size_t i = 0; i < follower_slots(sub->follower); i++)
		wanted += feed_filter_slot(&s->filter, follower_slot(sub->follower, i).slot);
	/* That it begins is no news in a pipe; that something was missed is, wherever the output goes. */
	if (s->text || (why != SNAPSHOT_START && why != SNAPSHOT_FILE)) {
		r = put_lines(s, reterr); /* a terminal has both */
		if (r < 0)
			return r;
		tell_snapshot(s, why, at, missed);
	}
	if (!s->text) {
		struct json_out o = control(s, "snapshot", at);
		json_out_key(&o, "missed");
		if (missed.epoch) {
			json_out_open(&o, '{');
			json_out_key(&o, "epoch");
			json_out_int(&o, missed.epoch);
			json_out_key(&o, "sequence");
			json_out_int(&o, missed.sequence);
			json_out_close(&o, '}');
		} else {
			json_out_null(&o);
		}
		json_out_key(&o, "reason");
		json_out_string(&o, span_str(snapshot_reason_name(why)));
		json_out_key(&o, "sequence");
		json_out_int(&o, at.sequence);
		json_out_key(&o, "slots");
		json_out_int(&o, wanted);
		json_out_close(&o, '}');
		r = end_line(s, reterr);
	}
	for (size_t i = 0; r == 0 && i < follower_slots(sub->follower); i++) {
		struct feed_slot slot = follower_slot(sub->follower, i);
		if (feed_filter_slot(&s->filter, slot.slot))
			r = put_slot(s, &slot, reterr);
	}
	s->dirty = true;
	return r;
}

static int on_change(void *ctx, const struct record *record, const struct feed_change *c, struct error *reterr)
{
	struct subscriber *s = ctx;

	s->dirty = true;
	if (!s->sub.raw && !feed_filter_change(&s->filter, c))
		return 0;
	if (s->text)
		feed_line_change(c, &s->lines);
	else if (change_json_structured(record, &s->lines) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	return end_line(s, reterr);
}

/* The cursor goes out after the lines that it covers: a kill in between repeats lines and loses none. */
static int save(struct subscriber *s, struct error *reterr)
{
	if (!s->dirty)
		return 0;
	int r = put_lines(s, reterr);
	if (r < 0)
		return r;
	s->dirty = false;
	s->saved_ms = s->now_ms;
	return s->o->cursor ? cursor_save(s->o->cursor, &s->sub.at, reterr) : 0;
}

/* Nothing has come for a while: is the feed quiet, or out of reach? */
static int heartbeat(struct subscriber *s, struct error *reterr)
{
	int64_t every = s->o->heartbeat_ms < 0 ? (s->text ? 30000 : 0) : s->o->heartbeat_ms;
	struct feed_place at = follower_place(s->sub.follower);
	struct error err = ERROR_INIT;
	char time[TIME_JSON_MAX];

	if (every == 0 || s->now_ms - s->told_ms < every)
		return 0;
	bool reached = tail_reach(s->sub.changes, &err) == 0;
	time_json_format(now_ms(CLOCK_REALTIME), time);
	s->told_ms = s->now_ms;
	if (s->text) {
		fprintf(stderr, "%s  %s, at %lld:%lld\n", time, reached ? "no changes" : err.text, (long long)at.epoch,
			(long long)at.sequence);
		return 0;
	}
	struct json_out o = control(s, "heartbeat", at);
	json_out_key(&o, "reached");
	json_out_bool(&o, reached);
	json_out_key(&o, "sequence");
	json_out_int(&o, at.sequence);
	json_out_key(&o, "time");
	json_out_string(&o, span_str(time));
	json_out_close(&o, '}');
	int r = end_line(s, reterr);
	return r < 0 ? r : put_lines(s, reterr);
}

static int begin(struct subscriber *s, struct error *reterr)
{
	struct cursor c;
	int r = s->o->cursor ? cursor_load(s->o->cursor, &c, reterr) : -ENOENT;

	if (r == 0) {
		r = subscription_resume(&s->sub, &c, reterr);
		error_prefix(reterr, "%s", s->o->cursor);
		return r;
	}
	if (r != -ENOENT)
		return r;
	if (s->o->snapshot) {
		r = subscription_load(&s->sub, s->o->snapshot, reterr);
		error_prefix(reterr, "%s", s->o->snapshot);
		return r;
	}
	if (s->o->from)
		return subscription_from(&s->sub, s->o->from, reterr);
	return subscription_snapshot(&s->sub, SNAPSHOT_START, reterr);
}

/* The cursor, which is synced to disk, goes out when the feed pauses. */
static int on_pause(struct subscriber *s, int event, struct error *reterr)
{
	if (event == TAIL_RECORD && s->now_ms - s->saved_ms <= SAVE_MS)
		return 0;
	int r = save(s, reterr);
	return r == 0 && event != TAIL_RECORD ? heartbeat(s, reterr) : r;
}

static int poll(struct subscriber *s, struct error *reterr)
{
	int r = subscription_poll(&s->sub, 0, reterr);

	if (r != TAIL_NOTHING)
		return r;
	r = put_lines(s, reterr);
	return r < 0 ? r : subscription_poll(&s->sub, POLL_MS, reterr);
}

static int follow(struct subscriber *s, struct error *reterr)
{
	int r = begin(s, reterr), event = TAIL_NOTHING;
	int64_t end = 0;

	if (r == 0 && s->o->until_end) {
		r = tail_bounds(s->sub.changes, reterr);
		end = s->sub.changes->parts[0].end;
	}
	while (r >= 0 && !stopping) {
		event = r = poll(s, reterr);
		s->now_ms = now_ms(CLOCK_MONOTONIC);
		if (r >= 0)
			r = on_pause(s, event, reterr);
		if (r >= 0 && s->o->until_end && (event == TAIL_END || subscription_reached(&s->sub, end)))
			break;
	}
	return r < 0 ? r : save(s, reterr);
}

static int run(struct subscriber *s, const struct command *c, struct error *reterr)
{
	struct log log = {.fd = STDERR_FILENO, .level = (enum log_level)c->values.log_level, .name = s->name};
	const struct sigaction action = {.sa_handler = on_signal};
	struct topics topics;
	int r;

	if (c->n_arguments)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%s': subscribe takes no arguments",
				 c->arguments[0]);
	if (s->o->from && s->o->snapshot)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--from and --snapshot exclude each other");
	r = feed_filter_check(&s->filter, reterr);
	if (r < 0)
		return r;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	topics_init(&topics, c, &log);
	s->told_ms = s->saved_ms = s->now_ms = now_ms(CLOCK_MONOTONIC);
	s->sub.listener = (struct subscription_listener){s, on_snapshot, on_change};
	s->sub.resnapshot = s->o->resnapshot;
	s->sub.raw = !s->text && !s->o->slot && !s->o->kind && !s->o->status;
	r = subscription_open(&s->sub, &topics, reterr);
	if (r == 0)
		r = follow(s, reterr);
	subscription_close(&s->sub);
	return r;
}

int command_subscribe(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_SUBSCRIBE, argc, argv);

	if (code < 0) {
		const struct consumer_options *o = &c.values;
		struct subscriber s = {.name = argv[0],
				       .o = o,
				       .filter = {o->slot, o->kind, o->status},
				       .lines = STRBUF_INIT,
				       .text = o->format == FORMAT_AUTO ? isatty(STDOUT_FILENO)
									: o->format == FORMAT_TEXT};
		code = run(&s, &c, &err) < 0 ? topics_fail(argv[0], &err) : COMMAND_DONE;
		strbuf_done(&s.lines);
	}
	command_end(&c);
	return code;
}
