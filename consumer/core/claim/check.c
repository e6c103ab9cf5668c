/* SPDX-License-Identifier: Apache-2.0 */
#include "core/claim/check.h"
#include "base/strbuf.h"
#include "core/claim/engine.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define DEFAULT_PUBLISHED SPAN_LIT("2030-05-15")

struct checker {
	const struct pack *pack;
	struct extractor *x;
	const struct check_report *report;
	struct check_result *result;
	struct arena arena;
};

static void say(struct checker *c, bool fault, const struct ynode *at, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void say(struct checker *c, bool fault, const struct ynode *at, const char *fmt, ...)
{
	char text[1200];
	va_list ap;
	int n = snprintf(text, sizeof(text), "%.*s:%u: ", SPAN_FMT(at->file), at->line);

	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	c->result->faults += fault;
	c->result->notes += !fault;
	c->report->line(c->report->user, fault, text);
}

static void add_date(struct strbuf *b, const char *name, struct edtf d)
{
	char text[EDTF_STRLEN_MAX];

	if (edtf_is_set(d)) {
		edtf_format(d, text);
		strbuf_addf(b, " %s %s", name, text);
	}
}

const char *claim_line(const struct claim *c, struct arena *arena)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%.*s ", SPAN_FMT(c->slot));
	if (c->kind.n)
		strbuf_addf(&b, "[%.*s] ", SPAN_FMT(c->kind));
	strbuf_add(&b, c->value);
	add_date(&b, "begin", c->begin);
	add_date(&b, c->derived & CLAIM_DERIVED_END ? "derived end" : "end", c->end);
	add_date(&b, "holds", c->holds_at);
	if (c->modality != CLAIM_ASSERTED)
		strbuf_addf(&b, " %s", claim_modality_name(c->modality));
	if (c->number >= 0)
		strbuf_addf(&b, " %snumber %lld", c->approximate ? "about " : "", (long long)c->number);
	struct span copy = b.failed ? SPAN_NONE : arena_copy(arena, strbuf_span(&b));
	strbuf_done(&b);
	return copy.p;
}

/* A rule that builds on claims of other rules runs with all of them, and only its own claims are looked at. */
static bool is_loose(const struct rule *r)
{
	for (size_t i = 0; i < r->n_claims; i++)
		if (r->claims[i].known_role != NO_INDEX || r->claims[i].when == WHEN_LENT ||
		    span_eq_str(r->claims[i].value, "?"))
			return true;
	return false;
}

/* Its own: made by it, or of a slot to which it only lends dates. */
static bool is_own(const struct rule *r, const struct claim *c)
{
	for (size_t i = 0; i < r->n_claims; i++)
		if (span_eq_str(r->claims[i].value, "?") && span_eq(r->claims[i].slot, c->slot))
			return true;
	return span_eq(c->rule, r->id);
}

/* One example, read. */
struct example {
	struct span text, published;
	bool headline;
	const struct ynode *claims, *at;
};

static struct example example_of(const struct ynode *n)
{
	struct example e = {.at = n, .published = DEFAULT_PUBLISHED};

	if (n->kind == YNODE_SCALAR) {
		e.text = n->text;
		return e;
	}
	e.text = ynode_text(n, "text");
	e.claims = ynode_get(n, "claims");
	e.headline = span_eq_str(ynode_text(n, "headline"), "true");
	if (ynode_text(n, "published").n)
		e.published = ynode_text(n, "published");
	return e;
}

static enum language language_of(uint8_t mask, struct span text)
{
	for (int l = LANGUAGE_EN; l < LANGUAGE_MAX_; l++)
		if (mask == 1u << l)
			return (enum language)l;
	return language_detect(text);
}

/* By the rule `only`, or by all where that is NULL. */
static int read_example(struct checker *c, const struct rule *r, const struct rule *only, const struct example *e,
			struct claim_list *ret)
{
	struct document doc = {.language = language_of(r->languages, e->text)};
	struct error err = ERROR_INIT;

	if (e->headline)
		doc.headline = e->text;
	else
		doc.body = e->text;
	if (edtf_parse(e->published, &doc.published) < 0)
		say(c, true, e->at, "published: a date is expected");
	extractor_only(c->x, only);
	int rc = extractor_claims(c->x, &doc, &c->arena, ret, NULL, &err);
	if (rc < 0)
		say(c, true, e->at, "rule %.*s: %s", SPAN_FMT(r->id), err.text);
	return rc;
}

static int run_example(struct checker *c, const struct rule *r, const struct example *e, struct claim_list *ret)
{
	int rc = read_example(c, r, is_loose(r) ? NULL : r, e, ret);

	for (size_t i = 0, n = 0; is_loose(r) && i <= ret->n; i++) {
		if (i == ret->n) {
			ret->n = n;
			break;
		}
		if (is_own(r, &ret->v[i]))
			ret->v[n++] = ret->v[i];
	}
	return rc;
}

static bool is_among(const struct ynode *list, const char *line)
{
	for (size_t i = 0; i < ynode_count(list); i++)
		if (span_eq_str(span_trim(ynode_item(list, i)->text), line))
			return true;
	return false;
}

