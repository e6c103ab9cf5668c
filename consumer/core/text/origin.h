/* SPDX-License-Identifier: Apache-2.0 */
/* origin.h: where an item comes from: the agency that it credits, and a fingerprint that its copies share.
 *
 * In:    an item's headline and body (valid UTF-8), its dateline, and the names of agencies, which are a pack's.
 * Out:   the credited agency under its one name; a digest of the normalised text.
 * Why:   news is copied. The fold counts origins and not articles (timeline/), and these two are how it tells.
 * Not here: who published the item (`infosource` of the ninjs item), which the caller has.
 */
#ifndef SCOWIRE_CORE_ORIGIN_H
#define SCOWIRE_CORE_ORIGIN_H

#include "base/arena.h"
#include "base/digest.h"
#include "core/text/dateline.h"

/* One way to write an agency, and the one name that stands for it in every language. */
struct agency_form {
	struct span form; /* "РИА Новости", "新华社"; matched as written, as a whole word where its script has words */
	struct span name; /* "RIA Novosti", "Xinhua" */
};

/* All of them. Longer forms win over shorter ones at the same place. */
struct agency_table {
	const struct agency_form *v; /* private: by their beginnings, then the longest first */
	size_t n;
	const uint64_t *beginnings; /* private: a set, behind the set of first bytes */
};

/* A table of the forms, in any order, in the arena; the bytes stay borrowed. A form of less than two bytes is none.
 * 0, or -ENOMEM. */
int agency_table_make(const struct agency_form *forms, size_t n, struct arena *arena,
		      struct agency_table *ret) MUST_CHECK;

/* The agency that the text credits for the news:
 *   1. whom it cites: "citing X", "со ссылкой на X", "援引X", "X reports", "сообщает X", "据X报道", "told X"; a source
 *      behind a source ("Y reports citing X") is X;
 *   2. else the agency of the dateline, under its name where the table has it, as written where not;
 *   3. else an agency in brackets or slashes: "(X)", "/X/".
 * The first of a kind decides. False, and *ret empty, when the text credits nobody; an agency that is only spoken of
 * ("the head of X met ...") is not credited. The result is a span of the table or of the body. */
bool origin_cited(struct span headline, struct span body, const struct dateline *dateline,
		  const struct agency_table *agencies, struct span *ret);

/* The digest of the text proper, case-folded, in compatibility decomposition (Unicode NFKD), with everything but
 * letters and digits dropped, and without dateline and bracketed agencies: equal for copies that differ in type,
 * spacing, quotes, dateline or credit. The headline counts only where the body has less than a sentence of its own
 * (desks write new headlines over old text).
 * Returns 0, or -ENOMEM when the arena is exhausted. */
int origin_fingerprint(struct span headline, struct span body, const struct dateline *dateline,
		       const struct agency_table *agencies, struct arena *arena, struct digest *ret) MUST_CHECK;

#endif
