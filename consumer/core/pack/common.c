/* SPDX-License-Identifier: Apache-2.0 */
/* common.c: which marks are common and which are rare, so that needs.c chooses well what to look for.
 *
 * Short words are common ones (Zipf): a tag is as common as the words together that carry it, and as what a phrase must
 * have that sets it. Only speed depends on it.
 */
#include "core/pack/build.h"
#include "core/text/chars.h"
#include <errno.h>

#define COMMON_SHAPE (UINT64_C(1) << 40) /* capitals and the like: most tokens have one */
#define COMMON_DATE 100000
#define LETTERS_MAX 10	/* longer words are as rare */
#define FUNCTION_WORD 8 /* words that patterns spell out are those of which sentences are made */
#define COMMON_MAX (UINT32_MAX / 2)

static uint32_t common_text(struct span folded)
{
	size_t letters = 0;

	for (size_t i = 0, len; i < folded.n; i += len) {
		(void)char_at(folded, i, &len);
		letters++;
	}
	return letters < LETTERS_MAX ? UINT32_C(1) << (LETTERS_MAX - letters) : 1;
}

static void add(struct build *b, const struct tagset *tags, uint64_t weight)
{
	for (unsigned l = 0; l < LANGUAGE_MAX_; l++)
		for (unsigned i = 0; b->languages >> l & 1 && i < TAGS_MAX; i++) {
			uint32_t *of = &b->pack->common.of_tag[l][i];

			if (tagset_has(tags, i))
				*of = *of + weight < COMMON_MAX ? *of + (uint32_t)weight : COMMON_MAX;
		}
}

void common_add_form(struct build *b, struct span folded, const struct tagset *tags)
{
	add(b, tags, common_text(folded));
}

void common_add_phrase(struct build *b, const struct phrase *x)
{
	const struct pack *p = b->pack;
	uint64_t least = COMMON_MAX;

	if (x->program.n_wants) { /* the rarest first */
		const struct need *n = &p->needs[p->wants[x->program.wants]];

		least = 0;
		for (uint32_t i = 0; i < n->n; i++)
			least += common_mark(b, p->marks[n->first + i]);
	}
	add(b, &x->tags, least < COMMON_MAX ? least : COMMON_MAX);
}

int common_add_word(struct build *b, struct span folded)
{
	struct pack *p = b->pack;

	if (arena_grow(&p->arena, &p->common.of_word, p->n_words, &p->common.cap_words, sizeof(*p->common.of_word)) < 0)
		return -ENOMEM;
	p->common.of_word[p->n_words] = FUNCTION_WORD * common_text(folded);
	return 0;
}

uint64_t common_mark(const struct build *b, uint16_t mark)
{
	uint64_t many = 1;

	if (mark >= TAGS_MAX)
		return b->pack->common.of_word[mark - MARK_OF_WORD(0)];
	if (mark < TAG_DATE)
		return COMMON_SHAPE;
	if (mark <= TAG_YEAR)
		return COMMON_DATE;
	for (unsigned l = 0; l < LANGUAGE_MAX_; l++)
		many += b->languages >> l & 1 ? b->pack->common.of_tag[l][mark] : 0;
	return many;
}
