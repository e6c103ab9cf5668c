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
#include "core/pack/fold.h"
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

static void skip_space(struct parser *ps)
{
	while (ps->i < ps->s.n && (ps->s.p[ps->i] == ' ' || ps->s.p[ps->i] == '\n'))
		ps->i++;
}

static bool at_char(struct parser *ps, char c)
{
	return ps->i < ps->s.n && ps->s.p[ps->i] == c;
}

static bool is_tag_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
	       c == '_' || c == '\'';
}

static struct span read_name(struct parser *ps)
{
	size_t from = ps->i;

	while (ps->i < ps->s.n && is_tag_char(ps->s.p[ps->i]))
		ps->i++;
	return span_sub(ps->s, from, ps->i);
}

static int node_new(struct parser *ps, enum kind kind, struct node **ret)
{
	struct node *n = arena_alloc(&ps->b->pack->arena, sizeof(*n));

	if (!n)
		return pattern_out_of_memory(ps);
	n->kind = kind;
	n->start = ps->i;
	*ret = n;
	return 0;
}

static int role_index(struct parser *ps, struct span name, uint16_t *ret)
{
	int i = role_find(ps->roles, *ps->n_roles, name);

	if (i < 0) {
		if (*ps->n_roles == ROLES_MAX)
			return pattern_fault(ps, "too many roles");
		i = (int)(*ps->n_roles)++;
		ps->roles[i].name = arena_copy(&ps->b->pack->arena, name);
	}
	*ret = (uint16_t)i;
	return 0;
}

static int term_add(struct parser *ps, struct term t)
{
	struct pack *p = ps->b->pack;

	if (arena_grow(&p->arena, &p->terms, p->n_terms, &p->cap_terms, sizeof(*p->terms)) < 0)
		return pattern_out_of_memory(ps);
	p->terms[p->n_terms++] = t;
	return 0;
}

static int test_add(struct parser *ps, size_t first, uint16_t *ret)
{
	struct pack *p = ps->b->pack;

	if (p->n_tests >= NO_INDEX ||
	    arena_grow(&p->arena, &p->tests, p->n_tests, &p->cap_tests, sizeof(*p->tests)) < 0)
		return pattern_out_of_memory(ps);
	p->tests[p->n_tests] = (struct test){.first = (uint32_t)first, .n = (uint32_t)(p->n_terms - first)};
	*ret = (uint16_t)p->n_tests++;
	return 0;
}

static int read_tag(struct parser *ps, uint16_t *ret)
{
	struct span name = read_name(ps);
	int tag = name.n ? tag_find(ps->b->pack, name) : -ENOENT;

	if (!name.n)
		return pattern_fault(ps, "a tag is expected");
	if (tag < 0 || !tagset_has(&ps->b->pack->given, (unsigned)tag))
		return ynode_error(ps->at, ps->b->err, "pattern: no word or phrase has the tag %.*s", SPAN_FMT(name));
	*ret = (uint16_t)tag;
	return 0;
}

/* After '{' and a role: conjunctions between '|', up to '}'. */
static int parse_conditions(struct parser *ps, uint16_t *ret)
{
	size_t first = ps->b->pack->n_terms;

	for (;;) {
		struct term t = {0};

		skip_space(ps);
		if (at_char(ps, '!')) {
			t.negate = 1;
			ps->i++;
		}
		int rc = read_tag(ps, &t.id);
		if (rc < 0)
			return rc;
		skip_space(ps);
		t.last = !at_char(ps, '&');
		rc = term_add(ps, t);
		if (rc < 0)
			return rc;
		if (at_char(ps, '}')) {
			ps->i++;
			return test_add(ps, first, ret);
		}
		if (!at_char(ps, '&') && !at_char(ps, '|'))
			return pattern_fault(ps, "'}', '&' or '|' is expected");
		ps->i++;
	}
}

static int parse_braces(struct parser *ps, struct node **ret)
{
	struct node *test = NULL, *role = NULL;
	size_t start = ++ps->i;
	struct span name = read_name(ps);
	int rc = 0;

	if (name.n && at_char(ps, ':')) {
		ps->i++;
		rc = node_new(ps, N_ROLE, &role);
		if (rc == 0)
			rc = role_index(ps, name, &role->role);
	} else {
		ps->i = start;
	}
	if (rc == 0)
		rc = node_new(ps, N_TEST, &test);
	if (rc == 0)
		rc = parse_conditions(ps, &test->test);
	if (rc < 0)
		return rc;
	if (role)
		role->child = test;
	*ret = role ? role : test;
	return 0;
}

/* <n> and <n not a|b> */
static int parse_gap(struct parser *ps, struct node **ret)
{
	struct node *gap = NULL, *any = NULL;
	size_t first = ps->b->pack->n_terms, max = 0;

	ps->i++;
	while (ps->i < ps->s.n && ps->s.p[ps->i] >= '0' && ps->s.p[ps->i] <= '9')
		max = max * 10 + (size_t)(ps->s.p[ps->i++] - '0');
	if (max == 0 || max > REPEAT_MAX)
		return pattern_fault(ps, "a gap of 1 to 40 tokens is expected");
	skip_space(ps);
	bool more = span_starts(span_sub(ps->s, ps->i, ps->s.n), SPAN_LIT("not "));
	int rc = term_add(ps, (struct term){.id = TAG_BREAK, .negate = 1, .last = !more});
	if (more)
		ps->i += 4;
	while (rc == 0 && more) {
		struct term t = {.negate = 1};

		skip_space(ps);
		rc = read_tag(ps, &t.id);
		skip_space(ps);
		more = at_char(ps, '|');
		if (more)
			ps->i++;
		t.last = !more;
		if (rc == 0)
			rc = term_add(ps, t);
	}
	if (rc == 0 && !at_char(ps, '>'))
		rc = pattern_fault(ps, "'>' is expected");
	ps->i++;
	if (rc == 0)
		rc = node_new(ps, N_REPEAT, &gap);
	if (rc == 0)
		rc = node_new(ps, N_TEST, &any);
	if (rc == 0)
		rc = test_add(ps, first, &any->test);
	if (rc < 0)
		return rc;
	gap->max = (uint16_t)max;
	gap->lazy = true;
	gap->child = any;
	*ret = gap;
	return 0;
}

