/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h: how a record lies in a log; the format is in journal.h. Private to the journal. */
#ifndef SCOWIRE_JOURNAL_FRAME_H
#define SCOWIRE_JOURNAL_FRAME_H

#include "base/error.h"
#include "base/record.h"
#include "base/strbuf.h"

#define FRAME_OFFSET_DIGITS 16

/* Appends r as a frame whose offset is still zeros; frame_place() fills it in. */
void frame_add(struct strbuf *out, const struct record *r);
void frame_place(char *frame, int64_t offset);

/* Headers of the record read last: grown as needed, kept between records. */
struct frame_headers {
	struct record_header *v;
	size_t cap;
};

/* Reads the frame at the start of `bytes`, which must say that it lies at `offset`. On success ret borrows from
 * bytes and headers, and *ret_used is the frame's length.
 * Returns 1; 0 when the frame goes on beyond bytes; -EUCLEAN not a frame; -ENOMEM. */
int frame_parse(struct span bytes, int64_t offset, struct frame_headers *headers, struct record *ret, size_t *ret_used,
		struct error *reterr) MUST_CHECK;

#endif
