/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timeline/watermark.h"
#include "base/grow.h"
#include "core/timeline/days.h"
#include <errno.h>
#include <stdlib.h>

void watermark_done(struct watermark *w)
{
	if (!w)
		return;
	free(w->v);
	*w = (struct watermark){0};
}

int watermark_count(struct watermark *w, edtf_day day, int by)
{
	size_t lo = DAYS_FIND(w->v, w->n, day, day);

	if (lo == w->n || w->v[lo].day != day) {
		if (array_grow(&w->v, w->n, &w->cap, sizeof(*w->v)) < 0)
			return -ENOMEM;
		memmove(&w->v[lo + 1], &w->v[lo], (w->n - lo) * sizeof(*w->v));
		w->v[lo] = (struct day_count){.day = day};
		w->n++;
	}
	w->v[lo].n = by > 0 ? w->v[lo].n + 1 : w->v[lo].n - 1;
	w->v[lo].dirty = true;
	w->total = by > 0 ? w->total + 1 : w->total - 1;
	return 0;
}

edtf_day watermark_of(const struct watermark *w)
{
	uint64_t k = 1 + w->total / 4, seen = 0;

	if (k > WATERMARK_DEPTH)
		k = WATERMARK_DEPTH;
	for (size_t i = w->n; i-- > 0;) {
		seen += w->v[i].n;
		if (seen >= k)
			return w->v[i].day;
	}
	return EDTF_DAY_MIN;
}
