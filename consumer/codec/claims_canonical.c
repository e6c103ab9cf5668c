/* SPDX-License-Identifier: Apache-2.0 */
/* Records as claims_json_encode() writes them, read in one pass without a tree. */
#include "base/utf8.h"
#include "codec/claims_read.h"

struct reader {
	char *p, *end; /* of a copy, in which escapes are undone */
	struct arena *arena;
};

static bool skip(struct reader *r, const char *literal, size_t n)
{
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, literal, n) != 0)
		return false;
	r->p += n;
	return true;
}

#define SKIP(r, literal) skip(r, literal, sizeof(literal) - 1)

/* One escape as json_out_string() writes it; the number of bytes that it takes, 0 for any other. */
static size_t read_escape(const char *p, const char *end, char *ret)
{
	static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\", hex[] = "0123456789abcdef";

	if (end - p < 2)
		return 0;
	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2)
		if (shorts[i + 1] == p[1]) {
			*ret = shorts[i];
			return 2;
		}
	const char *digit = end - p >= 6 && p[5] ? strchr(hex, p[5]) : NULL;
	if (!digit || memcmp(p, "\\u00", 4) != 0 || (p[4] != '0' && p[4] != '1'))
		return 0;
	*ret = (char)((p[4] - '0') * 16 + (digit - hex));
	return *ret && !strchr("\b\t\n\f\r", *ret) ? 6 : 0;
}

