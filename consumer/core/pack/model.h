/* SPDX-License-Identifier: Apache-2.0 */
/* model.h: the inside of a compiled pack, shared by core/pack (which builds it) and core/claim (which reads it).
 *
 * Words become tokens; a token carries a set of tags. A tag is a word of the pack's own ("state", "assume", "gen");
 * the engine gives a meaning only to those in enum builtin_tag. Everything lives in the pack's arena.
 */
#ifndef SCOWIRE_CORE_PACK_MODEL_H
#define SCOWIRE_CORE_PACK_MODEL_H

#include "base/digest.h"
#include "core/pack/gate.h"
#include "core/pack/lexicon.h"
#include "core/pack/pack.h"
#include "core/pack/slots.h"
#include "core/pack/yaml.h"
#include "core/text/document.h"

#define TAGS_MAX 640
#define ROLES_MAX 10
#define NO_INDEX UINT16_MAX
#define ROLE_STATE (UINT16_MAX - 1)  /* "{^state}": the state that the text named last */
#define ROLE_PERSON (UINT16_MAX - 2) /* "{^person}" */
#define ROLE_STATUS (UINT16_MAX - 3) /* "{^status}": the value of the slot's type that the text named last */

struct tagset {
	uint64_t w[TAGS_MAX / 64];
};

static inline bool tagset_has(const struct tagset *s, unsigned tag)
{
	return s->w[tag / 64] >> (tag % 64) & 1;
}

static inline void tagset_add(struct tagset *s, unsigned tag)
{
	s->w[tag / 64] |= (uint64_t)1 << (tag % 64);
}

static inline void tagset_or(struct tagset *s, const struct tagset *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->w); i++)
		s->w[i] |= o->w[i];
}

static inline bool tagset_meets(const struct tagset *s, const struct tagset *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->w); i++)
		if (s->w[i] & o->w[i])
			return true;
	return false;
}

/* Tags that the engine sets or reads itself; the names stand in tags.c. */
enum builtin_tag {
	/* set by shape */
	TAG_WORD,  /* letters of an alphabet */
	TAG_CAP,   /* begins with a capital */
	TAG_UPPER, /* two capitals or more and no small letter */
	TAG_NUM,
	TAG_HAN, /* one ideograph that no form covers */
	TAG_PUNCT,
	TAG_PASTLIKE, /* ends like a verb of the past: "-ed", «-л», «-ла», «-ли», «-лся» */
	TAG_PARTLIKE, /* ends like a Russian participle: «-вший», «-ющий», «-нный» ... */
	TAG_FIRST,    /* first token of its sentence */
	TAG_GLUED,    /* no white space before it */
	/* set from dates */
	TAG_DATE, /* a point, range, since or until */
	TAG_POINT,
	TAG_RANGE,
	TAG_SINCE,
	TAG_UNTIL,
	TAG_DURATION,
	TAG_DAY,
	TAG_MONTH,
	TAG_YEAR,
	/* read */
	TAG_ORG,       /* the pack's organisation */
	TAG_OTHERORG,  /* another organisation, or a body that is not the organisation itself */
	TAG_ORGREF,    /* "the organisation": the one named last */
	TAG_STATEREF,  /* "the country": the state named last */
	TAG_PERSONREF, /* "he": the person named last */
	TAG_PERSON,    /* a person's name */
	TAG_PAST,      /* tense of a match: no date, no holds_at */
	TAG_PLANNED,   /* modality of a match, the strongest wins: denied, proposed, planned */
	TAG_PROPOSED,
	TAG_DENIED,
	TAG_BREAK,     /* ends a clause: dates and cues do not reach across */
	TAG_CARRY,     /* a break that the date of an earlier clause reaches across (the comma of Chinese) */
	TAG_ASIDE,     /* begins a subordinate clause: a date reaches across it only where there is no nearer one */
	TAG_EXCEPT,    /* in a list: what follows is not in it */
	TAG_STATE,     /* a state by its name: what "the country" may refer to */
	TAG_MEANT,     /* names a state otherwise ("Minsk hopes"): "the country" may refer to it */
	TAG_SUBBODY,   /* on an otherorg: a body of some organisation; told apart only where it is the pack's */
	TAG_HIDDEN,    /* names inside are no referents ("ambassador to Nepal") */
	TAG_CONDITION, /* "if": what is planned under it is proposed */
	TAG_HERE,      /* "here": the city of the dateline, else the one named last */
	TAG_STATESREF, /* "the two countries": as many as the form's number says, named last */
	TAG_DECIDED,   /* a term that was decided on keeps its years */
	TAG_HAPPENED,  /* its sentence says when that of the one before was */
	TAG_CUE,       /* its modality reaches the words right after it ("proposal to") */
	TAG_ABOUT,     /* before a number: it is approximate */
	TAG_AND,       /* joins items and days: "31 August and 1 September" */
	TAG_EVENT,     /* a meeting: where and when it was dates what happened at it */
	TAG_RELATIVE,  /* begins a relative clause, whose dates are its own: "who", "which" */
	TAG_SPEECH,    /* a verb of saying: a date right after it is when it was said */
	TAG_OFPERSON,  /* of a stateref, "whose country": that of the person named last */
	TAG_AUXILIARY, /* "will": says when and whether, never what; no verb of a rule */
	TAG_CLOSES,    /* "ended": the day of a meeting is its last */
	TAG_CURRENT,   /* "this year's", "now": the match holds at publication */
	TAG_SUBJECT,   /* of whom a verb of the sentence speaks */
	TAG_ELIDED,    /* "... and joined": stands for the subject named last in the sentence */
	TAG_STATUSREF, /* "that status": the status named last */
	TAG_HOME,      /* of a stateref, "we": the state that the text named first */
	TAG_APART,     /* after it, another organisation is not meant before it: ", the first of NATO" */
	TAG_BUILTIN_MAX_
};

