/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/change_read.h"
#include "codec/epoch_json.h"
#include "ninjs/json_in.h"
#include <errno.h>

static struct span header(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (span_eq_str(r->headers[i].name, name))
			return r->headers[i].value;
	return SPAN_NONE;
}

static int need(const struct record *r, const char *name, struct span *ret, struct error *reterr)
{
	*ret = header(r, name);
	if (!ret->n)
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "not a change event: header %s is missing", name);
	return 0;
}

static int need_number(const struct record *r, const char *name, int64_t *ret, struct error *reterr)
{
	struct span s;
	int64_t v = 0;
	int e = need(r, name, &s, reterr);

	if (e < 0)
		return e;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || v > (INT64_MAX - 9) / 10)
			return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "header %s is not a number", name);
		v = 10 * v + (s.p[i] - '0');
	}
	if (v < 1)
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "header %s counts from 1", name);
	*ret = v;
	return 0;
}

int change_read_place(const struct record *r, int64_t *ret_epoch, int64_t *ret_sequence, struct error *reterr)
{
	int e = need_number(r, "ce_epoch", ret_epoch, reterr);

	return e < 0 ? e : need_number(r, "ce_sequence", ret_sequence, reterr);
}

static int read_headers(const struct record *r, struct change_read *c, struct error *reterr)
{
	struct span version, id, recorded;
	struct change_event *e = &c->event;

	if (need(r, "ce_specversion", &version, reterr) < 0 || need(r, "ce_id", &id, reterr) < 0 ||
	    need(r, "ce_source", &e->source, reterr) < 0 || need(r, "ce_type", &c->type, reterr) < 0 ||
	    need(r, "ce_recordedtime", &recorded, reterr) < 0 || need_number(r, "ce_epoch", &e->epoch, reterr) < 0 ||
	    need_number(r, "ce_sequence", &e->sequence, reterr) < 0)
		return -EBADMSG;
	if (!span_eq_str(version, "1.0"))
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "CloudEvents %.*s, this reads 1.0",
				 SPAN_FMT(span_sub(version, 0, 20)));
	if (id.n >= sizeof(e->id))
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "header ce_id is too long");
	if (time_json_parse(recorded, &e->recorded) < 0)
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "header ce_recordedtime is not a time in UTC");
	memcpy(e->id, id.p, id.n);
	e->id[id.n] = '\0';
	e->causation = header(r, "ce_causationid");
	c->hand_over = span_eq_str(c->type, EPOCH_EVENT_TYPE);
	return 0;
}

static int get_spell(struct json_get *g, const struct json_at *up, const char *key, const struct spell **ret)
{
	struct json_at at = {0};
	struct spell *s;
	int r = json_get_object(g, up, key, JSON_NULLABLE, &at);

	if (r < 0 || !at.value)
		return r;
	s = arena_alloc(g->arena, sizeof(*s));
	if (!s)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "too large for the memory limit");
	r = spell_json_get(g, &at, NULL, s);
	if (r == 0)
		*ret = s;
	return r;
}

static int get_cause(struct json_get *g, const struct json_at *up, struct change_event *ret)
{
	struct json_at at = {0};
	int r = json_get_object(g, up, "caused_by", JSON_NEEDED, &at);

	if (r == 0)
		r = json_get_string(g, &at, "uri", JSON_NEEDED, &ret->uri);
	return r == 0 ? json_get_string(g, &at, "version", JSON_NULLABLE, &ret->version) : r;
}

static int get_data(struct json_get *g, const struct json_at *at, struct change_event *ret)
{
	static const char *const keys[] = {"after",  "before", "caused_by",  "evidence", "op",
					   "reason", "slot",   "supersedes", NULL};
	struct span op = SPAN_NONE, reason = SPAN_NONE;
	int r = json_get_only(g, at, keys);

	if (r == 0)
		r = get_spell(g, at, "after", &ret->change.after);
	if (r == 0)
		r = get_spell(g, at, "before", &ret->change.before);
	if (r == 0)
		r = get_cause(g, at, ret);
	if (r == 0)
		r = spell_json_get_evidence(g, at, &ret->evidence, &ret->n_evidence);
	if (r == 0)
		r = json_get_string(g, at, "op", JSON_NEEDED, &op);
	if (r == 0)
		r = json_get_string(g, at, "reason", JSON_NEEDED, &reason);
	if (r == 0)
		r = json_get_string(g, at, "slot", JSON_NEEDED, &ret->slot);
	if (r == 0)
		r = json_get_string(g, at, "supersedes", JSON_NULLABLE, &ret->supersedes);
	if (r < 0)
		return r;
	int o = change_op_from_name(op), why = change_reason_from_name(reason);
	if (o < 0 || why < 0)
		return json_get_refuse(g, at, o < 0 ? "op" : "reason", "no such word");
	if (!ret->change.before && !ret->change.after)
		return json_get_refuse(g, at, "after", "nothing changes");
	ret->change.op = (enum change_op)o;
	ret->reason = (enum change_reason)why;
	ret->change.before_at = ret->change.after_at = SIZE_MAX;
	return 0;
}

static const struct json_limits limits = {(size_t)64 * 1024 * 1024, 8, 2000 * 1000, true};

int change_read_data(struct span data, struct arena *arena, struct change_event *ret, struct error *reterr)
{
	struct json_get g = {data, arena, reterr};
	struct change_event e = *ret;
	json_t *root;
	int r = json_in_object(data, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = get_data(&g, &(struct json_at){.value = root}, &e);
	json_decref(root);
	if (r == 0)
		*ret = e;
	return r;
}

int change_read(const struct record *r, struct arena *arena, struct change_read *ret, struct error *reterr)
{
	struct change_read c = {.data = r->value};
	json_t *root;
	int e = read_headers(r, &c, reterr);

	if (e == 0 && !c.hand_over)
		e = change_read_data(r->value, arena, &c.event, reterr);
	else if (e == 0 && (e = json_in_object(r->value, &limits, &root, reterr)) == 0)
		json_decref(root);
	if (e == 0)
		*ret = c;
	return e;
}
