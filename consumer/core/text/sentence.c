/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/sentence.h"
#include "core/text/abbreviation.h"
#include "core/text/chars.h"
#include <errno.h>

struct splitter {
	struct span text;
	size_t start;		/* of the current sentence, past white space */
	size_t quotes, counted; /* straight quotes in [start, counted) */
	size_t paragraph;
};

/* The word that ends at `stop`, without what is around it. */
static struct span word_before(struct span text, size_t from, size_t stop)
{
	size_t i = stop;

	while (i > from && stop - i < ABBREVIATION_MAX) {
		size_t len;
		uint32_t c = char_before(text, i, &len);
		if (!char_is_letter(c) && !char_is_digit(c) && c != '.')
			break;
		i -= len;
	}
	return span_sub(text, i < from ? from : i, stop);
}

static size_t words_between(struct span text, size_t from, size_t to)
{
	size_t n = 0;
	bool in = false;

	for (size_t i = from; i < to;) {
		size_t len;
		bool space = char_is_space(char_at(text, i, &len));
		n += in && space;
		in = !space;
		i += len;
	}
	return n + in;
}

/* "г." and "гг." stand for a year after a number and for a town before a name. After a year they end a sentence, except
 * where hardly more than a date has been said: "В 2024 г. Казахстан ...". */
static bool russian_year_stop(struct span text, size_t from, struct span word, bool *ret_ends)
{
	size_t at = (size_t)(word.p - text.p), len;
	uint32_t c;

	if (!span_eq_str(word, "г") && !span_eq_str(word, "гг"))
		return false;
	while (char_is_space(c = char_before(text, at, &len)) && at > from)
		at -= len;
	*ret_ends = char_is_digit(c) && words_between(text, from, at) > 5;
	return true;
}

/* "1." before the first word. */
static bool is_list_number(size_t from, size_t at, struct span word)
{
	if (at > from || word.n == 0 || word.n > 3)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	return true;
}

/* "J." and the last letter of "А.Б.": one upper-case letter that stands alone. */
static bool is_initial(struct span word)
{
	size_t len;
	uint32_t c = char_before(word, word.n, &len);

	return char_is_upper(c) && (len == word.n || word.p[word.n - len - 1] == '.');
}

static bool is_closer(uint32_t c)
{
	switch (c) {
	case ')':
	case ']':
	case '}':
	case 0xBB:   /* » */
	case 0x201D: /* ” */
	case 0x2019: /* ’ */
	case 0x300D: /* 」 */
	case 0x300F: /* 』 */
	case 0x300B: /* 》 */
	case 0x3009: /* 〉 */
	case 0x3011: /* 】 */
	case 0xFF09: /* ） */
	case 0xFF02: /* ＂ */
		return true;
	default:
		return false;
	}
}

static bool is_stop(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x2026 /* … */ || c == 0x3002 /* 。 */ ||
	       c == 0xFF01 /* ！ */ || c == 0xFF1F /* ？ */ || c == 0xFF61 /* ｡ */ || c == 0xFF1B /* ； */ ||
	       c == 0xFF0E /* ． */;
}

/* The stops of Chinese need no space after them. */
static bool is_wide_stop(uint32_t c)
{
	return c >= 0x3000 && is_stop(c) && c != 0xFF0E;
}

/* Is the straight quote at `at` the second of a pair within the sentence? Counts on from the last question, so that a
 * text full of quotes costs no more than its length. */
static bool straight_quote_closes(struct splitter *s, size_t at)
{
	for (; s->counted < at; s->counted++)
		s->quotes += s->text.p[s->counted] == '"';
	return s->quotes & 1;
}

/* Past the stops and the closing quotes and brackets from i on. */
static size_t skip_closers(struct splitter *s, size_t i, bool *wide)
{
	for (;;) {
		size_t len;
		uint32_t c = char_at(s->text, i, &len);
		if (c == CHAR_NONE)
			return i;
		if (is_stop(c))
			*wide = *wide || is_wide_stop(c);
		else if (!is_closer(c) && !(c == '"' && straight_quote_closes(s, i)))
			return i;
		i += len;
	}
}

/* Does what follows a stop, past white space on the same line, go on with the sentence? Lower case does, and so do a
 * comma and the dash before a verb of saying («...!» — сказал он). */
static bool goes_on(struct span text, size_t i)
{
	size_t len;
	uint32_t c;

	i = char_skip_space(text, i, text.n);
	c = char_at(text, i, &len);
	if (c == 0x2014 || c == 0x2013 || c == '-') {
		i = char_skip_space(text, i + len, text.n);
		c = char_at(text, i, &len);
		return char_is_lower(c);
	}
	return char_is_lower(c) || c == ',' || c == ';' || c == ':' || c == 0xFF0C || c == 0x3001;
}

/* A full stop at `stop` with no white space behind it: "3.5", "U.S.-led", "sco.org", "Report.az". Only a forgotten
 * space after a Russian or Chinese word makes a boundary. */
static bool unspaced_stop_ends(struct span text, struct span word, size_t stop, size_t after)
{
	size_t len;
	uint32_t next = char_at(text, after, &len), last = char_before(text, stop, &len);

	if (char_is_han(next))
		return char_is_han(last);
	return char_is_cyrillic(last) && char_is_lower(last) && word.n >= 6 && char_is_cyrillic(next) &&
	       char_is_upper(next) && memchr(word.p, '.', word.n) == NULL && abbreviation_stop(word) == STOP_ORDINARY;
}

