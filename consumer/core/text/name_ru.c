/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/name_ru.h"
#include "base/attr.h"
#include "base/utf8.h"
#include "core/text/chars.h"
#include <utf8proc.h>

#define WORDS_MAX 5
#define LETTERS_MAX 40 /* of a word */
#define LETTER 2       /* bytes of a Cyrillic letter */

/* ---------------------------------------------------------------------------------------------- words and endings */

struct words {
	struct span v[WORDS_MAX];
	size_t n;
};

/* The words of a name; none where it has too many. */
static struct words words_of(struct span name)
{
	struct words w = {0};
	size_t from = 0;

	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != ' ' && name.p[i] != '\n')
			continue;
		if (i > from) {
			if (w.n == WORDS_MAX)
				return (struct words){0};
			w.v[w.n++] = span_sub(name, from, i);
		}
		from = i + 1;
	}
	return w;
}

/* Does the word end in one of the endings, which stand between bars: "|ова|ева|"? Returns its length, 0 for none. */
static size_t ending_of(struct span word, const char *endings)
{
	struct span all = span_str(endings);
	size_t best = 0;

	for (size_t i = 1, from = 1; i < all.n; i++) {
		if (all.p[i] != '|')
			continue;
		struct span e = span_sub(all, from, i);
		if (word.n > e.n && span_ends(word, e) && e.n > best)
			best = e.n;
		from = i + 1;
	}
	return best;
}

#define CONSONANTS "|б|в|г|д|ж|з|й|к|л|м|н|п|р|с|т|ф|х|ц|ч|ш|щ|ь|Б|В|Г|Д|Ж|З|К|Л|М|Н|П|Р|С|Т|Ф|Х|Ц|Ч|Ш|"

/* What the first name says where the last one does not bend ("Петра Сидоренко"). */
static unsigned cases_of_first(struct span first)
{
	if (ending_of(first, "|ом|ем|ым|") && first.n > 3 * LETTER)
		return NAME_INS;
	if (ending_of(first, CONSONANTS))
		return NAME_NOM;
	if (ending_of(first, "|а|я|"))
		return NAME_GEN | NAME_ACC;
	return ending_of(first, "|у|ю|") ? NAME_DAT : 0;
}

unsigned name_ru_cases(struct span name)
{
	struct words w = words_of(name);

	if (!w.n)
		return 0;
	struct span first = w.v[0], last = w.v[w.n - 1];
	if (ending_of(last, "|овым|евым|ёвым|иным|ыным|ским|цким|"))
		return NAME_INS;
	if (ending_of(last, "|ом|ем|") && last.n > 4 * LETTER)
		return NAME_INS;
	if (ending_of(last, CONSONANTS))
		return NAME_NOM;
	if (ending_of(last, "|ова|ева|ёва|ина|ына|ского|цкого|"))
		return NAME_GEN | NAME_ACC;
	if (ending_of(last, "|ову|еву|ёву|ину|ыну|скому|цкому|"))
		return NAME_DAT;
	if (ending_of(last, "|ы|"))
		return NAME_GEN;
	if (ending_of(last, "|у|ю|"))
		return w.n > 1 && ending_of(first, "|а|я|") ? NAME_ACC : NAME_DAT;
	if (ending_of(last, "|а|я|"))
		return w.n > 1 && ending_of(first, "|а|я|") ? NAME_GEN | NAME_ACC : 0;
	if (ending_of(last, "|е|") && w.n > 1 && ending_of(first, "|у|ю|е|"))
		return ending_of(first, "|е|") ? NAME_LOC : NAME_DAT;
	return w.n > 1 ? cases_of_first(first) : 0;
}

/* ---------------------------------------------------------------------------------------------- the nominative */

struct bend {
	unsigned cases;
	const char *from, *to;
};

