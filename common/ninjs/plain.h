/* SPDX-License-Identifier: Apache-2.0 */
/* plain.h: is a raw record surely a news item that nobody need read? For the 99 in 100 that fail the gate: one pass
 * over the bytes, nothing is built, nothing is allocated. */
#ifndef SCOWIRE_NINJS_PLAIN_H
#define SCOWIRE_NINJS_PLAIN_H

#include "base/span.h"

/* True only when ninjs_parse() would accept `raw` and find a usable item whose version is absent, empty or "1": no bad
 * input, no correction, no withdrawal. False says nothing: such a record is to be parsed. So corrections and kills
 * are never missed, however they are spelt, and bad input gets its reason from the one parser. */
bool ninjs_is_plain(struct span raw);

#endif
