/* SPDX-License-Identifier: Apache-2.0 */
/* when.c: the dates of a claim: which date of the sentence is its, and what follows where there is none.
 *
 * A date belongs to a match by nearness: inside it first, then after it, then before it, and never across a clause
 * break. The policies of a rule (enum when_policy) say what the date means.
 */
#include "core/claim/engine.h"

#define COST_BREAK 60
#define COST_ASIDE 20
#define COST_YEAR 5 /* a day is the better date of two as near */
#define COST_MONTH 2
#define BESIDE 2     /* tokens between a present statement and its date */
#define TERM_REACH 6 /* tokens between a change and its term */
#define COST_BEFORE 4
#define COST_CARRY 10
#define SPEECH_REACH 5	 /* tokens from a verb of saying to its date: "told reporters in Minsk on Friday" */
#define TOLD_DAYS_MAX 15 /* an event is told of within two weeks */
#define COST_MAX 45
#define MEETING_DAYS_MAX 7
#define RUNS_ON 6	   /* tokens from the first day of a meeting to its last */
#define EVENT_ASIDE_MAX 30 /* a meeting is dated across a subordinate clause only from right beside it */

/* A day of the last two weeks: that of the news. */
static bool is_fresh(const struct engine *e, const struct date_expr *d)
{
	struct edtf now = e->doc->published;

	return d && d->kind == DATE_POINT && d->begin.grain == EDTF_GRAIN_DAY && edtf_is_set(now) &&
	       edtf_lo(d->begin) <= edtf_hi(now) && edtf_lo(d->begin) >= edtf_lo(now) - TOLD_DAYS_MAX;
}

/* Tokens and breaks between the match and token i; what stands aside in the match is an earlier clause. A relative
 * clause keeps its dates, but for the day of the news. */
static size_t cost_of(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i,
		      bool carry)
{
	size_t relative = is_fresh(e, s->v[i].date) ? COST_ASIDE : COST_BREAK;
	bool aside = i >= m->aside && i < m->resume, before = aside || i < m->start;
	size_t a = before ? i + 1 : m->end, z = aside ? m->resume : before ? m->start : i;
	size_t cost = before ? COST_BEFORE : 0;

	if (!aside && i >= m->start && i < m->end)
		return 0;
	for (size_t k = a; k < z; k++)
		cost += carry && before && tagset_has(&s->v[k].tags, TAG_CARRY) ? COST_CARRY
			: tagset_has(&s->v[k].tags, TAG_BREAK)			? COST_BREAK
			: tagset_has(&s->v[k].tags, TAG_RELATIVE)		? relative
			: tagset_has(&s->v[k].tags, TAG_ASIDE)			? COST_ASIDE
										: 1;
	return cost;
}

/* What an apposition says is not the claim's; an earlier clause of its subject (in Chinese, up to a comma) may date it.
 */
static bool is_apposed(const struct sentence_view *s, const struct match *m, size_t i)
{
	return i >= m->aside && i < m->resume && !tagset_has(&s->v[m->resume - 1].tags, TAG_CARRY);
}

/* A few days: of a meeting, not of a term. */
static bool is_meeting(const struct date_expr *d)
{
	return d->kind == DATE_RANGE && d->begin.grain == EDTF_GRAIN_DAY && d->end_date.grain == EDTF_GRAIN_DAY &&
	       edtf_lo(d->end_date) - edtf_lo(d->begin) <= MEETING_DAYS_MAX;
}

/* May a date that stands near say when? Not the days of a meeting how long somebody was in office, nor the years of a
 * term when a meeting was, nor the day from which what it decided holds. */
static bool may_date(const struct date_expr *d, enum when_policy p)
{
	if (p == WHEN_STATE || p == WHEN_TITLE || p == WHEN_PRESENT)
		return !is_meeting(d);
	return p != WHEN_EVENT || (d->kind == DATE_RANGE ? d->begin.grain < EDTF_GRAIN_YEAR : d->kind != DATE_SINCE);
}

static bool is_comma(const struct engine *e, const struct token *t)
{
	return t->form != NO_FORM && span_eq_str(e->pack->forms[t->form].text, ",");
}

/* Does the date at token i say when something was said, outside the match? Behind a comma begins what was said. */
static bool dates_speech(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i)
{
	size_t reach = 0;

	if (i >= m->start && i < m->end)
		return false;
	while (i-- > 0 && reach++ <= SPEECH_REACH && !(i >= m->start && i < m->end)) {
		if (tagset_has(&s->v[i].tags, TAG_SPEECH))
			return true;
		if (s->v[i].date || tagset_has(&s->v[i].tags, TAG_BREAK) || is_comma(e, &s->v[i]))
			return false;
	}
	return false;
}

