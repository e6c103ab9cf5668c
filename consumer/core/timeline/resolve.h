/* SPDX-License-Identifier: Apache-2.0 */
/* resolve.h: from everything that is said of one slot to what is believed of it.
 *
 * A specification, from which this can be written again. All numbers are integers; wherever two things tie, the order
 * named decides; nothing depends on the order of the input, on how often a claim was delivered, or on a clock.
 *
 * Input. The cells of the slot (cell.h): distinct statements, each weighed by its independent origins and, where there
 * are many, by how often they say it. The slot's rules (rules.h). The watermark, the day that the items' dates have
 * reached.
 *
 * Exclusive slots.
 *  1. Statements that the rules do not admit are set aside. Values that the rules call stages are resolved each on
 *     its own (steps 2 to 6), all other values together.
 *  2. Asserted and denied statements give marks on the time axis (marks.h: strength, precision, plausibility).
 *  3. The axis is labelled with the values, or with none, so that the most mark strength is satisfied, less a cost
 *     for each change (chain.h). Each maximal stretch of one label is a spell, if a statement satisfies it. So wrong
 *     claims are outvoted by what stands around them; they never win by being last.
 *  4. Bounds of a spell. Begin: the begins that marks of the value state where the stretch begins are intersected,
 *     strongest first, one that would leave nothing is passed over; none stated: from the last day on which the
 *     spell before is known to hold (or its stated end; BEGIN_SUCCESSION), else unbounded. Not after the first day
 *     by which the value is otherwise known to hold, nor before the last on which the spell before is. End: likewise
 *     from the stated ends; none stated: at most the next spell's begin (END_SUCCESSION), else unbounded; not before
 *     the last day on which it is known to hold, which counts by the month once the support is at its cap, so that
 *     the thousandth confirmation changes nothing. The next spell's begin always bounds the end from above. A begin
 *     or end that is stated elsewhere, of this spell (or a begin within the spell before it, an end within the one
 *     after it), but not chosen, at a loss under CHAIN_THETA if only this boundary moved, widens the bound to hold
 *     both.
 *  5. Disputes. A mark whose value holds nowhere in its range, though making it hold would lose less than
 *     CHAIN_THETA, is published as a spell of its own with status `disputed`, together with others of its value in
 *     the same gap between marks of the spell that stands there; it lasts no longer than that gap. The spell that
 *     stands there is disputed too if its marks outside the disputed days are under CHAIN_THETA together: a long
 *     spell is not put in doubt by what is said of one of its days. A denial at a loss under CHAIN_THETA disputes
 *     likewise. A bound widened over more than the rules' short_days, at least 366, disputes its spell.
 *     A mark whose value cannot come after the one that holds at its test (rules.h, `never`) is rejected and disputes
 *     nothing. Of two spells that follow each other so, the first without a stated end, the one with fewer days from
 *     its first node to its last is disputed, the later if they tie; it
 *     bounds no other spell.
 *  6. A stage ends at the latest where the value that it leads to begins.
 * Slots of periods: periods.h. Plans: plans.h, after the rest.
 * Support of a spell: the union over the statements that it satisfies; evidence: their first claims, in the order best
 * begin, best end, best confirmation, and again, to SPELL_EVIDENCE_MAX.
 * Output is sorted as spell_cmp() sorts.
 *
 * Example: presidency, short_days 150. Three origins say "KZ begin 2023-07", one "UZ begin 2023-07", two "KZ end
 * 2024-07-04", one "CN holds 2024-07-10". Marks: KZ begin 48 (12 hold, 36 bound), UZ begin 16, KZ end 32, CN 16. Tests:
 * KZ and UZ at 2023-07-31 and not at 2023-06-30; KZ at 2024-07-03 and not at 2024-07-05; CN at 2024-07-10. Best: KZ
 * from the first to 2024-07-05, then none, then CN: 48 + 32 + 16 - 6 - 6. With UZ at 2023-07-31 it would be 32 + 16 +
 * 16 less two changes more: a loss of 44, so UZ is against, not disputed. Spells: KZ begin [2023-07-01, 2023-07-31] end
 * [2024-07-04, 2024-07-04]; CN begin [2024-07-04, 2024-07-10] (BEGIN_SUCCESSION), end [2024-07-10, unbounded].
 */
#ifndef SCOWIRE_CORE_RESOLVE_H
#define SCOWIRE_CORE_RESOLVE_H

#include "base/arena.h"
#include "core/timeline/cell.h"
#include "core/timeline/rules.h"

/* A spell whose evidence is still references; values point into the cells. */
struct belief {
	struct span value;
	struct day_range begin, end;
	enum spell_status status;
	unsigned inferred;
	uint32_t items, origins;
	struct claim_ref refs[SPELL_EVIDENCE_MAX];
	uint32_t n_refs;
};

struct belief_list {
	struct belief *v;
	size_t n, cap;
};

/* What became of a statement, for --why. */
enum verdict {
	VERDICT_NONE,	    /* says nothing dated, or is neither asserted, planned nor denied */
	VERDICT_FOR,	    /* satisfied by a spell */
	VERDICT_PARTLY,	    /* its value holds, but a bound that it states was not chosen */
	VERDICT_AGAINST,    /* outvoted */
	VERDICT_DISPUTED,   /* published as the other side */
	VERDICT_REJECTED,   /* the pack's rules do not admit it */
	VERDICT_SUPERSEDED, /* a plan that came true, moved or was denied */
	VERDICT_MAX_
};

const char *verdict_name(enum verdict v);

struct verdict_line {
	const struct cell *cell;
	enum verdict verdict;
	int32_t margin; /* AGAINST, DISPUTED, PARTLY: what the best reading would lose by following it; else 0 */
	int32_t strength;
};

struct resolve_trace {
	struct verdict_line *v; /* one a cell, by cell_cmp(); in the arena */
	size_t n;
};

/* Cells by cell_cmp(), distinct; slot "presidency", "membership/BY". Everything returned is from the arena, values
 * point into the cells. ret_wake: the result is the same for every watermark in it. trace may be NULL. -ENOMEM when the
 * arena is exhausted. */
int resolve(const struct slot_rules *rules, const struct cell *const *cells, size_t n, edtf_day watermark,
	    struct arena *arena, struct belief_list *ret, struct day_range *ret_wake,
	    struct resolve_trace *trace) MUST_CHECK;

bool belief_eq(const struct belief *a, const struct belief *b);

/* Private to timeline/: step 6. */
void resolve_end_stages(const struct slot_rules *rules, struct belief_list *l);

/* Private to timeline/: what a group of satisfied statements has in common. */
struct support {
	struct sketch items, sources, texts;
	const struct cell *begin[SPELL_EVIDENCE_MAX], *end[SPELL_EVIDENCE_MAX], *held[SPELL_EVIDENCE_MAX];
	uint32_t n_begin, n_end, n_held;
};

enum support_role { SUPPORT_BEGIN, SUPPORT_END, SUPPORT_HELD };
/* Call in the order in which evidence shall be preferred. */
/* The cell's items, sources and texts are counted in; only counts are used, so a full sketch stays full. */
void support_count(struct support *s, const struct cell *cell);
void support_add(struct support *s, const struct cell *cell, enum support_role role);
void support_fill(const struct support *s, struct belief *b);
int belief_add(struct belief_list *l, struct arena *arena, struct belief b) MUST_CHECK;
void trace_set(struct resolve_trace *t, const struct cell *cell, enum verdict v, int32_t margin, int32_t strength);

#endif
