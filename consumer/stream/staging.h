/* SPDX-License-Identifier: Apache-2.0 */
/* staging.h: what one step emits, held back until the step has succeeded: a refused record publishes nothing. */
#ifndef SCOWIRE_STREAM_STAGING_H
#define SCOWIRE_STREAM_STAGING_H

#include "base/arena.h"
#include "stream/processor.h"
#include "stream/sink.h"

struct staging {
	struct output output; /* what the processor is given */
	struct sink *sink;    /* asked whether it would take a record, so that a step hears of it in time */
	struct arena arena;
	struct record *v; /* copies in the arena */
	size_t n, cap;
};

void staging_init(struct staging *s, struct sink *sink);
void staging_done(struct staging *s);
void staging_clear(struct staging *s, bool silent);

#endif
