/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h: the fold stage as a processor: claims records in, changes and snapshots out, with the SQLite view as its
 * state.
 *
 * One record at a time: set update, touched slots, resolve, diff, events; so batch boundaries cannot show, and the same
 * log gives the same bytes.
 *
 * The set. Every version of every item that the log holds, by the key uri@version@versioncreated: of records with the
 * same key the last counts, as compaction of the log has it, and one that is there already changes nothing. The
 * versions of a uri have a total order: version (as numbers where both are decimal, else by bytes, absent first),
 * versioncreated. The claims that count are those of the greatest version, unless that one is withheld; none count once
 * any version is canceled.
 *
 * Beside claims the log may hold, for which replay.c and reset.c have the reasons:
 * - a tombstone: the item version with that key is taken out, as if it had never been;
 * - a hand-over (codec/epoch_json.h): after its first marker records change the set and nothing is told; at its last
 *   one every slot is resolved anew, a new epoch begins with sequence 1, whose event names no slot, and the snapshots
 * of all slots are emitted with it. In between the view shows the state as it was.
 *
 * Output for each record, slots in byte order: the changes of the slot to `changes` (key = slot, CloudEvents in binary
 * mode, sequence contiguous), then its snapshot to `state`. Reason of a change: retract if the record withheld or
 * canceled its item, correct if it replaced a version that counted, else conflict for disputed and settled, else
 * assert.
 */
#ifndef SCOWIRE_STAGE_FOLD_H
#define SCOWIRE_STAGE_FOLD_H

#include "base/attr.h"
#include "core/timeline/rules.h"
#include "store/view.h"
#include "stream/processor.h"

struct fold_options {
	const char *view; /* file, or ":memory:" */
	enum view_mode mode;
	struct slot_rules_set rules; /* with the source weights; borrowed, must outlive the fold */
	struct span pack;	     /* "sco": records of other packs are refused; empty: any */
	const char *changes, *state; /* topics */
	struct span source;	     /* ce_source */
};

struct fold;

/* Opens the view. Errors of view_open(). */
int fold_new(const struct fold_options *o, struct fold **ret, struct error *reterr) MUST_CHECK;
void fold_free(struct fold *f); /* NULL is fine; what is not committed is dropped */
DEFINE_CLEANUP(struct fold *, fold_free)

struct processor fold_processor(struct fold *f, const char *input_topic);

/* The view, for questions and tests. */
struct view *fold_view(struct fold *f);

#endif