/* The single full stop at `stop`, with `after` past it and its closers and white space (or the end) there. */
static bool full_stop_ends(struct span text, size_t from, size_t stop, size_t after)
{
	struct span word = word_before(text, from, stop);
	size_t next = char_skip_space(text, after, text.n);
	bool ends;

	if (next == text.n)
		return true;
	if (after > stop + 1) /* a quote or bracket closes behind the stop: no abbreviation needs that */
		return true;
	if (russian_year_stop(text, from, word, &ends))
		return ends;
	if (is_list_number(from, stop - word.n, word))
		return false;
	switch (abbreviation_stop(word)) {
	case STOP_TITLE:
		return false;
	case STOP_BEFORE_STARTER:
		return abbreviation_precedes_starter(text, next);
	default:
		return !is_initial(word) || abbreviation_precedes_starter(text, next);
	}
}

/* If the stop character at `at` ends the current sentence, the offset past it and its closers, else 0;
 * *ret_skip is then where to go on looking. */
static size_t stop_ends(struct splitter *s, size_t at, size_t *ret_skip)
{
	struct span text = s->text;
	size_t len, after;
	uint32_t c = char_at(text, at, &len), next;
	bool wide = is_wide_stop(c), single;

	after = skip_closers(s, at + len, &wide);
	single = c == '.' && (after == at + 1 || !is_stop(char_at(text, at + 1, &len)));
	*ret_skip = after;
	if (wide) {
		/* a comma or a dash of Chinese goes on: “……”，他说 */
		next = char_at(text, after, &len);
		return next == 0xFF0C || next == 0x3001 ? 0 : after;
	}
	next = char_at(text, after, &len);
	if (next != CHAR_NONE && !char_is_space(next)) {
		struct span word = word_before(text, s->start, at);
		bool ends = c == '.' ? single && unspaced_stop_ends(text, word, at, after) : char_is_han(next);
		return ends ? after : 0;
	}
	if (goes_on(text, after))
		return 0;
	return !single || full_stop_ends(text, s->start, at, after) ? after : 0;
}

static bool is_line_end(uint32_t c)
{
	return c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* A line end at `at` inside hard-wrapped text: one line end, a letter, digit or comma before it and lower case after
 * the white space, which ends at `next`. */
static bool line_is_wrapped(struct span text, size_t from, size_t at, size_t next)
{
	size_t len, lines = 0;
	uint32_t c;

	for (size_t i = at; i < next; i += len) {
		c = char_at(text, i, &len);
		lines += is_line_end(c) && !(c == '\n' && i > at && text.p[i - 1] == '\r');
	}
	if (lines > 1 || !char_is_lower(char_at(text, next, &len)))
		return false;
	while (at > from && char_is_space(char_before(text, at, &len)))
		at -= len;
	c = char_before(text, at, &len);
	return char_is_letter(c) || char_is_digit(c) || c == ',' || c == '-';
}

/* Bytes that cannot begin a stop or a line end: most of any text. */
static bool is_dull(unsigned char b)
{
	return b != '.' && b != '!' && b != '?' && b != '\n' && b != '\r' && b != '\v' && b != '\f' && b != 0xC2 &&
	       b != 0xE2 && b != 0xE3 && b != 0xEF;
}

/* Begins a sentence at or after `at`; a line end before it begins a paragraph too. */
static void begin(struct splitter *s, size_t at)
{
	bool line = false;
	size_t len;
	uint32_t c;

	for (; char_is_space(c = char_at(s->text, at, &len)); at += len)
		line = line || is_line_end(c);
	s->paragraph += line && s->start < at;
	s->start = s->counted = at;
	s->quotes = 0;
}

/* Adds the current sentence, up to `end`, and begins the next. */
static int add(struct splitter *s, size_t end, struct arena *arena, struct sentence_list *ret)
{
	size_t last = end, len;

	while (last > s->start && char_is_space(char_before(s->text, last, &len)))
		last -= len;
	if (last > s->start) {
		if (arena_grow(arena, &ret->v, ret->n, &ret->cap, sizeof(*ret->v)) < 0)
			return -ENOMEM;
		ret->v[ret->n++] = (struct sentence){s->start, last, s->paragraph};
	}
	begin(s, end);
	return 0;
}

/* If the sentence ends at or right after the character at i, the offset of that end, else 0. *ret_next is where to go
 * on looking if it does not. */
static size_t boundary_at(struct splitter *s, size_t i, size_t *ret_next)
{
	size_t len;
	uint32_t c = char_at(s->text, i, &len);

	*ret_next = i + len;
	if (is_stop(c))
		return stop_ends(s, i, ret_next);
	if (!is_line_end(c))
		return 0;
	*ret_next = char_skip_space(s->text, i, s->text.n);
	return line_is_wrapped(s->text, s->start, i, *ret_next) ? 0 : i;
}

int sentence_split(struct span text, size_t from, struct arena *arena, struct sentence_list *ret)
{
	struct splitter s = {.text = text, .start = SIZE_MAX};
	size_t n = ret->n, i;

	begin(&s, from);
	for (i = s.start; i < text.n;) {
		size_t next, end;

		if (is_dull((unsigned char)text.p[i])) {
			i++;
			continue;
		}
		end = boundary_at(&s, i, &next);
		if (end && add(&s, end, arena, ret) < 0)
			goto nomem;
		i = end ? s.start : next;
	}
	if (add(&s, text.n, arena, ret) < 0)
		goto nomem;
	return 0;
nomem:
	ret->n = n;
	return -ENOMEM;
}
