/* SPDX-License-Identifier: Apache-2.0 */
#include "ninjs/markup.h"
#include "base/attr.h"
#include "base/utf8.h"
#include <errno.h>
#include <libxml/HTMLparser.h>
#include <strings.h>

#define NAME_MAX_ 32

/* Space owed before the next character: none, a blank, a line break, an empty line; the strongest asked for wins. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

struct strip {
	struct span in;
	size_t i;
	char *out; /* never longer than `in`: each construct is at least as long as what it becomes */
	size_t n;
	enum gap gap;
	size_t gap_from; /* where in `in` the gap began */
	unsigned pre;	 /* depth of <pre>: white space stands */
	struct arena *arena;
	struct markup_run *runs;
	size_t n_runs, cap_runs;
	bool failed;
};

static void run_add(struct strip *s, size_t raw, size_t raw_end, bool same)
{
	struct markup_run *last = s->n_runs ? &s->runs[s->n_runs - 1] : NULL;

	if (same && last && last->same && last->raw_end == raw && s->n - last->text == raw - last->raw) {
		last->raw_end = raw_end;
		return;
	}
	if (s->failed || arena_grow(s->arena, &s->runs, s->n_runs, &s->cap_runs, sizeof(*s->runs)) < 0) {
		s->failed = true;
		return;
	}
	s->runs[s->n_runs++] = (struct markup_run){s->n, raw, raw_end, same};
}

/* Writes the space that is owed; none before the first character. */
static void pay_gap(struct strip *s, size_t upto)
{
	static const struct span spaces[] = {SPAN_LIT(""), SPAN_LIT(" "), SPAN_LIT("\n"), SPAN_LIT("\n\n")};
	struct span w = spaces[s->gap];

	if (s->gap != GAP_NONE && s->n > 0) {
		run_add(s, s->gap_from, upto, false);
		memcpy(s->out + s->n, w.p, w.n);
		s->n += w.n;
	}
	s->gap = GAP_NONE;
}

static void owe(struct strip *s, enum gap gap, size_t from)
{
	if (s->gap == GAP_NONE)
		s->gap_from = from;
	if (gap > s->gap)
		s->gap = gap;
}

