/* SPDX-License-Identifier: Apache-2.0 */
/* apply.c: runs the rules over a sentence, and drafts a claim for each value of each template of a rule that matches.
 *
 * All matches of all rules are taken; what they say twice, merge.c folds together. A match counts for the organisation
 * that is named in it, else the nearest in the sentence, else the last in the text.
 */
#include "core/claim/engine.h"
#include "core/pack/build.h"
#include <errno.h>

#define PASSING_REACH 3 /* tokens to a body named in passing, which is farther off no rival of ours */
#define OTHER_CLAUSE 8	/* tokens by which an organisation of another clause is farther off */

static bool breaks_between(const struct sentence_view *s, const struct match *m, size_t i)
{
	for (size_t k = i < m->start ? i + 1 : m->end; k < (i < m->start ? m->start : i); k++)
		if (tagset_has(&s->v[k].tags, TAG_BREAK) || tagset_has(&s->v[k].tags, TAG_ELIDED) ||
		    (i >= m->end && (tagset_has(&s->v[k].tags, TAG_RELATIVE) || tagset_has(&s->v[k].tags, TAG_APART))))
			return true;
	return false;
}

/* Are all the breaks between token i and the match after it such that dates reach across? */
static bool carried(const struct sentence_view *s, const struct match *m, size_t i)
{
	for (; i < m->start; i++)
		if (tagset_has(&s->v[i].tags, TAG_BREAK) && !tagset_has(&s->v[i].tags, TAG_CARRY))
			return false;
	return true;
}

/* Is this match about the pack's organisation? With `bodies`, a body of it counts neither way. */
static bool about_us(const struct engine *e, const struct sentence_view *s, const struct match *m, bool bodies)
{
	size_t best = SIZE_MAX;
	bool ours = e->memory.org == ORG_OURS ||
		    (bodies && e->memory.org == ORG_OTHER && e->memory.bodies && e->memory.named == ORG_OURS);
	/* what "the organisation" means at token i: the one named before it in the sentence, else before that */
	bool known = e->memory.named != ORG_NONE, meant = e->memory.named == ORG_OURS || e->memory.org == ORG_OURS;

	for (size_t i = 0; i < s->n; i++) {
		bool us = token_names_us(e, &s->v[i]), hidden = tagset_has(&s->v[i].tags, TAG_HIDDEN);
		/* a hidden body (a forum of ours) is about who holds it */
		bool other = tagset_has(&s->v[i].tags, TAG_OTHERORG) && !(us && hidden),
		     org = (tagset_has(&s->v[i].tags, TAG_ORG) || (us && hidden)) && !other;
		bool ref = tagset_has(&s->v[i].tags, TAG_ORGREF) && known;
		size_t d = i < m->start ? m->start - i : i >= m->end ? i - m->end + 1 : 0;

		d += d && breaks_between(s, m, i) ? OTHER_CLAUSE : 0;
		if (hidden && other && e->memory.topic == ORG_OURS && d > PASSING_REACH)
			continue;
		if (other && i >= m->aside && i < m->resume)
			continue;

		if (us || other) {
			known = true;
			meant = us;
		}
		if ((!org && !other && !ref) || (bodies && other && tagset_has(&s->v[i].tags, TAG_SUBBODY)))
			continue;
		if (ref && !org && !other)
			org = meant;
		/* What another clause says of others is aside where the text is about us; not what the clauses before
		 * a comma of Chinese have made the matter. */
		if (other && e->memory.org == ORG_OURS && breaks_between(s, m, i) &&
		    !(i < m->start && carried(s, m, i)))
			continue;
		if (d < best || (d == best && org)) {
			best = d;
			ours = org;
		}
	}
	return ours;
}

static bool match_has(const struct sentence_view *s, const struct match *m, unsigned tag)
{
	for (size_t i = m->start; i < m->end; i++)
		if ((tag == TAG_PLANNED || i < m->aside || i >= m->resume) && tagset_has(&s->v[i].tags, tag))
			return true;
	return false;
}

