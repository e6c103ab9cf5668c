/* SPDX-License-Identifier: Apache-2.0 */
#include "command/options.h"
#include <stddef.h>

#define AT(field) offsetof(struct consumer_options, field)

#define CONSUMER_FEED (CONSUMER_SUBSCRIBE | CONSUMER_REPLAY | CONSUMER_STATE | CONSUMER_RESET)

static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const transports[] = {"kafka", "files", NULL};
static const char *const replay_sources[] = {"files", "items", "claims", NULL};
static const char *const formats[] = {"auto", "text", "json", NULL};
static const char *const stages[] = {"both", "extract", "fold", NULL};

static const struct option_command commands[] = {
	{CONSUMER_RUN, "run", "[options]",
	 "Runs the pipeline: news.items to sco.claims (stage extract), sco.claims to sco.changes and sco.state (stage\n"
	 "fold). Each stage commits what it read and what it wrote in one transaction, so that every change comes out\n"
	 "once, whatever crashes. SIGTERM or SIGINT finishes the open transaction and ends; a second one ends at "
	 "once."},
	{CONSUMER_DATES, "dates", "--published DATE [options] <TEXT",
	 "Reads plain text (UTF-8: English, Russian or Chinese) from standard input and prints every date expression "
	 "as\n"
	 "a line of JSON: start and end (bytes), exact, edtf (EDTF; A/B a range, A/.. since, ../B until, P1Y a term),\n"
	 "grain, anchor (what a relative date was counted from), modifier, kind, lo and hi (first and last day that "
	 "it\n"
	 "may cover), and the rule that found it. Without --published only absolute dates are found."},
	{CONSUMER_EXTRACT, "extract", "[options] [FILE|-]...",
	 "Reads ninjs items, one a line, and prints what each of them claims: one line of JSON for every item, in "
	 "order,\n"
	 "also where it claims nothing. An item that cannot be read has a line without claims, and a message on "
	 "stderr."},
	{CONSUMER_REPLAY, "replay",
	 "FILE|- --state VIEW [options]\n       scowire-consumer replay --topic items|claims [options]",
	 "With FILE: reads ninjs items, one a line, through both stages into a fresh view of the state, and prints every\n"
	 "change of the state as a line of JSON (a CloudEvent in structured mode), in order. The view is left at VIEW; one\n"
	 "that is there is replaced at the end, so that breaking off leaves it as it was. An item's log time is its\n"
	 "versioncreated. Items that cannot be read are named on stderr and left out.\n\n"
	 "With --topic: reads what is published, makes it anew beside it, and prints what would differ. Nothing is written\n"
	 "unless --execute says so; then the claims that differ go to sco.claims in one transaction, between two markers,\n"
	 "and the running fold hands over to a new epoch when it has read them: subscribers take a new snapshot. Start\n"
	 "the service with the rules that the replay used before. Breaking off at any moment leaves everything as it was."},
	{CONSUMER_STATE, "state", "--state VIEW [options]\n       scowire-consumer state --export [options]",
	 "Prints what is believed, from the view. Without --at and --history: what holds on the day that the items have\n"
	 "reached, and what is expected. A bound that is not certain is a range: 2023-07 is some day of that July,\n"
	 "..2024-01-15 that day or earlier. With --json one spell a line, sorted by slot, begin and value; with --why\n"
	 "the statements about each slot, for and against, and how much the best reading would lose by following each."},
	{CONSUMER_RESET, "reset", "--to-earliest | --to-datetime TIME | --to-offset N [options]",
	 "Sets the service back as if it had been started for the first time at that place of news.items: the positions of\n"
	 "the extract stage, everything that was published, and the view. The extract stage must be stopped. Prints what\n"
	 "would be done; --execute does it, in one transaction: claims are withdrawn, a new epoch begins with an empty\n"
	 "state, and the items from that place on fill it when the service runs again. Items before it do not count any\n"
	 "more; to read some again and keep the rest there is replay --topic items --from PLACE --execute."},
	{CONSUMER_SUBSCRIBE, "subscribe", "[options]",
	 "Prints the state, then every change of it as it is published: lines for people on a terminal, lines of JSON in\n"
	 "a pipe (values of sco.state, then CloudEvents; lines about the feed itself have the member \"control\").\n"
	 "Whatever is repeated is printed once; where events are missing or a new epoch begins it says so and prints the\n"
	 "state anew. With --cursor FILE the next run goes on where this one was stopped or killed; lines after the last\n"
	 "second may then come again, told by their epoch and sequence."},
};

