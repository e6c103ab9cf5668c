/* SPDX-License-Identifier: Apache-2.0 */
/* anchor.c: when was it that a change happened of which the text says only that it did?
 *
 * In this order: the date that another sentence states for the other side of the same change (the successor's first
 * day is the predecessor's last); the day that the next sentence says it happened ("it took place on Thursday"); the
 * day of the meeting that the same sentence names, where the text dates that meeting elsewhere; the day of a dateline
 * from the place of such a meeting; the day of the one meeting that the text dates, where it is told of within a day;
 * the month of publication.
 */
#include "core/claim/engine.h"
#include <errno.h>

/* Does the sentence name the city? */
static bool names(const struct engine *e, const struct sentence_view *s, uint16_t city, struct span value)
{
	for (uint32_t r = s->first; r < s->last; r++)
		if (span_eq(raw_value(e, &e->raw[r], city), value))
			return true;
	return false;
}

/* The last day of a meeting that was; not set for other drafts and where no day is known. */
static struct edtf last_day(const struct draft *d)
{
	struct edtf day = edtf_is_set(d->claim.end) ? d->claim.end : d->claim.begin;
	bool met = d->when == WHEN_EVENT && d->claim.modality == CLAIM_ASSERTED && day.grain <= EDTF_GRAIN_MONTH;

	return met ? day : (struct edtf){0};
}

/* The last day of the meeting that the sentence of d speaks of. */
static struct edtf meeting_day(const struct engine *e, const struct draft *d, uint16_t city)
{
	const struct sentence_view *s = &e->sentences[d->sentence];
	struct edtf found = {0};

	if (!tagset_has(&s->tags, TAG_EVENT))
		return found;
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];
		struct edtf day = last_day(o);

		if (!edtf_is_set(day))
			continue;
		if (names(e, s, city, o->claim.value))
			return day;
		if (!edtf_is_set(found))
			found = day;
		else if (!edtf_eq(found, day))
			return (struct edtf){0};
	}
	return found;
}

/* "It happened on Thursday", says the next sentence. */
static struct edtf happened_day(const struct engine *e, const struct draft *d)
{
	const struct sentence_view *s = d->sentence + 1 < e->n_sentences ? &e->sentences[d->sentence + 1] : NULL;

	if (!s || s->field != e->sentences[d->sentence].field || !tagset_has(&s->tags, TAG_HAPPENED))
		return (struct edtf){0};
	for (uint32_t r = s->first; r < s->last; r++)
		if (date_is_day(e->raw[r].date))
			return e->raw[r].date->begin;
	return (struct edtf){0};
}

/* The one meeting that the text dates, where it was on the day of publication or the day before. */
static struct edtf reported_meeting(const struct engine *e)
{
	struct edtf found = {0}, now = e->doc->published;

	for (size_t i = 0; edtf_is_set(now) && i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];
		struct edtf day = last_day(o);

		if (!edtf_is_set(day))
			continue;
		if (edtf_is_set(found) && !edtf_eq(found, day))
			return (struct edtf){0};
		found = day;
	}
	if (edtf_is_set(found) && (edtf_lo(found) > edtf_hi(now) || edtf_lo(found) + 1 < edtf_lo(now)))
		return (struct edtf){0};
	return found;
}

/* An office changes hands at a meeting: the day of publication, where a text on one tells of it. */
static struct edtf day_of_the_news(const struct engine *e)
{
	for (size_t i = 0; tagset_has(&e->seen, TAG_EVENT) && i < e->dates.n; i++) {
		const struct date_expr *d = &e->dates.v[i];

		if (date_is_fresh(e, d) && edtf_lo(d->begin) >= edtf_lo(e->doc->published))
			return d->begin;
	}
	return (struct edtf){0};
}

struct span engine_dateline_city(const struct engine *e)
{
	struct folded f;

	if (!e->doc->dateline_place.n || fold_text(e->doc->dateline_place, e->arena, &f) < 0)
		return SPAN_NONE;
	int form = form_find(e->pack, span_of(f.p, f.n));
	struct token t = {.form = (uint32_t)form};
	return form < 0 ? SPAN_NONE : raw_value(e, &t, e->types.city);
}

/* Is the dateline's place one where a meeting of the text was held? Where the text names no place of a meeting, but
 * speaks of one, it is that where the report comes from. */