/* A day that is not after publication. */
static bool is_told_day(const struct engine *e, const struct date_expr *d)
{
	return d->kind == DATE_POINT && d->begin.grain == EDTF_GRAIN_DAY && edtf_is_set(e->doc->published) &&
	       d->lo <= edtf_hi(e->doc->published);
}

/* "Replaced Nepal's Thapa, in office since 2022": the time of whom the match named last, not of the change. */
static bool is_of_an_apposition(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i,
				enum when_policy p)
{
	struct span text = s->field == CLAIM_BODY ? e->doc->body : e->doc->headline;

	if ((p != WHEN_BEGIN && p != WHEN_END) || s->v[i].date->kind != DATE_SINCE)
		return false;
	for (size_t k = m->end; k < i; k++)
		if (span_starts(span_sub(text, s->v[k].start, s->v[k].end), SPAN_LIT(",")))
			return true;
	return false;
}

/* "The 2031 Baku summit", "Summit 2031": the year is in the meeting's name. */
static bool is_in_a_name(const struct sentence_view *s, size_t i)
{
	const struct date_expr *d = s->v[i].date;

	if (d->kind != DATE_POINT || d->begin.grain != EDTF_GRAIN_YEAR)
		return false;
	return (i > 0 && tagset_has(&s->v[i - 1].tags, TAG_EVENT)) ||
	       (i + 1 < s->n && tagset_has(&s->v[i + 1].tags, TAG_EVENT)) ||
	       (i + 2 < s->n && tagset_has(&s->v[i + 2].tags, TAG_EVENT));
}

/* A span of time in another clause dates no change. */
static const struct date_expr *nearest(const struct engine *e, const struct sentence_view *s, const struct match *m,
				       const struct template *t, bool current, enum claim_modality modality)
{
	const struct date_expr *best = NULL;
	size_t best_cost = COST_MAX;
	bool present = (t->when == WHEN_STATE || t->when == WHEN_PRESENT) && modality == CLAIM_ASSERTED;
	bool ahead = modality == CLAIM_PLANNED || modality == CLAIM_PROPOSED, dated = edtf_is_set(e->doc->published);

	for (size_t i = 0; i < s->n; i++) {
		const struct date_expr *d = s->v[i].date;

		if (!d || d->kind == DATE_DURATION || !may_date(d, t->when) || is_apposed(s, m, i))
			continue;
		if (t->when != WHEN_EVENT &&
		    dates_speech(e, s, m, i)) /* what is said at a meeting is said on its day */
			continue;
		/* A wish, a plan or a denial is not dated by the day on which it was told. */
		if (modality != CLAIM_ASSERTED && t->when != WHEN_EVENT && is_told_day(e, d) &&
		    cost_of(e, s, m, i, false) > BESIDE)
			continue;
		if (is_of_an_apposition(e, s, m, i, t->when) ||
		    (modality == CLAIM_ASSERTED && (t->when == WHEN_BEGIN || t->when == WHEN_END) &&
		     is_in_a_name(s, i)))
			continue;
		/* A date of the past carries over to what is done, one to come to what is planned. */
		bool later = edtf_is_set(e->doc->published) && d->lo > edtf_hi(e->doc->published);
		size_t cost = cost_of(e, s, m, i, (modality == CLAIM_ASSERTED) != later);
		if (d->kind == DATE_RANGE && (t->when == WHEN_BEGIN || t->when == WHEN_END) &&
		    cost_of(e, s, m, i, false) >= COST_ASIDE)
			continue;
		if (t->when == WHEN_EVENT && cost >= EVENT_ASIDE_MAX)
			continue;
		/* What is so now is so whatever the sentence goes on to say of other days. */
		if (present && cost > BESIDE &&
		    (t->when == WHEN_PRESENT || current || (dated && d->lo > edtf_hi(e->doc->published))))
			continue;
		/* What is to come is not dated by what was, nor a title by a day. */
		if ((ahead && dated &&
		     (edtf_is_set(d->begin) ? edtf_hi(d->begin) : d->hi) < edtf_lo(e->doc->published) &&
		     d->kind != DATE_RANGE) ||
		    (t->when == WHEN_TITLE && d->kind == DATE_POINT && d->begin.grain == EDTF_GRAIN_DAY))
			continue;
		if (d->kind == DATE_POINT)
			cost += d->begin.grain == EDTF_GRAIN_YEAR    ? COST_YEAR
				: d->begin.grain == EDTF_GRAIN_MONTH ? COST_MONTH
								     : 0;
		if (cost < best_cost) {
			best_cost = cost;
			best = d;
		}
	}
	return best;
}

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
	size_t best_cost = COST_MAX;

	for (size_t i = 0; i < s->n; i++) {
		const struct date_expr *d = s->v[i].date;
		size_t cost = d ? cost_of(e, s, m, i, true) : COST_MAX;

		if (!d || d->kind != DATE_POINT || d->begin.grain != EDTF_GRAIN_DAY || cost >= best_cost ||
		    (edtf_is_set(e->doc->published) && d->lo > edtf_hi(e->doc->published)))
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
		    cost_of(e, s, m, i, false) < TERM_REACH)
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
		if (e->dates.v[i].kind == DATE_POINT && e->dates.v[i].begin.grain == EDTF_GRAIN_DAY)
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
			if (is_fresh(e, e->raw[r].date))
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

