/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/fold_rules.h"
#include "core/pack/slots.h"
#include <errno.h>

int fold_rules_of_pack(const struct pack *p, struct arena *arena, struct slot_rules_set *ret)
{
	static const enum slot_shape shapes[] = {[PACK_SHAPE_EXCLUSIVE] = SLOT_EXCLUSIVE,
						 [PACK_SHAPE_PERIODS] = SLOT_PERIODS,
						 [PACK_SHAPE_CLAIMS] = SLOT_CLAIMS};
	size_t n;
	const struct slot *slots = pack_slots(p, &n);
	struct slot_rules *v = arena_array(arena, n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct slot_rules){
			.kind = slots[i].name,
			.shape = shapes[slots[i].shape],
			.short_days = slots[i].short_days,
			.apart_days = slots[i].apart_days,
			.stage = slots[i].stage,
			.stage_of = slots[i].stage_of,
			.n_stage = slots[i].n_stage,
			.values = slots[i].values,
			.n_values = slots[i].n_values,
			.not_before = edtf_lo(slots[i].not_before),
		};
	*ret = (struct slot_rules_set){v, n};
	return 0;
}
