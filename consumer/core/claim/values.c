/* SPDX-License-Identifier: Apache-2.0 */
/* values.c: what a role of a match stands for: the states of a list, a person's name, what "the country" was. */
#include "core/claim/engine.h"
#include <errno.h>

#define STATES_REACH 120  /* tokens from "the two countries" back to their names */
#define SUBJECT_PERSONS 3 /* "he" is the subject among so many persons named last */

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

/* A pack without the type has no index for it. */
static bool is_type(uint16_t type, uint16_t known)
{
	return type != NO_INDEX && type == known;
}

/* Words that all have a value in the pack are its values, joined by spaces; else they are as written. */
static int add_words(struct engine *e, const struct token *a, const struct token *z, uint16_t type,
		     struct value_list *ret)
{
	struct span w = span_trim(engine_span(e, a->field, e->raw[a->vfirst].start, e->raw[z->vlast - 1].end)),
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

struct span token_state(const struct engine *e, const struct token *t, uint16_t type)
{
	struct span found = SPAN_NONE;

	bool beside = tagset_has(&t->tags, TAG_PERSON); /* "President Thapa of Nepal" */
	for (uint32_t r = beside ? t->first : t->vfirst; r < (beside ? t->last : t->vlast); r++)
		if ((tagset_has(&e->raw[r].tags, TAG_STATE) || tagset_has(&t->tags, TAG_STATE) ||
		     tagset_has(&t->tags, TAG_MEANT)) &&
		    raw_value(e, &e->raw[r], type).n)
			found = raw_value(e, &e->raw[r], type);
	return found;
}

struct span token_any_state(const struct engine *e, const struct token *t, uint16_t type)
{
	struct span found = SPAN_NONE;

	for (uint32_t r = t->first; r < t->last && !found.n; r++)
		if (!tagset_has(&e->raw[r].tags, TAG_ORG) && !tagset_has(&e->raw[r].tags, TAG_OTHERORG))
			found = raw_value(e, &e->raw[r], type);
	return found;
}

/* "Tehran, which ...": the state of what stands before the comma, whatever word says it. */
static struct span state_before_relative(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type)
{
	bool relative = i >= 2 && tagset_has(&s->v[i].tags, TAG_RELATIVE) && !tagset_has(&s->v[i - 2].tags, TAG_HIDDEN);

	return relative ? token_any_state(e, &s->v[i - 2], type) : SPAN_NONE;
}

/* The state named last before working token i: in its sentence, else in the ones before. */
struct span engine_last_state(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type)
{
	while (i-- > 0) {
		struct span v = tagset_has(&s->v[i].tags, TAG_HIDDEN) ? SPAN_NONE : token_state(e, &s->v[i], type);

		if (v.n)
			return v;
	}
	return e->memory.state;
}

/* "Whose country": the state told with the person named last in the sentence, else the state named last. */
static struct span state_of_last_person(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type)
{
	for (size_t k = i; k-- > 0;) {
		struct span v = tagset_has(&s->v[k].tags, TAG_PERSON) ? token_any_state(e, &s->v[k], type) : SPAN_NONE;

		if (v.n)
			return v;
	}
	return engine_last_state(e, s, i, type);
}

/* Is the token a list of states? */
bool token_is_list(const struct engine *e, const struct token *t, uint16_t type)
{
	size_t n = 0;

	for (uint32_t r = t->vfirst; r < t->vlast; r++)
		n += tagset_has(&e->raw[r].tags, TAG_STATE) && raw_value(e, &e->raw[r], type).n;
	return n > 1 && !tagset_has(&t->tags, TAG_HIDDEN);
}

/* The states of a list: what "which" right after it means. */
static int add_list(struct engine *e, const struct token *t, uint16_t type, uint32_t raw, struct value_list *ret)
{
	int rc = 0;

	for (uint32_t r = t->vfirst; rc == 0 && r < t->vlast; r++)
		if (tagset_has(&e->raw[r].tags, TAG_STATE) && raw_value(e, &e->raw[r], type).n)
			rc = value_add(e, ret, raw_value(e, &e->raw[r], type), raw);
	return rc;
}

/* The person named last before working token i. */
static struct span last_person(const struct engine *e, const struct sentence_view *s, size_t i)
{
	while (i-- > 0)
		if (tagset_has(&s->v[i].tags, TAG_PERSON) && !tagset_has(&s->v[i].tags, TAG_HIDDEN))
			return engine_person_value(e, &s->v[i]);
	for (size_t k = e->n_persons, near = 0; k-- > 0 && near++ < SUBJECT_PERSONS;)
		if (e->persons[k].subject)
			return e->persons[k].value;
	return e->n_persons ? e->persons[e->n_persons - 1].value : SPAN_NONE;
}

/* The number of a form: 2 for 两国. 0 where it has none. */
static int how_many(const struct engine *e, const struct token *t)
{
	int n = 0;
	struct span v = raw_value(e, t, e->types.number);

	for (size_t i = 0; i < v.n && i < 2; i++)
		n = 10 * n + (v.p[i] - '0');
	return n;
}

/* The states of the list named last before working token i of s, of `many` states (0: of any number). */
static int add_last_list(struct engine *e, const struct sentence_view *s, size_t i, uint16_t type, int many,
			 struct value_list *ret)
{
	uint32_t before = s->v[i].first, far = before > STATES_REACH ? before - STATES_REACH : 0;

