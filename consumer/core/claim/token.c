/* SPDX-License-Identifier: Apache-2.0 */
/* token.c: what stands at one place of a field becomes a token: a form of the pack, a date, or what its shape makes it.
 */
#include "core/claim/token.h"
#include "core/text/chars.h"
#include "core/text/past_ru.h"
#include <errno.h>

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
	if (x->fits & e->language)
		return true;
	if (!(x->asks & e->language))
		return false;
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
struct hit scan_form(const struct scan *s, size_t at)
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
int tokens_reserve(struct engine *e, size_t n)
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

int token_add(struct engine *e, struct sentence_view *s, const struct token *token)
{
	struct token *t;

	if (e->n_raw >= TOKENS_MAX || e->n_raw - s->first >= SENTENCE_TOKENS_MAX)
		return 0; /* the rest of a monster is not read */
	if (e->n_raw == e->cap_raw && tokens_reserve(e, e->cap_raw ? e->cap_raw * 2 : TOKENS_FIRST) < 0)
		return -ENOMEM;
	t = &e->raw[e->n_raw];
	*t = *token;
	t->first = t->vfirst = (uint32_t)e->n_raw;
	t->last = t->vlast = t->first + 1;
	t->field = s->field;
	if (e->n_raw == s->first)
		tagset_add(&t->tags, TAG_FIRST);
	else if (t[-1].end == t->start)
		tagset_add(&t->tags, TAG_GLUED);
	tagset_or(&s->tags, &t->tags);
	e->n_raw++;
	return 0;
}

/* Ends like a verb of the past: for patterns that leave the verb open. */
static bool looks_past(struct span word)
{
	size_t len;

	if (word.n < 5 || !char_is_lower(char_at(word, 0, &len)))
		return false;
	if ((unsigned char)word.p[word.n - 1] < 0x80)
		return span_ends(word, SPAN_LIT("ed"));
	return past_ru_ends(word);
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

/* The tags of the readings that may stand here. */
static void reading_tags(const struct engine *e, const struct form *f, struct span original, struct tagset *ret)
{
	if (f->told & e->language) {
		*ret = e->pack->tagsets[f->tags];
		return;
	}
	for (uint32_t k = f->entries; k; k = e->pack->entries[k - 1].next)
		if (entry_fits(e, &e->pack->entries[k - 1], original))
			tagset_or(ret, &e->pack->entries[k - 1].tags);
}

int token_of_form(struct scan *s, struct sentence_view *v, size_t at, const struct hit *h)
{
	const struct form *f = &s->e->pack->forms[h->form];
	struct span original = original_of(s, at, at + h->len);
	struct token t = {.start = s->f->from[at], .end = s->f->from[at + h->len], .form = h->form, .word = f->word};
	size_t len;

	reading_tags(s->e, f, original, &t.tags);
	shape_tags(original, &t.tags);
	if (char_is_han(char_at(original, 0, &len)) && len == original.n) /* may as well be part of a name */
		tagset_add(&t.tags, TAG_HAN);
	return token_add(s->e, v, &t);
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
			    i + len < end && char_is_letter(d) && scan_form(s, i).form == NO_FORM) {
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

int token_of_shape(struct scan *s, struct sentence_view *v, size_t *at, size_t end)
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
	return token_add(s->e, v, &t);
}

/* "One-year presidency" is a length of time and a word of its own: where that word begins, else the date's end. */
size_t scan_date_end(const struct scan *s, const struct date_expr *d)
{
	size_t from = fold_position(s->f, d->start), end = fold_position(s->f, d->end);

	for (size_t i = end; d->kind == DATE_DURATION && i > from + 1; i--)
		if (s->f->p[i - 1] == ' ') {
			struct hit h = scan_form(s, i);

			if (h.form != NO_FORM && i + h.len >= end && s->e->pack->forms[h.form].entries)
				return i - 1;
			break;
		}
	return end;
}

int token_of_date(struct scan *s, struct sentence_view *v, const struct date_expr *d)
{
	struct token t = {
		.start = (uint32_t)d->start, .end = s->f->from[scan_date_end(s, d)], .form = NO_FORM, .date = d};

	date_tags(d, &t.tags);
	return token_add(s->e, v, &t);
}
