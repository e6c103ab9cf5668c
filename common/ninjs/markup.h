/* SPDX-License-Identifier: Apache-2.0 */
/* markup.h: the text of an HTML or XHTML body, with the way back to the bytes it came from.
 *
 * In:    a fragment or document as it stands in an item, valid UTF-8, well-formed or not.
 * Out:   plain text: character references decoded, white space collapsed, a line break for <br>, an empty line
 *        between blocks; script, style, head, comments and declarations dropped. And a map from the text's offsets to
 *        the fragment's, so that a quote can be shown, and checked, in the bytes as published.
 * Owner: the arena.
 * Why not libxml2's HTML parser: it builds a tree that has lost the byte offsets. Only its table of entity names is
 * used. The reading is that of the HTML standard's tokenizer, section 13.2.5, as far as text needs it, in linear time.
 */
#ifndef SCOWIRE_MARKUP_H
#define SCOWIRE_MARKUP_H

#include "base/arena.h"
#include "base/span.h"

/* Text from `text` on, up to the next run, stands in the fragment from `raw` to `raw_end`; the same bytes one by one
 * when `same`, else as a whole (a character reference, collapsed white space, a block's end). */
struct markup_run {
	size_t text, raw, raw_end;
	bool same;
};

struct markup {
	struct span text;
	struct markup_run *runs; /* ascending, the first at text offset 0 */
	size_t n_runs;
};

/* Returns 0, or -ENOMEM at the arena's cap. Any bytes are fine; what is no mark-up is text. */
int markup_text(struct span html, struct arena *arena, struct markup *ret) MUST_CHECK;

/* The bytes of the fragment that text bytes [start, end) came from, tags between them included. start < end, both
 * within the text. */
void markup_locate(const struct markup *m, size_t start, size_t end, size_t *ret_start, size_t *ret_end);

/* Does a text without a content type look like mark-up: it begins with a tag and has a closing or empty one? */
bool markup_looks_like(struct span text);

#endif
