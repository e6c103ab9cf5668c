/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.c: a field of the document as sentences of tokens: forms of the pack, dates, and the rest by its shape. */
#include "core/claim/engine.h"
#include "core/text/chars.h"
#include "core/text/dateline.h"
#include "core/text/sentence.h"
#include <errno.h>

#define TOKENS_FIRST 64
#define TOKEN_BYTES 4 /* of text for a token; few texts have more tokens */

/* A form where it stands. */
struct hit {
	uint32_t form; /* or NO_FORM */
	size_t len;    /* folded bytes */
};

struct scan {
	struct engine *e;
	struct span text; /* the field */
	const struct folded *f;
	enum claim_field field;
};

/* May this reading stand here? Capitals are looked up in the original. */
static bool entry_fits(const struct engine *e, const struct entry *x, struct span original)
{
	size_t len;

	if (!(x->languages & e->language))
		return false;
	if (x->cap && !char_is_upper(char_at(original, 0, &len)))
		return false;
	if (x->upper)
		for (size_t i = 0; i < original.n; i += len)
			if (char_is_lower(char_at(original, i, &len)))
				return false;
	return true;
}

static bool form_fits(const struct engine *e, const struct form *x, struct span original)
{
	if (x->word_languages & e->language)
		return true;
	for (uint32_t k = x->entries; k; k = e->pack->entries[k - 1].next)
		if (entry_fits(e, &e->pack->entries[k - 1], original))
			return true;
	return false;
}

static struct span original_of(const struct scan *s, size_t from, size_t to)
{
	return span_sub(s->text, s->f->from[from], s->f->from[to]);
}

/* The longest form that begins here and may be read so. */
static struct hit form_at(const struct scan *s, size_t at)
{
	struct span folded = span_of(s->f->p, s->f->n);
	struct lexicon_walk w = {.end = at};
	struct hit best = {NO_FORM, 0};

	while (lexicon_step(&s->e->pack->lexicon, folded, &w))
		if (w.form != NO_FORM && form_fits(s->e, &s->e->pack->forms[w.form], original_of(s, at, w.end)))
			best = (struct hit){w.form, w.end - at};
	return best;
}

/* Room for n raw tokens. */
static int raw_reserve(struct engine *e, size_t n)
{
	struct token *raw = arena_room(e->arena, n * sizeof(*raw));

	if (!raw)
		return -ENOMEM;
	if (e->n_raw)
		memcpy(raw, e->raw, e->n_raw * sizeof(*raw));
	e->raw = raw;
	e->cap_raw = n;
	return 0;
}

static int token_add(struct engine *e, struct sentence_view *s, struct token t)
{
	if (e->n_raw >= TOKENS_MAX || e->n_raw - s->first >= SENTENCE_TOKENS_MAX)
		return 0; /* the rest of a monster is not read */
	if (e->n_raw == e->cap_raw && raw_reserve(e, e->cap_raw ? e->cap_raw * 2 : TOKENS_FIRST) < 0)
		return -ENOMEM;
	t.first = t.vfirst = (uint32_t)e->n_raw;
	t.last = t.vlast = t.first + 1;
	t.field = s->field;
	if (e->n_raw == s->first)
		tagset_add(&t.tags, TAG_FIRST);
	if (e->n_raw > s->first && e->raw[e->n_raw - 1].end == t.start)
		tagset_add(&t.tags, TAG_GLUED);
	tagset_or(&s->tags, &t.tags);
	e->raw[e->n_raw++] = t;
	return 0;
}

/* Ends like a verb of the past: for patterns that leave the verb open. */
static bool looks_past(struct span word)
{
	static const char *const endings[] = {"ed", "л", "ла", "ло", "ли", "лся", "лась", "лось", "лись"};
	size_t len;

	if (word.n < 5 || !char_is_lower(char_at(word, 0, &len)))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (span_ends(word, span_str(endings[i])))
			return true;
	return false;
}

