/* SPDX-License-Identifier: Apache-2.0 */
/* What the index of programs leaves out cannot match: the examples of packs/sco, alone and all in one text, give the
 * same claims when every program is tried at every token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/strbuf.h"
#include "command/pack_dir.h"
#include "core/claim/check.h"
#include "core/claim/engine.h"

struct readings {
	struct pack *pack;
	struct extractor *x;
	size_t texts, claims;
};

static int setup(void **state)
{
	static struct readings r;
	struct error err = ERROR_INIT;

	if (pack_dir_load(PACK_DIR, &r.pack, &err) < 0)
		fail_msg("%s", err.text);
	r.x = extractor_new(r.pack);
	*state = &r;
	return r.x ? 0 : -1;
}

static int teardown(void **state)
{
	struct readings *r = *state;

	extractor_free(r->x);
	pack_free(r->pack);
	return 0;
}

/* The claims of a text, one a line. */
static void read_text(struct readings *r, enum language l, struct span text, bool everything, struct strbuf *ret)
{
	struct document doc = {.body = text, .language = l};
	struct arena arena;
	struct claim_list got = {0};
	struct error err = ERROR_INIT;

	arena_init(&arena, 0);
	assert_int_equal(edtf_parse(SPAN_LIT("2030-05-15"), &doc.published), 0);
	extractor_try_everything(r->x, everything);
	assert_int_equal(extractor_claims(r->x, &doc, &arena, &got, NULL, &err), 0);
	for (size_t i = 0; i < got.n; i++) {
		strbuf_addstr(ret, claim_line(&got.v[i], &arena));
		strbuf_addf(ret, " %.*s %zu\n", SPAN_FMT(got.v[i].rule), got.v[i].evidence->start);
	}
	r->claims += got.n;
	arena_done(&arena);
}

static void compare(struct readings *r, enum language l, struct span text)
{
	struct strbuf some = STRBUF_INIT, all = STRBUF_INIT;

	read_text(r, l, text, false, &some);
	read_text(r, l, text, true, &all);
	r->texts++;
	if (!span_eq(strbuf_span(&some), strbuf_span(&all)))
		fail_msg("%.*s\nby the index:\n%s\nby trying everything:\n%s", SPAN_FMT(text), some.buf, all.buf);
	strbuf_done(&some);
	strbuf_done(&all);
}

static struct span text_of(const struct ynode *example)
{
	return example->kind == YNODE_SCALAR ? example->text : ynode_text(example, "text");
}

static void nothing_that_matches_is_left_out(void **state)
{
	struct readings *r = *state;

	for (int l = LANGUAGE_EN; l < LANGUAGE_MAX_; l++) {
		struct strbuf together = STRBUF_INIT;

		for (size_t i = 0; i < r->pack->n_rules; i++) {
			const struct rule *rule = &r->pack->rules[i];
			const struct ynode *lists[] = {rule->fires, rule->silent};

			for (size_t k = 0; rule->languages == 1u << l && k < 2; k++)
				for (size_t n = 0; n < ynode_count(lists[k]); n++) {
					struct span text = text_of(ynode_item(lists[k], n));

					compare(r, (enum language)l, text);
					/* long sentences too: beyond 64 tokens the index knows less */
					strbuf_add(&together, text);
					strbuf_addstr(&together, n % 7 == 6 ? "\n" : " ; ");
				}
			if (together.len > 8000) {
				compare(r, (enum language)l, strbuf_span(&together));
				strbuf_clear(&together);
			}
		}
		strbuf_done(&together);
	}
	assert_true(r->texts > 1000 && r->claims > 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_that_matches_is_left_out)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
