/* SPDX-License-Identifier: Apache-2.0 */
/* spell_json.h: one spell as JSON, as it stands in changes, in snapshots and in `state --json`.
 *
 * {"begin":{"hi","lo"},"end":{"hi","lo"},"evidence":[...],"inferred":[...],"status","support":{"items","origins"},
 *  "value"} with dates as YYYY-MM-DD, null where unbounded; `inferred` names bounds that no claim stated:
 * "begin-derived", "end-derived", "begin-succession", "end-succession". Evidence:
 * {"end","exact","field","rule","start", "uri","version"}. Canonical (ninjs/json_out.h).
 */
#ifndef SCOWIRE_CODEC_SPELL_JSON_H
#define SCOWIRE_CODEC_SPELL_JSON_H

#include "ninjs/json_out.h"
#include "codec/json_get.h"
#include "core/timeline/spell.h"

/* slot: also says "slot"; the empty span: without it. */
void spell_json_put(struct json_out *o, struct span slot, const struct spell *s);
/* An array. */
void spell_json_put_evidence(struct json_out *o, const struct spell_evidence *v, size_t n);

/* Reads the object `at`. ret_slot NULL: a member "slot" is refused; else it is needed. -EBADMSG, -ENOMEM with
 * ERROR_ACTION_SKIP and the path of what is wrong. */
int spell_json_get(struct json_get *g, const struct json_at *at, struct span *ret_slot, struct spell *ret) MUST_CHECK;

/* Reads the member "evidence" of `up`, which must be there. Errors as spell_json_get(). */
int spell_json_get_evidence(struct json_get *g, const struct json_at *up, const struct spell_evidence **ret,
			    size_t *ret_n) MUST_CHECK;

/* A spell from its text, as spell_json_put() writes it with a slot. */
int spell_json_decode(struct span raw, struct arena *arena, struct span *ret_slot, struct spell *ret,
		      struct error *reterr) MUST_CHECK;

/* "2024-07-04T10:00:00.123Z" of milliseconds since the epoch (years 1 to 9999). */
#define TIME_JSON_MAX 32
size_t time_json_format(int64_t ms, char ret[static TIME_JSON_MAX]);
/* Reads an RFC 3339 time ("2024-07-04T12:00:00+05:00", with or without a fraction, of which milliseconds count), or a
 * date, which is its first millisecond in UTC. 0 or -EBADMSG. */
int time_json_parse(struct span s, int64_t *ret_ms);

#endif