static void shape_tags(struct span original, struct tagset *tags)
{
	size_t len, upper = 0;
	bool lower = false, letters = false;

	for (size_t i = 0; i < original.n && !lower; i += len) {
		uint32_t c = char_at(original, i, &len);

		upper += char_is_upper(c);
		lower = char_is_lower(c);
		letters |= char_is_letter(c);
	}
	if (letters)
		tagset_add(tags, TAG_WORD);
	if (char_is_upper(char_at(original, 0, &len)))
		tagset_add(tags, TAG_CAP);
	if (upper > 1 && !lower)
		tagset_add(tags, TAG_UPPER);
	if (looks_past(original))
		tagset_add(tags, TAG_PASTLIKE);
}

static int add_form(struct scan *s, struct sentence_view *v, size_t at, const struct hit *h)
{
	struct engine *e = s->e;
	struct span original = original_of(s, at, at + h->len);
	struct token t = {.start = s->f->from[at], .end = s->f->from[at + h->len], .form = h->form};

	t.word = e->pack->forms[t.form].word;

	for (uint32_t k = e->pack->forms[t.form].entries; k; k = e->pack->entries[k - 1].next)
		if (entry_fits(e, &e->pack->entries[k - 1], original))
			tagset_or(&t.tags, &e->pack->entries[k - 1].tags);
	shape_tags(original, &t.tags);
	size_t len;
	if (char_is_han(char_at(original, 0, &len)) && len == original.n) /* may as well be part of a name */
		tagset_add(&t.tags, TAG_HAN);
	return token_add(e, v, t);
}

static void date_tags(const struct date_expr *d, struct tagset *tags)
{
	static const uint8_t kinds[] = {[DATE_POINT] = TAG_POINT,
					[DATE_RANGE] = TAG_RANGE,
					[DATE_SINCE] = TAG_SINCE,
					[DATE_UNTIL] = TAG_UNTIL,
					[DATE_DURATION] = TAG_DURATION};
	static const uint8_t grains[] = {
		[EDTF_GRAIN_DAY] = TAG_DAY, [EDTF_GRAIN_MONTH] = TAG_MONTH, [EDTF_GRAIN_YEAR] = TAG_YEAR};
	struct edtf main = edtf_is_set(d->begin) ? d->begin : d->end_date;

	tagset_add(tags, kinds[d->kind]);
	if (d->kind != DATE_DURATION)
		tagset_add(tags, TAG_DATE);
	if (main.grain != EDTF_NONE && main.grain < ARRAY_SIZE(grains))
		tagset_add(tags, grains[main.grain]);
}

/* A run of letters (with inner hyphens and apostrophes), of digits, one ideograph, or one sign. */
static size_t shape_end(const struct scan *s, size_t at, size_t end, struct tagset *tags)
{
	struct span folded = span_of(s->f->p, end);
	size_t len, i = at;
	uint32_t c = char_at(folded, i, &len);

	i += len;
	if (char_is_han(c)) {
		tagset_add(tags, TAG_HAN);
	} else if (char_is_digit(c)) {
		tagset_add(tags, TAG_NUM);
		while (i < end &&
		       (char_is_digit(c = char_at(folded, i, &len)) ||
			((c == '.' || c == ',') && i + len < end && char_is_digit((unsigned char)folded.p[i + len]))))
			i += len;
	} else if (char_is_letter(c)) {
		while (i < end) {
			c = char_at(folded, i, &len);
			if (char_is_letter(c) || char_is_digit(c)) {
				i = lexicon_unit_end(folded, i);
				continue;
			}
			size_t next;
			uint32_t d = char_at(folded, i + len, &next);
			/* A hyphen joins; so does an apostrophe, except before a lone s (whose form is a word). */
			if ((c == '-' ||
			     (c == '\'' && !(d == 's' && !char_is_letter(char_at(folded, i + len + next, &next))))) &&
			    i + len < end && char_is_letter(d) && form_at(s, i).form == NO_FORM) {
				i += len;
				continue;
			}
			break;
		}
		shape_tags(original_of(s, at, i), tags);
	} else {
		tagset_add(tags, TAG_PUNCT);
	}
	return i;
}

