/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/state_json.h"
#include "ninjs/json_in.h"
#include <errno.h>

void state_json_encode(const struct state_record *r, struct strbuf *out)
{
	struct json_out o = {.b = out};
	char recorded[TIME_JSON_MAX];

	json_out_open(&o, '{');
	json_out_key(&o, "epoch");
	json_out_int(&o, r->epoch);
	json_out_key(&o, "recorded");
	json_out_string(&o, span_of(recorded, time_json_format(r->recorded, recorded)));
	json_out_key(&o, "sequence");
	json_out_int(&o, r->sequence);
	json_out_key(&o, "slot");
	json_out_string(&o, r->timeline.slot);
	json_out_key(&o, "spells");
	json_out_open(&o, '[');
	for (size_t i = 0; i < r->timeline.n; i++)
		spell_json_put(&o, SPAN_NONE, &r->timeline.v[i]);
	json_out_close(&o, ']');
	json_out_close(&o, '}');
}

static int get_spells(struct json_get *g, const struct json_at *up, struct timeline *ret)
{
	struct json_at at = {0};
	int r = json_get_array(g, up, "spells", JSON_NEEDED, &at);

	if (r < 0)
		return r;
	ret->n = json_array_size(at.value);
	ret->v = arena_array(g->arena, ret->n + 1, sizeof(*ret->v));
	if (!ret->v)
		return error_set(g->err, ERROR_ACTION_SKIP, -ENOMEM, "too many spells for the memory limit");
	for (size_t i = 0; r == 0 && i < ret->n; i++) {
		struct json_at one = json_get_element(&at, i);
		r = spell_json_get(g, &one, NULL, &ret->v[i]);
		if (r == 0 && i && spell_cmp(&ret->v[i - 1], &ret->v[i]) > 0)
			r = json_get_refuse(g, &one, NULL, "out of order");
	}
	return r;
}

static int get_record(struct json_get *g, const struct json_at *at, struct state_record *ret)
{
	static const char *const keys[] = {"epoch", "recorded", "sequence", "slot", "spells", NULL};
	struct span recorded = SPAN_NONE;
	int r = json_get_only(g, at, keys);

	if (r == 0)
		r = json_get_int(g, at, "epoch", JSON_NEEDED, 1, INT64_MAX, &ret->epoch);
	if (r == 0)
		r = json_get_string(g, at, "recorded", JSON_NEEDED, &recorded);
	if (r == 0 && time_json_parse(recorded, &ret->recorded) < 0)
		r = json_get_refuse(g, at, "recorded", "not a time in UTC");
	if (r == 0)
		r = json_get_int(g, at, "sequence", JSON_NEEDED, 1, INT64_MAX, &ret->sequence);
	if (r == 0)
		r = json_get_string(g, at, "slot", JSON_NEEDED, &ret->timeline.slot);
	return r == 0 ? get_spells(g, at, &ret->timeline) : r;
}

int state_json_decode(struct span raw, struct arena *arena, struct state_record *ret, struct error *reterr)
{
	static const struct json_limits limits = {(size_t)64 * 1024 * 1024, 8, 2000 * 1000, true};
	struct json_get g = {raw, arena, reterr};
	struct state_record s = {0};
	json_t *root;
	int r = json_in_object(raw, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = get_record(&g, &(struct json_at){.value = root}, &s);
	json_decref(root);
	if (r == 0)
		*ret = s;
	return r;
}
