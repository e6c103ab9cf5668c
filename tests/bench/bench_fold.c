/* SPDX-License-Identifier: Apache-2.0 */
/* bench_fold VIEW ITEMS [NOISE|dense [BATCH]]: claims records of a generated history of 25 years
 * (tests/support/history.h; NOISE in a thousand of its claims are spoilt, 50 where not said) through the fold, without
 * Kafka, into a view on disk; then a restart. `dense`: ITEMS records of which each corrects an earlier one, so that
 * each makes changes, to a hundred slots of twenty spells. Prints a line for each tenth, then one line of names and
 * numbers, which bench.py reads. Times are of this process's CPU, commits included; `wall` is by the clock. */
#include "../support/folded.h"
#include "../support/history.h"
#include "codec/claims_json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHUNK 1000
#define DENSE_SLOTS 100
#define DENSE_SPELLS 20

struct run {
	size_t items, batch;
	unsigned noise; /* in a thousand */
	bool dense;
	double cpu, wall, last_us; /* last_us: of a record of the last tenth */
	size_t records, claims;
};

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

/* VmHWM and not getrusage(): that begins with the peak of who forked us. 0 where it cannot be read. */
static long peak_mb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;

	while (f && !kb && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb / 1024;
}

/* Appends a record, encoded, behind its length. */
static void put(const struct claims_record *r, struct strbuf *line, struct strbuf *out)
{
	strbuf_clear(line);
	claims_json_encode(r, line);
	size_t n = line->len;
	strbuf_add(out, span_of((const char *)&n, sizeof(n)));
	strbuf_add(out, strbuf_span(line));
}

/* Record n corrects record n - DENSE_SLOTS * DENSE_SPELLS: the holder took office on another day of that month. */
static void put_dense(size_t n, struct strbuf *line, struct strbuf *out)
{
	size_t which = n % (DENSE_SLOTS * DENSE_SPELLS), version = n / (DENSE_SLOTS * DENSE_SPELLS);
	size_t slot = which % DENSE_SLOTS, spell = which / DENSE_SLOTS;
	char uri[32], slot_name[40], value[32], number[32];
	struct evidence quote = {CLAIM_BODY, 0, 4, SPAN_LIT("took")};

	snprintf(uri, sizeof(uri), "urn:dense:%zu", which);
	snprintf(slot_name, sizeof(slot_name), "secretary-general/%02zu", slot);
	snprintf(value, sizeof(value), "Holder %zu", spell);
	snprintf(number, sizeof(number), "%zu", version + 1);
	struct digest text = digest_of(span_str(uri));
	struct claim claim = {.slot = span_str(slot_name),
			      .value = span_str(value),
			      .begin = {.year = (int16_t)(2001 + spell),
					.month = 3,
					.day = (uint8_t)(1 + version % 28),
					.grain = EDTF_GRAIN_DAY},
			      .end = {.grain = EDTF_NONE},
			      .holds_at = {.grain = EDTF_NONE},
			      .number = -1,
			      .rule = SPAN_LIT("en.office.took"),
			      .evidence = &quote,
			      .n_evidence = 1};
	struct claims_record r = {.uri = span_str(uri),
				  .version = span_str(number),
				  .published = {.year = 2024, .month = 7, .day = 4, .grain = EDTF_GRAIN_DAY},
				  .language = SPAN_LIT("en"),
				  .source = SPAN_LIT("Agency"),
				  .fingerprint = text,
				  .pack = SPAN_LIT("sco@1"),
				  .claims = &claim,
				  .n_claims = 1};
	put(&r, line, out);
}

/* One chunk as encoded records, each behind its length; how many. */
static size_t encode_chunk(const struct run *run, size_t from, struct strbuf *out, size_t *ret_claims)
{
	size_t count = run->items - from < CHUNK ? run->items - from : CHUNK;
	struct history_options o = {.seed = 1,
				    .years = 25,
				    .items = run->items,
				    .from = from,
				    .count = count,
				    .noise_permille = run->noise,
				    .copy_permille = 150,
				    .correct_permille = 30,
				    .withdraw_permille = 5};
	struct strbuf line = STRBUF_INIT;
	struct arena a;
	struct history h = {0};

	arena_init(&a, 0);
	strbuf_clear(out);
	if (!run->dense)
		history_make(&o, &a, &h);
	for (size_t i = 0; i < h.n; i++) {
		put(&h.v[i], &line, out);
		*ret_claims += h.v[i].n_claims;
	}
	for (size_t i = 0; run->dense && i < count; i++)
		put_dense(from + i, &line, out);
	*ret_claims += run->dense ? count : 0;
	strbuf_done(&line);
	arena_done(&a);
	return run->dense ? count : h.n;
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

static void fold_all(struct run *r, struct folded *f)
{
	struct strbuf chunk = STRBUF_INIT;
	double since = 0;
	size_t records_since = 0, next = r->items / 10;

	for (size_t from = 0; from < r->items; from += CHUNK) {
		r->records += encode_chunk(r, from, &chunk, &r->claims);
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
			.dense = argc > 3 && !strcmp(argv[3], "dense"),
			.batch = argc > 4 ? strtoul(argv[4], NULL, 10) : 10000};
	struct strbuf chunk = STRBUF_INIT;
	struct folded f;
	size_t claims = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_fold VIEW ITEMS [NOISE|dense [BATCH]]\n");
		return 2;
	}
	folded_open(&f, argv[1], &history_rules);
	fold_all(&r, &f);
	size_t changes = f.n_changes;
	folded_close(&f);
	double t = now();
	folded_open(&f, argv[1], &history_rules);
	double opened = now() - t;
	encode_chunk(&r, r.items - 1, &chunk, &claims);
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