/* The strongest cue in the match or right before it; a plan on a condition is a proposal. */
static enum claim_modality modality_of(const struct sentence_view *s, const struct match *m, const struct template *t)
{
	struct match wide = *m;

	if (t->modality.n)
		return (enum claim_modality)claim_modality_from_name(t->modality);
	wide.start = (uint16_t)(m->start - (m->start > 0 && tagset_has(&s->v[m->start - 1].tags, TAG_CUE)));
	if (match_has(s, m, TAG_DENIED))
		return CLAIM_DENIED;
	if (match_has(s, &wide, TAG_PROPOSED))
		return CLAIM_PROPOSED;
	/* "if Nepal joins" */
	bool iffy = m->start > 0 && tagset_has(&s->v[m->start - 1].tags, TAG_CONDITION) && t->when == WHEN_BEGIN;
	if (!match_has(s, m, TAG_PLANNED))
		return iffy ? CLAIM_PROPOSED : CLAIM_ASSERTED;
	wide.start = 0;
	return t->when != WHEN_EVENT && match_has(s, &wide, TAG_CONDITION) ? CLAIM_PROPOSED : CLAIM_PLANNED;
}

static int role_values(struct engine *e, const struct sentence_view *s, const struct match *m, uint16_t role,
		       uint16_t type, struct value_list *ret)
{
	if (role == ROLE_STATE || role == ROLE_PERSON || role == ROLE_STATUS)
		return engine_memory_values(e, s, m->start, role, type, ret);
	if (role == NO_INDEX || m->at[2 * role] == NO_INDEX || m->at[2 * role + 1] == NO_INDEX)
		return 0;
	return engine_values(e, s, m->start, m->at[2 * role], m->at[2 * role + 1], type, ret);
}

static int set_evidence(struct engine *e, const struct sentence_view *s, struct claim *c)
{
	struct evidence *ev = arena_alloc(e->arena, sizeof(*ev));
	struct span text = engine_text(e, s->field);

	if (!ev)
		return -ENOMEM;
	*ev = (struct evidence){(enum claim_field)s->field, s->start, s->end, span_sub(text, s->start, s->end)};
	c->evidence = ev;
	c->n_evidence = 1;
	return 0;
}

static int64_t number_of(struct engine *e, const struct sentence_view *s, const struct match *m, uint16_t role,
			 bool *approx)
{
	struct value_list list = {0};
	int64_t n = 0;

	*approx = match_has(s, m, TAG_ABOUT);
	if (role == NO_INDEX || m->at[2 * role] == NO_INDEX)
		return -1;
	uint16_t t = e->types.number;
	if (t != NO_INDEX && engine_values(e, s, m->start, m->at[2 * role], m->at[2 * role + 1], t, &list) == 0 &&
	    list.n) {
		for (size_t i = 0; i < list.v[0].n; i++)
			n = n * 10 + (list.v[0].p[i] - '0');
		return n;
	}
	struct span text = engine_span(e, s->field, s->v[m->at[2 * role]].start, s->v[m->at[2 * role + 1] - 1].end);
	bool any = false;
	for (size_t i = 0; i < text.n && n < INT64_MAX / 100; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9') {
			n = n * 10 + (text.p[i] - '0');
			any = true;
		}
	return any ? n : -1;
}

static struct span renamed(const struct engine *e, const struct draft *d, struct span value)
{
	struct edtf at = edtf_is_set(d->claim.begin)	  ? d->claim.begin
			 : edtf_is_set(d->claim.holds_at) ? d->claim.holds_at
							  : e->doc->published;

	for (size_t i = 0; i < e->pack->n_renames; i++) {
		const struct rename *r = &e->pack->renames[i];

		if (span_eq(r->from, value) && span_starts(d->claim.slot, r->slot) && edtf_is_set(at) &&
		    edtf_hi(at) < edtf_lo(r->before))
			return r->to;
	}
	return value;
}

