/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/follower.h"
#include <errno.h>
#include <stdlib.h>

struct slot {
	char *name; /* as long as feed_slot.slot says */
	struct feed_slot known;
	struct feed_spell *spells; /* known.spells; each owns its json, and order.value lies behind it */
	size_t cap;
};

struct follower {
	struct slot *slots; /* by name */
	size_t n, cap;
	struct feed_place place;
	bool blind; /* resumed: no slots are known */
};

int feed_place_cmp(struct feed_place a, struct feed_place b)
{
	if (a.epoch != b.epoch)
		return a.epoch < b.epoch ? -1 : 1;
	return (a.sequence > b.sequence) - (a.sequence < b.sequence);
}

const char *follow_name(enum follow f)
{
	static const char *const names[] = {"applied", "covered", "gap", "epoch", "diverged"};

	return (unsigned)f < FOLLOW_MAX_ ? names[f] : "unknown";
}

enum follow follow_judge(struct feed_place at, struct feed_place next)
{
	if (feed_place_cmp(next, at) <= 0)
		return FOLLOW_COVERED;
	if (next.epoch > at.epoch)
		return FOLLOW_EPOCH;
	return next.sequence == at.sequence + 1 ? FOLLOW_APPLIED : FOLLOW_GAP;
}

struct follower *follower_new(void)
{
	return calloc(1, sizeof(struct follower));
}

static void spell_drop(struct feed_spell *s)
{
	free((void *)(uintptr_t)s->json.p);
}

static void slot_clear(struct slot *s)
{
	for (size_t i = 0; i < s->known.n; i++)
		spell_drop(&s->spells[i]);
	s->known.n = 0;
}

static void slot_done(struct slot *s)
{
	slot_clear(s);
	free(s->spells);
	free(s->name);
}

void follower_restart(struct follower *f)
{
	for (size_t i = 0; i < f->n; i++)
		slot_done(&f->slots[i]);
	f->n = 0;
	f->place = (struct feed_place){0};
	f->blind = false;
}

void follower_free(struct follower *f)
{
	if (!f)
		return;
	follower_restart(f);
	free(f->slots);
	free(f);
}

/* The first slot whose name is not before `name`. */
static size_t slot_at(const struct follower *f, struct span name)
{
	return span_lower_bound(f->slots, f->n, sizeof(*f->slots), offsetof(struct slot, known.slot), name);
}

/* The slot of that name, made where it is missing. NULL when out of memory. */
static struct slot *slot_make(struct follower *f, struct span name)
{
	size_t at = slot_at(f, name);

	if (at < f->n && span_eq(f->slots[at].known.slot, name))
		return &f->slots[at];
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 64;
		struct slot *v = reallocarray(f->slots, cap, sizeof(*v));
		if (!v)
			return NULL;
		f->slots = v;
		f->cap = cap;
	}
	char *copy = strndup(name.p ? name.p : "", name.n);
	if (!copy)
		return NULL;
	memmove(&f->slots[at + 1], &f->slots[at], (f->n - at) * sizeof(*f->slots));
	f->n++;
	f->slots[at] = (struct slot){.name = copy, .known = {.slot = span_of(copy, name.n)}};
	return &f->slots[at];
}

