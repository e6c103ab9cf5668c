/* SPDX-License-Identifier: Apache-2.0 */
/* replay_topic.h: replay from the topics: what today's rules make of the items, or today's fold of the claims, held
 * against what is published; and, told so, published as a new epoch. */
#ifndef SCOWIRE_COMMAND_REPLAY_TOPIC_H
#define SCOWIRE_COMMAND_REPLAY_TOPIC_H

#include "command/command.h"

/* Reads, compares and prints; with --execute also publishes, in one transaction (command/hand_over.h). Without it
 * nothing is written anywhere, and breaking it off at any moment leaves everything as it was, with it too. */
int replay_topic(const struct command *c, struct error *reterr) MUST_CHECK;

#endif
