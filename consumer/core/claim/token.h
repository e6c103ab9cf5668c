/* SPDX-License-Identifier: Apache-2.0 */
/* token.h: single tokens, between tokens.c, which goes over a field, and token.c. Private to core/claim. */
#ifndef SCOWIRE_CORE_CLAIM_TOKEN_H
#define SCOWIRE_CORE_CLAIM_TOKEN_H

#include "core/claim/engine.h"

#define TOKENS_FIRST 64
#define TOKEN_BYTES 4 /* of text for a token; few texts have more tokens */

/* A field at hand. */
struct scan {
	struct engine *e;
	struct span text;
	const struct folded *f;
	enum claim_field field;
};

/* A form where it stands. */
struct hit {
	uint32_t form; /* or NO_FORM */
	size_t len;    /* folded bytes */
};

/* The longest form that begins here and may be read so. Places are of the folded text, as all below. */
struct hit scan_form(const struct scan *s, size_t at);
/* Where a date ends: "one-year presidency" is a length of time and a word of its own. */
size_t scan_date_end(const struct scan *s, const struct date_expr *d);

/* Room for n raw tokens. All of these: 0 or -ENOMEM. */
int tokens_reserve(struct engine *e, size_t n) MUST_CHECK;

/* The next token of the sentence; what is beyond the limits is dropped. */
int token_add(struct engine *e, struct sentence_view *s, const struct token *t) MUST_CHECK;
int token_of_form(struct scan *s, struct sentence_view *v, size_t at, const struct hit *h) MUST_CHECK;
int token_of_date(struct scan *s, struct sentence_view *v, const struct date_expr *d) MUST_CHECK;
/* Up to `end` at most; *at moves behind it. */
int token_of_shape(struct scan *s, struct sentence_view *v, size_t *at, size_t end) MUST_CHECK;

#endif
