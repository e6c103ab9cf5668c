/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/spell_json.h"
#include "ninjs/json_in.h"
#include <errno.h>
#include <stdio.h>

static const char *const inferred_words[] = {"begin-derived", "end-derived", "begin-succession", "end-succession"};
static const char *const field_words[] = {"headline", "body", NULL};
static const char *const status_words[] = {"established", "expected", "unconfirmed", "disputed", NULL};

static void put_range(struct json_out *o, const char *key, struct day_range r)
{
	json_out_key(o, key);
	json_out_open(o, '{');
	json_out_key(o, "hi");
	json_out_day(o, r.hi);
	json_out_key(o, "lo");
	json_out_day(o, r.lo);
	json_out_close(o, '}');
}

static void put_quote(struct json_out *o, const struct spell_evidence *e)
{
	json_out_open(o, '{');
	json_out_key(o, "end");
	json_out_int(o, (int64_t)e->quote.end);
	json_out_key(o, "exact");
	json_out_string(o, e->quote.exact);
	json_out_key(o, "field");
	json_out_string(o, span_str(field_words[e->quote.field]));
	json_out_key(o, "rule");
	json_out_string(o, e->rule);
	json_out_key(o, "start");
	json_out_int(o, (int64_t)e->quote.start);
	json_out_key(o, "uri");
	json_out_string(o, e->uri);
	json_out_key(o, "version");
	json_out_string_or_null(o, e->version);
	json_out_close(o, '}');
}

void spell_json_put_evidence(struct json_out *o, const struct spell_evidence *v, size_t n)
{
	json_out_open(o, '[');
	for (size_t i = 0; i < n; i++)
		put_quote(o, &v[i]);
	json_out_close(o, ']');
}

void spell_json_put(struct json_out *o, struct span slot, const struct spell *s)
{
	json_out_open(o, '{');
	put_range(o, "begin", s->begin);
	put_range(o, "end", s->end);
	json_out_key(o, "evidence");
	spell_json_put_evidence(o, s->evidence, s->n_evidence);
	json_out_key(o, "inferred");
	json_out_open(o, '[');
	for (unsigned i = 0; i < ARRAY_SIZE(inferred_words); i++)
		if (s->inferred & 1U << i)
			json_out_string(o, span_str(inferred_words[i]));
	json_out_close(o, ']');
	if (slot.n) {
		json_out_key(o, "slot");
		json_out_string(o, slot);
	}
	json_out_key(o, "status");
	json_out_string(o, span_str(spell_status_name(s->status)));
	json_out_key(o, "support");
	json_out_open(o, '{');
	json_out_key(o, "items");
	json_out_int(o, s->items);
	json_out_key(o, "origins");
	json_out_int(o, s->origins);
	json_out_close(o, '}');
	json_out_key(o, "value");
	json_out_string(o, s->value);
	json_out_close(o, '}');
}

static int get_day(struct json_get *g, const struct json_at *at, const char *key, edtf_day unbounded, edtf_day *ret)
{
	struct edtf d = {0};
	int r = json_get_edtf(g, at, key, JSON_NULLABLE, &d);

	if (r == 0 && edtf_is_set(d) && (d.grain != EDTF_GRAIN_DAY || d.qualifier != EDTF_EXACT))
		return json_get_refuse(g, at, key, "not a day");
	if (r == 0)
		*ret = edtf_is_set(d) ? edtf_lo(d) : unbounded;
	return r;
}

static int get_range(struct json_get *g, const struct json_at *up, const char *key, struct day_range *ret)
{
	static const char *const keys[] = {"hi", "lo", NULL};
	struct json_at at = {0};
	int r = json_get_object(g, up, key, JSON_NEEDED, &at);

	if (r == 0)
		r = json_get_only(g, &at, keys);
	if (r == 0)
		r = get_day(g, &at, "hi", EDTF_DAY_MAX, &ret->hi);
	if (r == 0)
		r = get_day(g, &at, "lo", EDTF_DAY_MIN, &ret->lo);
	if (r == 0 && ret->lo > ret->hi)
		r = json_get_refuse(g, up, key, "lo lies after hi");
	return r;
}

