/* SPDX-License-Identifier: Apache-2.0 */
/* bench_fold VIEW ITEMS [NOISE [BATCH]]: claims records of a generated history of 25 years (tests/support/history.h;
 * NOISE in a thousand of its claims are spoilt, 50 where not said) through the fold, without Kafka, into a view on
 * disk; then a restart. Prints a line for each tenth, then one line of names and numbers, which bench.py reads. Times
 * are of this process's CPU, commits included; `wall` is by the clock. */
#include "../support/folded.h"
#include "../support/history.h"
#include "codec/claims_json.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define CHUNK 1000

/* Seconds of this process's CPU time, so that a busy machine does not show: what waits for the disk is left out. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_mb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

/* One chunk of the history as encoded records, each behind its length. */
static size_t encode_chunk(size_t items, size_t from, unsigned noise, struct strbuf *out, size_t *ret_claims)
{
	struct history_options o = {.seed = 1,
				    .years = 25,
				    .items = items,
				    .from = from,
				    .count = items - from < CHUNK ? items - from : CHUNK,
				    .noise_permille = noise,
				    .copy_permille = 150,
				    .correct_permille = 30,
				    .withdraw_permille = 5};
	struct arena a;
	struct history h;
	struct strbuf line = STRBUF_INIT;

	arena_init(&a, 0);
	history_make(&o, &a, &h);
	strbuf_clear(out);
	for (size_t i = 0; i < h.n; i++) {
		size_t n;
		strbuf_clear(&line);
		claims_json_encode(&h.v[i], &line);
		n = line.len;
		strbuf_add(out, span_of((const char *)&n, sizeof(n)));
		strbuf_add(out, strbuf_span(&line));
		*ret_claims += h.v[i].n_claims;
	}
	size_t n = h.n;
	strbuf_done(&line);
	arena_done(&a);
	return n;
}

static void feed(struct folded *f, const struct strbuf *chunk, size_t batch)
{
	struct error err = ERROR_INIT;

	for (size_t at = 0; at < chunk->len;) {
		size_t n;
		memcpy(&n, chunk->buf + at, sizeof(n));
		at += sizeof(n);
		if (folded_raw(f, span_of(chunk->buf + at, n), f->offset, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			exit(1);
		}
		at += n;
		if ((size_t)f->offset % batch == 0)
			folded_commit(f);
		strbuf_clear(&f->changes);
		strbuf_clear(&f->state);
	}
}

struct run {
	size_t items, batch;
	unsigned noise;
	double cpu, wall, last_us; /* last_us: of a record of the last tenth */
	size_t records, claims;
};

static void fold_all(struct run *r, struct folded *f)
{
	struct strbuf chunk = STRBUF_INIT;
	double since = 0;
	size_t records_since = 0, next = r->items / 10;

	for (size_t from = 0; from < r->items; from += CHUNK) {
		r->records += encode_chunk(r->items, from, r->noise, &chunk, &r->claims);
		double t = now(), w = clock_now();
		feed(f, &chunk, r->batch);
		if (from + CHUNK >= r->items)
			folded_commit(f);
		r->cpu += now() - t;
		r->wall += clock_now() - w;
		if (from + CHUNK < next && from + CHUNK < r->items)
			continue;
		r->last_us = (r->cpu - since) * 1e6 / (double)(r->records - records_since);
		printf("records %zu claims %zu us_per_record %.2f peak_mb %ld changes %zu\n", r->records, r->claims,
		       r->last_us, peak_mb(), f->n_changes);
		fflush(stdout);
		since = r->cpu;
		records_since = r->records;
		next += r->items / 10;
	}
	strbuf_done(&chunk);
}

int main(int argc, char **argv)
{
	struct run r = {.items = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000,
			.noise = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 50,
			.batch = argc > 4 ? strtoul(argv[4], NULL, 10) : 2000};
	struct strbuf chunk = STRBUF_INIT;
	struct folded f;
	size_t claims = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_fold VIEW ITEMS [NOISE [BATCH]]\n");
		return 2;
	}
	folded_open(&f, argv[1], &history_rules);
	fold_all(&r, &f);
	size_t changes = f.n_changes;
	folded_close(&f);
	double t = now();
	folded_open(&f, argv[1], &history_rules);
	double opened = now() - t;
	encode_chunk(r.items, r.items - 1, r.noise, &chunk, &claims);
	t = now();
	feed(&f, &chunk, r.batch);
	printf("items %zu records %zu claims %zu claims_per_s %.0f us_per_record %.1f last_us %.1f cpu_s %.1f wall_s %.1f "
	       "changes %zu peak_mb %ld restart_ms %.1f first_record_ms %.1f\n",
	       r.items, r.records, r.claims, (double)r.claims / r.cpu, r.cpu * 1e6 / (double)r.records, r.last_us,
	       r.cpu, r.wall, changes, peak_mb(), opened * 1e3, (now() - t) * 1e3);
	folded_close(&f);
	strbuf_done(&chunk);
	return 0;
}
