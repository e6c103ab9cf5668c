/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/slots.h"
#include "core/pack/model.h"
#include <errno.h>

#define DAYS_MAX 36525 /* a century */
#define SOURCE_PERCENT_MAX 800

static int read_days(const struct ynode *n, const char *key, int32_t *ret, struct error *reterr)
{
	struct span text = ynode_text(n, key);
	int32_t days = 0;

	if (!ynode_get(n, key))
		return 0;
	for (size_t i = 0; i < text.n && days <= DAYS_MAX; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return ynode_error(n, reterr, "%s: a number of days is expected", key);
		days = days * 10 + (text.p[i] - '0');
	}
	if (!text.n || days > DAYS_MAX)
		return ynode_error(n, reterr, "%s: a number of days from 0 to %d is expected", key, DAYS_MAX);
	*ret = days;
	return 0;
}

static int read_shape(const struct ynode *n, enum pack_shape *ret, struct error *reterr)
{
	static const char *const words[] = {"exclusive", "periods", "claims"};
	struct span text = ynode_text(n, "shape");

	for (size_t i = 0; i < ARRAY_SIZE(words) && text.n; i++)
		if (span_eq_str(text, words[i])) {
			*ret = (enum pack_shape)i;
			return 0;
		}
	return ynode_get(n, "shape") ? ynode_error(n, reterr, "shape: exclusive, periods or claims is expected") : 0;
}

static int read_values(const struct ynode *n, struct arena *arena, struct slot *ret, struct error *reterr)
{
	const struct ynode *values = ynode_get(n, "values");

	if (!values)
		return 0;
	ret->values = arena_array(arena, values->n + 1, sizeof(*ret->values));
	if (!ret->values)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	for (size_t i = 0; values->kind == YNODE_LIST && i < values->n; i++)
		if (values->items[i]->kind == YNODE_SCALAR)
			ret->values[ret->n_values++] = values->items[i]->text;
	if (values->kind != YNODE_LIST || !values->n || ret->n_values != values->n)
		return ynode_error(values, reterr, "values: a list of values is expected");
	return 0;
}

static int read_stages(const struct ynode *n, struct arena *arena, struct slot *ret, struct error *reterr)
{
	const struct ynode *stages = ynode_get(n, "stages");

	if (!stages)
		return 0;
	if (stages->kind != YNODE_MAP)
		return ynode_error(stages, reterr,
				   "stages: a map from a stage to the value that it leads to is expected");
	ret->stage = arena_array(arena, stages->n + 1, sizeof(*ret->stage));
	ret->stage_of = arena_array(arena, stages->n + 1, sizeof(*ret->stage_of));
	if (!ret->stage || !ret->stage_of)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	for (size_t i = 0; i < stages->n; i++) {
		if (stages->items[i]->kind != YNODE_SCALAR)
			return ynode_error(stages->items[i], reterr, "stages: a value is expected");
		ret->stage[i] = stages->keys[i]->text;
		ret->stage_of[i] = stages->items[i]->text;
	}
	ret->n_stage = stages->n;
	return 0;
}

static size_t pairs_of(const struct ynode *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->n; i++)
		n += map->items[i]->n;
	return n;
}

/* {member: [observer, partner]}: no member becomes an observer or a partner. */
static int read_never(const struct ynode *n, struct arena *arena, struct slot *ret, struct error *reterr)
{
	const struct ynode *map = ynode_get(n, "never-after");
	bool fits = !map || map->kind == YNODE_MAP;

	for (size_t i = 0; map && fits && i < map->n; i++)
		fits = map->items[i]->kind == YNODE_LIST;
	if (!fits)
		return ynode_error(map, reterr, "never-after: a map from a value to a list of values is expected");
	size_t pairs = map ? pairs_of(map) : 0;
	ret->after = arena_array(arena, pairs + 1, sizeof(*ret->after));
	ret->never = arena_array(arena, pairs + 1, sizeof(*ret->never));
	if (!ret->after || !ret->never)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	for (size_t i = 0; map && i < map->n; i++)
		for (size_t k = 0; k < map->items[i]->n; k++) {
			ret->after[ret->n_never] = map->keys[i]->text;
			ret->never[ret->n_never++] = map->items[i]->items[k]->text;
		}
	return 0;
}

int slot_read_shape(const struct ynode *n, struct arena *arena, struct slot *ret, struct error *reterr)
{
	struct span day = ynode_text(n, "not-before");
	int r = read_shape(n, &ret->shape, reterr);

	if (r == 0)
		r = read_days(n, "short-days", &ret->short_days, reterr);
	if (r == 0)
		r = read_days(n, "apart-days", &ret->apart_days, reterr);
	if (r == 0 && ynode_get(n, "not-before") && edtf_parse(day, &ret->not_before) < 0)
		r = ynode_error(n, reterr, "not-before: a date is expected");
	if (r == 0)
		r = read_values(n, arena, ret, reterr);
	if (r == 0)
		r = read_stages(n, arena, ret, reterr);
	return r == 0 ? read_never(n, arena, ret, reterr) : r;
}

const struct slot *pack_slots(const struct pack *p, size_t *ret_n)
{
	*ret_n = p->n_slots;
	return p->slots;
}

int pack_read_sources(struct pack *p, const struct ynode *head, struct error *reterr)
{
	const struct ynode *all = ynode_get(head, "source-weights");

	if (!all)
		return 0;
	if (all->kind != YNODE_MAP)
		return ynode_error(all, reterr, "source-weights: a map from a source to its weight is expected");
	p->sources = arena_array(&p->arena, all->n + 1, sizeof(*p->sources));
	if (!p->sources)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	for (size_t i = 0; i < all->n; i++) {
		struct span text = all->items[i]->text;
		int32_t percent = 0;
		for (size_t k = 0; k < text.n && percent <= SOURCE_PERCENT_MAX; k++)
			percent = text.p[k] >= '0' && text.p[k] <= '9' ? percent * 10 + (text.p[k] - '0')
								       : SOURCE_PERCENT_MAX + 1;
		if (percent < 1 || percent > SOURCE_PERCENT_MAX)
			return ynode_error(all->items[i], reterr,
					   "a weight from 1 to %d is expected, 100 being an ordinary source",
					   SOURCE_PERCENT_MAX);
		p->sources[p->n_sources++] = (struct pack_source){all->keys[i]->text, percent};
	}
	return 0;
}

const struct pack_source *pack_sources(const struct pack *p, size_t *ret_n)
{
	*ret_n = p->n_sources;
	return p->sources;
}
