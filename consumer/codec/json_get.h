/* SPDX-License-Identifier: Apache-2.0 */
/* json_get.h: strict reading of a JSON tree, with reasons that say which member: "claims[2].evidence[0].start: ...".
 *
 * A place in the tree is a chain of struct json_at on the stack of the functions that walk it, so that the path costs
 * nothing until something is wrong. Every getter returns 0, or a negative errno with ERROR_ACTION_SKIP: -EBADMSG for
 * what the record says wrongly, -ENOMEM at the arena's cap. Results are untouched on failure. Strings are copied to
 * the arena, so the tree may go before them.
 */
#ifndef SCOWIRE_CODEC_JSON_GET_H
#define SCOWIRE_CODEC_JSON_GET_H

#include "base/arena.h"
#include "base/error.h"
#include "edtf/edtf.h"
#include <jansson.h>

struct json_get {
	struct span raw; /* the text, for byte offsets in reasons */
	struct arena *arena;
	struct error *err;
};

struct json_at {
	const struct json_at *up; /* NULL at the root */
	const char *key;	  /* NULL: an element of an array */
	size_t index;
	const json_t *value;
};

enum json_need {
	JSON_NEEDED,   /* must be there, not null, not empty */
	JSON_NULLABLE, /* must be there, may be null: the empty value */
	JSON_OPTIONAL, /* may be absent: the empty value; not null, not empty */
};

/* Refuses the record for what stands at `at` (its member `key`, if not NULL): "path: what". Returns -EBADMSG. */
int json_get_refuse(struct json_get *g, const struct json_at *at, const char *key, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* `at` is an object with no members but those in `keys`, which ends with NULL. */
int json_get_only(struct json_get *g, const struct json_at *at, const char *const *keys) MUST_CHECK;

/* Members of the object `at`. */
int json_get_string(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		    struct span *ret) MUST_CHECK;
int json_get_edtf(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		  struct edtf *ret) MUST_CHECK; /* absent, null: EDTF_NONE */
int json_get_int(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, int64_t min,
		 int64_t max, int64_t *ret) MUST_CHECK; /* absent: untouched */
int json_get_bool(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		  bool *ret) MUST_CHECK; /* absent: untouched */
/* An index into `words`, which ends with NULL. Absent or null: untouched. */
int json_get_word(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		  const char *const *words, int *ret) MUST_CHECK;
/* A member that is an array or object; ret->value is NULL where an optional one is absent or a nullable one null. */
int json_get_array(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		   struct json_at *ret) MUST_CHECK;
int json_get_object(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		    struct json_at *ret) MUST_CHECK;
/* Element i of the array `at`; i must be in range. */
struct json_at json_get_element(const struct json_at *at, size_t i);

#endif
