/* SPDX-License-Identifier: Apache-2.0 */
/* build.h: a ninjs 1.x item from its parts, as canonical JSON, and an identity where the source has none. */
#ifndef SCOWIRE_READERS_BUILD_H
#define SCOWIRE_READERS_BUILD_H

#include "base/strbuf.h"
#include "readers/item.h"

/* Spans are valid UTF-8 without NUL; empty ones are left out. */
struct item_parts {
	struct span uri, versioncreated, language, headline, source;
	struct span body;
	const char *body_member; /* "body_text", "body_html", "body_xhtml" */
};

void item_build(const struct item_parts *p, struct strbuf *out);

/* "urn:scowire:KIND:" and the digest of the parts, in the arena; p == NULL at its cap. A part's end counts. */
struct span item_identity(const char *kind, const struct span *parts, size_t n, struct arena *arena) MUST_CHECK;

/* Is this text fit for JSON? Sets why (ERROR_ACTION_SKIP): -EILSEQ not UTF-8, -EBADMSG a NUL. */
int item_text_check(struct span text, struct error *why) MUST_CHECK;

#endif