static int parse_group(struct parser *ps, struct node **ret)
{
	struct node *role = NULL, *inner = NULL;
	size_t start = ++ps->i;
	int rc = 0;

	skip_space(ps);
	struct span name = read_name(ps);
	if (name.n && at_char(ps, ':')) {
		ps->i++;
		rc = node_new(ps, N_ROLE, &role);
		if (rc == 0)
			rc = role_index(ps, name, &role->role);
	} else {
		ps->i = start;
	}
	if (rc == 0)
		rc = parse_alt(ps, &inner);
	if (rc == 0 && !at_char(ps, ')'))
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
	struct span name = read_name(ps);
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

static bool is_word_end(char c)
{
	return c == ' ' || c == '\n' || strchr("(){}|<>?*+[]@^$\"&~", c);
}

static int parse_word(struct parser *ps, struct node **ret)
{
	struct pack *p = ps->b->pack;
	struct folded f;
	struct span w;

	if (at_char(ps, '"')) {
		size_t end = span_find(ps->s, SPAN_LIT("\""), ps->i + 1);

		if (end == SIZE_MAX)
			return pattern_fault(ps, "a closing quote is missing");
		w = span_sub(ps->s, ps->i + 1, end);
		ps->i = end + 1;
	} else {
		size_t from = ps->i;

		while (ps->i < ps->s.n && !is_word_end(ps->s.p[ps->i]))
			ps->i++;
		w = span_sub(ps->s, from, ps->i);
	}
	if (!w.n)
		return pattern_fault(ps, "unexpected sign");
	int rc = node_new(ps, N_TEST, ret);
	if (rc < 0 || fold_text(w, &p->arena, &f) < 0)
		return pattern_out_of_memory(ps);
	int form = form_intern(p, span_of(f.p, f.n));
	if (form < 0)
		return pattern_out_of_memory(ps);
	if (!p->forms[form].word) {
		if (MARK_OF_WORD(p->n_words) >= NO_INDEX)
			return pattern_fault(ps, "too many words in patterns");
		p->forms[form].word = (uint16_t)++p->n_words;
	}
	p->forms[form].word_languages |= ps->b->languages;
	size_t first = p->n_terms;
	rc = term_add(ps, (struct term){.id = p->forms[form].word, .word = 1, .last = 1});
	return rc < 0 ? rc : test_add(ps, first, &(*ret)->test);
}

static int parse_look(struct parser *ps, enum kind kind, struct node **ret)
{
	bool negate = at_char(ps, '!');

	if (!negate && !at_char(ps, '&'))
		return pattern_fault(ps, "'!' or '&' is expected");
	ps->i++;
	int rc = node_new(ps, kind, ret);
	if (rc < 0)
		return rc;
	(*ret)->negate = negate;
	if (at_char(ps, '{')) {
		ps->i++;
		return parse_conditions(ps, &(*ret)->test);
	}
	struct node *word = NULL;
	rc = parse_word(ps, &word);
	if (rc == 0)
		(*ret)->test = word->test;
	return rc;
}

static int parse_atom(struct parser *ps, struct node **ret)
{
	char c = ps->s.p[ps->i];

	if (c == '{')
		return parse_braces(ps, ret);
	if (c == '(')
		return parse_group(ps, ret);
	if (c == '<')
		return parse_gap(ps, ret);
	if (c == '@')
		return parse_macro(ps, ret);
	if ((c == '!' || c == '&') && ps->i + 1 < ps->s.n && ps->s.p[ps->i + 1] != ' ')
		return parse_look(ps, N_AHEAD, ret);
	if (c == '~') {
		ps->i++;
		return parse_look(ps, N_BEHIND, ret);
	}
	if (c == '^' || c == '$') {
		ps->i++;
		return node_new(ps, c == '^' ? N_BEGIN : N_END, ret);
	}
	if (c == '.' && (ps->i + 1 == ps->s.n || ps->s.p[ps->i + 1] == ' ')) {
		ps->i++;
		int rc = node_new(ps, N_TEST, ret);
		return rc < 0 ? rc : test_add(ps, ps->b->pack->n_terms, &(*ret)->test);
	}
	return parse_word(ps, ret);
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
	if (!at_char(ps, ','))
		return pattern_fault(ps, "[min,max] is expected");
	ps->i++;
	*max = (uint16_t)read_number(ps);
	if (!at_char(ps, ']') || *min > *max || *max == 0 || *max > REPEAT_MAX)
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

		rc = node_new(ps, N_REPEAT, &rep);
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
	int rc = node_new(ps, N_SEQ, &seq);

	if (rc < 0)
		return rc;
	tail = &seq->child;
	for (skip_space(ps); rc == 0 && ps->i < ps->s.n && !at_char(ps, ')') && !at_char(ps, '|'); skip_space(ps)) {
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
	int rc = node_new(ps, N_ALT, &alt);
	if (rc < 0)
		return rc;
	tail = &alt->child;
	for (;;) {
		rc = parse_seq(ps, tail);
		if (rc < 0)
			return rc;
		tail = &(*tail)->next;
		if (!at_char(ps, '|'))
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
