/* SPDX-License-Identifier: Apache-2.0 */
/* options.h: every option of scowire-consumer: a field here, a row in options.c. A command uses the fields of its rows.
 * docs/CONFIGURATION.md is made from the table (docs/pages.sh) and a test fails when it is stale. */
#ifndef SCOWIRE_CONSUMER_OPTIONS_H
#define SCOWIRE_CONSUMER_OPTIONS_H

#include "options/options.h"

enum consumer_command {
	CONSUMER_RUN = 1 << 0,
	CONSUMER_DATES = 1 << 1,
	CONSUMER_EXTRACT = 1 << 2,
	CONSUMER_CHECK = 1 << 3,
	CONSUMER_REPLAY = 1 << 4,
	CONSUMER_STATE = 1 << 5,
	CONSUMER_SUBSCRIBE = 1 << 6,
	CONSUMER_RESET = 1 << 7
};
#define CONSUMER_ALL (~0u)

enum consumer_transport { TRANSPORT_KAFKA, TRANSPORT_FILES };
enum replay_source { REPLAY_FILES, REPLAY_ITEMS, REPLAY_CLAIMS };
enum consumer_format { FORMAT_AUTO, FORMAT_TEXT, FORMAT_JSON };
enum consumer_stage { STAGE_BOTH, STAGE_EXTRACT, STAGE_FOLD };

struct consumer_options {
	/* common to all commands */
	const char *config;
	int log_level; /* enum log_level */

	/* where records come from and go to */
	int transport;	     /* enum consumer_transport */
	const char *data;    /* directory of the file transport */
	const char *brokers; /* bootstrap list */
	const char *application, *instance, *topic_prefix;
	int64_t session_timeout_ms, partitions, replication;

	/* run */
	int stage; /* enum consumer_stage */
	bool until_end;
	const char *in, *out; /* lines; "-" is standard input or output */
	const char *http;
	int64_t transaction_records, transaction_ms, linger_ms;
	int64_t give_up_ms;

	/* dates */
	const char *published, *dateline, *language;

	/* data and state */
	const char *pack;  /* directory of the pack */
	const char *state; /* the SQLite view */

	/* subscribe, reset, replay */
	const char *organisation, *cursor, *snapshot, *from, *kind, *status;
	int64_t heartbeat_ms;
	int format; /* enum consumer_format */
	bool resnapshot, diff, execute, dry_run;
	int topic; /* enum replay_source */
	const char *to, *to_datetime;
	bool to_earliest;
	int64_t to_offset;

	/* state */
	const char *at, *known_at, *slot;
	bool history, why, json, snapshot_out, check;

	/* extract */
	bool explain, gate;

	/* check */
	const char *report, *items, *against;
};

extern const struct option_table consumer_option_table;

#endif
