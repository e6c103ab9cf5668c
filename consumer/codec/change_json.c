/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/change_json.h"
#include "core/timeline/rules.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static void put_spell(struct json_out *o, const struct spell *s)
{
	if (s)
		spell_json_put(o, SPAN_NONE, s);
	else
		json_out_null(o);
}

void change_json_data(const struct change_event *e, struct strbuf *out)
{
	struct json_out o = {.b = out};
	const struct spell *own = e->change.after ? e->change.after : e->change.before;

	json_out_open(&o, '{');
	json_out_key(&o, "after");
	put_spell(&o, e->change.after);
	json_out_key(&o, "before");
	put_spell(&o, e->change.before);
	json_out_key(&o, "caused_by");
	json_out_open(&o, '{');
	json_out_key(&o, "uri");
	json_out_string(&o, e->uri);
	json_out_key(&o, "version");
	json_out_string_or_null(&o, e->version);
	json_out_close(&o, '}');
	json_out_key(&o, "evidence");
	if (e->n_evidence)
		spell_json_put_evidence(&o, e->evidence, e->n_evidence);
	else
		spell_json_put_evidence(&o, own->evidence, own->n_evidence);
	json_out_key(&o, "op");
	json_out_string(&o, span_str(change_op_name(e->change.op)));
	json_out_key(&o, "reason");
	json_out_string(&o, span_str(change_reason_name(e->reason)));
	json_out_key(&o, "slot");
	json_out_string(&o, e->slot);
	json_out_key(&o, "supersedes");
	json_out_string_or_null(&o, e->supersedes);
	json_out_close(&o, '}');
}

void change_json_identify(struct change_event *e, struct span data, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	strbuf_addf(scratch, "%" PRId64 "\n%" PRId64 "\n", e->epoch, e->sequence);
	strbuf_add(scratch, e->source);
	strbuf_addch(scratch, '\n');
	strbuf_add(scratch, e->causation);
	strbuf_addch(scratch, '\n');
	strbuf_add(scratch, data);
	struct digest d = digest_of(strbuf_span(scratch));
	digest_hex(&d, e->id);
}

/* The first day on which the change can have happened; EDTF_DAY_MIN where nothing bounds it. */
static edtf_day happened(const struct change *c)
{
	const struct spell *s = c->after ? c->after : c->before;
	struct day_range r = c->op == CHANGE_CLOSED ? s->end : s->begin;

	if (r.lo != EDTF_DAY_MIN)
		return r.lo;
	return r.hi == EDTF_DAY_MAX ? EDTF_DAY_MIN : r.hi;
}

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* The attributes in the order of their names; those of NULL value are absent. */
struct attributes {
	struct {
		const char *name;
		struct span value;
	} v[CHANGE_HEADERS_MAX];
	size_t n;
	char epoch[24], sequence[24], recorded[TIME_JSON_MAX], time[TIME_JSON_MAX];
};

static void add(struct attributes *a, const char *name, struct span value)
{
	a->v[a->n].name = name;
	a->v[a->n++].value = value;
}

static void fill(struct attributes *a, const struct change_event *e, struct span type)
{
	edtf_day day = happened(&e->change);

	a->n = 0;
	snprintf(a->epoch, sizeof(a->epoch), "%" PRId64, e->epoch);
	snprintf(a->sequence, sizeof(a->sequence), "%020" PRId64, e->sequence);
	time_json_format(e->recorded, a->recorded);
	add(a, "causationid", e->causation);
	add(a, "epoch", span_str(a->epoch));
	add(a, "id", span_str(e->id));
	add(a, "recordedtime", span_str(a->recorded));
	add(a, "sequence", span_str(a->sequence));
	add(a, "source", e->source);
	add(a, "specversion", SPAN_LIT("1.0"));
	add(a, "subject", e->slot);
	if (day != EDTF_DAY_MIN) {
		time_json_format(day * DAY_MS, a->time);
		add(a, "time", span_str(a->time));
	}
	add(a, "type", type);
}

int change_json_headers(const struct change_event *e, struct arena *arena,
			struct record_header ret[static CHANGE_HEADERS_MAX])
{
	struct span kind = slot_kind(e->slot);
	struct span type = arena_printf(arena, "scowire.%.*s.%s", SPAN_FMT(kind), change_op_name(e->change.op));
	struct attributes *a = arena_alloc(arena, sizeof(*a));
	size_t n = 0;

	if (!type.p || !a)
		return -ENOMEM;
	fill(a, e, type);
	for (size_t i = 0; i < a->n; i++) {
		struct span name = arena_printf(arena, "ce_%s", a->v[i].name);
		if (!name.p)
			return -ENOMEM;
		ret[n++] = (struct record_header){name, a->v[i].value};
	}
	ret[n++] = (struct record_header){SPAN_LIT("content-type"), SPAN_LIT("application/json")};
	return (int)n;
}

struct member {
	struct span name, value;
	bool raw; /* value is JSON */
};

/* As CloudEvents names them: lower-case letters and digits. */
static bool is_attribute(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((name.p[i] < 'a' || name.p[i] > 'z') && (name.p[i] < '0' || name.p[i] > '9'))
			return false;
	return name.n > 0;
}

/* In the order of the names. The fold writes its headers so, and then nothing moves. */
static size_t insert(struct member *v, size_t n, struct member m)
{
	size_t at = n;

	for (; at > 0 && span_cmp(v[at - 1].name, m.name) > 0; at--)
		v[at] = v[at - 1];
	v[at] = m;
	return n + 1;
}

int change_json_structured(const struct record *r, struct strbuf *out)
{
	struct member v[CHANGE_HEADERS_MAX + 2];
	struct json_out o = {.b = out};
	bool id = false;
	size_t n = 0;

	if (!r->value.n || r->n_headers > CHANGE_HEADERS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < r->n_headers; i++) {
		struct span name = r->headers[i].name;
		if (span_eq_str(name, "content-type"))
			name = SPAN_LIT("datacontenttype");
		else if (span_starts(name, SPAN_LIT("ce_")))
			name = span_sub(name, 3, name.n);
		else
			continue;
		if (!is_attribute(name))
			continue;
		id |= span_eq_str(name, "id");
		n = insert(v, n, (struct member){name, r->headers[i].value, false});
	}
	if (!id)
		return -EBADMSG;
	n = insert(v, n, (struct member){SPAN_LIT("data"), r->value, true});
	json_out_open(&o, '{');
	for (size_t i = 0; i < n; i++) {
		json_out_key_span(&o, v[i].name);
		if (v[i].raw)
			json_out_raw(&o, v[i].value);
		else
			json_out_string(&o, v[i].value);
	}
	json_out_close(&o, '}');
	return 0;
}
