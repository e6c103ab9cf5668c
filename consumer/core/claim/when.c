/* SPDX-License-Identifier: Apache-2.0 */
/* when.c: the dates of a claim: what the date of its sentence means, and what follows where there is none.
 *
 * nearest.c finds the date; the policies of a rule (enum when_policy) say what it means.
 */
#include "core/claim/engine.h"

#define TERM_REACH 6   /* tokens between a change and its term */
#define CLOSES_REACH 5 /* tokens from a meeting to the verb that closes it */
#define RUNS_ON 6      /* tokens from the first day of a meeting to its last */

/* "2024-2025": a term in years. */
static bool is_term(const struct date_expr *d)
{
	return d->kind == DATE_RANGE && d->begin.grain == EDTF_GRAIN_YEAR && d->end_date.grain == EDTF_GRAIN_YEAR;
}

/* A term told in years begins on the day on which the sentence says that it was taken up. */
static const struct date_expr *day_of_change(const struct engine *e, const struct sentence_view *s,
					     const struct match *m)
{
	const struct date_expr *best = NULL;
	size_t best_cost = DATE_COST_MAX;

	for (size_t i = 0; i < s->n; i++) {
		const struct date_expr *d = s->v[i].date;
		size_t cost = d ? date_cost(e, s, m, i, true) : DATE_COST_MAX;

		if (!date_is_day(d) || cost >= best_cost || is_ahead(e, d->lo))
			continue;
		best_cost = cost;
		best = d;
	}
	return best;
}

/* The nth date in the role; is there one after it? */
static const struct date_expr *date_of_role(const struct sentence_view *s, const struct match *m, uint16_t role,
					    size_t nth, bool *ret_more)
{
	const struct date_expr *found = NULL;

	if (role == NO_INDEX || m->at[2 * role] == NO_INDEX)
		return NULL;
	for (size_t i = m->at[2 * role]; i < m->at[2 * role + 1]; i++) {
		const struct date_expr *d = s->v[i].date ? s->v[i].date : s->v[i].bare;

		if (!d || d->kind == DATE_DURATION)
			continue;
		if (found) {
			*ret_more = true;
			break;
		}
		if (nth-- == 0)
			found = d;
	}
	return found;
}

size_t engine_dates_of(const struct sentence_view *s, const struct match *m, uint16_t role)
{
	bool more = true;
	size_t n = 0;

	while (more) {
		more = false;
		n += date_of_role(s, m, role, n, &more) != NULL;
	}
	return n;
}

/* The months of a term named with the claim; 0 where there is none. */
static int term_of(const struct engine *e, const struct sentence_view *s, const struct match *m)
{
	for (size_t i = m->start; i < s->n; i++)
		if (s->v[i].date && s->v[i].date->kind == DATE_DURATION && s->v[i].date->months > 0 &&
		    date_cost(e, s, m, i, false) < TERM_REACH)
			return s->v[i].date->months;
	return 0;
}

/* It gives an end that nobody stated. */
static void add_term(const struct engine *e, const struct sentence_view *s, const struct match *m, struct when *w)
{
	int months = edtf_is_set(w->begin) && !edtf_is_set(w->end) ? term_of(e, s, m) : 0;

	if (!months)
		return;
	w->end = edtf_add_months(w->begin, months);
	w->derived |= CLAIM_DERIVED_END;
}

/* The day that an item without any date of its own tells of: the first one in its text. */
static struct edtf first_day(const struct engine *e)
{
	for (size_t i = 0; i < e->dates.n; i++)
		if (date_is_day(&e->dates.v[i]))
			return e->dates.v[i].begin;
	return (struct edtf){0};
}

/* The paragraph that says what the news is. */
static size_t lead_of(const struct engine *e, const struct sentence_view *s)
{
	for (size_t i = 0; i < e->n_sentences; i++)
		if (e->sentences[i].field == s->field)
			return e->sentences[i].paragraph;
	return s->paragraph;
}

