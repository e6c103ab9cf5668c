/* SPDX-License-Identifier: Apache-2.0 */
/* files.h: source and sink on a journal (common/journal): the pipeline without a broker.
 *
 * A topic is one partition, 0, and an offset is a byte offset. A group has one instance at a time: opening a second
 * fences the first, which then stops with -ESTALE at its next commit and has written nothing.
 */
#ifndef SCOWIRE_STREAM_FILES_H
#define SCOWIRE_STREAM_FILES_H

#include "stream/sink.h"
#include "stream/source.h"

/* Source and sink of one stage, which share a handle on the directory: the sink is to be freed last.
 * until_end: stop at what is committed at the assignment. Errors as journal_open() and journal_join(). */
int files_new(const char *dir, const char *group, const char *topic, bool until_end, struct source **ret_source,
	      struct sink **ret_sink, struct error *reterr) MUST_CHECK;

/* A sink that no source belongs to: it writes records, and where commit() is given a position, sets that of `group` in
 * `topic`, whose instance is fenced by it. group may be NULL: then commit() takes none. Errors as files_new(). */
int files_publisher_new(const char *dir, const char *group, const char *topic, struct sink **ret,
			struct error *reterr) MUST_CHECK;

#endif
