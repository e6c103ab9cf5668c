/* SPDX-License-Identifier: Apache-2.0 */
/* Datelines of Chinese desks:
 *     [（【[] [据] agency [记者 name] [place] [[Y年]M月] [D日] [外]电|讯|消息|报道 [）】]] [（...）] [： ，]
 * The agency is what ends in 社, 网, 报, 台, 新闻 or the like; the place is what stands between it and the date. */
#include "core/text/cursor.h"
#include "base/attr.h"

#define HEAD_BYTES 200
#define AGENCY_CHARS_MAX 12
#define PLACE_BYTES_MAX 36 /* twelve characters */
#define NOTE_BYTES_MAX 120 /* （记者 ...） */

static bool take_any(struct cursor *c, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cursor_literal(c, words[i]))
			return true;
	return false;
}

/* The run of ideographs up to and with the last word that ends the name of a desk, before a digit or anything else. */
static bool read_agency(struct cursor *c, struct span *ret)
{
	static const char *const ends[] = {"日报网", "日報網", "时报网", "時報網", "晚报网", "在线", "通讯社", "通訊社",
					   "社",     "网",     "網",	 "报",	   "報",     "电台", "電台",   "电视台",
					   "電視台", "新闻",   "新聞",	 "时报",   "時報",   "日报", "日報"};
	struct cursor t = *c;
	size_t len, n = 0;

	uint32_t ch;
	while (n < AGENCY_CHARS_MAX &&
	       (char_is_han(ch = char_at(t.text, t.at, &len)) || (ch < 0x80 && char_is_letter(ch)))) {
		if (n > 0 && take_any(&t, ends, ARRAY_SIZE(ends))) {
			*ret = span_sub(c->text, c->at, t.at);
			c->at = t.at;
			return true;
		}
		t.at += len;
		n++;
	}
	return false;
}

/* 一 to 三十一, as Hong Kong and Taiwan papers write days and months. */
static bool han_number(struct cursor *c, int *ret)
{
	static const char *const digits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
	struct cursor t = *c;
	int units = 0, tens = -1;

	for (int k = 0; k < 3; k++) {
		size_t i = 0;

		if (tens < 0 && (cursor_literal(&t, "十") || cursor_literal(&t, "廿") || cursor_literal(&t, "卅"))) {
			size_t at = t.at - strlen("十");
			int many = span_starts(span_sub(t.text, at, t.at), SPAN_LIT("廿"))   ? 2
				   : span_starts(span_sub(t.text, at, t.at), SPAN_LIT("卅")) ? 3
											     : 1;
			tens = units ? units : many;
			units = 0;
			continue;
		}
		while (i < ARRAY_SIZE(digits) && !cursor_literal(&t, digits[i]))
			i++;
		if (i == ARRAY_SIZE(digits) || units)
			break;
		units = (int)i + 1;
	}
	if (!units && tens < 0)
		return false;
	*ret = (tens > 0 ? 10 * tens : 0) + units;
	*c = t;
	return true;
}

/* [六月]十五日 */
static bool read_han_date(struct cursor *c, struct edtf published, struct edtf *ret)
{
	struct cursor t = *c;
	int month = 0, day;

	if (!han_number(&t, &day))
		return false;
	if (cursor_literal(&t, "月")) {
		month = day;
		if (!han_number(&t, &day))
			return false;
	}
	if (!cursor_literal(&t, "日") || day > 31 || month > 12)
		return false;
	*ret = dateline_resolve(0, month, day, published);
	*c = t;
	return true;
}