struct edtf engine_told_day(const struct engine *e, const struct sentence_view *s, bool met)
{
	/* What happened at a meeting, on the day that the lead tells of. */
	size_t lead = met || tagset_has(&s->tags, TAG_EVENT) ? lead_of(e, s) : s->paragraph;
	struct edtf day = {0};

	for (size_t i = 0; edtf_is_set(e->doc->published) && i < e->n_sentences && &e->sentences[i] != s; i++) {
		const struct sentence_view *o = &e->sentences[i];
		bool meeting = tagset_has(&o->tags, TAG_EVENT);

		if (o->field != s->field || (o->paragraph != s->paragraph && o->paragraph != lead && !meeting))
			continue;
		for (uint32_t r = o->first; r < o->last; r++)
			if (date_is_fresh(e, e->raw[r].date))
				day = e->raw[r].date->begin;
	}
	return day;
}

static struct edtf present_of(const struct engine *e)
{
	if (edtf_is_set(e->doc->dateline))
		return e->doc->dateline;
	return edtf_is_set(e->doc->published) ? e->doc->published : first_day(e);
}

/* Who belongs is told beside the news, as of the day when it is printed; who holds an office acts in what is told. */
static struct edtf background_of(const struct engine *e)
{
	return edtf_is_set(e->doc->published) ? e->doc->published : present_of(e);
}

/* The day on which an officer was named in his office: a day told of, not one still to come. */
static void mention(const struct engine *e, const struct sentence_view *s, const struct date_expr *d, struct when *w)
{
	struct edtf told = engine_told_day(e, s, false),
		    now = edtf_is_set(told) && !edtf_is_set(e->doc->dateline) ? told : present_of(e);
	bool day = date_is_day(d) && (!edtf_is_set(now) || edtf_lo(d->begin) <= edtf_hi(now));

	w->stated = day;
	w->holds_at = day ? d->begin : now;
}

/* A first day and a last one of a meeting. */
static bool are_first_and_last(const struct date_expr *d, struct edtf last)
{
	return date_is_day(d) && last.grain == EDTF_GRAIN_DAY && edtf_lo(last) > edtf_lo(d->begin) &&
	       edtf_lo(last) <= edtf_lo(d->begin) + MEETING_DAYS_MAX;
}

/* "31 August and 1 September", whichever of the two is d; "on 31 August and runs until 1 September". */
static void add_days(const struct sentence_view *s, const struct date_expr *d, struct when *w)
{
	for (size_t i = 0; i + 2 < s->n && !edtf_is_set(w->end); i++) {
		const struct date_expr *a = s->v[i].date, *z = s->v[i + 2].date;

		if (tagset_has(&s->v[i + 1].tags, TAG_AND) && z && z->kind == DATE_POINT && (a == d || z == d) &&
		    are_first_and_last(a, z->begin)) {
			w->begin = a->begin;
			w->end = z->begin;
		}
		for (size_t k = i + 1; a == d && k < s->n && k <= i + RUNS_ON && !edtf_is_set(w->end); k++) {
			z = s->v[k].date;
			if (z && z->kind == DATE_UNTIL && are_first_and_last(a, z->end_date))
				w->end = z->end_date;
		}
	}
}

static void use_date(struct when *w, const struct date_expr *d, enum when_policy p, bool asserted, struct edtf now)
{
	switch (d->kind) {
	case DATE_RANGE:
		if (date_is_meeting(d) &&
		    (p == WHEN_BEGIN || p == WHEN_END)) { /* what happens at a meeting, at its end */
			*(p == WHEN_END ? &w->end : &w->begin) = d->end_date;
			return;
		}
		if (p == WHEN_END && edtf_is_set(now) && edtf_lo(d->end_date) > edtf_hi(now)) {
			w->end = d->begin; /* the term is the successor's */
			return;
		}
		w->begin = d->begin;
		w->end = d->end_date;
		return;
	case DATE_SINCE: /* "since June, when X handed over" */
		*(p == WHEN_END ? &w->end : &w->begin) = d->begin;
		return;
	case DATE_UNTIL: /* "will join by the end of the year" */
		*(p == WHEN_BEGIN && !asserted ? &w->begin : &w->end) = d->end_date;
		return;
	default:
		break;
	}
	if (p == WHEN_END)
		w->end = d->begin;
	else if (p == WHEN_TITLE && asserted)
		w->holds_at = edtf_coarsen(d->begin, EDTF_GRAIN_YEAR);
	else if (p == WHEN_PERIOD || p == WHEN_YEAR)
		w->begin = w->end = edtf_coarsen(d->begin, EDTF_GRAIN_YEAR);
	else if (p == WHEN_BEGIN || p == WHEN_EVENT || !asserted)
		w->begin = d->begin;
	else
		w->holds_at = d->begin;
}

