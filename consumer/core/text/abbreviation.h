/* SPDX-License-Identifier: Apache-2.0 */
/* abbreviation.h: what a full stop after a word of English or Russian means. Private to core/text. */
#ifndef SCOWIRE_CORE_ABBREVIATION_H
#define SCOWIRE_CORE_ABBREVIATION_H

#include "base/span.h"

#define ABBREVIATION_MAX 24 /* bytes; a longer word is none */

/* What a full stop after the word means. */
enum stop {
	STOP_ORDINARY,	    /* ends a sentence if what follows can begin one */
	STOP_TITLE,	    /* never ends one: a name, a number or a place follows */
	STOP_BEFORE_STARTER /* ends one only before a word that sentences begin with: "in the U.S. The" */
};

/* `word` as written, without its last full stop ("U.S", "Gen", "им"); STOP_ORDINARY where it is no abbreviation. */
enum stop abbreviation_stop(struct span word);

/* Is the word that begins at byte i one that sentences begin with much more often than it follows an abbreviation
 * inside one ("The", "However")? */
bool abbreviation_precedes_starter(struct span text, size_t i);

#endif