static int get_quote(struct json_get *g, const struct json_at *at, struct spell_evidence *ret)
{
	static const char *const keys[] = {"end", "exact", "field", "rule", "start", "uri", "version", NULL};
	int64_t start = 0, end = 0;
	int field = 0;
	int r = json_get_only(g, at, keys);

	if (r == 0)
		r = json_get_int(g, at, "end", JSON_NEEDED, 0, INT32_MAX, &end);
	if (r == 0)
		r = json_get_string(g, at, "exact", JSON_NEEDED, &ret->quote.exact);
	if (r == 0)
		r = json_get_word(g, at, "field", JSON_NEEDED, field_words, &field);
	if (r == 0)
		r = json_get_string(g, at, "rule", JSON_NEEDED, &ret->rule);
	if (r == 0)
		r = json_get_int(g, at, "start", JSON_NEEDED, 0, INT32_MAX, &start);
	if (r == 0)
		r = json_get_string(g, at, "uri", JSON_NEEDED, &ret->uri);
	if (r == 0)
		r = json_get_string(g, at, "version", JSON_NULLABLE, &ret->version);
	ret->quote.field = (enum claim_field)field;
	ret->quote.start = (size_t)start;
	ret->quote.end = (size_t)end;
	return r;
}

int spell_json_get_evidence(struct json_get *g, const struct json_at *up, const struct spell_evidence **ret,
			    size_t *ret_n)
{
	struct json_at at = {0};
	int r = json_get_array(g, up, "evidence", JSON_NEEDED, &at);

	if (r < 0)
		return r;
	size_t n = json_array_size(at.value);
	struct spell_evidence *v = arena_array(g->arena, n + 1, sizeof(*v));
	if (!v)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "too much evidence for the memory limit");
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct json_at one = json_get_element(&at, i);
		r = get_quote(g, &one, &v[i]);
	}
	*ret = v;
	*ret_n = n;
	return r;
}

static int get_inferred(struct json_get *g, const struct json_at *up, unsigned *ret)
{
	struct json_at at = {0};
	int r = json_get_array(g, up, "inferred", JSON_NEEDED, &at);

	*ret = 0;
	for (size_t i = 0; r == 0 && i < json_array_size(at.value); i++) {
		struct json_at one = json_get_element(&at, i);
		const char *word = json_string_value(one.value);
		unsigned bit = 0;
		while (bit < ARRAY_SIZE(inferred_words) && !(word && !strcmp(word, inferred_words[bit])))
			bit++;
		if (bit == ARRAY_SIZE(inferred_words))
			return json_get_refuse(g, &one, NULL, "no such inference");
		*ret |= 1U << bit;
	}
	return r;
}

static int get_support(struct json_get *g, const struct json_at *up, struct spell *ret)
{
	struct json_at at = {0};
	int64_t items = 0, origins = 0;
	int r = json_get_object(g, up, "support", JSON_NEEDED, &at);

	if (r == 0)
		r = json_get_int(g, &at, "items", JSON_NEEDED, 0, SPELL_SUPPORT_MAX, &items);
	if (r == 0)
		r = json_get_int(g, &at, "origins", JSON_NEEDED, 0, SPELL_SUPPORT_MAX, &origins);
	ret->items = (uint32_t)items;
	ret->origins = (uint32_t)origins;
	return r;
}

