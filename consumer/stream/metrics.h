/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.h: what a stage counts: one table that makes /metrics (Prometheus text format 0.0.4) and docs/METRICS.md.
 *
 * Values are atomics: one worker writes, the HTTP thread reads, nothing is locked and nothing can be torn.
 */
#ifndef SCOWIRE_STREAM_METRICS_H
#define SCOWIRE_STREAM_METRICS_H

#include "base/strbuf.h"
#include <stdatomic.h>

enum metric {
	METRIC_RECORDS_EMITTED,	    /* processed, with output */
	METRIC_RECORDS_SILENT,	    /* processed, without */
	METRIC_RECORDS_DEAD_LETTER, /* refused */
	METRIC_RECORDS_RESTORED,    /* replayed into the state in silence */
	METRIC_INPUT_BYTES,
	METRIC_OUTPUT_RECORDS,
	METRIC_OUTPUT_BYTES,
	METRIC_TRANSACTIONS_COMMITTED,
	METRIC_TRANSACTIONS_ABORTED,
	METRIC_TRANSACTIONS_REOPENED,
	METRIC_TRANSACTION_US, /* time in commits */
	METRIC_REBALANCES,
	METRIC_LAST_COMMIT_MS, /* wall clock; 0 before the first */
	METRIC_ASSIGNED,       /* partitions */
	METRIC_RESTORING,      /* partitions whose state is not yet restored */
	METRIC_READY,	       /* 0, 1 */
	METRIC_FAILED,	       /* 0, 1: the worker has stopped on an error */
	METRIC_MAX_
};

#define METRICS_PARTITIONS_MAX 1024

/* Of one stage. `lag` by partition, -1 where not owned or unknown. */
struct metrics {
	const char *stage, *group, *topic; /* labels */
	_Atomic int64_t value[METRIC_MAX_];
	_Atomic int64_t lag[METRICS_PARTITIONS_MAX];
};

void metrics_init(struct metrics *m, const char *stage, const char *group, const char *topic);

static inline void metrics_add(struct metrics *m, enum metric id, int64_t n)
{
	atomic_fetch_add_explicit(&m->value[id], n, memory_order_relaxed);
}
static inline void metrics_set(struct metrics *m, enum metric id, int64_t v)
{
	atomic_store_explicit(&m->value[id], v, memory_order_relaxed);
}
static inline int64_t metrics_get(const struct metrics *m, enum metric id)
{
	return atomic_load_explicit(&m->value[id], memory_order_relaxed);
}
void metrics_set_lag(struct metrics *m, int32_t partition, int64_t lag);
void metrics_clear_lag(struct metrics *m);

/* /metrics of several stages. now_ms, start_ms: wall clock; rss_bytes: 0 where unknown. */
void metrics_text(struct metrics *const *stages, size_t n, int64_t now_ms, int64_t start_ms, int64_t rss_bytes,
		  struct strbuf *out);
/* docs/METRICS.md */
void metrics_markdown(struct strbuf *out);

#endif
