/* SPDX-License-Identifier: Apache-2.0 */
/* forms.c: the words of a pack: spellings, endings and readings.
 *
 * A form is written `stem~paradigm more words = tag tag`: the ending of the named paradigm replaces `~paradigm`, its
 * tags are added. Where a form has two paradigms the endings must agree: both carry tags of the same case set, and only
 * the pairs that share a tag are spelled out ("Шанхайск~adj организаци~noun"). Several forms stand in one string
 * between semicolons.
 */
#include "core/pack/build.h"
#include "core/pack/fold.h"
#include "base/strbuf.h"
#include "core/text/chars.h"
#include <errno.h>

#define FORM_MAX 256 /* bytes of one spelling */

/* What all forms of one group share. */
struct group {
	struct tagset tags;
	uint16_t type;
	struct span value;
	const struct ynode *at;
};

static int out_of_memory(struct build *b)
{
	return error_set(b->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
}

int build_tags(struct build *b, const struct ynode *list, struct tagset *ret)
{
	for (size_t i = 0; i < ynode_count(list); i++) {
		struct span words = ynode_item(list, i)->text;

		for (size_t at = 0; at < words.n;) {
			size_t end = at;

			while (end < words.n && words.p[end] != ' ' && words.p[end] != ',')
				end++;
			if (end > at) {
				int tag = tag_intern(b->pack, span_sub(words, at, end));

				if (tag < 0)
					return ynode_error(list, b->err, "too many tags in the pack");
				tagset_add(ret, (unsigned)tag);
			}
			at = end + 1;
		}
	}
	return 0;
}

/* Adds one spelled-out form with its reading. */
static int form_add(struct build *b, const struct group *g, struct span text, const struct tagset *tags)
{
	struct pack *p = b->pack;
	struct folded f;
	size_t len, upper = 0, lower = 0;

	for (size_t i = 0; i < text.n; i += len) {
		uint32_t c = char_at(text, i, &len);

		upper += char_is_upper(c);
		lower += char_is_lower(c);
	}
	if (fold_text(text, &p->arena, &f) < 0)
		return out_of_memory(b);
	struct span folded = span_trim(span_of(f.p, f.n));
	if (!folded.n || folded.n > FORM_MAX)
		return ynode_error(g->at, b->err, "a form of %zu bytes: 1 to %d are allowed", folded.n, FORM_MAX);
	int i = form_intern(p, folded);
	if (i < 0 || arena_grow(&p->arena, &p->entries, p->n_entries, &p->cap_entries, sizeof(*p->entries)) < 0)
		return out_of_memory(b);
	struct entry e = {.type = g->type, .value = g->value, .languages = b->languages, .tags = g->tags};
	tagset_or(&e.tags, tags);
	common_add_form(b, folded, &e.tags);
	e.cap = char_is_upper(char_at(text, 0, &len));
	e.upper = upper > 1 && !lower;
	for (uint32_t k = p->forms[i].entries; k; k = p->entries[k - 1].next) {
		struct entry *old = &p->entries[k - 1];

		if (old->type == e.type && span_eq(old->value, e.value) && old->cap == e.cap && old->upper == e.upper &&
		    old->languages == e.languages) {
			tagset_or(&old->tags, &e.tags);
			tagset_or(&p->given, &e.tags);
			return 0;
		}
	}
	e.next = p->forms[i].entries;
	p->entries[p->n_entries++] = e;
	p->forms[i].entries = (uint32_t)p->n_entries;
	tagset_or(&p->given, &e.tags);
	return 0;
}

static const struct ynode *paradigm_find(const struct build *b, struct span name)
{
	for (size_t i = 0; i < b->n_files; i++) {
		const struct ynode *all = ynode_get(b->files[i], "paradigms");
		uint8_t mask = 0;

		if (languages_of(b->files[i], &mask, NULL) < 0 || !(mask & b->languages))
			continue;
		for (size_t k = 0; all && k < all->n; k++)
			if (span_eq(all->keys[k]->text, name))
				return all->items[k];
	}
	return NULL;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Spells out a template, or what is left of it; `out` holds what is spelled so far. */
static int form_expand(struct build *b, const struct group *g, struct span tpl, struct strbuf *out,
		       const struct tagset *tags, const struct tagset *agree);

/* An ending may be spelled several ways: "ой|ою". Each is followed by the rest of the template. */
static int ending_expand(struct build *b, const struct group *g, struct span ends, struct span rest, struct strbuf *out,
			 const struct tagset *tags, const struct tagset *agree)
{
	size_t stem = out->len;
	int rc = 0;

	for (size_t k = 0; rc == 0 && k <= ends.n;) {
		size_t e = k;

		while (e < ends.n && ends.p[e] != '|')
			e++;
		strbuf_truncate(out, stem);
		strbuf_add(out, span_sub(ends, k, e));
		rc = form_expand(b, g, rest, out, tags, agree);
		k = e + 1;
	}
	strbuf_truncate(out, stem);
	return rc;
}

static int paradigm_expand(struct build *b, const struct group *g, const struct ynode *par, struct span rest,
			   struct strbuf *out, const struct tagset *tags, const struct tagset *agree)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < par->n; i++) {
		struct tagset own = {0}, all = *tags;

		rc = build_tags(b, par->items[i], &own);
		if (rc < 0 || (agree && !tagset_meets(agree, &own)))
			continue;
		struct tagset next = own;
		if (!agree)
			tagset_or(&all, &own);
		for (size_t k = 0; agree && k < ARRAY_SIZE(all.w); k++) {
			next.w[k] = agree->w[k] & own.w[k];
			all.w[k] = next.w[k] | (tags->w[k] & ~agree->w[k]);
		}
		rc = ending_expand(b, g, par->keys[i]->text, rest, out, &all, &next);
	}
	return rc;
}

