/* SPDX-License-Identifier: Apache-2.0 */
#include "command/hand_over.h"
#include "codec/epoch_json.h"
#include "stream/files.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>

#define SESSION_MS 75000 /* a transaction may take four fifths of it: a large replay is more than a batch */

static int emit(struct hand_over *h, struct span key, struct span value, int64_t timestamp, struct error *reterr)
{
	struct record r = {.topic = span_str(h->topics->names.name[TOPIC_CLAIMS]),
			   .partition = -1,
			   .offset = -1,
			   .timestamp = timestamp,
			   .key = key,
			   .value = value};
	int e = value.p ? h->sink->ops->admit(h->sink, &r, reterr) : 0;

	return e == 0 ? h->sink->ops->emit(h->sink, &r, reterr) : e;
}

static int put_marker(struct hand_over *h, const char *key, struct error *reterr)
{
	struct strbuf value = STRBUF_INIT;
	int r;

	epoch_json_encode(&(struct epoch_marker){h->epoch, h->pack}, &value);
	r = value.failed ? error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory")
			 : emit(h, span_str(key), strbuf_span(&value), h->timestamp, reterr);
	strbuf_done(&value);
	return r;
}

static int open_sink(struct hand_over *h, const char *group, enum topic in, struct error *reterr)
{
	const struct topics *t = h->topics;
	int r;

	if (t->options->transport == TRANSPORT_FILES)
		return files_publisher_new(t->options->data, group, t->names.name[in], &h->sink, reterr);
	r = kafka_topics_ensure(&t->kafka, &t->names, 1u << TOPIC_CLAIMS, 1, -1, h->max_bytes, reterr);
	if (r < 0)
		return r;
	snprintf(h->transactional_id, sizeof(h->transactional_id), "%s-hand-over", t->options->application);
	h->out_topics[0] = t->names.name[TOPIC_CLAIMS];
	h->out_max_bytes[0] = h->max_bytes[TOPIC_CLAIMS];
	h->stage = (struct kafka_stage){.settings = &t->kafka,
					.group = group,
					.transactional_id = h->transactional_id,
					.topic = t->names.name[in],
					.out_topics = h->out_topics,
					.out_max_bytes = h->out_max_bytes,
					.session_timeout_ms = SESSION_MS,
					.stop = &h->stop};
	return kafka_publisher_new(&h->stage, &h->sink, reterr);
}

int hand_over_begin(struct hand_over *h, const struct topics *t, const char *group, enum topic in, int64_t epoch,
		    struct span pack, struct error *reterr)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*h = (struct hand_over){.topics = t,
				.epoch = epoch,
				.timestamp = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
				.pack = pack};
	int r = open_sink(h, group, in, reterr);
	if (r == 0)
		r = h->sink->ops->open(h->sink, reterr);
	if (r == 0)
		r = h->sink->ops->begin(h->sink, reterr);
	return r == 0 ? put_marker(h, EPOCH_BEGIN_KEY, reterr) : r;
}

int hand_over_put(struct hand_over *h, struct span key, struct span value, int64_t timestamp, struct error *reterr)
{
	int r = emit(h, key, SPAN_NONE, h->timestamp, reterr);

	return r == 0 && value.p ? emit(h, key, value, timestamp, reterr) : r;
}

int hand_over_commit(struct hand_over *h, const struct source_position *positions, size_t n, struct error *reterr)
{
	int r = put_marker(h, EPOCH_END_KEY, reterr);

	return r == 0 ? h->sink->ops->commit(h->sink, positions, n, reterr) : r;
}

void hand_over_done(struct hand_over *h)
{
	if (h->sink) {
		h->sink->ops->close(h->sink);
		sink_free(h->sink);
		h->sink = NULL;
	}
}