/* [[Y年]M月]D日 */
static bool read_date(struct cursor *c, struct edtf published, struct edtf *ret)
{
	struct cursor t = *c;

	if (read_han_date(c, published, ret))
		return true;
	int year = 0, month = 0, day;

	if (!cursor_number(&t, 4, &day))
		return false;
	if (day > 1000 && cursor_literal(&t, "年")) {
		year = day;
		if (!cursor_number(&t, 2, &day))
			return false;
	}
	if (cursor_literal(&t, "月")) {
		month = day;
		if (!cursor_number(&t, 2, &day))
			return false;
	}
	if (!cursor_literal(&t, "日") || day < 1 || day > 31 || month > 12)
		return false;
	*ret = dateline_resolve(year, month, day, published);
	*c = t;
	return true;
}

/* Ideographs before the date; 记者 and a name in front of a place cannot be told apart, so there is then none. */
static bool read_place(struct cursor *c, struct span *ret)
{
	size_t end = c->at, len;
	struct span place;
	uint32_t ch;

	bool dated = false;
	while (char_is_han(ch = char_at(c->text, end, &len)) || ch == 0x00B7 || ch == ' ') {
		struct cursor t = {c->text, end};
		struct edtf day;

		dated = read_han_date(&t, (struct edtf){0}, &day);
		if (dated)
			break;
		end += len;
	}
	place = span_sub(c->text, c->at, end);
	if (place.n > PLACE_BYTES_MAX || (!dated && !char_is_digit(ch)))
		return false;
	c->at = end;
	*ret = span_starts(place, SPAN_LIT("记者")) || span_starts(place, SPAN_LIT("記者")) ? SPAN_NONE
											    : span_trim(place);
	return true;
}

/* （记者 ...）, （新闻联播）, directly behind. */
static bool skip_note(struct cursor *c)
{
	static const char *const opens[] = {"（", "("}, *const closes[] = {"）", ")"};
	struct cursor t = *c;

	cursor_space(&t);
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++) {
		struct cursor u = t;
		size_t end;
		if (!cursor_literal(&u, opens[i]))
			continue;
		end = span_find(u.text, span_str(closes[i]), u.at);
		if (end == SIZE_MAX || end - u.at > NOTE_BYTES_MAX)
			return false;
		c->at = end + strlen(closes[i]);
		return true;
	}
	return false;
}

bool dateline_read_chinese(struct span body, struct edtf published, struct dateline *ret)
{
	static const char *const opens[] = {"（", "(", "【", "[", "［"}, *const closes[] = {"）", ")", "】", "]", "］"};
	static const char *const reports[] = {"综合电", "綜合電", "专电", "專電", "综合讯", "綜合訊", "专讯", "專訊",
					      "电",	"電",	  "讯",	  "訊",	  "消息",   "报道",   "報道", "報導"};
	static const char *const marks[] = {"：", ":", "，", ","};
	struct cursor c = {span_sub(body, 0, HEAD_BYTES), 0};
	struct dateline d = {0};
	bool open, dated, mark;

	cursor_space(&c);
	open = take_any(&c, opens, ARRAY_SIZE(opens));
	take_any(&c, (const char *const[]){"据", "據"}, 2);
	if (!read_agency(&c, &d.agency))
		return false;
	read_place(&c, &d.place);
	dated = read_date(&c, published, &d.date);
	bool bare = open && !dated; /* 【某报】 */
	if (!take_any(&c, reports, ARRAY_SIZE(reports)) && !bare)
		return false;
	if (open) /* what else the brackets hold, as the reporter's name, ends with them */
		while (!take_any(&c, closes, ARRAY_SIZE(closes))) {
			size_t len;
			if (char_at(c.text, c.at, &len) == CHAR_NONE)
				return false;
			c.at += len;
		}
	mark = skip_note(&c);
	mark = take_any(&c, marks, ARRAY_SIZE(marks)) || mark;
	/* without a date, brackets or a note it is one only before a colon or a space: 某报报道了… is running text */
	if (!dated && !open && !mark && !char_is_space(cursor_peek(&c)))
		return false;
	cursor_space(&c);
	if (span_starts(d.agency, SPAN_LIT("本")))
		d.agency = SPAN_NONE;
	d.begin = c.at;
	*ret = d;
	return true;
}
