/* SPDX-License-Identifier: Apache-2.0 */
/* scan.h: private to core/date: the tokens of a paragraph and what the recognisers share.
 *
 * The route: token.c cuts a paragraph into tokens and looks each word up in the tables words_{en,ru,zh}.c; date.c walks
 * over the tokens and asks expression.c at each that may begin a date; it asks range.c, and this asks calendar.c,
 * relative.c, part.c and han.c for points (what a point is missing, a year or a weekday's week, stays open there);
 * resolve.c fills it in from the anchors. Every recogniser looks at a bounded number of tokens, so a text costs time
 * linear in its length.
 */
#ifndef SCOWIRE_CORE_DATE_SCAN_H
#define SCOWIRE_CORE_DATE_SCAN_H

#include "core/date/date.h"

enum word_class {
	W_END, /* sentinel before the first and after the last token */
	W_OTHER,
	W_PUNCT,    /* value: code point */
	W_DASH,	    /* any dash; value: code point */
	W_NUMBER,   /* digits, or a Chinese numeral; value */
	W_CARDINAL, /* "three", "двух"; value */
	W_ORDINAL,  /* "first", "первом"; value */
	W_MONTH,    /* value 1..12 */
	W_WEEKDAY,  /* value 0 Monday .. 6 */
	W_DAY,	    /* "today", "вчера", "明天"; value: days from the anchor */
	W_UNIT,	    /* value: enum unit; aux: enum number_form */
	W_DEICTIC,  /* "last", "этом", "next"; value -1, 0, 1: counts from the anchor */
	W_ANAPHOR,  /* "previous", "that", "same"; value -1, 0, 1: counts from a date of the text */
	W_PART,	    /* value: enum part; aux 1: a noun ("end of", "начале") */
	W_SEASON,   /* value: enum part */
	W_BOUND,    /* value: enum bound */
	W_BIND,	    /* prepositions and articles that only bind: "in", "the", "в"; value: enum bind */
	W_AND,
	W_AGO,	  /* value -1 "ago", -2 "earlier", 2 "later": ±1 counts from the anchor, ±2 from the text */
	W_LEAD,	  /* "через" 1, "спустя" 2: before the quantity */
	W_RECENT, /* "past", "последние", 过去: 0; 近: 2; "ближайшие", 未来: 3; 近日 alone: 1 */
	W_FOR,	  /* "for", "на", "сроком", "为期": a term follows */
	W_TERM,	  /* "term", "срок", "任期" */
	W_LENGTH,     /* "трехлетний"; value: months */
	W_EVERY,      /* "every", "каждый": no date follows */
	W_COUNTED,    /* what numbers count: "people", "km" */
	W_NUMBERED,   /* what numbers name: "resolution", "No", "flight" */
	W_EVENT,      /* an event whose name may end in its year: "summit" */
	W_PROGRAMME,  /* "strategy", "agenda": the year after it is part of the name */
	W_TENSE,      /* value -1 past, 1 future, TENSE_SPEECH a verb of speech */
	W_NOT_BEFORE, /* words that make a following weekday or month a name: "Black", "Theresa" */
	W_FIXED, /* Chinese "今年", "上月", "本周": value: offset; aux: enum unit; W_FIXED_TEXT from the text */
	W_FIXED_TEXT,
	W_HOLIDAY, /* value: month * 100 + day */
	W_PERIOD   /* "Q" of "Q3": value: enum unit */
};

#define TENSE_SPEECH -2
#define TENSE_LOOKS -3 /* a Russian word that ends like a verb of the past: counts where no verb is known */

enum unit {
	UNIT_NONE,
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_HALF,
	UNIT_YEAR,
	UNIT_DECADE,
	UNIT_CENTURY,
	UNIT_WEEKEND
};
enum number_form { FORM_ONE, FORM_MANY, FORM_ABBREVIATION };

enum part {
	PART_NONE,
	PART_EARLY,
	PART_MID,
	PART_LATE,
	PART_HALF1,
	PART_HALF2,
	PART_Q1,
	PART_Q2,
	PART_Q3,
	PART_Q4,
	PART_SPRING,
	PART_SUMMER,
	PART_AUTUMN,
	PART_WINTER
};

