/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c: which date of a sentence is a match's.
 *
 * A date belongs to a match by nearness: inside it first, then after it, then before it, and never across a clause
 * break. What it may not be: the day on which something was said, the time of an apposition, the year in a name.
 */
#include "core/claim/engine.h"

#define COST_BREAK 60
#define COST_LINE 12 /* a date before a colon is for the whole line, where no clause has its own */
#define COST_ASIDE 20
#define COST_YEAR 5 /* a day is the better date of two as near */
#define COST_MONTH 2
#define BESIDE 2 /* tokens between a present statement and its date */
#define COST_BEFORE 4
#define COST_CARRY 10
#define SPEECH_REACH 5	   /* tokens from a verb of saying to its date: "told reporters in Minsk on Friday" */
#define TOLD_DAYS_MAX 15   /* an event is told of within two weeks */
#define EVENT_ASIDE_MAX 30 /* a meeting is dated across a subordinate clause only from right beside it */

/* A day of the last two weeks: that of the news. */
bool date_is_fresh(const struct engine *e, const struct date_expr *d)
{
	struct edtf now = e->doc->published;

	return date_is_day(d) && edtf_is_set(now) && edtf_lo(d->begin) <= edtf_hi(now) &&
	       edtf_lo(d->begin) >= edtf_lo(now) - TOLD_DAYS_MAX;
}

/* "1 September 2031: Nepal takes over the chair; ...": the date is that of the whole line. */
static bool heads_line(const struct engine *e, const struct sentence_view *s)
{
	return s->n > 1 && s->v[0].date && s->v[0].date->kind == DATE_POINT &&
	       span_starts(span_sub(engine_text(e, s->field), s->v[1].start, s->v[1].end), SPAN_LIT(":"));
}

/* Tokens and breaks between the match and token i; what stands aside in the match is an earlier clause. A relative
 * clause keeps its dates, but for the day of the news. */
