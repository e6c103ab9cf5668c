/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h: what the steps of the extractor hand to each other. Private to core/claim; extract.c says the route. */
#ifndef SCOWIRE_CORE_CLAIM_ENGINE_H
#define SCOWIRE_CORE_CLAIM_ENGINE_H

#include "core/claim/extract.h"
#include "core/claim/meter.h"
#include "core/claim/trace.h"
#include "core/date/date.h"
#include "core/pack/fold.h"
#include "core/pack/model.h"

#define NO_FORM LEXICON_NONE
#define TOKENS_MAX 60000	 /* of one document */
#define SENTENCE_TOKENS_MAX 1200 /* a longer one is cut */
#define CLAIMS_MAX 2000
#define MEETING_DAYS_MAX 7     /* from the first day of a meeting to its last */
#define DATE_COST_MAX 45       /* a date that is farther off than this is not the match's */
#define MATCH_STEPS_MAX 200000 /* of the matcher, for one pattern in one sentence */

/* A word, sign, name or date. In a sentence's working list a token may stand for several raw ones: a phrase. */
struct token {
	struct tagset tags;
	uint32_t start, end;	      /* bytes of the field */
	uint32_t form;		      /* index into pack->forms, or NO_FORM */
	uint16_t word;		      /* of patterns: number + 1; 0: none */
	uint8_t field;		      /* enum claim_field */
	uint32_t first, last;	      /* raw tokens [first, last) of the document */
	uint32_t vfirst, vlast;	      /* of these, where its value stands */
	const struct date_expr *date; /* offsets of the field; NULL where none */
	const struct date_expr *bare; /* a number that is a year where a rule says so ("Year of Peace 2031") */
};

struct sentence_view {
	struct token *v; /* working list */
	size_t n;
	struct tagset tags;   /* of all its tokens and phrases */
	uint32_t first, last; /* raw tokens */
	size_t start, end;    /* bytes of the field */
	uint8_t field;
	size_t paragraph;
};

#define SEEN_TOKENS 64

/* What the sentence at hand has: which programs are worth a try, and where. */
struct sight {
	uint64_t *at;	   /* by mark: which of the first SEEN_TOKENS working tokens have it */
	uint64_t *present; /* set of the marks that any of them has */
	uint64_t *told;	   /* set of the marks whose needs are in `met` */
	uint64_t *meets;   /* by need: which of these tokens meet it; only of those in `known` */
	uint64_t *known;   /* set of needs */
	uint64_t *met;	   /* set of needs */
	uint64_t *wanted;  /* set of programs of the language, by their number */
};

struct match {
	uint16_t at[2 * ROLES_MAX]; /* working tokens [at[2r], at[2r + 1]) of role r; NO_INDEX where unset */
	uint16_t start, end;
	uint16_t aside, resume; /* tokens [aside, resume) say nothing of the claim: the role "aside" */
	uint16_t reached;	/* the farthest instruction, for the trace */
};

/* What the text has named so far: for "the country", "he", "the organisation". */
struct memory {
	struct span state; /* the one named last */
	bool firm;	   /* a sentence was about it, and not only named it */
	struct span theme; /* the only one that the headline names: a paragraph begins with it in mind */
	/* named last; named first; named last, also inside a body of its own: what "the organisation" means */
	enum { ORG_NONE, ORG_OURS, ORG_OTHER } org, topic, named;
	unsigned aside; /* sentences since another organisation was named */
	bool bodies;	/* where org is another one: it was only a body */
	bool begun;	/* the body has named an organisation */
};

/* A person as the text has named him. */
struct person {
	struct span name, value; /* as written; canonical */
	bool subject;		 /* of whom his sentence spoke */
};

/* The types of values that the engine knows by name; NO_INDEX where the pack has none of them. */
struct value_types {
	uint16_t state, person, city, status, number, kind, words;
};

#define NAME_CASES 6