/* The first that fits is taken. */
static const struct bend bends[] = {
	{NAME_GEN, "ского", "ский"}, {NAME_GEN, "цкого", "цкий"}, {NAME_GEN, "ия", "ий"},
	{NAME_GEN, "ея", "ей"},	     {NAME_GEN, "ая", "ай"},	  {NAME_GEN, "ля", "ль"},
	{NAME_GEN, "ря", "рь"},	     {NAME_GEN, "ня", "нь"},	  {NAME_GEN, "ы", "а"},
	{NAME_GEN, "а", ""},	     {NAME_DAT, "скому", "ский"}, {NAME_DAT, "цкому", "цкий"},
	{NAME_DAT, "ию", "ий"},	     {NAME_DAT, "ею", "ей"},	  {NAME_DAT, "аю", "ай"},
	{NAME_DAT, "лю", "ль"},	     {NAME_DAT, "рю", "рь"},	  {NAME_DAT, "ню", "нь"},
	{NAME_DAT, "е", "а"},	     {NAME_DAT, "у", ""},	  {NAME_INS, "ским", "ский"},
	{NAME_INS, "цким", "цкий"},  {NAME_INS, "овым", "ов"},	  {NAME_INS, "евым", "ев"},
	{NAME_INS, "ёвым", "ёв"},    {NAME_INS, "иным", "ин"},	  {NAME_INS, "ыным", "ын"},
	{NAME_INS, "ием", "ий"},     {NAME_INS, "еем", "ей"},	  {NAME_INS, "аем", "ай"},
	{NAME_INS, "лем", "ль"},     {NAME_INS, "рем", "рь"},	  {NAME_INS, "нем", "нь"},
	{NAME_INS, "жем", "ж"},	     {NAME_INS, "шем", "ш"},	  {NAME_INS, "чем", "ч"},
	{NAME_INS, "цем", "ц"},	     {NAME_INS, "ом", ""},	  {NAME_INS, "ой", "а"},
	{NAME_ACC, "у", "а"},	     {NAME_ACC, "а", ""},	  {NAME_LOC, "ове", "ов"},
	{NAME_LOC, "еве", "ев"},     {NAME_LOC, "е", ""},
};

/* The word in the nominative, in a buffer of its length and a letter more. */
static struct span unbend(struct span word, unsigned cases, char *ret_buf)
{
	memcpy(ret_buf, word.p, word.n);
	for (size_t i = 0; i < ARRAY_SIZE(bends) && word.n > 2 * LETTER; i++) {
		struct span from = span_str(bends[i].from), to = span_str(bends[i].to);

		if (!(bends[i].cases & cases) || !span_ends(word, from) || word.n < from.n + LETTER)
			continue;
		if (to.n)
			memcpy(ret_buf + word.n - from.n, to.p, to.n);
		return span_of(ret_buf, word.n - from.n + to.n);
	}
	return span_of(ret_buf, word.n);
}

/* ---------------------------------------------------------------------------------------------- Chinese names */

struct sound {
	const char *ru, *latin;
};

/* Palladius: longer ones first, where one begins another. J, Q and X stand before the finals of FRONT. */
static const struct sound initials[] = {
	{"чж", "zh"}, {"цз", "z"}, {"б", "b"}, {"п", "p"}, {"м", "m"}, {"ф", "f"}, {"д", "d"},	{"т", "t"},  {"н", "n"},
	{"л", "l"},   {"г", "g"},  {"к", "k"}, {"х", "h"}, {"ц", "c"}, {"с", "s"}, {"ч", "ch"}, {"ш", "sh"}, {"ж", "r"},
};
static const struct sound finals[] = {
	{"уань", "uan"}, {"юань", "uan"}, {"уай", "uai"}, {"уан", "uang"}, {"унь", "un"}, {"уэй", "ui"}, {"янь", "ian"},
	{"юнь", "un"},	 {"инь", "in"},	  {"ань", "an"},  {"энь", "en"},   {"яо", "iao"}, {"юэ", "ue"},	 {"юй", "u"},
	{"юн", "iong"},	 {"ян", "iang"},  {"ин", "ing"},  {"уа", "ua"},	   {"уй", "ui"},  {"ун", "ong"}, {"оу", "ou"},
	{"ай", "ai"},	 {"ан", "ang"},	  {"ао", "ao"},	  {"эй", "ei"},	   {"эн", "eng"}, {"а", "a"},	 {"э", "e"},
	{"и", "i"},	 {"ы", "i"},	  {"я", "ia"},	  {"е", "ie"},	   {"ю", "iu"},	  {"о", "uo"},	 {"у", "u"},
};
/* Syllables that begin with a vowel. */
static const struct sound bare[] = {
	{"юань", "yuan"}, {"вань", "wan"}, {"вэнь", "wen"}, {"янь", "yan"},  {"юнь", "yun"}, {"инь", "yin"},
	{"ань", "an"},	  {"энь", "en"},   {"вай", "wai"},  {"ван", "wang"}, {"вэй", "wei"}, {"вэн", "weng"},
	{"яо", "yao"},	  {"юэ", "yue"},   {"юй", "yu"},    {"юн", "yong"},  {"ян", "yang"}, {"ин", "ying"},
	{"ай", "ai"},	  {"ао", "ao"},	   {"эр", "er"},    {"оу", "ou"},    {"ва", "wa"},   {"во", "wo"},
	{"а", "a"},	  {"э", "e"},	   {"и", "yi"},	    {"я", "ya"},     {"е", "ye"},    {"ю", "you"},
	{"у", "wu"},
};

