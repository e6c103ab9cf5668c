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

struct timeline {
	struct span slot;
	struct spell *v; /* by begin.lo, begin.hi, value, end */
	size_t n;
};

#endif
