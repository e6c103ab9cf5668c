/* SPDX-License-Identifier: Apache-2.0 */
/* gate.h: may the raw bytes of an item name the organisation? Private to core/pack and claim/extract.c.
 *
 * In:    raw bytes as they come from the log: JSON, with text in any of its spellings.
 * Out:   false only where no text that this JSON can hold, plain or as mark-up, contains an anchor once it is folded
 *        (fold.h) as the lexicon sees it; true may be too much. An anchor is a part of names of the organisation that
 *        the pack tells, and every form that means the organisation contains one (load.c).
 *
 * Two steps. At the speed of memory, pure literals are searched: the first letters of each anchor as they are mostly
 * written, and whatever could write or hide a letter otherwise: an escape, an ampersand, a tag, a full-width letter, a
 * character that folding drops (soft hyphen, zero-width signs, combining marks). Most items hold none of them, and end
 * here. At an anchor's letters the anchor is read on from there; where one of the others is met, the whole item is
 * read, as JSON and mark-up would be decoded and folded.
 */
#ifndef SCOWIRE_CORE_PACK_GATE_H
#define SCOWIRE_CORE_PACK_GATE_H

#include "base/arena.h"
#include "base/error.h"
#include <hs/hs.h>

#define GATE_WORD '=' /* before an anchor that is a whole word, in the list of anchors */

struct gate_anchor {
	struct span text; /* folded, of letters, ideographs and single spaces */
	bool word;	  /* counts only as a whole word, as `sco` does (Moscow, score) */
};

struct gate_hint {
	struct span text;
	uint16_t anchor; /* whose beginning it is, or GATE_ELSEWHERE */
	bool caseless;	 /* of ASCII */
};
#define GATE_ELSEWHERE UINT16_MAX /* a reason to read the whole item */

struct gate {
	struct gate_anchor *anchors;
	size_t n;
	struct gate_hint *hints;
	size_t n_hints, cap_hints;
	bool hinted; /* else an anchor begins with a letter that not all spellings are known of: read all items */
	uint64_t beginnings; /* the first letters of anchors, hashed */
	hs_database_t *db;   /* of the hints */
};

/* `anchors` is one a line. 0, or with ERROR_ACTION_STOP -ENOMEM, -EBADMSG. gate_done() in any case. */
int gate_make(struct span anchors, struct arena *arena, struct gate *ret, struct error *reterr) MUST_CHECK;
void gate_done(struct gate *g);

bool gate_passes(const struct gate *g, hs_scratch_t *scratch, struct span raw);

/* The slow step alone. */
bool gate_reads(const struct gate *g, struct span raw);

/* hint.c: fills in the hints and their database. */
int gate_hints(struct gate *g, struct arena *arena, struct error *reterr) MUST_CHECK;

/* Does `text` hold the anchor? Folded both, and nothing hidden. */
bool gate_anchor_in(struct span text, const struct gate_anchor *a);

#endif
