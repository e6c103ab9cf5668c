/* SPDX-License-Identifier: Apache-2.0 */
/* gate.h: the spellings of a name in raw JSON, as one expression for Vectorscan. Private to core/pack. */
#ifndef SCOWIRE_CORE_PACK_GATE_H
#define SCOWIRE_CORE_PACK_GATE_H

#include "base/strbuf.h"

#define GATE_ANCHORS_MAX 64
#define GATE_WORD '=' /* before an anchor that is a whole word, in the list of anchors */

/* Appends a regular expression (bytes, no flags) that matches the folded name in every spelling that folds to it or
 * decodes to what folds to it, character by character in any mixture: either case, full-width, decomposed, as JSON
 * escape \uXXXX with hex digits of either case (surrogate pairs too), as HTML entity in decimal or hex; with any run of
 * white space, soft hyphens and zero-width signs, raw or escaped, where the name has a space. Not NUL-terminated. */
void gate_pattern(struct span name, struct strbuf *ret);

/* The same for a name that counts only as a whole word, as `sco` does (Moscow, score), or its Russian like (a highway
 * begins with it): not beside a bare letter of its own script. A letter that is written as an escape or entity beside
 * it, and whatever else may decode to white space, passes: the gate may let too much through, never too little.
 * `name` begins and ends with a Latin or Cyrillic letter. */
void gate_word_pattern(struct span name, struct strbuf *ret);

/* Does `text` hold `name` as such a word? Both folded. */
bool gate_word_in(struct span text, struct span name);

#endif
