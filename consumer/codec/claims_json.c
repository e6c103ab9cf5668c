/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/claims_read.h"
#include "ninjs/json_out.h"
#include "codec/json_get.h"
#include "ninjs/json_in.h"
#include <ctype.h>
#include <errno.h>

const char *const claims_status_words[] = {"usable", "withheld", "canceled", NULL};
const char *const claims_field_words[] = {"headline", "body", NULL};
const char *const claims_modality_words[] = {"asserted", "planned", "proposed", "denied", NULL};
const char *const claims_derived_words[] = {"begin", "end", "holds_at", NULL};

const char *pubstatus_name(enum pubstatus s)
{
	return (unsigned)s <= PUBSTATUS_CANCELED ? claims_status_words[s] : "unknown";
}

/* Writing. Keys stand in byte order. */

static void put_evidence(struct json_out *o, const struct evidence *e)
{
	json_out_open(o, '{');
	json_out_key(o, "end");
	json_out_int(o, (int64_t)e->end);
	json_out_key(o, "exact");
	json_out_string(o, e->exact);
	json_out_key(o, "field");
	json_out_string(o, span_str(claims_field_words[e->field]));
	json_out_key(o, "start");
	json_out_int(o, (int64_t)e->start);
	json_out_close(o, '}');
}

static void put_derived(struct json_out *o, unsigned derived)
{
	json_out_open(o, '[');
	for (unsigned i = 0; claims_derived_words[i]; i++)
		if (derived & 1U << i)
			json_out_string(o, span_str(claims_derived_words[i]));
	json_out_close(o, ']');
}

static void put_claim(struct json_out *o, const struct claim *c)
{
	json_out_open(o, '{');
	if (span_eq_str(c->slot, "count")) {
		json_out_key(o, "approximate");
		json_out_bool(o, c->approximate);
	}
	json_out_key(o, "begin");
	json_out_edtf(o, c->begin);
	json_out_key(o, "derived");
	put_derived(o, c->derived);
	json_out_key(o, "end");
	json_out_edtf(o, c->end);
	json_out_key(o, "evidence");
	json_out_open(o, '[');
	for (size_t i = 0; i < c->n_evidence; i++)
		put_evidence(o, &c->evidence[i]);
	json_out_close(o, ']');
	json_out_key(o, "holds_at");
	json_out_edtf(o, c->holds_at);
	if (c->kind.n) {
		json_out_key(o, "kind");
		json_out_string(o, c->kind);
	}
	json_out_key(o, "modality");
	json_out_string(o, span_str(claims_modality_words[c->modality]));
	if (c->number >= 0) {
		json_out_key(o, "number");
		json_out_int(o, c->number);
	}
	json_out_key(o, "rule");
	json_out_string(o, c->rule);
	json_out_key(o, "slot");
	json_out_string(o, c->slot);
	json_out_key(o, "value");
	json_out_string(o, c->value);
	json_out_close(o, '}');
}

void claims_json_claim(const struct claim *c, struct strbuf *out)
{
	struct json_out o = {.b = out};

	put_claim(&o, c);
}

void claims_json_encode(const struct claims_record *r, struct strbuf *out)
{
	struct json_out o = {.b = out};
	char fingerprint[DIGEST_HEX + 1];

	digest_hex(&r->fingerprint, fingerprint);
	json_out_open(&o, '{');
	json_out_key(&o, "cited");
	json_out_string_or_null(&o, r->cited);
	json_out_key(&o, "claims");
	json_out_open(&o, '[');
	for (size_t i = 0; i < r->n_claims; i++)
		put_claim(&o, &r->claims[i]);
	json_out_close(&o, ']');
	json_out_key(&o, "fingerprint");
	json_out_string(&o, span_of(fingerprint, DIGEST_HEX));
	json_out_key(&o, "language");
	json_out_string_or_null(&o, r->language);
	json_out_key(&o, "pack");
	json_out_string(&o, r->pack);
	json_out_key(&o, "published");
	json_out_edtf(&o, r->published);
	json_out_key(&o, "source");
	json_out_string_or_null(&o, r->source);
	json_out_key(&o, "status");
	json_out_string(&o, span_str(pubstatus_name(r->status)));
	json_out_key(&o, "uri");
	json_out_string(&o, r->uri);
	json_out_key(&o, "version");
	json_out_string_or_null(&o, r->version);
	json_out_key(&o, "versioncreated");
	json_out_string_or_null(&o, r->versioncreated);
	json_out_close(&o, '}');
}

