/* SPDX-License-Identifier: Apache-2.0 */
#include "core/claim/trace.h"
#include "base/strbuf.h"
#include "core/claim/engine.h"
#include <stdarg.h>
#include <stdio.h>

void trace_addf(struct extract_trace *t, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	if (!t)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->line(t->user, text);
}

/* The words of a sentence as the rules see them: text<tags>, shapes left out. */
void trace_sentence(const struct engine *e, const struct sentence_view *s)
{
	struct strbuf b = STRBUF_INIT;
	struct span field = s->field == CLAIM_BODY ? e->doc->body : e->doc->headline;

	if (!e->trace)
		return;
	strbuf_addf(&b, "sentence %zu-%zu:", s->start, s->end);
	for (size_t i = 0; i < s->n; i++) {
		const struct token *t = &s->v[i];
		const char *sep = "<";

		strbuf_addch(&b, ' ');
		strbuf_add(&b, span_sub(field, t->start, t->end));
		for (unsigned tag = TAG_GLUED + 1; tag < e->pack->n_tags; tag++)
			if (tagset_has(&t->tags, tag)) {
				strbuf_addf(&b, "%s%.*s", sep, SPAN_FMT(e->pack->tags[tag]));
				sep = " ";
			}
		if (*sep == ' ')
			strbuf_addch(&b, '>');
	}
	if (!b.failed)
		e->trace->line(e->trace->user, b.buf);
	strbuf_done(&b);
}
