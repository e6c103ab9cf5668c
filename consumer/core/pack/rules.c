/* SPDX-License-Identifier: Apache-2.0 */
/* rules.c: the phrases and the rules of a pack. */
#include "core/pack/build.h"
#include <errno.h>

static int out_of_memory(struct build *b)
{
	return error_set(b->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
}

static int role_named(struct build *b, const struct ynode *at, const struct role *roles, size_t n, struct span name,
		      uint16_t *ret)
{
	int i = role_find(roles, n, name);

	*ret = NO_INDEX;
	if (!name.n)
		return 0;
	if (i < 0)
		return ynode_error(at, b->err, "no pattern here has the role %.*s", SPAN_FMT(name));
	*ret = (uint16_t)i;
	return 0;
}

static int phrase_read(struct build *b, const struct ynode *n)
{
	static const char *const keys[] = {"id",     "pattern", "tags", "keep",	 "drop",
					   "common", "value",	"why",	"again", NULL};
	struct pack *p = b->pack;
	struct phrase x = {.id = ynode_text(n, "id"), .languages = b->languages, .keep = NO_INDEX, .common = NO_INDEX};
	const struct ynode *pattern = ynode_get(n, "pattern");
	struct span common = ynode_text(n, "common");
	int rc = ynode_only_keys(n, keys, b->err);

	if (rc == 0 && (!x.id.n || !pattern))
		rc = ynode_error(n, b->err, "a phrase needs an id and a pattern");
	if (rc == 0)
		rc = build_tags(b, ynode_get(n, "tags"), &x.tags);
	if (rc == 0)
		rc = build_tags(b, ynode_get(n, "drop"), &x.drop);
	if (rc == 0)
		rc = build_pattern(b, pattern, x.roles, &x.n_roles, &x.program);
	if (rc == 0)
		rc = role_named(b, n, x.roles, x.n_roles, ynode_text(n, "keep"), &x.keep);
	if (rc == 0)
		rc = role_named(b, n, x.roles, x.n_roles, ynode_text(n, "value"), &x.value);
	if (rc == 0 && common.n) {
		int tag = tag_find(p, common);

		if (tag < 0)
			return ynode_error(n, b->err, "common: no tag %.*s", SPAN_FMT(common));
		x.common = (uint16_t)tag;
	}
	if (rc < 0)
		return rc;
	x.again = span_eq_str(ynode_text(n, "again"), "true");
	tagset_or(&p->given, &x.tags);
	if (arena_grow(&p->arena, &p->phrases, p->n_phrases, &p->cap_phrases, sizeof(*p->phrases)) < 0)
		return out_of_memory(b);
	p->phrases[p->n_phrases++] = x;
	common_add_phrase(b, &x);
	return 0;
}

int build_phrases(struct build *b, const struct ynode *phrases)
{
	int rc = 0;

	for (size_t i = 0; phrases && rc == 0 && i < phrases->n; i++)
		rc = phrase_read(b, phrases->items[i]);
	return rc;
}

static const char *const when_names[] = {"none",   "begin", "end",   "state",  "past",	"present", "mention",
					 "period", "title", "event", "before", "after", "lent",	   "year"};

static int when_read(struct build *b, const struct ynode *n, enum when_policy *ret)
{
	struct span w = ynode_text(n, "when");

	for (size_t i = 0; i < ARRAY_SIZE(when_names); i++)
		if (span_eq_str(w, when_names[i])) {
			*ret = (enum when_policy)i;
			return 0;
		}
	return ynode_error(
		n, b->err,
		"when: none, begin, end, state, past, present, mention, period, title, event, before, after, lent or year");
}

/* "{who}" is the role who; "membership/{who}" ends in one; anything else is a constant. */
static int reference_read(struct build *b, const struct ynode *n, const struct rule *r, struct span text,
			  struct span *constant, uint16_t *role)
{
	size_t open = span_find(text, SPAN_LIT("{"), 0);

	*role = NO_INDEX;
	*constant = text;
	if (open == SIZE_MAX)
		return 0;
	if (text.p[text.n - 1] != '}')
		return ynode_error(n, b->err, "a role must stand at the end: %.*s", SPAN_FMT(text));
	*constant = span_sub(text, 0, open);
	struct span name = span_sub(text, open + 1, text.n - 1);
	if (span_eq_str(name, "^state") || span_eq_str(name, "^person") || span_eq_str(name, "^status") ||
	    span_eq_str(name, "^office")) {
		*role = span_eq_str(name, "^state")    ? ROLE_STATE
			: span_eq_str(name, "^person") ? ROLE_PERSON
						       : ROLE_STATUS;
		return 0;
	}
	return role_named(b, n, r->roles, r->n_roles, name, role);
}

static const struct slot *slot_find(const struct pack *p, struct span slot)
{
	size_t n = 0;

	while (n < slot.n && slot.p[n] != '/')
		n++;
	for (size_t i = 0; i < p->n_slots; i++)
		if (span_eq(p->slots[i].name, span_sub(slot, 0, n)))
			return &p->slots[i];
	return NULL;
}

/* A slot that a word of the type "office" names: all of them have values of one type. */
static const struct slot *slot_by_office(const struct pack *p, uint16_t office)
{
	for (size_t i = 0; i < p->n_entries; i++)
		if (p->entries[i].type == office)
			return slot_find(p, p->entries[i].value);
	return NULL;
}

/* `known: role`, also one of the roles of memory. */
static int known_read(struct build *b, const struct ynode *n, const struct rule *r, struct template *t)
{
	struct span name = ynode_text(n, "known");

	if (!span_eq_str(name, "^state") && !span_eq_str(name, "^person"))
		return role_named(b, n, r->roles, r->n_roles, name, &t->known_role);
	t->known_role = span_eq_str(name, "^state") ? ROLE_STATE : ROLE_PERSON;
	return 0;
}

static int template_read(struct build *b, const struct ynode *n, const struct rule *r, struct template *t)
{
	static const char *const keys[] = {"slot", "value",    "when", "date",	"to", "number",
					   "kind", "modality", "type", "known", NULL};
	struct span modality = ynode_text(n, "modality"), type = ynode_text(n, "type");
	bool office = span_starts(ynode_text(n, "slot"), SPAN_LIT("{"));
	uint16_t type_office = office ? type_find(b->pack, "office") : NO_INDEX;
	const struct slot *s =
		office ? slot_by_office(b->pack, type_office) : slot_find(b->pack, ynode_text(n, "slot"));
	int rc = ynode_only_keys(n, keys, b->err);

	if (rc == 0 && !s)
		rc = ynode_error(n, b->err, "slot: the pack has no slot %.*s", SPAN_FMT(ynode_text(n, "slot")));
	if (rc == 0)
		rc = when_read(b, n, &t->when);
	if (rc == 0)
		rc = reference_read(b, n, r, ynode_text(n, "slot"), &t->slot, &t->slot_role);
	if (rc == 0)
		rc = reference_read(b, n, r, ynode_text(n, "value"), &t->value, &t->value_role);
	if (rc == 0)
		rc = reference_read(b, n, r, ynode_text(n, "kind"), &t->kind, &t->kind_role);
	if (rc == 0)
		rc = role_named(b, n, r->roles, r->n_roles, ynode_text(n, "date"), &t->date_role);
	if (rc == 0)
		rc = role_named(b, n, r->roles, r->n_roles, ynode_text(n, "to"), &t->end_role);
	if (rc == 0)
		rc = role_named(b, n, r->roles, r->n_roles, ynode_text(n, "number"), &t->number_role);
	if (rc == 0)
		rc = known_read(b, n, r, t);
	if (rc < 0)
		return rc;
	t->value_type = s->type;
	t->slot_type = office ? type_office : s->key;
	if (type.n) {
		int k = type_intern(b->pack, type);

		if (k < 0)
			return out_of_memory(b);
		t->value_type = (uint16_t)k;
	}
	t->modality = modality;
	if (modality.n && !span_eq_str(modality, "asserted") && !span_eq_str(modality, "planned") &&
	    !span_eq_str(modality, "proposed") && !span_eq_str(modality, "denied"))
		return ynode_error(n, b->err, "modality: asserted, planned, proposed or denied");
	return 0;
}

#define ANY_MAX 4 /* elements of a pattern in any order */

/* The next permutation of n numbers in order; false after the last one. */
static bool next_order(size_t *v, size_t n)
{
	size_t i = n - 1, k = n - 1;

	while (i > 0 && v[i - 1] > v[i])
		i--;
	if (i == 0)
		return false;
	while (v[k] < v[i - 1])
		k--;
	size_t swap = v[i - 1];
	v[i - 1] = v[k];
	v[k] = swap;
	for (k = n - 1; i < k; i++, k--) {
		swap = v[i];
		v[i] = v[k];
		v[k] = swap;
	}
	return true;
}

/* `any: [a, b, c], gap: <5>` is "a <5> b <5> c | a <5> c <5> b | ...": one pattern for a language whose words stand in
 * any order. A pattern as a text is returned as it is. */
static int pattern_spell(struct build *b, const struct ynode *n, const struct ynode **ret)
{
	static const char *const keys[] = {"any", "gap", NULL};
	const struct ynode *any = ynode_get(n, "any");
	struct span gap = ynode_text(n, "gap"), text = SPAN_NONE;
	size_t order[ANY_MAX] = {0, 1, 2, 3}, count = ynode_count(any);
	struct ynode *x;

	*ret = n;
	if (n->kind != YNODE_MAP)
		return 0;
	if (ynode_only_keys(n, keys, b->err) < 0)
		return -EBADMSG;
	if (!any || any->kind != YNODE_LIST || count < 2 || count > ANY_MAX)
		return ynode_error(n, b->err, "any: two to %d patterns are expected", ANY_MAX);
	do {
		for (size_t i = 0; i < count; i++) {
			struct span part = ynode_item(any, order[i])->text;

			text = arena_printf(&b->pack->arena, "%.*s%s%.*s %.*s", SPAN_FMT(text),
					    i	     ? " "
					    : text.n ? " | "
						     : "",
					    SPAN_FMT(i ? gap : SPAN_NONE), SPAN_FMT(part));
			if (!text.p)
				return out_of_memory(b);
		}
	} while (next_order(order, count));
	if (!(x = arena_alloc(&b->pack->arena, sizeof(*x))))
		return out_of_memory(b);
	*x = (struct ynode){.kind = YNODE_SCALAR, .file = n->file, .line = n->line, .text = text};
	*ret = x;
	return 0;
}

static int rule_patterns(struct build *b, const struct ynode *n, struct rule *r)
{
	const struct ynode *all = ynode_get(n, "patterns");

	r->n_programs = ynode_count(all);
	if (!r->n_programs)
		return ynode_error(n, b->err, "a rule needs patterns");
	r->programs = arena_array(&b->pack->arena, r->n_programs, sizeof(*r->programs));
	if (!r->programs)
		return out_of_memory(b);
	for (size_t i = 0; i < r->n_programs; i++) {
		const struct ynode *at;
		int rc = pattern_spell(b, ynode_item(all, i), &at);

		if (rc == 0)
			rc = build_pattern(b, at, r->roles, &r->n_roles, &r->programs[i]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int priority_read(struct build *b, const struct ynode *n, int *ret)
{
	struct span text = ynode_text(n, "priority");
	int v = 0;

	*ret = PRIORITY_DEFAULT;
	if (!ynode_get(n, "priority"))
		return 0;
	for (size_t i = 0; i < text.n && v <= PRIORITY_MAX; i++)
		v = text.p[i] >= '0' && text.p[i] <= '9' ? v * 10 + (text.p[i] - '0') : PRIORITY_MAX + 1;
	if (!text.n || v > PRIORITY_MAX)
		return ynode_error(n, b->err, "priority: a number from 0 to %d is expected", PRIORITY_MAX);
	*ret = v;
	return 0;
}

static int rule_read(struct build *b, const struct ynode *n)
{
	static const char *const keys[] = {"id",     "why",  "priority", "patterns", "claims", "fires",
					   "silent", "free", "after",	 "bodies",   NULL};
	struct pack *p = b->pack;
	struct rule r = {.id = ynode_text(n, "id"), .languages = b->languages, .at = n};
	const struct ynode *claims = ynode_get(n, "claims");
	int rc = ynode_only_keys(n, keys, b->err);

	if (rc < 0)
		return rc;
	if (!r.id.n)
		return ynode_error(n, b->err, "a rule needs an id");
	for (size_t i = 0; i < p->n_rules; i++)
		if (span_eq(p->rules[i].id, r.id))
			return ynode_error(n, b->err, "rule %.*s: given twice, first on line %u", SPAN_FMT(r.id),
					   p->rules[i].at->line);
	rc = priority_read(b, n, &r.priority);
	if (rc < 0)
		return rc;
	r.after = NO_INDEX;
	if (ynode_text(n, "after").n) {
		int tag = tag_find(p, ynode_text(n, "after"));

		if (tag < 0)
			return ynode_error(n, b->err, "after: no tag %.*s", SPAN_FMT(ynode_text(n, "after")));
		r.after = (uint16_t)tag;
	}
	r.free = span_eq_str(ynode_text(n, "free"), "true");
	r.bodies = span_eq_str(ynode_text(n, "bodies"), "true");
	r.fires = ynode_get(n, "fires");
	r.silent = ynode_get(n, "silent");
	rc = rule_patterns(b, n, &r);
	if (rc < 0)
		return rc;
	r.n_claims = ynode_count(claims);
	r.claims = arena_array(&p->arena, r.n_claims, sizeof(*r.claims));
	if (!r.claims)
		return out_of_memory(b);
	if (!r.n_claims)
		return ynode_error(n, b->err, "rule %.*s: no claims", SPAN_FMT(r.id));
	for (size_t i = 0; rc == 0 && i < r.n_claims; i++)
		rc = template_read(b, ynode_item(claims, i), &r, &r.claims[i]);
	if (rc < 0)
		return rc;
	if (arena_grow(&p->arena, &p->rules, p->n_rules, &p->cap_rules, sizeof(*p->rules)) < 0)
		return out_of_memory(b);
	p->rules[p->n_rules++] = r;
	return 0;
}

int build_rules(struct build *b, const struct ynode *rules)
{
	int rc = 0;

	for (size_t i = 0; rules && rc == 0 && i < rules->n; i++)
		rc = rule_read(b, rules->items[i]);
	return rc;
}
