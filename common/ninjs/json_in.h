/* SPDX-License-Identifier: Apache-2.0 */
/* json_in.h: strict JSON (RFC 8259) from raw bytes of unknown origin, with reasons that say where.
 *
 * What jansson does not say or does too late is checked in one pass before it sees the bytes: UTF-8 with the exact
 * offset, lone surrogates and NULs hidden in \u escapes, nesting before anything recurses, and the number of values,
 * which bounds the memory of the tree (some 300 bytes a value). Then jansson builds the tree, with duplicate keys
 * refused. Every reason names the top-level member it lies in and the byte.
 *
 * Owner: the tree is the caller's (json_decref, or json_auto_t).
 */
#ifndef SCOWIRE_JSON_IN_H
#define SCOWIRE_JSON_IN_H

#include "base/error.h"
#include "base/span.h"
#include <jansson.h>

struct json_limits {
	size_t bytes;	/* of the whole text */
	unsigned depth; /* of nesting: [] is 1 */
	size_t values;	/* members and elements, all levels together */
	bool integers;	/* integers as such, refused beyond 64 bits; else all numbers are reals, so that a huge one in a
			   field that nobody reads is no reason to refuse */
};

/* Reads one JSON object.
 * Returns 0, or with ERROR_ACTION_SKIP, offset and text: -E2BIG over a limit, -EILSEQ not UTF-8 or a lone surrogate,
 * -EBADMSG not JSON, a duplicate key, a NUL, or JSON that is no object. -ENOMEM with ERROR_ACTION_RETRY. */
int json_in_object(struct span raw, const struct json_limits *limits, json_t **ret, struct error *reterr) MUST_CHECK;

/* The pass before jansson alone: 0 where it finds nothing to refuse. */
int json_in_check(struct span raw, const struct json_limits *limits, struct error *reterr) MUST_CHECK;

/* Offset of the key (its opening quote) of a top-level member of a text that json_in_object() has accepted;
 * ERROR_NO_OFFSET when absent or spelt with escapes. */
size_t json_in_member(struct span raw, const char *key);

/* "an object", "a string", "a number", ...; never NULL. */
const char *json_in_type(const json_t *value);

#endif
