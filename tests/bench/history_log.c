/* SPDX-License-Identifier: Apache-2.0 */
/* history_log DIR ITEMS [NOISE]: the claims records that bench_fold makes, as the topic sco.claims of the file
 * transport in DIR, all of it read already by the group scowire-fold: what a fold without a view has to rebuild. Prints
 * how many records and claims there are. */
#include "../support/history.h"
#include "codec/claims_json.h"
#include "journal/journal.h"
#include <stdio.h>
#include <stdlib.h>

#define CHUNK 1000

static void must(int r, const struct error *err)
{
	if (r >= 0)
		return;
	fprintf(stderr, "history_log: %s\n", err->text);
	exit(1);
}

static void put(struct journal *j, const struct claims_record *r, int64_t timestamp)
{
	struct strbuf key = STRBUF_INIT, value = STRBUF_INIT;
	struct error err = ERROR_INIT;

	claims_json_key(r, &key);
	claims_json_encode(r, &value);
	struct record record = {.topic = SPAN_LIT("sco.claims"),
				.partition = -1,
				.offset = -1,
				.timestamp = timestamp,
				.key = strbuf_span(&key),
				.value = strbuf_span(&value)};
	must(journal_append(j, &record, &err), &err);
	strbuf_done(&key);
	strbuf_done(&value);
}

int main(int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct journal *j = NULL;
	size_t records = 0, claims = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: history_log DIR ITEMS [NOISE]\n");
		return 2;
	}
	struct history_options o = {.seed = 1,
				    .years = 25,
				    .items = strtoul(argv[2], NULL, 10),
				    .count = CHUNK,
				    .noise_permille = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0,
				    .copy_permille = 150,
				    .correct_permille = 30,
				    .withdraw_permille = 5};
	must(journal_open(argv[1], &j, &err), &err);
	must(journal_join(j, "scowire-fold", &err), &err);
	for (; o.from < o.items; o.from += CHUNK) {
		struct arena a;
		struct history h;
		if (o.items - o.from < o.count)
			o.count = o.items - o.from;
		arena_init(&a, 0);
		history_make(&o, &a, &h);
		for (size_t i = 0; i < h.n; i++) {
			put(j, &h.v[i], (int64_t)++records);
			claims += h.v[i].n_claims;
		}
		arena_done(&a);
		must(journal_commit(j, NULL, 0, &err), &err);
	}
	struct journal_position end = {"sco.claims", journal_end(j, "sco.claims")};
	must(journal_commit(j, &end, 1, &err), &err);
	journal_close(j);
	printf("records %zu claims %zu\n", records, claims);
	return 0;
}
