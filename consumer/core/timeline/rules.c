/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/rules.h"
#include "edtf/edtf.h"

static const struct slot_rules unnamed = {.shape = SLOT_EXCLUSIVE, .not_before = EDTF_DAY_MIN};

struct span slot_kind(struct span slot)
{
	const char *cut = slot.n ? memchr(slot.p, '/', slot.n) : NULL;

	return cut ? span_of(slot.p, (size_t)(cut - slot.p)) : slot;
}

bool slot_may_follow(const struct slot_rules *rules, struct span last, struct span next)
{
	for (size_t i = 0; i < rules->n_never; i++)
		if (span_eq(rules->after[i], last) && span_eq(rules->never[i], next))
			return false;
	return true;
}

const struct slot_rules *slot_rules_find(const struct slot_rules_set *set, struct span slot)
{
	struct span kind = slot_kind(slot);

	for (size_t i = 0; set && i < set->n; i++)
		if (span_eq(set->v[i].kind, kind))
			return &set->v[i];
	return &unnamed;
}
