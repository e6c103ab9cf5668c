/* SPDX-License-Identifier: Apache-2.0 */
/* ninjs.h: a news item in IPTC ninjs 1.x, 2.x or 3.x JSON (iptc.org/standards/ninjs), as far as scowire reads it.
 *
 * Owner: the caller's arena; the item's spans point into it (JSON strings are decoded, so not into the raw bytes).
 * Unknown fields are ignored. The generation is told by `$standard`/`standard`.version, else by the shape: camelCase
 * names are 3, `bodies` is 2, `body_*` is 1.
 */
#ifndef SCOWIRE_NINJS_H
#define SCOWIRE_NINJS_H

#include "base/arena.h"
#include "base/error.h"
#include "edtf/edtf.h"

#define NINJS_DEPTH_MAX 64			 /* nesting */
#define NINJS_SIZE_MAX ((size_t)4 * 1024 * 1024) /* bytes of one raw item */

enum ninjs_status { NINJS_USABLE, NINJS_WITHHELD, NINJS_CANCELED };

struct ninjs_item {
	struct span uri;	    /* required, not empty */
	struct span version;	    /* empty where absent */
	struct span versioncreated; /* RFC 3339 or a truncated date, as published; empty where absent */
	struct edtf published;	    /* date of versioncreated, else contentcreated, else firstcreated; or EDTF_NONE */
	enum ninjs_status status;   /* usable where absent */
	struct span language;	    /* BCP 47 as published; empty where absent */
	struct span headline;	    /* the main headline; empty where absent */
	struct span body;    /* plain text body; empty where absent. Of several bodies: text/plain first, else the
				longest, mark-up stripped from XHTML and HTML */
	struct span source;  /* name of the first infosource, else provider, else the byline's agency; or empty */
	struct span located; /* dateline place as published; empty where absent */
	int generation;	     /* 1, 2 or 3 */
};

/* Reads one item from raw bytes.
 * Returns 0, or with ERROR_ACTION_SKIP and the byte offset where one is known: -EILSEQ not UTF-8 (also a lone
 * surrogate), -E2BIG over NINJS_SIZE_MAX or NINJS_DEPTH_MAX, -EBADMSG not JSON, a duplicate key, not an object, no
 * uri, a field of the wrong type (named in the text), an unknown pubstatus, a NUL in the text; -ENOMEM at the arena's
 * cap. */
int ninjs_parse(struct span raw, struct arena *arena, struct ninjs_item *ret, struct error *reterr) MUST_CHECK;

#endif
