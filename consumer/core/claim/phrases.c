/* SPDX-License-Identifier: Apache-2.0 */
/* phrases.c: joins tokens into phrases: "the Shanghai Cooperation Organisation (SCO)", "has been handed", a list of
 * states. Each phrase of the pack goes over the sentence once, from left to right, in the pack's order; its matches
 * become one token each, so that the rules see a sentence of a few words. */
#include "core/claim/engine.h"
#include <errno.h>

/* Tags that all bearers of `tag` in the match have in common. */
static void common_tags(const struct sentence_view *s, const struct match *m, unsigned tag, struct tagset *ret)
{
	bool first = true;

	for (size_t i = m->start; i < m->end; i++) {
		if (!tagset_has(&s->v[i].tags, tag))
			continue;
		for (size_t w = 0; w < ARRAY_SIZE(ret->w); w++)
			ret->w[w] = first ? s->v[i].tags.w[w] : ret->w[w] & s->v[i].tags.w[w];
		first = false;
	}
}

static struct token joined(const struct sentence_view *s, const struct phrase *x, const struct match *m)
{
	const struct token *a = &s->v[m->start], *z = &s->v[m->end - 1];
	struct token t = {.start = a->start, .end = z->end, .form = NO_FORM, .first = a->first, .last = z->last};
	struct tagset kept = {0};

	t.field = a->field;
	if (m->end - m->start == 1) {
		t.form = a->form;
		t.word = a->word;
	}
	t.vfirst = t.first;
	t.vlast = t.last;
	if (x->value != NO_INDEX && m->at[2 * x->value] != NO_INDEX && m->at[2 * x->value + 1] > m->at[2 * x->value]) {
		t.vfirst = s->v[m->at[2 * x->value]].vfirst;
		t.vlast = s->v[m->at[2 * x->value + 1] - 1].vlast;
	}
	if (x->common != NO_INDEX)
		common_tags(s, m, x->common, &kept);
	if (x->keep != NO_INDEX && m->at[2 * x->keep] != NO_INDEX)
		for (size_t i = m->at[2 * x->keep]; i < m->at[2 * x->keep + 1]; i++) {
			tagset_or(&kept, &s->v[i].tags);
			if (s->v[i].date)
				t.date = s->v[i].date;
		}
	for (size_t i = m->start; i < m->end && !t.date; i++)
		t.date = s->v[i].date;
	for (size_t w = 0; w < ARRAY_SIZE(kept.w); w++)
		t.tags.w[w] = (kept.w[w] & ~x->drop.w[w]) | x->tags.w[w];
	/* Whose office it is stays visible; a body of the organisation is not the organisation. */
	for (size_t i = m->start; i < m->end; i++)
		for (unsigned tag = TAG_ORG; tag <= TAG_ORGREF; tag++)
			if (tagset_has(&s->v[i].tags, tag) && !tagset_has(&x->tags, TAG_OTHERORG))
				tagset_add(&t.tags, tag);
	for (size_t i = m->start; i < m->end; i++)
		if (tagset_has(&s->v[i].tags, TAG_CURRENT))
			tagset_add(&t.tags, TAG_CURRENT);
	return t;
}

/* Tokens [from, to) to `out`; how many. */
static size_t move_tokens(struct sentence_view *s, size_t out, size_t from, size_t to)
{
	if (out != from)
		memmove(s->v + out, s->v + from, (to - from) * sizeof(*s->v));
	return to - from;
}

static void phrase_run(struct engine *e, const struct phrase *x, struct sentence_view *s)
{
	uint64_t openings = program_openings(e, &x->program, s);
	size_t out = 0, at = 0; /* tokens before `at` stand before `out` */
	bool any = false;	/* tokens have become fewer */

	for (size_t i = program_next(e, &x->program, s, openings, 0); i < s->n;
	     i = program_next(e, &x->program, s, openings, i)) {
		struct match m;

		if (!program_match(e->pack, &x->program, s, i, &m) || m.end == m.start) {
			i++;
			continue;
		}
		struct token t = joined(s, x, &m);
		bool single = m.end - m.start == 1;
		engine_bend(e, &t);
		if (single && !any)
			sight_change(e, i, &s->v[i], &t);
		sight_tags(e, &t.tags);
		tagset_or(&s->tags, &t.tags);
		out += move_tokens(s, out, at, i);
		s->v[out++] = t;
		/* The machine looks behind: it must see the joined token there. */
		i = at = m.end;
		s->v[i - 1] = t;
		any |= !single;
	}
	if (any) { /* else all stand where they stood */
		s->n = out + move_tokens(s, out, at, s->n);
		sight_tokens(e, s);
	}
}

static void phrases_run(struct engine *e, struct sentence_view *s, size_t from, size_t to)
{
	const struct watch *w = watch_of(e);

	for (size_t i = from; i < to; i++)
		if (program_wanted(e, &w->phrases[i].phrase->program))
			phrase_run(e, w->phrases[i].phrase, s);
}

int engine_phrases(struct engine *e, struct sentence_view *s)
{
	sight_sentence(e, s);
	phrases_run(e, s, 0, watch_of(e)->n_first);
	return 0;
}

bool engine_phrases_again(struct engine *e, struct sentence_view *s)
{
	size_t n = s->n;

	phrases_run(e, s, watch_of(e)->n_first, watch_of(e)->n_phrases);
	return s->n < n;
}
