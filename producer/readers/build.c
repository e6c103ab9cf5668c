/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/build.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "ninjs/json_out.h"
#include <errno.h>

static void member(struct json_out *o, const char *key, struct span value)
{
	if (!value.n)
		return;
	json_out_key(o, key);
	json_out_string(o, value);
}

void item_build(const struct item_parts *p, struct strbuf *out)
{
	struct json_out o = {.b = out};

	json_out_open(&o, '{');
	member(&o, p->body_member, p->body);
	member(&o, "headline", p->headline);
	if (p->source.n) {
		json_out_key(&o, "infosource");
		json_out_open(&o, '[');
		json_out_open(&o, '{');
		member(&o, "name", p->source);
		json_out_close(&o, '}');
		json_out_close(&o, ']');
	}
	member(&o, "language", p->language);
	member(&o, "type", SPAN_LIT("text"));
	member(&o, "uri", p->uri);
	member(&o, "versioncreated", p->versioncreated);
	json_out_close(&o, '}');
}

struct span item_identity(const char *kind, const struct span *parts, size_t n, struct arena *arena)
{
	struct strbuf all = STRBUF_INIT;
	char hex[DIGEST_HEX + 1];

	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&all, "%zu:", parts[i].n);
		strbuf_add(&all, parts[i]);
	}
	struct digest d = digest_of(strbuf_span(&all));
	bool failed = all.failed;
	strbuf_done(&all);
	if (failed)
		return SPAN_NONE;
	digest_hex(&d, hex);
	return arena_printf(arena, "urn:scowire:%s:%s", kind, hex);
}

int item_text_check(struct span text, struct error *why)
{
	size_t valid = utf8_valid_until(text);
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;

	if (valid < text.n)
		return error_set_at(why, ERROR_ACTION_SKIP, -EILSEQ, valid, "not UTF-8 at byte %zu", valid);
	if (nul)
		return error_set_at(why, ERROR_ACTION_SKIP, -EBADMSG, (size_t)(nul - text.p), "NUL at byte %zu",
				    (size_t)(nul - text.p));
	return 0;
}
