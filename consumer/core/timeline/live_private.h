/* SPDX-License-Identifier: Apache-2.0 */
/* live_private.h: what the files of live.h share. live_marks.c keeps the marks of a track, live_weigh.c their
 * strengths, live_window.c labels the part of its axis that a change can reach, live_close.c lists what is close there,
 * live_decide.c says which run satisfies each mark, live_runs.c tells the runs anew, live_emit.c makes spells of them,
 * live.c puts the tracks and plans of a slot together. */
#ifndef SCOWIRE_CORE_LIVE_PRIVATE_H
#define SCOWIRE_CORE_LIVE_PRIVATE_H

#include "base/grow.h"
#include "core/timeline/days.h"
#include "core/timeline/live.h"
#include "core/timeline/marks.h"
#include "core/timeline/runs.h"

#define LIVE_GAP 64	  /* a state that is behind by so much, and what leaving it gives, decides nothing any more */
#define LIVE_FAR 192	  /* a boundary that lost so much on its way does not come near on the rest of it */
#define LIVE_POINT_DAYS 8 /* no two points nearer than this: they cost memory, not exactness */
#define LIVE_STATES_MAX 16
#define LIVE_MOVERS_MAX 8
#define LIVE_NO_NODE ((edtf_day)INT32_MAX)
#define LIVE_FINE 40 /* a mark that speaks of more days than this is wide, and kept in a list of its own */

struct live_value {
	struct span name;
	uint32_t rank;	/* by name */
	uint32_t local; /* index in the chain of the window */
	uint64_t stamp; /* of the window that `local` is of */
};

enum live_status {
	LIVE_NOTHING,	  /* satisfied by no run, and not nearly */
	LIVE_CHOSEN,	  /* a change that a run has there */
	LIVE_HELD,	  /* the value holds there */
	LIVE_ALTERNATIVE, /* nearly won */
	LIVE_DENIAL	  /* of what holds, and nearly right */
};

struct live_mark {
	struct mark m; /* hold and bound as weighed; value only while a window is labelled */
	struct live_value *value;
	int32_t hold, bound;	 /* as stated */
	edtf_day test, not_test; /* of mark_test(), mark_not_test() */
	edtf_day lo, hi;	 /* all days that it speaks of */
	edtf_day certain_lo, certain_hi;
	unsigned char order; /* among the marks of its cell */
	unsigned char step, against;
	bool blocks, wide, coarse;
	uint32_t touching; /* of a coarse one: finer marks of its value in it */
	enum live_status status;
	bool widens; /* it widens a bound of the run at `at` */
	edtf_day at; /* a day of the run that satisfies it, or whose bound it widens */
};

struct live_marks {
	struct live_mark **v;
	size_t n, cap;
};

/* A state that is alive at a point: of that value, or of none after it (none before any: NULL), with the best score up
 * to the node less that of the best state, and the best after it less that of the state of the labelling. */
struct live_state {
	struct live_value *value;
	bool none;
	int32_t alpha, beta;
};

struct live_point {
	edtf_day day;
	uint32_t n, best; /* best: the state of the labelling */
	struct live_state v[LIVE_STATES_MAX];
};

/* At the node of that day another value than the label, or none (NULL), would lose less than CHAIN_THETA. */
struct live_tie {
	edtf_day day;
	struct live_value *value;
};

/* The change at node `boundary` would lose less than CHAIN_THETA if it lay at node `day`. */
struct live_near {
	edtf_day boundary;
	bool begin; /* seen from the run that begins there; else from the one that ended */
	edtf_day day;
};

/* How far from a boundary was looked for where else it might lie. */
struct live_reach {
	edtf_day boundary, lo, hi;
};

struct live_best {
	const struct live_mark *v[SPELL_EVIDENCE_MAX];
	uint32_t n;
};

enum live_told { LIVE_UNTOLD, LIVE_TOLD, LIVE_TOLD_NOW };

struct live_run {
	struct live_value *value;
	edtf_day from, to; /* first and last node */
	edtf_day next;	   /* the node after; LIVE_NO_NODE at the end */
	struct run run;	   /* before runs_bound(); nodes are not used */
	struct live_best best[3];
	struct belief belief; /* value and support */
	enum live_told told;  /* are run, best and belief those of all its marks? */
};

