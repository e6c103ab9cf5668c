/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/metrics.h"

/* A row is one series per stage; rows of one family stand together. */
static const struct metric_spec {
	enum metric id;
	const char *family, *type, *labels; /* labels: more than stage, as they stand in the text */
	double scale;			    /* of the value */
	const char *help;		    /* in the first row of a family, "" in the others */
} specs[] = {
	{METRIC_RECORDS_EMITTED, "scowire_records_total", "counter", "outcome=\"emitted\"", 1,
	 "Input records by outcome: emitted (with output), silent (nothing to say), dead_letter (refused, with a "
	 "reason), restored (replayed into the state at start, nothing published)"},
	{METRIC_RECORDS_SILENT, "scowire_records_total", "counter", "outcome=\"silent\"", 1, ""},
	{METRIC_RECORDS_DEAD_LETTER, "scowire_records_total", "counter", "outcome=\"dead_letter\"", 1, ""},
	{METRIC_RECORDS_RESTORED, "scowire_records_total", "counter", "outcome=\"restored\"", 1, ""},
	{METRIC_INPUT_BYTES, "scowire_input_bytes_total", "counter", "", 1, "Bytes of input values"},
	{METRIC_OUTPUT_RECORDS, "scowire_output_records_total", "counter", "", 1,
	 "Records written, dead letters included; those of aborted transactions count too"},
	{METRIC_OUTPUT_BYTES, "scowire_output_bytes_total", "counter", "", 1, "Bytes of output values"},
	{METRIC_TRANSACTIONS_COMMITTED, "scowire_transactions_total", "counter", "result=\"committed\"", 1,
	 "Transactions by result: committed, aborted (and tried again), reopened (the producer was fenced or "
	 "broken and was made anew)"},
	{METRIC_TRANSACTIONS_ABORTED, "scowire_transactions_total", "counter", "result=\"aborted\"", 1, ""},
	{METRIC_TRANSACTIONS_REOPENED, "scowire_transactions_total", "counter", "result=\"reopened\"", 1, ""},
	{METRIC_TRANSACTION_US, "scowire_commit_seconds_total", "counter", "", 1e-6,
	 "Time spent in commits; divide by committed transactions"},
	{METRIC_REBALANCES, "scowire_rebalances_total", "counter", "", 1, "Assignments of partitions"},
	{METRIC_LAST_COMMIT_MS, "scowire_last_commit_timestamp_seconds", "gauge", "", 1e-3,
	 "Wall clock of the last commit, 0 before the first; time() minus it is how long nothing was committed"},
	{METRIC_ASSIGNED, "scowire_assigned_partitions", "gauge", "", 1, "Partitions that the stage owns"},
	{METRIC_RESTORING, "scowire_restoring_partitions", "gauge", "", 1,
	 "Owned partitions whose state is still being restored from the log"},
	{METRIC_READY, "scowire_ready", "gauge", "", 1, "1 when the stage would be called ready by /readyz"},
	{METRIC_FAILED, "scowire_failed", "gauge", "", 1, "1 when the stage has stopped on an error"},
};

/* Families with a shape of their own. */
static const struct {
	const char *family, *type, *labels, *help;
} extra[] = {
	{"kafka_consumergroup_lag", "gauge", "consumergroup, topic, partition",
	 "Records between the stage's position and the last stable offset (bytes with the file transport)"},
	{"kafka_consumergroup_group_lag", "gauge", "consumergroup, topic", "Sum over the owned partitions"},
	{"scowire_seconds_since_last_commit", "gauge", "stage", "Seconds since the last commit, -1 before the first"},
	{"scowire_build_info", "gauge", "version", "Always 1"},
	{"process_start_time_seconds", "gauge", "", "Wall clock of the start"},
	{"process_resident_memory_bytes", "gauge", "", "Resident memory"},
};
enum { LAG, GROUP_LAG, SINCE_COMMIT, BUILD, START, RSS };

void metrics_init(struct metrics *m, const char *stage, const char *group, const char *topic)
{
	m->stage = stage;
	m->group = group;
	m->topic = topic;
	for (size_t i = 0; i < METRIC_MAX_; i++)
		metrics_set(m, (enum metric)i, 0);
	metrics_clear_lag(m);
}

void metrics_clear_lag(struct metrics *m)
{
	for (size_t i = 0; i < METRICS_PARTITIONS_MAX; i++)
		atomic_store_explicit(&m->lag[i], -1, memory_order_relaxed);
}

void metrics_set_lag(struct metrics *m, int32_t partition, int64_t lag)
{
	if (partition >= 0 && partition < METRICS_PARTITIONS_MAX)
		atomic_store_explicit(&m->lag[partition], lag, memory_order_relaxed);
}

