/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/chars.h"
#include "core/text/document.h"
#include "base/attr.h"

#define SAMPLE_BYTES 4096 /* a headline and a lead decide; a long body decides no better */
#define HAN_WEIGHT 3	  /* letters that one ideograph is worth beside the letters of an alphabet */
#define WORD_BYTES_MAX 12

static const char *const tags[LANGUAGE_MAX_] = {"und", "en", "ru", "zh"};

const char *language_tag(enum language l)
{
	return l >= 0 && l < LANGUAGE_MAX_ ? tags[l] : tags[LANGUAGE_UNKNOWN];
}

enum language language_from_tag(struct span tag)
{
	if (tag.n < 2 || (tag.n > 2 && tag.p[2] != '-' && tag.p[2] != '_'))
		return LANGUAGE_UNKNOWN;
	for (int l = LANGUAGE_EN; l < LANGUAGE_MAX_; l++)
		if ((tag.p[0] | 0x20) == tags[l][0] && (tag.p[1] | 0x20) == tags[l][1])
			return (enum language)l;
	return LANGUAGE_UNKNOWN;
}

/* Function words that tell English from the other languages of its script, and those that tell of the others. */
static const char *const english[] = {
	"the",	"of",	 "and",	 "for", "with", "from",	 "has",	  "have", "its",   "that", "this",  "by",
	"will", "would", "been", "are", "were", "their", "which", "who",  "after", "says", "about", "to",
	"in",	"on",	 "at",	 "as",	"is",	"was",	 "an",	  "it",	  "be",	   "over", "amid",  "into",
};
static const char *const other_latin[] = {
	"de",	 "la",	 "el",	 "los", "las",	 "del",	  "que", "por", "para", "una", "le",  "les",   "des",
	"du",	 "et",	 "dans", "est", "sur",	 "der",	  "die", "das", "und",	"den", "mit", "von",   "ist",
	"im",	 "zu",	 "il",	 "di",	"che",	 "della", "per", "con", "ve",	"bir", "ile", "bilan", "va",
	"uchun", "yang", "dan",	 "di",	"untuk", "do",	  "na",	 "nie", "w",	"van", "het", "een",   "og",
	"och",	 "som",	 "om",	 "os",	"em",	 "ao",	  "es",	 "un",	"je",	"se",  "z",   "ja",
};

/* Letters that other languages in Cyrillic have and Russian has not: і ї є ґ ў ј љ њ ћ ђ џ ә ғ қ ң ө ұ ү һ ҷ ҳ ӣ ӯ ҡ.
 */
static bool is_foreign_cyrillic(uint32_t c)
{
	return (c >= 0x402 && c <= 0x40F) || (c >= 0x452 && c <= 0x45F) || c >= 0x460;
}

struct census {
	size_t latin, cyrillic, han, kana_hangul, foreign_cyrillic;
	size_t english, other_latin;
};

static bool is_one_of(struct span word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq_str(word, words[i]))
			return true;
	return false;
}

static void count_word(struct span word, struct census *n)
{
	char buf[WORD_BYTES_MAX];

	if (word.n > sizeof(buf))
		return;
	for (size_t i = 0; i < word.n; i++)
		buf[i] = (char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] | 0x20 : word.p[i]);
	word.p = buf;
	n->english += is_one_of(word, english, ARRAY_SIZE(english));
	n->other_latin += is_one_of(word, other_latin, ARRAY_SIZE(other_latin));
}

static void count(struct span text, struct census *n)
{
	size_t i = 0, len, word = 0;
	bool in_word = false;

	for (; i < text.n; i += len) {
		uint32_t c = char_at(text, i, &len);
		bool latin = char_is_latin(c);

		n->latin += latin;
		n->han += char_is_han(c);
		n->kana_hangul += (c >= 0x3041 && c <= 0x30FA) || (c >= 0xAC00 && c <= 0xD7A3);
		if (char_is_cyrillic(c)) {
			n->cyrillic++;
			n->foreign_cyrillic += c != 0x401 && c != 0x451 && is_foreign_cyrillic(c); /* Ё ё */
		}
		if (latin && !in_word)
			word = i;
		else if (!latin && in_word)
			count_word(span_sub(text, word, i), n);
		in_word = latin;
	}
	if (in_word)
		count_word(span_sub(text, word, text.n), n);
}

enum language language_detect(struct span text)
{
	struct census n = {0};
	size_t han;

	count(span_sub(text, 0, SAMPLE_BYTES), &n);
	han = n.han * HAN_WEIGHT;
	if (han > n.latin && han > n.cyrillic)
		return n.kana_hangul * 10 > n.han ? LANGUAGE_UNKNOWN : LANGUAGE_ZH;
	if (n.cyrillic > n.latin && n.kana_hangul < n.cyrillic)
		return n.foreign_cyrillic * 40 > n.cyrillic ? LANGUAGE_UNKNOWN : LANGUAGE_RU;
	return n.kana_hangul < n.latin && n.english > n.other_latin ? LANGUAGE_EN : LANGUAGE_UNKNOWN;
}
