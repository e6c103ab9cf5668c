/* SPDX-License-Identifier: Apache-2.0 */
/* group.h: what a consumer group has, asked from outside it. No rdkafka.h here. */
#ifndef SCOWIRE_KAFKA_GROUP_H
#define SCOWIRE_KAFKA_GROUP_H

#include "base/error.h"
#include "kafka/settings.h"

/* How many members the group has now: 0 also where there is no such group. -ENOTCONN, -EINVAL. STOP. */
int kafka_group_members(const struct kafka_settings *s, const char *group, int *ret, struct error *reterr) MUST_CHECK;

/* The committed offsets of the group in partitions 0 to n - 1 of the topic (without prefix); -1 where it has none.
 * -ENOTCONN, -EINVAL. STOP. */
int kafka_group_committed(const struct kafka_settings *s, const char *group, const char *topic, size_t n, int64_t *ret,
			  struct error *reterr) MUST_CHECK;

#endif
