/* SPDX-License-Identifier: Apache-2.0 */
/* fold_rules.h: the slot rules of a pack, as the fold and the resolver want them. */
#ifndef SCOWIRE_STAGE_FOLD_RULES_H
#define SCOWIRE_STAGE_FOLD_RULES_H

#include "core/pack/pack.h"
#include "core/timeline/rules.h"

/* Names point into the pack, which must outlive the arena. -ENOMEM. */
int fold_rules_of_pack(const struct pack *p, struct arena *arena, struct slot_rules_set *ret) MUST_CHECK;

#endif
