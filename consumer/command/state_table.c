/* SPDX-License-Identifier: Apache-2.0 */
#include "command/state.h"
#include "base/utf8.h"

#define QUOTE_MAX 72 /* bytes of a quote that are shown */

static void put_day(struct strbuf *out, edtf_day d, enum edtf_grain grain)
{
	char s[EDTF_STRLEN_MAX];

	strbuf_add(out, span_of(s, edtf_format(edtf_coarsen(edtf_from_day(d), grain), s)));
}

void state_bound(struct strbuf *out, struct day_range r)
{
	static const enum edtf_grain grains[] = {EDTF_GRAIN_DAY, EDTF_GRAIN_MONTH, EDTF_GRAIN_YEAR};

	if (r.lo == EDTF_DAY_MIN && r.hi == EDTF_DAY_MAX) {
		strbuf_addch(out, '?');
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(grains) && r.lo != EDTF_DAY_MIN; i++) {
		struct edtf d = edtf_coarsen(edtf_from_day(r.lo), grains[i]);
		if (edtf_lo(d) == r.lo && edtf_hi(d) == r.hi) {
			put_day(out, r.lo, grains[i]);
			return;
		}
	}
	if (r.lo != EDTF_DAY_MIN)
		put_day(out, r.lo, EDTF_GRAIN_DAY);
	strbuf_addstr(out, "..");
	if (r.hi != EDTF_DAY_MAX)
		put_day(out, r.hi, EDTF_GRAIN_DAY);
}

/* Columns on a terminal: ideographs and full-width forms take two. */
static size_t columns(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c & 0xC0) != 0x80)
			n += c >= 0xE3 && c < 0xF0 ? 2 : 1;
	}
	return n;
}

static void put_cell(struct strbuf *out, struct span text, size_t width)
{
	size_t n = columns(text);

	strbuf_add(out, text);
	for (strbuf_addch(out, ' '); n < width; n++)
		strbuf_addch(out, ' ');
}

static void put_bound_cell(struct strbuf *out, struct day_range r, bool inferred, size_t width)
{
	struct strbuf b = STRBUF_INIT;

	state_bound(&b, r);
	if (inferred)
		strbuf_addch(&b, '*');
	put_cell(out, strbuf_span(&b), width);
	out->failed |= b.failed;
	strbuf_done(&b);
}

void state_table_header(struct strbuf *out)
{
	put_cell(out, SPAN_LIT("slot"), 17);
	put_cell(out, SPAN_LIT("value"), 22);
	put_cell(out, SPAN_LIT("begin"), 23);
	put_cell(out, SPAN_LIT("end (* inferred)"), 23);
	put_cell(out, SPAN_LIT("status"), 11);
	put_cell(out, SPAN_LIT("origins"), 7);
	strbuf_addstr(out, "evidence\n");
}

static void put_quote(struct strbuf *out, const struct spell_evidence *e)
{
	struct span shown = utf8_head(e->quote.exact, QUOTE_MAX);

	strbuf_addch(out, '"');
	for (size_t i = 0; i < shown.n; i++)
		strbuf_addch(out, (unsigned char)shown.p[i] < ' ' ? ' ' : shown.p[i]);
	strbuf_addstr(out, shown.n < e->quote.exact.n ? "...\" " : "\" ");
	strbuf_add(out, e->uri);
}

void state_table_row(struct strbuf *out, struct span slot, const struct spell *s)
{
	const unsigned begin = SPELL_BEGIN_DERIVED | SPELL_BEGIN_SUCCESSION,
		       end = SPELL_END_DERIVED | SPELL_END_SUCCESSION;
	struct strbuf n = STRBUF_INIT;

	put_cell(out, slot, 17);
	put_cell(out, s->value, 22);
	put_bound_cell(out, s->begin, s->inferred & begin, 23);
	put_bound_cell(out, s->end, s->inferred & end, 23);
	put_cell(out, span_str(spell_status_name(s->status)), 11);
	strbuf_addf(&n, "%u%s", s->origins, s->origins == SPELL_SUPPORT_MAX ? "+" : "");
	put_cell(out, strbuf_span(&n), 7);
	strbuf_done(&n);
	if (s->n_evidence)
		put_quote(out, &s->evidence[0]);
	strbuf_addch(out, '\n');
}