static int draft_add(struct engine *e, const struct draft *d)
{
	struct draft_list *l = e->drafts;

	if (l->n >= CLAIMS_MAX)
		return -E2BIG;
	if (arena_grow(e->arena, &l->v, l->n, &l->cap, sizeof(*l->v)) < 0)
		return -ENOMEM;
	l->v[l->n++] = *d;
	return 0;
}

/* A draft for each key of the slot and each value. */
static int draft_values(struct engine *e, const struct draft *d, const struct template *t,
			const struct value_list *keys, const struct value_list *values)
{
	/* One at a time: of "hands it to Nepal, Oman waits" the first; several that "lead" hold no office. */
	size_t n = values->n;
	if (n > 1 && t->value_role != NO_INDEX && d->claim.modality == CLAIM_ASSERTED &&
	    pack_is_single(e->pack, t->slot.n ? t->slot : keys->v[0]))
		n = t->when == WHEN_BEGIN || t->when == WHEN_END;
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < (t->slot_role == NO_INDEX ? 1 : keys->n); k++)
		for (size_t v = 0; rc == 0 && v < (t->value_role == NO_INDEX ? 1 : n); v++) {
			struct draft x = *d;

			x.claim.slot = t->slot;
			if (t->slot_role != NO_INDEX)
				x.claim.slot =
					arena_printf(e->arena, "%.*s%.*s", SPAN_FMT(t->slot), SPAN_FMT(keys->v[k]));
			if (!x.claim.slot.p)
				return -ENOMEM;
			x.claim.value = renamed(e, &x, t->value_role == NO_INDEX ? t->value : values->v[v]);
			rc = draft_add(e, &x);
		}
	return rc;
}

/* "declaration" of a document, what is counted of a count. */
static struct span kind_of(struct engine *e, const struct sentence_view *s, const struct match *m,
			   const struct template *t)
{
	struct value_list list = {0};

	if (t->kind_role == NO_INDEX)
		return t->kind;
	if (role_values(e, s, m, t->kind_role, e->types.kind, &list) < 0 || !list.n)
		return SPAN_NONE;
	return list.v[0];
}

/* What begins, ends or holds after the day of publication is a plan, however it is told. */
static void not_before_its_time(const struct engine *e, enum when_policy when, const struct date_expr *expr,
				struct claim *c)
{
	struct edtf d = edtf_is_set(c->begin) ? c->begin : edtf_is_set(c->holds_at) ? c->holds_at : c->end;
	/* "late this year" lies ahead although the year has begun. */
	bool later = expr && expr->kind == DATE_POINT && when != WHEN_PERIOD && when != WHEN_YEAR;
	edtf_day lo = later && expr->lo > edtf_lo(d) ? expr->lo : edtf_lo(d);

	/* "Holds the office until next year" is so today. */
	if (!edtf_is_set(c->begin) && !edtf_is_set(c->holds_at) && when != WHEN_END)
		return;
	if (expr && expr->kind == DATE_UNTIL && !edtf_is_set(c->begin))
		lo = edtf_hi(c->end); /* "until the end of the year" */
	if (c->modality != CLAIM_ASSERTED || !edtf_is_set(d) || !is_ahead(e, lo))
		return;
	c->modality = CLAIM_PLANNED;
	if (edtf_is_set(c->holds_at))
		c->begin = c->holds_at;
	c->holds_at = (struct edtf){0};
}

/* What is still planned does not begin in the past: such a date is another's, but a month without a year is the next.
 */
