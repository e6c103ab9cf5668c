/* SPDX-License-Identifier: Apache-2.0 */
/* runs.h: the spells of a track while they are being made. Private to timeline/: track.c finds them and what satisfies
 * them or disputes them, bounds.c gives them their bounds. */
#ifndef SCOWIRE_CORE_RUNS_H
#define SCOWIRE_CORE_RUNS_H

#include "core/timeline/chain.h"
#include "core/timeline/resolve.h"

#define NO_RUN SIZE_MAX

/* A maximal stretch of nodes with one label, or (`alternative`) a group of outvoted marks that nearly won. */
struct run {
	uint32_t value;
	struct span name;	/* of the value; of the labelling's runs, as is the next */
	struct day_range nodes; /* days of its first node and of its last */
	size_t from, to;	/* nodes, both inclusive */
	bool begins, ends, begin_stated, end_stated, disputed, alternative;
	bool barred;   /* it, or the one before it, comes after what it cannot come after: disputed, and bounds no other
			*/
	size_t inside; /* alternative: the run that stands there, or NO_RUN */
	struct day_range gap;	     /* alternative: the days that it may have lasted at most */
	struct day_range begin, end; /* as stated; as bounded after bound_runs() */
	unsigned inferred;
	edtf_day first_hi, last_lo; /* known to hold by, and at */
	edtf_day hull_lo, hull_hi;  /* all days that its marks speak of */
	struct support support;
};

struct track {
	const struct slot_rules *rules;
	struct arena *arena;
	struct chain c;
	struct run *runs;
	size_t n_runs, cap_runs, n_own; /* the first n_own are the labelling's, the others alternatives */
	size_t *run_of;			/* by node */
	struct mark **order;		/* strongest first */
	size_t *mark_run;		/* by mark: the run that satisfies it, or NO_RUN */
	struct resolve_trace *trace;
};

/* Bounds of all runs, in place, and disputes for bounds that say too little and for values that cannot follow each
 * other. Step 4 and the end of step 5 of resolve.h.
 */
void runs_bound(struct track *t);

#endif
