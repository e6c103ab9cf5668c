/* SPDX-License-Identifier: Apache-2.0 */
#include "ninjs/ninjs.h"
#include "base/utf8.h"
#include "ninjs/json_text.h"
#include "ninjs/markup.h"
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <strings.h>

/* What the readers of single fields share. */
struct reader {
	const json_t *root;
	struct json_texts *texts;
	struct span raw;
	struct arena *arena;
	struct error *err;
};

/* A candidate for the headline or the body; the lowest rank wins, then the longest where `longest`, then the first. */
struct text {
	struct span value;
	bool markup;
	int rank;
};

static const char *const status_names[] = {"usable", "withheld", "canceled"};

const char *ninjs_status_name(enum ninjs_status s)
{
	return (unsigned)s < ARRAY_SIZE(status_names) ? status_names[s] : "unknown";
}

static int no_memory(struct reader *r)
{
	return error_set(r->err, ERROR_ACTION_SKIP, -ENOMEM, "needs more than the %zu bytes allowed for one item",
			 r->arena->cap);
}

/* Refuses the item for its member `key`: "key: what at byte N". */
static int refuse(struct reader *r, const char *key, const char *fmt, ...) PRINTF_LIKE(3, 4);
static int refuse(struct reader *r, const char *key, const char *fmt, ...)
{
	char what[ERROR_TEXT_MAX];
	size_t at = json_in_member(r->raw, key);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (at == ERROR_NO_OFFSET)
		at = 0;
	return error_set_at(r->err, ERROR_ACTION_SKIP, -EBADMSG, at, "%s%s at byte %zu", key, what, at);
}

static int wrong_type(struct reader *r, const char *key, const char *within, const json_t *v, const char *want)
{
	return refuse(r, key, "%s: %s where %s is expected", within, json_in_type(v), want);
}

static struct span string_of(const struct reader *r, const json_t *v)
{
	return json_text_of(r->texts, v);
}

/* The string member `key`, else `camel` (NULL: no such name), into the arena; empty where absent. */
static int read_string(struct reader *r, const char *key, const char *camel, const char **ret_key, struct span *ret)
{
	const json_t *v = json_object_get(r->root, key);

	if (!v && camel) {
		key = camel;
		v = json_object_get(r->root, key);
	}
	if (ret_key)
		*ret_key = key;
	if (!v)
		return 0;
	if (!json_is_string(v))
		return wrong_type(r, key, "", v, "a string");
	struct span s = arena_copy(r->arena, string_of(r, v));
	if (!s.p)
		return no_memory(r);
	*ret = s;
	return 0;
}

static int read_status(struct reader *r, enum ninjs_status *ret)
{
	const char *key;
	struct span s = SPAN_NONE;
	int e = read_string(r, "pubstatus", "pubStatus", &key, &s);

	if (e < 0 || !s.p)
		return e;
	for (size_t i = 0; i < ARRAY_SIZE(status_names); i++)
		if (span_eq_str(s, status_names[i])) {
			*ret = (enum ninjs_status)i;
			return 0;
		}
	return refuse(r, key, ": \"%.*s\" is none of usable, withheld, canceled", SPAN_FMT(utf8_head(s, 80)));
}

/* versioncreated orders versions, so it must be a time; the other two only date the item where it is absent. */
static int read_times(struct reader *r, struct ninjs_item *it)
{
	const char *key;
	struct span content = SPAN_NONE, first = SPAN_NONE;
	int e = read_string(r, "versioncreated", "versionCreated", &key, &it->versioncreated);

	if (e >= 0)
		e = read_string(r, "contentcreated", "contentCreated", NULL, &content);
	if (e >= 0)
		e = read_string(r, "firstcreated", "firstCreated", NULL, &first);
	if (e < 0)
		return e;
	if (it->versioncreated.p) {
		if (edtf_from_rfc3339(it->versioncreated, &it->published) == 0)
			return 0;
		return refuse(r, key, ": \"%.*s\" is no RFC 3339 time", SPAN_FMT(utf8_head(it->versioncreated, 80)));
	}
	if (edtf_from_rfc3339(content, &it->published) < 0)
		(void)edtf_from_rfc3339(first, &it->published);
	return 0;
}