static int check_fires(struct checker *c, const struct rule *r, const struct ynode *n)
{
	struct example e = example_of(n);
	struct claim_list got = {0};

	arena_reset(&c->arena);
	if (!e.text.n || !ynode_count(e.claims)) {
		say(c, true, n, "rule %.*s: an example has a text and claims", SPAN_FMT(r->id));
		return 0;
	}
	if (run_example(c, r, &e, &got) < 0)
		return 0;
	for (size_t i = 0; i < ynode_count(e.claims); i++) {
		const struct ynode *want = ynode_item(e.claims, i);
		bool found = false;

		for (size_t k = 0; k < got.n && !found; k++) {
			const char *line = claim_line(&got.v[k], &c->arena);

			if (!line)
				return -ENOMEM;
			found = span_eq_str(span_trim(want->text), line);
		}
		if (!found)
			say(c, true, want, "rule %.*s: not claimed: %.*s", SPAN_FMT(r->id), SPAN_FMT(want->text));
	}
	for (size_t k = 0; k < got.n; k++) {
		const char *line = claim_line(&got.v[k], &c->arena);

		if (!line)
			return -ENOMEM;
		if (!is_among(e.claims, line))
			say(c, true, n, "rule %.*s: claimed and not expected: %s", SPAN_FMT(r->id), line);
	}
	return 0;
}

static int check_silent(struct checker *c, const struct rule *r, const struct ynode *n)
{
	struct example e = example_of(n);
	struct claim_list got = {0};

	arena_reset(&c->arena);
	if (run_example(c, r, &e, &got) < 0)
		return 0;
	for (size_t k = 0; k < got.n; k++) {
		const char *line = claim_line(&got.v[k], &c->arena);

		if (!line)
			return -ENOMEM;
		say(c, true, n, "rule %.*s: must be silent, but claimed: %s", SPAN_FMT(r->id), line);
	}
	return 0;
}

/* A priority that nothing hangs on in the rule's own examples, read with all rules, is none. */
static void check_priority(struct checker *c, const struct rule *r)
{
	if (r->priority == PRIORITY_DEFAULT)
		return;
	for (size_t i = 0; i < ynode_count(r->fires); i++) {
		struct example e = example_of(ynode_item(r->fires, i));
		struct claim_list got = {0};

		arena_reset(&c->arena);
		read_example(c, r, NULL, &e, &got);
	}
	if (!extractor_decisions(c->x, r))
		say(c, false, r->at, "rule %.*s: its priority decides nothing in its examples", SPAN_FMT(r->id));
}

static int check_rule(struct checker *c, const struct rule *r)
{
	int rc = 0;

	c->result->rules++;
	if (ynode_count(r->fires) < CHECK_FIRES_MIN)
		say(c, true, r->at, "rule %.*s: %zu examples, %d are wanted", SPAN_FMT(r->id), ynode_count(r->fires),
		    CHECK_FIRES_MIN);
	if (!ynode_count(r->silent))
		say(c, true, r->at, "rule %.*s: no near-miss under silent", SPAN_FMT(r->id));
	for (size_t i = 0; rc == 0 && i < ynode_count(r->fires); i++, c->result->fires++)
		rc = check_fires(c, r, ynode_item(r->fires, i));
	for (size_t i = 0; i < r->n_programs; i++)
		if (!extractor_program_hits(c->x, &r->programs[i]))
			say(c, false, r->programs[i].at, "rule %.*s: no example reaches this pattern", SPAN_FMT(r->id));
	for (size_t i = 0; rc == 0 && i < ynode_count(r->silent); i++, c->result->silent++)
		rc = check_silent(c, r, ynode_item(r->silent, i));
	check_priority(c, r);
	return rc;
}

/* Two rules, or one twice, with the same pattern in one language. Loose ones are told apart by what backs them, others
 * by what they come after. */
static void check_duplicates(struct checker *c)
{
	const struct pack *p = c->pack;

	for (size_t i = 0; i < p->n_rules; i++)
		for (size_t k = 0; k < p->rules[i].n_programs; k++)
			for (size_t j = 0; j <= i; j++)
				for (size_t l = 0; (j < i || l < k) && l < p->rules[j].n_programs; l++)
					if (p->rules[i].languages & p->rules[j].languages && !is_loose(&p->rules[i]) &&
					    p->rules[i].after == p->rules[j].after &&
					    span_eq(p->rules[i].programs[k].source, p->rules[j].programs[l].source))
						say(c, true, p->rules[i].programs[k].at,
						    "rule %.*s: the same pattern as in rule %.*s, line %u",
						    SPAN_FMT(p->rules[i].id), SPAN_FMT(p->rules[j].id),
						    p->rules[j].programs[l].at->line);
}

/* "will" and its like say when and whether, never what: coded as events they fire everywhere. */
static void check_auxiliaries(struct checker *c)
{
	const struct pack *p = c->pack;
	int verb = tag_find(p, SPAN_LIT("verb"));

	for (size_t i = 0; verb >= 0 && i < p->n_forms; i++) {
		struct tagset all = {0};

		for (uint32_t k = p->forms[i].entries; k; k = p->entries[k - 1].next)
			tagset_or(&all, &p->entries[k - 1].tags);
		if (tagset_has(&all, (unsigned)verb) && tagset_has(&all, TAG_AUXILIARY))
			say(c, true, p->rules[0].at, "the auxiliary \"%.*s\" is also a verb of events",
			    SPAN_FMT(p->forms[i].text));
	}
}

int pack_check(const struct pack *pack, const struct check_report *report, struct check_result *ret,
	       struct error *reterr)
{
	struct checker c = {.pack = pack, .report = report, .result = ret, .x = extractor_new(pack)};
	int rc = c.x ? 0 : -ENOMEM;

	arena_init(&c.arena, 0);
	if (rc == 0) {
		check_duplicates(&c);
		check_auxiliaries(&c);
	}
	for (size_t i = 0; rc == 0 && i < pack->n_rules; i++)
		rc = check_rule(&c, &pack->rules[i]);
	extractor_free(c.x);
	arena_done(&c.arena);
	return rc < 0 ? error_set(reterr, ERROR_ACTION_STOP, rc, "check: out of memory") : 0;
}
