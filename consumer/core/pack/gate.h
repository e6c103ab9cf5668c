/* SPDX-License-Identifier: Apache-2.0 */
/* gate.h: the spellings of a name in raw JSON, as one expression for Vectorscan. Private to core/pack. */
#ifndef SCOWIRE_CORE_PACK_GATE_H
#define SCOWIRE_CORE_PACK_GATE_H

#include "base/strbuf.h"

#define GATE_ANCHORS_MAX 64

/* Appends a regular expression (bytes, no flags) that matches the folded name in every spelling that folds to it or
 * decodes to what folds to it, character by character in any mixture: either case, full-width, decomposed, as JSON
 * escape \uXXXX with hex digits of either case (surrogate pairs too), as HTML entity in decimal or hex; with any run of
 * white space, soft hyphens and zero-width signs, raw or escaped, where the name has a space. Not NUL-terminated. */
void gate_pattern(struct span name, struct strbuf *ret);

#endif
