/* SPDX-License-Identifier: Apache-2.0 */
/* watermark.h: how far the news has come: time as the items tell it.
 *
 * The watermark of a set of items is the k-th latest of their days of publication, k = 1 + n / 4 but at most
 * WATERMARK_DEPTH: so a few wrong dates in the future move it by nothing once there are items enough, and it is a pure
 * function of the set. EDTF_DAY_MIN without items.
 */
#ifndef SCOWIRE_CORE_WATERMARK_H
#define SCOWIRE_CORE_WATERMARK_H

#include "base/attr.h"
#include "edtf/edtf.h"

#define WATERMARK_DEPTH 5

struct day_count {
	edtf_day day;
	bool dirty; /* differs from what is stored */
	uint64_t n;
};

struct watermark {
	struct day_count *v; /* by day */
	size_t n, cap;
	uint64_t total;
};

void watermark_done(struct watermark *w); /* NULL and zeroed are fine */
/* Counts an item of that day in (by = 1) or out (by = -1). 0 or -ENOMEM. */
int watermark_count(struct watermark *w, edtf_day day, int by) MUST_CHECK;
edtf_day watermark_of(const struct watermark *w);

#endif
