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

bool agency_next(struct span text, const struct agency_table *agencies, struct agency_match *m)
{
	bool first_byte[256] = {false};

	for (size_t i = 0; i < agencies->n; i++)
		if (agencies->v[i].form.n > 0)
			first_byte[(unsigned char)agencies->v[i].form.p[0]] = true;
	for (size_t at = m->end; at < text.n; at++) {
		size_t n = first_byte[(unsigned char)text.p[at]] ? longest_at(text, at, agencies, &m->name) : 0;
		if (n > 0) {
			m->start = at;
			m->end = at + n;
			return true;
		}
	}
	return false;
}
