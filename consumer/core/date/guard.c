/* SPDX-License-Identifier: Apache-2.0 */
/* Which four-digit numbers are years: what stands around them decides. */
#include "core/date/scan.h"

#define PLAIN_YEAR_MIN 1900 /* a number without "year" or a month beside it */
#define PLAIN_YEAR_MAX 2100

bool tok_day(const struct token *t)
{
	return t->class == W_NUMBER && t->aux <= 2 && t->value >= 1 && t->value <= 31 &&
	       !(t->flags & (TOKEN_GLUED | TOKEN_GROUPED | TOKEN_DECADE));
}

bool tok_year(const struct token *t)
{
	return t->class == W_NUMBER && t->aux == 4 && t->value >= YEAR_MIN && t->value <= YEAR_MAX &&
	       !(t->flags & (TOKEN_GLUED | TOKEN_GROUPED | TOKEN_DECADE));
}

/* What binds a number on its left to mean a year. */
static bool binds_year(const struct scan *s, size_t i)
{
	const struct token *before = tok_before(s, i);

	switch (before->class) {
	case W_BIND:
	case W_BOUND:
	case W_FOR:
	case W_PART:
	case W_SEASON:
	case W_EVENT:
	case W_DEICTIC:
	case W_ANAPHOR:
		return true;
	case W_CARDINAL: /* "a 2024 study", but not "a 2000-page report" */
		return before->script == SCRIPT_LATIN && before->value == 1 && before->aux &&
		       tok(s, i + 1)->class != W_DASH;
	case W_UNIT:
		return before->script == SCRIPT_LATIN; /* "fiscal year 2024", "the first half 2024" */
	case W_AND:
	case W_DASH:
		return i >= 2 &&
		       (tok_year(tok(s, i - 2)) || (before->class == W_DASH && tok(s, i - 2)->class == W_EVENT));
	case W_PUNCT:
		return before->value == '(' || before->value == '[' || before->value == 0xff08 ||
		       (before->value == ',' && i >= 2 && (tok_year(tok(s, i - 2)) || tok(s, i - 2)->class == W_EVENT));
	default:
		return before->flags & TOKEN_OWNER;
	}
}

/* "2025–26", "2024-2025", "2023/24": the shape alone says that these are years. */
static bool opens_range(const struct scan *s, size_t i)
{
	const struct token *join = tok(s, i + 1), *to = tok(s, i + 2);
	int year = tok(s, i)->value;

	if ((join->class != W_DASH && !tok_punct(join, '/')) || !tok_glued(join) || !tok_glued(to))
		return false;
	return (tok_year(to) && to->value > year && to->value <= PLAIN_YEAR_MAX) ||
	       (to->class == W_NUMBER && to->aux == 2 && to->value == (year + 1) % 100);
}

/* "2000 people", "2000 $", "20:24 GMT": what follows shows a count. */
static bool counts(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i), *after = tok(s, i + 1);

	if (after->class == W_COUNTED)
		return !(after->script == SCRIPT_LATIN && tok_is(tok_before(s, i), W_BIND, BIND_THE));
	if (after->class == W_NUMBER && tok_glued(after))
		return true;
	if (tok_punct(after, '%') || tok_punct(after, 0xb0) || tok_punct(after, '$'))
		return true;
	/* "2000 of them"; years are followed by "of" only in names */
	return t->value % 100 == 0 && tok_is(after, W_BIND, BIND_OF);
}

static bool numbered(const struct scan *s, size_t i)
{
	const struct token *before = tok_before(s, i);
	size_t j = i;

	if (tok_punct(before, '.') && tok_glued(before))
		before = tok_before(s, --j);
	if (before->class == W_NUMBERED || tok_punct(before, 0x2116) || tok_punct(before, '#') ||
	    tok_punct(before, '$') || tok_punct(before, ':') || tok_punct(before, 0x20ac) || tok_punct(before, '+'))
		return before->value != ':' || (tok_glued(before) && tok_glued(tok(s, i)));
	return before->class == W_DASH && tok_glued(before) && tok_glued(tok(s, i)) && i >= 2 &&
	       !tok_year(tok(s, i - 2)) && tok(s, i - 2)->class != W_PART && tok(s, i - 2)->class != W_EVENT;
}

/* "Resolution 1973 (2011)": the year of a document. */
static bool year_of_document(const struct scan *s, size_t i)
{
	return i >= 3 && tok_punct(tok_before(s, i), '(') && tok(s, i - 2)->class == W_NUMBER &&
	       tok(s, i - 3)->class == W_NUMBERED;
}

/* "Strategy to 2035", "Agenda 2030", "the 2030 Agenda", "стратегия до 2035 года": part of a name. */
static bool in_programme_name(const struct scan *s, size_t i)
{
	const struct token *before = tok_before(s, i);
	size_t j = i;

	if (tok(s, i + 1)->class == W_PROGRAMME && tok(s, i + 1)->script == SCRIPT_LATIN &&
	    tok(s, i + 1)->flags & TOKEN_CAPITAL)
		return true;
	if (before->class == W_PROGRAMME)
		return true;
	if (!(before->class == W_BOUND && (before->value == BOUND_UNTIL || before->value == BOUND_TO)))
		return false;
	/* look back over at most five words of the name: "стратегия развития ШОС до 2035 года" */
	for (size_t k = 0; k < 6 && j > 0; k++) {
		before = tok_before(s, --j);
		if (before->class == W_PROGRAMME)
			return true;
		if (before->class == W_TENSE || before->class == W_END ||
		    (before->class == W_PUNCT && before->value != 0xbb && before->value != '"'))
			return false;
	}
	return false;
}

/* "Tokyo 2020": a capital word right before a bare year is a name, unless it names an event. */
bool date_year_allowed(const struct scan *s, size_t i)
{
	const struct token *t = tok(s, i), *after = tok(s, i + 1);

	if (numbered(s, i) || year_of_document(s, i) || in_programme_name(s, i))
		return false;
	if (tok_is(after, W_UNIT, UNIT_YEAR) && after->script == SCRIPT_CYRILLIC)
		return true;
	if (t->value < PLAIN_YEAR_MIN && !tok_is(tok_before(s, i), W_BIND, BIND_IN) &&
	    !tok_is(tok_before(s, i), W_BOUND, BOUND_SINCE))
		return false;
	if (t->script == SCRIPT_NONE && t->flags & TOKEN_ORDINAL && s->language == LANGUAGE_RU)
		return t->value <= PLAIN_YEAR_MAX; /* "2025-й" */
	if (t->value > PLAIN_YEAR_MAX || counts(s, i))
		return false;
	const struct token *before = tok_before(s, i);
	if (s->language == LANGUAGE_RU && before->script == SCRIPT_CYRILLIC && !(t->flags & TOKEN_ORDINAL) &&
	    before->class != W_EVENT && after->script == SCRIPT_CYRILLIC && after->class != W_AND)
		return false; /* Russian says "2024 году"; a bare number before a noun counts it */
	if (before->class == W_BOUND && before->value == BOUND_ABOUT && t->value % 100 == 0)
		return false;
	return binds_year(s, i) || opens_range(s, i);
}