static int form_expand(struct build *b, const struct group *g, struct span tpl, struct strbuf *out,
		       const struct tagset *tags, const struct tagset *agree)
{
	size_t start = out->len, tilde = 0;
	int rc;

	while (tilde < tpl.n && tpl.p[tilde] != '~')
		tilde++;
	strbuf_add(out, span_sub(tpl, 0, tilde));
	if (tilde == tpl.n) {
		rc = out->failed ? out_of_memory(b) : form_add(b, g, strbuf_span(out), tags);
	} else {
		size_t end = tilde + 1;
		while (end < tpl.n && is_name_char(tpl.p[end]))
			end++;
		struct span name = span_sub(tpl, tilde + 1, end);
		const struct ynode *par = paradigm_find(b, name);
		if (!par || par->kind != YNODE_MAP)
			return ynode_error(g->at, b->err, "no paradigm named %.*s", SPAN_FMT(name));
		rc = paradigm_expand(b, g, par, span_sub(tpl, end, tpl.n), out, tags, agree);
	}
	strbuf_truncate(out, start);
	return rc;
}

/* One form of the list, with its own tags after '='. */
static int form_read(struct build *b, const struct group *g, const struct ynode *at, struct span text)
{
	struct group own = *g;
	struct strbuf out = STRBUF_INIT;
	struct tagset none = {0};
	size_t eq = span_find(text, SPAN_LIT(" = "), 0);
	int rc = 0;

	own.at = at;
	if (eq != SIZE_MAX) {
		struct ynode tags = *at;

		tags.text = span_sub(text, eq + 3, text.n);
		rc = build_tags(b, &tags, &own.tags);
		text = span_sub(text, 0, eq);
	}
	text = span_trim(text);
	if (rc == 0 && !text.n)
		rc = ynode_error(at, b->err, "an empty form");
	if (rc == 0)
		rc = form_expand(b, &own, text, &out, &none, NULL);
	strbuf_done(&out);
	return rc;
}

static int forms_read(struct build *b, const struct group *g, const struct ynode *list)
{
	for (size_t i = 0; i < ynode_count(list); i++) {
		const struct ynode *n = ynode_item(list, i);

		if (n->kind != YNODE_SCALAR)
			return ynode_error(n, b->err, "forms: words are expected");
		for (size_t at = 0; at < n->text.n;) {
			size_t end = at;

			while (end < n->text.n && n->text.p[end] != ';')
				end++;
			/* A lone semicolon is a form too. */
			struct span one = end == at && n->text.n == 1 ? n->text : span_sub(n->text, at, end);
			if (span_trim(one).n) {
				int rc = form_read(b, g, n, one);

				if (rc < 0)
					return rc;
			}
			at = end + 1;
		}
	}
	return 0;
}

static int group_read(struct build *b, const struct ynode *n)
{
	static const char *const keys[] = {"tags", "type", "value", "values", "forms", "why", NULL};
	struct group g = {.type = NO_INDEX, .at = n};
	struct span type = ynode_text(n, "type");
	const struct ynode *values = ynode_get(n, "values");
	int rc = ynode_only_keys(n, keys, b->err);

	if (rc == 0)
		rc = build_tags(b, ynode_get(n, "tags"), &g.tags);
	if (rc < 0)
		return rc;
	if (type.n) {
		int t = type_intern(b->pack, type);

		if (t < 0)
			return out_of_memory(b);
		g.type = (uint16_t)t;
	}
	if (values && (!type.n || values->kind != YNODE_MAP))
		return ynode_error(values, b->err, "values: a map from value to forms, beside a type");
	for (size_t i = 0; values && rc == 0 && i < values->n; i++) {
		g.value = values->keys[i]->text;
		rc = forms_read(b, &g, values->items[i]);
	}
	g.value = ynode_text(n, "value");
	if (rc == 0)
		rc = forms_read(b, &g, ynode_get(n, "forms"));
	return rc;
}

int build_words(struct build *b, const struct ynode *words)
{
	int rc = 0;

	if (words && words->kind != YNODE_LIST)
		return ynode_error(words, b->err, "words: a list of groups is expected");
	for (size_t i = 0; words && rc == 0 && i < words->n; i++)
		rc = group_read(b, words->items[i]);
	return rc;
}