/* The date nearest to token i. */
static const struct date_expr *date_beside(const struct sentence_view *s, size_t i)
{
	for (size_t k = 1; k <= i || i + k < s->n; k++) {
		if (i + k < s->n && s->v[i + k].date)
			return s->v[i + k].date;
		if (k <= i && s->v[i - k].date)
			return s->v[i - k].date;
	}
	return NULL;
}

/* "The summit ended on Friday": does a verb of closing stand with the meeting, or right beside it, and with the day d?
 */
static bool closes(const struct sentence_view *s, const struct match *m, const struct date_expr *d)
{
	size_t from = m->start > CLOSES_REACH ? m->start - CLOSES_REACH : 0, to = m->end + CLOSES_REACH;

	if (!date_is_day(d))
		return false;
	for (size_t i = m->end; i < to && i < s->n; i++)
		if (tagset_has(&s->v[i].tags, TAG_BREAK))
			to = i;
	for (size_t i = m->start; i > from; i--)
		if (tagset_has(&s->v[i - 1].tags, TAG_BREAK))
			from = i;
	for (size_t i = from; i < to && i < s->n; i++)
		if (tagset_has(&s->v[i].tags, TAG_CLOSES) && date_beside(s, i) == d)
			return true;
	return false;
}

/* "Until 2029", told later. */
static bool is_over(const struct engine *e, const struct date_expr *d)
{
	return d->kind == DATE_UNTIL && edtf_is_set(e->doc->published) &&
	       edtf_hi(d->end_date) < edtf_lo(e->doc->published);
}

/* "Secretary-General from 2027 to 2029": the span of time right behind the office is that of the term. */
static const struct date_expr *term_beside(const struct engine *e, const struct sentence_view *s, const struct match *m)
{
	for (size_t i = m->end; i < s->n && i <= m->end + 1u; i++) {
		const struct date_expr *d = s->v[i].date;

		if (d)
			return (d->kind == DATE_RANGE && !date_is_meeting(d)) || d->kind == DATE_SINCE || is_over(e, d)
				       ? d
				       : NULL;
		if (tagset_has(&s->v[i].tags, TAG_PERSON))
			return NULL;
	}
	return NULL;
}

static bool stands_before(const struct sentence_view *s, const struct match *m, const struct date_expr *d)
{
	for (size_t i = 0; i < m->start; i++)
		if (s->v[i].date == d)
			return true;
	return false;
}

/* "Took over on Thursday for 2030-2031": the last year of the term that begins on the day. */
static struct edtf end_of_term(const struct engine *e, const struct sentence_view *s, const struct match *m,
			       const struct date_expr *day)
{
	for (size_t i = m->start; i < s->n; i++) {
		const struct date_expr *d = s->v[i].date;

		if (d && day->begin.grain == EDTF_GRAIN_DAY && is_term(d) &&
		    date_cost(e, s, m, i, false) < TERM_REACH && edtf_lo(d->begin) <= edtf_lo(day->begin) &&
		    edtf_hi(day->begin) <= edtf_hi(d->begin))
			return d->end_date;
	}
	return (struct edtf){0};
}

/* Of the end of a claim: the last day of a span, or the date itself. */
static struct edtf last_of(const struct date_expr *d)
{
	return edtf_is_set(d->end_date) ? d->end_date : d->begin;
}

