/* SPDX-License-Identifier: Apache-2.0 */
/* cursor.h: how far a subscriber has come, as a small text file that survives a kill at any moment.
 *
 *     scowire-cursor 1
 *     feed scowire/sco                     the events' source
 *     epoch 1
 *     sequence 17                          of the last event handled; 0 before the first
 *     event 0123...                        its id: who finds another one there has another feed; - where unknown
 *     offset 4711                          where that event lies in the topic of changes, or would: where to look
 *     sum XXH3-128 of the lines before
 *
 * A damaged file is refused, never guessed at. Owner: the caller; the struct holds its strings.
 */
#ifndef SCOWIRE_FEED_CURSOR_H
#define SCOWIRE_FEED_CURSOR_H

#include "base/error.h"
#include "base/strbuf.h"
#include "feed/follower.h"

#define CURSOR_FEED_MAX 200
#define CURSOR_EVENT_MAX 64

struct cursor {
	char feed[CURSOR_FEED_MAX + 1];	  /* printable, no space; "-" while unknown */
	char event[CURSOR_EVENT_MAX + 1]; /* likewise */
	struct feed_place place;
	int64_t offset; /* -1: none */
};

/* "SEQUENCE" (of `epoch`) or "EPOCH:SEQUENCE", both from 1. Returns 0 or -EINVAL. */
int feed_place_parse(const char *s, int64_t epoch, struct feed_place *ret) MUST_CHECK;

/* Copies s into a string of the cursor; what does not fit or is not printable becomes "-". */
void cursor_set(char *field, size_t size, struct span s);

void cursor_format(const struct cursor *c, struct strbuf *out);
/* Returns 0, or -EUCLEAN with the line at fault. */
int cursor_parse(struct span text, struct cursor *ret, struct error *reterr) MUST_CHECK;

/* Reads the file. Returns 0; -ENOENT (no error text) where there is none; -EUCLEAN, -EIO. */
int cursor_load(const char *path, struct cursor *ret, struct error *reterr) MUST_CHECK;
/* Replaces the file by rename(2) of a synced one. Returns 0 or -EIO. */
int cursor_save(const char *path, const struct cursor *c, struct error *reterr) MUST_CHECK;

/* A whole file of at most `max` bytes, appended to `out`. Returns 0; -ENOENT (no error text); -EIO; -E2BIG; -ENOMEM. */
int feed_file_read(const char *path, size_t max, struct strbuf *out, struct error *reterr) MUST_CHECK;
/* Puts `text` in the place of the file, all or nothing. Returns 0 or -EIO. */
int feed_file_replace(const char *path, struct span text, struct error *reterr) MUST_CHECK;

#endif
