/* SPDX-License-Identifier: Apache-2.0 */
/* health.h: /healthz, /readyz, /version and /metrics of a running pipeline, read from the stages' metrics.
 *
 *     /healthz   200 while no stage has stopped on an error, else 503: is the process worth keeping?
 *     /readyz    200 when every stage has partitions, its state is restored and nothing has failed, else 503. An
 *                instance in reserve, whose group has given it no partition, is alive and not ready.
 *     /version   {"program", "version", "kafka"}
 *     /metrics   Prometheus text format 0.0.4
 */
#ifndef SCOWIRE_SERVE_HEALTH_H
#define SCOWIRE_SERVE_HEALTH_H

#include "serve/server.h"
#include "stream/metrics.h"

#define HEALTH_ROUTES 4

struct health {
	struct metrics *const *stages;
	size_t n_stages;
	int64_t start_ms; /* wall clock */
};

/* The routes; h is borrowed. */
void health_routes(struct health *h, struct server_route ret[HEALTH_ROUTES]);

#endif