static void put(struct strip *s, struct span text, size_t raw, size_t raw_end, bool same)
{
	pay_gap(s, raw);
	run_add(s, raw, raw_end, same);
	memcpy(s->out + s->n, text.p, text.n);
	s->n += text.n;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_alpha(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_alnum(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9');
}

static void put_text(struct strip *s, size_t from, size_t to)
{
	for (size_t i = from; i < to;) {
		size_t start = i;
		if (is_space(s->in.p[i]) && !s->pre) {
			owe(s, GAP_SPACE, i++);
			continue;
		}
		while (i < to && (s->pre || !is_space(s->in.p[i])))
			i++;
		put(s, span_sub(s->in, start, i), start, i, true);
	}
}

/* Offset behind the next `mark` at or after `from`, or the end. */
static size_t behind(struct span in, const char *mark, size_t from)
{
	size_t at = span_find(in, span_str(mark), from);

	return at == SIZE_MAX ? in.n : at + strlen(mark);
}

/* Offset behind the '>' of the tag at `from`; a '>' within a quoted attribute value is none. */
static size_t tag_end(struct span in, size_t from)
{
	char quote = 0;

	for (size_t i = from; i < in.n; i++) {
		char c = in.p[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && in.p[i - 1] == '=')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return in.n;
}

/* The element name at `from` in lower case without its namespace prefix; "" when too long to be one of HTML's. */
static void tag_name(struct span in, size_t from, char ret[static NAME_MAX_])
{
	size_t n = 0;

	for (size_t i = from; i < in.n && (is_alnum(in.p[i]) || in.p[i] == ':' || in.p[i] == '-'); i++) {
		if (in.p[i] == ':')
			n = 0;
		else if (n < NAME_MAX_)
			ret[n++] = (char)(is_alpha(in.p[i]) ? in.p[i] | 32 : in.p[i]);
	}
	ret[n < NAME_MAX_ ? n : 0] = '\0';
}

static bool among(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static const char *const blocks[] = {"address", "article", "aside",  "blockquote", "body", "caption",  "center",
				     "dd",	"details", "div",    "dl",	   "dt",   "fieldset", "figcaption",
				     "figure",	"footer",  "form",   "h1",	   "h2",   "h3",       "h4",
				     "h5",	"h6",	   "header", "hl1",	   "hl2",  "hr",       "html",
				     "li",	"main",	   "nav",    "ol",	   "p",	   "pre",      "section",
				     "table",	"tbody",   "tfoot",  "thead",	   "tr",   "ul",       NULL};
static const char *const hidden[] = {"head", "noscript", "script", "style", "template", "title", NULL};

/* Offset behind "</name ...>" at or after `from`, or the end. */
static size_t behind_element(struct span in, const char *name, size_t from)
{
	size_t n = strlen(name);

	for (size_t at = from; (at = span_find(in, SPAN_LIT("</"), at)) != SIZE_MAX; at += 2)
		if (in.n - at - 2 >= n && strncasecmp(in.p + at + 2, name, n) == 0 &&
		    (at + 2 + n == in.n || !is_alnum(in.p[at + 2 + n])))
			return tag_end(in, at + 2);
	return in.n;
}

static void tag(struct strip *s, bool closing)
{
	size_t start = s->i, end = tag_end(s->in, start + 1);
	bool empty = end >= 2 && s->in.p[end - 2] == '/';
	char name[NAME_MAX_];

	tag_name(s->in, start + (closing ? 2 : 1), name);
	s->i = end;
	if (strcmp(name, "br") == 0)
		owe(s, GAP_LINE, start);
	else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		owe(s, GAP_SPACE, start);
	else if (among(name, blocks))
		owe(s, GAP_PARAGRAPH, start);
	else if (!closing && !empty && among(name, hidden))
		s->i = behind_element(s->in, name, end);
	if (strcmp(name, "pre") == 0 && !empty)
		s->pre = closing ? s->pre - (s->pre > 0) : s->pre + 1;
}

/* Everything that begins with '<'. Returns false when it is but a less-than sign. */
static bool markup(struct strip *s)
{
	struct span rest = span_sub(s->in, s->i, s->in.n);
	char c = rest.n > 1 ? rest.p[1] : 0, d = rest.n > 2 ? rest.p[2] : 0;

	if (span_starts(rest, SPAN_LIT("<!--"))) {
		s->i = behind(s->in, "-->", s->i + 4);
	} else if (span_starts(rest, SPAN_LIT("<![CDATA["))) {
		size_t from = s->i + 9, end = behind(s->in, "]]>", from);
		bool closed = end >= from + 3 && memcmp(s->in.p + end - 3, "]]>", 3) == 0;
		put_text(s, from, closed ? end - 3 : end);
		s->i = end;
	} else if (c == '!' || c == '?') {
		s->i = behind(s->in, ">", s->i);
	} else if (is_alpha(c) || (c == '/' && is_alpha(d))) {
		tag(s, c == '/');
	} else {
		return false;
	}
	return true;
}

/* The value of "#8217", "#x2019" up to `end`; what names no character is U+FFFD, as HTML has it. */
static uint32_t numeric(struct span in, size_t from, size_t end)
{
	bool hex = from < end && (in.p[from] | 32) == 'x';
	uint32_t v = 0;

	for (size_t i = from + hex; i < end; i++) {
		char c = in.p[i];
		uint32_t d = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 32) - 'a' + 10);
		if (v <= 0x10FFFF)
			v = v * (hex ? 16 : 10) + d;
	}
	return v == 0 || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF) ? 0xFFFD : v;
}

static size_t digits_end(struct span in, size_t from, bool hex)
{
	size_t i = from;

	while (i < in.n &&
	       ((in.p[i] >= '0' && in.p[i] <= '9') || (hex && (in.p[i] | 32) >= 'a' && (in.p[i] | 32) <= 'f')))
		i++;
	return i;
}

/* "&name;", "&#8217;", "&#x2019;". Returns false when it is but an ampersand. */
static bool reference(struct strip *s)
{
	size_t start = s->i, at = start + 1, end;
	char name[NAME_MAX_], utf8[4];
	uint32_t c;

	if (at < s->in.n && s->in.p[at] == '#') {
		bool hex = at + 1 < s->in.n && (s->in.p[at + 1] | 32) == 'x';
		end = digits_end(s->in, at + 1 + hex, hex);
		if (end == at + 1 + hex)
			return false;
		c = numeric(s->in, at + 1, end);
	} else {
		for (end = at; end < s->in.n && is_alnum(s->in.p[end]) && end - at < NAME_MAX_ - 1; end++)
			name[end - at] = s->in.p[end];
		name[end - at] = '\0';
		const htmlEntityDesc *e =
			end < s->in.n && s->in.p[end] == ';' ? htmlEntityLookup((const xmlChar *)name) : NULL;
		if (!e)
			return false;
		c = e->value;
	}
	end += end < s->in.n && s->in.p[end] == ';';
	s->i = end;
	if (c == 0xA0 || (c < 0x80 && is_space((char)c)))
		owe(s, GAP_SPACE, start);
	else
		put(s, span_of(utf8, utf8_encode(c, utf8)), start, end, false);
	return true;
}

int markup_text(struct span html, struct arena *arena, struct markup *ret)
{
	struct strip s = {.in = html, .arena = arena, .out = arena_alloc(arena, html.n + 1)};

	if (!s.out)
		return -ENOMEM;
	while (s.i < html.n) {
		char c = html.p[s.i];
		if ((c == '<' && markup(&s)) || (c == '&' && reference(&s)))
			continue;
		size_t start = s.i++;
		while (s.i < html.n && html.p[s.i] != '<' && html.p[s.i] != '&')
			s.i++;
		put_text(&s, start, s.i);
	}
	if (s.failed)
		return -ENOMEM;
	*ret = (struct markup){span_of(s.out, s.n), s.runs, s.n_runs};
	return 0;
}

static const struct markup_run *run_at(const struct markup *m, size_t at)
{
	size_t lo = 0, hi = m->n_runs;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (m->runs[mid].text <= at)
			lo = mid;
		else
			hi = mid;
	}
	return &m->runs[lo];
}

void markup_locate(const struct markup *m, size_t start, size_t end, size_t *ret_start, size_t *ret_end)
{
	const struct markup_run *a = run_at(m, start), *b = run_at(m, end - 1);

	*ret_start = a->same ? a->raw + (start - a->text) : a->raw;
	*ret_end = b->same ? b->raw + (end - b->text) : b->raw_end;
}

bool markup_looks_like(struct span text)
{
	struct span t = span_trim(text);

	return t.n > 2 && t.p[0] == '<' && (is_alpha(t.p[1]) || t.p[1] == '!' || t.p[1] == '?') &&
	       (span_find(t, SPAN_LIT("</"), 0) != SIZE_MAX || span_find(t, SPAN_LIT("/>"), 0) != SIZE_MAX);
}
