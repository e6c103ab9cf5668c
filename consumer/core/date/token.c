/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts text into words, numbers and marks; Chinese into the longest words of the table and single characters. */
#include "core/date/scan.h"
#include "core/text/past_ru.h"
#include <errno.h>

#define FOLDED_MAX 48
#define NUMBER_DIGITS_MAX 9
#define TOKEN_BYTES 3 /* of text for a token; few texts have more tokens */

struct cutter {
	const char *p; /* the whole text */
	size_t at, to;
	uint8_t pending; /* TOKEN_SPACE seen since the last token */
	const struct date_heads *heads;
	struct arena *arena;
	struct token *v;
	size_t n, cap;
};

static int push(struct cutter *c, struct token t)
{
	if (c->n == c->cap && arena_grow(c->arena, &c->v, c->n, &c->cap, sizeof(*c->v)) < 0)
		return -ENOMEM;
	t.flags |= c->pending;
	c->pending = 0;
	c->v[c->n++] = t;
	return 0;
}

/* The code point at `at`, and its length; text is valid UTF-8, but a broken byte costs no more than itself. */
static uint32_t decode(const struct cutter *c, size_t at, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)c->p + at;
	size_t left = c->to - at;

	*ret_len = 1;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] >= 0xc2 && p[0] < 0xe0 && left >= 2) {
		*ret_len = 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if (p[0] >= 0xe0 && p[0] < 0xf0 && left >= 3) {
		*ret_len = 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	if (p[0] >= 0xf0 && p[0] < 0xf5 && left >= 4) {
		*ret_len = 4;
		return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6 |
		       (p[3] & 0x3f);
	}
	return 0xfffd;
}

static enum script script_of(uint32_t cp)
{
	if ((cp | 0x20) - 'a' < 26 || (cp >= 0xc0 && cp < 0x250 && cp != 0xd7 && cp != 0xf7))
		return SCRIPT_LATIN;
	if (cp >= 0x400 && cp < 0x530)
		return SCRIPT_CYRILLIC;
	if ((cp >= 0x3400 && cp < 0xa000) || cp == 0x3007)
		return SCRIPT_HAN;
	return SCRIPT_NONE;
}

/* Lower case of Latin ASCII and Cyrillic, ё as е; other characters as they are. */
static uint32_t fold(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return cp + 0x20;
	if (cp >= 0x410 && cp <= 0x42f)
		return cp + 0x20;
	if (cp == 0x401 || cp == 0x451)
		return 0x435;
	return cp;
}

/* Past tense by form, for words that no table has: "-ed", "-л", "-ла", "-ли", "-лось". */
static bool ends_like_past(const char *folded, size_t n, enum script script)
{
	struct span w = span_of(folded, n);

	if (script == SCRIPT_LATIN)
		return n > 4 && span_ends(w, SPAN_LIT("ed")) && !span_ends(w, SPAN_LIT("eed"));
	return n > 8 && past_ru_ends(w);
}

/* «Начавшееся», «прошедшего»: a participle of the past, which is no verb of saying. */
static bool is_past_participle(const char *folded, size_t n)
{
	static const char *const endings[] = {"ий",  "ая", "ее", "ие", "его", "ей",
					      "ему", "им", "ем", "ую", "их",  "ими"};
	struct span w = span_of(folded, n);

	if (span_ends(w, SPAN_LIT("ся")))
		w.n -= SPAN_LIT("ся").n;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		struct span e = span_str(endings[i]), stem = w;

		if (!span_ends(w, e))
			continue;
		stem.n -= e.n;
		return stem.n > 8 && (span_ends(stem, SPAN_LIT("вш")) || span_ends(stem, SPAN_LIT("едш")));
	}
	return false;
}

static bool possessive(struct cutter *c, size_t *end)
{
	size_t at = *end, len = 0;
	uint32_t cp = at < c->to ? decode(c, at, &len) : 0;

	if (cp != '\'' && cp != 0x2019)
		return false;
	if (at + len >= c->to || (c->p[at + len] != 's' && c->p[at + len] != 'S'))
		return false;
	if (at + len + 1 < c->to) {
		size_t unused;
		if (script_of(decode(c, at + len + 1, &unused)) != SCRIPT_NONE)
			return false;
	}
	*end = at + len + 1;
	return true;
}

