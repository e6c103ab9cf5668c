/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_file.h: a snapshot as JSON lines, as `state --export` writes it and `subscribe --snapshot` starts from it.
 *
 *     {"checksum":"...","epoch":1,"feed":"scowire/sco","format":"scowire-snapshot
 * 1","offset":4711,"sequence":17,"slots":9}
 *     {"epoch":1,"recorded":"...","sequence":4,"slot":"membership/BY","spells":[...]}        one a slot, by name
 *
 * The lines after the first are the values of sco.state, byte for byte. `offset`: no event after the snapshot lies
 * before it in the topic of changes. `checksum`: XXH3-128 of all bytes after the first line. Canonical JSON.
 */
#ifndef SCOWIRE_FEED_SNAPSHOT_FILE_H
#define SCOWIRE_FEED_SNAPSHOT_FILE_H

#include "base/error.h"
#include "base/strbuf.h"
#include "feed/cursor.h"

/* Appends the file. `at` names feed and offset; the place is the follower's. */
void snapshot_file_format(const struct follower *f, const struct cursor *at, struct strbuf *out);

/* Reads a whole file into f, which is restarted, and begun. ret: feed, place, offset; event is "-".
 * Returns 0, or -EUCLEAN (ERROR_ACTION_STOP) with the line at fault: not such a file, altered, cut off. -ENOMEM. */
int snapshot_file_parse(struct span text, struct follower *f, struct cursor *ret, struct error *reterr) MUST_CHECK;

#endif
