/* SPDX-License-Identifier: Apache-2.0 */
/* feed.h: RSS 0.9x, 1.0 and 2.0 and Atom 1.0 (RFC 4287), each entry a ninjs 1.x item.
 *
 *     uri              guid, id or rdf:about, else the link, where that is a URI; else a digest of the feed's own id
 * and it, or of the entry's texts where there is neither versioncreated   updated, else published, pubDate or dc:date,
 * as RFC 3339; an entry that changes is a new version headline         title, mark-up stripped body content:encoded,
 * content, else description, summary: body_html, body_xhtml or body_text infosource       the feed's title, unless the
 * user names another language         the entry's, else the feed's xml:lang or language
 *
 * The document is read once from memory by libxml2's pull reader: no network, no external entities, no DTD. It need not
 * be valid, but well-formed: what is not, is told with its line, and the entries before it are published.
 */
#ifndef SCOWIRE_READERS_FEED_H
#define SCOWIRE_READERS_FEED_H

#include "readers/item.h"

/* Reads all entries of the document. Returns 0 or the error of `out`; a document that is no feed, and an entry without
 * any text, go to bad(). */
int feed_read(struct span document, const char *name, const struct item_defaults *defaults, struct reader_out *out,
	      struct error *reterr) MUST_CHECK;

#endif
