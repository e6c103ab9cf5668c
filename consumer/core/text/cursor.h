/* SPDX-License-Identifier: Apache-2.0 */
/* cursor.h: reading a head of text piece by piece. Private to the dateline readers.
 * Each reader moves the cursor past what it recognises, or leaves it where it was and returns false. */
#ifndef SCOWIRE_CORE_CURSOR_H
#define SCOWIRE_CORE_CURSOR_H

#include "core/text/chars.h"
#include "core/text/dateline.h"

struct cursor {
	struct span text;
	size_t at;
};

static inline uint32_t cursor_peek(const struct cursor *c)
{
	size_t len;
	return char_at(c->text, c->at, &len);
}

/* Takes one character if it is one of the `n` given. */
bool cursor_take(struct cursor *c, const uint32_t *set, size_t n);
/* Takes the literal. */
bool cursor_literal(struct cursor *c, const char *literal);
/* Takes 1 to `max` digits, ASCII or full-width. */
bool cursor_number(struct cursor *c, size_t max, int *ret);
void cursor_space(struct cursor *c);

/* The date of day, month and (0: unknown) year and month as dateline_read() resolves it; EDTF_NONE where it cannot. */
struct edtf dateline_resolve(int year, int month, int day, struct edtf published);

/* 某社某地7月4日电 and its relatives. */
bool dateline_read_chinese(struct span body, struct edtf published, struct dateline *ret);

#endif
