/* SPDX-License-Identifier: Apache-2.0 */
/* change_json.h: a change of state as a CloudEvent 1.0 (github.com/cloudevents/spec, v1.0.2).
 *
 * Binary mode (Kafka protocol binding): the attributes are record headers `ce_*`, the value is the data as canonical
 * JSON. Structured mode: one JSON object with the attributes and `data`. Data, whose schema is
 * schemas/change.schema.json:
 *
 *     {"after", "before", "caused_by": {"uri", "version"}, "evidence", "op", "reason", "slot", "supersedes"}
 *
 * `before` and `after` are spells (codec/spell_json.h) or null; `evidence` is what the item that caused it says of
 * the slot; where that is nothing (a withdrawal, the items' dates passing a planned day), that of `after`, or of
 * `before` where the spell is gone; `supersedes` is the id of the event that last told of the spell `before`, or null.
 *
 * Attributes: id, a digest of cause, place in the feed and content; source; type `scowire.<slot kind>.<op>`; subject,
 * the slot; time, the first day on which the change can have happened in the world (absent where unbounded); and the
 * extensions sequence (20 digits, contiguous), recordedtime (the log's time of the input record), causationid (key of
 * the claims record), epoch.
 */
#ifndef SCOWIRE_CODEC_CHANGE_JSON_H
#define SCOWIRE_CODEC_CHANGE_JSON_H

#include "base/digest.h"
#include "base/record.h"
#include "codec/spell_json.h"
#include "core/change/change.h"

struct change_event {
	struct span slot;
	struct change change;
	enum change_reason reason;
	struct span uri, version;	       /* of the item that caused it */
	const struct spell_evidence *evidence; /* of that item, at most SPELL_EVIDENCE_MAX */
	size_t n_evidence;		       /* 0: the spell's own is written */
	struct span causation;		       /* key of the claims record */
	struct span supersedes;		       /* 32 hex digits, or empty */
	struct span source;		       /* URI reference: the feed */
	int64_t epoch, sequence;	       /* >= 1 */
	int64_t recorded;		       /* ms since the epoch */
	char id[DIGEST_HEX + 1];	       /* set by change_json_identify() */
};

/* Appends the data. Out of memory shows in out->failed. */
void change_json_data(const struct change_event *e, struct strbuf *out);

/* Sets e->id from e and its data as written by change_json_data(). */
void change_json_identify(struct change_event *e, struct span data, struct strbuf *scratch);

#define CHANGE_HEADERS_MAX 12
/* The headers of binary mode. Values point into e or the arena. Their number, or -ENOMEM. */
int change_json_headers(const struct change_event *e, struct arena *arena,
			struct record_header ret[static CHANGE_HEADERS_MAX]) MUST_CHECK;

/* Appends a record of `sco.changes` in structured mode: one JSON object, attributes and data in the order of their
 * names. -EBADMSG when the record is no CloudEvent in binary mode with JSON data (no ce_id, or no value). */
int change_json_structured(const struct record *r, struct strbuf *out) MUST_CHECK;

#endif
