/* SPDX-License-Identifier: Apache-2.0 */
#include "edtf/edtf.h"
#include <errno.h>

static const struct {
	char sign;
	uint8_t qualifier;
} qualifiers[] = {{'?', EDTF_UNCERTAIN}, {'~', EDTF_APPROXIMATE}, {'%', EDTF_UNCERTAIN_APPROXIMATE}};

static bool is_leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

int edtf_days_in_month(int year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool edtf_date_exists(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && day >= 1 && day <= edtf_days_in_month(year, month);
}

/* Both directions after Howard Hinnant, "chrono-compatible low-level date algorithms": eras of 400 years of 146097
 * days, years that begin in March. */
edtf_day edtf_day_of(int year, int month, int day)
{
	int y = year - (month <= 2);
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct edtf edtf_from_day(edtf_day day)
{
	if (day < EDTF_DAY_MIN || day > EDTF_DAY_MAX)
		return (struct edtf){0};
	int z = day + 719468;
	int era = z / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	int month = mp + (mp < 10 ? 3 : -9);

	return (struct edtf){.year = (int16_t)(yoe + era * 400 + (month <= 2)),
			     .month = (uint8_t)month,
			     .day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1),
			     .grain = EDTF_GRAIN_DAY};
}

/* Reads `n` digits at the head of *s; -1 if they are not there. */
static int take_digits(struct span *s, size_t n)
{
	int v = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = span_sub(*s, n, s->n);
	return v;
}

static bool take_char(struct span *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = span_sub(*s, 1, s->n);
	return true;
}

static void take_qualifier(struct span *s, struct edtf *d)
{
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++)
		if (take_char(s, qualifiers[i].sign)) {
			d->qualifier = qualifiers[i].qualifier;
			return;
		}
}

static int take_decade(struct span *s, struct edtf *d)
{
	int tens = take_digits(s, 3);

	if (tens < 1 || !take_char(s, 'X'))
		return -EBADMSG;
	d->year = (int16_t)(tens * 10);
	d->grain = EDTF_GRAIN_DECADE;
	return 0;
}

static int take_date(struct span *s, struct edtf *d)
{
	int year = take_digits(s, 4), month = 0, day = 0;

	if (year < 1)
		return year < 0 ? take_decade(s, d) : -EBADMSG;
	d->grain = EDTF_GRAIN_YEAR;
	if (take_char(s, '-')) {
		month = take_digits(s, 2);
		if (month < 1 || month > 12)
			return -EBADMSG;
		d->grain = EDTF_GRAIN_MONTH;
		if (take_char(s, '-')) {
			day = take_digits(s, 2);
			if (!edtf_date_exists(year, month, day))
				return -EBADMSG;
			d->grain = EDTF_GRAIN_DAY;
		}
	}
	d->year = (int16_t)year;
	d->month = (uint8_t)month;
	d->day = (uint8_t)day;
	return 0;
}

int edtf_parse(struct span s, struct edtf *ret)
{
	struct edtf d = {0};

	if (take_date(&s, &d) < 0)
		return -EBADMSG;
	take_qualifier(&s, &d);
	if (s.n)
		return -EBADMSG;
	*ret = d;
	return 0;
}

static char *put_digits(char *p, int v, int n)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

size_t edtf_format(struct edtf d, char ret[static EDTF_STRLEN_MAX])
{
	char *p = ret;

	if (d.grain == EDTF_GRAIN_DECADE) {
		p = put_digits(p, d.year / 10, 3);
		*p++ = 'X';
	} else if (d.grain != EDTF_NONE) {
		p = put_digits(p, d.year, 4);
		if (d.grain == EDTF_GRAIN_MONTH || d.grain == EDTF_GRAIN_DAY) {
			*p++ = '-';
			p = put_digits(p, d.month, 2);
		}
		if (d.grain == EDTF_GRAIN_DAY) {
			*p++ = '-';
			p = put_digits(p, d.day, 2);
		}
	}
	if (d.grain != EDTF_NONE && d.qualifier != EDTF_EXACT)
		*p++ = qualifiers[d.qualifier - 1].sign;
	*p = '\0';
	return (size_t)(p - ret);
}

bool edtf_eq(struct edtf a, struct edtf b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day && a.grain == b.grain &&
	       a.qualifier == b.qualifier;
}

edtf_day edtf_lo(struct edtf d)
{
	switch (d.grain) {
	case EDTF_GRAIN_DAY:
		return edtf_day_of(d.year, d.month, d.day);
	case EDTF_GRAIN_MONTH:
		return edtf_day_of(d.year, d.month, 1);
	case EDTF_GRAIN_YEAR:
	case EDTF_GRAIN_DECADE:
		return edtf_day_of(d.year, 1, 1);
	default:
		return EDTF_DAY_MIN;
	}
}