/* A letter of the script of a word, folded; as many bytes as it had. Behind FOLDED_MAX nothing is kept. */
static size_t put_folded(char *folded, size_t n, uint32_t low, size_t len)
{
	if (n + len >= FOLDED_MAX)
		return FOLDED_MAX;
	if (low < 0x80) {
		folded[n] = (char)low;
	} else if (low < 0x800) {
		folded[n] = (char)(0xc0 | low >> 6);
		folded[n + 1] = (char)(0x80 | (low & 0x3f));
	}
	return n + len;
}

/* Reads the word at c->at and returns where it ends; sets TOKEN_CAPITAL. */
static size_t fold_word(const struct cutter *c, struct token *t, char *folded, size_t *ret_n)
{
	size_t n = 0, at = c->at, len;

	while (at < c->to) {
		unsigned char ascii = (unsigned char)c->p[at];
		if (ascii < 0x80) {
			if (t->script != SCRIPT_LATIN || (ascii | 0x20u) - 'a' >= 26)
				break;
			if (at == c->at && ascii < 'a')
				t->flags |= TOKEN_CAPITAL;
			if (n < FOLDED_MAX)
				folded[n++] = (char)(ascii | 0x20);
			at++;
			continue;
		}
		uint32_t cp = decode(c, at, &len);
		if (script_of(cp) != (enum script)t->script)
			break;
		uint32_t low = fold(cp);
		if (at == c->at && low != cp)
			t->flags |= TOKEN_CAPITAL;
		n = put_folded(folded, n, low, len);
		at += len;
	}
	*ret_n = n;
	return at;
}

/* By the tables, else by how it ends. */
static void classify(const struct cutter *c, struct token *t, char *folded, size_t n)
{
	const struct lexicon *all = t->script == SCRIPT_LATIN ? &date_words_en : &date_words_ru;

	memset(folded + n, 0, WORD_HEAD);
	const struct word *w = date_heads_may(c->heads, folded, n) ? date_word(all, folded, n) : NULL;
	if (w) {
		t->class = w->class;
		t->value = w->value;
		t->aux = w->aux;
	} else if (t->script == SCRIPT_CYRILLIC && is_past_participle(folded, n)) {
		t->class = W_TENSE;
		t->value = -1;
		t->aux = AUX_PARTICIPLE;
	} else if (ends_like_past(folded, n, (enum script)t->script)) {
		t->class = W_TENSE;
		t->value = t->script == SCRIPT_CYRILLIC ? TENSE_LOOKS : -1;
	}
}

static int cut_word(struct cutter *c, enum script script)
{
	struct token t = {.start = (uint32_t)c->at, .class = W_OTHER, .script = (uint8_t)script};
	char folded[FOLDED_MAX + WORD_HEAD];
	size_t n, at = fold_word(c, &t, folded, &n);

	if (n < FOLDED_MAX)
		classify(c, &t, folded, n);
	t.end = (uint32_t)at;
	if (script == SCRIPT_LATIN && possessive(c, &at))
		t.flags |= TOKEN_OWNER;
	c->at = at;
	return push(c, t);
}

static int han_digit(uint32_t cp)
{
	static const uint32_t digits[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
					  0x516d, 0x4e03, 0x516b, 0x4e5d}; /* 一 to 九 */

	if (cp == 0x3007 || cp == 0x96f6 || cp == 0x25cb) /* 〇 零 ○ */
		return 0;
	if (cp == 0x4e24 || cp == 0x5169) /* 两, 兩 */
		return 2;
	for (size_t i = 0; i < ARRAY_SIZE(digits); i++)
		if (cp == digits[i])
			return (int)i + 1;
	return -1;
}

static int han_multiplier(uint32_t cp)
{
	return cp == 0x5341 ? 10 : cp == 0x767e ? 100 : cp == 0x5343 ? 1000 : 0; /* 十 百 千 */
}

