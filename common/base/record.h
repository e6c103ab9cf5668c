/* SPDX-License-Identifier: Apache-2.0 */
/* record.h: one record of a topic, as Kafka means it, borrowed from whoever read or made it. */
#ifndef SCOWIRE_BASE_RECORD_H
#define SCOWIRE_BASE_RECORD_H

#include "base/span.h"

struct record_header {
	struct span name, value;
};

struct record {
	struct span topic;
	int32_t partition; /* of an input; -1 for an output, whose key decides */
	int64_t offset;	   /* of an input; -1 for an output */
	int64_t timestamp; /* ms since the epoch: the log's, handed on from input to output; never the clock's */
	struct span key;   /* p == NULL: no key */
	struct span value; /* p == NULL: a tombstone */
	const struct record_header *headers;
	size_t n_headers;
};

#endif