/* A holding that was moved within its cell, and what it said. */
struct live_left {
	struct ledger_cell *cell;
	edtf_day at;
	struct day_range holds;
};

/* Marks of that value moved, and bound extents, up to that step. */
struct live_mover {
	const struct live_value *value;
	unsigned step;
};

struct live_track {
	const struct slot_rules *rules;
	struct live_marks test; /* by test, cell, order */
	struct live_marks not_test;
	struct live_marks wide, coarse; /* in no order */
	/* By what was decided, in no order. Wideners: not held, and not wide; what they widen may be far from their
	 * test. */
	struct live_marks alternatives, denials, wideners;
	struct live_marks joined; /* holdings that a run got, or that grew, since the runs were told */
	struct live_left *left;
	size_t n_left, cap_left;
	struct live_point *points; /* by day */
	size_t n_points, cap_points;
	struct live_tie *ties; /* by day */
	size_t n_ties, cap_ties;
	struct live_near *near; /* by boundary */
	size_t n_near, cap_near;
	struct live_reach *reach; /* by boundary */
	size_t n_reach, cap_reach;
	struct live_run *runs; /* in order */
	size_t n_runs, cap_runs;
	uint64_t stamp;		/* of the last window */
	struct day_range moved; /* marks that came, went or are stated with another strength; lo > hi: none */
	struct live_mover movers[LIVE_MOVERS_MAX]; /* which; n_movers above it: too many to tell */
	size_t n_movers;
	struct day_range relabel; /* where the labelling may change */
	struct day_range retell;  /* where what is said of the runs may change */
};

#define DAYS_NONE ((struct day_range){EDTF_DAY_MAX, EDTF_DAY_MIN})

static inline bool days_any(struct day_range r)
{
	return r.lo <= r.hi;
}

static inline void days_add(struct day_range *r, edtf_day lo, edtf_day hi)
{
	r->lo = lo < r->lo ? lo : r->lo;
	r->hi = hi > r->hi ? hi : r->hi;
}

static inline bool days_meet(struct day_range a, edtf_day lo, edtf_day hi)
{
	return lo <= a.hi && a.lo <= hi;
}

/* The marks of live_is_far(). */
static inline size_t live_n_far(const struct live_track *t)
{
	return t->wide.n + t->wideners.n;
}

static inline struct live_mark *live_far(const struct live_track *t, size_t i)
{
	return i < t->wide.n ? t->wide.v[i] : t->wideners.v[i - t->wide.n];
}

/* Puts k elements in the place of elements [from, to) of a malloc'ed array. 0 or -ENOMEM (nothing changed). */
int live_splice(void *items, size_t *n, size_t *cap, size_t size, size_t from, size_t to, const void *more,
		size_t k) MUST_CHECK;

/* live_marks.c */

/* As the full resolver orders marks of equal strength: by cell_cmp(), then as the cell gives them. */
int live_mark_cmp(const struct live_mark *a, const struct live_mark *b);
/* Strongest first, as by_strength() of track.c. */
int live_strength_cmp(const struct live_mark *a, const struct live_mark *b);
/* First mark of test[] whose test is not before d. */
size_t live_test_at(const struct live_marks *l, edtf_day d);
size_t live_not_test_at(const struct live_marks *l, edtf_day d);
int live_mark_insert(struct live_track *t, struct live_mark *m) MUST_CHECK;
/* Takes it out of all lists and frees it. moves_in: the cell, which grew and will have it elsewhere; else NULL. 0 or
 * -ENOMEM. */
int live_mark_remove(struct live_track *t, struct live_mark *m, struct ledger_cell *moves_in) MUST_CHECK;
/* It came, went, or is stated with another strength than it was weighed with: adds to `moved`. */
void live_mark_moved(struct live_track *t, const struct live_mark *m);
/* What stands behind the mark is more than it was (grew) or not the same. 0 or -ENOMEM. */
int live_mark_changed(struct live_track *t, struct live_mark *m, bool grew) MUST_CHECK;
void live_marks_drop(struct live_marks *l, const struct live_mark *m); /* from a list in no order */
/* What it is of may be far from its test: it stands in `wide` or `wideners`. */
static inline bool live_is_far(const struct live_mark *m)
{
	return m->wide || (m->widens && m->status == LIVE_NOTHING);
}

