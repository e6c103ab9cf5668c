/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/yaml.h"
#include <errno.h>
#include <stdarg.h>
#include <yaml.h>

#define YAML_DEPTH_MAX 32

struct reader {
	yaml_parser_t parser;
	struct span file;
	struct arena *arena;
	struct error *err;
};

int ynode_error(const struct ynode *n, struct error *reterr, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "%.*s:%u: %s", SPAN_FMT(n->file), n->line, text);
}

static struct ynode *node_new(struct reader *r, enum ynode_kind kind, const yaml_event_t *e)
{
	struct ynode *n = arena_alloc(r->arena, sizeof(*n));

	if (n) {
		n->kind = kind;
		n->file = r->file;
		n->line = (unsigned)e->start_mark.line + 1;
	}
	return n;
}

static int node_push(struct reader *r, struct ynode *n, struct ynode *key, struct ynode *item)
{
	size_t cap = n->cap;

	if (arena_grow(r->arena, &n->items, n->n, &n->cap, sizeof(*n->items)) < 0)
		return -ENOMEM;
	if (n->kind == YNODE_MAP && arena_grow(r->arena, &n->keys, n->n, &cap, sizeof(*n->keys)) < 0)
		return -ENOMEM;
	if (n->kind == YNODE_MAP)
		n->keys[n->n] = key;
	n->items[n->n++] = item;
	return 0;
}

static int next_event(struct reader *r, yaml_event_t *e)
{
	if (yaml_parser_parse(&r->parser, e))
		return 0;
	return error_set(r->err, ERROR_ACTION_STOP, -EBADMSG, "%.*s:%zu: %s", SPAN_FMT(r->file),
			 r->parser.problem_mark.line + 1, r->parser.problem ? r->parser.problem : "not YAML");
}

static int read_node(struct reader *r, yaml_event_t *e, int depth, struct ynode **ret);

/* Reads the children of a list or map up to its end event. */
static int read_children(struct reader *r, struct ynode *n, yaml_event_type_t end, int depth)
{
	for (;;) {
		struct ynode *key = NULL, *item;
		yaml_event_t e;
		int rc = next_event(r, &e);

		if (rc < 0)
			return rc;
		if (e.type == end) {
			yaml_event_delete(&e);
			return 0;
		}
		if (n->kind == YNODE_MAP) {
			rc = read_node(r, &e, depth + 1, &key);
			if (rc < 0)
				return rc;
			if (key->kind != YNODE_SCALAR)
				return ynode_error(key, r->err, "a key must be a word");
			for (size_t i = 0; i < n->n; i++)
				if (span_eq(n->keys[i]->text, key->text))
					return ynode_error(key, r->err, "%.*s: given twice", SPAN_FMT(key->text));
			rc = next_event(r, &e);
			if (rc < 0)
				return rc;
		}
		rc = read_node(r, &e, depth + 1, &item);
		if (rc == 0)
			rc = node_push(r, n, key, item);
		if (rc < 0)
			return rc;
	}
}

/* Consumes the event. */
static int read_node(struct reader *r, yaml_event_t *e, int depth, struct ynode **ret)
{
	yaml_event_type_t end = YAML_NO_EVENT;
	struct ynode *n = NULL;
	int rc = 0;

	if (e->type == YAML_SCALAR_EVENT) {
		n = node_new(r, YNODE_SCALAR, e);
		if (n) {
			n->text = arena_copy(r->arena,
					     span_of((const char *)e->data.scalar.value, e->data.scalar.length));
			n = n->text.p ? n : NULL;
		}
	} else if (e->type == YAML_SEQUENCE_START_EVENT || e->type == YAML_MAPPING_START_EVENT) {
		bool map = e->type == YAML_MAPPING_START_EVENT;

		n = node_new(r, map ? YNODE_MAP : YNODE_LIST, e);
		end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
	} else {
		rc = error_set(r->err, ERROR_ACTION_STOP, -EBADMSG, "%.*s:%zu: aliases are not supported",
			       SPAN_FMT(r->file), e->start_mark.line + 1);
	}
	yaml_event_delete(e);
	if (rc == 0 && !n)
		rc = error_set(r->err, ERROR_ACTION_STOP, -ENOMEM, "%.*s: out of memory", SPAN_FMT(r->file));
	if (rc == 0 && end != YAML_NO_EVENT)
		rc = depth < YAML_DEPTH_MAX ? read_children(r, n, end, depth)
					    : ynode_error(n, r->err, "nested too deep");
	if (rc == 0)
		*ret = n;
	return rc;
}

int yaml_read(struct span file, struct span text, struct arena *arena, struct ynode **ret, struct error *reterr)
{
	struct reader r = {.file = file, .arena = arena, .err = reterr};
	struct ynode *root = NULL;
	int rc = 0;

	if (!yaml_parser_initialize(&r.parser))
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
	for (bool more = true; rc == 0 && more;) {
		yaml_event_t e;

		rc = next_event(&r, &e);
		if (rc < 0)
			break;
		if (e.type == YAML_STREAM_START_EVENT || e.type == YAML_DOCUMENT_START_EVENT ||
		    e.type == YAML_DOCUMENT_END_EVENT || e.type == YAML_STREAM_END_EVENT) {
			more = e.type != YAML_STREAM_END_EVENT;
			yaml_event_delete(&e);
		} else if (root) {
			yaml_event_delete(&e);
			rc = ynode_error(root, reterr, "more than one document");
		} else {
			rc = read_node(&r, &e, 0, &root);
		}
	}
	yaml_parser_delete(&r.parser);
	if (rc == 0 && !root)
		rc = error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "%.*s:1: empty file", SPAN_FMT(file));
	if (rc == 0)
		*ret = root;
	return rc;
}

struct ynode *ynode_get(const struct ynode *m, const char *key)
{
	for (size_t i = 0; m && m->kind == YNODE_MAP && i < m->n; i++)
		if (span_eq_str(m->keys[i]->text, key))
			return m->items[i];
	return NULL;
}

struct span ynode_text(const struct ynode *m, const char *key)
{
	const struct ynode *n = ynode_get(m, key);

	return n && n->kind == YNODE_SCALAR ? n->text : SPAN_NONE;
}

int ynode_only_keys(const struct ynode *m, const char *const *allowed, struct error *reterr)
{
	if (m->kind != YNODE_MAP)
		return ynode_error(m, reterr, "a map is expected here");
	for (size_t i = 0; i < m->n; i++) {
		const char *const *a = allowed;

		while (*a && !span_eq_str(m->keys[i]->text, *a))
			a++;
		if (!*a)
			return ynode_error(m->keys[i], reterr, "unknown key: %.*s", SPAN_FMT(m->keys[i]->text));
	}
	return 0;
}

size_t ynode_count(const struct ynode *n)
{
	if (!n)
		return 0;
	return n->kind == YNODE_SCALAR ? 1 : n->n;
}

const struct ynode *ynode_item(const struct ynode *n, size_t i)
{
	return n->kind == YNODE_SCALAR ? n : n->items[i];
}