/* 二〇二四 is read by digits, 二十五 and 一百 by value. False when no numeral stands here. */
static bool cut_han_number(struct cutter *c, struct token *t)
{
	size_t at = c->at, len;
	int value = 0, pending = -1, digits = 0;
	bool multiplied = false;

	while (at < c->to && digits < NUMBER_DIGITS_MAX) {
		uint32_t cp = decode(c, at, &len);
		int d = han_digit(cp), m = han_multiplier(cp);
		if (d < 0 && !m)
			break;
		if (m) {
			value += (pending < 0 ? 1 : pending) * m;
			pending = -1;
			multiplied = true;
		} else {
			pending = pending < 0 ? d : pending * 10 + d;
		}
		digits++;
		at += len;
	}
	if (!digits)
		return false;
	*t = (struct token){.start = (uint32_t)c->at,
			    .end = (uint32_t)at,
			    .class = W_NUMBER,
			    .script = SCRIPT_HAN,
			    .flags = TOKEN_HAN,
			    .value = value + (pending < 0 ? 0 : pending),
			    .aux = (uint8_t)(multiplied ? 0 : digits)};
	c->at = at;
	return true;
}

/* Behind a number the unit wins over a longer word that is no date word: 7月4日本报讯, 2024年年会 but 5年级. */
static const struct word *after_number(const struct cutter *c, const struct word *w)
{
	const struct token *number = &c->v[c->n - 1];
	struct span text = span_str(w->text);

	if (number->class != W_NUMBER || w->class != W_OTHER || text.n <= 3)
		return w;
	if (span_starts(text, SPAN_LIT("日")) && c->n > 1 && tok_is(number - 1, W_UNIT, UNIT_MONTH))
		return date_word_han(span_sub(text, 0, 3));
	if (span_starts(text, SPAN_LIT("年")) && number->aux == 4)
		return date_word_han(span_sub(text, 0, 3));
	return w;
}

static int cut_han(struct cutter *c, size_t len)
{
	struct token t;
	const char *p = c->p + c->at;
	const struct word *w =
		len != 3 || date_heads_may_han(c->heads, p) ? date_word_han(span_of(p, c->to - c->at)) : NULL;

	if (!w && cut_han_number(c, &t))
		return push(c, t);
	if (w && c->n && !c->pending)
		w = after_number(c, w);
	t = (struct token){.start = (uint32_t)c->at, .class = W_OTHER, .script = SCRIPT_HAN};
	if (w) {
		t.class = w->class;
		t.value = w->value;
		t.aux = w->aux;
		len = strlen(w->text);
	}
	c->at += len;
	t.end = (uint32_t)c->at;
	return push(c, t);
}

static int digit_at(const struct cutter *c, size_t at, size_t *ret_len)
{
	if (at >= c->to)
		return -1;
	if (c->p[at] >= '0' && c->p[at] <= '9') {
		*ret_len = 1;
		return c->p[at] - '0';
	}
	uint32_t cp = (unsigned char)c->p[at] == 0xef ? decode(c, at, ret_len) : 0;
	return cp >= 0xff10 && cp <= 0xff19 ? (int)(cp - 0xff10) : -1;
}

/* ",024" behind "2": a thousands group. */
static bool thousands(const struct cutter *c, size_t at)
{
	size_t n = 0, len;

	if (at >= c->to || c->p[at] != ',')
		return false;
	while (n < 4 && digit_at(c, at + 1 + n, &len) >= 0 && len == 1)
		n++;
	return n == 3;
}