/* infosource (1.x), infosources (2.x), infoSources (3.x): an array of objects; provider is no ninjs, but common. */
static int read_source(struct reader *r, struct span *ret)
{
	static const char *const keys[] = {"infosource", "infosources", "infoSources"};
	const json_t *entry, *name;
	size_t i;

	for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
		const json_t *list = json_object_get(r->root, keys[k]);
		if (!list)
			continue;
		if (!json_is_array(list))
			return wrong_type(r, keys[k], "", list, "an array");
		json_array_foreach((json_t *)list, i, entry)
		{
			if (!json_is_object(entry))
				return wrong_type(r, keys[k], "[]", entry, "an object");
			name = json_object_get(entry, "name");
			if (name && !json_is_string(name))
				return wrong_type(r, keys[k], "[].name", name, "a string");
			if (!name || json_string_length(name) == 0)
				continue;
			*ret = arena_copy(r->arena, string_of(r, name));
			return ret->p ? 0 : no_memory(r);
		}
	}
	const json_t *provider = json_object_get(r->root, "provider");
	if (json_is_object(provider))
		provider = json_object_get(provider, "name");
	if (!json_is_string(provider))
		return 0;
	*ret = arena_copy(r->arena, string_of(r, provider));
	return ret->p ? 0 : no_memory(r);
}

static bool contains(struct span s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, word, n) == 0)
			return true;
	return false;
}

static bool is_main(struct span role)
{
	return role.n == 4 && strncasecmp(role.p, "main", 4) == 0;
}

static void consider(struct text *best, struct text t, bool longest)
{
	if (t.value.n == 0)
		return;
	if (!best->value.p || t.rank < best->rank || (t.rank == best->rank && longest && t.value.n > best->value.n))
		*best = t;
}

/* The members of `bodies` or `headlines`: {role, contenttype, value}. Without a content type the text decides. */
static int consider_list(struct reader *r, const char *key, bool longest, struct text *best)
{
	const json_t *list = json_object_get(r->root, key), *entry;
	size_t i;

	if (!list)
		return 0;
	if (!json_is_array(list))
		return wrong_type(r, key, "", list, "an array");
	json_array_foreach((json_t *)list, i, entry)
	{
		if (!json_is_object(entry))
			return wrong_type(r, key, "[]", entry, "an object");
		const json_t *value = json_object_get(entry, "value"), *role = json_object_get(entry, "role");
		const json_t *type = json_object_get(entry, "contenttype");
		if (!type)
			type = json_object_get(entry, "contentType");
		if (!json_is_string(value))
			return wrong_type(r, key, "[].value", value, "a string");
		if (role && !json_is_string(role))
			return wrong_type(r, key, "[].role", role, "a string");
		if (type && !json_is_string(type))
			return wrong_type(r, key, "[].contenttype", type, "a string");
		struct span t = string_of(r, type);
		bool markup = type ? contains(t, "html") || contains(t, "xml") : markup_looks_like(string_of(r, value));
		bool main_role = !role || is_main(string_of(r, role));
		consider(best, (struct text){string_of(r, value), markup, (main_role ? 0 : 2) + markup}, longest);
	}
	return 0;
}

/* The 1.x members `headline_*` and `body_*`, whose suffix names the form: body_text, body_xhtml, body_main ... */
static int consider_suffixed(struct reader *r, const char *prefix, bool longest, struct text *best)
{
	const char *key;
	json_t *value;
	size_t n = strlen(prefix);

	json_object_foreach((json_t *)r->root, key, value)
	{
		struct span suffix = span_str(key);
		if (!span_starts(suffix, span_of(prefix, n)))
			continue;
		suffix = span_sub(suffix, n, suffix.n);
		if (!json_is_string(value))
			return wrong_type(r, key, "", value, "a string");
		bool text = contains(suffix, "text") || contains(suffix, "plain");
		bool markup = !text && (contains(suffix, "html") || contains(suffix, "xml") ||
					markup_looks_like(string_of(r, value)));
		consider(best, (struct text){string_of(r, value), markup, text ? 0 : 1}, longest);
	}
	return 0;
}

/* The text chosen, into the arena: as published, and plain. */
static int keep(struct reader *r, struct text t, struct span *published, struct span *plain, const struct markup **ret)
{
	if (!t.value.p)
		return 0;
	*published = *plain = arena_copy(r->arena, t.value);
	if (!published->p)
		return no_memory(r);
	if (!t.markup)
		return 0;
	struct markup *m = arena_alloc(r->arena, sizeof(*m));
	if (!m || markup_text(*published, r->arena, m) < 0)
		return no_memory(r);
	*plain = m->text;
	*ret = m;
	return 0;
}