edtf_day edtf_hi(struct edtf d)
{
	switch (d.grain) {
	case EDTF_GRAIN_DAY:
		return edtf_day_of(d.year, d.month, d.day);
	case EDTF_GRAIN_MONTH:
		return edtf_day_of(d.year, d.month, edtf_days_in_month(d.year, d.month));
	case EDTF_GRAIN_YEAR:
		return edtf_day_of(d.year, 12, 31);
	case EDTF_GRAIN_DECADE:
		return edtf_day_of(d.year + 9, 12, 31);
	default:
		return EDTF_DAY_MAX;
	}
}

bool edtf_within(struct edtf fine, struct edtf coarse)
{
	return edtf_lo(coarse) <= edtf_lo(fine) && edtf_hi(fine) <= edtf_hi(coarse);
}

struct edtf edtf_coarsen(struct edtf d, enum edtf_grain grain)
{
	if (d.grain == EDTF_NONE || grain == EDTF_NONE || d.grain >= grain)
		return d;
	d.grain = (uint8_t)grain;
	d.day = 0;
	if (grain != EDTF_GRAIN_MONTH)
		d.month = 0;
	if (grain == EDTF_GRAIN_DECADE)
		d.year = (int16_t)(d.year / 10 * 10);
	return d;
}

struct edtf edtf_add_months(struct edtf d, int months)
{
	int64_t m = (int64_t)d.year * 12 + (d.month ? d.month - 1 : 0) + months;

	if (d.grain == EDTF_NONE || m < 12 || m >= 12L * 10000)
		return (struct edtf){0};
	d.year = (int16_t)(m / 12);
	if (d.month)
		d.month = (uint8_t)(m % 12 + 1);
	if (d.grain == EDTF_GRAIN_DECADE)
		d.year = (int16_t)(d.year / 10 * 10);
	if (d.day > edtf_days_in_month(d.year, d.month))
		d.day = (uint8_t)edtf_days_in_month(d.year, d.month);
	return d.year < 1 ? (struct edtf){0} : d;
}

struct edtf edtf_add_years(struct edtf d, int years)
{
	if (years > 10000 || years < -10000)
		return (struct edtf){0};
	return edtf_add_months(d, years * 12);
}

int edtf_weekday(edtf_day day)
{
	int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return w < 0 ? w + 7 : w;
}

/* Seconds since midnight UTC of "HH:MM[:SS[.fraction]][zone]", in *ret; the fraction's ms in *ret_ms. */
static int take_time(struct span *s, int32_t *ret, int *ret_ms)
{
	int hour = take_digits(s, 2);
	int minute = take_char(s, ':') ? take_digits(s, 2) : -1;
	int second = 0, ms = 0;

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return -EBADMSG;
	if (take_char(s, ':')) {
		second = take_digits(s, 2);
		if (second < 0 || second > 60)
			return -EBADMSG;
		if (take_char(s, '.')) {
			int digit = take_digits(s, 1);
			if (digit < 0)
				return -EBADMSG;
			for (int scale = 100; digit >= 0; scale /= 10, digit = take_digits(s, 1))
				ms += digit * scale;
		}
	}
	*ret = hour * 3600 + minute * 60 + second;
	*ret_ms = ms;
	return 0;
}

/* Seconds east of Greenwich of "Z", "+05:00", "+0500", or nothing, which is taken for UTC. */
static int take_zone(struct span *s, int32_t *ret)
{
	int sign = take_char(s, '+') ? 1 : take_char(s, '-') ? -1 : 0;

	*ret = 0;
	if (!sign) {
		if (!take_char(s, 'Z'))
			(void)take_char(s, 'z');
		return 0;
	}
	int hour = take_digits(s, 2);
	(void)take_char(s, ':');
	int minute = take_digits(s, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return -EBADMSG;
	*ret = sign * (hour * 3600 + minute * 60);
	return 0;
}

static int take_rfc3339(struct span s, struct edtf *ret, int64_t *ret_ms)
{
	struct edtf d = {0};
	int32_t time = 0, zone = 0;
	int ms = 0;

	if (take_date(&s, &d) < 0 || d.grain == EDTF_GRAIN_DECADE)
		return -EBADMSG;
	if (s.n) {
		bool t = take_char(&s, 'T') || take_char(&s, 't') || take_char(&s, ' ');
		if (!t || d.grain != EDTF_GRAIN_DAY || take_time(&s, &time, &ms) < 0 || take_zone(&s, &zone) < 0 || s.n)
			return -EBADMSG;
	}
	*ret = d;
	*ret_ms = ((int64_t)edtf_lo(d) * 86400 + time - zone) * 1000 + ms;
	return 0;
}

int edtf_from_rfc3339(struct span s, struct edtf *ret)
{
	int64_t ms;

	return take_rfc3339(s, ret, &ms);
}

int edtf_ms_from_rfc3339(struct span s, int64_t *ret)
{
	struct edtf d;

	return take_rfc3339(s, &d, ret);
}
