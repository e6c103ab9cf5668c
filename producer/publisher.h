/* SPDX-License-Identifier: Apache-2.0 */
/* publisher.h: between the readers and the sink: timestamps, what becomes of malformed input, counts, progress.
 *
 * In:    items from readers (it is their reader_out), one after the other.
 * Out:   items to the sink; one line on stderr for each that could not be read or sent; a progress line on a terminal.
 */
#ifndef SCOWIRE_PRODUCER_PUBLISHER_H
#define SCOWIRE_PRODUCER_PUBLISHER_H

#include "log/log.h"
#include "options.h"
#include "sink.h"

struct publisher {
	struct reader_out out; /* must be first */
	struct arena arena;
	struct sink *sink;
	const struct producer_options *options;
	struct log log;
	int stop_fd;		    /* readable when the run shall end; -1: never */
	bool terminal;		    /* stderr is one: progress after two seconds */
	int64_t clock_ms;	    /* SOURCE_DATE_EPOCH, or ITEM_NO_TIME: ask the clock */
	int64_t started, shown;	    /* monotonic ms */
	uint64_t items, bytes;	    /* given to the sink */
	uint64_t malformed, failed; /* told on stderr; failed ones are not published */

	/* Digests of what this run has published, where URLs are asked again: an open hash set. */
	bool remember;
	struct digest *seen;
	size_t n_seen, cap_seen;
};

/* sink and options are borrowed. epoch: the value of SOURCE_DATE_EPOCH, or NULL. stop_fd is set by the caller after it.
 */
void publisher_init(struct publisher *p, struct sink *sink, const struct producer_options *options, const char *epoch);
void publisher_done(struct publisher *p);

/* Tells a failure that does not end the run: of a file, a folder, a URL. */
void publisher_failure(struct publisher *p, const struct error *err);

/* The last line: counts, if anything was published and stderr is a terminal or something went wrong. */
void publisher_summary(struct publisher *p);

#endif
