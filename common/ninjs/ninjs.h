/* SPDX-License-Identifier: Apache-2.0 */
/* ninjs.h: a news item in IPTC ninjs 1.x, 2.x or 3.x JSON (iptc.org/standards/ninjs), as far as scowire reads it.
 *
 * Owner: the caller's arena; the item's spans point into it (JSON strings are decoded, so not into the raw bytes).
 * The generation is told by `$standard`/`standard`.version, else by the shape: camelCase names are 3, `headlines`,
 * `bodies` or `infosources` are 2, everything else 1. Whatever the generation, a field is read under each of its
 * names, for items in the wild mix them. Unknown fields, and what scowire does not read of known ones, are ignored.
 * What is read must have the type that the standard gives it: a version that is a number, or a null, is refused.
 */
#ifndef SCOWIRE_NINJS_H
#define SCOWIRE_NINJS_H

#include "base/arena.h"
#include "base/error.h"
#include "edtf/edtf.h"

#define NINJS_DEPTH_MAX 64			 /* nesting */
#define NINJS_SIZE_MAX ((size_t)4 * 1024 * 1024) /* bytes of one raw item */
#define NINJS_VALUES_MAX ((size_t)100 * 1000)	 /* members and elements: bounds the memory of the JSON tree */

enum ninjs_status { NINJS_USABLE, NINJS_WITHHELD, NINJS_CANCELED };

struct markup;

struct ninjs_item {
	struct span uri;	    /* required, not empty */
	struct span version;	    /* empty where absent */
	struct span versioncreated; /* RFC 3339 or a truncated date, as published; empty where absent */
	struct edtf published;	    /* date of versioncreated, else contentcreated, else firstcreated; or EDTF_NONE */
	enum ninjs_status status;   /* usable where absent */
	struct span language;	    /* BCP 47 as published; empty where absent */
	struct span headline;	    /* plain text of `headline`, else of the first with role main or none of `headlines`
				       (1.x: `headline_*`), else of the first; empty where absent */
	struct span body;	    /* plain text; empty where absent. Of several bodies: those with role main or none
				       before others, then plain text (1.x: `body_text`) before mark-up, then the longest */
	struct span source;	    /* name of the first infosource that has one, else provider; or empty */
	struct span located;	    /* dateline place as published; empty where absent */
	int generation;		    /* 1, 2 or 3 */

	/* The same as published: equal to headline and body, unless those come from HTML or XHTML. */
	struct span headline_published, body_published;
	const struct markup *headline_markup, *body_markup; /* NULL where nothing was stripped; for ninjs_quote() */
};

/* Reads one item from raw bytes.
 * Returns 0, or with ERROR_ACTION_SKIP, the byte offset and a text that names the field: -EILSEQ not UTF-8 (also a
 * lone surrogate), -E2BIG over NINJS_SIZE_MAX, NINJS_DEPTH_MAX or NINJS_VALUES_MAX, -EBADMSG not JSON, a duplicate
 * key, not an object, no uri, a field of the wrong type, an unknown pubstatus, a versioncreated that is no time, a
 * NUL in the text; -ENOMEM at the arena's cap. */
int ninjs_parse(struct span raw, struct arena *arena, struct ninjs_item *ret, struct error *reterr) MUST_CHECK;

/* Turns a quote [*start, *end) of item->headline or item->body into the bytes of the text as published, tags between
 * them included, and returns those bytes: what evidence carries. A quote must not be empty. */
struct span ninjs_quote(const struct ninjs_item *item, bool headline, size_t *start, size_t *end);

/* "usable", "withheld", "canceled"; never NULL. */
const char *ninjs_status_name(enum ninjs_status s);

#endif
