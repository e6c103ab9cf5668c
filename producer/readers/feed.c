/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/feed.h"
#include "base/utf8.h"
#include "edtf/edtf.h"
#include "ninjs/markup.h"
#include "readers/build.h"
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <libxml/xmlreader.h>

/* The parts of an entry, or of the feed itself; spans lie in the arena. */
struct entry {
	struct span title, content, summary, id, link, updated, published, language;
	const char *content_member, *summary_member;
};

struct feed {
	xmlTextReaderPtr x;
	const char *name; /* of the document, for messages */
	const struct item_defaults *defaults;
	struct reader_out *out;
	struct arena own; /* what belongs to the feed outlives the entries */
	struct entry channel, entry;
	int entry_depth; /* -1: not within an entry */
	size_t entries;
	struct error xml; /* the first complaint of libxml2 */
};

static void on_xml_error(void *arg, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr at)
{
	struct feed *f = arg;
	struct span text = span_trim(span_str(msg));

	if (severity == XML_PARSER_SEVERITY_ERROR)
		error_set(&f->xml, ERROR_ACTION_SKIP, -EBADMSG, "line %d: %.*s", xmlTextReaderLocatorLineNumber(at),
			  SPAN_FMT(text));
}

static struct span keep(struct arena *arena, xmlChar *text)
{
	struct span s = text ? arena_copy(arena, span_trim(span_str((const char *)text))) : SPAN_NONE;

	xmlFree(text);
	return s;
}

static struct span attribute(struct feed *f, struct arena *arena, const char *name)
{
	return keep(arena, xmlTextReaderGetAttribute(f->x, (const xmlChar *)name));
}

static struct span text_of(struct feed *f, struct arena *arena)
{
	return keep(arena, xmlTextReaderReadString(f->x));
}

static bool is(const char *name, const char *want)
{
	return strcmp(name, want) == 0;
}

/* Sets a field the first time; empty elements do not count. */
static void once(struct span *field, struct span value)
{
	if (!field->n)
		*field = value;
}

/* Text of an element whose `type` (Atom) says what it is; RSS has HTML, escaped. */
static struct span construct(struct feed *f, struct arena *arena, bool atom, const char **member)
{
	struct span type = atom ? attribute(f, arena, "type") : SPAN_LIT("html");

	if (span_eq_str(type, "xhtml")) {
		*member = "body_xhtml";
		return keep(arena, xmlTextReaderReadInnerXml(f->x));
	}
	*member = span_eq_str(type, "html") ? "body_html" : "body_text";
	return text_of(f, arena);
}

static struct span title(struct feed *f, struct arena *arena, bool atom)
{
	const char *member;
	struct span t = construct(f, arena, atom, &member);
	struct markup m;

	if (is(member, "body_text") || markup_text(t, arena, &m) < 0)
		return t;
	return m.text;
}

/* Atom's <link> is an attribute, and only the alternate one is the entry's; RSS has text. */
static struct span link_of(struct feed *f, struct arena *arena, bool atom)
{
	struct span rel = attribute(f, arena, "rel");

	if (!atom)
		return text_of(f, arena);
	return rel.n && !span_eq_str(rel, "alternate") ? SPAN_NONE : attribute(f, arena, "href");
}

/* Is this the feed's own element, or of a module that means the same for news? Not media:description, itunes:summary.
 */
static bool is_known(struct feed *f, const char *ns)
{
	static const char *const modules[] = {"http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/modules/content/",
					      "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"};

	if (!xmlTextReaderConstPrefix(f->x))
		return true;
	for (size_t i = 0; ns && i < ARRAY_SIZE(modules); i++)
		if (is(ns, modules[i]))
			return true;
	return false;
}

