/* SPDX-License-Identifier: Apache-2.0 */
/* sentence.h: where the sentences and clauses of news text begin and end, in English, Russian and Chinese.
 *
 * In:    a headline or a body, valid UTF-8. Any other bytes are harmless: ranges then still satisfy the rules below.
 * Out:   byte ranges of the original text, in order.
 * Owner: the caller's arena; nothing points into the text.
 * Rules: ranges do not overlap and are not empty; each begins and ends with a character that is no white space;
 *        together they hold every character that is no white space; in valid UTF-8 they lie on character boundaries.
 * No language is asked for: the script of a word says which abbreviations it may be, so that an English quote in a
 * Russian story, or a Latin name in a Chinese one, needs no special case.
 * Own code and not ICU's sentence break: ICU needs the abbreviations beside it all the same, breaks after Russian
 * initials and "г.", and knows nothing of hard-wrapped lines.
 * Not here: where the text proper begins after a dateline (dateline.h).
 */
#ifndef SCOWIRE_CORE_SENTENCE_H
#define SCOWIRE_CORE_SENTENCE_H

#include "base/arena.h"
#include "base/span.h"

struct sentence {
	size_t start, end; /* bytes of the text given */
	size_t paragraph;  /* 0-based: counts the line ends that are boundaries, before it */
};

struct sentence_list {
	struct sentence *v; /* in the arena */
	size_t n, cap;
};

/* Appends the sentences of the bytes [from, text.n) of text; offsets count from the start of `text`.
 *
 * A sentence ends at:
 *   . ! ? … and their repetitions, before white space and no lower-case letter; the full stop also after a word that
 *   is no abbreviation, initial, list number or decimal; 。！？； and …… of Chinese anywhere; a line end, unless the
 * next line goes on in lower case after a letter or comma (hard-wrapped text). Quotes and brackets that close after the
 * stop belong to the sentence that they close. Returns 0, or -ENOMEM when the arena is exhausted (ret->n is then
 * unchanged). */
int sentence_split(struct span text, size_t from, struct arena *arena, struct sentence_list *ret) MUST_CHECK;

/* What ends a clause. */
enum clause_mark {
	CLAUSE_END,	   /* the end of the text */
	CLAUSE_COMMA,	   /* , ，; 、 separates the items of a list and ends no clause */
	CLAUSE_SEMICOLON,  /* ; ； */
	CLAUSE_COLON,	   /* : ：, not between digits */
	CLAUSE_DASH,	   /* — – - between spaces, —— */
	CLAUSE_CONJUNCTION /* before while, whereas, 并, 而: the word begins the next clause */
};

struct clause {
	size_t start, end; /* bytes of the text given; the mark itself lies after `end` */
	size_t next;	   /* private: where to go on */
	enum clause_mark mark;
};

/* Steps to the next clause of a sentence. Begin with a zeroed struct. False, with *c unchanged, when there is none
 * left. Clauses may be empty ("A, , B"); commas and points inside numbers are no marks. */
bool clause_next(struct span sentence, struct clause *c);

#endif