/* One reading of a form. */
struct entry {
	struct tagset tags;
	uint16_t type;	   /* value type (index into pack->types), NO_INDEX where it has no value */
	struct span value; /* canonical value */
	uint8_t languages; /* bit 1 << enum language */
	bool cap, upper;   /* the text must begin with a capital, be all capitals */
	uint32_t next;	   /* index + 1 of the form's next reading, 0 at the end */
};

/* One spelling, folded (fold.h). Letters and digits at its ends are ends of words in the text. */
struct form {
	struct span text;
	uint32_t entries;	/* index + 1 of the first reading, 0: only a word of patterns */
	uint16_t word;		/* its number as a word of patterns + 1; 0: it is none */
	uint8_t word_languages; /* languages whose patterns use it as a word */
	uint8_t fits;		/* readings.c: languages in which it may be read however its letters are written */
	uint8_t asks;		/* languages in which a reading asks for capitals */
	uint8_t told;		/* languages in which `tags` are the tags of its readings */
	uint32_t tags;		/* index into pack->tagsets */
};

/* A pattern is a program of the matcher (claim/matcher.c). */
enum opcode {
	OP_TAG,	   /* the token has the tag a (b: has it not), step */
	OP_WORD,   /* the token is the word a of patterns (b: is not), step */
	OP_TEST,   /* the token satisfies test a, step */
	OP_SPLIT,  /* go to a, later to b */
	OP_JUMP,   /* go to a */
	OP_SAVE,   /* slot a = position */
	OP_AHEAD,  /* the token here satisfies test a (b: must not) */
	OP_BEHIND, /* the token before satisfies test a (b: must not) */
	OP_BEGIN,  /* at the first token */
	OP_END,	   /* after the last token */
	OP_MATCH
};

struct insn {
	uint8_t op;
	uint16_t a, b;
};

/* A test is a disjunction of conjunctions, flat. */
struct term {
	uint16_t id;	    /* a tag, or the number of a word of patterns */
	uint8_t word : 1;   /* id is a word */
	uint8_t negate : 1; /* must not be */
	uint8_t last : 1;   /* ends its conjunction */
};
struct test {
	uint32_t first, n; /* in pack->terms; n = 0 accepts any token */
};

/* A mark is what tests of patterns look for: a tag, or a form that patterns use as a word. */
#define MARK_OF_WORD(word) (TAGS_MAX + (unsigned)(word))