static const struct option_spec specs[] = {
	{"config", OPTION_STRING, AT(config), NULL, .placeholder = "FILE", .commands = CONSUMER_ALL,
	 .help = "options, one name = value a line"},
	{"log-level", OPTION_CHOICE, AT(log_level), "info", .choices = levels, .commands = CONSUMER_ALL,
	 .help = "messages on stderr down to this level"},

	{"transport", OPTION_CHOICE, AT(transport), "files", .choices = transports,
	 .commands = CONSUMER_RUN | CONSUMER_FEED, .help = "where topics live: on brokers, or in a directory"},
	{"data", OPTION_STRING, AT(data), "scowire-data", .placeholder = "DIR",
	 .commands = CONSUMER_RUN | CONSUMER_FEED,
	 .help = "directory of the file transport: a log for each topic and one commit record"},
	{"brokers", OPTION_STRING, AT(brokers), "127.0.0.1:9092", .placeholder = "HOST:PORT,...",
	 .commands = CONSUMER_RUN | CONSUMER_FEED, .help = "Kafka brokers to start from"},
	{"application", OPTION_STRING, AT(application), "scowire", .placeholder = "NAME",
	 .commands = CONSUMER_RUN | CONSUMER_REPLAY | CONSUMER_RESET,
	 .help = "first part of consumer groups (NAME-extract, NAME-fold) and transactional ids"},
	{"instance", OPTION_STRING, AT(instance), NULL, .placeholder = "NAME", .commands = CONSUMER_RUN,
	 .help = "stable name of this instance, its own among those of the application: makes it a static member of the group, "
		 "so that a restart goes on at once; where unset the host's name, without static membership"},
	{"topic-prefix", OPTION_STRING, AT(topic_prefix), NULL, .placeholder = "TEXT",
	 .commands = CONSUMER_RUN | CONSUMER_FEED, .help = "put before every topic's name on the brokers"},
	{"session-timeout-ms", OPTION_INTEGER, AT(session_timeout_ms), "10000", 1000, 300000, .placeholder = "MS",
	 .commands = CONSUMER_RUN, .help = "a silent instance loses its partitions after this time"},
	{"partitions", OPTION_INTEGER, AT(partitions), "4", 1, 1000, .placeholder = "N", .commands = CONSUMER_RUN,
	 .help = "partitions of news.items where it is missing and has to be created"},
	{"replication", OPTION_INTEGER, AT(replication), "-1", -1, 100, .placeholder = "N", .commands = CONSUMER_RUN,
	 .help = "replicas of topics that have to be created; -1 is the broker's default"},

	{"stage", OPTION_CHOICE, AT(stage), "both", .choices = stages, .commands = CONSUMER_RUN,
	 .help = "which part of the pipeline to run in this process"},
	{"until-end", OPTION_BOOL, AT(until_end), NULL, .commands = CONSUMER_RUN | CONSUMER_SUBSCRIBE,
	 .help = "stop when all that was there at the start is done, extract before fold"},
	{"in", OPTION_STRING, AT(in), NULL, .placeholder = "FILE", .commands = CONSUMER_RUN,
	 .help = "read news items from this file of JSON lines, or - for standard input, instead of DIR's news.items; of a file each "
		 "line once, whatever is killed, and what is appended later; a pipe has no place to resume from"},
	{"out", OPTION_STRING, AT(out), NULL, .placeholder = "FILE", .commands = CONSUMER_RUN,
	 .help = "append every change to this file as a line of JSON (a CloudEvent), or - for standard output; before its "
		 "commit, so that after a kill lines may come again, told by epoch and sequence"},
	{"http", OPTION_STRING, AT(http), NULL, .placeholder = "ADDR:PORT", .commands = CONSUMER_RUN,
	 .help = "serve /healthz, /readyz, /version, /metrics and, where the fold runs, /state, /changes and the page /timeline there; "
		 "without authentication; :PORT is on loopback"},
	{"transaction-records", OPTION_INTEGER, AT(transaction_records), "50000", 1, 10000000, .placeholder = "N",
	 .commands = CONSUMER_RUN, .help = "commit after this many input records"},
	{"transaction-ms", OPTION_INTEGER, AT(transaction_ms), "200", 1, 60000, .placeholder = "MS",
	 .commands = CONSUMER_RUN, .help = "or after this time since the first of them"},
	{"linger-ms", OPTION_INTEGER, AT(linger_ms), "5", 0, 60000, .placeholder = "MS", .commands = CONSUMER_RUN,
	 .help = "or when output waits and no input has come for this time"},
	{"give-up-ms", OPTION_INTEGER, AT(give_up_ms), "0", 0, INT64_MAX, .placeholder = "MS", .commands = CONSUMER_RUN,
	 .help = "end when brokers that were there have been away for so long; 0 waits for ever. What no repetition mends ends at "
		 "once; so do brokers that do not answer at the start"},

	{"published", OPTION_STRING, AT(published), NULL, .placeholder = "DATE", .commands = CONSUMER_DATES,
	 .help = "day of publication, which relative dates count from"},
	{"dateline", OPTION_STRING, AT(dateline), NULL, .placeholder = "DATE", .commands = CONSUMER_DATES,
	 .help = "date of the dateline, which comes before it; where unset, that of the dateline in the text"},
	{"language", OPTION_STRING, AT(language), NULL, .placeholder = "TAG", .commands = CONSUMER_DATES,
	 .help = "en, ru or zh; where unset it is detected"},

	{"pack", OPTION_STRING, AT(pack), NULL, .placeholder = "DIR",
	 .commands =
		 CONSUMER_RESET | CONSUMER_RUN | CONSUMER_EXTRACT | CONSUMER_CHECK | CONSUMER_REPLAY | CONSUMER_STATE,
	 .help = "the organisation's names and rules; where unset packs/sco beside the program or as installed"},
	{"state", OPTION_STRING, AT(state), NULL, .placeholder = "FILE",
	 .commands = CONSUMER_RUN | CONSUMER_REPLAY | CONSUMER_STATE,
	 .help = "the SQLite view of the state; where unset DIR/state.db, or scowire-state.db with Kafka"},

	{"at", OPTION_STRING, AT(at), NULL, .placeholder = "DATE", .commands = CONSUMER_STATE,
	 .help = "what holds on that day"},
	{"known-at", OPTION_STRING, AT(known_at), NULL, .placeholder = "TIME", .commands = CONSUMER_STATE,
	 .help = "as it was known then (log time, RFC 3339 or a date); refused before the first record kept"},
	{"slot", OPTION_STRING, AT(slot), NULL, .placeholder = "SLOT", .commands = CONSUMER_STATE | CONSUMER_SUBSCRIBE,
	 .help = "only this slot, or all of this kind: membership/BY, membership; subscribe takes several, joined by commas"},
	{"history", OPTION_BOOL, AT(history), NULL, .commands = CONSUMER_STATE,
	 .help = "all spells, past and expected too"},
	{"why", OPTION_BOOL, AT(why), NULL, .commands = CONSUMER_STATE,
	 .help = "the statements for and against, with their sources and the margin"},
	{"check", OPTION_BOOL, AT(check), NULL, .commands = CONSUMER_STATE,
	 .help = "read every page of the view and say whether it is whole: opening one checks only small ones so; no question "
		 "is answered"},
	{"export", OPTION_BOOL, AT(snapshot_out), NULL, .commands = CONSUMER_STATE,
	 .help = "print the snapshot of the feed from the topics, for subscribe --snapshot: a line that names epoch, sequence, "
		 "offset and checksum, then a line a slot; no view is read"},
	{"json", OPTION_BOOL, AT(json), NULL, .commands = CONSUMER_STATE, .help = "JSON lines instead of a table"},
	{"organisation", OPTION_STRING, AT(organisation), "sco", .placeholder = "NAME", .commands = CONSUMER_FEED,
	 .help = "first part of the topics' names: NAME.claims, NAME.changes, NAME.state"},
	{"cursor", OPTION_STRING, AT(cursor), NULL, .placeholder = "FILE", .commands = CONSUMER_SUBSCRIBE,
	 .help = "keep in it how far this has come, and go on from there when it exists"},
	{"snapshot", OPTION_STRING, AT(snapshot), NULL, .placeholder = "FILE", .commands = CONSUMER_SUBSCRIBE,
	 .help = "begin with this export (state --export) instead of the topic's snapshot"},
	{"from", OPTION_STRING, AT(from), NULL, .placeholder = "PLACE",
	 .commands = CONSUMER_SUBSCRIBE | CONSUMER_REPLAY,
	 .help = "subscribe: begin with this event, or the first of that day or time, and without the state: N, EPOCH:N, "
		 "YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ; replay: read items again from this offset or time"},
	{"to", OPTION_STRING, AT(to), NULL, .placeholder = "PLACE", .commands = CONSUMER_REPLAY,
	 .help = "read items again up to this offset or time, without it"},
	{"topic", OPTION_CHOICE, AT(topic), "files", .choices = replay_sources, .commands = CONSUMER_REPLAY,
	 .help = "what to replay: items (news.items by the rules of today) or claims (sco.claims, folded anew), held against "
		 "what is published"},
	{"to-earliest", OPTION_BOOL, AT(to_earliest), NULL, .commands = CONSUMER_RESET,
	 .help = "to the first item that is kept"},
	{"to-datetime", OPTION_STRING, AT(to_datetime), NULL, .placeholder = "TIME", .commands = CONSUMER_RESET,
	 .help = "to the first item whose record is of that time or later: YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ"},
	{"to-offset", OPTION_INTEGER, AT(to_offset), "-1", -1, INT64_MAX, .placeholder = "N",
	 .commands = CONSUMER_RESET, .help = "to this offset in every partition, or the nearest that there is"},
	{"diff", OPTION_BOOL, AT(diff), NULL, .commands = CONSUMER_REPLAY,
	 .help = "print every claim and spell that would be gained, lost or changed; else only how many"},
	{"execute", OPTION_BOOL, AT(execute), NULL, .commands = CONSUMER_REPLAY | CONSUMER_RESET,
	 .help = "do it: one transaction, which begins a new epoch"},
	{"dry-run", OPTION_BOOL, AT(dry_run), NULL, .commands = CONSUMER_REPLAY | CONSUMER_RESET,
	 .help = "change nothing: the default"},
	{"kind", OPTION_STRING, AT(kind), NULL, .placeholder = "KIND,...", .commands = CONSUMER_SUBSCRIBE,
	 .help = "only slots of these kinds: membership is that of membership/BY"},
	{"status", OPTION_STRING, AT(status), NULL, .placeholder = "STATUS,...", .commands = CONSUMER_SUBSCRIBE,
	 .help = "only spells that are or were established, expected, unconfirmed or disputed"},
	{"format", OPTION_CHOICE, AT(format), "auto", .choices = formats,
	 .commands = CONSUMER_SUBSCRIBE | CONSUMER_REPLAY, .help = "auto: text on a terminal, else JSON"},
	{"heartbeat-ms", OPTION_INTEGER, AT(heartbeat_ms), "-1", -1, 86400000, .placeholder = "MS",
	 .commands = CONSUMER_SUBSCRIBE,
	 .help = "say that the feed is quiet, or out of reach, after so long without a line; 0 never, -1 every 30 s on a "
		 "terminal and never in a pipe"},
	{"resnapshot", OPTION_BOOL, AT(resnapshot), NULL, .commands = CONSUMER_SUBSCRIBE,
	 .help = "where the cursor or export is of another feed, begin anew with the state instead of ending"},

	{"explain", OPTION_BOOL, AT(explain), NULL, .commands = CONSUMER_EXTRACT,
	 .help = "say on stderr why each claim was made, and for sentences without one what was missing"},
	{"report", OPTION_STRING, AT(report), NULL, .placeholder = "GOLD", .commands = CONSUMER_CHECK,
	 .help = "for each rule: fires, right, right with no other rule, wrong dates, wrong, and where, by a gold file"},
	{"items", OPTION_STRING, AT(items), NULL, .placeholder = "ITEMS", .commands = CONSUMER_CHECK,
	 .help = "the ninjs items of the gold file, one a line"},
	{"against", OPTION_STRING, AT(against), NULL, .placeholder = "RUN", .commands = CONSUMER_CHECK,
	 .help = "and every claim that differs from what extract printed for the items before"},
	{"gate", OPTION_BOOL, AT(gate), "true", .commands = CONSUMER_EXTRACT,
	 .help = "look for claims only where the raw item names the organisation; --no-gate gives the same claims, "
		 "later"},
};

const struct option_table consumer_option_table = {"scowire-consumer",
						   specs,
						   sizeof(specs) / sizeof(specs[0]),
						   commands,
						   sizeof(commands) / sizeof(commands[0]),
						   CONSUMER_RUN | CONSUMER_FEED};