enum bound {
	BOUND_NONE,
	BOUND_SINCE,   /* since, 自 */
	BOUND_FROM,    /* from, с: a range or since */
	BOUND_UNTIL,   /* until, до */
	BOUND_TO,      /* to, по, 至: the second half of a range */
	BOUND_BY,      /* by, к */
	BOUND_BEFORE,  /* before, перед */
	BOUND_AFTER,   /* after, после */
	BOUND_BETWEEN, /* between, между */
	BOUND_ABOUT    /* about, около */
};

enum bind { BIND_IN, BIND_ON, BIND_OF, BIND_THE, BIND_OTHER };

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_CYRILLIC, SCRIPT_HAN };

enum token_flag {
	TOKEN_SPACE = 1 << 0,	/* white space before it */
	TOKEN_CAPITAL = 1 << 1, /* a word that begins with a capital */
	TOKEN_GLUED = 1 << 2,	/* digits that touch a letter: "F16", "5km" */
	TOKEN_GROUPED = 1 << 3, /* "2,024" */
	TOKEN_ORDINAL = 1 << 4, /* "4th", "15-го" */
	TOKEN_DECADE = 1 << 5,	/* "1990s", "90-х" */
	TOKEN_HAN = 1 << 6,	/* a number in Chinese characters */
	TOKEN_OWNER = 1 << 7	/* possessive 's behind it */
};

struct token {
	uint32_t start, end; /* bytes of the whole text */
	int32_t value;
	uint8_t class, script, flags;
	uint8_t aux; /* of the word; digits of a number */
};

#define WORD_TEXT_MAX 48 /* bytes of a word and its NUL */

struct word {
	char text[WORD_TEXT_MAX]; /* folded: lower case, ё as е; NULs behind it. In place: the search reads no other
				     line */
	uint8_t class;
	uint8_t aux;
	int16_t value;
};

#define UNIT_ALONE 4	 /* W_UNIT: "год", "неделю": one of it without saying so */
#define AUX_ADJECTIVE 1	 /* W_DAY: "вчерашнего", may have "дня" behind it */
#define AUX_NOUN 1	 /* W_PART: "end", needs "of" or a genitive */
#define AUX_SHORT 1	 /* W_MONTH, W_WEEKDAY: "Jul", "Thu" */
#define AUX_NAME 2	 /* W_MONTH: also a name or a verb: "May", "June" */
#define AUX_GENITIVE 4	 /* W_MONTH: "июля": follows a day */
#define AUX_PARTICIPLE 1 /* W_TENSE: only of a date right behind it: "начавшееся в сентябре" */
#define AUX_THEN 1	 /* W_ANAPHOR: "тогда же": the date named last, as it is */
#define AUX_MEETING 8 /* W_MONTH: "июльском": a month only before a meeting: "на июльском саммите" */

struct lexicon {
	const struct word *words; /* ascending by strcmp() */
	size_t n;
};

extern const struct lexicon date_words_en, date_words_ru, date_words_zh;

#define WORD_HEAD 8 /* bytes that the search compares at once */

/* words.c: the word of n bytes, folded as the tables are, with WORD_HEAD NULs behind it; the longest Chinese word that
 * begins here. NULL where there is none. */
const struct word *date_word(const struct lexicon *lexicon, const char *folded, size_t n);
const struct word *date_word_han(struct span rest);
/* May the tables have the word; a Chinese one that begins with this character of three bytes? */
bool date_heads_may(const struct date_heads *x, const char *folded, size_t n);
bool date_heads_may_han(const struct date_heads *x, const char *p);

#define YEAR_MIN 1000 /* earlier years are never written as four digits */
#define YEAR_MAX 2199

/* One paragraph under scan. t[-1] and t[n] are W_END. */
struct scan {
	struct span text;
	const struct token *t;
	size_t n;
	enum language language;
	struct edtf base; /* the dateline, else the day of publication */
	enum date_anchor base_anchor;
	struct edtf reference; /* the last date named */
	struct edtf day;       /* the last day named */
	struct edtf told;      /* the last day named that was not to come yet */
	size_t day_at;	       /* token behind which `day` was named in this paragraph; SIZE_MAX: nowhere */
	size_t year_at;	       /* token of the last date with a year of its own, SIZE_MAX none */
	struct edtf year_date; /* that date */
};

#define LEAN_BACK -1
#define LEAN_BACK_ELSE -2 /* back where no verb tells */
#define LEAN_AHEAD 1

