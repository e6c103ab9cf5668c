/* SPDX-License-Identifier: Apache-2.0 */
/* replay_print.h: the differences that a replay finds, counted, and printed as lines for people or as JSON.
 *
 *     {"after":claim,"before":claim,"change":"gained|lost|changed","diff":"claim","key":...,"rule":...}
 *     {"after":spell,"before":spell,"diff":"spell","op":...,"slot":...}
 *     {"claims":{"changed","gained","lost"},"diff":"summary","items","records","refused","rules":{RULE:n},"spells"}
 */
#ifndef SCOWIRE_COMMAND_REPLAY_PRINT_H
#define SCOWIRE_COMMAND_REPLAY_PRINT_H

#include "core/change/change.h"
#include "feed/claims_diff.h"

struct rule_count {
	char *rule;
	int64_t n;
};

struct replay_print {
	bool lines, text; /* every difference, or only the summary; for people, or JSON */
	int64_t items, refused;
	int64_t records; /* of sco.claims that differ */
	int64_t gained, lost, changed, spells;
	struct rule_count *rules;
	size_t n_rules, cap_rules;
};

void replay_print_done(struct replay_print *p);

/* The differences of one item version. -ENOMEM, -EIO. */
int replay_print_claims(struct replay_print *p, struct span key, const struct claims_diff *d,
			struct error *reterr) MUST_CHECK;
int replay_print_spell(struct replay_print *p, struct span slot, const struct change *c,
		       struct error *reterr) MUST_CHECK;
int replay_print_summary(struct replay_print *p, struct error *reterr) MUST_CHECK;

#endif
