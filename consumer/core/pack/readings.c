/* SPDX-License-Identifier: Apache-2.0 */
/* readings.c: what a form is wherever it stands, so that a text is read without going over the readings of each of its
 * words: most have one, and one set of tags serves all forms of a group. */
#include "core/pack/build.h"
#include <errno.h>

#define BUCKETS ((size_t)1 << 14) /* more than a pack has sets of tags; it only spares time */

struct pool {
	struct pack *p;
	uint32_t *buckets; /* open hashing: index + 1; NULL entries in a row end a search */
	size_t n_buckets;
};

static size_t hash_of(const struct tagset *s)
{
	uint64_t h = 0;

	for (size_t i = 0; i < ARRAY_SIZE(s->w); i++)
		h = (h ^ s->w[i]) * UINT64_C(0x9E3779B97F4A7C15) ^ h >> 29;
	return (size_t)(h >> 32);
}

static int grow(struct pool *pool)
{
	struct pack *p = pool->p;

	pool->n_buckets = pool->n_buckets ? pool->n_buckets * 2 : BUCKETS;
	pool->buckets = arena_array(&p->arena, pool->n_buckets, sizeof(*pool->buckets));
	if (!pool->buckets)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_tagsets; i++) {
		size_t k = hash_of(&p->tagsets[i]) & (pool->n_buckets - 1);

		while (pool->buckets[k])
			k = (k + 1) & (pool->n_buckets - 1);
		pool->buckets[k] = (uint32_t)i + 1;
	}
	return 0;
}

static int intern(struct pool *pool, const struct tagset *s, uint32_t *ret)
{
	struct pack *p = pool->p;

	if (p->n_tagsets * 2 >= pool->n_buckets && grow(pool) < 0)
		return -ENOMEM;
	size_t k = hash_of(s) & (pool->n_buckets - 1);
	for (; pool->buckets[k]; k = (k + 1) & (pool->n_buckets - 1))
		if (!memcmp(&p->tagsets[pool->buckets[k] - 1], s, sizeof(*s))) {
			*ret = pool->buckets[k] - 1;
			return 0;
		}
	if (arena_grow(&p->arena, &p->tagsets, p->n_tagsets, &p->cap_tagsets, sizeof(*p->tagsets)) < 0)
		return -ENOMEM;
	p->tagsets[p->n_tagsets] = *s;
	*ret = (uint32_t)p->n_tagsets++;
	pool->buckets[k] = *ret + 1;
	return 0;
}

/* The tags of all readings in the language. */
static struct tagset tags_in(const struct pack *p, const struct form *f, unsigned language)
{
	struct tagset all = {0};

	for (uint32_t k = f->entries; k; k = p->entries[k - 1].next)
		if (p->entries[k - 1].languages >> language & 1)
			tagset_or(&all, &p->entries[k - 1].tags);
	return all;
}

static int read_form(struct pool *pool, struct form *f)
{
	const struct pack *p = pool->p;
	bool any = false;

	f->fits = f->word_languages;
	for (uint32_t k = f->entries; k; k = p->entries[k - 1].next) {
		const struct entry *x = &p->entries[k - 1];

		*(x->cap || x->upper ? &f->asks : &f->fits) |= x->languages;
	}
	for (unsigned l = 0; l < LANGUAGE_MAX_; l++) {
		struct tagset tags = tags_in(p, f, l);

		if (!((f->fits & ~f->asks) >> l & 1))
			continue;
		if (!any && intern(pool, &tags, &f->tags) < 0)
			return -ENOMEM;
		any = true;
		if (!memcmp(&p->tagsets[f->tags], &tags, sizeof(tags)))
			f->told |= (uint8_t)(1u << l);
	}
	return 0;
}

int build_readings(struct build *b)
{
	struct pool pool = {.p = b->pack};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->pack->n_forms; i++)
		rc = read_form(&pool, &b->pack->forms[i]);
	return rc < 0 ? error_set(b->err, ERROR_ACTION_STOP, rc, "pack: out of memory") : 0;
}
