/* SPDX-License-Identifier: Apache-2.0 */
/* journal.h: topics as files: what the pipeline runs on where there is no Kafka.
 *
 * A directory holds one append-only log per topic, NAME.log, and the file `commit`, which says how many bytes of each
 * log count and how far each group of readers has come. A transaction appends to logs, then replaces `commit` by
 * rename(2): that one step makes records and positions of all topics visible together. Bytes of a log beyond its
 * committed length never count; whoever commits next cuts them off. So a kill at any moment loses nothing and doubles
 * nothing, and every prefix of the writes recovers to the last commit.
 *
 *     log:     #OFFSET TIMESTAMP KEY_BYTES VALUE_BYTES HEADERS\n
 *              NAME_BYTES VALUE_BYTES\n name value \n       for each header
 *              key \n value \n                              a byte count of -1 is an absent key or value
 *     commit:  scowire-journal 1 / log TOPIC BYTES / group NAME EPOCH / position GROUP TOPIC OFFSET / sum XXH3-128
 *
 * The offset of a record is its byte offset in the log, so there is no index; the next offset is where the record
 * ends. Keys, values and headers may hold any bytes. A topic has one partition, 0.
 *
 * Writers: any number of processes and threads, each with a handle of its own; a commit holds flock(2) on `lock`.
 * Readers need no lock. A group has one member: journal_join() raises its epoch, and a commit of an earlier member
 * fails with -ESTALE, whatever it did in the meantime: it is fenced.
 * Thread safety: one handle, one thread.
 */
#ifndef SCOWIRE_JOURNAL_H
#define SCOWIRE_JOURNAL_H

#include "base/error.h"
#include "base/record.h"

struct journal;
struct journal_reader;

struct journal_position {
	const char *topic;
	int64_t next; /* offset of the first record that is not covered */
};

/* Opens, and creates where missing, the directory. dir is copied.
 * Returns 0; -EIO; -EUCLEAN when `commit` is damaged or of another format; -ENOMEM. All ERROR_ACTION_STOP. */
int journal_open(const char *dir, struct journal **ret, struct error *reterr) MUST_CHECK;
void journal_close(struct journal *j); /* drops what is not committed; NULL is fine */
DEFINE_CLEANUP(struct journal *, journal_close)

/* Becomes the one member of `group`, in whose name journal_commit() stores positions. Errors as journal_open(). */
int journal_join(struct journal *j, const char *group, struct error *reterr) MUST_CHECK;

/* The committed position of `group` in `topic` as of the last journal_open(), _join(), _refresh() or _commit();
 * -1 where it has none. */
int64_t journal_position(const struct journal *j, const char *group, const char *topic);

/* Committed bytes of `topic`, as of the same moment; 0 for a topic that does not exist. */
int64_t journal_end(const struct journal *j, const char *topic);

/* Adds a record to the open transaction: copied, nothing is written yet. r->topic names the log; its name must be fit
 * for a file (-EINVAL). r->offset and partition do not count. -ENOMEM. */
int journal_append(struct journal *j, const struct record *r, struct error *reterr) MUST_CHECK;

/* Makes the appended records and the positions of the joined group durable and visible, all or nothing, and begins
 * anew. n = 0 for a writer without a group.
 * Returns 0; -ESTALE fenced (nothing was written, the transaction is dropped); -EIO: whether it happened is known
 * after journal_refresh(), and the transaction is dropped. ERROR_ACTION_STOP. */
int journal_commit(struct journal *j, const struct journal_position *positions, size_t n,
		   struct error *reterr) MUST_CHECK;

/* Drops the open transaction. */
void journal_abort(struct journal *j);

/* Reads `commit` again. Returns 1 when somebody has committed since, 0 when not, or an error as journal_open(). */
int journal_refresh(struct journal *j, struct error *reterr) MUST_CHECK;

/* Waits until somebody commits or timeout_ms passes; may return early. Call journal_refresh() after it. */
void journal_wait(struct journal *j, int timeout_ms);

/* A reader of one topic, from `offset` on. Borrows j. A topic that does not exist yet is empty. */
int journal_reader_new(struct journal *j, const char *topic, int64_t offset, struct journal_reader **ret,
		       struct error *reterr) MUST_CHECK;
void journal_reader_free(struct journal_reader *r); /* NULL is fine */
DEFINE_CLEANUP(struct journal_reader *, journal_reader_free)

/* Goes to the record that starts at `offset`. */
void journal_reader_seek(struct journal_reader *r, int64_t offset);
/* Where the next record starts. */
int64_t journal_reader_next(const struct journal_reader *r);

/* The next committed record, as of the last refresh. Returns 1 and ret, whose spans live until the next call; 0 at the
 * end; -EUCLEAN when no record starts there or the log is damaged (offset in reterr), -EIO, -ENOMEM. */
int journal_read(struct journal_reader *r, struct record *ret, struct error *reterr) MUST_CHECK;

#endif