enum missing { MISSING_NONE, MISSING_YEAR, MISSING_MONTH, MISSING_WEEK };

/* A point before and after completion. */
struct point {
	struct edtf date;
	uint8_t missing;  /* enum missing */
	uint8_t weekday;  /* MISSING_WEEK */
	uint8_t part;	  /* enum part */
	int8_t direction; /* "last July" -1, "next Friday" 1, "this Friday" 2, else 0 */
	int8_t lean;	  /* LEAN_BACK behind "since", LEAN_AHEAD behind "until" where no verb tells more */
	bool week;	  /* lo and hi are given: a week, told as its month */
	edtf_day lo, hi;
	enum date_anchor anchor;
	enum date_modifier modifier;
	uint8_t rule;	    /* enum rule */
	size_t first, past; /* tokens */
};

enum rule {
	RULE_NUMERIC,
	RULE_DAY,	/* day, month and year */
	RULE_MONTH_DAY, /* without a year */
	RULE_MONTH_YEAR,
	RULE_MONTH,
	RULE_YEAR,
	RULE_DECADE,
	RULE_WEEKDAY,
	RULE_TODAY,
	RULE_RELATIVE,
	RULE_ANAPHOR,
	RULE_AGO,
	RULE_LATER,
	RULE_PART,
	RULE_SEASON,
	RULE_HOLIDAY,
	RULE_DAY_ONLY,
	RULE_RECENT,
	RULE_RANGE,
	RULE_SINCE,
	RULE_UNTIL,
	RULE_TERM,
	RULE_MAX_
};

/* "en.month-day"; static. */
const char *date_rule_name(enum rule rule, enum script script);

static inline const struct token *tok(const struct scan *s, size_t i)
{
	return &s->t[i < s->n ? i : s->n];
}

/* The token before i; W_END at the start. */
static inline const struct token *tok_before(const struct scan *s, size_t i)
{
	return i ? &s->t[i - 1] : &s->t[s->n];
}

static inline bool tok_is(const struct token *t, enum word_class class, int value)
{
	return t->class == class && t->value == value;
}

static inline bool tok_punct(const struct token *t, int c)
{
	return t->class == W_PUNCT && t->value == c;
}

static inline bool tok_glued(const struct token *t) /* no space before it */
{
	return !(t->flags & TOKEN_SPACE);
}

static inline enum number_form tok_form(const struct token *unit)
{
	return (enum number_form)(unit->aux & ~UNIT_ALONE);
}

/* A western unit of time: "year", "года". */
static inline bool tok_unit(const struct scan *s, size_t i, enum number_form form)
{
	return tok(s, i)->class == W_UNIT && tok_form(tok(s, i)) == form && tok(s, i)->script != SCRIPT_HAN;
}

static inline size_t skip_the(const struct scan *s, size_t i)
{
	return i + tok_is(tok(s, i), W_BIND, BIND_THE);
}

static inline size_t skip_binding(const struct scan *s, size_t i)
{
	while (tok(s, i)->class == W_BIND && tok(s, i)->script != SCRIPT_HAN)
		i++;
	return i;
}

/* token.c: the tokens of text[from, to), in the arena (heads may be NULL), followed by a W_END. 0 or -ENOMEM. */
int date_tokenise(struct span text, size_t from, size_t to, const struct date_heads *heads, struct arena *arena,
		  struct token **v, size_t *cap, size_t *ret_n) MUST_CHECK;

/* guard.c: is token i usable as a day of a month, as a year, or as the year of something named before it? */
bool tok_day(const struct token *t);
bool tok_year(const struct token *t);
bool date_sentence_break(const struct scan *s, size_t i); /* token i ends a sentence */

/* Recognisers: does a point begin at token i? All leave *ret alone when it does not. */
bool date_numeric(const struct scan *s, size_t i, struct point *ret);
bool date_calendar(const struct scan *s, size_t i, struct point *ret);
bool date_bare_year(const struct scan *s, size_t i, struct point *ret);
bool date_relative(const struct scan *s, size_t i, struct point *ret);
/* han.c: what the Chinese recognisers share: is it this unit in this form, does token i begin with the text, is it a
 * number from 1 to max that nothing is glued to; the point where its date exists. */
