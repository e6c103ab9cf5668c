/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/health.h"
#include "kafka/settings.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define JSON "application/json"
enum { OK = 200, UNAVAILABLE = 503 };

static int64_t resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long long pages = 0, resident = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%lld %lld", &pages, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * sysconf(_SC_PAGESIZE);
}

/* {"ok":true,"stages":{"extract":"ready",...}}; a stage that is not well says what it waits for. */
static void report(const struct health *h, const char *(*judge)(const struct metrics *m), struct server_reply *reply)
{
	bool ok = h->n_stages > 0;

	reply->content_type = JSON;
	for (size_t i = 0; i < h->n_stages; i++)
		ok &= judge(h->stages[i]) == NULL;
	strbuf_addf(&reply->body, "{\"ok\":%s,\"stages\":{", ok ? "true" : "false");
	for (size_t i = 0; i < h->n_stages; i++) {
		const char *trouble = judge(h->stages[i]);
		strbuf_addf(&reply->body, "%s\"%s\":\"%s\"", i ? "," : "", h->stages[i]->stage,
			    trouble ? trouble : "ok");
	}
	strbuf_addstr(&reply->body, "}}\n");
	reply->status = ok ? OK : UNAVAILABLE;
}

static const char *judge_alive(const struct metrics *m)
{
	return metrics_get(m, METRIC_FAILED) ? "failed" : NULL;
}

static const char *judge_ready(const struct metrics *m)
{
	if (metrics_get(m, METRIC_FAILED))
		return "failed";
	if (!metrics_get(m, METRIC_ASSIGNED))
		return "no partitions assigned";
	if (metrics_get(m, METRIC_RESTORING))
		return "restoring state";
	return metrics_get(m, METRIC_READY) ? NULL : "ended";
}

static void healthz(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)request;
	report(ctx, judge_alive, reply);
}

static void readyz(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)request;
	report(ctx, judge_ready, reply);
}

static void version(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	(void)ctx;
	(void)request;
	reply->content_type = JSON;
	strbuf_addstr(&reply->body, "{\"kafka\":\"");
	kafka_features(&reply->body);
	strbuf_addf(&reply->body, "\",\"program\":\"scowire-consumer\",\"version\":\"%s\"}\n", SCOWIRE_VERSION);
}

static void metrics(void *ctx, const struct server_request *request, struct server_reply *reply)
{
	const struct health *h = ctx;
	struct timespec now;

	(void)request;
	clock_gettime(CLOCK_REALTIME, &now);
	reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
	metrics_text(h->stages, h->n_stages, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, h->start_ms,
		     resident_bytes(), &reply->body);
}

void health_routes(struct health *h, struct server_route ret[HEALTH_ROUTES])
{
	ret[0] = (struct server_route){"/healthz", healthz, h, "alive: 200 while no stage has failed"};
	ret[1] = (struct server_route){"/readyz", readyz, h, "ready: partitions assigned, state restored"};
	ret[2] = (struct server_route){"/version", version, h, "program, version, libraries"};
	ret[3] = (struct server_route){"/metrics", metrics, h, "Prometheus text format, see docs/METRICS.md"};
}