	for (const struct sentence_view *o = s; o >= e->sentences && o->last > far; o--)
		for (size_t k = o == s ? i : o->n; k-- > 0;) {
			struct value_list found = {0};

			if (!token_is_list(e, &o->v[k], type))
				continue;
			if (add_list(e, &o->v[k], type, before, &found) < 0)
				return -ENOMEM;
			if (many && found.n != (size_t)many)
				continue;
			return add_list(e, &o->v[k], type, before, ret);
		}
	return 0;
}

/* The last `many` states that the text names before a raw token, nothing where it names fewer near by. */
static int add_last_states(struct engine *e, const struct sentence_view *s, size_t at, uint16_t type, int many,
			   struct value_list *ret)
{
	struct value_list found = {0};
	uint32_t before = s->v[at].first, far = before > STATES_REACH ? before - STATES_REACH : 0;
	size_t had = ret->n;

	if (add_last_list(e, s, at, type, many, ret) < 0)
		return -ENOMEM;
	if (ret->n > had || !many)
		return 0;

	for (uint32_t r = before; r-- > far && found.n < (size_t)many;) {
		const struct token *t = &e->raw[r];
		struct span v = tagset_has(&t->tags, TAG_STATE) ? raw_value(e, t, type) : SPAN_NONE;

		for (size_t k = 1; v.n && found.n < (size_t)many; v = nth_value(e, t, type, k++))
			if (value_add(e, &found, v, before) < 0)
				return -ENOMEM;
	}
	for (size_t i = found.n; found.n == (size_t)many && i-- > 0;)
		if (value_add(e, ret, found.v[i], before) < 0)
			return -ENOMEM;
	return 0;
}

size_t engine_subject(const struct sentence_view *s, size_t i)
{
	while (i-- > 0)
		if (tagset_has(&s->v[i].tags, TAG_SUBJECT) && !tagset_has(&s->v[i].tags, TAG_ELIDED))
			return i;
	return SIZE_MAX;
}

/* "The organisation has ten members, and it ...": its subject is no state. */
static bool speaks_of_an_organisation(const struct sentence_view *s, size_t i)
{
	size_t subject = tagset_has(&s->v[i].tags, TAG_RELATIVE) ? SIZE_MAX : engine_subject(s, i);

	return subject != SIZE_MAX &&
	       (tagset_has(&s->v[subject].tags, TAG_ORG) || tagset_has(&s->v[subject].tags, TAG_ORGREF));
}

/* The value of a type that the text named last before working token i, a few sentences back at most; none where it is
 * one of another organisation ("a NATO member"). */
static struct span last_value(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type)
{
	uint32_t before = i < s->n ? s->v[i].first : s->last, far = before > STATES_REACH ? before - STATES_REACH : 0;

	for (const struct sentence_view *o = s; o >= e->sentences && o->last > far; o--)
		for (size_t k = o == s ? i : o->n; k-- > 0;)
			for (uint32_t r = o->v[k].first; r < o->v[k].last; r++) {
				struct span v = raw_value(e, &e->raw[r], type);

				if (v.n)
					return tagset_has(&o->v[k].tags, TAG_OTHERORG) ? SPAN_NONE : v;
			}
	return SPAN_NONE;
}

/* "We": the state that the text named first; where the sentence has a person of whose state it knows, his. */
static struct span home_state(const struct engine *e, const struct sentence_view *s, uint16_t type)
{
	for (size_t i = 0; i < s->n; i++)
		if (tagset_has(&s->v[i].tags, TAG_PERSON) && token_any_state(e, &s->v[i], type).n)
			return token_any_state(e, &s->v[i], type);
	for (uint32_t r = 0; r < e->n_raw; r++)
		if (!tagset_has(&e->raw[r].tags, TAG_ORG) && !tagset_has(&e->raw[r].tags, TAG_OTHERORG) &&
		    raw_value(e, &e->raw[r], type).n)
			return raw_value(e, &e->raw[r], type);
	return SPAN_NONE;
}

/* "Both neighbours", "the island state", "that status", "the new director": a phrase without a value of its own means
 * what was named last. */
static int phrase_values(struct engine *e, const struct sentence_view *s, size_t start, size_t i, uint16_t type,
			 struct value_list *ret)
{
	const struct token *t = &s->v[i];
	struct span v = SPAN_NONE;