struct latin {
	char v[LETTERS_MAX * 4];
	size_t n;
};

static void latin_add(struct latin *l, const char *s)
{
	for (; *s && l->n < sizeof(l->v); s++)
		l->v[l->n++] = *s;
}

static bool is_front(const char *final)
{
	static const char *const letters[] = {"и", "я", "е", "ю"};

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (memcmp(final, letters[i], LETTER) == 0)
			return true;
	return false;
}

static const char *initial_before(const char *initial, const char *final)
{
	if (is_front(final))
		return *initial == 'z' && !initial[1]	? "j"
		       : *initial == 'c' && !initial[1] ? "q"
		       : *initial == 's' && !initial[1] ? "x"
							: initial;
	return initial;
}

/* "bo", not "buo". */
static const char *final_after(const char *initial, const char *final)
{
	return strchr("bpmf", *initial) && strcmp(final, "uo") == 0 ? "o" : final;
}

static bool syllables(struct span word, size_t max, struct latin *l);

static bool syllable_rest(struct span word, size_t taken, size_t max, struct latin *l, size_t before)
{
	if (syllables(span_sub(word, taken, word.n), max - 1, l))
		return true;
	l->n = before;
	return false;
}

/* The word, in lower case, as Chinese syllables, at most max of them; the first way through. */
static bool syllables(struct span word, size_t max, struct latin *l)
{
	size_t before = l->n;

	if (!word.n)
		return true;
	for (size_t i = 0; max && i < ARRAY_SIZE(initials); i++) {
		struct span in = span_str(initials[i].ru);

		for (size_t k = 0; span_starts(word, in) && k < ARRAY_SIZE(finals); k++) {
			struct span fin = span_str(finals[k].ru);

			if (!span_starts(span_sub(word, in.n, word.n), fin))
				continue;
			latin_add(l, initial_before(initials[i].latin, finals[k].ru));
			latin_add(l, final_after(initials[i].latin, finals[k].latin));
			if (syllable_rest(word, in.n + fin.n, max, l, before))
				return true;
		}
	}
	for (size_t i = 0; max && i < ARRAY_SIZE(bare); i++) {
		struct span s = span_str(bare[i].ru);

		if (!span_starts(word, s))
			continue;
		latin_add(l, bare[i].latin);
		if (syllable_rest(word, s.n, max, l, before))
			return true;
	}
	return false;
}

/* ---------------------------------------------------------------------------------------------- any other name */

static const struct {
	const char *ru, *latin;
} letters[] = {
	{"дж", "j"}, {"кс", "x"}, {"а", "a"},  {"б", "b"},  {"в", "v"},	   {"г", "g"}, {"д", "d"}, {"е", "e"},
	{"ё", "yo"}, {"ж", "zh"}, {"з", "z"},  {"и", "i"},  {"й", "y"},	   {"к", "k"}, {"л", "l"}, {"м", "m"},
	{"н", "n"},  {"о", "o"},  {"п", "p"},  {"р", "r"},  {"с", "s"},	   {"т", "t"}, {"у", "u"}, {"ф", "f"},
	{"х", "kh"}, {"ц", "ts"}, {"ч", "ch"}, {"ш", "sh"}, {"щ", "shch"}, {"ъ", ""},  {"ы", "y"}, {"ь", ""},
	{"э", "e"},  {"ю", "yu"}, {"я", "ya"}, {"ә", "a"},  {"ғ", "g"},	   {"қ", "k"}, {"ң", "n"}, {"ө", "o"},
	{"ұ", "u"},  {"ү", "u"},  {"һ", "h"},  {"і", "i"},  {"ў", "u"},	   {"ҳ", "h"}, {"ҷ", "j"}, {"ӣ", "i"},
	{"ӯ", "u"},  {"-", "-"},  {"'", "'"},  {".", "."},
};