static int add_shape(struct scan *s, struct sentence_view *v, size_t *at, size_t end)
{
	struct token t = {.start = s->f->from[*at], .form = NO_FORM};
	size_t to = shape_end(s, *at, end, &t.tags);

	t.end = s->f->from[to];
	if (tagset_has(&t.tags, TAG_NUM) && to - *at == 4 && (s->f->p[*at] == '2' || s->f->p[*at] == '1')) {
		struct date_expr *year = arena_alloc(s->e->arena, sizeof(*year));

		if (!year)
			return -ENOMEM;
		year->begin.grain = EDTF_GRAIN_YEAR;
		for (size_t i = *at; i < to; i++)
			year->begin.year = (int16_t)(year->begin.year * 10 + (s->f->p[i] - '0'));
		year->lo = edtf_lo(year->begin);
		year->hi = edtf_hi(year->begin);
		t.bare = year;
	}
	*at = to;
	return token_add(s->e, v, t);
}

/* "One-year presidency" is a length of time and a word of its own: where that word begins, else the date's end. */
static size_t date_end(const struct scan *s, const struct date_expr *d)
{
	size_t from = fold_position(s->f, d->start), end = fold_position(s->f, d->end);

	for (size_t i = end; d->kind == DATE_DURATION && i > from + 1; i--)
		if (s->f->p[i - 1] == ' ') {
			struct hit h = form_at(s, i);

			if (h.form != NO_FORM && i + h.len >= end && s->e->pack->forms[h.form].entries)
				return i - 1;
			break;
		}
	return end;
}

static int add_date(struct scan *s, struct sentence_view *v, const struct date_expr *d)
{
	struct token t = {.start = (uint32_t)d->start, .end = s->f->from[date_end(s, d)], .form = NO_FORM, .date = d};

	date_tags(d, &t.tags);
	return token_add(s->e, v, t);
}

/* White space between two ideographs, with which Chinese headlines part what they say. */
static bool is_gap_of_han(const struct scan *s, size_t at, size_t end)
{
	struct span folded = span_of(s->f->p, end);
	size_t len;

	if (at + 1 >= end || (unsigned char)s->f->p[at + 1] < 0x80)
		return false;
	return char_is_han(char_before(folded, at, &len)) && char_is_han(char_at(folded, at + 1, &len));
}

/* It ends a clause, as a sign would. */
static int add_gap(struct scan *s, struct sentence_view *v, size_t at)
{
	struct token t = {.start = s->f->from[at], .end = s->f->from[at + 1], .form = NO_FORM};

	tagset_add(&t.tags, TAG_PUNCT);
	tagset_add(&t.tags, TAG_BREAK);
	return token_add(s->e, v, t);
}

/* 张明日前: "Zhang Ming, lately", not "before tomorrow". */
static bool is_person(const struct scan *s, uint32_t form)
{
	const struct pack *p = s->e->pack;

	for (uint32_t k = p->forms[form].entries; k; k = p->entries[k - 1].next)
		if (p->entries[k - 1].languages & s->e->language && tagset_has(&p->entries[k - 1].tags, TAG_PERSON))
			return true;
	return false;
}

/* Where in the folded text date d begins; SIZE_MAX where there is none. */
static size_t date_start(const struct scan *s, const struct date_expr *dates, size_t n_dates, size_t d)
{
	return d < n_dates ? fold_position(s->f, dates[d].start) : SIZE_MAX;
}

static int sentence_tokens(struct scan *s, struct sentence_view *v, const struct date_expr *dates, size_t n_dates)
{
	size_t at = fold_position(s->f, v->start), end = fold_position(s->f, v->end), d = 0;
	size_t date_at = date_start(s, dates, n_dates, 0);
	int rc = 0;

	while (rc == 0 && at < end) {
		if (s->f->p[at] == ' ') {
			rc = is_gap_of_han(s, at, end) ? add_gap(s, v, at) : 0;
			at++;
			continue;
		}
		while (d < n_dates && dates[d].start < s->f->from[at]) {
			d++;
			date_at = date_start(s, dates, n_dates, d);
		}
		if (at >= date_at) {
			rc = add_date(s, v, &dates[d]);
			at = date_end(s, &dates[d]);
			d++;
			date_at = date_start(s, dates, n_dates, d);
			continue;
		}
		struct hit h = form_at(s, at);
		if (h.form != NO_FORM && at + h.len <= end && (at + h.len <= date_at || is_person(s, h.form))) {
			rc = add_form(s, v, at, &h);
			at += h.len;
		} else {
			rc = add_shape(s, v, &at, date_at < end ? date_at : end);
		}
	}
	v->last = (uint32_t)s->e->n_raw;
	return rc;
}