/* Is row i the first, or the last, of its family? */
static bool is_first(size_t i)
{
	return i == 0 || strcmp(specs[i - 1].family, specs[i].family);
}

static bool is_last(size_t i)
{
	return i + 1 == ARRAY_SIZE(specs) || strcmp(specs[i + 1].family, specs[i].family);
}

static void head(struct strbuf *out, const char *family, const char *type, const char *help)
{
	strbuf_addf(out, "# HELP %s %s.\n# TYPE %s %s\n", family, help, family, type);
}

static void lag_text(struct metrics *const *stages, size_t n, struct strbuf *out)
{
	int64_t sum;

	head(out, extra[LAG].family, extra[LAG].type, extra[LAG].help);
	for (size_t s = 0; s < n; s++)
		for (size_t p = 0; p < METRICS_PARTITIONS_MAX; p++) {
			int64_t lag = atomic_load_explicit(&stages[s]->lag[p], memory_order_relaxed);
			if (lag >= 0)
				strbuf_addf(out, "%s{consumergroup=\"%s\",topic=\"%s\",partition=\"%zu\"} %lld\n",
					    extra[LAG].family, stages[s]->group, stages[s]->topic, p, (long long)lag);
		}
	head(out, extra[GROUP_LAG].family, extra[GROUP_LAG].type, extra[GROUP_LAG].help);
	for (size_t s = 0; s < n; s++) {
		sum = 0;
		for (size_t p = 0; p < METRICS_PARTITIONS_MAX; p++) {
			int64_t lag = atomic_load_explicit(&stages[s]->lag[p], memory_order_relaxed);
			sum += lag > 0 ? lag : 0;
		}
		strbuf_addf(out, "%s{consumergroup=\"%s\",topic=\"%s\"} %lld\n", extra[GROUP_LAG].family,
			    stages[s]->group, stages[s]->topic, (long long)sum);
	}
}

static void value_text(const struct metric_spec *spec, const struct metrics *m, struct strbuf *out)
{
	int64_t v = metrics_get(m, spec->id);

	strbuf_addf(out, "%s{stage=\"%s\"%s%s} ", spec->family, m->stage, *spec->labels ? "," : "", spec->labels);
	if (spec->scale < 1)
		strbuf_addf(out, "%.6f\n", (double)v * spec->scale);
	else
		strbuf_addf(out, "%lld\n", (long long)v);
}

void metrics_text(struct metrics *const *stages, size_t n, int64_t now_ms, int64_t start_ms, int64_t rss_bytes,
		  struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		if (is_first(i))
			head(out, specs[i].family, specs[i].type, specs[i].help);
		for (size_t k = 0; k < n; k++)
			value_text(&specs[i], stages[k], out);
	}
	lag_text(stages, n, out);
	head(out, extra[SINCE_COMMIT].family, extra[SINCE_COMMIT].type, extra[SINCE_COMMIT].help);
	for (size_t s = 0; s < n; s++) {
		int64_t last = metrics_get(stages[s], METRIC_LAST_COMMIT_MS);
		strbuf_addf(out, "%s{stage=\"%s\"} %.3f\n", extra[SINCE_COMMIT].family, stages[s]->stage,
			    last ? (double)(now_ms - last) / 1000 : -1.0);
	}
	head(out, extra[BUILD].family, extra[BUILD].type, extra[BUILD].help);
	strbuf_addf(out, "%s{version=\"%s\"} 1\n", extra[BUILD].family, SCOWIRE_VERSION);
	head(out, extra[START].family, extra[START].type, extra[START].help);
	strbuf_addf(out, "%s %.3f\n", extra[START].family, (double)start_ms / 1000);
	if (rss_bytes > 0) {
		head(out, extra[RSS].family, extra[RSS].type, extra[RSS].help);
		strbuf_addf(out, "%s %lld\n", extra[RSS].family, (long long)rss_bytes);
	}
}

void metrics_markdown(struct strbuf *out)
{
	strbuf_addstr(out, "| metric | type | labels | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0, first = 0; i < ARRAY_SIZE(specs); i++) {
		if (is_first(i)) {
			first = i;
			strbuf_addf(out, "| `%s` | %s | stage", specs[i].family, specs[i].type);
		}
		if (*specs[i].labels)
			strbuf_addf(out, ", `%s`", specs[i].labels);
		if (is_last(i))
			strbuf_addf(out, " | %s |\n", specs[first].help);
	}
	for (size_t i = 0; i < ARRAY_SIZE(extra); i++)
		strbuf_addf(out, "| `%s` | %s | %s | %s |\n", extra[i].family, extra[i].type, extra[i].labels,
			    extra[i].help);
}
