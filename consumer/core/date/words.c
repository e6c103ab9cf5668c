/* SPDX-License-Identifier: Apache-2.0 */
/* Look-up in the word tables. */
#include "core/date/scan.h"

/* strcmp(), inline: most words differ in the first bytes, and this is half of the time of a text without dates. */
static inline int compare(const char *a, const char *b)
{
	while (*a == *b && *a) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

const struct word *date_word(const struct lexicon *lexicon, const char *folded)
{
	size_t lo = 0, hi = lexicon->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int r = compare(folded, lexicon->words[mid].text);
		if (r == 0)
			return &lexicon->words[mid];
		if (r < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* The first character of a word of the Chinese table as a number that orders as its bytes do. */
static inline uint32_t han_head(const char *p)
{
	return (uint32_t)(unsigned char)p[0] << 16 | (uint32_t)(unsigned char)p[1] << 8 | (unsigned char)p[2];
}

/* The longest word of the Chinese table that begins here. All its words begin with characters of three bytes. */
const struct word *date_word_han(struct span rest)
{
	const struct lexicon *x = &date_words_zh;
	const struct word *best = NULL;
	uint32_t head = rest.n >= 3 ? han_head(rest.p) : 0;
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (han_head(x->words[mid].text) < head)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < x->n && han_head(x->words[lo].text) == head; lo++)
		if (span_starts(rest, span_str(x->words[lo].text)))
			best = &x->words[lo]; /* ascending: a longer word comes after its prefix */
	return best;
}