/* One child element of a channel or an entry. */
static void field(struct feed *f, struct entry *e, struct arena *arena)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(f->x);
	const char *ns = (const char *)xmlTextReaderConstNamespaceUri(f->x);
	bool atom = ns && is(ns, "http://www.w3.org/2005/Atom");

	if (!is_known(f, ns))
		return;
	if (is(name, "title"))
		once(&e->title, title(f, arena, atom));
	else if (is(name, "encoded") || (atom && is(name, "content")))
		once(&e->content, construct(f, arena, atom, &e->content_member));
	else if (is(name, "description") || is(name, "summary"))
		once(&e->summary, construct(f, arena, atom, &e->summary_member));
	else if (is(name, "guid") || is(name, "id"))
		once(&e->id, text_of(f, arena));
	else if (is(name, "link"))
		once(&e->link, link_of(f, arena, atom));
	else if (is(name, "updated"))
		once(&e->updated, text_of(f, arena));
	else if (is(name, "published") || is(name, "pubDate") || is(name, "date"))
		once(&e->published, text_of(f, arena));
	else if (is(name, "language"))
		once(&e->language, text_of(f, arena));
}

/* RFC 3339 as it is, RFC 822 in UTC; empty when it is neither. */
static struct span time_of(struct span s, struct arena *arena)
{
	struct edtf d;
	struct tm tm;