/* What a sentence must have for a pattern to be worth a try: one of these marks. */
struct need {
	uint32_t first, n; /* in pack->marks, ascending */
	uint8_t languages; /* of the programs that have it: those of a language stand together */
};

#define CHAIN_FAR UINT8_MAX /* no bound */

/* A token of a match: min to max tokens after the one before, of the first one after the beginning of the match. */
struct chain_link {
	uint16_t need;
	uint8_t min, max;
};

/* The tokens that every match has, in their order. */
struct chain {
	uint32_t links, n_links; /* in pack->links */
	struct need opening;	 /* what the first token of a match must have, where has_opening */
	bool has_opening;
};

struct program {
	uint32_t first, n;	   /* in pack->insns */
	uint32_t wants, n_wants;   /* in pack->wants: needs, the rarest first */
	uint32_t chains, n_chains; /* in pack->chains: one for each alternative of the whole pattern */
	uint32_t elements;	   /* in pack->elements: where each element begins, for the trace */
	uint32_t n_elements;
	struct span source;
	const struct ynode *at;
};

struct role {
	struct span name;
};

struct phrase {
	struct span id;
	uint8_t languages;
	struct program program;
	struct role roles[ROLES_MAX];
	size_t n_roles;
	struct tagset tags, drop;
	uint16_t keep;	 /* role whose tags are kept, or NO_INDEX */
	uint16_t common; /* tag whose bearers' common tags are kept, or NO_INDEX */
	uint16_t value;	 /* role that holds the value, or NO_INDEX */
	bool again;	 /* only in the second reading of a sentence */
};

enum when_policy {
	WHEN_NONE,    /* no dates at all */
	WHEN_BEGIN,   /* a change that begins something; undated and done: the time of publication */
	WHEN_END,     /* a change that ends something */
	WHEN_STATE,   /* so at the time of the sentence; undated: holds at publication */
	WHEN_PAST,    /* was so; undated: no date */
	WHEN_PRESENT, /* so now: a date only where it stands in the match or beside it */
	WHEN_MENTION, /* an officer named by title: holds at the day told of, else at publication */
	WHEN_PERIOD,  /* begins and ends in the year */
	WHEN_TITLE,   /* a title for a year or a season: a range, else the year that it holds in */
	WHEN_EVENT,   /* a meeting: begin, or begin and end; undated: holds at publication unless past */
	WHEN_BEFORE,  /* ends where the one under `known` begins (claim/follow.c) */
	WHEN_AFTER,   /* begins where he ends */
	WHEN_LENT,    /* counts only with a date that another sentence lends (claim/lend.c) */
	WHEN_YEAR,    /* as a period; undated and done: the year of publication */
};

struct template
{
	struct span slot;						  /* "membership/{who}" */
	struct span value;						  /* "{new}" or a constant */
	uint16_t slot_role, value_role, date_role, end_role, number_role; /* or NO_INDEX */
	uint16_t value_type, slot_type; /* type of the values in the role, or NO_INDEX */
	enum when_policy when;
	struct span modality; /* the name of one; empty: from the tags of the match */
	struct span kind;     /* document, count */
	uint16_t kind_role;   /* or the role whose `kind` value, else words, it is */
	uint16_t known_role;  /* claim only where the document claims the slot of this role's value elsewhere */
};

#define PRIORITY_DEFAULT 50
#define PRIORITY_MAX 100

struct rule {
	struct span id;
	uint8_t languages;
	int priority; /* PRIORITY_DEFAULT where not given */
	struct program *programs;
	size_t n_programs;
	struct role roles[ROLES_MAX];
	size_t n_roles;
	struct template *claims;
	size_t n_claims;
	uint16_t after; /* only after a sentence with this tag, or NO_INDEX */
	bool free;	/* needs no mention of the organisation near by */
	bool bodies;	/* a body of the organisation beside it is no other organisation */
	const struct ynode *at, *fires, *silent;
};

struct rename {
	struct span slot, from, to;
	struct edtf before;
};