void claims_json_key(const struct claims_record *r, struct strbuf *out)
{
	strbuf_add(out, r->uri);
	strbuf_addch(out, '@');
	strbuf_add(out, r->version);
	strbuf_addch(out, '@');
	strbuf_add(out, r->versioncreated);
}

/* Reading. */

/* "presidency", "membership/BY": a lower-case word with hyphens, perhaps a slash and a qualifier. */
bool claims_slot_is_well_formed(struct span s)
{
	size_t i = 0;

	while (i < s.n && (islower((unsigned char)s.p[i]) || (i > 0 && s.p[i] == '-')))
		i++;
	if (i == 0 || i == s.n)
		return i > 0;
	if (s.p[i++] != '/' || i == s.n)
		return false;
	while (i < s.n && (isalnum((unsigned char)s.p[i]) || s.p[i] == '-'))
		i++;
	return i == s.n;
}

static int get_evidence(struct json_get *g, const struct json_at *at, struct evidence *ret)
{
	static const char *const keys[] = {"end", "exact", "field", "start", NULL};
	int64_t start = 0, end = 0;
	int field = 0;
	int r = json_get_only(g, at, keys);

	if (r < 0 || (r = json_get_word(g, at, "field", JSON_NEEDED, claims_field_words, &field)) < 0 ||
	    (r = json_get_int(g, at, "start", JSON_NEEDED, 0, INT32_MAX, &start)) < 0 ||
	    (r = json_get_int(g, at, "end", JSON_NEEDED, 1, INT32_MAX, &end)) < 0 ||
	    (r = json_get_string(g, at, "exact", JSON_NEEDED, &ret->exact)) < 0)
		return r;
	if (end <= start || (size_t)(end - start) != ret->exact.n)
		return json_get_refuse(g, at, "exact", "%zu bytes, but %lld to %lld", ret->exact.n, (long long)start,
				       (long long)end);
	ret->field = (enum claim_field)field;
	ret->start = (size_t)start;
	ret->end = (size_t)end;
	return 0;
}

static int get_all_evidence(struct json_get *g, const struct json_at *at, struct claim *c)
{
	struct json_at list;
	int r = json_get_array(g, at, "evidence", JSON_NEEDED, &list);

	if (r < 0)
		return r;
	c->n_evidence = json_array_size(list.value);
	if (c->n_evidence == 0)
		return json_get_refuse(g, at, "evidence", "empty: a claim needs a quote");
	struct evidence *e = arena_array(g->arena, c->n_evidence, sizeof(*e));
	if (!e)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "evidence: needs more memory than one record may");
	for (size_t i = 0; i < c->n_evidence; i++) {
		struct json_at one = json_get_element(&list, i);
		if ((r = get_evidence(g, &one, &e[i])) < 0)
			return r;
	}
	c->evidence = e;
	return 0;
}