/* What w->date says of the claim. */
static void dated(const struct engine *e, const struct sentence_view *s, const struct match *m,
		  const struct template *t, bool asserted, struct when *w)
{
	const struct date_expr *day;

	w->stated = true;
	w->coarse = is_term(w->date) && asserted && t->date_role == NO_INDEX && !tagset_has(&s->tags, TAG_DECIDED) &&
		    (t->when == WHEN_BEGIN || t->when == WHEN_END);
	day = w->coarse ? day_of_change(e, s, m) : NULL;
	use_date(w, w->date, t->when, asserted, e->doc->published);
	if (t->when == WHEN_BEGIN && t->date_role == NO_INDEX && w->date->kind == DATE_POINT && !edtf_is_set(w->end))
		w->end = end_of_term(e, s, m, w->date);
	if (t->when == WHEN_BEGIN && asserted && w->date->kind == DATE_UNTIL && stands_before(s, m, w->date)) {
		w->begin = w->date->end_date; /* "in the chair until May, when Nepal took over" */
		w->end = (struct edtf){0};
	}
	if (t->when == WHEN_EVENT) {
		add_days(s, w->date, w);
		w->more &= !edtf_is_set(w->end); /* its last day is no meeting of its own */
	}
	if (day)
		*(t->when == WHEN_END ? &w->end : &w->begin) = day->begin;
}

/* What is said as so or as done, without a date of its own. */
static void undated(const struct engine *e, const struct sentence_view *s, const struct match *m,
		    const struct template *t, const struct date_expr *to, bool past, struct when *w)
{
	switch (t->when) {
	case WHEN_BEGIN:
		w->term = term_of(e, s, m);
		w->reported = true; /* anchor.c dates it when the whole text is read */
		if (to)
			w->end = last_of(to);
		break;
	case WHEN_END:
		w->reported = true;
		break;
	case WHEN_YEAR:
		w->begin = w->end = edtf_coarsen(e->doc->published, EDTF_GRAIN_YEAR);
		break;
	case WHEN_STATE:
	case WHEN_PRESENT:
	case WHEN_TITLE:
	case WHEN_EVENT:
		if (!past)
			w->holds_at = pack_is_keyed(e->pack, t->slot) ? background_of(e) : present_of(e);
		break;
	default:
		break;
	}
}

struct when engine_when(const struct engine *e, const struct sentence_view *s, const struct match *m,
			const struct template *t, enum claim_modality modality, bool past, size_t nth)
{
	struct when w = {0};
	bool asserted = modality == CLAIM_ASSERTED;
	bool unused = false, current = false;
	const struct date_expr *to = date_of_role(s, m, t->end_role, 0, &unused);

	for (size_t i = m->start; i < m->end; i++)
		current |= tagset_has(&s->v[i].tags, TAG_CURRENT);
	if (t->when == WHEN_NONE || t->when == WHEN_LENT || t->when == WHEN_BEFORE || t->when == WHEN_AFTER)
		return w;
	w.date = date_of_role(s, m, t->date_role, nth, &w.more);
	if (!w.date && t->date_role == NO_INDEX)
		w.date = engine_nearest_date(e, s, m, t, current, past, modality);
	if (t->when == WHEN_MENTION) {
		const struct date_expr *term = asserted ? term_beside(e, s, m) : NULL;

		if (term) {
			w.date = term;
			w.stated = true;
			use_date(&w, term, WHEN_STATE, true, e->doc->published);
			return w;
		}
		if (asserted)
			mention(e, s, w.date, &w);
		w.date = w.stated ? w.date : NULL;
		return w;
	}
	if (w.date) {
		dated(e, s, m, t, asserted, &w);
		if (to)
			w.end = last_of(to);
		else if (t->when == WHEN_EVENT && !edtf_is_set(w.end) && !span_eq_str(t->value, "?") &&
			 closes(s, m, w.date)) {
			w.end = w.begin;
			w.begin = (struct edtf){0};
		}
		add_term(e, s, m, &w);
		return w;
	}
	if (asserted)
		undated(e, s, m, t, to, past, &w);
	return w;
}
