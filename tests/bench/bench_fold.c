/* SPDX-License-Identifier: Apache-2.0 */
/* bench_fold VIEW ITEMS [BATCH]: claims records of a generated history of 25 years through the fold, without Kafka,
 * into a view on disk; then a restart. Prints one line of numbers a tenth: claims/s, the cost of an item, memory.
 * All times are CPU time. */
#include "../support/folded.h"
#include "../support/history.h"
#include "codec/claims_json.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define CHUNK 10000

/* Seconds of this process's CPU time, so that a busy machine does not show: what waits for the disk is left out. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_mb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

/* One chunk of the history as encoded records, each behind its length. */
static size_t encode_chunk(size_t items, size_t from, struct strbuf *out, size_t *ret_claims)
{
	struct history_options o = {.seed = 1,
				    .years = 25,
				    .items = items,
				    .from = from,
				    .count = items - from < CHUNK ? items - from : CHUNK,
				    .noise_permille = 50,
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

int main(int argc, char **argv)
{
	size_t items = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000,
	       batch = argc > 3 ? strtoul(argv[3], NULL, 10) : 50000;
	struct strbuf chunk = STRBUF_INIT;
	struct folded f;
	double spent = 0, since = 0;
	size_t claims = 0, records = 0, records_since = 0, claims_since = 0, next = items / 10;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_fold VIEW ITEMS [BATCH]\n");
		return 2;
	}
	folded_open(&f, argv[1], &history_rules);
	for (size_t from = 0; from < items; from += CHUNK) {
		records += encode_chunk(items, from, &chunk, &claims);
		double t = now();
		feed(&f, &chunk, batch);
		spent += now() - t;
		if (from + CHUNK >= next || from + CHUNK >= items) {
			printf("records %zu claims %zu claims_per_s %.0f us_per_record %.2f peak_mb %ld changes %zu\n",
			       records, claims, (double)(claims - claims_since) / (spent - since),
			       (spent - since) * 1e6 / (double)(records - records_since), peak_mb(), f.n_changes);
			fflush(stdout);
			since = spent;
			records_since = records;
			claims_since = claims;
			next += items / 10;
		}
	}
	double t = now();
	folded_commit(&f);
	spent += now() - t;
	printf("total records_per_s %.0f claims_per_s %.0f seconds %.2f\n", (double)records / spent,
	       (double)claims / spent, spent);
	folded_close(&f);
	t = now();
	folded_open(&f, argv[1], &history_rules);
	double opened = now() - t;
	encode_chunk(items, items - 1, &chunk, &claims);
	t = now();
	feed(&f, &chunk, batch);
	printf("restart_ms %.1f first_record_ms %.1f\n", opened * 1e3, (now() - t) * 1e3);
	folded_close(&f);
	strbuf_done(&chunk);
	return 0;
}
