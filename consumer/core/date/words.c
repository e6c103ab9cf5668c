/* SPDX-License-Identifier: Apache-2.0 */
/* Look-up in the word tables: every word of every text is asked for, and most are in none. */
#include "core/date/scan.h"

/* The first bytes of a word as a number that orders as they do; written out, compilers make one load of it. */
static inline uint64_t head_of(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
	       (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 | (uint64_t)p[6] << 8 | p[7];
}

#define HAN_BYTES 3 /* of a character: all words of the Chinese table begin with one of three bytes */

/* The place of a word in the set; NULs behind it fill the last eight bytes. */
static inline size_t place_of(const char *folded, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i += WORD_HEAD)
		h = (h ^ head_of(folded + i)) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(h >> 32) % DATE_HEADS_BITS;
}

static inline size_t place_of_han(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t head = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

	return (size_t)(head * UINT32_C(0x9E3779B9) >> 8) % DATE_HEADS_BITS;
}

static void heads_add(struct date_heads *x, size_t place)
{
	x->v[place / 64] |= (uint64_t)1 << place % 64;
}

void date_heads_make(struct date_heads *ret)
{
	const struct lexicon *all[] = {&date_words_en, &date_words_ru};

	*ret = (struct date_heads){0};
	for (size_t k = 0; k < ARRAY_SIZE(all); k++)
		for (size_t i = 0; i < all[k]->n; i++)
			heads_add(ret, place_of(all[k]->words[i].text, strlen(all[k]->words[i].text)));
	for (size_t i = 0; i < date_words_zh.n; i++)
		heads_add(ret, place_of_han(date_words_zh.words[i].text));
}

bool date_heads_may(const struct date_heads *x, const char *folded, size_t n)
{
	size_t place = x ? place_of(folded, n) : 0;

	return !x || x->v[place / 64] >> place % 64 & 1;
}

bool date_heads_may_han(const struct date_heads *x, const char *p)
{
	size_t place = x ? place_of_han(p) : 0;

	return !x || x->v[place / 64] >> place % 64 & 1;
}

/* The first word whose head, of which only the bits of the mask count, is not less than this one. No branch of the loop
 * depends on the word. */
static inline size_t first_from(const struct lexicon *x, uint64_t head, uint64_t mask)
{
	size_t lo = 0, n = x->n;

	while (n > 0) {
		size_t half = n / 2;
		bool less = (head_of(x->words[lo + half].text) & mask) < head;

		lo = less ? lo + half + 1 : lo;
		n = less ? n - half - 1 : half;
	}
	return lo;
}

const struct word *date_word(const struct lexicon *lexicon, const char *folded, size_t n)
{
	uint64_t head = head_of(folded);

	if (n >= WORD_TEXT_MAX)
		return NULL;
	for (size_t i = first_from(lexicon, head, UINT64_MAX); i < lexicon->n; i++) {
		const char *text = lexicon->words[i].text;

		if (head_of(text) != head)
			return NULL;
		if (n <= WORD_HEAD ? !text[n] : !memcmp(text + WORD_HEAD, folded + WORD_HEAD, n + 1 - WORD_HEAD))
			return &lexicon->words[i];
	}
	return NULL;
}

const struct word *date_word_han(struct span rest)
{
	const struct lexicon *x = &date_words_zh;
	const uint64_t mask = UINT64_MAX << 8 * (WORD_HEAD - HAN_BYTES);
	const struct word *best = NULL;
	char first[WORD_HEAD] = {0};

	if (rest.n < HAN_BYTES)
		return NULL;
	memcpy(first, rest.p, HAN_BYTES);
	uint64_t head = head_of(first);
	for (size_t i = first_from(x, head, mask); i < x->n && (head_of(x->words[i].text) & mask) == head; i++) {
		const char *text = x->words[i].text;
		size_t k = HAN_BYTES;

		while (k < rest.n && text[k] && text[k] == rest.p[k])
			k++;
		if (!text[k])
			best = &x->words[i]; /* ascending: a longer word comes after its prefix */
		else if (k == rest.n || (unsigned char)text[k] > (unsigned char)rest.p[k])
			break; /* and so do all others */
	}
	return best;
}
