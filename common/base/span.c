/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"
#include "base/sorted.h"

size_t span_find(struct span s, struct span needle, size_t from)
{
	if (from > s.n)
		return SIZE_MAX;
	if (needle.n == 0)
		return from;
	if (needle.n > s.n - from)
		return SIZE_MAX;
	const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int by_span(const void *element, const void *key)
{
	return span_cmp(*(const struct span *)element, *(const struct span *)key);
}

size_t span_lower_bound(const void *v, size_t n, size_t size, size_t key_at, struct span key)
{
	return n ? sorted_place((const char *)v + key_at, n, size, &key, by_span) : 0;
}

struct span span_trim(struct span s)
{
	while (s.n && is_space(s.p[0]))
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}
