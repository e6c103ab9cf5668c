/* SPDX-License-Identifier: Apache-2.0 */
/* bench_extract PACK ITEMS [SECONDS]: the extract stage over a file of ninjs JSON lines, again and again for so long
 * (default 2 s), in one thread and without Kafka: gate to claims as JSON. ITEMS "" only starts.
 * Prints one JSON object: start-up, items, bytes, seconds, records emitted, peak memory, and the share of each step of
 * a second round that is timed step by step (the clock's own cost is in it). All times are CPU time. */
#include "codec/claims_json.h"
#include "command/pack_dir.h"
#include "core/claim/meter.h"
#include "ninjs/plain.h"
#include "stage/extract.h"
#include "stage/item.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define RECORD_MEMORY ((size_t)32 * 1024 * 1024)

static const char *const steps[METER_STEPS] = {
	[METER_OTHER] = "other",   [METER_GATE] = "gate",     [METER_PARSE] = "parse",
	[METER_ORIGIN] = "origin", [METER_SCAN] = "scan",     [METER_SENTENCES] = "sentences",
	[METER_DATES] = "dates",   [METER_TOKENS] = "tokens", [METER_PHRASES] = "phrases",
	[METER_RULES] = "rules",   [METER_MERGE] = "merge"};

/* So that a busy machine does not show. */
static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* For the steps: CPU time costs a system call, this does not. */
static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void must(int rc, const struct error *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_extract: %s\n", err->text);
	exit(1);
}

struct lines {
	char *text;
	struct span *v;
	size_t n, bytes;
};

static void read_lines(const char *path, struct lines *ret)
{
	struct error err = ERROR_INIT;
	size_t size = 0, cap = 0;

	must(file_read(path, &ret->text, &size, &err), &err);
	for (size_t at = 0, end; at < size; at = end + 1) {
		const char *nl = memchr(ret->text + at, '\n', size - at);

		end = nl ? (size_t)(nl - ret->text) : size;
		if (ret->n == cap) {
			cap = cap ? cap * 2 : 512;
			ret->v = realloc(ret->v, cap * sizeof(*ret->v));
			if (!ret->v)
				abort();
		}
		ret->v[ret->n++] = span_of(ret->text + at, end - at);
		ret->bytes += end - at;
	}
}

/* An output that counts. */
struct counter {
	struct output out;
	size_t records;
};

static int count_record(struct output *out, const struct record *r, struct error *reterr)
{
	(void)r;
	(void)reterr;
	((struct counter *)out)->records++;
	return 0;
}

/* The stage itself. */
static void measure_rate(const struct pack *pack, const struct lines *l, double least)
{
	struct extract *x = extract_new(pack, "claims");
	struct processor stage = extract_processor(x, "items");
	struct counter counter = {.out = {.emit = count_record}};
	struct error err = ERROR_INIT;
	size_t rounds = 0;
	uint64_t began = cpu_ns(), spent = 0;

	while ((double)spent < least * 1e9) {
		for (size_t i = 0; i < l->n; i++)
			must(stage.step(stage.ctx, &(struct record){.value = l->v[i]}, &counter.out, &err), &err);
		rounds++;
		spent = cpu_ns() - began;
	}
	printf(", \"items\": %zu, \"bytes\": %zu, \"seconds\": %.3f, \"emitted\": %zu", rounds * l->n,
	       rounds * l->bytes, (double)spent / 1e9, counter.records);
	extract_free(x);
}

static void measure_steps(const struct pack *pack, const struct lines *l, double least)
{
	struct extractor *x = extractor_new(pack);
	struct meter m = {.now = wall_ns, .since = wall_ns()};
	struct arena arena;
	struct strbuf json = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct item_read item;
	uint64_t began = wall_ns(), all = 0;

	arena_init(&arena, RECORD_MEMORY);
	extractor_measure(x, &m);
	while ((double)(wall_ns() - began) < least * 1e9)
		for (size_t i = 0; i < l->n; i++) {
			meter_to(&m, METER_GATE);
			if (!extractor_gate(x, l->v[i]) && ninjs_is_plain(l->v[i]))
				continue;
			arena_reset(&arena);
			strbuf_clear(&json);
			must(item_read(x, pack, l->v[i], false, &arena, &item, NULL, &err), &err);
			claims_json_encode(&item.record, &json);
		}
	meter_to(&m, METER_OTHER);
	for (size_t i = 0; i < METER_STEPS; i++)
		all += m.spent[i];
	for (size_t i = 0; i < METER_STEPS; i++)
		printf("%s\"%s\": %.3f", i ? ", " : ", \"shares\": {", steps[i], (double)m.spent[i] / (double)all);
	printf("}");
	strbuf_done(&json);
	arena_done(&arena);
	extractor_free(x);
}

int main(int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct lines lines = {0};
	struct pack *pack;
	struct rusage usage;

	if (argc < 3) {
		fprintf(stderr, "usage: bench_extract PACK ITEMS [SECONDS]\n");
		return 2;
	}
	double least = argc > 3 ? strtod(argv[3], NULL) : 2;
	uint64_t began = cpu_ns();
	must(pack_dir_load(argv[1], &pack, &err), &err);
	extractor_free(extractor_new(pack));
	printf("{\"startup_ms\": %.1f", (double)(cpu_ns() - began) / 1e6);
	if (*argv[2]) {
		read_lines(argv[2], &lines);
		measure_rate(pack, &lines, least);
		measure_steps(pack, &lines, least / 4);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf(", \"rss_mb\": %.1f}\n", (double)usage.ru_maxrss / 1024);
	free(lines.v);
	free(lines.text);
	pack_free(pack);
	return 0;
}
