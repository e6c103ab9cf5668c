/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.c: the pattern language, from text to a program of the matcher.
 *
 *     word  "two words"   the token is spelled so (folded)        {tag}  {a&!b|c}   its tags: and, not, or
 *     x y    in sequence      ( x | y )  either                   x?  x*  x+  x[2,4]  how often, greedy
 *     {role:tag}  (role: x y)  what a claim refers to             <6>  <6 not a|b>  up to six tokens, as few as can be,
 *     @name   a macro                                             none of them a clause break (nor a, b)
 *     !{tag}  &{tag}      the next token is not, is               ~!{tag}  ~&{tag}  the one before is not, is
 *     ^  $    begin and end of the sentence                       .                 any token
 *
 * A recursive descent to a small tree, from which the program and what a sentence must have for it are taken.
 */
#include "core/pack/pattern.h"
#include <errno.h>

#define DEPTH_MAX 24

static int parse_alt(struct parser *ps, struct node **ret);

int role_find(const struct role *roles, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(roles[i].name, name))
			return (int)i;
	return -ENOENT;
}

int pattern_out_of_memory(struct parser *ps)
{
	return error_set(ps->b->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
}

int pattern_fault(struct parser *ps, const char *what)
{
	return ynode_error(ps->at, ps->b->err, "pattern: %s at \"%.*s\"", what,
			   SPAN_FMT(span_sub(ps->s, ps->i, ps->i + 30)));
}

static int parse_group(struct parser *ps, struct node **ret)
{
	struct node *role = NULL, *inner = NULL;
	ps->i++;
	pattern_space(ps);
	int rc = pattern_role_before(ps, &role);

	if (rc == 0)
		rc = parse_alt(ps, &inner);
	if (rc == 0 && !pattern_at(ps, ')'))
		rc = pattern_fault(ps, "')' is expected");
	if (rc < 0)
		return rc;
	ps->i++;
	if (role)
		role->child = inner;
	*ret = role ? role : inner;
	return 0;
}

/* A name stands for one macro in all files of a language; ret_twice where it does not. */
static const struct ynode *macro_find(const struct build *b, struct span name, bool *ret_twice)
{
	const struct ynode *found = NULL;

	for (size_t i = 0; i < b->n_files; i++) {
		const struct ynode *all = ynode_get(b->files[i], "macros");
		uint8_t mask;

		if (!all || languages_of(b->files[i], &mask, NULL) < 0 || (mask & b->languages) != b->languages)
			continue;
		for (size_t k = 0; k < all->n; k++)
			if (span_eq(all->keys[k]->text, name)) {
				*ret_twice = found != NULL;
				found = all->items[k];
			}
	}
	return found;
}

static int parse_macro(struct parser *ps, struct node **ret)
{
	ps->i++;
	struct span name = pattern_name(ps);
	bool twice = false;
	const struct ynode *m = macro_find(ps->b, name, &twice);

	if (!m || m->kind != YNODE_SCALAR)
		return ynode_error(ps->at, ps->b->err, "pattern: no macro named @%.*s", SPAN_FMT(name));
	if (twice)
		return ynode_error(m, ps->b->err, "macro @%.*s has another meaning in a file before", SPAN_FMT(name));
	struct parser inner = {ps->b, m, m->text, 0, ps->depth + 1, ps->roles, ps->n_roles};
	int rc = ps->depth < DEPTH_MAX ? parse_alt(&inner, ret) : pattern_fault(ps, "macros go in a circle");
	if (rc == 0 && inner.i < inner.s.n)
		rc = pattern_fault(&inner, "unexpected sign");
	return rc;
}

static int parse_atom(struct parser *ps, struct node **ret)
{
	char c = ps->s.p[ps->i];

	if (c == '{')
		return element_braces(ps, ret);
	if (c == '(')
		return parse_group(ps, ret);
	if (c == '<')
		return element_gap(ps, ret);
	if (c == '@')
		return parse_macro(ps, ret);
	if ((c == '!' || c == '&') && ps->i + 1 < ps->s.n && ps->s.p[ps->i + 1] != ' ')
		return element_look(ps, N_AHEAD, ret);
	if (c == '~') {
		ps->i++;
		return element_look(ps, N_BEHIND, ret);
	}
	if (c == '^' || c == '$') {
		ps->i++;
		return pattern_node(ps, c == '^' ? N_BEGIN : N_END, ret);
	}
	if (c == '.' && (ps->i + 1 == ps->s.n || ps->s.p[ps->i + 1] == ' ')) {
		ps->i++;
		int rc = pattern_node(ps, N_TEST, ret);
		return rc < 0 ? rc : pattern_test(ps, ps->b->pack->n_terms, &(*ret)->test);
	}
	return element_word(ps, ret);
}

/* A number of at most three digits. */
static unsigned read_number(struct parser *ps)
{
	unsigned n = 0;

	for (int k = 0; k < 3 && ps->i < ps->s.n && ps->s.p[ps->i] >= '0' && ps->s.p[ps->i] <= '9'; k++)
		n = n * 10 + (unsigned)(ps->s.p[ps->i++] - '0');
	return n;
}

static int parse_count(struct parser *ps, uint16_t *min, uint16_t *max)
{
	ps->i++;
	*min = (uint16_t)read_number(ps);
	if (!pattern_at(ps, ','))
		return pattern_fault(ps, "[min,max] is expected");
	ps->i++;
	*max = (uint16_t)read_number(ps);
	if (!pattern_at(ps, ']') || *min > *max || *max == 0 || *max > REPEAT_MAX)
		return pattern_fault(ps, "[min,max] is expected");
	ps->i++;
	return 0;
}

static int parse_repeat(struct parser *ps, struct node **ret)
{
	struct node *atom = NULL, *rep = NULL;
	size_t start = ps->i;
	int rc = parse_atom(ps, &atom);

	while (rc == 0 && ps->i < ps->s.n && strchr("?*+[", ps->s.p[ps->i])) {
		char c = ps->s.p[ps->i];

		rc = pattern_node(ps, N_REPEAT, &rep);
		if (rc < 0)
			return rc;
		rep->min = c == '+';
		rep->max = c == '?' ? 1 : UNBOUNDED;
		rep->child = atom;
		if (c == '[')
			rc = parse_count(ps, &rep->min, &rep->max);
		else
			ps->i++;
		atom = rep;
	}
	if (rc == 0) {
		atom->start = start;
		atom->end = ps->i;
		*ret = atom;
	}
	return rc;
}

static int parse_seq(struct parser *ps, struct node **ret)
{
	struct node *seq = NULL, **tail;
	int rc = pattern_node(ps, N_SEQ, &seq);

	if (rc < 0)
		return rc;
	tail = &seq->child;
	for (pattern_space(ps); rc == 0 && ps->i < ps->s.n && !pattern_at(ps, ')') && !pattern_at(ps, '|');
	     pattern_space(ps)) {
		rc = parse_repeat(ps, tail);
		if (rc == 0)
			tail = &(*tail)->next;
	}
	if (rc == 0 && !seq->child)
		rc = pattern_fault(ps, "nothing to match");
	*ret = seq;
	return rc;
}

static int parse_alt(struct parser *ps, struct node **ret)
{
	struct node *alt = NULL, **tail;

	if (++ps->depth > DEPTH_MAX)
		return pattern_fault(ps, "nested too deep");
	int rc = pattern_node(ps, N_ALT, &alt);
	if (rc < 0)
		return rc;
	tail = &alt->child;
	for (;;) {
		rc = parse_seq(ps, tail);
		if (rc < 0)
			return rc;
		tail = &(*tail)->next;
		if (!pattern_at(ps, '|'))
			break;
		ps->i++;
	}
	ps->depth--;
	*ret = alt->child->next ? alt : alt->child;
	return 0;
}

int pattern_parse(struct parser *ps, struct node **ret)
{
	int rc = parse_alt(ps, ret);

	return rc == 0 && ps->i < ps->s.n ? pattern_fault(ps, "unexpected sign") : rc;
}
