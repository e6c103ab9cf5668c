/* SPDX-License-Identifier: Apache-2.0 */
/* scanner.c: the three Vectorscan databases of a pack, compiled or taken from a cache.
 *
 * The scanner holds every form, folded, as a pure literal: the fastest engine that Vectorscan has, and begin = end -
 * length needs no start-of-match tracking. The gate holds the anchors of the organisation's names (pack.yaml `gate`):
 * every form that means the organisation contains one (load.c checks it), and each character of an anchor is written
 * in all the ways in which raw JSON may carry it (gate_spellings.c), so that the gate cannot miss what the scanner
 * would find. Before it stands the hint (hint.h), pure literals again.
 */
#include "core/pack/build.h"
#include "core/pack/gate.h"
#include "core/pack/hint.h"
#include "base/strbuf.h"
#include <errno.h>
#include <xxhash.h>
#include <stdlib.h>

#define CACHE_MAGIC "scowire-pack-2\n"

static int compile_failed(struct error *reterr, hs_compile_error_t *e)
{
	int rc = error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "pack: scanner: %s", e ? e->message : "out of memory");

	hs_free_compile_error(e);
	return rc;
}

/* Pure literals, as columns. */
struct literals {
	const char **text;
	unsigned *flags, *ids;
	size_t *lens;
};

static bool literals_new(struct arena *a, size_t n, struct literals *ret)
{
	ret->text = arena_array(a, n, sizeof(*ret->text));
	ret->flags = arena_array(a, n, sizeof(*ret->flags));
	ret->ids = arena_array(a, n, sizeof(*ret->ids));
	ret->lens = arena_array(a, n, sizeof(*ret->lens));
	return ret->text && ret->flags && ret->ids && ret->lens;
}

static int compile_hint(struct pack *p, struct error *reterr)
{
	struct arena scratch;
	struct literals l;
	hs_compile_error_t *e = NULL;
	bool ok = false;

	arena_init(&scratch, 0);
	if (literals_new(&scratch, p->n_hints, &l)) {
		for (size_t i = 0; i < p->n_hints; i++) {
			const struct hint *h = &p->hints[i];
			l.text[i] = h->text.p;
			l.lens[i] = h->text.n;
			l.ids[i] = (unsigned)i;
			l.flags[i] = (h->caseless ? HS_FLAG_CASELESS : 0) | (h->word ? 0 : HS_FLAG_SINGLEMATCH);
		}
		ok = hs_compile_lit_multi(l.text, l.flags, l.ids, l.lens, (unsigned)p->n_hints, HS_MODE_BLOCK, NULL,
					  &p->hint, &e) == HS_SUCCESS;
	}
	arena_done(&scratch);
	return ok ? 0 : compile_failed(reterr, e);
}

static int compile_forms(struct pack *p, struct error *reterr)
{
	struct arena scratch;
	hs_compile_error_t *e = NULL;

	arena_init(&scratch, 0);
	struct literals l;
	int rc = -ENOMEM;

	if (literals_new(&scratch, p->n_forms, &l)) {
		for (size_t i = 0; i < p->n_forms; i++) {
			l.text[i] = p->forms[i].text.p;
			l.lens[i] = p->forms[i].text.n;
			l.ids[i] = (unsigned)i;
		}
		rc = hs_compile_lit_multi(l.text, l.flags, l.ids, l.lens, (unsigned)p->n_forms, HS_MODE_BLOCK, NULL,
					  &p->scanner, &e) == HS_SUCCESS
			     ? 0
			     : -EBADMSG;
	}
	arena_done(&scratch);
	return rc < 0 ? compile_failed(reterr, e) : 0;
}