/* The day on which an officer was named in his office: a day told of, not one still to come. */
static void mention(const struct engine *e, const struct sentence_view *s, const struct date_expr *d, struct when *w)
{
	struct edtf told = engine_told_day(e, s, false),
		    now = edtf_is_set(told) && !edtf_is_set(e->doc->dateline) ? told : present_of(e);
	bool day = d && d->kind == DATE_POINT && d->begin.grain == EDTF_GRAIN_DAY &&
		   (!edtf_is_set(now) || edtf_lo(d->begin) <= edtf_hi(now));

	w->stated = day;
	w->holds_at = day ? d->begin : now;
}

/* "31 August and 1 September": the day that stands beside d as the last of a meeting. */
static struct edtf next_day(const struct sentence_view *s, const struct date_expr *d)
{
	for (size_t i = 0; i + 2 < s->n; i++) {
		const struct date_expr *o = s->v[i + 2].date;

		if (s->v[i].date == d && o && tagset_has(&s->v[i + 1].tags, TAG_AND) && o->kind == DATE_POINT &&
		    o->begin.grain == EDTF_GRAIN_DAY && d->begin.grain == EDTF_GRAIN_DAY &&
		    edtf_lo(o->begin) > edtf_lo(d->begin) && edtf_lo(o->begin) <= edtf_lo(d->begin) + MEETING_DAYS_MAX)
			return o->begin;
		/* "On 31 August and runs until 1 September". */
		for (size_t k = i + 1; s->v[i].date == d && d->kind == DATE_POINT && k < s->n && k <= i + RUNS_ON;
		     k++) {
			o = s->v[k].date;
			if (o && o->kind == DATE_UNTIL && o->end_date.grain == EDTF_GRAIN_DAY &&
			    d->begin.grain == EDTF_GRAIN_DAY && edtf_lo(o->end_date) > edtf_lo(d->begin) &&
			    edtf_lo(o->end_date) <= edtf_lo(d->begin) + MEETING_DAYS_MAX)
				return o->end_date;
		}
	}
	return (struct edtf){0};
}

static void use_date(struct when *w, const struct date_expr *d, enum when_policy p, bool asserted, struct edtf now)
{
	switch (d->kind) {
	case DATE_RANGE:
		if (is_meeting(d) && (p == WHEN_BEGIN || p == WHEN_END)) { /* what happens at a meeting, at its end */
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
			return (d->kind == DATE_RANGE && !is_meeting(d)) || d->kind == DATE_SINCE || is_over(e, d)
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

		if (d && day->begin.grain == EDTF_GRAIN_DAY && is_term(d) && cost_of(e, s, m, i, false) < TERM_REACH &&
		    edtf_lo(d->begin) <= edtf_lo(day->begin) && edtf_hi(day->begin) <= edtf_hi(d->begin))
			return d->end_date;
	}
	return (struct edtf){0};
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
	if (t->when == WHEN_EVENT && !edtf_is_set(w->end))
		w->end = next_day(s, w->date);
	if (t->when == WHEN_EVENT && edtf_is_set(w->end))
		w->more = false; /* its last day is no meeting of its own */
	if (day)
		*(t->when == WHEN_END ? &w->end : &w->begin) = day->begin;
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
		w.date = nearest(e, s, m, t, current, modality);
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
			w.end = edtf_is_set(to->end_date) ? to->end_date : to->begin;
		add_term(e, s, m, &w);
		return w;
	}
	if (!asserted)
		return w;
	switch (t->when) {
	case WHEN_BEGIN:
		w.term = term_of(e, s, m);
		w.reported = true; /* anchor.c dates it when the whole text is read */
		if (to && t->when == WHEN_BEGIN)
			w.end = edtf_is_set(to->end_date) ? to->end_date : to->begin;
		break;
	case WHEN_END:
		w.reported = true;
		break;
	case WHEN_YEAR:
		w.begin = w.end = edtf_coarsen(e->doc->published, EDTF_GRAIN_YEAR);
		break;
	case WHEN_STATE:
	case WHEN_PRESENT:
	case WHEN_TITLE:
	case WHEN_EVENT:
		if (!past)
			w.holds_at = present_of(e);
		break;
	default:
		break;
	}
	return w;
}
