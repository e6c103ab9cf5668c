/* SPDX-License-Identifier: Apache-2.0 */
/* build.h: the steps of compiling a pack, in the order in which load.c takes them. Private to core/pack. */
#ifndef SCOWIRE_CORE_PACK_BUILD_H
#define SCOWIRE_CORE_PACK_BUILD_H

#include "core/pack/model.h"

/* Where names are looked up while a file is compiled. */
struct build {
	struct pack *pack;
	const struct ynode *const *files; /* all of them, sorted by path */
	size_t n_files;
	const struct ynode *file; /* the one at hand */
	uint8_t languages;	  /* its languages */
	struct error *err;
};

/* forms.c: the `words` of a file. */
int build_words(struct build *b, const struct ynode *words) MUST_CHECK;

/* agencies.c: the `agencies` of a file. */
int build_agencies(struct build *b, const struct ynode *agencies) MUST_CHECK;

/* pattern.c: compiles a pattern; roles are looked up in, and added to, roles. */
int build_pattern(struct build *b, const struct ynode *at, struct role *roles, size_t *n_roles,
		  struct program *ret) MUST_CHECK;
int role_find(const struct role *roles, size_t n, struct span name); /* index or -ENOENT */

/* rules.c: the `phrases` and the `rules` of a file. */
int build_phrases(struct build *b, const struct ynode *phrases) MUST_CHECK;
int build_rules(struct build *b, const struct ynode *rules) MUST_CHECK;

/* index.c: from the rules. */
int build_index(struct build *b) MUST_CHECK;

/* A list of tags into a set. */
int build_tags(struct build *b, const struct ynode *list, struct tagset *ret) MUST_CHECK;

#endif
