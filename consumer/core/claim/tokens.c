/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.c: a field of the document as sentences of tokens, from left to right: dates, the longest forms of the pack,
 * and the rest by its shape. */
#include "core/claim/token.h"
#include "core/text/chars.h"
#include "core/text/dateline.h"
#include "core/text/sentence.h"
#include <errno.h>

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
	return token_add(s->e, v, &t);
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
			rc = token_of_date(s, v, &dates[d]);
			at = scan_date_end(s, &dates[d]);
			d++;
			date_at = date_start(s, dates, n_dates, d);
			continue;
		}
		struct hit h = scan_form(s, at);
		if (h.form != NO_FORM && at + h.len <= end && (at + h.len <= date_at || is_person(s, h.form))) {
			rc = token_of_form(s, v, at, &h);
			at += h.len;
		} else {
			rc = token_of_shape(s, v, &at, date_at < end ? date_at : end);
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
	struct date_anchors anchors = {.heads = e->heads,
				       .dateline = e->doc->dateline,
				       .published = e->doc->published,
				       .day = e->day,
				       .told = e->told};
	size_t first = e->dates.n;

	for (size_t i = first; i > 0 && !edtf_is_set(anchors.reference); i--)
		anchors.reference = e->dates.v[i - 1].begin;
	int rc = date_find(span_sub(s->text, v->start, v->end), e->doc->language, &anchors, e->arena, &e->dates);
	for (size_t i = first; i < e->dates.n; i++) {
		e->dates.v[i].start += v->start;
		e->dates.v[i].end += v->start;
		note_told(e, &e->dates.v[i]);
		if (edtf_is_set(e->dates.v[i].begin) && e->dates.v[i].begin.grain == EDTF_GRAIN_DAY)
			e->day = e->dates.v[i].begin;
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
	struct scan s = {.e = e, .text = engine_text(e, field), .field = field};
	struct sentence_list list = {0};
	struct dateline line;
	size_t from = 0;

	if (!s.text.n)
		return 0;
	meter_to(e->meter, METER_SCAN);
	if (!e->cap_raw && tokens_reserve(e, (e->doc->headline.n + e->doc->body.n) / TOKEN_BYTES + TOKENS_FIRST) < 0)
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
