/* SPDX-License-Identifier: Apache-2.0 */
/* change_lines.h: a sink that also prints every change event as a line of JSON, before it commits it.
 *
 * At least once: whoever dies between the lines and the commit prints them again, byte for byte the same, with the same
 * ids and places in the feed (epoch and sequence). What is aborted is never printed.
 */
#ifndef SCOWIRE_COMMAND_CHANGE_LINES_H
#define SCOWIRE_COMMAND_CHANGE_LINES_H

#include "stream/sink.h"
#include <stdio.h>

/* Owns `inner` from now on, also when it returns NULL, out of memory. topic: that of the changes; out: borrowed. */
struct sink *change_lines_new(struct sink *inner, const char *topic, FILE *out) MUST_CHECK;

#endif
