/* SPDX-License-Identifier: Apache-2.0 */
/* names.c: persons: by which name the pack or the text knows them. */
#include "core/claim/engine.h"
#include "core/text/name_ru.h"
#include <errno.h>

/* Is `part` the first or last word of the name? */
static bool is_part(struct span name, struct span part)
{
	if (part.n >= name.n || (!span_starts(name, part) && !span_ends(name, part)))
		return false;
	char beside = span_starts(name, part) ? name.p[part.n] : name.p[name.n - part.n - 1];
	return beside == ' ' || beside == '\n';
}

static struct span person_name(const struct engine *e, const struct token *t)
{
	return engine_span(e, t->field, e->raw[t->vfirst].start, e->raw[t->vlast - 1].end);
}

/* The name as English-language agencies write it, where the language has another script and a rule for it. */
static struct span spelled(const struct engine *e, struct span name)
{
	struct span latin = e->language == 1u << LANGUAGE_RU ? name_ru_latin(name, e->arena) : name;

	return latin.p ? latin : name;
}

/* The canonical name: the pack's, else that of a longer name given before, else by the way it is spelled. */
struct span engine_person_value(const struct engine *e, const struct token *t)
{
	struct span name = person_name(e, t);
	uint16_t person = e->types.person;

	for (uint32_t r = t->vfirst; r < t->vlast; r++)
		if (raw_value(e, &e->raw[r], person).n)
			return raw_value(e, &e->raw[r], person);
	for (size_t i = e->n_persons; i-- > 0;)
		if (span_eq(e->persons[i].name, name) || is_part(e->persons[i].name, name))
			return e->persons[i].value;
	struct span value = spelled(e, name);
	for (size_t i = e->n_persons; i-- > 0;)
		if (is_part(e->persons[i].value, value))
			return e->persons[i].value;
	return value;
}

/* Is the word, in whatever case, part of a name given before? */
static bool is_known_name(const struct engine *e, struct span word)
{
	struct span value = e->n_persons ? spelled(e, word) : SPAN_NONE;

	for (size_t k = 0; k < e->n_persons; k++)
		if (is_part(e->persons[k].name, word) || is_part(e->persons[k].value, value))
			return true;
	return false;
}

void engine_recognise(struct engine *e, struct sentence_view *s)
{
	for (size_t i = 0; e->n_persons && i < s->n; i++) {
		struct token *t = &s->v[i];
		struct span word = engine_span(e, t->field, t->start, t->end);

		if (!tagset_has(&t->tags, TAG_CAP) || t->form != NO_FORM || word.n < 3 || !is_known_name(e, word))
			continue;
		tagset_add(&t->tags, TAG_PERSON);
		tagset_add(&s->tags, TAG_PERSON);
	}
}

void engine_bend(const struct engine *e, struct token *t)
{
	unsigned cases;

	if (e->language != 1u << LANGUAGE_RU || !tagset_has(&t->tags, TAG_PERSON))
		return;
	for (size_t i = 0; i < NAME_CASES; i++)
		if (e->cases[i] >= 0 && tagset_has(&t->tags, (unsigned)e->cases[i]))
			return;
	cases = name_ru_cases(person_name(e, t));
	for (size_t i = 0; i < NAME_CASES; i++)
		if (e->cases[i] >= 0 && cases >> i & 1)
			tagset_add(&t->tags, (unsigned)e->cases[i]);
}

int engine_remember_persons(struct engine *e, const struct sentence_view *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct token *t = &s->v[i];

		if (!tagset_has(&t->tags, TAG_PERSON))
			continue;
		if (arena_grow(e->arena, &e->persons, e->n_persons, &e->cap_persons, sizeof(*e->persons)) < 0)
			return -ENOMEM;
		struct person p = {person_name(e, t), engine_person_value(e, t), tagset_has(&t->tags, TAG_SUBJECT)};
		e->persons[e->n_persons++] = p;
	}
	return 0;
}
