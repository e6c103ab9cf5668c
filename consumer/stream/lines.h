/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h: news items as JSON lines, of a file or a pipe, as the source of a stage whose outputs go to a journal.
 *
 * An offset is a byte offset. Of a regular file the position lies in the journal's commit record, in one transaction
 * with the outputs: whatever is killed, each line is read once, and lines that are appended later are read from there.
 * A pipe has no place to go back to: each run begins with what comes, and what was read and not committed when a run
 * died is gone unless the writer sends it again (an item that is sent twice changes nothing).
 *
 * A record has what the producer would give it: the item's uri as key, its versioncreated, else its day, else that of
 * the line before, as timestamp, and the bytes of the line as value. A line that is no item is handed out too, without
 * key: the stage makes it a dead letter. Blank lines are passed over.
 */
#ifndef SCOWIRE_STREAM_LINES_H
#define SCOWIRE_STREAM_LINES_H

#include "stream/sink.h"
#include "stream/source.h"

#define LINES_LINE_MAX ((size_t)64 * 1024 * 1024) /* a longer one ends the run: -E2BIG, and where it begins */

/* path: a file, or "-" for standard input. topic: what the records say they are of. dir and group as for files_new().
 * until_end: stop at the end of the file; the end of a pipe is one in any case. The sink is to be freed last.
 * Errors as files_new(), and -ENOENT, -EACCES... of the file; later -EUCLEAN when it is shorter than its position. */
int lines_new(const char *dir, const char *group, const char *path, const char *topic, bool until_end,
	      struct source **ret_source, struct sink **ret_sink, struct error *reterr) MUST_CHECK;

#endif
