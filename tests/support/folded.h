/* SPDX-License-Identifier: Apache-2.0 */
/* folded.h: claims records through the fold stage, and what comes out as bytes, for the tests of the state. */
#ifndef SCOWIRE_TESTS_FOLDED_H
#define SCOWIRE_TESTS_FOLDED_H

#include "base/strbuf.h"
#include "core/claim/claim.h"
#include "stage/fold.h"

struct folded {
	struct output out; /* the first member, for the cast */
	struct fold *fold;
	struct processor p;
	struct strbuf changes, state, record; /* what was emitted: headers and values, a line each */
	int64_t offset;
	size_t n_changes;
};

/* A fold on the view at `path` under the rules; aborts on failure. Takes up at the view's position. */
void folded_open(struct folded *f, const char *path, const struct slot_rules_set *rules);
void folded_close(struct folded *f);
/* One record; the negative errno of the step. timestamp in ms. */
int folded_step(struct folded *f, const struct claims_record *r, int64_t timestamp);
int folded_raw(struct folded *f, struct span raw, int64_t timestamp, struct error *reterr);
void folded_commit(struct folded *f);
void folded_roll_back(struct folded *f);
/* Appends all spells that are believed, as `state --history --json` prints them. */
void folded_spells(struct folded *f, struct strbuf *out);
/* The same as it was known at a log time. */
void folded_spells_at(struct folded *f, int64_t known_at, struct strbuf *out);

#endif