/* Letter by letter; false at a sign that is no letter of Russian or its neighbours. */
static bool by_letters(struct span word, struct latin *l)
{
	for (size_t i = 0; i < word.n;) {
		struct span rest = span_sub(word, i, word.n);
		size_t k = 0;
		bool starts = i == 0 || word.p[i - 1] == '-';

		while (k < ARRAY_SIZE(letters) && !span_starts(rest, span_str(letters[k].ru)))
			k++;
		if (k == ARRAY_SIZE(letters))
			return false;
		if (starts && strcmp(letters[k].ru, "е") == 0) {
			latin_add(l, "ye");
		} else if (span_eq_str(rest, "ий") || span_eq_str(rest, "ый")) {
			latin_add(l, "y");
			return true;
		} else {
			latin_add(l, letters[k].latin);
		}
		i += strlen(letters[k].ru);
	}
	return true;
}

/* The word in lower case; empty where it is too long. */
static struct span lower(struct span word, char ret_buf[LETTERS_MAX * LETTER + LETTER])
{
	size_t n = 0, len;

	if (word.n > (size_t)LETTERS_MAX * LETTER)
		return SPAN_NONE;
	for (size_t i = 0; i < word.n; i += len) {
		char one[4];
		size_t k = utf8_encode((uint32_t)utf8proc_tolower((int32_t)char_at(word, i, &len)), one);

		if (n + k > (size_t)LETTERS_MAX * LETTER)
			return SPAN_NONE;
		memcpy(ret_buf + n, one, k);
		n += k;
	}
	return span_of(ret_buf, n);
}

/* Capitals where words begin, also behind hyphens. */
static void capitalise(struct latin *l)
{
	for (size_t i = 0; i < l->n; i++)
		if ((i == 0 || l->v[i - 1] == ' ' || l->v[i - 1] == '-') && l->v[i] >= 'a' && l->v[i] <= 'z')
			l->v[i] = (char)(l->v[i] - 'a' + 'A');
}

/* One way of spelling, for all words of the name. A Chinese surname has no endings. */
static bool spell(const struct words *w, unsigned cases, bool chinese, struct latin *l)
{
	for (size_t i = 0; i < w->n; i++) {
		char bent[LETTERS_MAX * LETTER + LETTER], low[LETTERS_MAX * LETTER + LETTER];
		struct span word = w->v[i].n <= (size_t)LETTERS_MAX * LETTER
					   ? unbend(w->v[i], chinese && !i ? 0 : cases, bent)
					   : SPAN_NONE;
		struct span l1 = lower(word, low);

		if (i)
			latin_add(l, " ");
		/* a surname is one syllable, a given name one or two */
		if (!l1.n || !(chinese ? syllables(l1, i ? 2 : 1, l) : by_letters(l1, l)))
			return false;
	}
	return true;
}

struct span name_ru_latin(struct span name, struct arena *arena)
{
	struct words w = words_of(name);
	unsigned cases = name_ru_cases(name);
	struct latin l = {.n = 0};

	if (cases & NAME_NOM)
		cases = 0;
	bool chinese = w.n == 2 && spell(&w, cases, true, &l);
	if (!chinese && w.n == 2 && !cases) {
		l.n = 0;
		chinese = spell(&w, NAME_GEN, true, &l);
	}
	if (!chinese) {
		l.n = 0;
		if (!w.n || !spell(&w, cases, false, &l))
			return arena_copy(arena, name);
	}
	capitalise(&l);
	return arena_copy(arena, span_of(l.v, l.n));
}
