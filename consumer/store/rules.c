/* SPDX-License-Identifier: Apache-2.0 */
/* The slot rules that the state was made under, so that a question needs no pack. Lists are lines. */
#include "base/strbuf.h"
#include "store/private.h"
#include <errno.h>

static void put_list(struct strbuf *b, const struct span *v, size_t n)
{
	strbuf_clear(b);
	for (size_t i = 0; i < n; i++) {
		strbuf_add(b, v[i]);
		strbuf_addch(b, '\n');
	}
}

#define LISTS 5

static int save_rule(struct view *v, const struct slot_rules *r, struct strbuf list[LISTS], struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_RULE_PUT, reterr);

	if (!s)
		return -EIO;
	put_list(&list[0], r->values, r->n_values);
	put_list(&list[1], r->stage, r->n_stage);
	put_list(&list[2], r->stage_of, r->n_stage);
	put_list(&list[3], r->after, r->n_never);
	put_list(&list[4], r->never, r->n_never);
	bind_span(v, s, 1, r->kind);
	bind_int(v, s, 2, (int)r->shape);
	bind_int(v, s, 3, r->short_days);
	bind_int(v, s, 4, r->apart_days);
	bind_int(v, s, 5, r->not_before);
	for (int i = 0; i < LISTS; i++)
		bind_span(v, s, 6 + i, strbuf_span(&list[i]));
	return view_run(v, s, "writing slot rules", reterr);
}

int view_rules_save(struct view *v, const struct slot_rules_set *rules, struct error *reterr)
{
	struct strbuf list[LISTS] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	int r = view_touch(v, reterr);

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		r = save_rule(v, &rules->v[i], list, reterr);
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		strbuf_done(&list[i]);
	return r;
}

static int read_list(sqlite3_stmt *s, int at, struct arena *arena, const struct span **ret, size_t *ret_n)
{
	struct span rest = column_span(s, at, arena), *v = NULL;
	size_t n = 0, cap = 0, cut;

	while (rest.p && (cut = span_find(rest, SPAN_LIT("\n"), 0)) != SIZE_MAX) {
		if (arena_grow(arena, &v, n, &cap, sizeof(*v)) < 0)
			return -ENOMEM;
		v[n++] = span_sub(rest, 0, cut);
		rest = span_sub(rest, cut + 1, rest.n);
	}
	*ret = v;
	*ret_n = n;
	return rest.p ? 0 : -ENOMEM;
}

int view_rules_load(struct view *v, struct arena *arena, struct slot_rules_set *ret, struct error *reterr)
{
	sqlite3_stmt *s = view_stmt(v, SQL_RULE_ALL, reterr);
	struct slot_rules *rules = NULL;
	size_t n = 0, cap = 0;
	int rc, r = 0;

	if (!s)
		return -EIO;
	while (r == 0 && (rc = view_step(v, s)) == SQLITE_ROW) {
		struct slot_rules one = {.kind = column_span(s, 0, arena),
					 .shape = (enum slot_shape)sqlite3_column_int(s, 1),
					 .short_days = sqlite3_column_int(s, 2),
					 .apart_days = sqlite3_column_int(s, 3),
					 .not_before = sqlite3_column_int(s, 4)};
		r = read_list(s, 5, arena, &one.values, &one.n_values);
		if (r == 0)
			r = read_list(s, 6, arena, &one.stage, &one.n_stage);
		if (r == 0)
			r = read_list(s, 7, arena, &one.stage_of, &one.n_stage);
		if (r == 0)
			r = read_list(s, 8, arena, &one.after, &one.n_never);
		if (r == 0)
			r = read_list(s, 9, arena, &one.never, &one.n_never);
		if (r == 0)
			r = arena_grow(arena, &rules, n, &cap, sizeof(*rules));
		if (r == 0)
			rules[n++] = one;
	}
	sqlite3_reset(s);
	if (r < 0)
		return view_no_memory(v, reterr);
	if (rc != SQLITE_DONE)
		return view_fail(v, "reading slot rules", reterr);
	*ret = (struct slot_rules_set){.v = rules, .n = n};
	return 0;
}
