/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_get.h"
#include "base/utf8.h"
#include "ninjs/json_in.h"
#include <errno.h>
#include <stdarg.h>

static size_t add_path(const struct json_at *at, char *buf, size_t cap)
{
	size_t n = at->up ? add_path(at->up, buf, cap) : 0;

	if (n >= cap)
		return n;
	if (at->key)
		n += (size_t)snprintf(buf + n, cap - n, "%s%.*s", n ? "." : "",
				      SPAN_FMT(utf8_head(span_str(at->key), 60)));
	else if (at->up)
		n += (size_t)snprintf(buf + n, cap - n, "[%zu]", at->index);
	return n;
}

/* Offset of the top-level member that `at` lies in. */
static size_t offset_of(const struct json_get *g, const struct json_at *at)
{
	while (at->up && at->up->up)
		at = at->up;
	return at->up && at->key ? json_in_member(g->raw, at->key) : 0;
}

int json_get_refuse(struct json_get *g, const struct json_at *at, const char *key, const char *fmt, ...)
{
	const struct json_at member = {.up = at, .key = key};
	char path[200] = "", what[200];
	va_list ap;

	if (key)
		at = &member;
	add_path(at, path, sizeof(path));
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return error_set_at(g->err, ERROR_ACTION_SKIP, -EBADMSG, offset_of(g, at), "%s%s%s", path, path[0] ? ": " : "",
			    what);
}

int json_get_only(struct json_get *g, const struct json_at *at, const char *const *keys)
{
	const char *key;
	json_t *value;

	if (!json_is_object(at->value))
		return json_get_refuse(g, at, NULL, "%s where an object is expected", json_in_type(at->value));
	json_object_foreach((json_t *)at->value, key, value)
	{
		size_t i = 0;
		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			return json_get_refuse(g, at, key, "unknown member");
	}
	return 0;
}

/* 1: the member is there, in *ret; 0: it is absent or null and may be; negative: refused. */
static int member(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		  const json_t **ret)
{
	const json_t *v = json_object_get(at->value, key);

	if (!v)
		return need == JSON_OPTIONAL ? 0 : json_get_refuse(g, at, key, "missing");
	if (json_is_null(v) && need == JSON_NULLABLE)
		return 0;
	*ret = v;
	return 1;
}

static int wrong_type(struct json_get *g, const struct json_at *at, const char *key, const json_t *v, const char *want)
{
	return json_get_refuse(g, at, key, "%s where %s is expected", json_in_type(v), want);
}

/* The borrowed string of a member, as member(). */
static int text(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, struct span *ret)
{
	const json_t *v = NULL;
	int r = member(g, at, key, need, &v);

	if (r <= 0)
		return r;
	if (!json_is_string(v))
		return wrong_type(g, at, key, v, need == JSON_NULLABLE ? "a string or null" : "a string");
	if (json_string_length(v) == 0)
		return json_get_refuse(g, at, key, need == JSON_NULLABLE ? "empty, which is written as null" : "empty");
	*ret = span_of(json_string_value(v), json_string_length(v));
	return 1;
}

int json_get_string(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		    struct span *ret)
{
	struct span s;
	int r = text(g, at, key, need, &s);

	if (r < 0)
		return r;
	if (r == 0) {
		*ret = SPAN_NONE;
		return 0;
	}
	s = arena_copy(g->arena, s);
	if (!s.p)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "%s: needs more memory than one record may", key);
	*ret = s;
	return 0;
}

int json_get_edtf(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, struct edtf *ret)
{
	struct edtf d = {.grain = EDTF_NONE};
	struct span s;
	int r = text(g, at, key, need, &s);

	if (r < 0)
		return r;
	if (r == 1 && edtf_parse(s, &d) < 0)
		return json_get_refuse(g, at, key, "\"%.*s\" is no date", SPAN_FMT(utf8_head(s, 40)));
	*ret = d;
	return 0;
}

int json_get_int(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, int64_t min,
		 int64_t max, int64_t *ret)
{
	const json_t *v = NULL;
	int r = member(g, at, key, need, &v);

	if (r <= 0)
		return r;
	if (!json_is_integer(v))
		return wrong_type(g, at, key, v, "an integer");
	int64_t i = json_integer_value(v);
	if (i < min || i > max)
		return json_get_refuse(g, at, key, "%lld is not in %lld to %lld", (long long)i, (long long)min,
				       (long long)max);
	*ret = i;
	return 0;
}

int json_get_bool(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, bool *ret)
{
	const json_t *v = NULL;
	int r = member(g, at, key, need, &v);

	if (r <= 0)
		return r;
	if (!json_is_boolean(v))
		return wrong_type(g, at, key, v, "a boolean");
	*ret = json_is_true(v);
	return 0;
}

int json_get_word(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		  const char *const *words, int *ret)
{
	struct span s;
	int r = text(g, at, key, need, &s);

	if (r <= 0)
		return r;
	for (int i = 0; words[i]; i++)
		if (span_eq_str(s, words[i])) {
			*ret = i;
			return 0;
		}
	return json_get_refuse(g, at, key, "\"%.*s\" is no word for it", SPAN_FMT(utf8_head(s, 40)));
}

static int container(struct json_get *g, const struct json_at *at, const char *key, enum json_need need, bool array,
		     struct json_at *ret)
{
	const json_t *v = NULL;
	int r = member(g, at, key, need, &v);

	if (r < 0)
		return r;
	if (r == 1 && (array ? !json_is_array(v) : !json_is_object(v)))
		return wrong_type(g, at, key, v, array ? "an array" : "an object");
	*ret = (struct json_at){at, key, 0, v};
	return 0;
}

int json_get_array(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		   struct json_at *ret)
{
	return container(g, at, key, need, true, ret);
}

int json_get_object(struct json_get *g, const struct json_at *at, const char *key, enum json_need need,
		    struct json_at *ret)
{
	return container(g, at, key, need, false, ret);
}

struct json_at json_get_element(const struct json_at *at, size_t i)
{
	return (struct json_at){at, NULL, i, json_array_get(at->value, i)};
}
