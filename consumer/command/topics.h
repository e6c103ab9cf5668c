/* SPDX-License-Identifier: Apache-2.0 */
/* topics.h: the topics of an organisation from the options, on either transport: what reading commands start with. */
#ifndef SCOWIRE_COMMAND_TOPICS_H
#define SCOWIRE_COMMAND_TOPICS_H

#include "command/command.h"
#include "kafka/topics.h"
#include "stream/tail.h"

struct topics {
	const struct consumer_options *options;
	struct kafka_settings kafka;
	struct topic_names names;
};

/* Nothing is opened. Everything given must outlive t. */
void topics_init(struct topics *t, const struct command *c, const struct log *log);

/* A reader of the topic. Errors as tail_kafka_new() and tail_files_new(). */
int topics_open(const struct topics *t, enum topic which, struct tail **ret, struct error *reterr) MUST_CHECK;

/* The exit code for what reading commands meet: COMMAND_CONFIG for a topic or a file that is missing, damaged or not
 * ours, else as command_fail(), which prints. */
int topics_fail(const char *name, const struct error *err);

#endif
