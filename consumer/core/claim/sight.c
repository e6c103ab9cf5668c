/* SPDX-License-Identifier: Apache-2.0 */
/* sight.c: what the sentence at hand has, so that only programs which may match are tried, and only where they may
 * begin. What is met is never unmet within a sentence, although phrases take tags away: it only spares vain tries. */
#include "core/claim/engine.h"
#include <errno.h>
#include <stdlib.h>

int sight_new(const struct pack *p, struct sight *ret)
{
	size_t marks = MARK_OF_WORD(p->n_words), programs = 0;

	for (size_t l = 0; l < LANGUAGE_MAX_; l++)
		programs = p->index.watch[l].n > programs ? p->index.watch[l].n : programs;
	*ret = (struct sight){.at = calloc(marks, sizeof(uint64_t)),
			      .present = calloc(marks / 64 + 1, sizeof(uint64_t)),
			      .told = calloc(marks / 64 + 1, sizeof(uint64_t)),
			      .meets = calloc(p->n_needs + 1, sizeof(uint64_t)),
			      .known = calloc(p->index.row + 1, sizeof(uint64_t)),
			      .met = calloc(p->index.row + 1, sizeof(uint64_t)),
			      .wanted = calloc(programs / 64 + 1, sizeof(uint64_t))};
	return ret->at && ret->present && ret->told && ret->meets && ret->known && ret->met && ret->wanted ? 0
													   : -ENOMEM;
}

void sight_free(struct sight *x)
{
	free(x->at);
	free(x->present);
	free(x->told);
	free(x->meets);
	free(x->known);
	free(x->met);
	free(x->wanted);
}

static void meet(struct engine *e, const struct watch *w, unsigned mark)
{
	const struct program_index *x = &e->pack->index;
	const uint64_t *needs = x->needs_of + mark * x->row;

	for (size_t i = w->from; i < w->to; i++)
		e->sight->met[i] |= needs[i];
}

void sight_tags(struct engine *e, const struct tagset *tags)
{
	const struct watch *l = watch_of(e);

	for (unsigned i = 0; i < ARRAY_SIZE(tags->w); i++) {
		uint64_t news = tags->w[i] & l->looks.w[i] & ~e->sight->told[i];

		e->sight->told[i] |= news;
		for (uint64_t w = news; w; w &= w - 1)
			meet(e, l, 64 * i + (unsigned)__builtin_ctzll(w));
	}
}

static void sight_word(struct engine *e, unsigned mark)
{
	uint64_t *told = &e->sight->told[mark / 64];

	if (!(*told >> mark % 64 & 1))
		meet(e, watch_of(e), mark);
	*told |= (uint64_t)1 << mark % 64;
}

/* Nothing is seen any more. */
static void forget(struct sight *x, size_t marks)
{
	for (size_t i = 0; i < marks / 64 + 1; i++) {
		for (uint64_t w = x->present[i]; w; w &= w - 1)
			x->at[64 * i + (unsigned)__builtin_ctzll(w)] = 0;
		x->present[i] = 0;
	}
}

/* The token is seen: `bit` in each of its marks that programs look for. */
static void see(struct sight *x, const struct token *t, const struct tagset *looks, size_t tag_words, uint64_t bit)
{
	for (size_t i = 0; i < tag_words; i++) {
		uint64_t tags = t->tags.w[i] & looks->w[i];

		x->present[i] |= tags;
		for (uint64_t w = tags; w; w &= w - 1)
			x->at[64 * i + (unsigned)__builtin_ctzll(w)] |= bit;
	}
	if (t->word) {
		unsigned mark = MARK_OF_WORD(t->word - 1);

		x->at[mark] |= bit;
		x->present[mark / 64] |= (uint64_t)1 << mark % 64;
	}
}

/* What the tokens meet is to be looked up again. */
static void know_nothing(const struct engine *e, const struct watch *w)
{
	memset(e->sight->known + w->from, 0, (w->to - w->from) * sizeof(*e->sight->known));
}

void sight_tokens(struct engine *e, const struct sentence_view *s)
{
	const struct watch *w = watch_of(e);
	size_t tag_words = (e->pack->n_tags + 63) / 64;

	forget(e->sight, MARK_OF_WORD(e->pack->n_words));
	know_nothing(e, w);
	for (size_t k = 0; k < s->n && k < SEEN_TOKENS; k++)
		see(e->sight, &s->v[k], &w->looks, tag_words, (uint64_t)1 << k);
}

void sight_change(struct engine *e, size_t i, const struct token *was, const struct token *now)
{
	const struct watch *l = watch_of(e);
	struct sight *x = e->sight;
	size_t tag_words = (e->pack->n_tags + 63) / 64;

	if (i >= SEEN_TOKENS)
		return;
	for (size_t k = 0; k < tag_words; k++)
		for (uint64_t w = was->tags.w[k]; w; w &= w - 1)
			x->at[64 * k + (unsigned)__builtin_ctzll(w)] &= ~((uint64_t)1 << i);
	if (was->word)
		x->at[MARK_OF_WORD(was->word - 1)] &= ~((uint64_t)1 << i);
	see(x, now, &l->looks, tag_words, (uint64_t)1 << i);
	know_nothing(e, l);
}

