/* SPDX-License-Identifier: Apache-2.0 */
/* pack_dir.h: a pack from a directory of YAML files. */
#ifndef SCOWIRE_COMMAND_PACK_DIR_H
#define SCOWIRE_COMMAND_PACK_DIR_H

#include "core/pack/pack.h"

/* Reads every *.yaml below `dir` and compiles the pack. dir NULL: $SCOWIRE_PACK_DIR's default places, packs/sco beside
 * the program's own directory or its parents, then the installed one.
 * Returns 0, or with ERROR_ACTION_STOP: -ENOENT no such directory, -EIO unreadable, or what pack_load() returns. */
int pack_dir_load(const char *dir, struct pack **ret, struct error *reterr) MUST_CHECK;

/* The directory that NULL stands for, in buf; NULL when there is none. */
const char *pack_dir_default(char *buf, size_t size);

/* A whole file into memory that the caller frees. */
int file_read(const char *path, char **ret, size_t *ret_n, struct error *reterr) MUST_CHECK;

#endif
