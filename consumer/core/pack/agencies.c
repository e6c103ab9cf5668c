/* SPDX-License-Identifier: Apache-2.0 */
/* agencies.c: the `agencies` of a pack: one name each, and the ways to write it. */
#include "core/pack/build.h"
#include <errno.h>

static int add_form(struct build *b, const struct ynode *at, struct span name)
{
	struct pack *p = b->pack;

	if (at->kind != YNODE_SCALAR || !at->text.n)
		return ynode_error(at, b->err, "a way to write the agency is expected");
	for (size_t i = 0; i < p->n_agencies; i++)
		if (span_eq(p->agencies[i].form, at->text))
			return ynode_error(at, b->err, "%.*s is written as %.*s already", SPAN_FMT(p->agencies[i].name),
					   SPAN_FMT(at->text));
	if (arena_grow(&p->arena, &p->agencies, p->n_agencies, &p->cap_agencies, sizeof(*p->agencies)) < 0)
		return error_set(b->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	p->agencies[p->n_agencies++] = (struct agency_form){at->text, name};
	return 0;
}

int build_agencies(struct build *b, const struct ynode *agencies)
{
	if (agencies && agencies->kind != YNODE_MAP)
		return ynode_error(agencies, b->err, "agencies: a map from a name to the ways to write it is expected");
	for (size_t i = 0; agencies && i < agencies->n; i++) {
		const struct ynode *forms = agencies->items[i];
		int rc = 0;

		for (size_t k = 0; rc == 0 && k < ynode_count(forms); k++)
			rc = add_form(b, ynode_item(forms, k), agencies->keys[i]->text);
		if (rc < 0)
			return rc;
	}
	return 0;
}

struct agency_table pack_agencies(const struct pack *p)
{
	return p->agency_table;
}
