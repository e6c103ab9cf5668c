/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/commit.h"
#include "base/digest.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define FIRST_LINE "scowire-journal 1"
#define NAME_BYTES_MAX 200

void commit_init(struct commit *c)
{
	*c = (struct commit){0};
	arena_init(&c->arena, 0);
}

void commit_done(struct commit *c)
{
	arena_done(&c->arena);
	commit_init(c);
}

bool commit_name_ok(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.p[i]) && !strchr("._-", name.p[i]))
			return false;
	return name.n > 0 && name.n <= NAME_BYTES_MAX && name.p[0] != '.';
}

struct commit_log *commit_log_at(struct commit *c, struct span topic)
{
	for (size_t i = 0; i < c->n_logs; i++)
		if (span_eq(c->logs[i].topic, topic))
			return &c->logs[i];
	struct span name = arena_copy(&c->arena, topic);
	if (!name.p || arena_grow(&c->arena, &c->logs, c->n_logs, &c->cap_logs, sizeof(*c->logs)) < 0)
		return NULL;
	c->logs[c->n_logs] = (struct commit_log){name, 0};
	return &c->logs[c->n_logs++];
}

struct commit_group *commit_group_at(struct commit *c, struct span group)
{
	for (size_t i = 0; i < c->n_groups; i++)
		if (span_eq(c->groups[i].name, group))
			return &c->groups[i];
	struct span name = arena_copy(&c->arena, group);
	if (!name.p || arena_grow(&c->arena, &c->groups, c->n_groups, &c->cap_groups, sizeof(*c->groups)) < 0)
		return NULL;
	c->groups[c->n_groups] = (struct commit_group){name, 0};
	return &c->groups[c->n_groups++];
}

static const struct commit_position *position_find(const struct commit *c, struct span group, struct span topic)
{
	for (size_t i = 0; i < c->n_positions; i++)
		if (span_eq(c->positions[i].group, group) && span_eq(c->positions[i].topic, topic))
			return &c->positions[i];
	return NULL;
}

struct commit_position *commit_position_at(struct commit *c, struct span group, struct span topic)
{
	const struct commit_position *found = position_find(c, group, topic);

	if (found)
		return &c->positions[found - c->positions];
	struct commit_position p = {arena_copy(&c->arena, group), arena_copy(&c->arena, topic), -1};
	if (!p.group.p || !p.topic.p ||
	    arena_grow(&c->arena, &c->positions, c->n_positions, &c->cap_positions, sizeof(*c->positions)) < 0)
		return NULL;
	c->positions[c->n_positions] = p;
	return &c->positions[c->n_positions++];
}

int64_t commit_bytes(const struct commit *c, struct span topic)
{
	for (size_t i = 0; i < c->n_logs; i++)
		if (span_eq(c->logs[i].topic, topic))
			return c->logs[i].bytes;
	return 0;
}

int64_t commit_next(const struct commit *c, struct span group, struct span topic)
{
	const struct commit_position *p = position_find(c, group, topic);

	return p ? p->next : -1;
}

void commit_format(const struct commit *c, struct strbuf *out)
{
	char sum[DIGEST_HEX + 1];
	size_t start = out->len;

	strbuf_addstr(out, FIRST_LINE "\n");
	for (size_t i = 0; i < c->n_logs; i++)
		strbuf_addf(out, "log %.*s %lld\n", SPAN_FMT(c->logs[i].topic), (long long)c->logs[i].bytes);
	for (size_t i = 0; i < c->n_groups; i++)
		strbuf_addf(out, "group %.*s %lld\n", SPAN_FMT(c->groups[i].name), (long long)c->groups[i].epoch);
	for (size_t i = 0; i < c->n_positions; i++)
		strbuf_addf(out, "position %.*s %.*s %lld\n", SPAN_FMT(c->positions[i].group),
			    SPAN_FMT(c->positions[i].topic), (long long)c->positions[i].next);
	struct digest d = digest_of(span_of(out->buf + start, out->len - start));
	digest_hex(&d, sum);
	strbuf_addf(out, "sum %s\n", sum);
}

/* The words of a line, parted by spaces; at most max. */
static size_t split(struct span line, struct span *words, size_t max)
{
	size_t n = 0, at = 0;

	while (n < max && at <= line.n) {
		size_t space = span_find(line, SPAN_LIT(" "), at);
		size_t end = space == SIZE_MAX ? line.n : space;
		words[n++] = span_sub(line, at, end);
		at = end + 1;
	}
	return at <= line.n ? max + 1 : n;
}

static bool number_of(struct span word, int64_t *ret)
{
	char text[24], *end;

	if (word.n == 0 || word.n >= sizeof(text))
		return false;
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return !errno && !*end && *ret >= -1;
}

/* 0, -EUCLEAN, -ENOMEM */
static int parse_line(struct commit *c, struct span line)
{
	struct span w[4];
	size_t n = split(line, w, ARRAY_SIZE(w));
	int64_t number;

	if (n < 3 || n > 4 || !number_of(w[n - 1], &number) || !commit_name_ok(w[1]) || !commit_name_ok(w[n - 2]))
		return -EUCLEAN;
	if (n == 3 && span_eq_str(w[0], "log")) {
		struct commit_log *l = commit_log_at(c, w[1]);
		return l ? (l->bytes = number, 0) : -ENOMEM;
	}
	if (n == 3 && span_eq_str(w[0], "group")) {
		struct commit_group *g = commit_group_at(c, w[1]);
		return g ? (g->epoch = number, 0) : -ENOMEM;
	}
	if (n == 4 && span_eq_str(w[0], "position")) {
		struct commit_position *p = commit_position_at(c, w[1], w[2]);
		return p ? (p->next = number, 0) : -ENOMEM;
	}
	return -EUCLEAN;
}

/* The text before the line "sum ...", when that line is right. */
static bool checked(struct span text, struct span *ret)
{
	size_t tail = strlen("sum \n") + DIGEST_HEX;
	struct digest want, got;

	if (text.n < tail || !span_ends(text, SPAN_LIT("\n")))
		return false;
	struct span body = span_sub(text, 0, text.n - tail), line = span_sub(text, body.n, text.n - 1);
	if (!span_starts(line, SPAN_LIT("sum ")) || digest_from_hex(span_sub(line, 4, line.n), &want) < 0)
		return false;
	got = digest_of(body);
	*ret = body;
	return digest_cmp(&want, &got) == 0;
}

int commit_parse(struct commit *c, struct span text, struct error *reterr)
{
	struct span body;
	int r = 0;

	if (!span_starts(text, SPAN_LIT(FIRST_LINE "\n")))
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "not a commit record of version 1");
	if (!checked(text, &body))
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "damaged commit record: its checksum is wrong");
	for (size_t at = strlen(FIRST_LINE "\n"), end; r == 0 && at < body.n; at = end + 1) {
		end = span_find(body, SPAN_LIT("\n"), at);
		r = parse_line(c, span_sub(body, at, end));
		if (r < 0)
			error_set_at(reterr, ERROR_ACTION_STOP, r, at, "commit record: a line that is none");
	}
	return r;
}
