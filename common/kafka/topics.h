/* SPDX-License-Identifier: Apache-2.0 */
/* topics.h: the topics of the pipeline as one table: names, how they are created, what a present one must be.
 * docs/TOPICS.md is made from it (docs/pages.sh). No rdkafka.h here. */
#ifndef SCOWIRE_KAFKA_TOPICS_H
#define SCOWIRE_KAFKA_TOPICS_H

#include "base/error.h"
#include "kafka/settings.h"

enum topic { TOPIC_NEWS, TOPIC_DEAD_LETTERS, TOPIC_CLAIMS, TOPIC_CHANGES, TOPIC_STATE, TOPIC_MAX_ };

#define TOPIC_NAME_MAX 128

/* The names for one organisation, whose pack is called `organisation` ("sco"): "sco.claims". */
struct topic_names {
	char name[TOPIC_MAX_][TOPIC_NAME_MAX];
};
void topic_names_init(struct topic_names *n, const char *organisation);

/* Creates on the brokers the topics of `wanted` (a bit set, 1 << enum topic) that are missing, and checks the present
 * ones: sco.claims and sco.changes, sco.state need one partition (their order is the order of the changes), sco.claims
 * and sco.state compaction.
 * partitions: of news.items when it is created; replication: -1 for the broker's default.
 * ret_max_bytes, where not NULL: max.message.bytes of each wanted topic, as it stands on the broker.
 * Returns 0; -ENOTCONN no broker answers; -ECANCELED told to stop meanwhile; -EBADMSG a present topic is not what it
 * must be; -EIO, -EINVAL. All ERROR_ACTION_STOP. */
int kafka_topics_ensure(const struct kafka_settings *s, const struct topic_names *names, unsigned wanted,
			int partitions, int replication, int64_t ret_max_bytes[TOPIC_MAX_],
			struct error *reterr) MUST_CHECK;

/* docs/TOPICS.md. */
void topics_markdown(struct strbuf *out);

#endif
