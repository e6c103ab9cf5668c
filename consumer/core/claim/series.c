/* SPDX-License-Identifier: Apache-2.0 */
/* series.c: several values and several dates in one match: which date is whose.
 *
 * "Nepal joined in 2028, Oman and Iraq in 2030": a part of the pattern that is both, `(d: (who: ...))`, gives each date
 * to the values beside it. Else, where there are as many dates as keys, each has its own, in their order.
 */
#include "core/claim/engine.h"

/* The nth date of a role, as a working token. */
static size_t nth_date(const struct sentence_view *s, const struct match *m, uint16_t role, size_t nth)
{
	for (size_t i = m->at[2 * role]; i < m->at[2 * role + 1]; i++)
		if (s->v[i].date && s->v[i].date->kind != DATE_DURATION && nth-- == 0)
			return i;
	return SIZE_MAX;
}

/* "Nepal joined in 2028, Oman and Iraq in 2030": the keys that stand between two dates of one role have the later one;
 * where the first date stands before them, the earlier one. */
static struct value_list keys_in_turn(const struct sentence_view *s, const struct match *m, const struct template *t,
				      const struct value_list *keys, size_t nth)
{
	size_t first = nth_date(s, m, t->date_role, 0), at = nth_date(s, m, t->date_role, nth);
	size_t last = nth ? nth_date(s, m, t->date_role, nth - 1) : SIZE_MAX;
	size_t next = nth_date(s, m, t->date_role, nth + 1);
	struct value_list own = *keys;

	if (at == SIZE_MAX)
		return own;
	bool leads = s->v[first].first < keys->raw[0];
	uint32_t from = leads ? s->v[at].first : last == SIZE_MAX ? 0 : s->v[last].first;
	uint32_t to = !leads ? s->v[at].first : next == SIZE_MAX ? UINT32_MAX : s->v[next].first;
	while (own.n && own.raw[0] < from) {
		own.v++;
		own.raw++;
		own.n--;
	}
	while (own.n && own.raw[own.n - 1] >= to)
		own.n--;
	return own;
}

struct value_list engine_values_of_date(const struct sentence_view *s, const struct match *m, const struct template *t,
					uint16_t role, const struct value_list *v, size_t nth)
{
	uint16_t d = t->date_role;

	if (role == NO_INDEX || role >= ROLES_MAX || d == NO_INDEX || v->n < 2 || m->at[2 * d] == NO_INDEX)
		return *v;
	if (m->at[2 * d] <= m->at[2 * role] && m->at[2 * role + 1] <= m->at[2 * d + 1])
		return keys_in_turn(s, m, t, v, nth);
	if (role == t->slot_role && engine_dates_of(s, m, d) == v->n && nth < v->n)
		return (struct value_list){.v = &v->v[nth], .raw = &v->raw[nth], .n = 1};
	return *v;
}
