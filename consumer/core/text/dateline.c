/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/dateline.h"
#include "core/text/cursor.h"
#include "base/attr.h"
#include <stdlib.h>

#define HEAD_BYTES 240	  /* a longer dateline is none */
#define DAYS_AHEAD_MAX 31 /* a dateline later than this after publication is of the year before */
#define DAYS_BACK_MAX 366
#define PLACE_WORDS_MAX 4
#define AGENCY_BYTES_MAX 80

bool cursor_take(struct cursor *c, const uint32_t *set, size_t n)
{
	size_t len;
	uint32_t ch = char_at(c->text, c->at, &len);

	for (size_t i = 0; i < n; i++)
		if (len > 0 && ch == set[i]) {
			c->at += len;
			return true;
		}
	return false;
}

bool cursor_literal(struct cursor *c, const char *literal)
{
	if (!span_starts(span_sub(c->text, c->at, c->text.n), span_str(literal)))
		return false;
	c->at += strlen(literal);
	return true;
}

bool cursor_number(struct cursor *c, size_t max, int *ret)
{
	size_t at = c->at, n = 0, len;
	int value = 0;
	uint32_t ch;

	while (char_is_digit(ch = char_at(c->text, at, &len))) {
		if (++n > max)
			return false;
		value = value * 10 + (int)(ch >= 0xFF10 ? ch - 0xFF10 : ch - '0');
		at += len;
	}
	if (n == 0)
		return false;
	c->at = at;
	*ret = value;
	return true;
}

void cursor_space(struct cursor *c)
{
	c->at = char_skip_space(c->text, c->at, c->text.n);
}

static struct edtf day_of(int year, int month, int day)
{
	if (year < 1 || year > 9999 || !edtf_date_exists(year, month, day))
		return (struct edtf){0};
	return edtf_from_day(edtf_day_of(year, month, day));
}

struct edtf dateline_resolve(int year, int month, int day, struct edtf published)
{
	struct edtf best = {0};
	edtf_day anchor = edtf_lo(published);

	if (year > 0)
		return day_of(year, month, day);
	if (!edtf_is_set(published))
		return best;
	if (month == 0) {
		struct edtf d = day_of(published.year, published.month ? published.month : 1, day);
		if (edtf_is_set(d) && edtf_lo(d) <= anchor + 1)
			return d;
		d = edtf_add_months(edtf_coarsen(published, EDTF_GRAIN_MONTH), -1);
		return day_of(d.year, d.month, day);
	}
	for (int y = published.year - 1; y <= published.year + 1; y++) {
		struct edtf d = day_of(y, month, day);
		if (edtf_is_set(d) && edtf_lo(d) <= anchor + DAYS_AHEAD_MAX)
			best = d;
	}
	return best;
}

/* Beginnings of month names; a longer word must go on as the whole name does, or end with its full stop. */
static const char *const months[][3] = {
	{"January", "января", "янв"},  {"February", "февраля", "фев"}, {"March", "марта", "мар"},
	{"April", "апреля", "апр"},    {"May", "мая", "мая"},	       {"June", "июня", "июн"},
	{"July", "июля", "июл"},       {"August", "августа", "авг"},   {"September", "сентября", "сен"},
	{"October", "октября", "окт"}, {"November", "ноября", "ноя"},  {"December", "декабря", "дек"},
};

/* "July", "JULY", "Jul", "Jul.", "Sept.", "июля", "июл". */
static bool read_month(struct cursor *c, int *ret)
{
	size_t end = c->at, len;
	struct span word;

	while (char_is_letter(char_at(c->text, end, &len)))
		end += len;
	word = span_sub(c->text, c->at, end);
	for (int m = 0; word.n >= 3 && m < 12; m++) {
		struct span english = span_str(months[m][0]);
		bool same = word.n <= english.n && (word.n == english.n || word.n <= 4);
		for (size_t i = 0; same && i < word.n; i++)
			same = (word.p[i] | 0x20) == (english.p[i] | 0x20);
		if (!same)
			same = span_eq_str(word, months[m][1]) ||
			       (span_starts(span_str(months[m][1]), word) && span_starts(word, span_str(months[m][2])));
		if (!same)
			continue;
		c->at = end;
		if (word.n < english.n)
			cursor_literal(c, ".");
		*ret = m + 1;
		return true;
	}
	return false;
}

