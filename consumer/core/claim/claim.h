/* SPDX-License-Identifier: Apache-2.0 */
/* claim.h: one dated statement found in one news item, and what one item says as a whole.
 *
 * In:    a document (text/document.h), read by the rules of a pack.
 * Out:   struct claims_record, what travels on `sco.claims`, one for each item version that passed the gate.
 * Owner: the caller's arena. Spans point into it or into the document, so all three live until the arena's reset.
 * Rules: a claim has a slot, a value and at least one quote; every quote is byte for byte the text it points at;
 *        the same document and pack give the same claims in the same order (by first evidence, then slot, value).
 * Not here: JSON (codec/claims_json.h), what is believed of the claims (timeline/).
 */
#ifndef SCOWIRE_CORE_CLAIM_H
#define SCOWIRE_CORE_CLAIM_H

#include "base/digest.h"
#include "base/span.h"
#include "edtf/edtf.h"

enum claim_modality { CLAIM_ASSERTED, CLAIM_PLANNED, CLAIM_PROPOSED, CLAIM_DENIED, CLAIM_MODALITY_MAX_ };

/* "asserted", "planned", "proposed", "denied"; never NULL. */
const char *claim_modality_name(enum claim_modality m);
/* The inverse; a negative errno (-EBADMSG) for any other word. */
int claim_modality_from_name(struct span name);

enum claim_field { CLAIM_HEADLINE, CLAIM_BODY };

/* A verbatim quote: exact == the bytes [start, end) of the item's headline or body as published. */
struct evidence {
	enum claim_field field;
	size_t start, end; /* byte offsets, UTF-8 character boundaries */
	struct span exact;
};

/* Which dates were computed (begin plus a stated term) rather than read. */
enum claim_derived { CLAIM_DERIVED_BEGIN = 1 << 0, CLAIM_DERIVED_END = 1 << 1, CLAIM_DERIVED_HOLDS_AT = 1 << 2 };

struct claim {
	struct span slot;  /* "presidency", "secretary-general", "membership/BY", ..., "document", "count" */
	struct span value; /* canonical: ISO 3166-1 alpha-2, a person's name, a status, a city, words */
	struct edtf begin, end, holds_at; /* EDTF_NONE where the text does not say */
	enum claim_modality modality;
	unsigned derived; /* of enum claim_derived */
	bool approximate; /* of `count`: "nearly 150" */
	int64_t number;	  /* of `count`, and the stated ordinal of a presidency ("fifth"); -1 where none */
	struct span kind; /* of `document` and `count`: "declaration", "resolutions"; empty elsewhere */
	struct span rule; /* id of the pack rule that made it */
	const struct evidence *evidence;
	size_t n_evidence; /* >= 1 */
	unsigned n_rules;  /* how many rules said it; 0 where unknown (not on the wire) */
};

struct claim_list {
	struct claim *v; /* in the arena */
	size_t n, cap;
};

enum pubstatus { PUBSTATUS_USABLE, PUBSTATUS_WITHHELD, PUBSTATUS_CANCELED };

/* What one version of one item says, and what the fold must know to weigh it. */
struct claims_record {
	struct span uri;	    /* identity of the item, never empty */
	struct span version;	    /* as published; empty where the item has none */
	struct span versioncreated; /* RFC 3339 as published; empty where none */
	struct edtf published;	    /* day of publication; EDTF_NONE where the item does not say */
	enum pubstatus status;	    /* not usable: claims is empty */
	struct span language;	    /* "en", "ru", "zh" */
	struct span source;	    /* who published it (infosource, provider); empty where none */
	struct span cited;	    /* the agency that the text credits ("X reports citing TASS"); empty where none */
	struct digest fingerprint;  /* of the normalised text: equal for syndicated copies */
	struct span pack;	    /* "sco@<version>" */
	struct claim *claims;
	size_t n_claims;
};

/* Total order of claims in a record: first evidence (headline before body, start), then slot, value, modality, dates,
 * rule. Equal means equal in all of these. */
int claim_cmp(const struct claim *a, const struct claim *b);

#endif
