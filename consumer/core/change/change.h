/* SPDX-License-Identifier: Apache-2.0 */
/* change.h: what differs between two timelines of one slot, as changes of single spells.
 *
 * In/out: two timelines sorted by spell_cmp(). Owner: the arena holds the list, the spells are borrowed from the
 * timelines. Pure. Law: change_apply(change_diff(a, b), a) equals b.
 *
 * Pairing. Spells that are equal in every field are no change. Of the others, two of the same value are one spell that
 * changed if their possible extents [begin.lo, end.hi] meet; each old spell, in order, takes the first new one still
 * free. What is left over was withdrawn, or opened. The operation of a pair is, the first that fits:
 *     disputed   the status became disputed           settled   it was disputed and is not any more
 *     closed     the end became bounded above          revised   anything else
 * A spell that appears as disputed is `disputed` with no before. Changes come withdrawn first, then in the order of
 * their spells: so a reader who applies them one by one never sees two holders because a withdrawal is still to come.
 */
#ifndef SCOWIRE_CORE_CHANGE_H
#define SCOWIRE_CORE_CHANGE_H

#include "base/arena.h"
#include "core/timeline/spell.h"

enum change_op {
	CHANGE_OPENED,
	CHANGE_CLOSED,
	CHANGE_REVISED,
	CHANGE_WITHDRAWN,
	CHANGE_DISPUTED,
	CHANGE_SETTLED,
	CHANGE_OP_MAX_
};

/* Why the set changed. */
enum change_reason {
	CHANGE_ASSERT,	 /* an item said something new */
	CHANGE_CORRECT,	 /* a version of an item replaced another */
	CHANGE_RETRACT,	 /* an item was withheld or canceled */
	CHANGE_CONFLICT, /* claims contradict each other, or stopped to: the operation is disputed or settled */
	CHANGE_REASON_MAX_
};

const char *change_op_name(enum change_op op);		   /* "opened", ...; never NULL */
const char *change_reason_name(enum change_reason reason); /* "assert", ...; never NULL */
int change_op_from_name(struct span name);		   /* -EBADMSG for another word */
int change_reason_from_name(struct span name);

struct change {
	enum change_op op;
	const struct spell *before, *after; /* NULL: there was none, there is none */
	size_t before_at;		    /* index in the old timeline; SIZE_MAX without before */
	size_t after_at;		    /* index in the new timeline; SIZE_MAX without after */
};

struct change_list {
	struct change *v;
	size_t n;
};

/* -ENOMEM when the arena is exhausted. */
int change_diff(const struct timeline *a, const struct timeline *b, struct arena *arena,
		struct change_list *ret) MUST_CHECK;

/* The timeline after the changes; slot is a's. -EBADMSG when a `before` is not in a: the changes are of another
 * timeline. -ENOMEM. */
int change_apply(const struct change_list *changes, const struct timeline *a, struct arena *arena,
		 struct timeline *ret) MUST_CHECK;

#endif
