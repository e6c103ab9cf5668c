/* SPDX-License-Identifier: Apache-2.0 */
/* spell.h: what is believed of one slot: an ordered list of spells, each with four bounds.
 *
 * "value held from some day in [begin.lo, begin.hi] to some day in [end.lo, end.hi]" (TAC KBP temporal slot filling,
 * Surdeanu 2013). Unbounded is EDTF_DAY_MIN or EDTF_DAY_MAX. lo <= hi in both, begin.lo <= end.hi.
 */
#ifndef SCOWIRE_CORE_SPELL_H
#define SCOWIRE_CORE_SPELL_H

#include "core/claim/claim.h"

struct day_range {
	edtf_day lo, hi;
};

#define SPELL_SUPPORT_MAX 8 /* support is counted exactly up to here and then stays: the hundredth copy is no news */
#define SPELL_EVIDENCE_MAX 3

enum spell_status {
	SPELL_ESTABLISHED,
	SPELL_EXPECTED,	   /* only planned claims, and the items' dates have not passed its begin */
	SPELL_UNCONFIRMED, /* as EXPECTED, but items dated after its begin say nothing of it */
	SPELL_DISPUTED,
	SPELL_STATUS_MAX_
};

const char *spell_status_name(enum spell_status s); /* "established", "expected", "unconfirmed", "disputed" */

/* Which bounds no claim stated: computed from a term, or set by a successor or predecessor. */
enum spell_inferred {
	SPELL_BEGIN_DERIVED = 1 << 0,
	SPELL_END_DERIVED = 1 << 1,
	SPELL_BEGIN_SUCCESSION = 1 << 2,
	SPELL_END_SUCCESSION = 1 << 3
};

/* A quote that supports a spell, with the item that it stands in. */
struct spell_evidence {
	struct span uri, version;
	struct evidence quote;
	struct span rule;
};

struct spell {
	struct span value;
	struct day_range begin, end;
	enum spell_status status;
	unsigned inferred;		       /* of enum spell_inferred */
	uint32_t items, origins;	       /* support, each counted up to SPELL_SUPPORT_MAX and then left there */
	const struct spell_evidence *evidence; /* the strongest few, by a total order */
	size_t n_evidence;
};

/* Total order: begin.lo, begin.hi, value, end.lo, end.hi, status. */
int spell_cmp(const struct spell *a, const struct spell *b);
/* Equal in every field, evidence included. */
bool spell_eq(const struct spell *a, const struct spell *b);

struct timeline {
	struct span slot;
	struct spell *v; /* by spell_cmp() */
	size_t n;
};

/* Does spell i of t hold on day d? MAYBE where d lies in a bound: it may have begun, or may have ended, by then. Both
 * bounds are inclusive, except that on its last day a spell yields to another of the slot that begins on that day (a
 * hand-over). A spell whose begin is unbounded below is not said to hold before its begin.hi. */
enum spell_holds { SPELL_HOLDS_NOT, SPELL_HOLDS_MAYBE, SPELL_HOLDS };
enum spell_holds timeline_holds_on(const struct timeline *t, size_t i, edtf_day d);

#endif
