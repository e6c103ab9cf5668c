/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text/agency.h"
#include "core/text/chars.h"

static bool is_whole_word(struct span text, size_t start, size_t end)
{
	size_t len;
	uint32_t first = char_at(text, start, &len), last = char_before(text, end, &len);

	return !(char_is_letter(first) && char_is_letter(char_before(text, start, &len))) &&
	       !(char_is_letter(last) && char_is_letter(char_at(text, end, &len)));
}

/* The longest form that stands at `at` as a whole word; 0 for none. */
static size_t longest_at(struct span text, size_t at, const struct agency_table *agencies, struct span *ret_name)
{
	struct span rest = span_sub(text, at, text.n);
	size_t longest = 0;

	for (size_t i = 0; i < agencies->n; i++) {
		struct span form = agencies->v[i].form;
		if (form.n > longest && span_starts(rest, form) && is_whole_word(text, at, at + form.n)) {
			longest = form.n;
			*ret_name = agencies->v[i].name;
		}
	}
	return longest;
}

/* The first two bytes at p as one number: of a text in any script few pairs begin a name. */
static unsigned pair_at(const char *p)
{
	return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

bool agency_next(struct span text, const struct agency_table *agencies, struct agency_match *m)
{
	uint64_t begins[65536 / 64] = {0}; /* a set of pairs */

	for (size_t i = 0; i < agencies->n; i++)
		if (agencies->v[i].form.n >= 2) {
			unsigned pair = pair_at(agencies->v[i].form.p);
			begins[pair / 64] |= UINT64_C(1) << pair % 64;
		}
	for (size_t at = m->end; at + 1 < text.n; at++) {
		unsigned pair = pair_at(text.p + at);
		size_t n = begins[pair / 64] >> pair % 64 & 1 ? longest_at(text, at, agencies, &m->name) : 0;
		if (n > 0) {
			m->start = at;
			m->end = at + n;
			return true;
		}
	}
	return false;
}
