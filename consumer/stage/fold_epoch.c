/* SPDX-License-Identifier: Apache-2.0 */
/* What the claims log holds beside claims: tombstones, and the hand-over to a new epoch. */
#include "codec/epoch_json.h"
#include "stage/fold_private.h"
#include <errno.h>

static void saw(struct fold *f, const struct record *in)
{
	struct view_head *head = view_head(f->view);

	if (head->recorded_min == INT64_MIN)
		head->recorded_min = in->timestamp;
	if (in->timestamp > head->recorded)
		head->recorded = in->timestamp;
}

/* "uri@version@versioncreated", of which only the uri may hold an '@'. */
static int split_key(struct span key, struct claims_record *ret, struct error *reterr)
{
	size_t at[2] = {SIZE_MAX, SIZE_MAX}, n = 0;

	for (size_t i = key.n; i > 0 && n < 2; i--)
		if (key.p[i - 1] == '@')
			at[n++] = i - 1;
	if (n < 2 || at[1] == 0)
		return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "a tombstone whose key names no item version");
	*ret = (struct claims_record){.uri = span_sub(key, 0, at[1]),
				      .version = span_sub(key, at[1] + 1, at[0]),
				      .versioncreated = span_sub(key, at[0] + 1, key.n),
				      .published = {.grain = EDTF_NONE}};
	return 0;
}

static int take_out(struct fold *f, const struct record *in, struct output *out, struct error *reterr)
{
	struct claims_record r;
	struct item_turn t;
	int64_t *gone = NULL;
	size_t n = 0;
	int e = split_key(in->key, &r, reterr);

	if (e == 0)
		e = fold_untake_item(f, r.uri, r.version, r.versioncreated, &t, &gone, &n, reterr);
	if (e < 0 || n == 0) /* unknown: compaction has left a tombstone longer than what it stands for */
		return e;
	struct fold_cause cause = {.record = &r, .key = in->key, .reason = CHANGE_RETRACT, .timestamp = in->timestamp};
	saw(f, in);
	if (t.was != t.now)
		e = fold_swap_versions(f, &t, &r, reterr);
	if (e == 0 && t.was != t.now)
		e = fold_settle(f, &cause, out, reterr);
	for (size_t i = 0; e == 0 && i < n; i++)
		e = view_item_drop(f->view, gone[i], reterr);
	return e;
}

static int tell_epoch(struct fold *f, const struct epoch_marker *m, struct change_event *e, struct output *out,
		      struct error *reterr)
{
	struct record_header headers[CHANGE_HEADERS_MAX];
	size_t slots;

	view_slots(f->view, &slots);
	strbuf_clear(&f->data);
	epoch_json_data(m, (int64_t)slots, &f->data);
	change_json_identify(e, strbuf_span(&f->data), &f->scratch);
	int n = epoch_json_headers(e, &f->arena, headers);
	if (f->data.failed || f->scratch.failed || n < 0)
		return fold_no_memory(reterr);
	struct record r = {.topic = span_str(f->options.changes),
			   .partition = -1,
			   .offset = -1,
			   .timestamp = e->recorded,
			   .key = SPAN_LIT(EPOCH_EVENT_KEY),
			   .value = strbuf_span(&f->data),
			   .headers = headers,
			   .n_headers = (size_t)n};
	int result = out->silent ? 0 : out->emit(out, &r, reterr);
	return result < 0 ? result
			  : view_change_add(f->view, e->sequence, e->id, SPAN_LIT(EPOCH_EVENT_KEY), "epoch", "replay",
					    e->causation, strbuf_span(&f->data), reterr);
}

/* From here on the new epoch: its event, and every slot as it is now. */
static int hand_over(struct fold *f, const struct epoch_marker *m, const struct record *in, struct output *out,
		     struct error *reterr)
{
	struct view_head *head = view_head(f->view);
	struct fold_cause cause = {.timestamp = in->timestamp};
	struct change_event event = {.source = f->options.source,
				     .causation = in->key,
				     .epoch = m->epoch,
				     .sequence = 1,
				     .recorded = in->timestamp};
	size_t n;

	head->epoch = m->epoch;
	head->sequence = 1;
	head->handover = 0;
	saw(f, in);
	int e = tell_epoch(f, m, &event, out, reterr);
	const struct view_slot *v = view_slots(f->view, &n);
	for (size_t i = 0; e == 0 && i < n; i++) {
		struct fold_slot *s = NULL;
		e = fold_slot_get(f, v[i].name, &s, reterr);
		if (e == 0)
			e = fold_republish(f, s, event.id, &cause, out, reterr);
	}
	return e;
}

static int take_marker(struct fold *f, const struct record *in, bool last, struct output *out, struct error *reterr)
{
	struct view_head *head = view_head(f->view);
	struct epoch_marker m;
	int e = epoch_json_decode(in->value, &f->arena, &m, reterr);

	if (e < 0)
		return e;
	/* Of two hand-overs at once the first to end counts; what the other wrote is folded like any claims. */
	if (m.epoch <= head->epoch)
		return 0;
	if (last)
		return head->handover == m.epoch ? hand_over(f, &m, in, out, reterr) : 0;
	head->handover = m.epoch;
	return 0;
}

int fold_feed_record(struct fold *f, const struct record *in, struct output *out, struct error *reterr)
{
	bool begin = span_eq_str(in->key, EPOCH_BEGIN_KEY), end = span_eq_str(in->key, EPOCH_END_KEY);
	int e;

	if (!in->value.p)
		e = begin || end ? 0 : take_out(f, in, out, reterr);
	else if (begin || end)
		e = take_marker(f, in, end, out, reterr);
	else
		return 0;
	return e < 0 ? e : 1;
}
