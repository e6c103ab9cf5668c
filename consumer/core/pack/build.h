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

/* common.c: how often a token of the build's languages may be expected to have a mark: roughly, and only in comparison
 * with other marks. Words come first, then phrases in their order, then whoever asks. */
void common_add_form(struct build *b, struct span folded, const struct tagset *tags);
void common_add_phrase(struct build *b, const struct phrase *x);
int common_add_word(struct build *b, struct span folded) MUST_CHECK; /* the next word of patterns. 0 or -ENOMEM */
uint64_t common_mark(const struct build *b, uint16_t mark);

/* rules.c: the `phrases` and the `rules` of a file. */
int build_phrases(struct build *b, const struct ynode *phrases) MUST_CHECK;
int build_rules(struct build *b, const struct ynode *rules) MUST_CHECK;

/* readings.c: from the words, what their readings have in common. */
int build_readings(struct build *b) MUST_CHECK;

/* index.c: from the rules. */
int build_index(struct build *b) MUST_CHECK;

/* A list of tags into a set. */
int build_tags(struct build *b, const struct ynode *list, struct tagset *ret) MUST_CHECK;

#endif