struct engine {
	const struct pack *pack;
	const struct document *doc;
	struct arena *arena;
	struct extract_trace *trace;
	struct meter *meter;
	uint8_t language; /* 1 << enum language */
	struct folded folded[2];
	struct token *raw;
	size_t n_raw, cap_raw;
	struct sentence_view *sentences;
	size_t n_sentences, cap_sentences;
	struct date_list dates;
	const struct date_heads *heads;
	struct value_types types;
	struct edtf day;  /* the last day named */
	struct edtf told; /* the last day read that is not after publication */
	struct memory memory;
	struct person *persons; /* named so far */
	size_t n_persons, cap_persons;
	struct claim_list *out;
	struct draft_list *drafts;
	size_t n_matches;
	struct tagset seen; /* tags of all sentences so far */
	const int *cases;   /* NAME_CASES: the pack's tags of the cases, in the order of enum name_case; -1 where it has
			       none */
	struct sight *sight;
	bool everything;	 /* no program is spared a try */
	const struct rule *only; /* NULL: all */
	uint32_t *hits;
	uint32_t *decided; /* by rule: drafts that its priority has outranked */
};

/* The text of a field, in which the offsets of tokens and dates count. */
static inline struct span engine_text(const struct engine *e, uint8_t field)
{
	return field == CLAIM_BODY ? e->doc->body : e->doc->headline;
}

/* Bytes of it. */
static inline struct span engine_span(const struct engine *e, uint8_t field, uint32_t start, uint32_t end)
{
	return span_sub(engine_text(e, field), start, end);
}

/* Does the day lie after that of publication? No, where the item does not say when that was. */
static inline bool is_ahead(const struct engine *e, edtf_day day)
{
	return edtf_is_set(e->doc->published) && day > edtf_hi(e->doc->published);
}

/* extract.c: for check.c: run this rule alone; NULL is all again. How often a program has matched since the extractor
 * was made. */
void extractor_only(struct extractor *x, const struct rule *rule);
/* extract.c: for tests: every program is tried at every token, whatever the index says. */
void extractor_try_everything(struct extractor *x, bool everything);
size_t extractor_program_hits(const struct extractor *x, const struct program *g);
/* How often the rule's priority has decided against another rule since the extractor was made. */
size_t extractor_decisions(const struct extractor *x, const struct rule *r);

/* tokens.c: scans a field into raw tokens and sentences. */
int engine_scan(struct engine *e, enum claim_field field) MUST_CHECK;

/* matcher.c */
bool test_token(const struct pack *p, uint16_t test, const struct token *t);
/* The preferred match that begins at `from`. */
bool program_match(const struct pack *p, const struct program *g, const struct sentence_view *s, size_t from,
		   struct match *ret);

/* sight.c: looks over a sentence. */
int sight_new(const struct pack *p, struct sight *ret) MUST_CHECK; /* -ENOMEM; free it all the same */
void sight_free(struct sight *x);
/* A new sentence: nothing that an earlier one had is met any more. */
void sight_sentence(struct engine *e, const struct sentence_view *s);
/* Its tokens have changed. */
void sight_tokens(struct engine *e, const struct sentence_view *s);
/* Token i becomes another in its place. */
void sight_change(struct engine *e, size_t i, const struct token *was, const struct token *now);
/* The tags have come into the sentence. */
void sight_tags(struct engine *e, const struct tagset *tags);
/* May the program match in the sentence at all? */
static inline bool need_met(const struct engine *e, uint16_t need)
{
	return need == NO_INDEX || e->everything || e->sight->met[need / 64] >> need % 64 & 1;
}
static inline bool program_wanted(const struct engine *e, const struct program *g)
{
	const uint16_t *wants = e->pack->wants + g->wants;

	for (uint32_t i = 0; i < g->n_wants; i++)
		if (!need_met(e, wants[i]))
			return false;
	return true;
}
/* May a match begin at this token? */
bool program_opens(const struct engine *e, const struct program *g, const struct token *t);
/* Where in the sentence may a match begin? The first SEEN_TOKENS tokens as bits. */
uint64_t program_openings(struct engine *e, const struct program *g, const struct sentence_view *s);
/* The first of them from a token on, also of those beyond SEEN_TOKENS; s->n or more where there is none. */
size_t program_next(const struct engine *e, const struct program *g, const struct sentence_view *s, uint64_t openings,
		    size_t from);
