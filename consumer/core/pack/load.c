/* SPDX-License-Identifier: Apache-2.0 */
/* load.c: a pack from its files: names, then words, then phrases, then rules, then what finds them. */
#include "core/pack/build.h"
#include "core/pack/gate.h"
#include "core/pack/fold.h"
#include "base/strbuf.h"
#include <errno.h>
#include <stdlib.h>

#define FILES_MAX 256

static int out_of_memory(struct build *b)
{
	return error_set(b->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
}

static int cmp_files(const void *a, const void *b)
{
	return span_cmp((*(const struct pack_file *const *)a)->path, (*(const struct pack_file *const *)b)->path);
}

/* The name carries a digest of the content: two packs with one version are still two. */
static int pack_set_name(struct build *b, const struct ynode *head, const struct pack_file *const *sorted, size_t n)
{
	struct strbuf all = STRBUF_INIT;
	char hex[DIGEST_HEX + 1];

	for (size_t i = 0; i < n; i++) {
		strbuf_add(&all, sorted[i]->path);
		strbuf_addch(&all, '\n');
		strbuf_add(&all, sorted[i]->text);
	}
	struct digest d = digest_of(strbuf_span(&all));
	bool failed = all.failed;
	strbuf_done(&all);
	digest_hex(&d, hex);
	struct pack *p = b->pack;
	p->id = ynode_text(head, "id");
	struct span version = ynode_text(head, "version");
	if (!p->id.n || !version.n)
		return ynode_error(head, b->err, "pack.yaml needs id and version");
	p->name = arena_printf(&p->arena, "%.*s@%.*s-%.8s", SPAN_FMT(p->id), SPAN_FMT(version), hex);
	return failed || !p->name.p ? out_of_memory(b) : 0;
}

static int read_slots(struct build *b, const struct ynode *head)
{
	struct pack *p = b->pack;
	const struct ynode *slots = ynode_get(head, "slots");

	if (!slots || slots->kind != YNODE_MAP)
		return ynode_error(slots ? slots : head, b->err,
				   "slots: a map from slot to its value type is expected");
	for (size_t i = 0; i < slots->n; i++) {
		static const char *const keys[] = {"value",	  "key",	"why",	      "shape",
						   "short-days",  "apart-days", "not-before", "values",
						   "never-after", "stages",	"office",     NULL};
		const struct ynode *n = slots->items[i];
		struct span value = ynode_text(n, "value"), key = ynode_text(n, "key");
		int rc = ynode_only_keys(n, keys, b->err);

		if (rc < 0)
			return rc;
		if (!value.n)
			return ynode_error(n, b->err, "a slot needs the type of its value");
		struct span office = ynode_text(n, "office");
		int t = type_intern(p, value), k = key.n ? type_intern(p, key) : NO_INDEX;
		int o = office.n ? tag_intern(p, office) : NO_INDEX;
		if (t < 0 || k < 0 || o < 0 ||
		    arena_grow(&p->arena, &p->slots, p->n_slots, &p->cap_slots, sizeof(*p->slots)) < 0)
			return out_of_memory(b);
		struct slot *slot = &p->slots[p->n_slots++];
		*slot = (struct slot){
			.name = slots->keys[i]->text, .type = (uint16_t)t, .key = (uint16_t)k, .office = (uint16_t)o};
		rc = slot_read_shape(n, &p->arena, slot, b->err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int read_renames(struct build *b, const struct ynode *head)
{
	struct pack *p = b->pack;
	const struct ynode *all = ynode_get(head, "renames");

	for (size_t i = 0; all && i < all->n; i++) {
		static const char *const keys[] = {"slot", "from", "to", "before", "why", NULL};
		const struct ynode *n = all->items[i];
		struct rename r = {ynode_text(n, "slot"), ynode_text(n, "from"), ynode_text(n, "to"), {0}};
		int rc = ynode_only_keys(n, keys, b->err);

		if (rc < 0)
			return rc;
		if (edtf_parse(ynode_text(n, "before"), &r.before) < 0)
			return ynode_error(n, b->err, "before: a date is expected");
		if (arena_grow(&p->arena, &p->renames, p->n_renames, &p->cap_renames, sizeof(*p->renames)) < 0)
			return out_of_memory(b);
		p->renames[p->n_renames++] = r;
	}
	return 0;
}

static int file_head(struct build *b, const struct ynode *file)
{
	static const char *const keys[] = {
		"id",	 "version",  "organisation", "slots",  "renames", "gate",  "gate_words",     "language", "why",
		"words", "agencies", "paradigms",    "macros", "phrases", "rules", "source-weights", NULL};

	b->file = file;
	int rc = ynode_only_keys(file, keys, b->err);
	return rc < 0 ? rc : languages_of(file, &b->languages, b->err);
}

typedef int (*build_step)(struct build *b, const struct ynode *part);

static int each_file(struct build *b, const char *key, build_step step)
{
	for (size_t i = 0; i < b->n_files; i++) {
		int rc = file_head(b, b->files[i]);

		if (rc == 0)
			rc = step(b, ynode_get(b->files[i], key));
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Appends the anchors of one list, folded, one a line, each behind `mark`. */
static int add_anchors(struct build *b, const struct ynode *list, const char *mark, struct strbuf *ret)
{
	for (size_t i = 0; i < ynode_count(list); i++) {
		struct folded f;

		if (fold_text(ynode_item(list, i)->text, &b->pack->arena, &f) < 0)
			return out_of_memory(b);
		strbuf_addstr(ret, mark);
		strbuf_add(ret, span_of(f.p, f.n));
		strbuf_addch(ret, '\n');
	}
	return 0;
}

static bool passes_gate(const struct gate *g, struct span form)
{
	for (size_t i = 0; i < g->n; i++)
		if (gate_anchor_in(form, &g->anchors[i]))
			return true;
	return false;
}

static int make_gate(struct build *b, const struct ynode *gate, const struct ynode *words)
{
	struct strbuf anchors = STRBUF_INIT;
	int rc = add_anchors(b, gate, "", &anchors);

	if (rc == 0)
		rc = add_anchors(b, words, (const char[]){GATE_WORD, '\0'}, &anchors);
	if (rc == 0)
		rc = anchors.failed ? out_of_memory(b)
				    : gate_make(strbuf_span(&anchors), &b->pack->arena, &b->pack->gate, b->err);
	strbuf_done(&anchors);
	return rc;
}

/* The anchors; every form of the organisation must contain one. */
static int read_gate(struct build *b, const struct ynode *head)
{
	const struct pack *p = b->pack;
	const struct ynode *gate = ynode_get(head, "gate");

	if (!ynode_count(gate))
		return ynode_error(head, b->err, "gate: names of the organisation are expected");
	int rc = make_gate(b, gate, ynode_get(head, "gate_words"));
	for (size_t i = 0; rc == 0 && i < p->n_forms; i++) {
		bool org = false;

		for (uint32_t e = p->forms[i].entries; e; e = p->entries[e - 1].next)
			org |= tagset_has(&p->entries[e - 1].tags, TAG_ORG);
		if (org && !passes_gate(&p->gate, p->forms[i].text))
			return ynode_error(gate, b->err, "gate: no anchor is part of the form \"%.*s\"",
					   SPAN_FMT(p->forms[i].text));
	}
	return rc;
}

/* Does nothing with rules: words and phrases must know all tags first. */
static int compile(struct build *b, const struct ynode *head)
{
	struct pack *p = b->pack;
	int rc = tag_intern(p, SPAN_LIT("word"));

	for (unsigned t = TAG_WORD; t <= TAG_YEAR; t++)
		tagset_add(&p->given, t);
	tagset_add(&p->given, TAG_CURRENT);
	if (rc >= 0)
		rc = read_slots(b, head);
	if (rc == 0)
		rc = read_renames(b, head);
	if (rc == 0)
		rc = pack_read_sources(b->pack, head, b->err);
	if (rc == 0)
		rc = each_file(b, "agencies", build_agencies);
	if (rc == 0 && agency_table_make(p->agencies, p->n_agencies, &p->arena, &p->agency_table) < 0)
		rc = out_of_memory(b);
	if (rc == 0)
		rc = each_file(b, "words", build_words);
	if (rc == 0)
		rc = each_file(b, "phrases", build_phrases);
	if (rc == 0)
		rc = each_file(b, "rules", build_rules);
	return rc;
}

static int build_lexicon(struct build *b)
{
	struct pack *p = b->pack;

	for (size_t i = 0; i < p->n_forms; i++)
		if (lexicon_add(&p->lexicon, &p->arena, p->forms[i].text, (uint32_t)i) < 0)
			return out_of_memory(b);
	return 0;
}

static int read_files(struct build *b, const struct pack_file *const *sorted, size_t n, const struct ynode **ret_head)
{
	const struct ynode **files = arena_array(&b->pack->arena, n, sizeof(*files));

	if (!files)
		return out_of_memory(b);
	for (size_t i = 0; i < n; i++) {
		struct ynode *root;
		struct span path = arena_copy(&b->pack->arena, sorted[i]->path);
		int rc = yaml_read(path, sorted[i]->text, &b->pack->arena, &root, b->err);

		if (rc < 0)
			return rc;
		files[i] = root;
		if (span_eq_str(path, "pack.yaml"))
			*ret_head = root;
	}
	b->files = files;
	b->n_files = n;
	return *ret_head ? 0 : error_set(b->err, ERROR_ACTION_STOP, -EBADMSG, "pack.yaml: the pack has no such file");
}

int pack_load(const struct pack_file *files, size_t n, struct pack **ret, struct error *reterr)
{
	const struct pack_file *sorted[FILES_MAX];
	const struct ynode *head = NULL;

	if (n > FILES_MAX)
		return error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "pack: more than %d files", FILES_MAX);
	struct pack *p = calloc(1, sizeof(*p));
	if (!p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	struct build b = {.pack = p, .err = reterr};
	arena_init(&p->arena, 0);
	for (size_t i = 0; i < n; i++)
		sorted[i] = &files[i];
	qsort(sorted, n, sizeof(*sorted), cmp_files);
	int rc = read_files(&b, sorted, n, &head);
	if (rc == 0)
		rc = pack_set_name(&b, head, sorted, n);
	if (rc == 0)
		rc = compile(&b, head);
	if (rc == 0)
		rc = read_gate(&b, head);
	if (rc == 0)
		rc = build_lexicon(&b);
	if (rc == 0)
		rc = build_readings(&b);
	if (rc == 0)
		rc = build_index(&b);
	if (rc < 0) {
		pack_free(p);
		return rc;
	}
	*ret = p;
	return 0;
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	gate_done(&p->gate);
	arena_done(&p->arena);
	free(p);
}

struct span pack_name(const struct pack *p)
{
	return p->name;
}

static const struct slot *slot_of(const struct pack *p, struct span slot)
{
	size_t n = 0;

	while (n < slot.n && slot.p[n] != '/')
		n++;
	for (size_t i = 0; i < p->n_slots; i++)
		if (span_eq(p->slots[i].name, span_sub(slot, 0, n)))
			return &p->slots[i];
	return NULL;
}

bool pack_is_single(const struct pack *p, struct span slot)
{
	const struct slot *s = slot_of(p, slot);

	return s && s->shape == PACK_SHAPE_EXCLUSIVE && s->key == NO_INDEX;
}

bool pack_is_keyed(const struct pack *p, struct span slot)
{
	const struct slot *s = slot_of(p, slot);

	return s && s->key != NO_INDEX;
}

bool pack_is_office(const struct pack *p, struct span slot)
{
	const struct slot *s = slot_of(p, slot);

	return pack_is_single(p, slot) && s->type == type_find(p, "person");
}

bool pack_follows(const struct pack *p, struct span slot, struct span value)
{
	const struct slot *s = slot_of(p, slot);

	for (size_t i = 0; s && i < s->n_stage; i++)
		if (span_eq(s->stage[i], value))
			return false;
	for (size_t i = 0; s && i < s->n_values; i++)
		if (span_eq(s->values[i], value))
			return true;
	return false;
}