/* The letters that may follow digits: "4th", "1990s", "2024г", "2024-го", "90-х". */
static void cut_number_suffix(struct cutter *c, struct token *t)
{
	static const char *const ordinal[] = {"st",  "nd", "rd", "th", "й",  "го", "му", "м", "ого",
					      "ому", "ом", "ый", "ая", "ую", "ой", "ей", "я", "ю"};
	static const char *const decade[] = {"s", "х", "е", "ые", "ых", "ми"};
	size_t at = c->at, len = 0;
	bool dash = at < c->to && c->p[at] == '-';
	uint32_t cp = at + dash < c->to ? decode(c, at + dash, &len) : 0;
	enum script script = script_of(cp);

	if (script != SCRIPT_LATIN && script != SCRIPT_CYRILLIC)
		return;
	size_t from = at += dash;
	while (at < c->to && script_of(decode(c, at, &len)) == script)
		at += len;
	struct span suffix = span_of(c->p + from, at - from);
	if (!dash && (span_eq_str(suffix, "г") || span_eq_str(suffix, "гг") || span_eq_str(suffix, "года")))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ordinal); i++)
		if (span_eq_str(suffix, ordinal[i]) && (script == SCRIPT_CYRILLIC || !dash)) {
			t->flags |= TOKEN_ORDINAL;
			c->at = at;
			return;
		}
	for (size_t i = 0; i < ARRAY_SIZE(decade); i++)
		if (span_eq_str(suffix, decade[i]) && (script == SCRIPT_CYRILLIC || !dash)) {
			t->flags |= t->value % 10 == 0 ? TOKEN_DECADE : TOKEN_ORDINAL;
			c->at = at;
			return;
		}
	if (!dash)
		t->flags |= TOKEN_GLUED;
}

static int cut_number(struct cutter *c)
{
	struct token t = {.start = (uint32_t)c->at, .class = W_NUMBER};
	size_t digits = 0, len;
	int d;

	if (c->n && !c->pending && c->v[c->n - 1].end == c->at &&
	    (c->v[c->n - 1].script == SCRIPT_LATIN || c->v[c->n - 1].script == SCRIPT_CYRILLIC) &&
	    c->v[c->n - 1].class != W_NUMBER)
		t.flags |= TOKEN_GLUED;
	for (; (d = digit_at(c, c->at, &len)) >= 0; c->at += len, digits++)
		if (digits < NUMBER_DIGITS_MAX)
			t.value = t.value * 10 + d;
	while (digits <= 3 && thousands(c, c->at)) {
		t.flags |= TOKEN_GROUPED;
		c->at += 4;
	}
	t.aux = digits > 255 ? 255 : (uint8_t)digits;
	cut_number_suffix(c, &t);
	t.end = (uint32_t)c->at;
	if (possessive(c, &c->at))
		t.flags |= TOKEN_OWNER;
	return push(c, t);
}

static bool is_dash(uint32_t cp)
{
	return cp == '-' || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == '~' || cp == 0xff5e ||
	       cp == 0x301c || cp == 0xff0d;
}

static int cut_one(struct cutter *c)
{
	size_t len;
	uint32_t cp = decode(c, c->at, &len);

	if (cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0 || cp == 0x3000 || cp == 0x2009 || cp == 0x202f ||
	    cp == 0xfeff || cp == 0xad || cp == 0x200b) {
		if (cp != 0xad && cp != 0x200b && cp != 0xfeff)
			c->pending = TOKEN_SPACE;
		c->at += len;
		return 0;
	}
	if (digit_at(c, c->at, &len) >= 0)
		return cut_number(c);
	enum script script = script_of(cp);
	if (script == SCRIPT_HAN)
		return cut_han(c, len);
	if (script != SCRIPT_NONE)
		return cut_word(c, script);
	struct token t = {.start = (uint32_t)c->at,
			  .end = (uint32_t)(c->at + len),
			  .class = is_dash(cp) ? W_DASH : W_PUNCT,
			  .value = (int32_t)cp};
	c->at += len;
	return push(c, t);
}

int date_tokenise(struct span text, size_t from, size_t to, const struct date_heads *heads, struct arena *arena,
		  struct token **v, size_t *cap, size_t *ret_n)
{
	struct cutter c = {.p = text.p, .at = from, .to = to, .heads = heads, .arena = arena, .v = *v, .cap = *cap};
	int r = 0;

	if (!c.cap) {
		c.cap = (to - from) / TOKEN_BYTES + 8;
		c.v = arena_room(arena, c.cap * sizeof(*c.v));
		if (!c.v)
			return -ENOMEM;
	}
	while (r == 0 && c.at < c.to)
		r = cut_one(&c);
	if (r == 0)
		r = push(&c, (struct token){.start = (uint32_t)to, .end = (uint32_t)to, .class = W_END});
	*v = c.v;
	*cap = c.cap;
	if (r == 0)
		*ret_n = c.n - 1;
	return r;
}
