/* SPDX-License-Identifier: Apache-2.0 */
/* index.c: from what a sentence has to the programs that are worth a try in it, so that nobody asks each of them. */
#include "core/pack/build.h"
#include <errno.h>

static int index_needs(struct pack *p)
{
	struct program_index *x = &p->index;

	x->row = (p->n_needs + 63) / 64;
	x->needs_of = arena_array(&p->arena, MARK_OF_WORD(p->n_words) * x->row, sizeof(*x->needs_of));
	if (!x->needs_of)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_needs; i++)
		for (uint32_t k = 0; k < p->needs[i].n; k++)
			x->needs_of[p->marks[p->needs[i].first + k] * x->row + i / 64] |= (uint64_t)1 << i % 64;
	return 0;
}

/* The ith rarest need of a program; NO_INDEX where it has no more. */
static uint16_t want_of(const struct pack *p, const struct program *g, uint32_t i)
{
	return i < g->n_wants ? p->wants[g->wants + i] : NO_INDEX;
}

static int list_programs(struct pack *p, enum language l, struct watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_rules; i++)
		n += p->rules[i].languages >> l & 1 ? p->rules[i].n_programs : 0;
	w->v = arena_array(&p->arena, n, sizeof(*w->v));
	if (!w->v || n >= NO_INDEX)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_rules; i++)
		for (size_t k = 0; p->rules[i].languages >> l & 1 && k < p->rules[i].n_programs; k++) {
			w->v[w->n].rule = &p->rules[i];
			w->v[w->n++].program = &p->rules[i].programs[k];
		}
	return 0;
}

static int list_watchers(struct pack *p, struct watch *w)
{
	size_t k = 0;

	w->first = arena_array(&p->arena, p->n_needs + 2, sizeof(*w->first));
	w->watchers = arena_array(&p->arena, w->n, sizeof(*w->watchers));
	if (!w->first || !w->watchers)
		return -ENOMEM;
	for (size_t need = 0; need <= p->n_needs; need++) {
		uint16_t rarest = need < p->n_needs ? (uint16_t)need : NO_INDEX;

		w->first[need] = (uint32_t)k;
		for (size_t i = 0; i < w->n; i++)
			if (want_of(p, w->v[i].program, 0) == rarest)
				w->watchers[k++] = (struct watcher){(uint16_t)i, want_of(p, w->v[i].program, 1)};
	}
	w->first[p->n_needs + 1] = (uint32_t)k;
	return 0;
}

/* What sets of the language are about: its needs, and the tags of these and of where its programs begin. */
static void note_program(const struct pack *p, const struct program *g, struct watch *w)
{
	for (uint32_t i = 0; i < g->n_chains; i++) {
		const struct need *n = &p->chains[g->chains + i].opening;

		for (uint32_t k = 0; p->chains[g->chains + i].has_opening && k < n->n; k++)
			if (p->marks[n->first + k] < TAGS_MAX)
				tagset_add(&w->looks, p->marks[n->first + k]);
	}
}

static int note_needs(struct pack *p, enum language l, struct watch *w)
{
	w->watched = arena_array(&p->arena, p->index.row + 1, sizeof(*w->watched));
	if (!w->watched)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_needs; i++) {
		const struct need *n = &p->needs[i];

		if (!(n->languages >> l & 1))
			continue;
		w->from = w->to ? w->from : i / 64;
		w->to = i / 64 + 1;
		if (w->first[i] < w->first[i + 1])
			w->watched[i / 64] |= (uint64_t)1 << i % 64;
		for (uint32_t k = 0; k < n->n; k++)
			if (p->marks[n->first + k] < TAGS_MAX)
				tagset_add(&w->looks, p->marks[n->first + k]);
	}
	for (size_t i = 0; i < w->n; i++)
		note_program(p, w->v[i].program, w);
	for (size_t i = 0; i < w->n_phrases; i++)
		note_program(p, &w->phrases[i].phrase->program, w);
	return 0;
}

static int list_phrases(struct pack *p, enum language l, struct watch *w)
{
	w->phrases = arena_array(&p->arena, p->n_phrases, sizeof(*w->phrases));
	if (!w->phrases)
		return -ENOMEM;
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < p->n_phrases; i++)
			if (p->phrases[i].languages >> l & 1 && p->phrases[i].again == again)
				w->phrases[w->n_phrases++] =
					(struct phrase_watch){want_of(p, &p->phrases[i].program, 0), &p->phrases[i]};
		w->n_first = again ? w->n_first : w->n_phrases;
	}
	return 0;
}

static int index_language(struct pack *p, enum language l, struct watch *w)
{
	int rc = list_programs(p, l, w);

	if (rc == 0)
		rc = list_watchers(p, w);
	if (rc == 0)
		rc = list_phrases(p, l, w);
	return rc == 0 ? note_needs(p, l, w) : rc;
}

int build_index(struct build *b)
{
	int rc = index_needs(b->pack);

	for (int l = 0; rc == 0 && l < LANGUAGE_MAX_; l++)
		rc = index_language(b->pack, (enum language)l, &b->pack->index.watch[l]);
	return rc < 0 ? error_set(b->err, ERROR_ACTION_STOP, rc, "pack: out of memory") : 0;
}
