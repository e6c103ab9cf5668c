/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/snapshot_json.h"
#include "ninjs/json_out.h"
#include "codec/json_get.h"
#include "ninjs/json_in.h"
#include <errno.h>

#define FORMAT "scowire-snapshot 1"

void snapshot_json_encode(const struct snapshot_head *h, struct strbuf *out)
{
	struct json_out o = {.b = out};

	json_out_open(&o, '{');
	json_out_key(&o, "checksum");
	json_out_string(&o, h->checksum);
	json_out_key(&o, "epoch");
	json_out_int(&o, h->epoch);
	json_out_key(&o, "feed");
	json_out_string(&o, h->feed);
	json_out_key(&o, "format");
	json_out_string(&o, SPAN_LIT(FORMAT));
	json_out_key(&o, "offset");
	json_out_int(&o, h->offset);
	json_out_key(&o, "sequence");
	json_out_int(&o, h->sequence);
	json_out_key(&o, "slots");
	json_out_int(&o, h->slots);
	json_out_close(&o, '}');
}

static int get_head(struct json_get *g, const struct json_at *at, struct snapshot_head *h)
{
	static const char *const keys[] = {"checksum", "epoch", "feed", "format", "offset", "sequence", "slots", NULL};
	struct span format = SPAN_NONE;
	int r = json_get_string(g, at, "format", JSON_NEEDED, &format);

	if (r == 0 && !span_eq_str(format, FORMAT))
		return json_get_refuse(g, at, "format", "not " FORMAT);
	if (r == 0)
		r = json_get_only(g, at, keys);
	if (r == 0)
		r = json_get_string(g, at, "checksum", JSON_NEEDED, &h->checksum);
	if (r == 0)
		r = json_get_int(g, at, "epoch", JSON_NEEDED, 1, INT64_MAX, &h->epoch);
	if (r == 0)
		r = json_get_string(g, at, "feed", JSON_NEEDED, &h->feed);
	if (r == 0)
		r = json_get_int(g, at, "offset", JSON_NEEDED, 0, INT64_MAX, &h->offset);
	if (r == 0)
		r = json_get_int(g, at, "sequence", JSON_NEEDED, 0, INT64_MAX, &h->sequence);
	return r == 0 ? json_get_int(g, at, "slots", JSON_NEEDED, 0, INT32_MAX, &h->slots) : r;
}

int snapshot_json_decode(struct span raw, struct arena *arena, struct snapshot_head *ret, struct error *reterr)
{
	static const struct json_limits limits = {4096, 2, 100, true};
	struct json_get g = {raw, arena, reterr};
	struct snapshot_head h = {0};
	json_t *root;
	int r = json_in_object(raw, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = get_head(&g, &(struct json_at){.value = root}, &h);
	json_decref(root);
	if (r == 0)
		*ret = h;
	return r;
}