size_t date_cost(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i, bool carry)
{
	if (i == 0 && heads_line(e, s))
		return m->start ? COST_LINE : 0;
	size_t relative = date_is_fresh(e, s->v[i].date) ? COST_ASIDE : COST_BREAK;
	bool aside = i >= m->aside && i < m->resume, before = aside || i < m->start;
	size_t a = before ? i + 1 : m->end, z = aside ? m->resume : before ? m->start : i;
	size_t cost = before ? COST_BEFORE : 0;

	if (!aside && i >= m->start && i < m->end)
		return 0;
	if (before && tagset_has(&s->v[m->start].tags, TAG_ELIDED)) {
		size_t subject = engine_subject(s, m->start);

		/* the verb before has its own date; what stands before the subject is of both, but for "and in 2030" */
		if (i > subject || s->v[m->start].date)
			return DATE_COST_MAX;
		z = subject < z ? subject : z;
	}
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
bool date_is_meeting(const struct date_expr *d)
{
	return d->kind == DATE_RANGE && d->begin.grain == EDTF_GRAIN_DAY && d->end_date.grain == EDTF_GRAIN_DAY &&
	       edtf_lo(d->end_date) - edtf_lo(d->begin) <= MEETING_DAYS_MAX;
}

/* May a date that stands near say when? Not the days of a meeting how long somebody was in office, nor the years of a
 * term when a meeting was, nor the day from which what it decided holds. */
static bool may_date(const struct date_expr *d, enum when_policy p)
{
	if (d->lately)
		return false;
	if (p == WHEN_STATE || p == WHEN_TITLE || p == WHEN_PRESENT)
		return !date_is_meeting(d);
	return p != WHEN_EVENT || (d->kind == DATE_RANGE ? d->begin.grain < EDTF_GRAIN_YEAR : d->kind != DATE_SINCE);
}

static bool is_comma(const struct engine *e, const struct token *t)
{
	return t->form != NO_FORM &&
	       (span_eq_str(e->pack->forms[t->form].text, ",") || span_eq_str(e->pack->forms[t->form].text, ":"));
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
	return date_is_day(d) && edtf_is_set(e->doc->published) && d->lo <= edtf_hi(e->doc->published);
}

/* "Replaced Nepal's Thapa, in office since 2022": the time of whom the match named last, not of the change. */
static bool is_of_an_apposition(const struct engine *e, const struct sentence_view *s, const struct match *m, size_t i,
				enum when_policy p)
{
	struct span text = engine_text(e, s->field);

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

/* "Thapa (2022-2024)": the time of whom it stands behind. */
static bool is_bracketed(const struct engine *e, const struct sentence_view *s, size_t i)
{
	struct span text = engine_text(e, s->field);

	return i > 0 && i + 1 < s->n && span_ends(span_sub(text, s->v[i - 1].start, s->v[i - 1].end), SPAN_LIT("(")) &&
	       span_starts(span_sub(text, s->v[i + 1].start, s->v[i + 1].end), SPAN_LIT(")"));
}

/* A day, a year or a bound that lies after publication. */
static bool is_to_come(const struct engine *e, const struct date_expr *d)
{
	struct edtf date = d->kind == DATE_UNTIL ? d->end_date : d->begin;

	return (d->kind == DATE_POINT || d->kind == DATE_UNTIL) && edtf_is_set(date) && is_ahead(e, edtf_lo(date));
}

static size_t cost_of_grain(const struct date_expr *d)
{
	if (d->kind != DATE_POINT)
		return 0;
	return d->begin.grain == EDTF_GRAIN_YEAR ? COST_YEAR : d->begin.grain == EDTF_GRAIN_MONTH ? COST_MONTH : 0;
}

/* A span of time in another clause dates no change. */
const struct date_expr *engine_nearest_date(const struct engine *e, const struct sentence_view *s,
					    const struct match *m, const struct template *t, bool current, bool past,
					    enum claim_modality modality)
{
	const struct date_expr *best = NULL;
	size_t best_cost = DATE_COST_MAX;
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
		    date_cost(e, s, m, i, false) > BESIDE)
			continue;
		if (is_of_an_apposition(e, s, m, i, t->when) ||
		    (modality == CLAIM_ASSERTED && (t->when == WHEN_BEGIN || t->when == WHEN_END) &&
		     is_in_a_name(s, i)))
			continue;
		/* A date of the past carries over to what is done, one to come to what is planned. */
		bool later = is_ahead(e, d->lo);
		size_t cost = date_cost(e, s, m, i, (modality == CLAIM_ASSERTED) != later);
		if ((d->kind == DATE_RANGE || (d->kind == DATE_UNTIL && i >= m->end)) &&
		    (t->when == WHEN_BEGIN || t->when == WHEN_END) && date_cost(e, s, m, i, false) >= COST_ASIDE)
			continue;
		if (t->when == WHEN_EVENT && cost >= EVENT_ASIDE_MAX)
			continue;
		/* "The July summit in Baku, he said on Monday" */
		if (t->when == WHEN_EVENT && i + 1 == m->start && tagset_has(&s->v[m->start].tags, TAG_EVENT))
			cost = 0;
		/* What is so now is so whatever the sentence goes on to say of other days. */
		bool leads = (d->kind == DATE_SINCE || modality != CLAIM_ASSERTED) && i < m->start &&
			     cost <= BESIDE + COST_BEFORE; /* "since 2029 it has been", "next year it will be" */
		if (d->kind == DATE_RANGE && is_bracketed(e, s, i) && (t->when == WHEN_BEGIN || t->when == WHEN_END))
			continue;
		if (cost > BESIDE && t->when == WHEN_PRESENT && modality != CLAIM_DENIED && !leads)
			continue;
		if (present && cost > BESIDE && !leads && (t->when == WHEN_PRESENT || current || later))
			continue;
		/* What has happened is not dated by a day or year still to come: that is another's, or a term's. */
		if (past && (t->when == WHEN_BEGIN || t->when == WHEN_END) && is_to_come(e, d))
			continue;
		/* What is to come is not dated by what was, nor a title by a day. */
		if ((ahead && dated &&
		     (edtf_is_set(d->begin) ? edtf_hi(d->begin) : d->hi) < edtf_lo(e->doc->published) &&
		     d->kind != DATE_RANGE) ||
		    (t->when == WHEN_TITLE && date_is_day(d)))
			continue;
		cost += cost_of_grain(d);
		if (cost < best_cost) {
			best_cost = cost;
			best = d;
		}
	}
	return best;
}
