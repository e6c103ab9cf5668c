/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h: the files of a folder, once and as they come.
 *
 * Files are taken by the end of their name: .jsonl, .ndjson, .json, .txt, .xml, .rss, .atom; names that begin with a
 * dot and subfolders are left alone. Watching, a file counts when its writer has closed it or has moved it in, so that
 * no half of one is read; a version of a file (inode, size, time of change) is handed out once.
 */
#ifndef SCOWIRE_READERS_FOLDER_H
#define SCOWIRE_READERS_FOLDER_H

#include "base/error.h"
#include <stdbool.h>

struct folder;

/* path is copied. watch: take files that come later, too; otherwise folder_next() ends after those that are there.
 * Returns 0; -EIO, -ENOMEM (ERROR_ACTION_SKIP: the folder is at fault). */
int folder_open(const char *path, bool watch, struct folder **ret, struct error *reterr) MUST_CHECK;
void folder_close(struct folder *f); /* NULL is fine */
DEFINE_CLEANUP(struct folder *, folder_close)

/* The path of the next file, in order of names for those that were there at the start; valid until the next call; NULL
 * when there is none for now. */
const char *folder_next(struct folder *f);

/* Readable when folder_next() may have one again; -1 where nothing is watched. */
int folder_fd(const struct folder *f);

#endif
