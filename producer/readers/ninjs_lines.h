/* SPDX-License-Identifier: Apache-2.0 */
/* ninjs_lines.h: ninjs as JSON lines, or one item as a whole document.
 *
 * The value is the input's bytes, unchanged; the key its uri; the timestamp its versioncreated, else contentcreated,
 * else firstcreated. Blank lines are none. A line that is no item is handed to bad() with its bytes: the pipeline makes
 * a dead letter of it, with the same reason.
 */
#ifndef SCOWIRE_READERS_NINJS_LINES_H
#define SCOWIRE_READERS_NINJS_LINES_H

#include "readers/input.h"
#include "readers/item.h"

/* Returns 0, or the error of the input or of `out`. A first line that is a lone "{" makes the input one item. */
int ninjs_lines_read(struct input *in, struct reader_out *out, struct error *reterr) MUST_CHECK;

/* One item from all of the input. */
int ninjs_document_read(struct input *in, struct reader_out *out, struct error *reterr) MUST_CHECK;

/* As ninjs_lines_read(), from memory. */
int ninjs_text_read(struct span text, const char *name, struct reader_out *out, struct error *reterr) MUST_CHECK;

#endif
