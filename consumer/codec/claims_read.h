/* SPDX-License-Identifier: Apache-2.0 */
/* claims_read.h: the two ways in which claims_json_decode() reads a record. Private to codec/, and to the tests that
 * hold the one against the other.
 *
 * A record in canonical form, as claims_json_encode() writes it, is read straight through (claims_canonical.c).
 * Whatever departs from that form, or breaks a rule, is left to the other way (claims_json.c): strict JSON of any form
 * into a tree, with the reasons for what is refused. Law: what the first takes the second takes too, and reads the same
 * of it. */
#ifndef SCOWIRE_CODEC_CLAIMS_READ_H
#define SCOWIRE_CODEC_CLAIMS_READ_H

#include "codec/claims_json.h"

#define CLAIMS_CANONICAL_MAX ((size_t)64 * 1024) /* longer records take the other way, which counts what they need */

/* True and *ret, whose spans point into the arena; false where the record is not canonical, breaks a rule,
 * is longer than CLAIMS_CANONICAL_MAX, or memory is out. */
bool claims_canonical_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret);

/* As claims_json_decode(). */
int claims_tree_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret,
		       struct error *reterr) MUST_CHECK;

/* The rules that both apply. */
bool claims_slot_is_well_formed(struct span slot);
/* "sco@1.2": the name that is wanted (any, where empty), then a version. NULL, or what is wrong. */
const char *claims_pack_fault(struct span have, struct span want);

extern const char *const claims_status_words[], *const claims_field_words[], *const claims_modality_words[],
										     *const claims_derived_words[];

#endif
