/* SPDX-License-Identifier: Apache-2.0 */
/* shuffles VIEW RECORDS ROUNDS: the claims records in RECORDS (one a line) are folded under the slot rules of VIEW, in
 * the order of the file and then ROUNDS times in another: shuffled, one in four of them twice, in random batches, of
 * which some are rolled back, and in every tenth round on a file that the process leaves without a commit. The spells
 * must be the same bytes each time. Exit code 0 they are, 1 they are not, 2 usage. */
#include "folded.h"
#include "history.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VIEW "shuffles.db"

struct records {
	struct arena arena;
	struct span *v;
	size_t n, cap;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "shuffles: %s\n", what);
	exit(1);
}

static void read_records(const char *path, struct records *r)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		die("cannot read the records");
	while ((n = getline(&line, &cap, f)) > 0) {
		struct span raw = span_of(line, (size_t)n - (line[n - 1] == '\n'));
		if (arena_grow(&r->arena, &r->v, r->n, &r->cap, sizeof(*r->v)) < 0)
			die("out of memory");
		r->v[r->n++] = arena_copy(&r->arena, raw);
	}
	free(line);
	fclose(f);
	if (!r->n)
		die("no records: nothing to put in another order");
}

static uint64_t below(uint64_t *random, uint64_t n)
{
	return (history_random(random) >> 11) % n;
}

static void step(struct folded *f, struct span raw)
{
	struct error err = ERROR_INIT;

	if (folded_raw(f, raw, f->offset, &err) < 0)
		die(err.text);
}

static void remove_view(void)
{
	unlink(VIEW);
	unlink(VIEW "-wal");
	unlink(VIEW "-shm");
}

/* Batches of random size; one in four is rolled back or, on a file, dies with the process, and comes again. */
static void fold(const struct slot_rules_set *rules, const struct span *v, size_t n, bool on_file, uint64_t *random,
		 struct strbuf *ret)
{
	struct folded f;

	remove_view();
	folded_open(&f, on_file ? VIEW : ":memory:", rules);
	for (size_t from = 0; from < n;) {
		size_t to = from + 1 + (size_t)below(random, 60);
		to = to < n ? to : n;
		for (size_t i = from; i < to; i++)
			step(&f, v[i]);
		bool lost = below(random, 4) == 0;
		if (!lost) {
			folded_commit(&f);
			from = to;
		} else if (on_file) {
			folded_close(&f);
			folded_open(&f, VIEW, rules);
		} else {
			folded_roll_back(&f);
		}
	}
	folded_spells(&f, ret);
	folded_close(&f);
	remove_view();
}

static void load_rules(const char *path, struct arena *arena, struct slot_rules_set *ret)
{
	struct error err = ERROR_INIT;
	struct view *v;

	if (view_open(path, VIEW_READ, NULL, &v, &err) < 0 || view_rules_load(v, arena, ret, &err) < 0)
		die(err.text);
	view_close(v);
}

/* All of them, a quarter of them twice. */
static size_t make_order(const struct span *v, size_t n_v, uint64_t *random, struct span *ret)
{
	size_t n = n_v;

	memcpy(ret, v, n_v * sizeof(*v));
	while (n < n_v + n_v / 4)
		ret[n++] = v[below(random, n_v)];
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)below(random, i);
		struct span keep = ret[i - 1];
		ret[i - 1] = ret[k];
		ret[k] = keep;
	}
	return n;
}

int main(int argc, char **argv)
{
	struct records r = {.n = 0};
	struct slot_rules_set rules = {0};
	struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	uint64_t random = 20240704;

	if (argc != 4) {
		fprintf(stderr, "usage: shuffles VIEW RECORDS ROUNDS\n");
		return 2;
	}
	size_t rounds = strtoul(argv[3], NULL, 10);
	arena_init(&r.arena, 0);
	load_rules(argv[1], &r.arena, &rules);
	read_records(argv[2], &r);
	fold(&rules, r.v, r.n, false, &random, &want);
	if (!want.len)
		die("nothing is believed of these records");
	struct span *order = arena_array(&r.arena, 2 * r.n + 1, sizeof(*order));
	for (size_t round = 0; order && round < rounds; round++) {
		size_t n = make_order(r.v, r.n, &random, order);
		strbuf_clear(&got);
		fold(&rules, order, n, round % 10 == 9, &random, &got);
		if (!span_eq(strbuf_span(&got), strbuf_span(&want))) {
			fprintf(stderr, "shuffles: round %zu differs\n", round);
			return 1;
		}
	}
	printf("%zu records, %zu orders, %zu bytes of spells, all the same\n", r.n, rounds, want.len);
	strbuf_done(&want);
	strbuf_done(&got);
	arena_done(&r.arena);
	return 0;
}