static void not_after_its_time(const struct engine *e, const struct date_expr *expr, struct claim *c)
{
	bool bare = expr && expr->anchor != DATE_ANCHOR_NONE && expr->kind == DATE_POINT &&
		    expr->begin.grain == EDTF_GRAIN_MONTH && c->begin.grain == EDTF_GRAIN_MONTH;
	bool ahead = c->modality == CLAIM_PLANNED || c->modality == CLAIM_PROPOSED;

	if (ahead && !edtf_is_set(c->end) && edtf_is_set(c->begin) && edtf_is_set(e->doc->published) &&
	    edtf_hi(c->begin) < edtf_lo(e->doc->published))
		c->begin = bare ? edtf_add_months(c->begin, 12) : (struct edtf){0};
}

/* "Took over for 2030-2031 from Nepal": a term in years is that of whoever comes, and its begin the end of who goes. */
static void end_at_its_begin(const struct rule *r, const struct template *t, struct when *w)
{
	bool comes = false;

	for (size_t i = 0; i < r->n_claims; i++)
		comes |= r->claims[i].when == WHEN_BEGIN && span_eq(r->claims[i].slot, t->slot);
	if (t->when != WHEN_END || !comes || !w->date || w->date->kind != DATE_RANGE ||
	    w->date->begin.grain == EDTF_GRAIN_DAY || !edtf_is_set(w->begin))
		return;
	w->end = w->begin;
	w->begin = (struct edtf){0};
}

static void date_draft(struct draft *d, const struct when *w)
{
	d->claim.begin = w->begin;
	d->claim.end = w->end;
	d->claim.holds_at = w->holds_at;
	d->claim.derived = w->derived;
	d->stated = w->stated;
	d->reported = w->reported;
	d->term = w->term;
	d->coarse = w->coarse;
}

/* One template, once for each date that its role has. */
static int template_apply(struct engine *e, size_t sentence, const struct rule *r, const struct template *t,
			  const struct match *m)
{
	const struct sentence_view *s = &e->sentences[sentence];
	struct value_list keys = {0}, values = {0};
	struct draft d = {.rule = r,
			  .sentence = sentence,
			  .match = e->n_matches,
			  .start = m->start,
			  .end = m->end,
			  .when = t->when};
	struct value_list backing = {0};
	enum claim_modality modality;
	struct when w;
	bool approx;
	int rc = role_values(e, s, m, t->slot_role, t->slot_type, &keys);

	if (rc == 0 && !keys.n && !t->slot.n) /* an office that the match does not name: the one named last */
		rc = engine_memory_values(e, s, m->start, ROLE_STATUS, t->slot_type, &keys);
	if (rc == 0)
		rc = role_values(e, s, m, t->value_role, t->value_type, &values);
	if (rc == 0)
		rc = role_values(e, s, m, t->known_role, t->value_type, &backing);
	d.loose = t->known_role != NO_INDEX;
	if (backing.n)
		d.backing = backing.v[0];
	if (rc < 0 || (t->slot_role != NO_INDEX && !keys.n) || (t->value_role != NO_INDEX && !values.n))
		return rc;
	modality = modality_of(s, m, t);
	d.claim.rule = r->id;
	d.fixed = t->modality.n > 0;
	d.claim.n_rules = 1;
	d.claim.kind = kind_of(e, s, m, t);
	d.claim.number = number_of(e, s, m, t->number_role, &approx);
	d.claim.approximate = approx;
	rc = set_evidence(e, s, &d.claim);
	for (size_t nth = 0; rc == 0; nth++) {
		d.claim.modality = modality;
		w = engine_when(e, s, m, t, modality, match_has(s, m, TAG_PAST), nth);
		end_at_its_begin(r, t, &w);
		date_draft(&d, &w);
		not_before_its_time(e, t->when, w.date, &d.claim);
		not_after_its_time(e, w.date, &d.claim);
		/* "Will hand over" says when only where it says when, or where another sentence does. */
		bool says = t->when != WHEN_END || d.claim.modality == CLAIM_ASSERTED || edtf_is_set(d.claim.end);
		d.pending = !says && d.claim.modality == CLAIM_PLANNED;
		says |= d.pending;
		/* "After becoming a member", without a day of its own, is no news. */
		if (w.reported && tagset_has(&s->v[m->start].tags, TAG_ELIDED) &&
		    tagset_has(&s->v[m->start].tags, TAG_ASIDE))
			says = false;
		struct value_list own = engine_values_of_date(s, m, t, t->slot_role, &keys, nth);
		struct value_list said = engine_values_of_date(s, m, t, t->value_role, &values, nth);
		if (says)
			rc = draft_values(e, &d, t, &own, &said);
		if (says && rc == 0 && e->drafts->n)
			trace_draft(e, s, &e->drafts->v[e->drafts->n - 1], m, w.date);
		if (!w.more)
			break;
	}
	return rc;
}

