/* SPDX-License-Identifier: Apache-2.0 */
/* edtf.h: dates at the precision that a text gives, and the days that they may be.
 *
 * The subset of EDTF (ISO 8601-2:2019; loc.gov/standards/datetime) that a claim carries: Level 0 dates `2023`,
 * `2023-07`, `2023-07-04` and the Level 1 qualifiers `?` (uncertain), `~` (approximate), `%` (both) on the whole
 * date; `201X` (a decade); years 0001 to 9999, proleptic Gregorian. `2023-07` is a date somewhere in July 2023 and
 * not the first of it: edtf_lo() and edtf_hi() give the first and the last day that it may be.
 * Pure: no clock, no locale.
 */
#ifndef SCOWIRE_EDTF_H
#define SCOWIRE_EDTF_H

#include "base/span.h"

/* Days since 1970-01-01, proleptic Gregorian. */
typedef int32_t edtf_day;
#define EDTF_DAY_MIN ((edtf_day)-719162) /* 0001-01-01: unbounded below */
#define EDTF_DAY_MAX ((edtf_day)2932896) /* 9999-12-31: unbounded above */

enum edtf_grain {
	EDTF_NONE, /* no date: the zero value */
	EDTF_GRAIN_DAY,
	EDTF_GRAIN_MONTH,
	EDTF_GRAIN_YEAR,
	EDTF_GRAIN_DECADE /* 201X; `year` is the first of the ten */
};

enum edtf_qualifier { EDTF_EXACT, EDTF_UNCERTAIN, EDTF_APPROXIMATE, EDTF_UNCERTAIN_APPROXIMATE };

struct edtf {
	int16_t year;
	uint8_t month, day; /* 1-based; 0 where the grain is coarser */
	uint8_t grain;	    /* enum edtf_grain */
	uint8_t qualifier;  /* enum edtf_qualifier */
};

#define EDTF_STRLEN_MAX 12 /* "2023-07-04%" and its NUL */

/* Reads the whole of s. Returns 0, or -EBADMSG when s is no date of the subset or names no day of the calendar
 * (2023-02-30); *ret is then untouched. */
int edtf_parse(struct span s, struct edtf *ret);

/* Writes d, terminated, and returns its length; EDTF_NONE writes "". parse(format(d)) == d. */
size_t edtf_format(struct edtf d, char ret[static EDTF_STRLEN_MAX]);

static inline bool edtf_is_set(struct edtf d)
{
	return d.grain != EDTF_NONE;
}

bool edtf_eq(struct edtf a, struct edtf b);

/* First and last day that d may be. EDTF_NONE gives EDTF_DAY_MIN and EDTF_DAY_MAX. Qualifiers do not widen. */
edtf_day edtf_lo(struct edtf d);
edtf_day edtf_hi(struct edtf d);

/* Is every day that `fine` may be one that `coarse` may be? */
bool edtf_within(struct edtf fine, struct edtf coarse);

struct edtf edtf_from_day(edtf_day day); /* grain day */
struct edtf edtf_coarsen(struct edtf d,
			 enum edtf_grain grain); /* d cut to the coarser grain; a finer one is no change */

/* The day of a calendar date; month and day must exist (edtf_date_exists()). */
edtf_day edtf_day_of(int year, int month, int day);
bool edtf_date_exists(int year, int month, int day);
int edtf_days_in_month(int year, int month);

/* d moved by whole months or years at its own grain; 31 January plus one month is the last day of February.
 * Out of years 1 to 9999: EDTF_NONE. */
struct edtf edtf_add_months(struct edtf d, int months);
struct edtf edtf_add_years(struct edtf d, int years);

/* 0 Monday to 6 Sunday. */
int edtf_weekday(edtf_day day);

/* Reads the date of an RFC 3339 time or a truncated date (`2024-07-04T10:00:00Z`, `2024-07-04`, `2024-07`): the
 * calendar date as written, the zone is not applied. Seconds and zone may be absent, the zone's colon too; a blank may
 * stand for the T. Returns 0 or -EBADMSG. */
int edtf_from_rfc3339(struct span s, struct edtf *ret);

/* The same as milliseconds since 1970-01-01T00:00:00Z, the zone applied (none: UTC), digits after the third dropped;
 * a truncated date is its first midnight. */
int edtf_ms_from_rfc3339(struct span s, int64_t *ret);

#endif
