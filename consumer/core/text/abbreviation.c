/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/abbreviation.h"
#include "core/text/chars.h"
#include "base/attr.h"

/* Orthography, not knowledge: the short forms that desks print before names, numbers and places, in lower case. */
static const char *const before_name[] = {
	"mr",	"mrs", "ms",	 "dr",	"prof",	 "gen", "lt",	"col", "maj",  "brig", "capt", "sgt",  "adm",
	"cmdr", "gov", "sen",	 "rep", "rev",	 "hon", "pres", "st",  "mt",   "vs",   "amb",  "nos",  "e.g",
	"i.e",	"cf",  "approx", "jan", "feb",	 "mar", "apr",	"jun", "jul",  "aug",  "sep",  "sept", "oct",
	"nov",	"dec", "им",	 "ул",	"просп", "пл",	"пос",	"стр", "корп", "проф", "акад", "ген",  "полк",
	"тов",	"гос", "зам",	 "пом", "св",	 "ст",	"см",	"т.е", "т.н",  "т.к",  "напр", "рис",  "обл",
	"респ", "о",   "п",	 "янв", "февр",	 "фев", "апр",	"авг", "сент", "окт",  "нояб", "дек",  "дж"};

/* Those that stand at the end of a sentence as well as inside one. */
static const char *const anywhere[] = {"no",  "jr",  "sr",	"inc", "ltd", "corp", "co",  "u.s",
				       "u.k", "u.n", "u.s.s.r", "d.c", "e.u", "a.m",  "p.m", "ph.d"};

static const char *const starters[] = {
	"The",	"A",	"An",	 "In",	    "On",	 "At",	      "He",    "She",	 "It",	    "They", "We",
	"I",	"This", "That",	 "These",   "Those",	 "But",	      "And",   "As",	 "For",	    "From", "His",
	"Her",	"Its",	"Their", "There",   "When",	 "While",     "After", "Before", "Since",   "If",   "With",
	"By",	"To",	"Also",	 "However", "Meanwhile", "According", "Under", "During", "Earlier", "Last", "Some",
	"Both", "All",	"Other", "Another", "Such",	 "So",	      "Then",  "What",	 "Who",
};

static bool is_one_of(struct span word, const char *const *words, size_t n)
{
	for (size_t i = 0; word.n && i < n; i++)
		if (words[i][0] == word.p[0] && span_eq_str(word, words[i]))
			return true;
	return false;
}

/* Lower-cases ASCII and the basic Cyrillic letters, which are all that the tables hold. */
static struct span lower(struct span w, char *buf)
{
	size_t n = 0;

	for (size_t i = 0; i < w.n && n + 2 <= ABBREVIATION_MAX + 4;) {
		size_t len;
		uint32_t c = char_at(w, i, &len);
		i += len;
		if (c >= 'A' && c <= 'Z')
			c += 0x20;
		else if (c >= 0x410 && c <= 0x42F)
			c += 0x20;
		if (c < 0x80) {
			buf[n++] = (char)c;
		} else if (c < 0x800) {
			buf[n++] = (char)(0xC0 | c >> 6);
			buf[n++] = (char)(0x80 | (c & 0x3F));
		} else {
			return SPAN_NONE;
		}
	}
	return span_of(buf, n);
}

enum stop abbreviation_stop(struct span word)
{
	char buf[ABBREVIATION_MAX + 8];
	struct span w = lower(word, buf);

	if (is_one_of(w, before_name, ARRAY_SIZE(before_name)))
		return STOP_TITLE;
	return is_one_of(w, anywhere, ARRAY_SIZE(anywhere)) ? STOP_BEFORE_STARTER : STOP_ORDINARY;
}

bool abbreviation_precedes_starter(struct span text, size_t i)
{
	size_t end = i, len;

	while (char_is_letter(char_at(text, end, &len)))
		end += len;
	return is_one_of(span_sub(text, i, end), starters, ARRAY_SIZE(starters));
}
