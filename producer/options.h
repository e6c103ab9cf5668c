/* SPDX-License-Identifier: Apache-2.0 */
/* options.h: every option of scowire-producer: a field here, a row in options.c.
 * docs/CONFIGURATION.md is made from the table (docs/pages.sh) and a test fails when it is stale. */
#ifndef SCOWIRE_PRODUCER_OPTIONS_H
#define SCOWIRE_PRODUCER_OPTIONS_H

#include "options/options.h"

enum producer_transport { PRODUCER_KAFKA, PRODUCER_FILES };
enum producer_format { FORMAT_AUTO, FORMAT_NINJS, FORMAT_TEXT, FORMAT_FEED };
enum producer_malformed { MALFORMED_PUBLISH, MALFORMED_SKIP, MALFORMED_STOP };
enum producer_timestamp { TIMESTAMP_ITEM, TIMESTAMP_CLOCK };

struct producer_options {
	const char *config;
	int log_level; /* enum log_level */

	/* where items go */
	int transport;	    /* enum producer_transport */
	const char *output; /* "-": stdout; NULL: the transport */
	bool dry_run;	    /* as output "-" */
	const char *data, *brokers, *topic;
	int64_t partitions, replication;

	/* how they are read */
	int format;    /* enum producer_format */
	int malformed; /* enum producer_malformed */
	int timestamp; /* enum producer_timestamp */
	const char *date, *language, *source;

	/* what is read again */
	bool watch;
	int64_t every_s, timeout_ms;
	const char *cache;
};

extern const struct option_table producer_option_table;

#endif