	if (is_type(type, e->types.state) && tagset_has(&t->tags, TAG_STATESREF)) {
		int many = 0;

		for (uint32_t r = t->first; r < t->last && !many; r++)
			many = how_many(e, &e->raw[r]);
		return add_last_states(e, s, i, type, many, ret);
	}
	if (is_type(type, e->types.state) && tagset_has(&t->tags, TAG_STATEREF))
		v = engine_last_state(e, s, i, type);
	else if (is_type(type, e->types.status) && tagset_has(&t->tags, TAG_STATUSREF))
		v = last_value(e, s, i, type);
	else if (is_type(type, e->types.person) && tagset_has(&t->tags, TAG_PERSONREF))
		v = last_person(e, s, start < i ? start : i);
	return v.n ? value_add(e, ret, v, t->first) : 0;
}

/* The state that a word means which names none: "our", "his country", "which", "the country". */
static struct span state_meant(const struct engine *e, const struct sentence_view *s, size_t i, uint16_t type,
			       const struct tagset *tags)
{
	if (tagset_has(tags, TAG_HOME))
		return home_state(e, s, type);
	if (tagset_has(tags, TAG_OFPERSON))
		return state_of_last_person(e, s, i, type);
	if (!tagset_has(tags, TAG_STATEREF) || speaks_of_an_organisation(s, i))
		return SPAN_NONE;
	struct span v = state_before_relative(e, s, i, type);
	return v.n ? v : engine_last_state(e, s, i, type);
}

/* What raw token r of working token i names, or means. */
static int word_values(struct engine *e, const struct sentence_view *s, size_t start, size_t i, uint32_t r,
		       uint16_t type, bool except, struct value_list *ret)
{
	const struct tagset *tags = &e->raw[r].tags;
	bool state = is_type(type, e->types.state);
	struct span v = raw_value(e, &e->raw[r], type);
	bool none = !v.n;

	for (size_t k = 0; v.n && !except; v = nth_value(e, &e->raw[r], type, ++k))
		if (value_add(e, ret, v, r) < 0)
			return -ENOMEM;
	if (state && tagset_has(tags, TAG_STATESREF))
		return add_last_states(e, s, i, type, how_many(e, &e->raw[r]), ret);
	if (!none)
		return 0;
	bool named = tagset_has(tags, TAG_HOME) || tagset_has(tags, TAG_OFPERSON);
	if (state && !named && tagset_has(tags, TAG_RELATIVE) && i > 1 && token_is_list(e, &s->v[i - 2], type))
		return add_list(e, &s->v[i - 2], type, r, ret);
	if (state)
		v = state_meant(e, s, i, type, tags);
	else if (is_type(type, e->types.person) && tagset_has(tags, TAG_PERSONREF))
		v = last_person(e, s, start < i ? start : i);
	return v.n ? value_add(e, ret, v, r) : 0;
}

/* "Here": the city of the dateline, or without one the city named last. */
static int here_values(struct engine *e, const struct token *t, uint16_t type, struct value_list *ret)
{
	struct span here = engine_dateline_city(e);

	for (uint32_t r = t->first; r-- > 0 && !here.n;)
		here = raw_value(e, &e->raw[r], type);
	return here.n ? value_add(e, ret, here, t->vfirst) : 0;
}

/* The values of working token i of a match that begins at `start`: "his" is nobody whom the match names too. */
static int token_values(struct engine *e, const struct sentence_view *s, size_t start, size_t i, uint16_t type,
			struct value_list *ret)
{
	const struct token *t = &s->v[i];
	bool except = false;
	int rc = 0;

	if (tagset_has(&t->tags, TAG_ELIDED)) {
		size_t subject = engine_subject(s, i);

		return subject == SIZE_MAX ? 0 : token_values(e, s, subject, subject, type, ret);
	}
	if (is_type(type, e->types.city) && tagset_has(&t->tags, TAG_HERE))
		return here_values(e, t, type, ret);
	if (is_type(type, e->types.person) && tagset_has(&t->tags, TAG_PERSON))
		return value_add(e, ret, engine_person_value(e, t), t->vfirst);
	/* The state of a person stands beside his name: "Nepal's Rama Thapa". */
	bool beside = is_type(type, e->types.state) && tagset_has(&t->tags, TAG_PERSON);
	uint32_t from = beside ? t->first : t->vfirst, to = beside ? t->last : t->vlast;
	for (uint32_t r = from; rc == 0 && r < to; r++) {
		except |= tagset_has(&e->raw[r].tags, TAG_EXCEPT);
		rc = word_values(e, s, start, i, r, type, except, ret);
	}
	return rc == 0 && !ret->n ? phrase_values(e, s, start, i, type, ret) : rc;
}

int engine_values(struct engine *e, const struct sentence_view *s, size_t start, size_t from, size_t to, uint16_t type,
		  struct value_list *ret)
{
	int rc = 0;

	if (is_type(type, e->types.words) && from < to)
		return add_words(e, &s->v[from], &s->v[to - 1], type, ret);
	for (size_t i = from; rc == 0 && i < to; i++)
		rc = token_values(e, s, start, i, type, ret);
	return rc;
}

int engine_memory_values(struct engine *e, const struct sentence_view *s, size_t before, uint16_t role, uint16_t type,
			 struct value_list *ret)
{
	struct span v = role == ROLE_STATE    ? engine_last_state(e, s, before, type)
			: role == ROLE_PERSON ? last_person(e, s, before)
					      : last_value(e, s, before, type);

	return v.n ? value_add(e, ret, v, UINT32_MAX) : 0;
}
