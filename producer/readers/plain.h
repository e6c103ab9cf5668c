/* SPDX-License-Identifier: Apache-2.0 */
/* plain.h: a plain text with a date, as wires and archives write it:
 *
 *     [headline]
 *      date 2024-07-04 ASTANA — The text, from its dateline on,
 *     with as many lines as it likes.
 *
 * becomes a ninjs 1.x item: body_text is everything behind the date, byte for byte, without white space at its end; the
 * headline is the one line before, if there is one; versioncreated is the date; the uri is a digest of date, headline
 * and body, so that the same text is the same item wherever it is read. The language is left to be detected.
 */
#ifndef SCOWIRE_READERS_PLAIN_H
#define SCOWIRE_READERS_PLAIN_H

#include "readers/item.h"

/* Reads one item from `text`. Without a date line the item's date is defaults->date. `name` is for messages.
 * Returns 0 or the error of `out`; a text without date, without words, or not UTF-8 goes to bad(). */
int plain_read(struct span text, const char *name, const struct item_defaults *defaults, struct reader_out *out,
	       struct error *reterr) MUST_CHECK;

#endif
