/* SPDX-License-Identifier: Apache-2.0 */
/* change_read.h: a record of sco.changes (codec/change_json.h, binary mode) back into a change, strictly. */
#ifndef SCOWIRE_CODEC_CHANGE_READ_H
#define SCOWIRE_CODEC_CHANGE_READ_H

#include "base/arena.h"
#include "codec/change_json.h"

struct change_read {
	struct change_event event; /* of a hand-over: only source, epoch, sequence, recorded, id */
	struct span type;
	struct span data; /* the value as it came, borrowed from the record */
	bool hand_over;	  /* codec/epoch_json.h */
};

/* The place of the event alone, from its headers. Errors as change_read(). */
int change_read_place(const struct record *r, int64_t *ret_epoch, int64_t *ret_sequence,
		      struct error *reterr) MUST_CHECK;

/* Everything is in the arena or borrowed from r. Returns 0, or with ERROR_ACTION_SKIP: -EBADMSG with the header or the
 * member at fault, -EILSEQ, -E2BIG, -ENOMEM. */
int change_read(const struct record *r, struct arena *arena, struct change_read *ret, struct error *reterr) MUST_CHECK;

/* The data of a change alone, not of a hand-over: what of ret they tell, the rest stays. Errors as change_read(). */
int change_read_data(struct span data, struct arena *arena, struct change_event *ret, struct error *reterr) MUST_CHECK;

#endif