/* Did the text have the tag before the match: in a sentence before, or in an earlier clause of its own? */
static bool seen_before(const struct engine *e, const struct sentence_view *s, const struct match *m, unsigned tag)
{
	bool here = false;

	if (tagset_has(&e->seen, tag))
		return true;
	if (!tagset_has(&s->tags, tag))
		return false;
	for (size_t i = 0; i < m->end && !here; i++)
		here = tagset_has(&s->v[i].tags, tag);
	return here;
}

/* What is asked is not said: does what the match stands in end with a question mark? */
static bool is_asked(const struct engine *e, const struct sentence_view *s, const struct match *m)
{
	struct span text = engine_text(e, s->field);

	for (size_t i = m->end ? m->end - 1u : 0; i < s->n; i++) {
		struct span sign = span_sub(text, s->v[i].start, s->v[i].end);

		if (span_eq_str(sign, "?") || span_eq_str(sign, "？"))
			return true;
		if (span_eq_str(sign, ".") || span_eq_str(sign, "!") || span_eq_str(sign, "。"))
			return false;
	}
	return false;
}

static int rule_apply(struct engine *e, size_t sentence, const struct rule *r, const struct program *g)
{
	const struct sentence_view *s = &e->sentences[sentence];

	uint64_t openings = program_openings(e, g, s);

	for (size_t from = program_next(e, g, s, openings, 0); from < s->n;
	     from = program_next(e, g, s, openings, from)) {
		struct match m;

		if (!program_match(e->pack, g, s, from, &m)) {
			from++;
			continue;
		}
		int aside = role_find(r->roles, r->n_roles, SPAN_LIT("aside"));
		m.aside = m.resume = 0;
		if (aside >= 0 && m.at[2 * aside] != NO_INDEX) {
			m.aside = m.at[2 * aside];
			m.resume = m.at[2 * aside + 1];
		}
		from = m.end > from ? m.end : from + 1;
		if (is_asked(e, s, &m) || (!r->free && !about_us(e, s, &m, r->bodies)) ||
		    (r->after != NO_INDEX && !seen_before(e, s, &m, r->after)))
			continue;
		e->n_matches++;
		e->hits[g->first]++;
		trace_match(e, s, r, g, &m);
		for (size_t i = 0; i < r->n_claims; i++) {
			int rc = template_apply(e, sentence, r, &r->claims[i], &m);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

int engine_apply(struct engine *e, size_t sentence)
{
	const struct sentence_view *s = &e->sentences[sentence];
	size_t before = e->drafts->n;

	const struct watch *programs = watch_of(e);

	sight_programs(e);
	for (size_t i = 0; i * 64 < programs->n; i++)
		for (uint64_t w = e->sight->wanted[i]; w; w &= w - 1) {
			size_t k = 64 * i + (size_t)__builtin_ctzll(w);
			const struct rule *r = programs->v[k].rule;
			int rc = 0;

			if (!e->only || e->only == r)
				rc = rule_apply(e, sentence, r, programs->v[k].program);
			if (rc < 0)
				return rc;
		}
	if (e->trace && e->drafts->n == before)
		trace_nearest(e, s);
	return 0;
}