/* Which programs are worth a try in a sentence (index.c). */
struct program_index {
	size_t row;	    /* words of a set of needs */
	uint64_t *needs_of; /* by mark: the needs that it meets, `row` words each */
	struct watch {	    /* of one language */
		struct {
			const struct rule *rule;
			const struct program *program;
		} * v; /* in the order of the rules */
		size_t n;
		uint32_t *first; /* by need: where its watchers begin; n_needs: those of programs without any need */
		struct watcher {
			uint16_t program; /* of which it is the rarest need */
			uint16_t next;	  /* the next rarest, or NO_INDEX */
		} * watchers;
		struct phrase_watch {
			uint16_t need; /* the rarest, or NO_INDEX */
			const struct phrase *phrase;
		} * phrases; /* in their order: those of the first reading, then those of the second */
		size_t n_phrases, n_first;
		size_t from, to;     /* words of a set of needs: what lies outside is other languages' */
		uint64_t *watched;   /* set of the needs with watchers */
		struct tagset looks; /* the tags that its needs and openings have */
	} watch[LANGUAGE_MAX_];
};

struct pack {
	struct arena arena;
	struct span id, name;
	struct span *tags; /* names */
	size_t n_tags, cap_tags;
	struct span *types; /* of values: "state", "person", ... */
	size_t n_types, cap_types;
	struct form *forms;
	size_t n_forms, cap_forms;
	uint32_t *buckets; /* forms by text, open hashing: index + 1 */
	size_t n_buckets;
	struct entry *entries;
	size_t n_entries, cap_entries;
	struct tagset *tagsets; /* no two alike */
	size_t n_tagsets, cap_tagsets;
	struct insn *insns;
	size_t n_insns, cap_insns;
	struct term *terms;
	size_t n_terms, cap_terms;
	struct test *tests;
	size_t n_tests, cap_tests;
	size_t n_words; /* of patterns */
	struct {	/* common.c, while the pack is compiled */
		uint32_t of_tag[LANGUAGE_MAX_][TAGS_MAX];
		uint32_t *of_word; /* n_words of them */
		size_t cap_words;
	} common;
	uint16_t *marks;
	size_t n_marks, cap_marks;
	struct need *needs; /* no two alike */
	size_t n_needs, cap_needs;
	uint16_t *wants; /* indices of needs */
	size_t n_wants, cap_wants;
	struct chain *chains;
	size_t n_chains, cap_chains;
	struct chain_link *links;
	size_t n_links, cap_links;
	struct program_index index;
	uint16_t *elements;
	size_t n_elements, cap_elements;
	struct phrase *phrases;
	size_t n_phrases, cap_phrases;
	struct rule *rules;
	size_t n_rules, cap_rules;
	struct slot *slots;
	size_t n_slots, cap_slots;
	struct pack_source *sources;
	size_t n_sources;
	struct rename *renames;
	size_t n_renames, cap_renames;
	struct agency_form *agencies;
	size_t n_agencies, cap_agencies;
	struct agency_table agency_table;
	struct tagset given;	/* tags that some form, phrase or the engine can set */
	struct lexicon lexicon; /* of all forms */
	struct gate gate;
};

/* tags.c */
const char *builtin_tag_name(enum builtin_tag t);
int tag_intern(struct pack *p, struct span name);	    /* index, or -E2BIG, -ENOMEM */
int tag_find(const struct pack *p, struct span name);	    /* index or -ENOENT */
uint16_t type_find(const struct pack *p, const char *name); /* NO_INDEX where the pack has none */
int type_intern(struct pack *p, struct span name);
int form_find(const struct pack *p, struct span folded); /* index or -ENOENT */
int form_intern(struct pack *p, struct span folded);	 /* index, or -ENOMEM */
/* load.c: is this one of the named values of the slot, of which the next ends the last (no stage)? */
bool pack_is_single(const struct pack *p, struct span slot); /* one holder at a time */
bool pack_is_keyed(const struct pack *p, struct span slot);  /* a slot for each key: "membership/BY" */
bool pack_is_office(const struct pack *p, struct span slot); /* of a person */
bool pack_follows(const struct pack *p, struct span slot, struct span value);
int languages_of(const struct ynode *file, uint8_t *ret, struct error *reterr);

#endif
