/* SPDX-License-Identifier: Apache-2.0 */
/* slots.h: what a pack says of the slots that it fills: the types of their values and the shape of their timelines
 * (timeline/rules.h says what each means). In pack.yaml, below `slots`:
 *
 *     membership: {value: status, key: state, short-days: 365, not-before: 2001-06-15,
 *                  values: [member, observer], stages: {applicant: member}}
 *     summit: {value: city, shape: periods, apart-days: 100}
 *     document: {value: words, shape: claims}
 */
#ifndef SCOWIRE_CORE_PACK_SLOTS_H
#define SCOWIRE_CORE_PACK_SLOTS_H

#include "base/arena.h"
#include "base/error.h"
#include "edtf/edtf.h"

enum pack_shape { PACK_SHAPE_EXCLUSIVE, PACK_SHAPE_PERIODS, PACK_SHAPE_CLAIMS };

struct slot {
	struct span name; /* before the '/' */
	uint16_t type;	  /* of the value */
	uint16_t key;	  /* of what follows the '/', or NO_INDEX */
	uint16_t office;  /* tag of the words for it ("chairmanship"), or NO_INDEX */
	enum pack_shape shape;
	int32_t short_days, apart_days; /* 0: not given */
	struct edtf not_before;		/* EDTF_NONE: not given */
	struct span *values;		/* n_values 0: any */
	size_t n_values;
	struct span *stage, *stage_of; /* n_stage of each */
	size_t n_stage;
	struct span *after, *never; /* n_never of each: never[i] does not come after after[i] */
	size_t n_never;
};

struct pack;
struct ynode;

/* The slots of a pack; they live as long as it. */
const struct slot *pack_slots(const struct pack *p, size_t *ret_n);

/* How much a source counts, in hundredths of an ordinary one; in pack.yaml `source-weights: {Some Agency: 200}`, by the
 * name that items give it. An official source is a weight like any other, no proof. */
struct pack_source {
	struct span name;
	int32_t percent; /* 1 to 800 */
};
const struct pack_source *pack_sources(const struct pack *p, size_t *ret_n);

/* Private to core/pack: reads `source-weights` of the head of a pack into it. */
int pack_read_sources(struct pack *p, const struct ynode *head, struct error *reterr) MUST_CHECK;
/* Private to core/pack: reads what one slot says beside its types. -EBADMSG with file:line, -ENOMEM. */
int slot_read_shape(const struct ynode *n, struct arena *arena, struct slot *ret, struct error *reterr) MUST_CHECK;

#endif
