/* SPDX-License-Identifier: Apache-2.0 */
/* reset: the service as if it had been started for the first time at some place of news.items.
 *
 * Offsets, outputs and the local view go together. One transaction sets the positions of the extract stage's group and
 * writes to sco.claims, between the markers of a hand-over (codec/epoch_json.h), a tombstone for every item version: so
 * the fold withdraws all of it at once, its view with it, and begins a new epoch, which the items that are read again
 * then fill. Nothing is left that nobody owns. */
#include "command/hand_over.h"
#include "command/pack_dir.h"
#include "command/rereading.h"
#include "command/subscription.h"
#include "journal/journal.h"
#include "kafka/group.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct reset {
	const struct consumer_options *o;
	struct topics topics;
	struct pack *pack;
	struct rereading read;
	struct subscription live;
	struct tail *items;
	char group[128];
	int64_t *was; /* committed offsets by partition, -1 for none */
};

/* Where the group is to go on: into the partitions' `next`. */
static int target(struct reset *r, struct error *reterr)
{
	struct tail *t = r->items;
	int64_t ms;

	if (r->o->to_datetime) {
		if (strlen(r->o->to_datetime) < 10 || time_json_parse(span_str(r->o->to_datetime), &ms) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
					 "--to-datetime takes YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'",
					 r->o->to_datetime);
		return tail_at_time(t, ms, reterr);
	}
	for (size_t i = 0; i < t->n; i++) {
		struct tail_part *p = &t->parts[i];
		int64_t to = r->o->to_earliest ? p->first : r->o->to_offset;
		/* As kafka-consumer-groups does it: what is out of range becomes its nearest end. */
		p->next = to < p->first ? p->first : to > p->end ? p->end : to;
	}
	return 0;
}

/* On files an offset must be that of a record. */
static int check_offset(struct reset *r, struct error *reterr)
{
	struct tail *t = r->items;
	int64_t next = t->parts[0].next;
	struct record record;

	if (t->seekable || next == t->parts[0].end)
		return 0;
	int e = tail_seek(t, reterr);
	if (e == 0 && (e = tail_poll(t, 0, &record, reterr)) == -EUCLEAN) {
		*reterr = ERROR_INIT;
		e = error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--to-offset %" PRId64 ": no record begins there",
			      next);
	}
	t->parts[0].next = next;
	return e < 0 ? e : 0;
}

static int read_group(struct reset *r, struct error *reterr)
{
	int members = 0;

	if (r->o->transport == TRANSPORT_FILES) {
		struct journal *j = NULL;
		int e = journal_open(r->o->data, &j, reterr);
		if (e == 0)
			r->was[0] = journal_position(j, r->group, r->topics.names.name[TOPIC_NEWS]);
		journal_close(j);
		return e;
	}
	int e = kafka_group_members(&r->topics.kafka, r->group, &members, reterr);
	if (e == 0 && members)
		e = error_set(reterr, ERROR_ACTION_STOP, -EBUSY,
			      "group %s has %d member%s: stop the extract stage first", r->group, members,
			      members == 1 ? "" : "s");
	if (e == 0)
		e = kafka_group_committed(&r->topics.kafka, r->group, r->topics.names.name[TOPIC_NEWS], r->items->n,
					  r->was, reterr);
	return e;
}

static void print_plan(const struct reset *r, int64_t epoch)
{
	const char *topic = r->topics.names.name[TOPIC_NEWS];
	size_t slots = 0;

	for (size_t i = 0; i < follower_slots(r->live.follower); i++)
		slots += follower_slot(r->live.follower, i).n > 0;
	printf("%-24s %-16s %9s %14s %14s\n", "GROUP", "TOPIC", "PARTITION", "OFFSET", "NEW-OFFSET");
	for (size_t i = 0; i < r->items->n; i++) {
		char was[24] = "-";
		if (r->was[i] >= 0)
			snprintf(was, sizeof(was), "%" PRId64, r->was[i]);
		printf("%-24s %-16s %9zu %14s %14" PRId64 "\n", r->group, topic, i, was, r->items->parts[i].next);
	}
	printf("%s: %zu item versions withdrawn\n%s: %zu slots emptied, epoch %" PRId64 " begins\n"
	       "view: follows with the fold\n",
	       r->topics.names.name[TOPIC_CLAIMS], r->read.live.n, r->topics.names.name[TOPIC_STATE], slots, epoch);
}