/* A string, not empty. */
static bool read_string(struct reader *r, struct span *ret)
{
	if (r->p == r->end || *r->p != '"')
		return false;
	char *p = r->p + 1, *to;
	while (p < r->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	for (to = p; p < r->end && *p != '"' && (unsigned char)*p >= 0x20;) {
		char c = *p;
		size_t n = c == '\\' ? read_escape(p, r->end, &c) : 1;
		if (!n)
			return false;
		*to++ = c;
		p += n;
	}
	if (p == r->end || *p != '"' || to == r->p + 1)
		return false;
	*ret = span_of(r->p + 1, (size_t)(to - r->p - 1));
	r->p = p + 1;
	return true;
}

static bool read_nullable(struct reader *r, struct span *ret)
{
	*ret = SPAN_NONE;
	return SKIP(r, "null") || read_string(r, ret);
}

static bool read_date(struct reader *r, struct edtf *ret)
{
	struct span s;

	*ret = (struct edtf){.grain = EDTF_NONE};
	return read_nullable(r, &s) && (!s.n || edtf_parse(s, ret) == 0);
}

/* Digits as json_out_int() has them, up to eighteen. */
static bool read_number(struct reader *r, int64_t *ret)
{
	char *p = r->p;
	int64_t n = 0;

	while (p < r->end && *p >= '0' && *p <= '9' && p - r->p < 18)
		n = n * 10 + (*p++ - '0');
	if (p == r->p || (*r->p == '0' && p > r->p + 1))
		return false;
	r->p = p;
	*ret = n;
	return true;
}

static bool read_word(struct reader *r, const char *const *words, int *ret)
{
	struct span s;

	if (!read_string(r, &s))
		return false;
	for (int i = 0; words[i]; i++)
		if (span_eq_str(s, words[i])) {
			*ret = i;
			return true;
		}
	return false;
}

static bool read_quote(struct reader *r, struct evidence *ret)
{
	int64_t start, end;
	int field;

	if (!SKIP(r, "{\"end\":") || !read_number(r, &end) || !SKIP(r, ",\"exact\":") || !read_string(r, &ret->exact) ||
	    !SKIP(r, ",\"field\":") || !read_word(r, claims_field_words, &field) || !SKIP(r, ",\"start\":") ||
	    !read_number(r, &start) || !SKIP(r, "}"))
		return false;
	ret->field = (enum claim_field)field;
	ret->start = (size_t)start;
	ret->end = (size_t)end;
	return end <= INT32_MAX && end > start && (size_t)(end - start) == ret->exact.n;
}

static bool read_evidence(struct reader *r, struct claim *c)
{
	struct evidence *v = NULL;
	size_t n = 0, cap = 0;

	if (!SKIP(r, "["))
		return false;
	do {
		if (arena_grow(r->arena, &v, n, &cap, sizeof(*v)) < 0 || !read_quote(r, &v[n++]))
			return false;
	} while (SKIP(r, ","));
	c->evidence = v;
	c->n_evidence = n;
	return SKIP(r, "]");
}

static bool read_derived(struct reader *r, unsigned *ret)
{
	int last = -1, word;

	*ret = 0;
	if (SKIP(r, "[]"))
		return true;
	if (!SKIP(r, "["))
		return false;
	do {
		if (!read_word(r, claims_derived_words, &word) || word <= last)
			return false;
		*ret |= 1U << word;
		last = word;
	} while (SKIP(r, ","));
	return SKIP(r, "]");
}

/* What the members of a claim must be to each other. */
static bool claim_is_sound(const struct claim *c, bool approximate)
{
	const struct edtf dates[] = {c->begin, c->end, c->holds_at};

	for (unsigned i = 0; i < ARRAY_SIZE(dates); i++)
		if (c->derived & 1U << i && !edtf_is_set(dates[i]))
			return false;
	if (edtf_is_set(c->begin) && edtf_is_set(c->end) && edtf_lo(c->begin) > edtf_hi(c->end))
		return false;
	return claims_slot_is_well_formed(c->slot) && approximate == span_eq_str(c->slot, "count");
}

static bool read_claim(struct reader *r, struct claim *c)
{
	bool approximate = false;
	int modality;

	*c = (struct claim){.number = -1};
	if (!SKIP(r, "{"))
		return false;
	if (SKIP(r, "\"approximate\":")) {
		approximate = true;
		c->approximate = SKIP(r, "true");
		if (!(c->approximate || SKIP(r, "false")) || !SKIP(r, ","))
			return false;
	}
	if (!SKIP(r, "\"begin\":") || !read_date(r, &c->begin) || !SKIP(r, ",\"derived\":") ||
	    !read_derived(r, &c->derived) || !SKIP(r, ",\"end\":") || !read_date(r, &c->end) ||
	    !SKIP(r, ",\"evidence\":") || !read_evidence(r, c) || !SKIP(r, ",\"holds_at\":") ||
	    !read_date(r, &c->holds_at))
		return false;
	if (SKIP(r, ",\"kind\":") && !read_string(r, &c->kind))
		return false;
	if (!SKIP(r, ",\"modality\":") || !read_word(r, claims_modality_words, &modality))
		return false;
	c->modality = (enum claim_modality)modality;
	if (SKIP(r, ",\"number\":") && !read_number(r, &c->number))
		return false;
	return SKIP(r, ",\"rule\":") && read_string(r, &c->rule) && SKIP(r, ",\"slot\":") && read_string(r, &c->slot) &&
	       SKIP(r, ",\"value\":") && read_string(r, &c->value) && SKIP(r, "}") && claim_is_sound(c, approximate);
}

static bool read_claims(struct reader *r, struct claims_record *ret)
{
	size_t cap = 0;

	ret->claims = NULL;
	if (SKIP(r, "[]"))
		return true;
	if (!SKIP(r, "["))
		return false;
	do {
		if (arena_grow(r->arena, &ret->claims, ret->n_claims, &cap, sizeof(*ret->claims)) < 0 ||
		    !read_claim(r, &ret->claims[ret->n_claims++]))
			return false;
	} while (SKIP(r, ","));
	return SKIP(r, "]");
}

static bool read_fingerprint(struct reader *r, struct digest *ret)
{
	struct span s;

	if (!read_string(r, &s) || s.n != DIGEST_HEX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'F')
			return false;
	return digest_from_hex(s, ret) == 0;
}

static bool read_record(struct reader *r, struct claims_record *c)
{
	struct edtf created;
	int status;

	if (!SKIP(r, "{\"cited\":") || !read_nullable(r, &c->cited) || !SKIP(r, ",\"claims\":") || !read_claims(r, c) ||
	    !SKIP(r, ",\"fingerprint\":") || !read_fingerprint(r, &c->fingerprint) || !SKIP(r, ",\"language\":") ||
	    !read_nullable(r, &c->language) || !SKIP(r, ",\"pack\":") || !read_string(r, &c->pack) ||
	    !SKIP(r, ",\"published\":") || !read_date(r, &c->published) || !SKIP(r, ",\"source\":") ||
	    !read_nullable(r, &c->source) || !SKIP(r, ",\"status\":") || !read_word(r, claims_status_words, &status) ||
	    !SKIP(r, ",\"uri\":") || !read_string(r, &c->uri) || !SKIP(r, ",\"version\":") ||
	    !read_nullable(r, &c->version) || !SKIP(r, ",\"versioncreated\":") ||
	    !read_nullable(r, &c->versioncreated) || !SKIP(r, "}"))
		return false;
	c->status = (enum pubstatus)status;
	return r->p == r->end && (!c->n_claims || c->status == PUBSTATUS_USABLE) &&
	       (!c->versioncreated.n || edtf_from_rfc3339(c->versioncreated, &created) == 0);
}

bool claims_canonical_decode(struct span raw, struct span pack, struct arena *arena, struct claims_record *ret)
{
	struct claims_record c = {.status = PUBSTATUS_USABLE};

	if (raw.n > CLAIMS_CANONICAL_MAX || utf8_valid_until(raw) != raw.n)
		return false;
	struct span copy = arena_copy(arena, raw);
	if (!copy.p)
		return false;
	char *text = (char *)(uintptr_t)copy.p;
	struct reader r = {.p = text, .end = text + copy.n, .arena = arena};
	if (!read_record(&r, &c) || claims_pack_fault(c.pack, pack))
		return false;
	*ret = c;
	return true;
}
