/* SPDX-License-Identifier: Apache-2.0 */
#include "core/claim/trace.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "core/claim/check.h"
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
	struct span field = engine_text(e, s->field);

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

static struct span words_of(const struct engine *e, const struct sentence_view *s, size_t from, size_t to)
{
	struct span field = engine_text(e, s->field);

	return from < to && to <= s->n ? span_sub(field, s->v[from].start, s->v[to - 1].end) : SPAN_NONE;
}

void trace_match(const struct engine *e, const struct sentence_view *s, const struct rule *r, const struct program *g,
		 const struct match *m)
{
	struct strbuf b = STRBUF_INIT;
	struct span all = words_of(e, s, m->start, m->end);

	if (!e->trace)
		return;
	strbuf_addf(&b, "rule %.*s at %zu-%zu \"%.*s\" by \"%.*s\"", SPAN_FMT(r->id), (size_t)s->v[m->start].start,
		    (size_t)s->v[m->end - 1].end, SPAN_FMT(all), SPAN_FMT(g->source));
	for (size_t i = 0; i < r->n_roles; i++) {
		struct span w = m->at[2 * i] != NO_INDEX && m->at[2 * i + 1] != NO_INDEX
					? words_of(e, s, m->at[2 * i], m->at[2 * i + 1])
					: SPAN_NONE;

		if (w.n)
			strbuf_addf(&b, "; %.*s = \"%.*s\"", SPAN_FMT(r->roles[i].name), SPAN_FMT(w));
	}
	if (!b.failed)
		e->trace->line(e->trace->user, b.buf);
	strbuf_done(&b);
}

void trace_draft(const struct engine *e, const struct sentence_view *s, const struct draft *d, const struct match *m,
		 const struct date_expr *date)
{
	struct strbuf b = STRBUF_INIT;
	struct span field = engine_text(e, s->field);
	static const uint16_t cues[] = {TAG_DENIED, TAG_PROPOSED, TAG_PLANNED};

	if (!e->trace)
		return;
	const char *line = claim_line(&d->claim, e->arena);
	strbuf_addf(&b, "  claims %s", line ? line : "");
	if (date)
		strbuf_addf(&b, "; date \"%.*s\" by %s, counted from %s",
			    SPAN_FMT(span_sub(field, date->start, date->end)), date->rule,
			    date_anchor_name(date->anchor));
	else if (d->reported)
		strbuf_addstr(&b, "; undated: takes the day of its meeting, else the month of publication");
	for (size_t i = m->start; i < m->end; i++)
		for (size_t k = 0; k < ARRAY_SIZE(cues); k++)
			if (tagset_has(&s->v[i].tags, cues[k]))
				strbuf_addf(&b, "; %s by \"%.*s\"", builtin_tag_name(cues[k]),
					    SPAN_FMT(words_of(e, s, i, i + 1)));
	if (d->loose)
		strbuf_addf(&b, "; only if the text claims it for %.*s elsewhere", SPAN_FMT(d->backing));
	if (!b.failed)
		e->trace->line(e->trace->user, b.buf);
	strbuf_done(&b);
}

/* How many elements of the pattern a try got past. */
static size_t elements_passed(const struct pack *p, const struct program *g, const struct match *m)
{
	size_t n = 0;

	while (n < g->n_elements && p->elements[g->elements + 3 * n] < m->reached)
		n++;
	return n ? n - 1 : 0;
}

struct near_miss {
	const struct rule *rule;
	const struct program *program;
	size_t passed, at; /* elements; working token where the try began */
};

static void look_nearer(const struct engine *e, const struct sentence_view *s, const struct rule *r,
			const struct program *g, struct near_miss *best)
{
	for (size_t from = 0; from < s->n; from++) {
		struct match m;

		if (!program_opens(e, g, &s->v[from]) || program_match(e->pack, g, s, from, &m))
			continue;
		size_t passed = elements_passed(e->pack, g, &m);
		/* Nearer is the larger part of the pattern, without division. */
		if (passed >= 2 && (!best->rule || passed * best->program->n_elements > best->passed * g->n_elements))
			*best = (struct near_miss){r, g, passed, from};
	}
}

void trace_nearest(const struct engine *e, const struct sentence_view *s)
{
	struct near_miss best = {0};

	if (!tagset_has(&s->tags, TAG_ORG) && e->memory.org != ORG_OURS)
		return;
	for (size_t i = 0; i < e->pack->n_rules; i++)
		for (size_t k = 0; e->pack->rules[i].languages & e->language && k < e->pack->rules[i].n_programs; k++)
			look_nearer(e, s, &e->pack->rules[i], &e->pack->rules[i].programs[k], &best);
	if (!best.rule)
		return;
	const uint16_t *element = &e->pack->elements[best.program->elements + 3 * best.passed];
	struct span lacked = span_sub(best.program->source, element[1], element[2]);
	struct span from = words_of(e, s, best.at, s->n);
	trace_addf(e->trace, "nearest: rule %.*s from \"%.*s\", lacks %.*s of \"%.*s\"", SPAN_FMT(best.rule->id),
		   SPAN_FMT(utf8_head(from, 60)), SPAN_FMT(lacked), SPAN_FMT(best.program->source));
}
