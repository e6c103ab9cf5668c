/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/fold_rules.h"
#include "core/pack/slots.h"
#include "core/timeline/cell.h"
#include <errno.h>

int fold_rules_of_pack(const struct pack *p, struct arena *arena, struct slot_rules_set *ret)
{
	static const enum slot_shape shapes[] = {[PACK_SHAPE_EXCLUSIVE] = SLOT_EXCLUSIVE,
						 [PACK_SHAPE_PERIODS] = SLOT_PERIODS,
						 [PACK_SHAPE_CLAIMS] = SLOT_CLAIMS};
	size_t n, n_sources;
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
			.after = slots[i].after,
			.never = slots[i].never,
			.n_never = slots[i].n_never,
			.values = slots[i].values,
			.n_values = slots[i].n_values,
			.not_before = edtf_lo(slots[i].not_before),
		};
	const struct pack_source *sources = pack_sources(p, &n_sources);
	struct source_weight *weights = arena_array(arena, n_sources + 1, sizeof(*weights));
	if (!weights)
		return -ENOMEM;
	for (size_t i = 0; i < n_sources; i++) {
		uint32_t weight = (uint32_t)sources[i].percent * CELL_ORIGIN / 100;
		weights[i] = (struct source_weight){sources[i].name, weight ? weight : 1};
	}
	*ret = (struct slot_rules_set){v, n, weights, n_sources};
	return 0;
}
