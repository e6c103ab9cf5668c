/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c: what the text has named so far, for "the country", "the organisation", "he": of what a sentence is about
 * the next one may speak. */
#include "core/claim/engine.h"

#define SUBJECT_TOKENS 3 /* a state among the first words of a sentence is its subject */

/* Ours by name, also inside a body of ours: after "the SCO Business Council", "the organisation" is ours. */
bool token_names_us(const struct engine *e, const struct token *t)
{
	for (uint32_t r = t->first; r < t->last; r++)
		if (tagset_has(&e->raw[r].tags, TAG_ORG))
			return true;
	return false;
}

void engine_foresee(struct engine *e)
{
	bool ours = false;

	for (size_t i = 0; i < e->n_raw; i++) {
		if (tagset_has(&e->raw[i].tags, TAG_OTHERORG) && !tagset_has(&e->raw[i].tags, TAG_HIDDEN))
			return;
		ours |= tagset_has(&e->raw[i].tags, TAG_ORG);
	}
	if (ours)
		e->memory.org = e->memory.topic = e->memory.named = ORG_OURS;
}

void engine_turn(struct engine *e, size_t sentence)
{
	const struct sentence_view *s = &e->sentences[sentence];
	const struct sentence_view *last = sentence ? s - 1 : NULL;

	if (!last || (last->field == s->field && last->paragraph == s->paragraph))
		return;
	if (e->memory.topic == ORG_OURS)
		e->memory.org = e->memory.named = ORG_OURS;
	if (e->memory.theme.n && !e->memory.firm)
		e->memory.state = e->memory.theme;
}

/* The one state of which the headline speaks. */
static void remember_theme(struct engine *e, const struct sentence_view *s, uint16_t type)
{
	struct span theme = e->memory.theme;
	bool many = false;

	for (size_t i = 0; s->field == CLAIM_HEADLINE && i < s->n; i++) {
		struct span v = token_state(e, &s->v[i], type);

		many |= token_is_list(e, &s->v[i], type) || (theme.n && v.n && !span_eq(theme, v));
		theme = v.n ? v : theme;
	}
	e->memory.theme = many ? SPAN_NONE : theme;
}

/* The state that token i names, where "the country" could mean it: not one of several. */
static struct span one_state(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type)
{
	bool none = tagset_has(&s->v[i].tags, TAG_HIDDEN) || token_is_list(e, &s->v[i], type);

	return none ? SPAN_NONE : token_state(e, &s->v[i], type);
}

/* Does the word, by its case, name whom something is about only by the way ("the recognition of Nepal")? */
static bool is_oblique(const struct engine *e, const struct token *t)
{
	bool nom = e->cases[0] >= 0 && tagset_has(&t->tags, (unsigned)e->cases[0]), other = false;

	for (size_t i = 1; i < NAME_CASES; i++)
		other |= e->cases[i] >= 0 && tagset_has(&t->tags, (unsigned)e->cases[i]);
	return other && !nom;
}

/* Where the first subordinate clause of a sentence begins: what it names is not what the sentence is about. */
static size_t main_clause(const struct sentence_view *s)
{
	size_t i = 0;

	while (i < s->n && !tagset_has(&s->v[i].tags, TAG_ASIDE) && !tagset_has(&s->v[i].tags, TAG_RELATIVE))
		i++;
	return i;
}

/* What stands first, or does something, is what the sentence is about; else the last one named in its main clause, else
 * what the text was about; else the last one named at all. */
static void remember_state(struct engine *e, const struct sentence_view *s)
{
	uint16_t type = e->types.state;
	struct span state = SPAN_NONE;
	size_t main = main_clause(s);

	bool firm = false;

	for (size_t i = 0; i < s->n && i < SUBJECT_TOKENS && !state.n; i++) {
		state = one_state(e, s, i, type);
		firm = state.n && !is_oblique(e, &s->v[i]);
	}
	for (size_t i = main; i-- > 0 && !state.n;)
		if (tagset_has(&s->v[i].tags, TAG_SUBJECT))
			state = one_state(e, s, i, type);
	for (size_t i = main; i-- > 0 && !state.n;)
		if (!e->memory.firm || !is_oblique(e, &s->v[i]))
			state = one_state(e, s, i, type);
	if (!state.n && !e->memory.state.n)
		state = engine_last_state(e, s, s->n, type);
	/* Where no state has been named yet, "the country" is that of whose minister the text spoke. */
	for (size_t i = 0; i < s->n && !state.n && !e->memory.state.n; i++)
		if (!tagset_has(&s->v[i].tags, TAG_HIDDEN))
			state = token_any_state(e, &s->v[i], type);
	if (state.n) {
		e->memory.firm = firm || (e->memory.firm && span_eq(state, e->memory.state));
		e->memory.state = state;
	}
	remember_theme(e, s, type);
}

int engine_remember(struct engine *e, const struct sentence_view *s)
{
	int r = engine_remember_persons(e, s);

	if (r < 0)
		return r;
	/* A sentence that names ours is about ours, whatever bodies and partners it names beside it. */
	bool ours = false, other = false, named = false, foreign = false;
	for (size_t i = 0; i < s->n; i++) {
		/* a hidden one is no organisation that the next sentence could mean: a forum, say */
		other |= tagset_has(&s->v[i].tags, TAG_OTHERORG) && !tagset_has(&s->v[i].tags, TAG_HIDDEN);
		ours |= tagset_has(&s->v[i].tags, TAG_ORG) && !tagset_has(&s->v[i].tags, TAG_OTHERORG);
		foreign |= tagset_has(&s->v[i].tags, TAG_OTHERORG) && !tagset_has(&s->v[i].tags, TAG_SUBBODY);
		named |= token_names_us(e, &s->v[i]);
	}
	if (ours || other)
		e->memory.bodies = !foreign;
	if (named || other)
		/* in a text on another one, "the organisation" is not ours for being named beside it */
		e->memory.named = named && !(foreign && e->memory.topic == ORG_OTHER) ? ORG_OURS : ORG_OTHER;
	/* "The organisation", said of ours, names it. */
	ours |= !other && e->memory.named == ORG_OURS && tagset_has(&s->tags, TAG_ORGREF);
	/* Another organisation holds the stage for the next sentence only, unless the text began with it. */
	if (ours || other)
		e->memory.org = ours && !(other && e->memory.topic == ORG_OTHER) ? ORG_OURS : ORG_OTHER;
	else if (e->memory.topic == ORG_OURS && e->memory.org == ORG_OTHER && ++e->memory.aside > 1)
		e->memory.org = ORG_OURS;
	if (ours || other)
		e->memory.aside = 0;
	/* A headline on another organisation does not say what the text is about. */
	if (s->field == CLAIM_BODY && !e->memory.begun && (ours || other)) {
		e->memory.begun = true;
		e->memory.topic = ours ? ORG_OURS : e->memory.topic;
		e->memory.org = ours ? ORG_OURS : e->memory.org;
	}
	if (e->memory.topic == ORG_NONE)
		e->memory.topic = e->memory.org;
	remember_state(e, s);
	tagset_or(&e->seen, &s->tags);
	return 0;
}