/* The dates that were computed: each named once, in order, and each a date that the claim has. */
static int get_derived(struct json_get *g, const struct json_at *at, struct claim *c)
{
	const struct edtf dates[] = {c->begin, c->end, c->holds_at};
	struct json_at list;
	int last = -1;
	int r = json_get_array(g, at, "derived", JSON_NEEDED, &list);

	if (r < 0)
		return r;
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct json_at one = json_get_element(&list, i);
		const char *word = json_string_value(one.value);
		int k = 0;
		while (claims_derived_words[k] && (!word || strcmp(word, claims_derived_words[k]) != 0))
			k++;
		if (!claims_derived_words[k])
			return json_get_refuse(g, &one, NULL, "not begin, end or holds_at");
		if (k <= last)
			return json_get_refuse(g, &one, NULL, "twice or out of order");
		if (!edtf_is_set(dates[k]))
			return json_get_refuse(g, &one, NULL, "names %s, which is null", claims_derived_words[k]);
		c->derived |= 1U << k;
		last = k;
	}
	return 0;
}

static int get_dates(struct json_get *g, const struct json_at *at, struct claim *c)
{
	char begin[EDTF_STRLEN_MAX], end[EDTF_STRLEN_MAX];
	int r;

	if ((r = json_get_edtf(g, at, "begin", JSON_NULLABLE, &c->begin)) < 0 ||
	    (r = json_get_edtf(g, at, "end", JSON_NULLABLE, &c->end)) < 0 ||
	    (r = json_get_edtf(g, at, "holds_at", JSON_NULLABLE, &c->holds_at)) < 0)
		return r;
	if (edtf_is_set(c->begin) && edtf_is_set(c->end) && edtf_lo(c->begin) > edtf_hi(c->end)) {
		edtf_format(c->begin, begin);
		edtf_format(c->end, end);
		return json_get_refuse(g, at, "begin", "%s is after the end %s", begin, end);
	}
	return get_derived(g, at, c);
}

static int get_claim(struct json_get *g, const struct json_at *at, struct claim *c)
{
	static const char *const keys[] = {"approximate", "begin",  "derived", "end",  "evidence", "holds_at", "kind",
					   "modality",	  "number", "rule",    "slot", "value",	   NULL};
	int modality = 0;
	int r = json_get_only(g, at, keys);

	c->number = -1;
	if (r < 0 || (r = json_get_string(g, at, "slot", JSON_NEEDED, &c->slot)) < 0)
		return r;
	if (!claims_slot_is_well_formed(c->slot))
		return json_get_refuse(g, at, "slot", "not of the form name or name/qualifier");
	if ((r = json_get_string(g, at, "value", JSON_NEEDED, &c->value)) < 0 ||
	    (r = json_get_word(g, at, "modality", JSON_NEEDED, claims_modality_words, &modality)) < 0 ||
	    (r = json_get_string(g, at, "rule", JSON_NEEDED, &c->rule)) < 0 ||
	    (r = json_get_string(g, at, "kind", JSON_OPTIONAL, &c->kind)) < 0 ||
	    (r = json_get_int(g, at, "number", JSON_OPTIONAL, 0, INT64_MAX, &c->number)) < 0)
		return r;
	c->modality = (enum claim_modality)modality;
	bool count = span_eq_str(c->slot, "count");
	if (!count && json_object_get(at->value, "approximate"))
		return json_get_refuse(g, at, "approximate", "only a count has it");
	if (count && (r = json_get_bool(g, at, "approximate", JSON_NEEDED, &c->approximate)) < 0)
		return r;
	r = get_dates(g, at, c);
	return r < 0 ? r : get_all_evidence(g, at, c);
}

const char *claims_pack_fault(struct span have, struct span want)
{
	size_t at = span_find(have, SPAN_LIT("@"), 0);

	if (at == SIZE_MAX || at == 0 || at + 1 == have.n)
		return "not of the form name@version";
	return want.n && !span_eq(span_sub(have, 0, at), want) ? "is not a version of" : NULL;
}

static int check_pack(struct json_get *g, const struct json_at *root, struct span have, struct span want)
{
	const char *fault = claims_pack_fault(have, want);

	if (!fault)
		return 0;
	if (fault[0] == 'n')
		return json_get_refuse(g, root, "pack", "%s", fault);
	return json_get_refuse(g, root, "pack", "\"%.*s\" %s %.*s", SPAN_FMT(span_sub(have, 0, 60)), fault,
			       SPAN_FMT(want));
}

