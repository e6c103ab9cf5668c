/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/epoch_json.h"
#include "ninjs/json_in.h"
#include <errno.h>
#include <inttypes.h>

void epoch_json_encode(const struct epoch_marker *m, struct strbuf *out)
{
	struct json_out o = {.b = out};

	json_out_open(&o, '{');
	json_out_key(&o, "epoch");
	json_out_int(&o, m->epoch);
	json_out_key(&o, "pack");
	json_out_string(&o, m->pack);
	json_out_close(&o, '}');
}

static int get_marker(struct json_get *g, const struct json_at *at, struct epoch_marker *ret)
{
	static const char *const keys[] = {"epoch", "pack", NULL};
	int r = json_get_only(g, at, keys);

	if (r == 0)
		r = json_get_int(g, at, "epoch", JSON_NEEDED, 2, INT64_MAX, &ret->epoch);
	return r == 0 ? json_get_string(g, at, "pack", JSON_NEEDED, &ret->pack) : r;
}

int epoch_json_decode(struct span raw, struct arena *arena, struct epoch_marker *ret, struct error *reterr)
{
	static const struct json_limits limits = {4096, 2, 100, true};
	struct json_get g = {raw, arena, reterr};
	struct epoch_marker m = {0};
	json_t *root;
	int r = json_in_object(raw, &limits, &root, reterr);

	if (r < 0)
		return r;
	r = get_marker(&g, &(struct json_at){.value = root}, &m);
	json_decref(root);
	if (r == 0)
		*ret = m;
	return r;
}

void epoch_json_data(const struct epoch_marker *m, int64_t slots, struct strbuf *out)
{
	struct json_out o = {.b = out};

	json_out_open(&o, '{');
	json_out_key(&o, "epoch");
	json_out_int(&o, m->epoch);
	json_out_key(&o, "pack");
	json_out_string(&o, m->pack);
	json_out_key(&o, "slots");
	json_out_int(&o, slots);
	json_out_close(&o, '}');
}

int epoch_json_headers(const struct change_event *e, struct arena *arena,
		       struct record_header ret[static CHANGE_HEADERS_MAX])
{
	char recorded[TIME_JSON_MAX];
	size_t n_recorded = time_json_format(e->recorded, recorded);
	const struct record_header headers[] = {
		{SPAN_LIT("ce_causationid"), e->causation},
		{SPAN_LIT("ce_epoch"), arena_printf(arena, "%" PRId64, e->epoch)},
		{SPAN_LIT("ce_id"), arena_copy(arena, span_str(e->id))},
		{SPAN_LIT("ce_recordedtime"), arena_copy(arena, span_of(recorded, n_recorded))},
		{SPAN_LIT("ce_sequence"), arena_printf(arena, "%020" PRId64, e->sequence)},
		{SPAN_LIT("ce_source"), e->source},
		{SPAN_LIT("ce_specversion"), SPAN_LIT("1.0")},
		{SPAN_LIT("ce_subject"), SPAN_LIT(EPOCH_EVENT_KEY)},
		{SPAN_LIT("ce_type"), SPAN_LIT(EPOCH_EVENT_TYPE)},
		{SPAN_LIT("content-type"), SPAN_LIT("application/json")},
	};

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (!headers[i].value.p)
			return -ENOMEM;
	memcpy(ret, headers, sizeof(headers));
	return (int)ARRAY_SIZE(headers);
}
