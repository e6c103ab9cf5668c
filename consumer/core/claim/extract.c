/* SPDX-License-Identifier: Apache-2.0 */
/* extract.c: the route of a document through the extractor.
 *
 *  1. Gate (extractor_gate): raw bytes, before anything is parsed. False: no claim is possible.
 *  2. Tokens (tokens.c): each field is folded (pack/fold.h) and cut into sentences (text/sentence.h), whose dates are
 *     read (date/date.h); from left to right the longest form of the pack is taken (pack/lexicon.h), and what no form
 *     and no date covers becomes a token by its shape.
 *  3. Phrases (phrases.c): in a sentence that may matter, words are joined: names, verb groups, lists.
 *  4. Rules (apply.c, matcher.c): every rule whose needs the sentence has is tried at every place; each match drafts
 *     claims: values from its roles (values.c), modality from the tags inside it, dates by the rule's policy (when.c).
 *     A rule without a mention of the organisation near by follows what the text named last.
 *  5. Memory (values.c): what "the country", "he", "the organisation" mean in the next sentence.
 *  6. What the whole text tells: the day of a change that its sentence does not date (anchor.c), the terms of
 *     predecessors and successors (follow.c), dates lent from one sentence to another (lend.c), a headline that the
 *     text corrects (headline.c).
 *  7. Merge (merge.c): drafts that say the same become one claim; claims are sorted by claim_cmp().
 *
 * Pure and deterministic: no clock, no hash order, no arrival order. All memory is the caller's arena's.
 */
#include "core/claim/engine.h"
#include <errno.h>
#include <stdlib.h>

struct extractor {
	const struct pack *pack;
	hs_scratch_t *scratch;
	struct meter *meter;
	const struct rule *only; /* NULL: all of them */
	uint32_t *hits;		 /* of each program, by its first instruction */
	uint32_t *decided;	 /* by rule */
	bool everything;
	struct sight sight;
	int cases[NAME_CASES]; /* tags */
	struct date_heads heads;
	struct value_types types;
};

static const char *const cases[NAME_CASES] = {"nom", "gen", "dat", "acc", "ins", "loc"};

static struct value_types types_of(const struct pack *p)
{
	return (struct value_types){.state = type_find(p, "state"),
				    .person = type_find(p, "person"),
				    .city = type_find(p, "city"),
				    .status = type_find(p, "status"),
				    .number = type_find(p, "number"),
				    .kind = type_find(p, "kind"),
				    .words = type_find(p, "words")};
}

struct extractor *extractor_new(const struct pack *pack)
{
	struct extractor *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->pack = pack;
	date_heads_make(&x->heads);
	x->types = types_of(pack);
	for (size_t i = 0; i < NAME_CASES; i++)
		x->cases[i] = tag_find(pack, span_str(cases[i]));
	x->hits = calloc(pack->n_insns + 1, sizeof(*x->hits));
	x->decided = calloc(pack->n_rules + 1, sizeof(*x->decided));
	if (!x->hits || !x->decided || sight_new(pack, &x->sight) < 0 ||
	    hs_alloc_scratch(pack->gate.db, &x->scratch) != HS_SUCCESS) {
		extractor_free(x);
		return NULL;
	}
	return x;
}

void extractor_free(struct extractor *x)
{
	if (!x)
		return;
	hs_free_scratch(x->scratch);
	sight_free(&x->sight);
	free(x->hits);
	free(x->decided);
	free(x);
}

void extractor_measure(struct extractor *x, struct meter *meter)
{
	x->meter = meter;
}

struct meter *extractor_meter(const struct extractor *x)
{
	return x->meter;
}

bool extractor_gate(struct extractor *x, struct span raw)
{
	return gate_passes(&x->pack->gate, x->scratch, raw);
}

void extractor_only(struct extractor *x, const struct rule *rule)
{
	x->only = rule;
}

void extractor_try_everything(struct extractor *x, bool everything)
{
	x->everything = everything;
}

size_t extractor_program_hits(const struct extractor *x, const struct program *g)
{
	return x->hits[g->first];
}

size_t extractor_decisions(const struct extractor *x, const struct rule *r)
{
	return x->decided[r - x->pack->rules];
}

/* The working list of a sentence: its raw tokens, to be joined. */
static int sentence_open(struct engine *e, struct sentence_view *s)
{
	s->n = s->last - s->first;
	s->v = arena_room(e->arena, s->n * sizeof(*s->v));
	if (!s->v)
		return -ENOMEM;
	memcpy(s->v, e->raw + s->first, s->n * sizeof(*s->v));
	return 0;
}

