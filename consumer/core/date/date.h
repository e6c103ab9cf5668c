/* SPDX-License-Identifier: Apache-2.0 */
/* date.h: date expressions of news text in English, Russian and Chinese, to EDTF.
 *
 * In:    one sentence or a whole text, valid UTF-8, and the anchors that relative dates count from.
 * Out:   every date expression in text order, not overlapping, each with the interval it names and how it was found.
 * Owner: the caller's arena; `rule` is static.
 * Not here: which fact a date belongs to (claim/), event anchors that only a pack knows ("at the Astana summit").
 * Pure: no clock; without an anchor a relative date is not reported.
 */
#ifndef SCOWIRE_CORE_DATE_H
#define SCOWIRE_CORE_DATE_H

#include "base/arena.h"
#include "base/error.h"
#include "core/text/document.h"

/* What kind of time the words name. */
enum date_kind {
	DATE_POINT, /* `begin`: a date at its grain: "in July 2023", "4 июля", "今年" */
	DATE_RANGE, /* `begin` and `end`: "2024-2025", "с 5 по 7 июня", "2025至2026年度" */
	DATE_SINCE, /* `begin` only: "since 2001", "с 2023 года", "自2023年起" */
	DATE_UNTIL, /* `end` only: "until July 4, 2024", "до конца 2025 года", "截至2025年" */
	DATE_DURATION /* `months`: a term without an anchor of its own: "for one year", "сроком на три года", "为期一年"
		       */
};

/* What a relative expression was counted from. */
enum date_anchor {
	DATE_ANCHOR_NONE,
	DATE_ANCHOR_DATELINE,
	DATE_ANCHOR_PUBLISHED,
	DATE_ANCHOR_TEXT /* an earlier date */
};

/* A point may be modified: "by 2030", "before July" (BEFORE: the event lies at or before it), "after 2020" (AFTER),
 * "about 2010" (ABOUT: also the EDTF qualifier ~), and parts: "early 2024", "конце июля", 7月中旬. Of a BEFORE or AFTER
 * point `begin` is the date named, and lo and hi are open on the other side. */
enum date_modifier { DATE_PLAIN, DATE_ABOUT, DATE_BEFORE, DATE_AFTER, DATE_EARLY, DATE_MID, DATE_LATE };

/* Which words the tables may have: it spares the search for most words of a text. */
#define DATE_HEADS_BITS 16384
struct date_heads {
	uint64_t v[DATE_HEADS_BITS / 64];
};
void date_heads_make(struct date_heads *ret);

struct date_anchors {
	struct edtf dateline, published; /* EDTF_NONE where unknown */
	struct edtf reference;		 /* the last date that the text named, for "a year later", "同年" */
	struct edtf day;		 /* the last day named, for "the same day"; EDTF_NONE: none */
	struct edtf told;		/* the last day named that was not to come yet, for "同日"; EDTF_NONE: none */
	const struct date_heads *heads; /* date_heads_make(), or NULL: then each word is searched for */
};

struct date_expr {
	size_t start, end; /* bytes in the text given; prepositions that only bind ("on", "in", "в") are outside,
			      those that carry meaning ("since", "until", "с", "по", "до", "自", "至") inside */
	enum date_kind kind;
	struct edtf begin, end_date; /* by kind; EDTF_NONE where unbounded */
	edtf_day lo, hi;	     /* first and last day that the expression may cover, parts of periods applied
					("late 2024" is 2024-09-01 to 2024-12-31 while begin is 2024) */
	int months;		     /* DATE_DURATION: length; 0 elsewhere */
	enum date_anchor anchor;
	enum date_modifier modifier;
	bool lately;	  /* a span that only says how long ago: "lately", "the past five years" */
	const char *rule; /* stable id of the recogniser, e.g. "en.month-day" */
};

/* Does it name one day? d may be NULL. */
static inline bool date_is_day(const struct date_expr *d)
{
	return d && d->kind == DATE_POINT && d->begin.grain == EDTF_GRAIN_DAY;
}

struct date_list {
	struct date_expr *v;
	size_t n, cap;
};

/* Appends the date expressions of `text` to ret. Ordinals, ages, document and strategy years ("Strategy to 2035"),
 * counts and anniversaries are not dates.
 * A range is a point for `reference`: its begin. A year-less date takes the year of a date shortly before it in its
 * sentence, else the nearest that suits the tense of the verb by it. Weeks are told as the month of their Thursday.
 * language UNKNOWN: tries by script; the language only decides what script and words leave open (07/04/2024).
 * Returns 0; -E2BIG for texts of 4 GiB, -ENOMEM; both leave ret->n unchanged. Linear in the length of the text. */
int date_find(struct span text, enum language language, const struct date_anchors *anchors, struct arena *arena,
	      struct date_list *ret) MUST_CHECK;

#define DATE_EDTF_MAX 32 /* with its NUL */

/* e as EDTF level 1: a date, an interval "A/B", half-open "A/.." or "../B"; a duration as ISO 8601 has it ("P1Y",
 * "P18M"). Terminated; returns its length. */
size_t date_expr_edtf(const struct date_expr *e, char ret[static DATE_EDTF_MAX]);

const char *date_kind_name(enum date_kind k);	  /* "point", "range", "since", "until", "duration" */
const char *date_anchor_name(enum date_anchor a); /* "none", "dateline", "published", "text" */
const char *date_modifier_name(enum date_modifier m);

#endif
