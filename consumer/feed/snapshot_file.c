/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/snapshot_file.h"
#include "base/digest.h"
#include "codec/snapshot_json.h"
#include "feed/records.h"
#include <errno.h>
#include <inttypes.h>

#define LINE_MEMORY_MAX ((size_t)256 * 1024 * 1024)

void snapshot_file_format(const struct follower *f, const struct cursor *at, struct strbuf *out)
{
	struct strbuf body = STRBUF_INIT;
	char checksum[DIGEST_HEX + 1];

	for (size_t i = 0; i < follower_slots(f); i++) {
		struct feed_slot s = follower_slot(f, i);
		feed_json_slot(&s, &body);
		strbuf_addch(&body, '\n');
	}
	struct digest d = digest_of(strbuf_span(&body));
	digest_hex(&d, checksum);
	struct snapshot_head head = {.checksum = span_str(checksum),
				     .feed = span_str(at->feed),
				     .epoch = follower_place(f).epoch,
				     .sequence = follower_place(f).sequence,
				     .offset = at->offset,
				     .slots = (int64_t)follower_slots(f)};
	snapshot_json_encode(&head, out);
	strbuf_addch(out, '\n');
	strbuf_add(out, strbuf_span(&body));
	out->failed |= body.failed;
	strbuf_done(&body);
}

static int read_slots(struct span body, const struct snapshot_head *h, struct arena *arena, struct follower *f,
		      struct error *reterr)
{
	int64_t n = 0;

	for (size_t from = 0, end; from < body.n; from = end + 1, n++) {
		struct feed_slot s;
		end = span_find(body, SPAN_LIT("\n"), from);
		if (end == SIZE_MAX)
			return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the last line is cut off");
		arena_reset(arena);
		if (feed_read_state(span_sub(body, from, end), arena, &s, reterr) < 0) {
			error_prefix(reterr, "line %" PRId64, n + 2);
			return -EUCLEAN;
		}
		if (follower_snapshot(f, &s) < 0)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	follower_begin(f);
	if (n != h->slots || follower_place(f).epoch != h->epoch || follower_place(f).sequence != h->sequence)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the first line does not fit the others");
	return 0;
}

int snapshot_file_parse(struct span text, struct follower *f, struct cursor *ret, struct error *reterr)
{
	size_t end = span_find(text, SPAN_LIT("\n"), 0);
	struct snapshot_head h = {0};
	struct cursor cursor = {.event = "-"};
	struct digest want, got;
	struct arena arena;
	int r = 0;

	arena_init(&arena, LINE_MEMORY_MAX);
	follower_restart(f);
	if (end == SIZE_MAX)
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the first line is cut off");
	if (r == 0 && snapshot_json_decode(span_sub(text, 0, end), &arena, &h, reterr) < 0) {
		error_prefix(reterr, "line 1");
		r = -EUCLEAN;
	}
	if (r == 0) {
		struct span body = span_sub(text, end + 1, text.n);
		got = digest_of(body);
		if (digest_from_hex(h.checksum, &want) < 0 || digest_cmp(&want, &got) != 0)
			r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
				      "the checksum does not fit: it was altered or cut off");
		cursor_set(cursor.feed, sizeof(cursor.feed), h.feed);
		cursor.place = (struct feed_place){h.epoch, h.sequence};
		cursor.offset = h.offset;
		if (r == 0)
			r = read_slots(body, &h, &arena, f, reterr);
	}
	error_escalate(reterr, ERROR_ACTION_STOP);
	arena_done(&arena);
	if (r == 0)
		*ret = cursor;
	return r;
}