void sight_sentence(struct engine *e, const struct sentence_view *s)
{
	const struct watch *w = watch_of(e);

	memset(e->sight->met + w->from, 0, (w->to - w->from) * sizeof(*e->sight->met));
	memset(e->sight->told, 0, (MARK_OF_WORD(e->pack->n_words) / 64 + 1) * sizeof(*e->sight->told));
	sight_tags(e, &s->tags);
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].word)
			sight_word(e, MARK_OF_WORD(s->v[i].word - 1));
	sight_tokens(e, s);
}

static void want_watchers(struct engine *e, const struct watch *w, size_t need)
{
	for (uint32_t i = w->first[need]; i < w->first[need + 1]; i++) {
		uint16_t k = w->watchers[i].program;

		if (need_met(e, w->watchers[i].next) && program_wanted(e, w->v[k].program))
			e->sight->wanted[k / 64] |= (uint64_t)1 << k % 64;
	}
}

void sight_programs(struct engine *e)
{
	const struct watch *w = watch_of(e);

	memset(e->sight->wanted, 0, (w->n / 64 + 1) * sizeof(*e->sight->wanted));
	for (size_t i = 0; e->everything && i < w->n; i++)
		e->sight->wanted[i / 64] |= (uint64_t)1 << i % 64;
	for (size_t i = w->from; i < w->to; i++)
		for (uint64_t met = e->sight->met[i] & w->watched[i]; met; met &= met - 1)
			want_watchers(e, w, 64 * i + (size_t)__builtin_ctzll(met));
	want_watchers(e, w, e->pack->n_needs);
}

static uint64_t tokens_with(const struct engine *e, const struct need *n)
{
	uint64_t found = 0;

	for (uint32_t i = 0; i < n->n; i++)
		found |= e->sight->at[e->pack->marks[n->first + i]];
	return found;
}

static uint64_t tokens_that_meet(struct engine *e, uint16_t need)
{
	struct sight *x = e->sight;

	if (!(x->known[need / 64] >> need % 64 & 1)) {
		x->known[need / 64] |= (uint64_t)1 << need % 64;
		x->meets[need] = tokens_with(e, &e->pack->needs[need]);
	}
	return x->meets[need];
}

/* The tokens that stand min to max before one of these. */
static uint64_t before(uint64_t tokens, unsigned min, unsigned max)
{
	tokens = min < SEEN_TOKENS ? tokens >> min : 0;
	if (!tokens)
		return 0;
	if (max == CHAIN_FAR)
		return UINT64_MAX >> __builtin_clzll(tokens);
	for (unsigned more = max - min, step = 1; more && step < SEEN_TOKENS; step *= 2) {
		unsigned by = step < more ? step : more;

		tokens |= tokens >> by;
		more -= by;
	}
	return tokens;
}

/* Backwards along the chain: where its last token may stand, where the one before that, at last where a match may
 * begin. */
static uint64_t chain_openings(struct engine *e, const struct chain *c, bool all_seen)
{
	const struct chain_link *links = e->pack->links + c->links;
	uint64_t here = UINT64_MAX;

	for (uint32_t i = c->n_links; all_seen && here && i-- > 0;)
		here = before(here & tokens_that_meet(e, links[i].need), links[i].min, links[i].max);
	return here && c->has_opening ? here & tokens_with(e, &c->opening) : here;
}

uint64_t program_openings(struct engine *e, const struct program *g, const struct sentence_view *s)
{
	uint64_t found = e->everything ? UINT64_MAX : 0;

	for (uint32_t i = 0; i < g->n_chains; i++)
		found |= chain_openings(e, &e->pack->chains[g->chains + i], s->n <= SEEN_TOKENS);
	return found;
}

static bool chain_opens(const struct engine *e, const struct chain *c, const struct token *t)
{
	for (uint32_t i = 0; i < c->opening.n; i++) {
		uint16_t mark = e->pack->marks[c->opening.first + i];

		if (mark < TAGS_MAX ? tagset_has(&t->tags, mark) : t->word && mark == MARK_OF_WORD(t->word - 1))
			return true;
	}
	return !c->has_opening;
}

bool program_opens(const struct engine *e, const struct program *g, const struct token *t)
{
	for (uint32_t i = 0; i < g->n_chains; i++)
		if (chain_opens(e, &e->pack->chains[g->chains + i], t))
			return true;
	return false;
}

size_t program_next(const struct engine *e, const struct program *g, const struct sentence_view *s, uint64_t openings,
		    size_t from)
{
	if (from < SEEN_TOKENS) {
		if (openings >> from)
			return from + (size_t)__builtin_ctzll(openings >> from);
		from = SEEN_TOKENS;
	}
	while (from < s->n && !program_opens(e, g, &s->v[from]))
		from++;
	return from;
}