static bool from_the_venue(const struct engine *e)
{
	struct span place = edtf_is_set(e->doc->dateline) ? engine_dateline_city(e) : SPAN_NONE;
	bool elsewhere = !tagset_has(&e->seen, TAG_EVENT);

	for (size_t i = 0; place.n && i < e->drafts->n; i++) {
		const struct draft *d = &e->drafts->v[i];

		if (d->when != WHEN_EVENT || span_eq_str(d->claim.value, "?"))
			continue;
		if (span_eq(d->claim.value, place))
			return true;
		elsewhere |= d->claim.modality == CLAIM_ASSERTED;
	}
	return place.n && !elsewhere;
}

/* The date that the text states for what changed in the same moment. */
static struct edtf sibling_day(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->match != d->match || o->when == d->when || !o->reported)
			continue;
		for (size_t k = 0; k < e->drafts->n; k++) {
			const struct draft *x = &e->drafts->v[k];
			struct edtf day = o->when == WHEN_END ? x->claim.end : x->claim.begin;

			/* a year is that of a term, and says less than the month of publication */
			if (x->stated && !x->reported && edtf_is_set(day) && day.grain <= EDTF_GRAIN_MONTH &&
			    same_holding(x, o))
				return day;
		}
	}
	return (struct edtf){0};
}

/* One goes as the other comes: the day that the text states for the other half of a hand-over. */
static struct edtf succession_day(const struct engine *e, const struct draft *d)
{
	struct edtf found = {0};

	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];
		struct edtf day = d->when == WHEN_END ? o->claim.begin : o->claim.end;

		if (!o->stated || o->claim.modality != CLAIM_ASSERTED || !edtf_is_set(day) ||
		    day.grain > EDTF_GRAIN_MONTH || !span_eq(o->claim.slot, d->claim.slot) ||
		    span_eq(o->claim.value, d->claim.value))
			continue;
		if (edtf_is_set(found) && !edtf_eq(found, day))
			return (struct edtf){0};
		found = day;
	}
	return found;
}

/* "Took over the 2024-2025 chairmanship" at a meeting whose day is known: that day, where it lies in the year told. */
static void refine(struct engine *e, struct draft *d, uint16_t city, bool venue)
{
	struct edtf *told = d->when == WHEN_END ? &d->claim.end : &d->claim.begin;
	struct edtf day = meeting_day(e, d, city);

	if (told->grain != EDTF_GRAIN_YEAR || d->claim.modality != CLAIM_ASSERTED)
		return;
	if (!edtf_is_set(day) && venue)
		day = e->doc->dateline;
	if (day.grain == EDTF_GRAIN_DAY && day.year == told->year)
		*told = day;
}

/* Is there a draft of the same begin, told outright with this modality? */
static const struct draft *told_as(const struct engine *e, const struct draft *d, enum claim_modality modality)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (!o->loose && o->when == WHEN_BEGIN && o->claim.modality == modality && same_holding(o, d))
			return o;
	}
	return NULL;
}

/* When the text plans to begin what d begins; not set where it does not say. */
static struct edtf planned_begin(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->when == WHEN_BEGIN && o->claim.modality == CLAIM_PLANNED && edtf_is_set(o->claim.begin) &&
		    same_holding(o, d))
			return o->claim.begin;
	}
	return (struct edtf){0};
}

/* "He follows Smith": a succession told loosely of somebody whom the text only plans to come is the plan. */
static void follow_plans(struct engine *e)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];
		/* "He would begin in January", said of a candidate */
		if (d->loose && d->when == WHEN_BEGIN && d->claim.modality == CLAIM_PLANNED &&
		    !told_as(e, d, CLAIM_ASSERTED) && !told_as(e, d, CLAIM_PLANNED) && told_as(e, d, CLAIM_PROPOSED))
			d->claim.modality = CLAIM_PROPOSED;
		if (!d->loose || !d->reported || d->when != WHEN_BEGIN || told_as(e, d, CLAIM_ASSERTED) ||
		    !told_as(e, d, CLAIM_PLANNED))
			continue;
		struct edtf begin = planned_begin(e, d);
		for (size_t k = 0; k < e->drafts->n; k++) {
			struct draft *o = &e->drafts->v[k];

			if (o->match != d->match || !o->reported)
				continue;
			o->claim.modality = CLAIM_PLANNED;
			*(o->when == WHEN_END ? &o->claim.end : &o->claim.begin) = begin;
			o->reported = false;
		}
	}
}

