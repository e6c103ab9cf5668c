/* SPDX-License-Identifier: Apache-2.0 */
/* claims_json.h: struct claims_record as the value of `sco.claims`: schemas/claims.schema.json says each field.
 *
 * Rules: canonical JSON (ninjs/json_out.h); encode(decode(x)) is x byte for byte where x is canonical, and
 * decode(encode(r)) equals r. Empty spans and unset dates are null, never absent. `kind` and `number` stand only where
 * the claim has them, `approximate` only on the slot `count`. The order of claims is kept as it is.
 */
#ifndef SCOWIRE_CODEC_CLAIMS_JSON_H
#define SCOWIRE_CODEC_CLAIMS_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "core/claim/claim.h"

#define CLAIMS_JSON_SIZE_MAX ((size_t)8 * 1024 * 1024) /* bytes of one encoded record */

/* "usable", "withheld", "canceled"; never NULL. */
const char *pubstatus_name(enum pubstatus s);

/* Appends the record. Out of memory shows in out->failed. */
void claims_json_encode(const struct claims_record *r, struct strbuf *out);

/* Appends one claim, as it stands in a record. */
void claims_json_claim(const struct claim *c, struct strbuf *out);

/* Appends the key of the record: `uri@version@versioncreated`, absent parts empty (ARCHITECTURE.md says why not the
 * bare uri). */
void claims_json_key(const struct claims_record *r, struct strbuf *out);

/* Reads one record. `pack` is the name of the pack whose claims are wanted ("sco"): a record of another pack is
 * refused; the empty span takes any. ret's spans point into the arena.
 * Returns 0, or with ERROR_ACTION_SKIP and a text that names the member: -EBADMSG not such JSON, a member missing,
 * unknown or of the wrong type, an empty uri, slot, value, rule or quote, a date that does not exist, a begin after
 * the end, a quote whose length is not end - start, claims of an item that is not usable; -EILSEQ not UTF-8; -E2BIG
 * over a limit; -ENOMEM at the arena's cap. */
int claims_json_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret,
		       struct error *reterr) MUST_CHECK;

#endif
