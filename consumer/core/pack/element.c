/* SPDX-License-Identifier: Apache-2.0 */
/* element.c: the elements of a pattern that stand for themselves: words, tags, gaps, looks ahead and behind. What joins
 * them is pattern.c's. */
#include "core/pack/fold.h"
#include "core/pack/pattern.h"
#include <errno.h>

void pattern_space(struct parser *ps)
{
	while (ps->i < ps->s.n && (ps->s.p[ps->i] == ' ' || ps->s.p[ps->i] == '\n'))
		ps->i++;
}

bool pattern_at(struct parser *ps, char c)
{
	return ps->i < ps->s.n && ps->s.p[ps->i] == c;
}

static bool is_tag_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
	       c == '_' || c == '\'';
}

struct span pattern_name(struct parser *ps)
{
	size_t from = ps->i;

	while (ps->i < ps->s.n && is_tag_char(ps->s.p[ps->i]))
		ps->i++;
	return span_sub(ps->s, from, ps->i);
}

int pattern_node(struct parser *ps, enum kind kind, struct node **ret)
{
	struct node *n = arena_alloc(&ps->b->pack->arena, sizeof(*n));

	if (!n)
		return pattern_out_of_memory(ps);
	n->kind = kind;
	n->start = ps->i;
	*ret = n;
	return 0;
}

int pattern_role(struct parser *ps, struct span name, uint16_t *ret)
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

int pattern_test(struct parser *ps, size_t first, uint16_t *ret)
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
	struct span name = pattern_name(ps);
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

		pattern_space(ps);
		if (pattern_at(ps, '!')) {
			t.negate = 1;
			ps->i++;
		}
		int rc = read_tag(ps, &t.id);
		if (rc < 0)
			return rc;
		pattern_space(ps);
		t.last = !pattern_at(ps, '&');
		rc = term_add(ps, t);
		if (rc < 0)
			return rc;
		if (pattern_at(ps, '}')) {
			ps->i++;
			return pattern_test(ps, first, ret);
		}
		if (!pattern_at(ps, '&') && !pattern_at(ps, '|'))
			return pattern_fault(ps, "'}', '&' or '|' is expected");
		ps->i++;
	}
}

int pattern_role_before(struct parser *ps, struct node **ret)
{
	size_t start = ps->i;
	struct span name = pattern_name(ps);

	*ret = NULL;
	if (!name.n || !pattern_at(ps, ':')) {
		ps->i = start;
		return 0;
	}
	ps->i++;
	int rc = pattern_node(ps, N_ROLE, ret);
	return rc < 0 ? rc : pattern_role(ps, name, &(*ret)->role);
}

int element_braces(struct parser *ps, struct node **ret)
{
	struct node *test = NULL, *role = NULL;
	ps->i++;
	int rc = pattern_role_before(ps, &role);

	if (rc == 0)
		rc = pattern_node(ps, N_TEST, &test);
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
int element_gap(struct parser *ps, struct node **ret)
{
	struct node *gap = NULL, *any = NULL;
	size_t first = ps->b->pack->n_terms, max = 0;

	ps->i++;
	while (ps->i < ps->s.n && ps->s.p[ps->i] >= '0' && ps->s.p[ps->i] <= '9')
		max = max * 10 + (size_t)(ps->s.p[ps->i++] - '0');
	if (max == 0 || max > REPEAT_MAX)
		return pattern_fault(ps, "a gap of 1 to 40 tokens is expected");
	pattern_space(ps);
	bool more = span_starts(span_sub(ps->s, ps->i, ps->s.n), SPAN_LIT("not "));
	int rc = term_add(ps, (struct term){.id = TAG_BREAK, .negate = 1, .last = !more});
	if (more)
		ps->i += 4;
	while (rc == 0 && more) {
		struct term t = {.negate = 1};

		pattern_space(ps);
		rc = read_tag(ps, &t.id);
		pattern_space(ps);
		more = pattern_at(ps, '|');
		if (more)
			ps->i++;
		t.last = !more;
		if (rc == 0)
			rc = term_add(ps, t);
	}
	if (rc == 0 && !pattern_at(ps, '>'))
		rc = pattern_fault(ps, "'>' is expected");
	ps->i++;
	if (rc == 0)
		rc = pattern_node(ps, N_REPEAT, &gap);
	if (rc == 0)
		rc = pattern_node(ps, N_TEST, &any);
	if (rc == 0)
		rc = pattern_test(ps, first, &any->test);
	if (rc < 0)
		return rc;
	gap->max = (uint16_t)max;
	gap->lazy = true;
	gap->child = any;
	*ret = gap;
	return 0;
}

static bool is_word_end(char c)
{
	return c == ' ' || c == '\n' || strchr("(){}|<>?*+[]@^$\"&~", c);
}

int element_word(struct parser *ps, struct node **ret)
{
	struct pack *p = ps->b->pack;
	struct folded f;
	struct span w;

	if (pattern_at(ps, '"')) {
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
	int rc = pattern_node(ps, N_TEST, ret);
	if (rc < 0 || fold_text(w, &p->arena, &f) < 0)
		return pattern_out_of_memory(ps);
	int form = form_intern(p, span_of(f.p, f.n));
	if (form < 0)
		return pattern_out_of_memory(ps);
	if (!p->forms[form].word) {
		if (MARK_OF_WORD(p->n_words) >= NO_INDEX)
			return pattern_fault(ps, "too many words in patterns");
		if (common_add_word(ps->b, p->forms[form].text) < 0)
			return pattern_out_of_memory(ps);
		p->forms[form].word = (uint16_t)++p->n_words;
	}
	p->forms[form].word_languages |= ps->b->languages;
	size_t first = p->n_terms;
	rc = term_add(ps, (struct term){.id = p->forms[form].word, .word = 1, .last = 1});
	return rc < 0 ? rc : pattern_test(ps, first, &(*ret)->test);
}

int element_look(struct parser *ps, enum kind kind, struct node **ret)
{
	bool negate = pattern_at(ps, '!');

	if (!negate && !pattern_at(ps, '&'))
		return pattern_fault(ps, "'!' or '&' is expected");
	ps->i++;
	int rc = pattern_node(ps, kind, ret);
	if (rc < 0)
		return rc;
	(*ret)->negate = negate;
	if (pattern_at(ps, '{')) {
		ps->i++;
		return parse_conditions(ps, &(*ret)->test);
	}
	struct node *word = NULL;
	rc = element_word(ps, &word);
	if (rc == 0)
		(*ret)->test = word->test;
	return rc;
}
