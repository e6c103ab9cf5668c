/* SPDX-License-Identifier: Apache-2.0 */
/* sink.h: where a worker's records go, in transactions that cover the positions of its source.
 * Implementations: kafka_sink.c, files.c, memory.c; each is made together with its source.
 *
 * open -> begin -> emit... -> commit | abort -> begin ...; close() at any time, open() again after it.
 * A failed call says by its action what to do: RETRY abort and rewind; REOPEN close, open, rewind; STOP leave.
 */
#ifndef SCOWIRE_STREAM_SINK_H
#define SCOWIRE_STREAM_SINK_H

#include "base/error.h"
#include "base/record.h"
#include "stream/source.h"

struct sink;

struct sink_ops {
	/* Ends what a predecessor of the same name left open, and fences it. No-op when open. */
	int (*open)(struct sink *s, struct error *reterr);
	int (*begin)(struct sink *s, struct error *reterr);
	/* Will emit() take a record of this size? 0, or -E2BIG with ERROR_ACTION_SKIP. */
	int (*admit)(struct sink *s, const struct record *r, struct error *reterr);
	/* Copies r into the open transaction. */
	int (*emit)(struct sink *s, const struct record *r, struct error *reterr);
	/* All of it and the positions, or nothing. -EMSGSIZE with RETRY: a record was refused for what it is, and would
	 * be again. After any failure it is unknown whether it happened; the committed positions tell. */
	int (*commit)(struct sink *s, const struct source_position *positions, size_t n, struct error *reterr);
	int (*abort)(struct sink *s, struct error *reterr);
	void (*close)(struct sink *s);
	void (*free)(struct sink *s);
};

struct sink {
	const struct sink_ops *ops;
};

static inline void sink_free(struct sink *s)
{
	if (s)
		s->ops->free(s);
}
DEFINE_CLEANUP(struct sink *, sink_free)

#endif