static int read_headline(struct reader *r, struct ninjs_item *it)
{
	struct text best = {.value = SPAN_NONE};
	const json_t *simple = json_object_get(r->root, "headline");
	int e;

	if (simple && !json_is_string(simple))
		return wrong_type(r, "headline", "", simple, "a string");
	consider(&best, (struct text){string_of(r, simple), false, -1}, false);
	e = consider_list(r, "headlines", false, &best);
	if (e >= 0)
		e = consider_suffixed(r, "headline_", false, &best);
	return e < 0 ? e : keep(r, best, &it->headline_published, &it->headline, &it->headline_markup);
}

static int read_body(struct reader *r, struct ninjs_item *it)
{
	struct text best = {.value = SPAN_NONE};
	int e = consider_suffixed(r, "body_", true, &best);

	if (e >= 0)
		e = consider_list(r, "bodies", true, &best);
	return e < 0 ? e : keep(r, best, &it->body_published, &it->body, &it->body_markup);
}

/* versionCreated, infoSources: an upper-case letter after a lower-case one; a 1.x suffix (`body_HTML`) has none. */
static bool is_camel(const char *key)
{
	for (const char *p = key; *p; p++)
		if (islower((unsigned char)p[0]) && isupper((unsigned char)p[1]))
			return true;
	return false;
}

static int generation(const struct reader *r)
{
	const json_t *root = r->root;
	const json_t *standard = json_object_get(root, "standard");
	const char *key;
	json_t *value;
	int found = 1;

	if (!standard)
		standard = json_object_get(root, "$standard");
	struct span version = string_of(r, json_object_get(standard, "version"));
	if (version.n && version.p[0] >= '1' && version.p[0] <= '3' && (version.n == 1 || version.p[1] == '.'))
		return version.p[0] - '0';
	json_object_foreach((json_t *)root, key, value)
	{
		if (is_camel(key))
			return 3;
		if (strcmp(key, "headlines") == 0 || strcmp(key, "bodies") == 0 || strcmp(key, "infosources") == 0)
			found = 2;
	}
	return found;
}

static int read_item(struct reader *r, struct ninjs_item *it)
{
	int e = read_string(r, "uri", NULL, NULL, &it->uri);

	if (e < 0)
		return e;
	if (it->uri.n == 0)
		return refuse(r, "uri", ": %s, an item without identity", it->uri.p ? "empty" : "missing");
	if ((e = read_string(r, "version", NULL, NULL, &it->version)) < 0 ||
	    (e = read_string(r, "language", NULL, NULL, &it->language)) < 0 ||
	    (e = read_string(r, "located", NULL, NULL, &it->located)) < 0)
		return e;
	if ((e = read_status(r, &it->status)) < 0 || (e = read_times(r, it)) < 0 ||
	    (e = read_source(r, &it->source)) < 0)
		return e;
	if ((e = read_headline(r, it)) < 0 || (e = read_body(r, it)) < 0)
		return e;
	it->generation = generation(r);
	return 0;
}

int ninjs_parse(struct span raw, struct arena *arena, struct ninjs_item *ret, struct error *reterr)
{
	static const struct json_limits limits = {NINJS_SIZE_MAX, NINJS_DEPTH_MAX, NINJS_VALUES_MAX, false};
	struct ninjs_item it = {.status = NINJS_USABLE};
	struct json_texts texts = {.arena = arena};
	json_t *root;
	int e = json_text_object(raw, &limits, &texts, &root, reterr);

	if (e < 0)
		return e;
	struct reader r = {root, &texts, raw, arena, reterr};
	e = read_item(&r, &it);
	if (e == 0 && texts.failed)
		e = no_memory(&r);
	json_decref(root);
	if (e == 0)
		*ret = it;
	return e;
}

struct span ninjs_quote(const struct ninjs_item *item, bool headline, size_t *start, size_t *end)
{
	const struct markup *m = headline ? item->headline_markup : item->body_markup;

	if (m)
		markup_locate(m, *start, *end, start, end);
	return span_sub(headline ? item->headline_published : item->body_published, *start, *end);
}
