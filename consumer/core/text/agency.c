/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/agency.h"
#include "core/text/chars.h"
#include <errno.h>
#include <stdlib.h>

static bool is_whole_word(struct span text, size_t start, size_t end)
{
	size_t len;
	uint32_t first = char_at(text, start, &len), last = char_before(text, end, &len);

	return !(char_is_letter(first) && char_is_letter(char_before(text, start, &len))) &&
	       !(char_is_letter(last) && char_is_letter(char_at(text, end, &len)));
}

#define BEGINNINGS 65536
#define FIRST_BYTES 256

/* The first character of a name as a number, the first two of ASCII: of a text few places have that of a name. */
static unsigned beginning_at(struct span s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	unsigned pair = (unsigned)p[0] << 8 | p[1];

	return p[0] < 0xE0 || s.n - i < 3 ? pair : (pair ^ (unsigned)p[2] << 7) % BEGINNINGS;
}

static int cmp_forms(const void *a, const void *b)
{
	const struct agency_form *x = a, *y = b;
	unsigned i = beginning_at(x->form, 0), k = beginning_at(y->form, 0);

	if (i != k)
		return i < k ? -1 : 1;
	if (x->form.n != y->form.n)
		return x->form.n > y->form.n ? -1 : 1;
	return span_cmp(x->form, y->form);
}

int agency_table_make(const struct agency_form *forms, size_t n, struct arena *arena, struct agency_table *ret)
{
	struct agency_form *v = arena_array(arena, n, sizeof(*v));
	uint64_t *first = arena_array(arena, (FIRST_BYTES + BEGINNINGS) / 64, sizeof(*first));
	size_t k = 0;

	if (!v || !first)
		return -ENOMEM;
	uint64_t *beginnings = first + FIRST_BYTES / 64;
	for (size_t i = 0; i < n; i++)
		if (forms[i].form.n >= 2) {
			unsigned b = beginning_at(forms[i].form, 0);
			unsigned char c = (unsigned char)forms[i].form.p[0];
			first[c / 64] |= (uint64_t)1 << c % 64;
			beginnings[b / 64] |= (uint64_t)1 << b % 64;
			v[k++] = forms[i];
		}
	if (k)
		qsort(v, k, sizeof(*v), cmp_forms);
	*ret = (struct agency_table){v, k, beginnings};
	return 0;
}

/* The longest form that stands at `at`, where a name may begin, as a whole word; NULL for none. */
static const struct agency_form *longest_at(struct span text, size_t at, const struct agency_table *agencies)
{
	struct span rest = span_sub(text, at, text.n);
	unsigned wanted = beginning_at(text, at);
	size_t lo = 0, hi = agencies->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (beginning_at(agencies->v[mid].form, 0) < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < agencies->n && beginning_at(agencies->v[lo].form, 0) == wanted; lo++) {
		struct span form = agencies->v[lo].form;

		if (span_starts(rest, form) && is_whole_word(text, at, at + form.n))
			return &agencies->v[lo];
	}
	return NULL;
}

bool agency_at(struct span text, size_t at, const struct agency_table *agencies, struct agency_match *m)
{
	if (!agencies->n || at + 1 >= text.n)
		return false;
	unsigned b = beginning_at(text, at);
	if (!(agencies->beginnings[b / 64] >> b % 64 & 1))
		return false;
	const struct agency_form *x = longest_at(text, at, agencies);
	if (x)
		*m = (struct agency_match){at, at + x->form.n, x->name};
	return x;
}

bool agency_next(struct span text, const struct agency_table *agencies, struct agency_match *m)
{
	const uint64_t *first = agencies->beginnings - FIRST_BYTES / 64;

	for (size_t at = m->end; agencies->n && at + 1 < text.n; at++) {
		unsigned char c = (unsigned char)text.p[at];

		if (first[c / 64] >> c % 64 & 1 && agency_at(text, at, agencies, m))
			return true;
	}
	return false;
}