static void note_told(struct engine *e, const struct date_expr *d)
{
	struct edtf day = d->kind == DATE_RANGE || d->kind == DATE_UNTIL ? d->end_date : d->begin;

	if (day.grain == EDTF_GRAIN_DAY && edtf_is_set(e->doc->published) && edtf_lo(day) <= edtf_hi(e->doc->published))
		e->told = day;
}

static int sentence_dates(struct scan *s, struct sentence_view *v, size_t *ret_first)
{
	struct engine *e = s->e;
	struct date_anchors anchors = {.dateline = e->doc->dateline, .published = e->doc->published, .told = e->told};
	size_t first = e->dates.n;

	for (size_t i = first; i > 0 && !edtf_is_set(anchors.reference); i--)
		anchors.reference = e->dates.v[i - 1].begin;
	int rc = date_find(span_sub(s->text, v->start, v->end), e->doc->language, &anchors, e->arena, &e->dates);
	for (size_t i = first; i < e->dates.n; i++) {
		e->dates.v[i].start += v->start;
		e->dates.v[i].end += v->start;
		note_told(e, &e->dates.v[i]);
	}
	*ret_first = first;
	return rc;
}

static int sentence_add(struct scan *s, const struct sentence *x)
{
	struct engine *e = s->e;
	struct sentence_view v = {.start = x->start,
				  .end = x->end,
				  .field = (uint8_t)s->field,
				  .paragraph = x->paragraph,
				  .first = (uint32_t)e->n_raw};
	size_t first;
	meter_to(e->meter, METER_DATES);
	int rc = sentence_dates(s, &v, &first);

	meter_to(e->meter, METER_TOKENS);
	if (rc < 0)
		return rc;
	/* The list of dates may move while it grows: tokens keep a copy that stays. */
	size_t n = e->dates.n - first;
	struct date_expr *stay = arena_array(e->arena, n, sizeof(*stay));
	if (!stay)
		return -ENOMEM;
	if (n)
		memcpy(stay, e->dates.v + first, n * sizeof(*stay));
	rc = sentence_tokens(s, &v, stay, n);
	if (rc < 0 || v.last == v.first)
		return rc;
	if (arena_grow(e->arena, &e->sentences, e->n_sentences, &e->cap_sentences, sizeof(*e->sentences)) < 0)
		return -ENOMEM;
	e->sentences[e->n_sentences++] = v;
	return 0;
}

int engine_scan(struct engine *e, enum claim_field field)
{
	struct scan s = {.e = e, .text = field == CLAIM_BODY ? e->doc->body : e->doc->headline, .field = field};
	struct sentence_list list = {0};
	struct dateline line;
	size_t from = 0;

	if (!s.text.n)
		return 0;
	meter_to(e->meter, METER_SCAN);
	if (!e->cap_raw && raw_reserve(e, (e->doc->headline.n + e->doc->body.n) / TOKEN_BYTES + TOKENS_FIRST) < 0)
		return -ENOMEM;
	if (fold_text(s.text, e->arena, &e->folded[field]) < 0)
		return -ENOMEM;
	s.f = &e->folded[field];
	meter_to(e->meter, METER_SENTENCES);
	if (field == CLAIM_BODY && dateline_read(s.text, e->doc->published, &line))
		from = line.begin;
	int rc = sentence_split(s.text, from, e->arena, &list);
	for (size_t i = 0; rc == 0 && i < list.n; i++)
		rc = sentence_add(&s, &list.v[i]);
	return rc;
}
