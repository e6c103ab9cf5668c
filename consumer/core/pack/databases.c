/* SPDX-License-Identifier: Apache-2.0 */
/* databases.c: the two Vectorscan databases of a pack, compiled or taken from a cache.
 *
 * The gate holds the anchors of the organisation's names (pack.yaml `gate`): every form that means the organisation
 * contains one (load.c checks it), and each character of an anchor is written in all the ways in which raw JSON may
 * carry it (gate.c), so that the gate cannot miss what the lexicon would find. Before it stands the hint (hint.h), pure
 * literals: the fastest engine that Vectorscan has.
 */
#include "core/pack/build.h"
#include "core/pack/gate.h"
#include "core/pack/hint.h"
#include "base/strbuf.h"
#include <errno.h>
#include <stdlib.h>
#include <xxhash.h>

#define CACHE_MAGIC "scowire-pack-3\n"

static int compile_failed(struct error *reterr, hs_compile_error_t *e)
{
	int rc = error_set(reterr, ERROR_ACTION_STOP, -EBADMSG, "pack: gate: %s", e ? e->message : "out of memory");

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

/* The expressions of the gate, terminated, one after the other. */
struct expressions {
	struct strbuf all;
	size_t starts[GATE_ANCHORS_MAX], n;
};

/* `gate` is the anchors, one a line. */
static void spell_out(struct span gate, struct expressions *ret)
{
	*ret = (struct expressions){.all = STRBUF_INIT};
	for (size_t at = 0, end; at < gate.n && ret->n < GATE_ANCHORS_MAX; at = end + 1) {
		for (end = at; end < gate.n && gate.p[end] != '\n';)
			end++;
		ret->starts[ret->n++] = ret->all.len;
		if (gate.p[at] == GATE_WORD)
			gate_word_pattern(span_sub(gate, at + 1, end), &ret->all);
		else
			gate_pattern(span_sub(gate, at, end), &ret->all);
		strbuf_addch(&ret->all, '\0');
	}
}

static int compile_gate(struct pack *p, const struct expressions *x, struct error *reterr)
{
	hs_compile_error_t *e = NULL;
	const char *patterns[GATE_ANCHORS_MAX];
	unsigned flags[GATE_ANCHORS_MAX], ids[GATE_ANCHORS_MAX];

	for (size_t i = 0; i < x->n; i++) {
		patterns[i] = x->all.buf + x->starts[i];
		flags[i] = HS_FLAG_SINGLEMATCH;
		ids[i] = (unsigned)i;
	}
	bool ok = !x->all.failed && hs_compile_multi(patterns, flags, ids, (unsigned)x->n, HS_MODE_BLOCK, NULL,
						     &p->gate, &e) == HS_SUCCESS;
	return ok ? 0 : compile_failed(reterr, e);
}

/* What the databases are compiled from: another program may spell the anchors of a pack out otherwise. */
static uint64_t digest_of_sources(const struct pack *p, const struct expressions *x)
{
	uint64_t h = XXH3_64bits(x->all.buf, x->all.len);

	for (size_t i = 0; i < p->n_hints; i++)
		h = XXH3_64bits_withSeed(p->hints[i].text.p, p->hints[i].text.n,
					 h + p->hints[i].caseless + 2u * p->hints[i].word);
	return h;
}

/* magic, digest of the sources, then each database as its length and bytes. */
static bool cache_load(struct pack *p, struct span cache)
{
	struct span magic = SPAN_LIT(CACHE_MAGIC);
	hs_database_t **dbs[] = {&p->gate, &p->hint};

	if (!span_starts(cache, magic))
		return false;
	cache = span_sub(cache, magic.n, cache.n);
	if (!span_starts(cache, span_of((const char *)&p->gate_digest, sizeof(p->gate_digest))))
		return false;
	cache = span_sub(cache, sizeof(p->gate_digest), cache.n);
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

int build_gate(struct pack *p, struct span gate, struct span cache, struct error *reterr)
{
	struct expressions x;
	int rc = 0;

	if (hint_literals(gate, &p->arena, &p->hints, &p->n_hints, &p->hints_complete) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	spell_out(gate, &x);
	p->gate_digest = digest_of_sources(p, &x);
	p->from_cache = cache_load(p, cache);
	if (!p->from_cache) {
		hs_free_database(p->gate);
		hs_free_database(p->hint);
		p->gate = p->hint = NULL;
		rc = compile_hint(p, reterr);
		if (rc == 0)
			rc = compile_gate(p, &x, reterr);
	}
	strbuf_done(&x.all);
	return rc;
}

int pack_cache_save(const struct pack *p, struct arena *arena, struct span *ret, struct error *reterr)
{
	struct strbuf out = STRBUF_INIT;
	const hs_database_t *dbs[] = {p->gate, p->hint};
	int rc = 0;

	strbuf_add(&out, SPAN_LIT(CACHE_MAGIC));
	strbuf_add(&out, span_of((const char *)&p->gate_digest, sizeof(p->gate_digest)));
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(dbs); i++) {
		char *bytes = NULL;
		size_t len = 0;

		if (hs_serialize_database(dbs[i], &bytes, &len) != HS_SUCCESS)
			rc = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: cannot serialise the gate");
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
