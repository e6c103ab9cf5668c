/* SPDX-License-Identifier: Apache-2.0 */
#include "stage/extract.h"
#include "codec/claims_json.h"
#include "ninjs/plain.h"
#include "stage/item.h"
#include <errno.h>
#include <stdlib.h>

#define RECORD_MEMORY_MAX ((size_t)32 * 1024 * 1024) /* of one item: more makes it a dead letter */

struct extract {
	const struct pack *pack;
	struct extractor *extractor;
	struct span claims_topic;
	struct arena arena;	  /* of one record */
	struct strbuf key, value; /* of the output */
};

static int emit_claims(struct extract *x, const struct claims_record *claims, int64_t timestamp, struct output *out,
		       struct error *reterr)
{
	strbuf_clear(&x->key);
	strbuf_clear(&x->value);
	claims_json_key(claims, &x->key);
	claims_json_encode(claims, &x->value);
	if (x->key.failed || x->value.failed)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	struct record r = {
		.topic = x->claims_topic,
		.partition = -1,
		.offset = -1,
		.timestamp = timestamp,
		.key = strbuf_span(&x->key),
		.value = strbuf_span(&x->value),
	};
	return out->emit(out, &r, reterr);
}

static int step(void *ctx, const struct record *in, struct output *out, struct error *reterr)
{
	struct extract *x = ctx;
	struct item_read item;
	int r;

	bool passed = extractor_gate(x->extractor, in->value);
	if (!passed && ninjs_is_plain(in->value))
		return 0;
	arena_reset(&x->arena);
	r = item_read(x->extractor, x->pack, in->value, !passed, &x->arena, &item, NULL, reterr);
	if (r < 0 || (!item.gate && !item.correction))
		return r;
	return emit_claims(x, &item.record, in->timestamp, out, reterr);
}

struct extract *extract_new(const struct pack *pack, const char *claims_topic)
{
	struct extract *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->pack = pack;
	x->claims_topic = span_str(claims_topic);
	x->key = x->value = STRBUF_INIT;
	arena_init(&x->arena, RECORD_MEMORY_MAX);
	x->extractor = extractor_new(pack);
	if (!x->extractor) {
		extract_free(x);
		return NULL;
	}
	return x;
}

void extract_free(struct extract *x)
{
	if (!x)
		return;
	extractor_free(x->extractor);
	arena_done(&x->arena);
	strbuf_done(&x->key);
	strbuf_done(&x->value);
	free(x);
}

struct processor extract_processor(struct extract *x, const char *input_topic)
{
	return (struct processor){.name = "extract", .input_topic = input_topic, .ctx = x, .step = step};
}
