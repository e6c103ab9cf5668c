/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"
#include <stddef.h>

#define AT(field) offsetof(struct producer_options, field)
#define ALL 1u

static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const transports[] = {"kafka", "files", NULL};
static const char *const formats[] = {"auto", "ninjs", "text", "feed", NULL};
static const char *const malformed[] = {"publish", "skip", "stop", NULL};
static const char *const timestamps[] = {"item", "clock", NULL};

static const struct option_command commands[] = {
	{ALL, "", "[options] FILE|FOLDER|URL|- ...",
	 "Publishes news items: ninjs as JSON lines (or one item as a .json file), RSS and Atom feeds, and plain text with\n"
	 "a date, from files, folders, http and https URLs, or standard input (-).\n"
	 "\n"
	 "  scowire-producer samples/*.jsonl                  to the file transport, in ./scowire-data\n"
	 "  scowire-producer --transport kafka feed.xml       to the topic news.items on 127.0.0.1:9092\n"
	 "  scowire-producer -o - item.txt                    what it would publish, as JSON lines, and nothing else\n"
	 "  scowire-producer --watch inbox/                   what is there and what comes, until a signal\n"
	 "  scowire-producer --every 300 --cache .cache URL   a feed, again when it has changed\n"
	 "\n"
	 "A plain text begins with its date, perhaps behind a headline: \"date 2024-07-04 ASTANA - The leaders ...\".\n"
	 "From a folder come its .jsonl, .ndjson, .json, .txt, .xml, .rss and .atom files, in order of names.\n"
	 "\n"
	 "The record's key is the item's uri, its value for ninjs the very bytes that were read. Its timestamp is the item's\n"
	 "own (versioncreated), so that a second run over the same input gives the same records, and \"known at\" asks for the\n"
	 "time when the news was out; an item without any date gets the clock, or SOURCE_DATE_EPOCH where that is set.\n"
	 "\n"
	 "A line that is no item is published as it is, under a key made of its bytes, and told on stderr: the pipeline makes\n"
	 "a dead letter of it with the reason, so nothing is lost. --malformed says otherwise."},
};

static const struct option_spec specs[] = {
	{"config", OPTION_STRING, AT(config), NULL, .placeholder = "FILE", .commands = ALL,
	 .help = "options, one name = value a line"},
	{"log-level", OPTION_CHOICE, AT(log_level), "info", .choices = levels, .commands = ALL,
	 .help = "messages on stderr down to this level"},

	{"transport", OPTION_CHOICE, AT(transport), "files", .choices = transports, .commands = ALL,
	 .help = "where topics live: on brokers, or in a directory"},
	{"data", OPTION_STRING, AT(data), "scowire-data", .placeholder = "DIR", .commands = ALL,
	 .help = "directory of the file transport: a log for each topic and one commit record"},
	{"brokers", OPTION_STRING, AT(brokers), "127.0.0.1:9092", .placeholder = "HOST:PORT,...", .commands = ALL,
	 .help = "Kafka brokers to start from"},
	{"topic", OPTION_STRING, AT(topic), "news.items", .placeholder = "NAME", .commands = ALL,
	 .help = "where items go; news.items is created with the right settings where it is missing"},
	{"partitions", OPTION_INTEGER, AT(partitions), "4", 1, 1000, .placeholder = "N", .commands = ALL,
	 .help = "partitions of news.items where it is missing and has to be created"},
	{"replication", OPTION_INTEGER, AT(replication), "-1", -1, 100, .placeholder = "N", .commands = ALL,
	 .help = "replicas of topics that have to be created; -1 is the broker's default"},
	{"output", OPTION_STRING, AT(output), NULL, .placeholder = "-", .commands = ALL,
	 .help = "-o - prints the items as JSON lines on stdout instead of publishing them"},
	{"dry-run", OPTION_BOOL, AT(dry_run), NULL, .commands = ALL, .help = "the same as -o -"},

	{"format", OPTION_CHOICE, AT(format), "auto", .choices = formats, .commands = ALL,
	 .help = "of the input; auto: ninjs by a name in .json, .jsonl or .ndjson or by a first { or [, a feed by a first <, else text"},
	{"malformed", OPTION_CHOICE, AT(malformed), "publish", .choices = malformed, .commands = ALL,
	 .help = "what becomes of a line of JSON that is no item; skip and stop end with exit code 1"},
	{"timestamp", OPTION_CHOICE, AT(timestamp), "item", .choices = timestamps, .commands = ALL,
	 .help = "of the record: the item's own time, or the time of publishing"},
	{"date", OPTION_STRING, AT(date), NULL, .placeholder = "DATE", .commands = ALL,
	 .help = "of a plain text that does not begin with one"},
	{"language", OPTION_STRING, AT(language), NULL, .placeholder = "TAG", .commands = ALL,
	 .help = "of plain texts and feeds (BCP 47); where unset the feed's own, or it is detected later"},
	{"source", OPTION_STRING, AT(source), NULL, .placeholder = "NAME", .commands = ALL,
	 .help = "provider of plain texts and feeds; where unset the feed's title"},

	{"watch", OPTION_BOOL, AT(watch), NULL, .commands = ALL,
	 .help = "after what is there, wait for new files in the folders, until SIGTERM or SIGINT"},
	{"every", OPTION_INTEGER, AT(every_s), "0", 0, 86400, .placeholder = "SECONDS", .commands = ALL,
	 .help = "ask the URLs again after this time, until a signal; only entries that changed are published; 0: once"},
	{"timeout-ms", OPTION_INTEGER, AT(timeout_ms), "30000", 1, 3600000, .placeholder = "MS", .commands = ALL,
	 .help = "for one answer of a URL"},
	{"cache", OPTION_STRING, AT(cache), NULL, .placeholder = "DIR", .commands = ALL,
	 .help = "remembers ETag and Last-Modified of URLs between runs"},
};

const struct option_table producer_option_table = {"scowire-producer",
						   specs,
						   sizeof(specs) / sizeof(specs[0]),
						   commands,
						   sizeof(commands) / sizeof(commands[0]),
						   ALL};