/* What is looked for in the language of the document. */
static inline const struct watch *watch_of(const struct engine *e)
{
	return &e->pack->index.watch[__builtin_ctz(e->language)];
}
/* Fills sight.wanted, a set of the programs of watch_of(). */
void sight_programs(struct engine *e);

/* phrases.c: joins words of a sentence into phrases, in the pack's order. */
int engine_phrases(struct engine *e, struct sentence_view *s) MUST_CHECK;
/* Those of the second reading, which take out what stands aside; did they join anything? */
bool engine_phrases_again(struct engine *e, struct sentence_view *s);

/* A claim before the document is read to its end. */
struct draft {
	struct claim claim;
	const struct rule *rule;
	size_t sentence;
	size_t match;	     /* drafts of one match share it */
	uint16_t start, end; /* working tokens of the match */
	enum when_policy when;
	bool stated;   /* its dates come from the text, not from the time of publication */
	bool fixed;    /* its rule says the modality */
	int term;      /* months from a begin that is not dated yet, or 0 */
	bool reported; /* a change told as done and not dated: anchor.c finds the day */
	bool coarse;   /* the year of a term that began or ended as told: the day of that may be known */
	bool pending;  /* a planned end without a date: anchor.c finds it, or it is dropped */
	bool loose;    /* counts only where the document claims the slot for `backing` outright */
	struct span backing;
	bool spent; /* lend.c: makes no claim */
};

/* Of one slot and one value. */
static inline bool same_holding(const struct draft *a, const struct draft *b)
{
	return span_eq(a->claim.slot, b->claim.slot) && span_eq(a->claim.value, b->claim.value);
}

struct draft_list {
	struct draft *v;
	size_t n, cap;
};

/* apply.c: runs the rules over a sentence and drafts claims. */
int engine_apply(struct engine *e, size_t sentence) MUST_CHECK;

/* anchor.c: dates the changes that the text reports without a date. */
int engine_anchor(struct engine *e) MUST_CHECK;
/* The city of the dateline under its one name; SPAN_NONE where the pack does not know it. */
struct span engine_dateline_city(const struct engine *e);

/* lend.c: gives the dates of drafts with the value "?" to the value of the slot that has none, and drops them. */
void engine_lend(struct engine *e);

/* follow.c: the dates of predecessors and successors. */
int engine_follow(struct engine *e) MUST_CHECK;

/* headline.c: drops what the headline says of a slot where the text says it of another body. */
void engine_correct_headline(struct engine *e);

/* values.c: what a role stands for. */
struct value_list {
	struct span *v;
	uint32_t *raw; /* raw token of each, or UINT32_MAX */
	size_t n, cap;
};
/* The values of working tokens [from, to), of a match that begins at `start`. */
int engine_values(struct engine *e, const struct sentence_view *s, size_t start, size_t from, size_t to, uint16_t type,
		  struct value_list *ret) MUST_CHECK;
/* The working token that an elided subject at token i stands for; SIZE_MAX where there is none. */
size_t engine_subject(const struct sentence_view *s, size_t i);
/* The state that a token names; SPAN_NONE where it names none. any: also one that it names by the way. */
struct span token_state(const struct engine *e, const struct token *t, uint16_t type);
struct span token_any_state(const struct engine *e, const struct token *t, uint16_t type);
/* Is the token a list of states? */
bool token_is_list(const struct engine *e, const struct token *t, uint16_t type);
/* The state named last before working token i: in its sentence, else what memory holds. */
struct span engine_last_state(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type);
/* The value of a raw token in a type; SPAN_NONE where it has none. */
struct span raw_value(const struct engine *e, const struct token *t, uint16_t type);
/* What ROLE_STATE, ROLE_PERSON and ROLE_STATUS stand for at working token `before` of s. */
int engine_memory_values(struct engine *e, const struct sentence_view *s, size_t before, uint16_t role, uint16_t type,
			 struct value_list *ret) MUST_CHECK;
