/* SPDX-License-Identifier: Apache-2.0 */
/* meter.h: how the time of an item divides over the steps that it takes, for benches.
 *
 * The core has no clock; whoever measures brings one. Costs a comparison a step where there is no meter.
 */
#ifndef SCOWIRE_CORE_CLAIM_METER_H
#define SCOWIRE_CORE_CLAIM_METER_H

#include <stddef.h>
#include <stdint.h>

enum meter_step {
	METER_OTHER,
	METER_GATE,
	METER_PARSE,	 /* JSON to fields, mark-up to text */
	METER_ORIGIN,	 /* language, dateline, who is cited, fingerprint */
	METER_SCAN,	 /* folding, and the search for all forms of the pack */
	METER_SENTENCES, /* cutting */
	METER_DATES,
	METER_TOKENS,
	METER_PHRASES,
	METER_RULES,
	METER_MERGE, /* what the whole text says about its drafts */
	METER_STEPS
};

struct meter {
	uint64_t (*now)(void); /* in any unit */
	uint64_t since;
	enum meter_step step;
	uint64_t spent[METER_STEPS];
};

/* What comes from now on belongs to that step. Returns the step before it. NULL is fine. */
static inline enum meter_step meter_to(struct meter *m, enum meter_step step)
{
	if (!m)
		return step;
	enum meter_step before = m->step;
	uint64_t now = m->now();
	m->spent[before] += now - m->since;
	m->since = now;
	m->step = step;
	return before;
}

#endif