/* "2024-07-04", "04.07.2024". */
static bool read_numeric_date(struct cursor *c, int *year, int *month, int *day)
{
	struct cursor t = *c;
	int a, b, d;
	char sep;

	if (!cursor_number(&t, 4, &a))
		return false;
	sep = t.at < t.text.n ? t.text.p[t.at] : 0;
	if ((sep != '.' && sep != '-') || (t.at++, !cursor_number(&t, 2, &b)) || t.at >= t.text.n ||
	    t.text.p[t.at] != sep || (t.at++, !cursor_number(&t, 4, &d)))
		return false;
	*year = sep == '-' ? a : d;
	*month = b;
	*day = sep == '-' ? d : a;
	if (*year < 1000)
		return false;
	*c = t;
	return true;
}

/* ", 2024", " 2024 года", " 2024 г." after a day and a month; 0 where there is none. */
static int read_year(struct cursor *c)
{
	struct cursor t = *c;
	int year;

	cursor_literal(&t, ",");
	cursor_space(&t);
	if (!cursor_number(&t, 4, &year) || year < 1900)
		return 0;
	*c = t;
	cursor_space(&t);
	if (cursor_literal(&t, "года") || cursor_literal(&t, "г."))
		*c = t;
	return year;
}

/* "7th May" */
static void skip_ordinal(struct cursor *c)
{
	static const char *const endings[] = {"st ", "nd ", "rd ", "th ", "st,", "nd,", "rd,", "th,"};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (cursor_literal(c, endings[i])) {
			c->at--;
			return;
		}
}

/* Any form of a day; *ret may be EDTF_NONE for want of a year. */
static bool read_date(struct cursor *c, struct edtf published, struct edtf *ret)
{
	struct cursor t = *c;
	int year = 0, month, day;

	if (!read_numeric_date(&t, &year, &month, &day)) {
		if (read_month(&t, &month)) {
			cursor_space(&t);
			if (!cursor_number(&t, 2, &day))
				return false;
			skip_ordinal(&t);
		} else if (cursor_number(&t, 2, &day)) {
			skip_ordinal(&t);
			cursor_space(&t);
			if (!read_month(&t, &month))
				return false;
		} else {
			return false;
		}
		year = read_year(&t);
	}
	if (!edtf_date_exists(year ? year : 2000, month, day))
		return false;
	*ret = dateline_resolve(year, month, day, published);
	*c = t;
	return true;
}

/* Up to PLACE_WORDS_MAX words that each begin with a capital ("NUR-SULTAN", "Нью-Йорк"), not a date. */
static bool read_place(struct cursor *c, struct span *ret, bool *ret_all_caps)
{
	size_t end = c->at, words = 0, len;
	bool caps = true;

	for (size_t at = c->at; words < PLACE_WORDS_MAX;) {
		struct cursor t = {c->text, at};
		size_t letters = 0;
		int month;
		uint32_t ch;

		if (!char_is_upper(char_at(c->text, at, &len)) || read_month(&t, &month))
			break;
		while (char_is_letter(ch = char_at(c->text, at, &len)) || ch == '-' || ch == '\'' || ch == 0x2019) {
			caps = caps && !char_is_lower(ch);
			at += len;
			letters++;
		}
		if (letters < 2)
			break;
		end = at;
		words++;
		if (char_at(c->text, at, &len) != ' ')
			break;
		at += len;
	}
	if (words == 0)
		return false;
	*ret = span_sub(c->text, c->at, end);
	*ret_all_caps = caps;
	c->at = end;
	return true;
}

/* "(Agency)", "/AGENCY/": what stands between. */
static bool read_bracketed(struct cursor *c, struct span *ret)
{
	char open = c->at < c->text.n ? c->text.p[c->at] : 0, close = open == '(' ? ')' : '/';
	size_t end;

	if (open != '(' && open != '/')
		return false;
	end = span_find(c->text, span_of(&close, 1), c->at + 1);
	if (end == SIZE_MAX || end == c->at + 1 || end - c->at > AGENCY_BYTES_MAX ||
	    memchr(c->text.p + c->at, '\n', end - c->at))
		return false;
	*ret = span_sub(c->text, c->at + 1, end);
	c->at = end + 1;
	return true;
}

static bool read_dash(struct cursor *c)
{
	static const uint32_t dashes[] = {0x2014, 0x2013, '-', 0x2015};
	struct cursor t = *c;

	cursor_space(&t);
	if (!cursor_take(&t, dashes, ARRAY_SIZE(dashes)))
		return false;
	while (cursor_take(&t, dashes, ARRAY_SIZE(dashes)))
		;
	*c = t;
	return true;
}