/* memory.c. Before the sentence: a new paragraph of a text about ours is about ours again, whatever the last one named.
 */
void engine_turn(struct engine *e, size_t sentence);
/* Remembers what a sentence named, after its rules ran. */
bool token_names_us(const struct engine *e, const struct token *t);
int engine_remember(struct engine *e, const struct sentence_view *s) MUST_CHECK;
/* The case of a name that the pack does not know, where its language writes one: a tag of the pack, by its ending. */
void engine_bend(const struct engine *e, struct token *t);
/* Before the first sentence: "the bloc" and "members" are ours where ours is the only organisation that the text names.
 */
void engine_foresee(struct engine *e);
/* names.c: the canonical name of a person: the pack's, else that of a longer name given before, else by the way it is
 * spelled. */
struct span engine_person_value(const struct engine *e, const struct token *t);
int engine_remember_persons(struct engine *e, const struct sentence_view *s) MUST_CHECK;
/* Marks the surnames of persons named before as persons. */
void engine_recognise(struct engine *e, struct sentence_view *s);

/* nearest.c: which date of a sentence is a match's. */
/* A day of the last two weeks: that of the news. */
bool date_is_fresh(const struct engine *e, const struct date_expr *d);
/* A few days: of a meeting, not of a term. */
bool date_is_meeting(const struct date_expr *d);
/* How far the date of token i is from the match: tokens, and more for what ends a clause; 0 inside. carry: across a
 * break that carries. */
size_t date_cost(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i, bool carry);
/* NULL where none is near enough. current: the match says "now". */
const struct date_expr *engine_nearest_date(const struct engine *e, const struct sentence_view *s,
					    const struct match *m, const struct template *t, bool current, bool past,
					    enum claim_modality modality);

/* when.c: the dates of a claim. */
struct when {
	struct edtf begin, end, holds_at;
	unsigned derived;
	bool stated, reported;
	int term;		      /* months of a reported begin, or 0 */
	bool coarse;		      /* a term in years, told as taken up: anchor.c may know the day */
	const struct date_expr *date; /* that decided, or NULL */
	bool more;		      /* the role has a further date */
};
/* The last day that the text names before s, of the days before publication, in its paragraph or with a meeting: that
 * of the event told of. `met`: what s tells happened at a meeting, so the day of the lead counts too. */
struct edtf engine_told_day(const struct engine *e, const struct sentence_view *s, bool met);
/* How many dates the role holds. */
size_t engine_dates_of(const struct sentence_view *s, const struct match *m, uint16_t role);
struct when engine_when(const struct engine *e, const struct sentence_view *s, const struct match *m,
			const struct template *t, enum claim_modality modality, bool past, size_t nth);

/* series.c: of the values of a role, those that the nth date of the template's date is of. */
struct value_list engine_values_of_date(const struct sentence_view *s, const struct match *m, const struct template *t,
					uint16_t role, const struct value_list *v, size_t nth);

/* merge.c: one claim per statement: folds the drafts of a document together. */
int engine_merge(struct engine *e) MUST_CHECK;

/* trace.c */
void trace_sentence(const struct engine *e, const struct sentence_view *s);
/* A match: its rule, the words of each role. */
void trace_match(const struct engine *e, const struct sentence_view *s, const struct rule *r, const struct program *g,
		 const struct match *m);
/* A draft: the claim, the date that it took and how that was read, the cue of its modality. */
void trace_draft(const struct engine *e, const struct sentence_view *s, const struct draft *d, const struct match *m,
		 const struct date_expr *date);
/* For a sentence about the organisation that gave nothing: the rule that came nearest and what it lacked. */
void trace_nearest(const struct engine *e, const struct sentence_view *s);

#endif
