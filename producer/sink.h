/* SPDX-License-Identifier: Apache-2.0 */
/* sink.h: where published items go: a topic on Kafka, a topic in a directory (common/journal), or lines on stdout.
 *
 * put() takes an item; flush() returns when all of them are safe where they went, or with the first failure since the
 * last flush. Kafka delivers in between, in order, each item once for each put() (idempotent producer).
 */
#ifndef SCOWIRE_PRODUCER_SINK_H
#define SCOWIRE_PRODUCER_SINK_H

#include "kafka/settings.h"
#include "readers/item.h"
#include <stdio.h>

struct sink {
	/* 0; ERROR_ACTION_SKIP: this item cannot go there (too large); ERROR_ACTION_STOP: nothing can. */
	int (*put)(struct sink *s, const struct news_item *item, struct error *reterr);
	int (*flush)(struct sink *s, struct error *reterr);
	void (*close)(struct sink *s); /* without flush: what is not safe may be lost */
};

/* Lines of JSON on `f`, which is borrowed: the values, line breaks between JSON tokens as blanks. */
int sink_lines_new(FILE *f, struct sink **ret, struct error *reterr) MUST_CHECK;
/* A journal in `dir`, as common/journal has it. `topic` is borrowed. Errors as journal_open(). */
int sink_journal_new(const char *dir, const char *topic, struct sink **ret, struct error *reterr) MUST_CHECK;
/* A topic on Kafka; `topic` and what settings point to are borrowed. news.items is created where it is missing, as
 * common/kafka/topics.h says (kept for ever: records carry the times of their items, which may be decades old, and
 * retention counts from those); any other topic must be there. -EINVAL a wrong property, -ENOTCONN no broker, or an
 * error of kafka_topics_ensure(). */
int sink_kafka_new(const struct kafka_settings *settings, const char *topic, int partitions, int replication,
		   struct sink **ret, struct error *reterr) MUST_CHECK;

static inline void sink_close(struct sink *s)
{
	if (s)
		s->close(s);
}

#endif