int spell_json_get(struct json_get *g, const struct json_at *at, struct span *ret_slot, struct spell *ret)
{
	static const char *const keys[] = {"begin",  "end",	"evidence", "inferred", "slot",
					   "status", "support", "value",    NULL};
	struct spell s = {0};
	int status = 0;
	int r = json_get_only(g, at, keys);

	if (r == 0 && !ret_slot && json_object_get(at->value, "slot"))
		r = json_get_refuse(g, at, "slot", "not here");
	if (r == 0 && ret_slot)
		r = json_get_string(g, at, "slot", JSON_NEEDED, ret_slot);
	if (r == 0)
		r = get_range(g, at, "begin", &s.begin);
	if (r == 0)
		r = get_range(g, at, "end", &s.end);
	if (r == 0)
		r = spell_json_get_evidence(g, at, &s.evidence, &s.n_evidence);
	if (r == 0)
		r = get_inferred(g, at, &s.inferred);
	if (r == 0)
		r = json_get_word(g, at, "status", JSON_NEEDED, status_words, &status);
	if (r == 0)
		r = get_support(g, at, &s);
	if (r == 0)
		r = json_get_string(g, at, "value", JSON_NEEDED, &s.value);
	if (r < 0)
		return r;
	s.status = (enum spell_status)status;
	*ret = s;
	return 0;
}

int spell_json_decode(struct span raw, struct arena *arena, struct span *ret_slot, struct spell *ret,
		      struct error *reterr)
{
	static const struct json_limits limits = {(size_t)1024 * 1024, 6, 1000, true};
	struct json_get g = {raw, arena, reterr};
	json_t *root;
	int r = json_in_object(raw, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = spell_json_get(&g, &(struct json_at){.value = root}, ret_slot, ret);
	json_decref(root);
	return r;
}

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

size_t time_json_format(int64_t ms, char ret[static TIME_JSON_MAX])
{
	int64_t day = ms / DAY_MS, rest = ms % DAY_MS;
	char date[EDTF_STRLEN_MAX];

	if (rest < 0) {
		rest += DAY_MS;
		day--;
	}
	edtf_format(edtf_from_day((edtf_day)day), date);
	int n = snprintf(ret, TIME_JSON_MAX, "%sT%02d:%02d:%02d.%03dZ", date, (int)(rest / 3600000),
			 (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
	return n > 0 ? (size_t)n : 0;
}

static int digits(struct span s, size_t at, size_t n, int *ret)
{
	int v = 0;

	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return -EBADMSG;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = v;
	return 0;
}

static int parse_fraction(struct span s, size_t *at, int *ret_ms)
{
	int scale = 100;

	if (*at >= s.n || s.p[*at] != '.')
		return 0;
	size_t first = ++*at;
	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at) {
		*ret_ms += (s.p[*at] - '0') * scale;
		scale /= 10;
	}
	return *at > first ? 0 : -EBADMSG;
}

/* "Z" or "+05:00", to the end of s. */
static int parse_zone(struct span s, size_t at, int *ret_minutes)
{
	int hour = 0, minute = 0;

	if (at + 1 == s.n && (s.p[at] == 'Z' || s.p[at] == 'z'))
		return 0;
	if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || s.p[at + 3] != ':' ||
	    digits(s, at + 1, 2, &hour) < 0 || digits(s, at + 4, 2, &minute) < 0 || hour > 23 || minute > 59)
		return -EBADMSG;
	*ret_minutes = (s.p[at] == '-' ? -1 : 1) * (hour * 60 + minute);
	return 0;
}

int time_json_parse(struct span s, int64_t *ret_ms)
{
	struct edtf d;
	int hour = 0, minute = 0, second = 0, milli = 0, zone = 0;
	size_t at = 19;

	if (edtf_parse(span_sub(s, 0, 10), &d) < 0 || d.grain != EDTF_GRAIN_DAY || d.qualifier != EDTF_EXACT)
		return -EBADMSG;
	if (s.n > 10 && (s.n < 20 || (s.p[10] != 'T' && s.p[10] != 't') || s.p[13] != ':' || s.p[16] != ':' ||
			 digits(s, 11, 2, &hour) < 0 || digits(s, 14, 2, &minute) < 0 ||
			 digits(s, 17, 2, &second) < 0 || hour > 23 || minute > 59 || second > 60 ||
			 parse_fraction(s, &at, &milli) < 0 || parse_zone(s, at, &zone) < 0))
		return -EBADMSG;
	*ret_ms = edtf_lo(d) * DAY_MS + (hour * 60 + minute - zone) * INT64_C(60000) + second * INT64_C(1000) + milli;
	return 0;
}