/* "He is to follow Smith": when, another sentence says of him. */
static void end_pending(struct engine *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];

		for (size_t k = 0; d->pending && k < e->drafts->n; k++) {
			const struct draft *o = &e->drafts->v[k];

			if (o->match != d->match || o->when != WHEN_BEGIN)
				continue;
			d->claim.end = planned_begin(e, o);
			d->stated = true;
			d->pending = !edtf_is_set(d->claim.end);
		}
	}
	for (size_t i = 0; i < e->drafts->n; i++)
		if (!e->drafts->v[i].pending)
			e->drafts->v[n++] = e->drafts->v[i];
	e->drafts->n = n;
}

static void date_it(struct draft *d, struct edtf day)
{
	if (d->when == WHEN_END) {
		d->claim.end = day;
		return;
	}
	d->claim.begin = day;
	if (!d->term)
		return;
	d->claim.end = edtf_add_months(day, d->term);
	d->claim.derived |= CLAIM_DERIVED_END;
}

/* One gives to another: they met. */
static bool has_other_side(const struct engine *e, const struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (o->match == d->match && o->when != d->when && span_eq(o->claim.slot, d->claim.slot) &&
		    !span_eq(o->claim.value, d->claim.value))
			return true;
	}
	return false;
}

/* The change that d reports is the one that o states the dates of. */
static void date_like(struct draft *d, const struct draft *o)
{
	d->claim.begin = o->claim.begin;
	d->claim.end = o->claim.end;
	d->claim.derived = o->claim.derived;
	d->claim.modality = o->claim.modality;
	d->stated = true;
	d->reported = false;
}

/* "Took office, for a term from 2028 to 2030": another rule read the date that its sentence states for it. */
static bool is_dated_beside(const struct engine *e, struct draft *d)
{
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (!o->stated || o->reported || o->sentence != d->sentence || o->when != d->when ||
		    o->match == d->match || !edtf_is_set(d->when == WHEN_END ? o->claim.end : o->claim.begin) ||
		    !same_holding(o, d))
			continue;
		date_like(d, o);
		return true;
	}
	return false;
}

/* "Has been appointed", and elsewhere "takes office on 1 January": an appointment to an office is the begin of what it
 * appoints to, and that the text says outright. */
static bool is_planned_elsewhere(const struct engine *e, struct draft *d)
{
	if (d->when != WHEN_BEGIN || d->claim.modality != CLAIM_ASSERTED || !pack_is_office(e->pack, d->claim.slot))
		return false;
	for (size_t i = 0; i < e->drafts->n; i++) {
		const struct draft *o = &e->drafts->v[i];

		if (!o->stated || o->when != WHEN_BEGIN || o->claim.modality != CLAIM_PLANNED ||
		    !edtf_is_set(o->claim.begin) || !same_holding(o, d))
			continue;
		date_like(d, o);
		d->claim.rule = o->claim.rule;
		return true;
	}
	return false;
}

int engine_anchor(struct engine *e)
{
	uint16_t city = e->types.city;
	bool venue = from_the_venue(e);

	follow_plans(e);
	end_pending(e);
	for (size_t i = 0; i < e->drafts->n; i++) {
		struct draft *d = &e->drafts->v[i];

		if (d->coarse)
			refine(e, d, city, venue);
		if (!d->reported || is_dated_beside(e, d) || is_planned_elsewhere(e, d))
			continue;
		struct edtf day = sibling_day(e, d);
		if (!edtf_is_set(day) && d->claim.modality == CLAIM_ASSERTED)
			day = succession_day(e, d);
		if (!edtf_is_set(day))
			day = happened_day(e, d);
		if (!edtf_is_set(day))
			day = meeting_day(e, d, city);
		if (!edtf_is_set(day) && d->claim.modality == CLAIM_ASSERTED)
			day = engine_told_day(e, &e->sentences[d->sentence], has_other_side(e, d));
		if (!edtf_is_set(day) && !venue)
			day = reported_meeting(e);
		if (!edtf_is_set(day) && !venue && pack_is_single(e->pack, d->claim.slot))
			day = day_of_the_news(e);
		if (!edtf_is_set(day))
			day = venue ? e->doc->dateline : edtf_coarsen(e->doc->published, EDTF_GRAIN_MONTH);
		date_it(d, day);
		if (d->claim.modality == CLAIM_ASSERTED && day.grain == EDTF_GRAIN_DAY && is_ahead(e, edtf_lo(day)))
			d->claim.modality = CLAIM_PLANNED;
	}
	return 0;
}
