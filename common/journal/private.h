/* SPDX-License-Identifier: Apache-2.0 */
/* private.h: what the journal's files share. */
#ifndef SCOWIRE_JOURNAL_PRIVATE_H
#define SCOWIRE_JOURNAL_PRIVATE_H

#include "journal/commit.h"
#include "journal/journal.h"
#include <sys/types.h>

/* What a transaction adds to one log. */
struct pending {
	struct span topic; /* in journal.arena */
	struct strbuf frames;
	size_t *starts; /* of each frame in `frames`, in journal.arena */
	size_t n, cap;
};

struct journal {
	int dir, lock, watch; /* descriptors; watch (inotify) is -1 until journal_wait() */
	struct commit commit; /* as read last */
	struct span group;    /* joined, in memory of its own; n = 0 for none */
	int64_t epoch;
	struct arena arena; /* of the open transaction */
	struct pending *pending;
	size_t n_pending, cap_pending;
	ino_t seen; /* of the commit file as read last, whose every replacement is a new file */
	struct timespec seen_at;
};

/* openat() of a topic's log; -1 and errno. */
int log_open(const struct journal *j, struct span topic, int flags);

#endif
