/* SPDX-License-Identifier: Apache-2.0 */
/* commit.h: the commit record as a value and as text. Private to the journal; the format is in journal.h. */
#ifndef SCOWIRE_JOURNAL_COMMIT_H
#define SCOWIRE_JOURNAL_COMMIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

struct commit_log {
	struct span topic;
	int64_t bytes;
};

struct commit_group {
	struct span name;
	int64_t epoch;
};

struct commit_position {
	struct span group, topic;
	int64_t next;
};

/* Everything lies in `arena`; the lists are short, so a search is a walk. */
struct commit {
	struct arena arena;
	struct commit_log *logs;
	size_t n_logs, cap_logs;
	struct commit_group *groups;
	size_t n_groups, cap_groups;
	struct commit_position *positions;
	size_t n_positions, cap_positions;
};

void commit_init(struct commit *c);
void commit_done(struct commit *c);

/* The entry of that name, added with zeros (a position: -1) where it is missing. NULL when out of memory. */
struct commit_log *commit_log_at(struct commit *c, struct span topic) MUST_CHECK;
struct commit_group *commit_group_at(struct commit *c, struct span name) MUST_CHECK;
struct commit_position *commit_position_at(struct commit *c, struct span group, struct span topic) MUST_CHECK;

/* The value, or the one of a missing entry: 0 and -1. */
int64_t commit_bytes(const struct commit *c, struct span topic);
int64_t commit_next(const struct commit *c, struct span group, struct span topic);

/* May it name a topic or a group: letters, digits, '.', '_', '-', at most 200 (as Kafka, which allows 249). */
bool commit_name_ok(struct span name);

/* c from text; c was initialised and empty. Returns 0, -EUCLEAN not a whole commit record of version 1, -ENOMEM. */
int commit_parse(struct commit *c, struct span text, struct error *reterr) MUST_CHECK;
void commit_format(const struct commit *c, struct strbuf *out);

#endif