/* Out of the lists that say what was decided of it. */
void live_unlist(struct live_track *t, const struct live_mark *m);
int live_marks_push(struct live_marks *l, struct live_mark *m) MUST_CHECK;

/* live_weigh.c */

/* Weighs again what `moved` can reach, and empties it; adds to relabel and retell. 0 or -ENOMEM. */
int live_weigh(struct live_track *t, struct arena *arena) MUST_CHECK;

/* live_window.c */

/* Labels what `relabel` can reach. ret: the nodes between which something may have changed; the runs, cuts, ties and
 * near ones there are new, with nothing told of the runs. 0 or -ENOMEM. */
int live_label(struct live_track *t, struct arena *arena, struct day_range *ret) MUST_CHECK;

/* A window while it is labelled. */
struct live_window {
	struct live_track *t;
	struct arena *arena;
	size_t left, right; /* points on both sides; SIZE_MAX: none, the end of the axis */
	struct day_range days;
	struct live_value **values; /* by rank */
	struct chain c;
	bool beyond; /* c.day has one node more, of which only what leaving before it gives is known */
	size_t test, test_end, not_test, not_end;
	bool short_left, short_right; /* what is beyond that end may be changed too */
	struct live_near *near;
	struct live_reach *reach;
	size_t n_near, n_reach;
};

/* The first and the last node of the stretch of one label that node i is in. */
size_t live_stretch_from(const struct chain *c, size_t i);
size_t live_stretch_to(const struct chain *c, size_t i);

/* Index of the first run that ends at d or later; n_runs if none. */
size_t live_run_reaching(const struct live_track *t, edtf_day d);
/* Index of the run that has the node of day d, or NO_RUN. */
size_t live_run_at(const struct live_track *t, edtf_day d);

/* live_points.c */

/* The first node of the window is that point: its states, with their scores up to there. */
void live_point_enter(const struct live_window *w, const struct live_point *p);
/* The last node is that point: are the same states alive, with the same scores up to there? */
bool live_point_meets(const struct live_window *w, const struct live_point *p);
/* Then the scores after it are those that are kept. Returns its state in the labelling. */
uint32_t live_point_leave(const struct live_window *w, const struct live_point *p);
/* The first node is that point: is its state in the labelling the same, with the same scores after it? */
bool live_point_agrees(const struct live_window *w, const struct live_point *p);
/* New points for those in a labelled window. 0 or -ENOMEM. */
int live_new_points(struct live_window *w) MUST_CHECK; /* last: the window's ends are places in the old list */

/* live_close.c */

/* Looks for where the boundaries in a labelled window might nearly lie: w->near, w->reach, short_left, short_right. */
int live_new_near(struct live_window *w) MUST_CHECK;
/* What is close in a window, put in the place of what was. 0 or -ENOMEM. */
int live_new_ties(struct live_window *w) MUST_CHECK;
int live_keep_near(struct live_window *w) MUST_CHECK;

/* live_decide.c */

/* Decides again for every mark that speaks of one of the days; adds the runs that won or lost one to `retell`. */
int live_decide(struct live_track *t, struct day_range days) MUST_CHECK;

/* live_runs.c */

/* What the mark says of when the run's value is known to hold: a chosen begin or end says it as the bound itself. */
void live_run_speak(struct run *r, const struct live_mark *m);
/* Chosen bounds meet those stated more strongly; those that nearly were widen what came of it. */
void live_run_bound(struct run *r, const struct live_mark *m, bool widens);

/* Decides again for every mark that speaks of a day in `changed` which run satisfies it, and tells anew the runs that
 * meet `changed` or `retell`. 0 or -ENOMEM. */
int live_tell(struct live_track *t, struct day_range changed, struct arena *arena) MUST_CHECK;

/* live_emit.c */

/* Alternatives, disputes and bounds, then appends the track's beliefs. 0 or -ENOMEM. */
int live_emit(struct live_track *t, struct arena *arena, struct belief_list *ret) MUST_CHECK;

#endif
