/* SPDX-License-Identifier: Apache-2.0 */
/* tags.c: the names of a pack and their numbers: tags, value types, forms. */
#include "core/pack/model.h"
#include <errno.h>
#include <xxhash.h>

/* clang-format off: one a line, whatever their number */
static const char *const builtin[TAG_BUILTIN_MAX_] = {
	[TAG_WORD] = "word",
	[TAG_CAP] = "cap",
	[TAG_UPPER] = "upper",
	[TAG_NUM] = "num",
	[TAG_HAN] = "han",
	[TAG_PUNCT] = "punct",
	[TAG_PARTLIKE] = "partlike",
	[TAG_FIRST] = "first",
	[TAG_GLUED] = "glued",
	[TAG_PASTLIKE] = "pastlike",
	[TAG_DATE] = "date",
	[TAG_POINT] = "date.point",
	[TAG_RANGE] = "date.range",
	[TAG_SINCE] = "date.since",
	[TAG_UNTIL] = "date.until",
	[TAG_DURATION] = "duration",
	[TAG_DAY] = "date.day",
	[TAG_MONTH] = "date.month",
	[TAG_YEAR] = "date.year",
	[TAG_ORG] = "org",
	[TAG_OTHERORG] = "otherorg",
	[TAG_ORGREF] = "orgref",
	[TAG_MEANT] = "meant",
	[TAG_SUBBODY] = "subbody",
	[TAG_STATEREF] = "stateref",
	[TAG_PERSONREF] = "personref",
	[TAG_PERSON] = "person",
	[TAG_PAST] = "past",
	[TAG_PLANNED] = "planned",
	[TAG_PROPOSED] = "proposed",
	[TAG_DENIED] = "denied",
	[TAG_BREAK] = "break",
	[TAG_EXCEPT] = "except",
	[TAG_CARRY] = "carry",
	[TAG_ASIDE] = "aside",
	[TAG_RELATIVE] = "relative",
	[TAG_SPEECH] = "speech",
	[TAG_OFPERSON] = "ofperson",
	[TAG_AUXILIARY] = "auxiliary",
	[TAG_CLOSES] = "closes",
	[TAG_CURRENT] = "current",
	[TAG_EVENT] = "event",
	[TAG_AND] = "and",
	[TAG_ABOUT] = "about",
	[TAG_CUE] = "cue",
	[TAG_CONDITION] = "condition",
	[TAG_HERE] = "here",
	[TAG_DECIDED] = "decided",
	[TAG_STATESREF] = "statesref",
	[TAG_HAPPENED] = "happened",
	[TAG_STATE] = "state",
	[TAG_HIDDEN] = "hidden",
	[TAG_SUBJECT] = "subject",
	[TAG_ELIDED] = "elided",
	[TAG_STATUSREF] = "statusref",
	[TAG_HOME] = "home",
	[TAG_APART] = "apart",
};
/* clang-format on */

const char *builtin_tag_name(enum builtin_tag t)
{
	return (unsigned)t < TAG_BUILTIN_MAX_ ? builtin[t] : "unknown";
}

static int name_find(const struct span *names, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(names[i], name))
			return (int)i;
	return -ENOENT;
}

static int name_add(struct pack *p, struct span **names, size_t *n, size_t *cap, struct span name, size_t max)
{
	if (*n >= max)
		return -E2BIG;
	struct span copy = arena_copy(&p->arena, name);
	if (!copy.p || arena_grow(&p->arena, names, *n, cap, sizeof(**names)) < 0)
		return -ENOMEM;
	(*names)[*n] = copy;
	return (int)(*n)++;
}

int tag_find(const struct pack *p, struct span name)
{
	return name_find(p->tags, p->n_tags, name);
}

int tag_intern(struct pack *p, struct span name)
{
	while (p->n_tags < TAG_BUILTIN_MAX_) {
		int rc = name_add(p, &p->tags, &p->n_tags, &p->cap_tags, span_str(builtin[p->n_tags]), TAGS_MAX);

		if (rc < 0)
			return rc;
	}
	int i = tag_find(p, name);
	return i >= 0 ? i : name_add(p, &p->tags, &p->n_tags, &p->cap_tags, name, TAGS_MAX);
}

uint16_t type_find(const struct pack *p, const char *name)
{
	int i = name_find(p->types, p->n_types, span_str(name));

	return i < 0 ? NO_INDEX : (uint16_t)i;
}

int type_intern(struct pack *p, struct span name)
{
	int i = name_find(p->types, p->n_types, name);

	return i >= 0 ? i : name_add(p, &p->types, &p->n_types, &p->cap_types, name, NO_INDEX);
}

static uint32_t *bucket_of(const struct pack *p, struct span text)
{
	size_t i = XXH3_64bits(text.p, text.n) & (p->n_buckets - 1);

	while (p->buckets[i] && !span_eq(p->forms[p->buckets[i] - 1].text, text))
		i = (i + 1) & (p->n_buckets - 1);
	return &p->buckets[i];
}

static int buckets_grow(struct pack *p)
{
	size_t n = p->n_buckets ? p->n_buckets * 2 : 4096;

	p->buckets = arena_array(&p->arena, n, sizeof(*p->buckets));
	if (!p->buckets)
		return -ENOMEM;
	p->n_buckets = n;
	for (size_t i = 0; i < p->n_forms; i++)
		*bucket_of(p, p->forms[i].text) = (uint32_t)i + 1;
	return 0;
}

int form_find(const struct pack *p, struct span folded)
{
	return p->n_buckets ? (int)*bucket_of(p, folded) - 1 : -ENOENT;
}

int form_intern(struct pack *p, struct span folded)
{
	if (p->n_forms * 2 >= p->n_buckets && buckets_grow(p) < 0)
		return -ENOMEM;
	uint32_t *b = bucket_of(p, folded);
	if (*b)
		return (int)*b - 1;
	struct span copy = arena_copy(&p->arena, folded);
	if (!copy.p || arena_grow(&p->arena, &p->forms, p->n_forms, &p->cap_forms, sizeof(*p->forms)) < 0)
		return -ENOMEM;
	p->forms[p->n_forms] = (struct form){.text = copy};
	*b = (uint32_t)++p->n_forms;
	return (int)p->n_forms - 1;
}

int languages_of(const struct ynode *file, uint8_t *ret, struct error *reterr)
{
	const struct ynode *l = ynode_get(file, "language");
	uint8_t mask = 0;

	for (size_t i = 0; i < ynode_count(l); i++) {
		enum language x = language_from_tag(ynode_item(l, i)->text);

		if (x == LANGUAGE_UNKNOWN)
			return ynode_error(ynode_item(l, i), reterr, "language: en, ru or zh");
		mask |= (uint8_t)(1u << x);
	}
	*ret = mask ? mask : UINT8_MAX; /* a file without a language is for all */
	return 0;
}
