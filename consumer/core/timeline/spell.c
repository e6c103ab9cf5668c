/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/spell.h"

const char *spell_status_name(enum spell_status s)
{
	static const char *const names[SPELL_STATUS_MAX_] = {"established", "expected", "unconfirmed", "disputed"};

	return (unsigned)s < SPELL_STATUS_MAX_ ? names[s] : "unknown";
}

static int cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int spell_cmp(const struct spell *a, const struct spell *b)
{
	int c = cmp_int(a->begin.lo, b->begin.lo);

	if (!c)
		c = cmp_int(a->begin.hi, b->begin.hi);
	if (!c)
		c = span_cmp(a->value, b->value);
	if (!c)
		c = cmp_int(a->end.lo, b->end.lo);
	if (!c)
		c = cmp_int(a->end.hi, b->end.hi);
	return c ? c : cmp_int(a->status, b->status);
}

static bool evidence_eq(const struct spell_evidence *a, const struct spell_evidence *b)
{
	return span_eq(a->uri, b->uri) && span_eq(a->version, b->version) && span_eq(a->rule, b->rule) &&
	       a->quote.field == b->quote.field && a->quote.start == b->quote.start && a->quote.end == b->quote.end &&
	       span_eq(a->quote.exact, b->quote.exact);
}

bool spell_eq(const struct spell *a, const struct spell *b)
{
	if (spell_cmp(a, b) || a->inferred != b->inferred || a->items != b->items || a->origins != b->origins ||
	    a->n_evidence != b->n_evidence)
		return false;
	for (size_t i = 0; i < a->n_evidence; i++)
		if (!evidence_eq(&a->evidence[i], &b->evidence[i]))
			return false;
	return true;
}

static bool yields_on(const struct timeline *t, size_t i, edtf_day d)
{
	for (size_t k = 0; k < t->n; k++)
		if (k != i && t->v[k].begin.hi == d && t->v[i].begin.hi < d && t->v[k].status == t->v[i].status)
			return true;
	return false;
}

enum spell_holds timeline_holds_on(const struct timeline *t, size_t i, edtf_day d)
{
	const struct spell *s = &t->v[i];

	if (d > s->end.hi || d < s->begin.lo || (s->begin.lo == EDTF_DAY_MIN && d < s->begin.hi))
		return SPELL_HOLDS_NOT;
	if (d == s->end.hi && yields_on(t, i, d))
		return SPELL_HOLDS_NOT;
	return d >= s->begin.hi && (d < s->end.lo || s->end.lo == s->end.hi) ? SPELL_HOLDS : SPELL_HOLDS_MAYBE;
}