/* A bare agency: up to three words, each capitalised or a number, before `stop` ("РИА Новости." and "KAZINFORM —"). */
static bool read_bare_agency(struct cursor *c, bool before_dash, struct span *ret)
{
	struct cursor t = *c, end;
	bool caps;
	struct span words;

	cursor_space(&t);
	end = t;
	if (!read_place(&end, &words, &caps) || words.n > AGENCY_BYTES_MAX)
		return false;
	t = end;
	if (!(before_dash && read_dash(&t)) && !cursor_literal(&t, ".") && !cursor_literal(&t, ":"))
		return false;
	*c = t;
	*ret = words;
	return true;
}

struct parts {
	bool date, agency, dash, stop, colon, caps;
};

/* Separators and what they separate, after the place. */
static void read_rest(struct cursor *c, struct edtf published, struct dateline *ret, struct parts *has)
{
	for (int i = 0; i < 8; i++) {
		struct span words;

		cursor_space(c);
		if (!has->date && !has->dash && read_date(c, published, &ret->date)) {
			has->date = true;
		} else if (!has->agency && !has->dash && read_bracketed(c, &words)) {
			/* "HILLTOWN /High Region/, February 26. /AGENCY/": the first brackets hold the region */
			if (!has->date && cursor_peek(c) == ',')
				continue;
			has->agency = true;
			ret->agency = words;
		} else if (!has->dash && cursor_literal(c, ",")) {
			has->stop = false;
		} else if (!has->dash && cursor_literal(c, ".")) {
			has->stop = true;
			if (!has->agency && read_bare_agency(c, true, &ret->agency))
				has->agency = has->dash = true;
		} else if (!has->dash && cursor_literal(c, ":")) {
			has->colon = true;
			return;
		} else if (!has->dash && read_dash(c)) {
			has->dash = true;
			if (has->date && !has->agency && read_bare_agency(c, false, &ret->agency))
				has->agency = true;
			return;
		} else {
			return;
		}
	}
}

static bool read_alphabetic(struct span body, struct edtf published, struct dateline *ret)
{
	struct cursor c = {span_sub(body, 0, HEAD_BYTES), 0};
	struct parts has = {0};
	struct cursor second;
	bool caps, plain;
	struct span region;

	cursor_space(&c);
	plain = cursor_literal(&c, "date ");
	if (plain || char_is_digit(cursor_peek(&c))) {
		if (!read_date(&c, published, &ret->date) || !cursor_literal(&c, plain ? " " : "."))
			return false;
		/* a day of long ago is what the text is about */
		if (edtf_is_set(published) && edtf_lo(published) - edtf_lo(ret->date) > DAYS_BACK_MAX)
			return false;
		has.date = has.stop = true;
		cursor_space(&c);
	}
	second = c;
	if (read_place(&c, &ret->place, &has.caps)) {
		struct cursor t = c;
		/* "BAKU, Azerbaijan, July 4": the region is no part of the place */
		if (cursor_literal(&t, ", ") && read_place(&t, &region, &caps) && cursor_peek(&t) == ',')
			c = t;
		read_rest(&c, published, ret, &has);
		if (has.dash || has.agency || has.colon ||
		    (has.date && has.stop && c.at > second.at + ret->place.n + 1))
			goto judge;
		c = second;
		ret->place = SPAN_NONE;
	} else if (cursor_peek(&c) == '(' || cursor_peek(&c) == '/') {
		read_rest(&c, published, ret, &has);
	}
judge:
	if (!(has.date && (has.stop || has.dash || has.colon)) &&
	    !(has.agency && (has.dash || has.stop || has.colon)) &&
	    !(has.caps && ret->place.n >= 4 && (has.dash || has.colon)))
		return false;
	cursor_space(&c);
	if (char_is_lower(cursor_peek(&c))) /* "ШОС — это ...": running text */
		return false;
	ret->begin = c.at;
	return true;
}

bool dateline_read(struct span body, struct edtf published, struct dateline *ret)
{
	if (dateline_read_chinese(body, published, ret) ||
	    (*ret = (struct dateline){0}, read_alphabetic(body, published, ret)))
		return true;
	*ret = (struct dateline){0};
	return false;
}
