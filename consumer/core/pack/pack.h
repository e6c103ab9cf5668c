/* SPDX-License-Identifier: Apache-2.0 */
/* pack.h: what is known of one organisation's language: names, words, phrases and rules, compiled from YAML.
 *
 * In:    the pack's files, read by somebody else (the core opens nothing); packs/README.md is their manual.
 * Out:   struct pack, immutable: an extractor (claim/extract.h) and `check` read it.
 * Not here: facts (a pack says how things are said, never what is so); running the rules (claim/).
 */
#ifndef SCOWIRE_CORE_PACK_H
#define SCOWIRE_CORE_PACK_H

#include "base/arena.h"
#include "base/error.h"
#include "core/text/origin.h"

struct pack;

struct pack_file {
	struct span path; /* as in messages: "en/rules.yaml" */
	struct span text; /* UTF-8 */
};

/* Compiles a pack. One of the files is `pack.yaml`; the order of the others does not matter (they are taken in byte
 * order of their paths).
 * Returns 0, or with ERROR_ACTION_STOP: -EBADMSG and "file:line: what" for a fault in a file, -ENOMEM. */
int pack_load(const struct pack_file *files, size_t n, struct pack **ret, struct error *reterr) MUST_CHECK;
void pack_free(struct pack *p); /* NULL is fine */
DEFINE_CLEANUP(struct pack *, pack_free)

/* "sco@<version>-<8 hex digits of the content>": equal only for equal files. Lives as long as the pack. */
struct span pack_name(const struct pack *p);

/* The agencies that texts credit (text/origin.h). Lives as long as the pack. */
struct agency_table pack_agencies(const struct pack *p);

#endif