bool date_han_unit(const struct token *t, enum unit unit, enum number_form form);
bool date_han_begins(const struct scan *s, size_t i, const char *text);
bool date_han_number(const struct token *t, int max);
bool date_han_give(struct point *p, enum rule rule, struct point *ret);
/* Behind a day: where （周四） or 星期四 ends that says nothing new. */
size_t date_han_past_weekday(const struct scan *s, size_t i);
/* han_day.c: brackets, half and full width; where （15日） ends that begins at token i, i where there is none. */
bool date_opens_paren(const struct token *t);
bool date_closes_paren(const struct token *t);
size_t date_han_past_parens(const struct scan *s, size_t i);
/* 4日, 12号 */
bool date_han_day(const struct scan *s, size_t i, struct point *ret);
/* Where 今天, 今天（15日） or 今（15）日 ends that begins at token i; i where 今（ begins something else. */
size_t date_han_today(const struct scan *s, size_t i);
/* 8月31日起一连两天: a day and how many days from it, to a range; returns `past` where none is said. */
size_t date_han_run(const struct scan *s, size_t past, struct date_expr *e);
bool date_han(const struct scan *s, size_t i, struct point *ret);
/* Any of them. */
bool date_point(const struct scan *s, size_t i, struct point *ret);

/* relative.c: a year told by reference: "last year", "of the same year", "прошлого года", "с. г.". Advances *i. */
bool date_year_phrase(const struct scan *s, size_t *i, struct edtf *ret, enum date_anchor *ret_anchor);
/* A quantity: "three", "25", "twenty-five", "a". Advances *i. */
bool date_quantity(const struct scan *s, size_t *i, int *ret);

/* "last year", "the following month". */
bool date_deictic_unit(const struct scan *s, size_t i, struct point *ret);
/* Sets *ret from p and the rest; false when p has no date. */
bool date_give(struct point *ret, struct point p, size_t first, size_t past, enum date_anchor anchor, enum rule rule);

/* part.c: "early July"; "first half of 2024", "Q1"; "summer of 2024". */
bool date_part_of(const struct scan *s, size_t i, struct point *ret);
bool date_period_of_year(const struct scan *s, size_t i, struct point *ret);
/* "first nine months of 2024", "девять месяцев 2024 года", 今年前三季度: January and the last month. */
bool date_first_months(const struct scan *s, size_t i, struct point *a, struct point *b);
bool date_season(const struct scan *s, size_t i, struct point *ret);
/* "Q3 2022", "Q1"; "H1 2024". */
bool date_period_code(const struct scan *s, size_t i, struct point *ret);
/* counted.c: "two days before July 4", "the first Monday in September", "last weekend", "year-end". */
bool date_counted(const struct scan *s, size_t i, struct point *ret);

/* term.c: as date_expression(). "for one year"; "three-year term"; "past five years", 近日. */
size_t date_term(const struct scan *s, size_t i, struct date_expr *ret);
size_t date_term_of_length(const struct scan *s, size_t i, struct date_expr *ret);
size_t date_recent(const struct scan *s, size_t i, struct date_expr *ret);

/* resolve.c */
struct edtf date_unit_of(struct edtf base, enum unit unit, int offset, struct point *p);
int date_tense(const struct scan *s, size_t first, size_t past); /* -1, 0, 1 */
bool date_complete(const struct scan *s, struct point *p);
/* range.c: the halves of a range that begins at token i, complete; `opened` is the word before it ("from"). */
bool date_range_halves(const struct scan *s, size_t i, enum bound opened, struct point *a, struct point *b);
/* Completes both, each by the other: hands years over; false when b ends before a begins. */
bool date_order(const struct scan *s, struct point *a, struct point *b);
struct date_expr date_of_point(const struct scan *s, const struct point *p); /* p is complete */
/* expression.c: the expression that begins at token i. Returns the token past it, or i when there is none. */
size_t date_expression(const struct scan *s, size_t i, struct date_expr *ret);
/* The parts of an expression: its bytes, the script that names its rule, a whole range of completed points. */
void date_put(const struct scan *s, struct date_expr *e, size_t first, size_t past);
enum script date_script_at(const struct scan *s, size_t first, size_t past);
size_t date_give_range(const struct scan *s, size_t first, const struct point *a, const struct point *b,
		       struct date_expr *ret);
/* guard.c: numbers and names that only look like dates. */
bool date_year_allowed(const struct scan *s, size_t i);

#endif