static int get_head(struct json_get *g, const struct json_at *root, struct span pack, struct claims_record *c)
{
	struct span fingerprint;
	struct edtf created;
	int status = 0, r;

	if ((r = json_get_string(g, root, "uri", JSON_NEEDED, &c->uri)) < 0 ||
	    (r = json_get_string(g, root, "version", JSON_NULLABLE, &c->version)) < 0 ||
	    (r = json_get_string(g, root, "versioncreated", JSON_NULLABLE, &c->versioncreated)) < 0 ||
	    (r = json_get_edtf(g, root, "published", JSON_NULLABLE, &c->published)) < 0 ||
	    (r = json_get_word(g, root, "status", JSON_NEEDED, claims_status_words, &status)) < 0 ||
	    (r = json_get_string(g, root, "language", JSON_NULLABLE, &c->language)) < 0 ||
	    (r = json_get_string(g, root, "source", JSON_NULLABLE, &c->source)) < 0 ||
	    (r = json_get_string(g, root, "cited", JSON_NULLABLE, &c->cited)) < 0 ||
	    (r = json_get_string(g, root, "pack", JSON_NEEDED, &c->pack)) < 0 ||
	    (r = json_get_string(g, root, "fingerprint", JSON_NEEDED, &fingerprint)) < 0)
		return r;
	c->status = (enum pubstatus)status;
	if (c->versioncreated.n && edtf_from_rfc3339(c->versioncreated, &created) < 0)
		return json_get_refuse(g, root, "versioncreated", "no RFC 3339 time");
	char again[DIGEST_HEX + 1] = "";
	if (digest_from_hex(fingerprint, &c->fingerprint) == 0)
		digest_hex(&c->fingerprint, again);
	if (!span_eq_str(fingerprint, again))
		return json_get_refuse(g, root, "fingerprint", "not 32 lower-case hexadecimal digits");
	return check_pack(g, root, c->pack, pack);
}

static int get_record(struct json_get *g, const struct json_at *root, struct span pack, struct claims_record *c)
{
	static const char *const keys[] = {"cited",  "claims", "fingerprint", "language", "pack",	    "published",
					   "source", "status", "uri",	      "version",  "versioncreated", NULL};
	struct json_at list;
	int r = json_get_only(g, root, keys);

	if (r < 0 || (r = get_head(g, root, pack, c)) < 0 ||
	    (r = json_get_array(g, root, "claims", JSON_NEEDED, &list)) < 0)
		return r;
	c->n_claims = json_array_size(list.value);
	if (c->n_claims && c->status != PUBSTATUS_USABLE)
		return json_get_refuse(g, root, "claims", "an item that is %s makes none", pubstatus_name(c->status));
	c->claims = arena_array(g->arena, c->n_claims, sizeof(*c->claims));
	if (!c->claims)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "claims: needs more memory than one record may");
	for (size_t i = 0; i < c->n_claims; i++) {
		struct json_at one = json_get_element(&list, i);
		if ((r = get_claim(g, &one, &c->claims[i])) < 0)
			return r;
	}
	return 0;
}

int claims_json_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret,
		       struct error *reterr)
{
	return claims_canonical_decode(raw, pack, arena, ret) ? 0 : claims_tree_decode(raw, pack, arena, ret, reterr);
}

int claims_tree_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret,
		       struct error *reterr)
{
	static const struct json_limits limits = {CLAIMS_JSON_SIZE_MAX, 8, 200 * 1000, true};
	struct json_get g = {raw, arena, reterr};
	struct claims_record c = {.status = PUBSTATUS_USABLE};
	json_t *root;
	int r = json_in_object(raw, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = get_record(&g, &(struct json_at){.value = root}, pack, &c);
	json_decref(root);
	if (r == 0)
		*ret = c;
	return r;
}