static int compile_gate(struct pack *p, struct span gate, struct error *reterr)
{
	struct strbuf all = STRBUF_INIT;
	hs_compile_error_t *e = NULL;
	const char *patterns[GATE_ANCHORS_MAX];
	size_t starts[GATE_ANCHORS_MAX], n = 0;
	unsigned flags[GATE_ANCHORS_MAX], ids[GATE_ANCHORS_MAX];

	/* `gate` is the anchors, one a line. */
	for (size_t at = 0; at < gate.n && n < GATE_ANCHORS_MAX;) {
		size_t end = at;

		while (end < gate.n && gate.p[end] != '\n')
			end++;
		starts[n] = all.len;
		if (gate.p[at] == GATE_WORD)
			gate_word_pattern(span_sub(gate, at + 1, end), &all);
		else
			gate_pattern(span_sub(gate, at, end), &all);
		strbuf_addch(&all, '\0');
		flags[n] = HS_FLAG_SINGLEMATCH;
		ids[n] = (unsigned)n;
		n++;
		at = end + 1;
	}
	for (size_t i = 0; i < n; i++)
		patterns[i] = all.buf + starts[i];
	bool ok = !all.failed &&
		  hs_compile_multi(patterns, flags, ids, (unsigned)n, HS_MODE_BLOCK, NULL, &p->gate, &e) == HS_SUCCESS;
	strbuf_done(&all);
	return ok ? 0 : compile_failed(reterr, e);
}

/* What the databases were compiled from, in their order: another program may number the forms of a pack otherwise. */
static uint64_t forms_digest(const struct pack *p)
{
	uint64_t h = p->n_forms;

	for (size_t i = 0; i < p->n_forms; i++)
		h = XXH3_64bits_withSeed(p->forms[i].text.p, p->forms[i].text.n, h);
	return h;
}

/* magic, name of the pack, digest of its forms, then each database as its length and bytes. */
static bool cache_load(struct pack *p, struct span cache)
{
	struct span magic = SPAN_LIT(CACHE_MAGIC);
	hs_database_t **dbs[] = {&p->scanner, &p->gate, &p->hint};
	uint64_t made_of = forms_digest(p);

	if (!span_starts(cache, magic))
		return false;
	cache = span_sub(cache, magic.n, cache.n);
	if (!span_starts(cache, p->name) || cache.n <= p->name.n || cache.p[p->name.n] != '\n')
		return false;
	cache = span_sub(cache, p->name.n + 1, cache.n);
	if (!span_starts(cache, span_of((const char *)&made_of, sizeof(made_of))))
		return false;
	cache = span_sub(cache, sizeof(made_of), cache.n);
	for (size_t i = 0; i < ARRAY_SIZE(dbs); i++) {
		uint64_t n;

		if (cache.n < sizeof(n))
			return false;
		memcpy(&n, cache.p, sizeof(n));
		cache = span_sub(cache, sizeof(n), cache.n);
		if (n > cache.n || hs_deserialize_database(cache.p, n, dbs[i]) != HS_SUCCESS)
			return false;
		cache = span_sub(cache, n, cache.n);
	}
	return true;
}

int build_scanner(struct pack *p, struct span gate, struct span cache, struct error *reterr)
{
	if (hint_literals(gate, &p->arena, &p->hints, &p->n_hints, &p->hints_complete) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	p->from_cache = cache_load(p, cache);
	if (p->from_cache)
		return 0;
	hs_free_database(p->scanner);
	hs_free_database(p->gate);
	hs_free_database(p->hint);
	p->scanner = p->gate = p->hint = NULL;
	int rc = compile_forms(p, reterr);
	if (rc == 0)
		rc = compile_hint(p, reterr);
	return rc < 0 ? rc : compile_gate(p, gate, reterr);
}

int pack_cache_save(const struct pack *p, struct arena *arena, struct span *ret, struct error *reterr)
{
	struct strbuf out = STRBUF_INIT;
	const hs_database_t *dbs[] = {p->scanner, p->gate, p->hint};
	uint64_t made_of = forms_digest(p);
	int rc = 0;

	strbuf_add(&out, SPAN_LIT(CACHE_MAGIC));
	strbuf_add(&out, p->name);
	strbuf_addch(&out, '\n');
	strbuf_add(&out, span_of((const char *)&made_of, sizeof(made_of)));
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(dbs); i++) {
		char *bytes = NULL;
		size_t len = 0;

		if (hs_serialize_database(dbs[i], &bytes, &len) != HS_SUCCESS)
			rc = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: cannot serialise the scanner");
		uint64_t n = len;
		strbuf_add(&out, span_of((const char *)&n, sizeof(n)));
		strbuf_add(&out, span_of(bytes, len));
		free(bytes);
	}
	struct span copy = arena_copy(arena, strbuf_span(&out));
	if (rc == 0 && (out.failed || !copy.p))
		rc = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	strbuf_done(&out);
	if (rc == 0)
		*ret = copy;
	return rc;
}
