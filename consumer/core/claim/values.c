/* SPDX-License-Identifier: Apache-2.0 */
/* values.c: what a role of a match stands for: the states of a list, a person's name, what "the country" was. */
#include "core/claim/engine.h"
#include <errno.h>

static int value_add(struct engine *e, struct value_list *list, struct span v, uint32_t raw)
{
	size_t cap = list->cap;

	for (size_t i = 0; i < list->n; i++)
		if (span_eq(list->v[i], v))
			return 0;
	if (arena_grow(e->arena, &list->v, list->n, &list->cap, sizeof(*list->v)) < 0 ||
	    arena_grow(e->arena, &list->raw, list->n, &cap, sizeof(*list->raw)) < 0)
		return -ENOMEM;
	list->v[list->n] = v;
	list->raw[list->n++] = raw;
	return 0;
}

static struct span text_of(const struct engine *e, uint8_t field, uint32_t start, uint32_t end)
{
	return span_sub(field == CLAIM_BODY ? e->doc->body : e->doc->headline, start, end);
}

/* The nth value of type that a raw token has ("印巴" has two); SPAN_NONE where it has none. */
static struct span nth_value(const struct engine *e, const struct token *t, uint16_t type, size_t nth)
{
	if (t->form == NO_FORM)
		return SPAN_NONE;
	for (uint32_t k = e->pack->forms[t->form].entries; k; k = e->pack->entries[k - 1].next) {
		const struct entry *x = &e->pack->entries[k - 1];

		if (x->type == type && x->value.n && x->languages & e->language && nth-- == 0)
			return x->value;
	}
	return SPAN_NONE;
}

struct span raw_value(const struct engine *e, const struct token *t, uint16_t type)
{
	return nth_value(e, t, type, 0);
}

static bool is_type(const struct engine *e, uint16_t type, const char *name)
{
	return type != NO_INDEX && span_eq_str(e->pack->types[type], name);
}

/* Words that all have a value in the pack are its values, joined by spaces; else they are as written. */
static int add_words(struct engine *e, const struct token *a, const struct token *z, uint16_t type,
		     struct value_list *ret)
{
	struct span w = span_trim(text_of(e, a->field, e->raw[a->vfirst].start, e->raw[z->vlast - 1].end)),
		    joined = {0};

	for (uint32_t r = a->vfirst; r < z->vlast; r++) {
		struct span v = raw_value(e, &e->raw[r], type);

		if (!v.n) {
			joined = SPAN_NONE;
			break;
		}
		joined = joined.n ? arena_printf(e->arena, "%.*s %.*s", SPAN_FMT(joined), SPAN_FMT(v)) : v;
		if (!joined.p)
			return -ENOMEM;
	}
	if (joined.n)
		w = joined;
	return w.n ? value_add(e, ret, w, a->vfirst) : 0;
}

/* A surname alone means the person whose longer name the text has given. */
static int add_person(struct engine *e, const struct token *t, struct value_list *ret)
{
	struct span name = text_of(e, t->field, e->raw[t->vfirst].start, e->raw[t->vlast - 1].end);

	for (size_t i = 0; t->vlast - t->vfirst == 1 && i < e->n_raw; i++) {
		const struct token *o = &e->raw[i];
		struct span full = raw_value(e, o, type_find(e->pack, "person"));
		struct span text = text_of(e, o->field, o->start, o->end);

		if (full.n && text.n > name.n && (span_ends(text, name) || span_starts(text, name)))
			return value_add(e, ret, full, t->vfirst);
	}
	return value_add(e, ret, name, t->vfirst);
}

int engine_values(struct engine *e, const struct sentence_view *s, size_t from, size_t to, uint16_t type,
		  struct value_list *ret)
{
	size_t before = ret->n;

	if (is_type(e, type, "words") && from < to)
		return add_words(e, &s->v[from], &s->v[to - 1], type, ret);
	for (size_t i = from; i < to; i++) {
		const struct token *t = &s->v[i];
		bool except = false;

		for (uint32_t r = t->vfirst; r < t->vlast; r++) {
			struct span v = raw_value(e, &e->raw[r], type);

			except |= tagset_has(&e->raw[r].tags, TAG_EXCEPT);
			for (size_t k = 0; v.n && !except; v = nth_value(e, &e->raw[r], type, ++k))
				if (value_add(e, ret, v, r) < 0)
					return -ENOMEM;
			v = raw_value(e, &e->raw[r], type);
			unsigned ref = is_type(e, type, "state")    ? TAG_STATEREF
				       : is_type(e, type, "person") ? TAG_PERSONREF
								    : TAG_BUILTIN_MAX_;
			uint32_t last = ref == TAG_STATEREF ? e->memory.state : e->memory.person;
			if (!v.n && ref != TAG_BUILTIN_MAX_ && tagset_has(&e->raw[r].tags, ref)) {
				/* The last one named before it, in this sentence or an earlier one. */
				for (uint32_t k = r; k-- > s->first;)
					if (raw_value(e, &e->raw[k], type).n) {
						last = k + 1;
						break;
					}
				v = last ? raw_value(e, &e->raw[last - 1], type) : SPAN_NONE;
				if (v.n && value_add(e, ret, v, r) < 0)
					return -ENOMEM;
			}
		}
	}
	if (ret->n > before || from >= to)
		return 0;
	if (is_type(e, type, "person") && to - from == 1 && tagset_has(&s->v[from].tags, TAG_PERSON))
		return add_person(e, &s->v[from], ret);
	return 0;
}

int engine_memory_values(struct engine *e, uint16_t role, uint16_t type, struct value_list *ret)
{
	uint32_t last = role == ROLE_STATE ? e->memory.state : e->memory.person;
	struct span v = last ? raw_value(e, &e->raw[last - 1], type) : SPAN_NONE;

	return v.n ? value_add(e, ret, v, last - 1) : 0;
}

void engine_remember(struct engine *e, const struct sentence_view *s)
{
	/* A sentence that names ours is about ours, whatever bodies and partners it names beside it. */
	if (tagset_has(&s->tags, TAG_ORG))
		e->memory.org = ORG_OURS;
	else if (tagset_has(&s->tags, TAG_OTHERORG))
		e->memory.org = ORG_OTHER;
	for (uint32_t r = s->first; r < s->last; r++) {
		const struct token *t = &e->raw[r];

		if (t->form == NO_FORM)
			continue;
		for (uint32_t k = e->pack->forms[t->form].entries; k; k = e->pack->entries[k - 1].next) {
			const struct entry *x = &e->pack->entries[k - 1];

			if (!x->value.n || !(x->languages & e->language))
				continue;
			if (is_type(e, x->type, "state") && tagset_has(&x->tags, TAG_STATEREF) == 0)
				e->memory.state = r + 1;
			else if (is_type(e, x->type, "person"))
				e->memory.person = r + 1;
		}
	}
}