/* Does the first reading say this bound of the value, and no less of it? Of an office it says one thing. */
static bool is_known(const struct engine *e, const struct draft *first, const struct draft *again)
{
	bool more = edtf_is_set(again->claim.begin) && !edtf_is_set(first->claim.begin) &&
		    !edtf_is_set(first->claim.end) && !first->reported;

	return span_eq(first->claim.slot, again->claim.slot) &&
	       (first->when == WHEN_END) == (again->when == WHEN_END) &&
	       (span_eq(first->claim.value, again->claim.value) ? !more : pack_is_single(e->pack, first->claim.slot));
}

/* Of the drafts from `second` on, keeps what those from `first` on do not say. */
static void keep_what_is_new(const struct engine *e, size_t first, size_t second)
{
	struct draft_list *l = e->drafts;
	size_t n = second;

	for (size_t i = second; i < l->n; i++) {
		bool known = false;

		for (size_t k = first; k < second && !known; k++)
			known = is_known(e, &l->v[k], &l->v[i]);
		if (known)
			continue;
		l->v[n] = l->v[i];
		l->v[n].start += SENTENCE_TOKENS_MAX; /* the working tokens of another reading */
		l->v[n++].end += SENTENCE_TOKENS_MAX;
	}
	l->n = n;
}

/* The sentence without what stands aside in it (relative clauses, parentheses): subject and verb come together that
 * were too far apart. What the first reading said of a value stays as it is. */
static int read_again(struct engine *e, size_t i, size_t drafts)
{
	struct sentence_view *s = &e->sentences[i], view = *s;
	struct token *v = s->n ? arena_room(e->arena, s->n * sizeof(*v)) : NULL;
	size_t second = e->drafts->n;
	int rc = 0;

	if (!v)
		return s->n ? -ENOMEM : 0;
	memcpy(v, s->v, s->n * sizeof(*v));
	meter_to(e->meter, METER_PHRASES);
	bool shorter = engine_phrases_again(e, s);
	meter_to(e->meter, METER_RULES);
	if (shorter) {
		trace_sentence(e, s);
		rc = engine_apply(e, i);
		keep_what_is_new(e, drafts, second);
	}
	*s = view;
	s->v = v;
	return rc;
}

static int read_document(struct engine *e)
{
	int rc = engine_scan(e, CLAIM_HEADLINE);

	if (rc == 0)
		rc = engine_scan(e, CLAIM_BODY);
	if (rc == 0)
		engine_foresee(e);
	for (size_t i = 0; rc == 0 && i < e->n_sentences; i++) {
		meter_to(e->meter, METER_PHRASES);
		rc = sentence_open(e, &e->sentences[i]);
		if (rc == 0) {
			engine_recognise(e, &e->sentences[i]);
			rc = engine_phrases(e, &e->sentences[i]);
		}
		if (rc == 0) {
			meter_to(e->meter, METER_RULES);
			size_t drafts = e->drafts->n;

			trace_sentence(e, &e->sentences[i]);
			engine_turn(e, i);
			rc = engine_apply(e, i);
			if (rc == 0 && watch_of(e)->n_first < watch_of(e)->n_phrases)
				rc = read_again(e, i, drafts);
		}
		if (rc == 0)
			rc = engine_remember(e, &e->sentences[i]);
	}
	meter_to(e->meter, METER_MERGE);
	if (rc == 0)
		rc = engine_anchor(e);
	if (rc == 0)
		rc = engine_follow(e);
	if (rc == 0)
		engine_lend(e);
	if (rc == 0)
		engine_correct_headline(e);
	return rc < 0 ? rc : engine_merge(e);
}

int extractor_claims(struct extractor *x, const struct document *doc, struct arena *arena, struct claim_list *ret,
		     struct extract_trace *trace, struct error *reterr)
{
	struct draft_list drafts = {0};
	struct engine e = {.pack = x->pack,
			   .doc = doc,
			   .arena = arena,
			   .trace = trace,
			   .meter = x->meter,
			   .drafts = &drafts,
			   .only = x->only,
			   .hits = x->hits,
			   .decided = x->decided,
			   .sight = &x->sight,
			   .heads = &x->heads,
			   .types = x->types,
			   .everything = x->everything,
			   .cases = x->cases};
	struct claim_list out = {0};
	enum language l = doc->language;

	if (l == LANGUAGE_UNKNOWN)
		l = language_detect(doc->body.n ? doc->body : doc->headline);
	e.language = (uint8_t)(1u << l);
	e.out = &out;
	int rc = read_document(&e);
	if (rc == -E2BIG)
		return error_set(reterr, ERROR_ACTION_SKIP, rc, "text: more than %d claims", CLAIMS_MAX);
	if (rc < 0)
		return error_set(reterr, ERROR_ACTION_SKIP, rc, "text: needs more memory than a record may use");
	for (size_t i = 0; i < out.n; i++) {
		if (arena_grow(arena, &ret->v, ret->n, &ret->cap, sizeof(*ret->v)) < 0)
			return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM,
					 "text: needs more memory than a record may use");
		ret->v[ret->n++] = out.v[i];
	}
	return 0;
}