static int slot_room(struct slot *s, size_t n)
{
	if (n <= s->cap)
		return 0;
	struct feed_spell *v = reallocarray(s->spells, n + 4, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->spells = v;
	s->cap = n + 4;
	s->known.spells = v;
	return 0;
}

static int spell_copy(const struct feed_spell *from, struct feed_spell *ret)
{
	size_t n = from->json.n, m = from->order.value.n;
	char *p = malloc(n + m + 1);

	if (!p)
		return -ENOMEM;
	memcpy(p, from->json.p, n);
	if (m)
		memcpy(p + n, from->order.value.p, m);
	*ret = (struct feed_spell){.json = span_of(p, n),
				   .order = {.begin = from->order.begin,
					     .end = from->order.end,
					     .status = from->order.status,
					     .items = from->order.items,
					     .origins = from->order.origins,
					     .value = span_of(p + n, m)}};
	return 0;
}

int follower_snapshot(struct follower *f, const struct feed_slot *s)
{
	struct slot *slot = slot_make(f, s->slot);

	if (!slot || slot_room(slot, s->n) < 0)
		return -ENOMEM;
	slot_clear(slot);
	for (size_t i = 0; i < s->n; i++, slot->known.n++)
		if (spell_copy(&s->spells[i], &slot->spells[i]) < 0)
			return -ENOMEM;
	slot->known.place = s->place;
	slot->known.recorded = s->recorded;
	if (feed_place_cmp(s->place, f->place) > 0)
		f->place = s->place;
	return 0;
}

void follower_begin(struct follower *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->slots[i].known.place.epoch == f->place.epoch)
			f->slots[n++] = f->slots[i];
		else
			slot_done(&f->slots[i]);
	}
	f->n = n;
	if (f->place.epoch == 0)
		f->place.epoch = 1;
}

void follower_resume(struct follower *f, struct feed_place place)
{
	follower_restart(f);
	f->place = place;
	f->blind = true;
}

bool follower_is_blind(const struct follower *f)
{
	return f->blind;
}

static size_t spell_find(const struct slot *s, const struct feed_spell *wanted)
{
	size_t i = 0;

	while (i < s->known.n && !span_eq(s->spells[i].json, wanted->json))
		i++;
	return i;
}

static void spell_insert(struct slot *s, struct feed_spell spell)
{
	size_t at = 0;

	while (at < s->known.n && spell_cmp(&s->spells[at].order, &spell.order) < 0)
		at++;
	memmove(&s->spells[at + 1], &s->spells[at], (s->known.n - at) * sizeof(*s->spells));
	s->spells[at] = spell;
	s->known.n++;
}

static int apply(struct slot *s, const struct feed_event *e)
{
	struct feed_spell after = {0};
	size_t at = s->known.n;

	if (e->before) {
		at = spell_find(s, e->before);
		if (at == s->known.n)
			return FOLLOW_DIVERGED;
	}
	if (e->after && (slot_room(s, s->known.n + 1) < 0 || spell_copy(e->after, &after) < 0))
		return -ENOMEM;
	if (e->before) {
		spell_drop(&s->spells[at]);
		s->known.n--;
		memmove(&s->spells[at], &s->spells[at + 1], (s->known.n - at) * sizeof(*s->spells));
	}
	if (e->after)
		spell_insert(s, after);
	s->known.place = e->place;
	s->known.recorded = e->recorded;
	return FOLLOW_APPLIED;
}

int follower_event(struct follower *f, const struct feed_event *e)
{
	int verdict = follow_judge(f->place, e->place);

	if (verdict != FOLLOW_APPLIED)
		return verdict;
	if (e->hand_over) /* known from its beginning, or in the midst of an epoch, which rule 4 excludes */
		return e->place.sequence == 1 ? FOLLOW_EPOCH : FOLLOW_DIVERGED;
	if (!f->blind) {
		size_t at = slot_at(f, e->slot);
		bool known = at < f->n && span_eq(f->slots[at].known.slot, e->slot);
		struct slot *s = known || !e->before ? slot_make(f, e->slot) : NULL;
		if (!s)
			return known || !e->before ? -ENOMEM : FOLLOW_DIVERGED;
		verdict = apply(s, e);
	}
	if (verdict == FOLLOW_APPLIED)
		f->place = e->place;
	return verdict;
}

struct feed_place follower_place(const struct follower *f)
{
	return f->place;
}

size_t follower_slots(const struct follower *f)
{
	return f->n;
}

struct feed_slot follower_slot(const struct follower *f, size_t i)
{
	return f->slots[i].known;
}