static int execute(struct reset *r, int64_t epoch, struct error *reterr)
{
	struct hand_over *h = calloc(1, sizeof(*h));
	struct source_position *positions = calloc(r->items->n, sizeof(*positions));
	int e = h && positions ? 0 : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");

	if (e == 0)
		e = hand_over_begin(h, &r->topics, r->group, TOPIC_NEWS, epoch, pack_name(r->pack), reterr);
	for (size_t i = 0; e == 0 && i < r->read.live.n; i++)
		e = hand_over_put(h, r->read.live.v[i].key, SPAN_NONE, 0, reterr);
	for (size_t i = 0; e == 0 && i < r->items->n; i++)
		positions[i] = (struct source_position){.partition = (int32_t)i, .next = r->items->parts[i].next};
	if (e == 0)
		e = hand_over_commit(h, positions, r->items->n, reterr);
	if (h)
		hand_over_done(h);
	free(h);
	free(positions);
	return e;
}

static int read_published(struct reset *r, struct error *reterr)
{
	int e = rereading_live(&r->read, reterr);

	if (e == 0)
		e = subscription_open(&r->live, &r->topics, reterr);
	if (e == 0)
		e = subscription_state(&r->live, reterr);
	if (e == -ENOENT) { /* nothing was published yet */
		*reterr = ERROR_INIT;
		e = 0;
	}
	return e;
}

static int run(struct reset *r, struct error *reterr)
{
	int e = pack_dir_load(r->o->pack, &r->pack, reterr);

	if (e == 0)
		e = topics_open(&r->topics, TOPIC_NEWS, &r->items, reterr);
	if (e == 0 && !(r->was = calloc(r->items->n, sizeof(*r->was))))
		e = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	if (e == 0)
		e = target(r, reterr);
	if (e == 0)
		e = check_offset(r, reterr);
	if (e == 0)
		e = read_group(r, reterr);
	if (e == 0)
		e = read_published(r, reterr);
	if (e < 0)
		return e;
	int64_t epoch = (r->live.head.epoch > r->read.epoch ? r->live.head.epoch : r->read.epoch) + 1;
	print_plan(r, epoch);
	if (!r->o->execute) {
		fprintf(stderr, "scowire-consumer reset: nothing was changed; --execute does it\n");
		return 0;
	}
	return execute(r, epoch, reterr);
}

static int check(const struct command *c, struct error *reterr)
{
	const struct consumer_options *o = &c->values;

	if (c->n_arguments)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%s': reset takes no arguments", c->arguments[0]);
	if (o->to_earliest + (o->to_offset >= 0) + (o->to_datetime != NULL) != 1)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL,
				 "where to? one of --to-earliest, --to-datetime TIME, --to-offset N");
	if (o->execute && o->dry_run)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--execute and --dry-run exclude each other");
	return 0;
}

static int reset(const struct command *c, struct error *reterr)
{
	struct log log = {.fd = STDERR_FILENO, .level = (enum log_level)c->values.log_level, .name = "reset"};
	struct reset r = {.o = &c->values};
	int e = check(c, reterr);

	if (e < 0)
		return e;
	topics_init(&r.topics, c, &log);
	snprintf(r.group, sizeof(r.group), "%s-extract", r.o->application);
	r.read.topics = &r.topics;
	claims_set_init(&r.read.live);
	e = run(&r, reterr);
	subscription_close(&r.live);
	claims_set_done(&r.read.live);
	tail_free(r.items);
	pack_free(r.pack);
	free(r.was);
	return e;
}

int command_reset(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_RESET, argc, argv);

	if (code < 0)
		code = reset(&c, &err) < 0 ? topics_fail(argv[0], &err) : COMMAND_DONE;
	command_end(&c);
	return code;
}
