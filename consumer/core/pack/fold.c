/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/fold.h"
#include "core/pack/han.h"
#include "core/text/chars.h"
#include <errno.h>

#define GROWTH 2 /* no character folds to more than its own bytes but the ligatures of NFD, which shrink */

struct pair {
	uint32_t from, to;
};

/* Signs that newsrooms use for one another, to the plainest of each kind. 0: dropped. */
static const struct pair signs[] = {
	{0x00A0, ' '},	  {0x00AB, '"'},    {0x00AD, 0},      {0x00BB, '"'},	{0x02BC, '\''}, {0x2009, ' '},
	{0x200B, 0},	  {0x200C, 0},	    {0x200D, 0},      {0x200E, 0},	{0x200F, 0},	{0x2010, '-'},
	{0x2011, '-'},	  {0x2012, 0x2014}, {0x2013, 0x2014}, {0x2015, 0x2014}, {0x2018, '\''}, {0x2019, '\''},
	{0x201A, '\''},	  {0x201B, '\''},   {0x201C, '"'},    {0x201D, '"'},	{0x201E, '"'},	{0x201F, '"'},
	{0x2022, 0xB7},	  {0x2027, 0xB7},   {0x202F, ' '},    {0x2212, '-'},	{0x3000, ' '},	{0x3002, '.'},
	{0x300A, 0x300A}, {0x300C, '"'},    {0x300D, '"'},    {0x300E, '"'},	{0x300F, '"'},	{0x30FB, 0xB7},
	{0xFEFF, 0},	  {0xFF65, 0xB7},
};

static uint32_t fold_sign(uint32_t c)
{
	size_t lo = 0, hi = ARRAY_SIZE(signs);

	if (c < 0xA0 || (c > 0x2BC && c < 0x2009) || (c > 0x30FB && c < 0xFEFF)) /* letters and ideographs */
		return c;
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + 0x21;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (signs[mid].from == c)
			return signs[mid].to;
		if (signs[mid].from < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return c;
}

/* Lower case of Latin and Cyrillic letters whose lower case has as many bytes; yo as ye, which Russian print mixes. */
static uint32_t fold_letter(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x410 && c <= 0x42F))
		return c + 32;
	if (c == 0x401 || c == 0x451)
		return 0x435;
	if (c >= 0x400 && c <= 0x40F)
		return c + 80;
	if (c >= 0x100 && c <= 0x17F && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149 && c != 0x178 &&
	    c != 0x17F)
		return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E) ? c + (c & 1) : c | 1;
	if (c >= 0x460 && c <= 0x4FF && !(c >= 0x482 && c <= 0x489) && !(c >= 0x4C0 && c <= 0x4CE) && !(c & 1))
		return c + 1;
	return c;
}

uint32_t fold_char(uint32_t c)
{
	if (c >= 0x4E00)
		c = han_simple(c);
	uint32_t to = fold_letter(fold_sign(c));

	return to && to <= ' ' ? ' ' : to;
}

/* и + combining breve and the like, as decomposed text has them. 0 where the two do not compose. */
static uint32_t compose(uint32_t base, uint32_t mark)
{
	static const struct {
		uint16_t base, mark, to;
	} table[] = {{'u', 0x308, 0xFC},    {'o', 0x308, 0xF6},	   {'a', 0x308, 0xE4},	{'e', 0x301, 0xE9},
		     {'i', 0x301, 0xED},    {'g', 0x306, 0x11F},   {'s', 0x327, 0x15F}, {'c', 0x327, 0xE7},
		     {0x438, 0x306, 0x439}, {0x435, 0x308, 0x435}, {'n', 0x303, 0xF1},	{'a', 0x301, 0xE1}};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].base == base && table[i].mark == mark)
			return table[i].to;
	return 0;
}

static size_t put(char *p, uint32_t c)
{
	if (c < 0x80)
		return p[0] = (char)c, 1;
	if (c < 0x800)
		return p[0] = (char)(0xC0 | c >> 6), p[1] = (char)(0x80 | (c & 0x3F)), 2;
	if (c < 0x10000)
		return p[0] = (char)(0xE0 | c >> 12), p[1] = (char)(0x80 | (c >> 6 & 0x3F)),
		       p[2] = (char)(0x80 | (c & 0x3F)), 3;
	return p[0] = (char)(0xF0 | c >> 18), p[1] = (char)(0x80 | (c >> 12 & 0x3F)),
	       p[2] = (char)(0x80 | (c >> 6 & 0x3F)), p[3] = (char)(0x80 | (c & 0x3F)), 4;
}

/* Appends a character that stands for what begins at `from`. */
static void add(struct folded *f, uint32_t c, uint32_t from)
{
	size_t n = put(f->p + f->n, c);

	for (size_t k = 0; k < n; k++)
		f->from[f->n + k] = from;
	f->n += n;
}

int fold_text(struct span text, struct arena *arena, struct folded *ret)
{
	struct folded f = {0};
	uint32_t last = 0;
	size_t last_at = 0;

	if (text.n >= UINT32_MAX / GROWTH)
		return -E2BIG;
	f.p = arena_room(arena, text.n + 8);
	f.from = arena_room(arena, (text.n + 8) * sizeof(*f.from));
	if (!f.p || !f.from)
		return -ENOMEM;
	for (size_t i = 0, len; i < text.n; i += len) {
		uint32_t c = char_at(text, i, &len), to;

		if (c >= ' ' && c < 0x80) {
			if (c == ' ' && f.n && f.p[f.n - 1] == ' ')
				continue;
			last = c >= 'A' && c <= 'Z' ? c + 32 : c;
			last_at = f.n;
			f.from[f.n] = (uint32_t)i;
			f.p[f.n++] = (char)last;
			continue;
		}
		if (c == CHAR_BROKEN) { /* also the real U+FFFD: neither is part of any form */
			f.from[f.n] = (uint32_t)i;
			f.p[f.n++] = '\x01';
			last = 0;
			continue;
		}
		if (c >= 0x300 && c < 0x370) {
			to = last ? compose(last, c) : 0;
			if (to) {
				f.n = last_at;
				add(&f, to, f.from[f.n]);
				last = to;
			}
			continue;
		}
		to = fold_char(c);
		if (!to || (to == ' ' && f.n && f.p[f.n - 1] == ' '))
			continue;
		last = to;
		last_at = f.n;
		add(&f, to, (uint32_t)i);
	}
	f.from[f.n] = (uint32_t)text.n;
	*ret = f;
	return 0;
}

/* Most texts fold to as many bytes, so it is looked for from there on, in steps that double. */
size_t fold_position(const struct folded *f, size_t offset)
{
	size_t hi = offset < f->n ? offset : f->n, lo = hi, step = 1;

	while (lo > 0 && f->from[lo - 1] >= offset) {
		hi = lo - 1;
		lo = hi > step ? hi - step : 0;
		step *= 2;
	}
	for (step = 1; hi < f->n && f->from[hi] < offset; step *= 2) {
		lo = hi + 1;
		hi = f->n - hi > step ? hi + step : f->n;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->from[mid] < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
