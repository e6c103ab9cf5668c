/* SPDX-License-Identifier: Apache-2.0 */
/* formats: reads one record from standard input with the project's own reader and writes it again, for tests.
 *
 *     formats news-item | claims | state
 *
 * What the reader took from a news item is printed as JSON; the other kinds are re-encoded, byte for byte the input
 * where that is canonical. A record that is refused: its reason on standard error, exit code 1. */
#include "codec/claims_json.h"
#include "codec/state_json.h"
#include "ninjs/json_out.h"
#include "ninjs/ninjs.h"
#include <stdio.h>

static void put_item(struct json_out *o, const struct ninjs_item *it)
{
	json_out_open(o, '{');
	json_out_key(o, "body");
	json_out_string_or_null(o, it->body);
	json_out_key(o, "generation");
	json_out_int(o, it->generation);
	json_out_key(o, "headline");
	json_out_string_or_null(o, it->headline);
	json_out_key(o, "language");
	json_out_string_or_null(o, it->language);
	json_out_key(o, "located");
	json_out_string_or_null(o, it->located);
	json_out_key(o, "published");
	json_out_edtf(o, it->published);
	json_out_key(o, "source");
	json_out_string_or_null(o, it->source);
	json_out_key(o, "status");
	json_out_string(o, span_str(ninjs_status_name(it->status)));
	json_out_key(o, "uri");
	json_out_string(o, it->uri);
	json_out_key(o, "version");
	json_out_string_or_null(o, it->version);
	json_out_key(o, "versioncreated");
	json_out_string_or_null(o, it->versioncreated);
	json_out_close(o, '}');
}

static int news_item(struct span raw, struct arena *arena, struct strbuf *out, struct error *err)
{
	struct json_out o = {.b = out};
	struct ninjs_item it;
	int r = ninjs_parse(raw, arena, &it, err);

	if (r == 0)
		put_item(&o, &it);
	return r;
}

static int claims(struct span raw, struct arena *arena, struct strbuf *out, struct error *err)
{
	struct claims_record c;
	int r = claims_json_decode(raw, SPAN_NONE, arena, &c, err);

	if (r == 0)
		claims_json_encode(&c, out);
	return r;
}

static int state(struct span raw, struct arena *arena, struct strbuf *out, struct error *err)
{
	struct state_record s;
	int r = state_json_decode(raw, arena, &s, err);

	if (r == 0)
		state_json_encode(&s, out);
	return r;
}

static const struct {
	const char *name;
	int (*rewrite)(struct span raw, struct arena *arena, struct strbuf *out, struct error *err);
} kinds[] = {
	{"news-item", news_item},
	{"claims", claims},
	{"state", state},
};

static void read_all(FILE *f, struct strbuf *b)
{
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(b, span_of(chunk, n));
}

int main(int argc, char **argv)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct arena arena;
	int r = -1;

	arena_init(&arena, 0);
	read_all(stdin, &in);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (argc == 2 && strcmp(argv[1], kinds[i].name) == 0) {
			r = kinds[i].rewrite(span_trim(strbuf_span(&in)), &arena, &out, &err);
			if (r < 0)
				fprintf(stderr, "%s\n", err.text);
			else
				puts(out.buf);
			r = r < 0 ? 1 : 0;
		}
	if (r < 0)
		fprintf(stderr, "usage: formats news-item|claims|state <record\n");
	strbuf_done(&in);
	strbuf_done(&out);
	arena_done(&arena);
	return r < 0 ? 2 : r;
}
