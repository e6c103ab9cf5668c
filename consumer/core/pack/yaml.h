/* SPDX-License-Identifier: Apache-2.0 */
/* yaml.h: a YAML file in memory as a tree of nodes that know their lines. Private to core/pack.
 *
 * In:    one document: maps, sequences, scalars. Anchors, aliases and tags are errors: a pack says what it means.
 * Out:   nodes in the arena; scalars point into it. A repeated key is an error (YAML 1.2 section 3.2.1.1).
 * Uses libyaml's event parser on a buffer: no file is opened here.
 */
#ifndef SCOWIRE_CORE_PACK_YAML_H
#define SCOWIRE_CORE_PACK_YAML_H

#include "base/arena.h"
#include "base/error.h"

enum ynode_kind { YNODE_SCALAR, YNODE_LIST, YNODE_MAP };

struct ynode {
	enum ynode_kind kind;
	struct span file; /* name for messages */
	unsigned line;	  /* 1-based */
	struct span text; /* YNODE_SCALAR */
	struct ynode **keys, **items;
	size_t n, cap; /* of items; of keys too where it is a map */
};

/* Reads one file. Returns 0, or -EBADMSG with file:line (ERROR_ACTION_STOP), or -ENOMEM. */
int yaml_read(struct span file, struct span text, struct arena *arena, struct ynode **ret,
	      struct error *reterr) MUST_CHECK;

/* The value of a key of a map; NULL when m is NULL, no map or has no such key. */
struct ynode *ynode_get(const struct ynode *m, const char *key);

/* The text of a scalar value; SPAN_NONE when absent or no scalar. */
struct span ynode_text(const struct ynode *m, const char *key);

/* error_set() with "file:line: " in front. Returns -EBADMSG. */
int ynode_error(const struct ynode *n, struct error *reterr, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Every key of the map must be in the NULL-terminated list. Returns 0 or -EBADMSG naming key and line. */
int ynode_only_keys(const struct ynode *m, const char *const *allowed, struct error *reterr) MUST_CHECK;

/* How many scalars a node stands for: itself, its items, 0 for NULL; the i-th of them. */
size_t ynode_count(const struct ynode *n);
const struct ynode *ynode_item(const struct ynode *n, size_t i);

#endif
