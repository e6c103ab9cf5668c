/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/dead_letter.h"
#include <errno.h>

#define OURS 8

int dead_letter_make(const struct record *in, const char *topic, const char *stage, const struct error *why,
		     struct arena *arena, struct record *ret)
{
	struct record_header *h = arena_array(arena, in->n_headers + OURS, sizeof(*h));
	size_t n = in->n_headers;

	if (!h)
		return -ENOMEM;
	if (n)
		memcpy(h, in->headers, n * sizeof(*h));
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.topic"), in->topic};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.partition"),
					arena_printf(arena, "%d", in->partition)};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.offset"),
					arena_printf(arena, "%lld", (long long)in->offset)};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.stage"), span_str(stage)};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.class.name"),
					arena_printf(arena, "scowire.%s", stage)};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.exception.class.name"),
					span_str(error_code_name(why->code))};
	h[n++] = (struct record_header){SPAN_LIT("__connect.errors.exception.message"), span_str(why->text)};
	if (why->offset != ERROR_NO_OFFSET)
		h[n++] =
			(struct record_header){SPAN_LIT("scowire.error.byte"), arena_printf(arena, "%zu", why->offset)};
	for (size_t i = in->n_headers; i < n; i++)
		if (!h[i].value.p)
			return -ENOMEM;
	*ret = (struct record){
		.topic = span_str(topic),
		.partition = -1,
		.offset = -1,
		.timestamp = in->timestamp,
		.key = in->key,
		.value = in->value,
		.headers = h,
		.n_headers = n,
	};
	return 0;
}
