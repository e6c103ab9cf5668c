/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/questions.h"
#include "codec/spell_json.h"
#include "serve/private.h"
#include "store/view.h"
#include <errno.h>

void refuse(struct server_reply *reply, int status, const char *text)
{
	reply->status = status;
	strbuf_clear(&reply->body);
	strbuf_addf(&reply->body, "%s\n", text);
}

struct view *open_view(const struct questions *q, struct server_reply *reply)
{
	struct error err = ERROR_INIT;
	struct view *v;

	if (view_open(q->view, VIEW_READ, NULL, &v, &err) == 0)
		return v;
	refuse(reply, err.code == -ENOENT ? HTTP_UNAVAILABLE : HTTP_ERROR, err.text);
	return NULL;
}

/* One question, and the spells of the slot that is being collected. */
struct asker {
	struct span want_slot;
	edtf_day day;
	bool at, history;
	int64_t known_at;
	struct arena arena; /* of one slot */
	struct span slot;
	struct spell *spells;
	struct span *json;
	size_t n, cap, cap_json, said;
	struct strbuf *out;
};

static int read_question(const struct server_request *request, struct asker *a, struct server_reply *reply)
{
	struct span at = server_query(request, "at"), known_at = server_query(request, "known-at");
	struct span history = server_query(request, "history");
	struct edtf day;

	a->want_slot = server_query(request, "slot");
	a->known_at = INT64_MAX;
	a->at = at.n > 0;
	a->history = span_eq_str(history, "1");
	if (history.n && !a->history)
		return refuse(reply, HTTP_BAD, "history takes 1"), -EINVAL;
	if (known_at.n && time_json_parse(known_at, &a->known_at) < 0)
		return refuse(reply, HTTP_BAD, "known-at takes a time such as 2024-07-04T10:00:00Z, or a date"),
		       -EINVAL;
	if (a->at && (edtf_parse(at, &day) < 0 || day.grain != EDTF_GRAIN_DAY))
		return refuse(reply, HTTP_BAD, "at takes a day such as 2024-07-04"), -EINVAL;
	if (a->at)
		a->day = edtf_lo(day);
	return 0;
}

static bool wanted(const struct asker *a, const struct timeline *t, size_t i)
{
	enum spell_status s = t->v[i].status;

	if (a->history || (!a->at && s == SPELL_EXPECTED))
		return true;
	return (s == SPELL_ESTABLISHED || s == SPELL_DISPUTED) && timeline_holds_on(t, i, a->day) != SPELL_HOLDS_NOT;
}

static void flush_slot(struct asker *a)
{
	struct timeline t = {a->slot, a->spells, a->n};

	for (size_t i = 0; i < a->n; i++)
		if (wanted(a, &t, i)) {
			strbuf_addstr(a->out, a->said++ ? ",\n" : "\n");
			strbuf_add(a->out, a->json[i]);
		}
	a->n = a->cap = a->cap_json = 0;
	a->spells = NULL;
	a->json = NULL;
	a->slot = SPAN_NONE;
	arena_reset(&a->arena);
}

static int take_spell(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	struct asker *a = ctx;
	struct span said;

	if (a->want_slot.n && !span_eq(slot, a->want_slot) &&
	    !span_eq(span_sub(slot, 0, span_find(slot, SPAN_LIT("/"), 0)), a->want_slot))
		return 0;
	if (a->n && !span_eq(slot, a->slot))
		flush_slot(a);
	if (!a->slot.n)
		a->slot = arena_copy(&a->arena, slot);
	json = arena_copy(&a->arena, json);
	if (!json.p || arena_grow(&a->arena, &a->spells, a->n, &a->cap, sizeof(*a->spells)) < 0 ||
	    arena_grow(&a->arena, &a->json, a->n, &a->cap_json, sizeof(*a->json)) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	a->json[a->n] = json;
	int r = spell_json_decode(json, &a->arena, &said, &a->spells[a->n], reterr);
	a->n += r == 0;
	return r;
}

static void put_head(struct view *v, const struct asker *a, struct strbuf *out)
{
	const struct view_head *h = view_head(v);
	char day[EDTF_STRLEN_MAX] = "", recorded[TIME_JSON_MAX];

	edtf_format(edtf_from_day(a->day), day);
	strbuf_addf(out, "{\"day\":\"%s\",\"epoch\":%lld,\"recorded\":", day, (long long)h->epoch);
	if (h->recorded == INT64_MIN)
		strbuf_addstr(out, "null");
	else
		strbuf_addf(out, "\"%.*s\"", (int)time_json_format(h->recorded, recorded), recorded);
	strbuf_addf(out, ",\"sequence\":%lld,\"spells\":[", (long long)h->sequence);
}

static void state(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	struct asker a = {.out = &reply->body};
	struct error err = ERROR_INIT;
	struct view *v CLEANUP(view_closep) = NULL;

	reply->content_type = "application/json";
	if (read_question(request, &a, reply) < 0 || !(v = open_view(ctx, reply)))
		return;
	arena_init(&a.arena, 0);
	if (!a.at)
		a.day = watermark_of(view_watermark(v));
	put_head(v, &a, &reply->body);
	int r = view_spells_at(v, a.known_at, SPAN_NONE, take_spell, &a, &err);
	flush_slot(&a);
	strbuf_addstr(&reply->body, "]}\n");
	if (r < 0)
		refuse(reply, r == -ERANGE ? HTTP_GONE : HTTP_ERROR, err.text);
	arena_done(&a.arena);
}

extern const char page_html[], page_html_end[], page_js[], page_js_end[], page_css[], page_css_end[];

static void send_file(struct server_reply *reply, const char *type, const char *from, const char *to)
{
	reply->content_type = type;
	strbuf_add(&reply->body, span_of(from, (size_t)(to - from)));
}

static void html(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)ctx;
	(void)request;
	send_file(reply, "text/html; charset=utf-8", page_html, page_html_end);
}

static void js(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)ctx;
	(void)request;
	send_file(reply, "text/javascript; charset=utf-8", page_js, page_js_end);
}

static void css(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)ctx;
	(void)request;
	send_file(reply, "text/css; charset=utf-8", page_css, page_css_end);
}

void questions_routes(struct questions *q, struct server_route ret[QUESTIONS_ROUTES])
{
	ret[0] =
		(struct server_route){"/state", state, q, "what is believed: ?slot= ?at=DAY ?known-at=TIME ?history=1"};
	ret[1] = (struct server_route){"/changes", changes, q, "server-sent events: ?from=SEQUENCE, Last-Event-ID"};
	ret[2] = (struct server_route){"/timeline", html, q, "a page for people"};
	ret[3] = (struct server_route){"/timeline.js", js, q, "its script"};
	ret[4] = (struct server_route){"/timeline.css", css, q, "its style"};
}
