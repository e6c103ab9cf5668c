/* SPDX-License-Identifier: Apache-2.0 */
/* check.h: is a pack sound? Lint that the loader leaves open, and the examples that its rules carry.
 *
 * An example runs with its own rule alone: what a rule says must come from it, and a near-miss must not set it off.
 * Not here: faults that make a pack unloadable (pack/pack.h names them with file and line).
 */
#ifndef SCOWIRE_CORE_CLAIM_CHECK_H
#define SCOWIRE_CORE_CLAIM_CHECK_H

#include "core/claim/extract.h"

#define CHECK_FIRES_MIN 3

struct check_result {
	size_t rules, fires, silent; /* how many there are */
	size_t faults;		     /* examples that fail and other errors */
	size_t notes;		     /* what is worth a look: patterns that no example reaches */
};

/* Told of each fault and note: "file:line: what", one line, no newline. */
struct check_report {
	void (*line)(void *user, bool fault, const char *text);
	void *user;
};

/* Returns 0 also where there are faults; -ENOMEM. */
int pack_check(const struct pack *pack, const struct check_report *report, struct check_result *ret,
	       struct error *reterr) MUST_CHECK;

/* A claim in one line, as examples write it: "membership/NP member begin 2031-06 planned". NULL: out of memory. */
const char *claim_line(const struct claim *c, struct arena *arena);

#endif
