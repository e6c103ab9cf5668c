/* SPDX-License-Identifier: Apache-2.0 */
/* extract.h: a document in, claims out: the route of the extractor (extract.c says it step by step).
 *
 * Thread safety: a compiled pack is immutable and may be shared; an extractor holds scratch space, one a thread.
 */
#ifndef SCOWIRE_CORE_EXTRACT_H
#define SCOWIRE_CORE_EXTRACT_H

#include "base/arena.h"
#include "base/error.h"
#include "core/claim/claim.h"
#include "core/text/document.h"

struct pack; /* core/pack/pack.h: compiled, immutable */
struct extractor;
struct meter;	      /* core/claim/meter.h */
struct extract_trace; /* core/claim/trace.h: why each claim, and why not, for --explain; NULL where not wanted */

/* Borrows the pack, which must outlive it. NULL when out of memory. */
struct extractor *extractor_new(const struct pack *pack) MUST_CHECK;
void extractor_free(struct extractor *x); /* NULL is fine */
DEFINE_CLEANUP(struct extractor *, extractor_free)

/* From now on the steps are timed by it, which is borrowed; NULL: no more. */
void extractor_measure(struct extractor *x, struct meter *meter);
struct meter *extractor_meter(const struct extractor *x);

/* May the raw bytes of a record concern the organisation? Never false for a record that would give a claim (the gate
 * is sound; every spelling, also as \uXXXX); may be true for one that does not. Any bytes, any length. */
bool extractor_gate(struct extractor *x, struct span raw);

/* Appends the claims of doc to ret, sorted by claim_cmp().
 * Returns 0; -E2BIG when the text has more sentences, mentions or claims than the limits allow, -EILSEQ when it is
 * not UTF-8, -ENOMEM when the arena's cap is reached (all three ERROR_ACTION_SKIP). No claim found is success. */
int extractor_claims(struct extractor *x, const struct document *doc, struct arena *arena, struct claim_list *ret,
		     struct extract_trace *trace, struct error *reterr) MUST_CHECK;

#endif