	if (!s.n || edtf_from_rfc3339(s, &d) == 0)
		return s;
	time_t t = curl_getdate(s.p, NULL);
	if (t == (time_t)-1 || !gmtime_r(&t, &tm) || tm.tm_year < 1 - 1900 || tm.tm_year > 9999 - 1900)
		return SPAN_NONE;
	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* "https://...", "urn:...", "tag:...": a scheme, a colon, and no white space. */
static bool is_uri(struct span s)
{
	size_t i = 0;

	while (i < s.n && (isalnum((unsigned char)s.p[i]) || strchr("+-.", s.p[i])))
		i++;
	if (i < 2 || i + 1 >= s.n || s.p[i] != ':' || !isalpha((unsigned char)s.p[0]))
		return false;
	for (; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ')
			return false;
	return true;
}

static struct span identity_of(const struct feed *f, const struct entry *e, struct arena *arena)
{
	struct span own = e->id.n ? e->id : e->link;
	const struct entry *c = &f->channel;
	const struct span parts[] = {c->id.n	 ? c->id
				     : c->link.n ? c->link
						 : c->title,
				     own, own.n ? SPAN_NONE : e->title, own.n ? SPAN_NONE : e->content,
				     own.n ? SPAN_NONE : e->summary};

	return is_uri(own) ? own : item_identity("feed", parts, ARRAY_SIZE(parts), arena);
}

/* Hands the item on, if its texts are fit for JSON: libxml2 lets bad UTF-8 pass in CDATA, and tells only later. */
static int emit(struct feed *f, const struct item_parts *p, const char *where, struct error *reterr)
{
	struct strbuf value = STRBUF_INIT;
	struct news_item item = {.key = p->uri, .timestamp = ITEM_NO_TIME};
	struct error why = ERROR_INIT;
	int r;

	item_build(p, &value);
	item.value = strbuf_span(&value);
	(void)edtf_ms_from_rfc3339(p->versioncreated, &item.timestamp);
	if (!p->uri.p || value.failed)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", where);
	else if (item_text_check(item.value, &why) < 0)
		r = f->out->bad(f->out, where, SPAN_NONE, &why, reterr);
	else
		r = f->out->item(f->out, &item, reterr);
	strbuf_done(&value);
	return r;
}

static int finish(struct feed *f, struct error *reterr)
{
	const struct entry *e = &f->entry;
	struct arena *arena = f->out->arena;
	bool full = e->content.n > 0;
	struct span published = e->updated.n ? e->updated : e->published;
	struct item_parts p = {.headline = e->title, .body_member = full ? e->content_member : e->summary_member};
	struct error why = ERROR_INIT;
	char where[4096 + 32];

	snprintf(where, sizeof(where), "%s: entry %zu", f->name, f->entries);
	if (!e->title.n && !e->content.n && !e->summary.n) {
		error_set(&why, ERROR_ACTION_SKIP, -EBADMSG, "neither title nor text");
		return f->out->bad(f->out, where, SPAN_NONE, &why, reterr);
	}
	p.body = full ? e->content : e->summary;
	p.versioncreated = time_of(published, arena);
	p.language = f->defaults->language ? span_str(f->defaults->language)
		     : e->language.n	   ? e->language
					   : f->channel.language;
	p.source = f->defaults->source ? span_str(f->defaults->source) : f->channel.title;
	p.uri = identity_of(f, e, arena);
	if (published.n && !p.versioncreated.n) {
		error_set(&why, ERROR_ACTION_NONE, -EBADMSG, "\"%.*s\" is no time, so it is published without one",
			  SPAN_FMT(utf8_head(published, 80)));
		int r = f->out->bad(f->out, where, SPAN_NONE, &why, reterr);
		if (r < 0)
			return r;
	}
	return emit(f, &p, where, reterr);
}

static void begin_entry(struct feed *f, int depth)
{
	arena_reset(f->out->arena);
	f->entry = (struct entry){0};
	f->entry_depth = depth;
	f->entries++;
	once(&f->entry.id, attribute(f, f->out->arena, "rdf:about"));
	once(&f->entry.language, attribute(f, f->out->arena, "xml:lang"));
}

static int element(struct feed *f, struct error *reterr)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(f->x);
	int depth = xmlTextReaderDepth(f->x);
	bool empty = xmlTextReaderIsEmptyElement(f->x) == 1;

	if (depth == 0) {
		if (!is(name, "rss") && !is(name, "RDF") && !is(name, "feed"))
			return error_set(&f->xml, ERROR_ACTION_SKIP, -EBADMSG,
					 "<%s> is no feed: <rss>, <rdf:RDF> or <feed> is", name);
		once(&f->channel.language, attribute(f, &f->own, "xml:lang"));
	} else if (f->entry_depth < 0 && (is(name, "item") || is(name, "entry"))) {
		begin_entry(f, depth);
		if (empty) {
			f->entry_depth = -1;
			return finish(f, reterr);
		}
	} else if (f->entry_depth >= 0 && depth == f->entry_depth + 1) {
		field(f, &f->entry, f->out->arena);
	} else if (f->entry_depth < 0 && depth <= 2) {
		field(f, &f->channel, &f->own);
	}
	return 0;
}

static int read_nodes(struct feed *f, struct error *reterr)
{
	int r = 0;

	while (r >= 0 && !f->xml.code && xmlTextReaderRead(f->x) == 1) {
		int type = xmlTextReaderNodeType(f->x);
		if (type == XML_READER_TYPE_ELEMENT) {
			r = element(f, reterr);
			if (f->xml.code)
				r = 0;
		} else if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(f->x) == f->entry_depth) {
			f->entry_depth = -1;
			r = finish(f, reterr);
		}
	}
	return r;
}

int feed_read(struct span document, const char *name, const struct item_defaults *defaults, struct reader_out *out,
	      struct error *reterr)
{
	struct feed f = {.name = name, .defaults = defaults, .out = out, .entry_depth = -1, .xml = ERROR_INIT};
	int r;

	if (document.n > ITEM_BYTES_MAX)
		error_set(&f.xml, ERROR_ACTION_SKIP, -E2BIG, "more than %zu bytes", ITEM_BYTES_MAX);
	else
		f.x = xmlReaderForMemory(document.n ? document.p : "", (int)document.n, name, NULL, XML_PARSE_NONET);
	arena_init(&f.own, 0);
	if (f.x) {
		xmlTextReaderSetErrorHandler(f.x, on_xml_error, &f);
		r = read_nodes(&f, reterr);
		xmlFreeTextReader(f.x);
	} else {
		r = error_set(f.xml.code ? NULL : reterr, ERROR_ACTION_STOP, f.xml.code ? 0 : -ENOMEM,
			      "%s: out of memory", name);
	}
	if (r >= 0 && f.xml.code)
		r = out->bad(out, name, SPAN_NONE, &f.xml, reterr);
	arena_done(&f.own);
	arena_reset(out->arena);
	return r;
}
