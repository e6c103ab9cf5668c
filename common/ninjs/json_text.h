/* SPDX-License-Identifier: Apache-2.0 */
/* json_text.h: an item as a tree whose long strings stay where they are.
 *
 * jansson reads a string letter by letter, ten times as long as it takes to find its end, and nearly all of an item is
 * one string. So long strings are replaced by stand-ins before it sees the text, and asked for with json_text_of().
 * What is accepted and refused, and why, is json_in_object()'s.
 */
#ifndef SCOWIRE_JSON_TEXT_H
#define SCOWIRE_JSON_TEXT_H

#include "base/arena.h"
#include "ninjs/json_in.h"

struct json_texts {
	struct arena *arena;
	struct json_text {
		struct span raw;   /* between the quotes, as it stands in the item */
		struct span plain; /* with escapes undone, once it was asked for */
	} * v;
	size_t n, cap;
	bool failed; /* out of memory: some text has come out empty */
};

/* As json_in_object(); `raw` and the arena must live as long as the texts. */
int json_text_object(struct span raw, const struct json_limits *limits, struct json_texts *texts, json_t **ret,
		     struct error *reterr) MUST_CHECK;

/* The string v; empty where v is none, and where texts->failed. */
struct span json_text_of(struct json_texts *texts, const json_t *v);

#endif
