/* SPDX-License-Identifier: Apache-2.0 */
#include "ninjs/json_out.h"

static void before_value(struct json_out *o)
{
	if (o->comma)
		strbuf_addch(o->b, ',');
	o->comma = true;
}

void json_out_open(struct json_out *o, char bracket)
{
	before_value(o);
	strbuf_addch(o->b, bracket);
	o->comma = false;
}

void json_out_close(struct json_out *o, char bracket)
{
	strbuf_addch(o->b, bracket);
	o->comma = true;
}

void json_out_key_span(struct json_out *o, struct span key)
{
	before_value(o);
	strbuf_addch(o->b, '"');
	strbuf_add(o->b, key);
	strbuf_add(o->b, SPAN_LIT("\":"));
	o->comma = false;
}

void json_out_key(struct json_out *o, const char *key)
{
	json_out_key_span(o, span_str(key));
}

/* One character that may not stand in a string as it is. */
static void add_escaped(struct strbuf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef", shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";

	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2)
		if ((unsigned char)shorts[i] == c) {
			char two[] = {'\\', shorts[i + 1]};
			strbuf_add(b, span_of(two, sizeof(two)));
			return;
		}
	char six[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	strbuf_add(b, span_of(six, sizeof(six)));
}

void json_out_string(struct json_out *o, struct span s)
{
	size_t from = 0;

	before_value(o);
	strbuf_addch(o->b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		strbuf_add(o->b, span_sub(s, from, i));
		add_escaped(o->b, c);
		from = i + 1;
	}
	strbuf_add(o->b, span_sub(s, from, s.n));
	strbuf_addch(o->b, '"');
}

void json_out_string_or_null(struct json_out *o, struct span s)
{
	if (s.n)
		json_out_string(o, s);
	else
		json_out_null(o);
}

void json_out_raw(struct json_out *o, struct span value)
{
	before_value(o);
	strbuf_add(o->b, value);
}

void json_out_int(struct json_out *o, int64_t v)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		digits[--at] = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		digits[--at] = '-';
	json_out_raw(o, span_of(digits + at, sizeof(digits) - at));
}

void json_out_bool(struct json_out *o, bool v)
{
	json_out_raw(o, v ? SPAN_LIT("true") : SPAN_LIT("false"));
}

void json_out_null(struct json_out *o)
{
	json_out_raw(o, SPAN_LIT("null"));
}

void json_out_edtf(struct json_out *o, struct edtf d)
{
	char text[EDTF_STRLEN_MAX];

	json_out_string_or_null(o, span_of(text, edtf_format(d, text)));
}

void json_out_day(struct json_out *o, edtf_day day)
{
	if (day == EDTF_DAY_MIN || day == EDTF_DAY_MAX)
		json_out_null(o);
	else
		json_out_edtf(o, edtf_from_day(day));
}
