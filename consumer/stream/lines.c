/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/lines.h"
#include "base/arena.h"
#include "base/digest.h"
#include "journal/journal.h"
#include "ninjs/ninjs.h"
#include "stream/files.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)
#define ITEM_MEMORY_MAX ((size_t)256 * 1024 * 1024)
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

struct lines_source {
	struct source base;
	struct journal *journal; /* asked for the position */
	const char *group, *topic, *name;
	char position[sizeof("lines.") + DIGEST_HEX]; /* the name of the file among the journal's positions */
	int fd;
	bool regular, until_end, assigned, ended;
	char *buf;
	size_t cap, len, from, scanned; /* [from, len) is unread, without an end of line before `scanned` */
	int64_t at;			/* offset of buf[from] */
	int64_t next;
	int64_t dated; /* of the last item that has a date, which stands for those that have none */
	struct arena arena;
};

static int io_error(const struct lines_source *s, struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", s->name, strerror(errno));
}

/* Where reading goes on: the committed position of a file. */
static int committed(struct lines_source *s, int64_t *ret, struct error *reterr)
{
	struct stat st;
	int r = journal_refresh(s->journal, reterr);

	if (r < 0)
		return r;
	*ret = s->regular ? journal_position(s->journal, s->group, s->position) : SOURCE_NO_OFFSET;
	if (!s->regular)
		return 0;
	if (fstat(s->fd, &st) < 0)
		return io_error(s, reterr);
	if (*ret > st.st_size)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
				 "%s: it was read to byte %lld and has only %lld: another file?", s->name,
				 (long long)*ret, (long long)st.st_size);
	return 0;
}

static int assign(struct lines_source *s, struct error *reterr)
{
	struct source_partition p = {.partition = 0};
	int r = committed(s, &p.committed, reterr);

	if (r < 0)
		return r;
	p.start = p.committed;
	r = s->base.listener.assigned(s->base.listener.ctx, &p, 1, reterr);
	if (r < 0)
		return r;
	s->at = p.start > 0 ? p.start : 0;
	if (s->regular && lseek(s->fd, s->at, SEEK_SET) < 0)
		return io_error(s, reterr);
	s->len = s->from = s->scanned = 0;
	s->next = SOURCE_NO_OFFSET;
	s->assigned = true;
	s->ended = false;
	return 0;
}

static int make_room(struct lines_source *s, struct error *reterr)
{
	if (s->from) {
		memmove(s->buf, s->buf + s->from, s->len - s->from);
		s->len -= s->from;
		s->scanned -= s->from;
		s->from = 0;
	}
	if (s->len > LINES_LINE_MAX)
		return error_set(reterr, ERROR_ACTION_STOP, -E2BIG,
				 "%s: a line of more than %zu bytes begins at byte %lld", s->name, LINES_LINE_MAX,
				 (long long)s->at);
	if (s->cap - s->len >= CHUNK)
		return 0;
	size_t cap = s->cap ? 2 * s->cap : 2 * CHUNK;
	char *p = realloc(s->buf, cap);
	if (!p)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	s->buf = p;
	s->cap = cap;
	return 0;
}

/* Reads what is there. Returns 1; 0 when nothing came within the time; s->ended when nothing is left. */
static int fill(struct lines_source *s, int timeout_ms, struct error *reterr)
{
	struct pollfd p = {s->fd, POLLIN, 0};
	int r = make_room(s, reterr);

	if (r < 0)
		return r;
	if (!s->regular && poll(&p, 1, timeout_ms) <= 0)
		return 0;
	ssize_t n = read(s->fd, s->buf + s->len, s->cap - s->len);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : io_error(s, reterr);
	s->len += (size_t)n;
	s->ended = n == 0;
	return n > 0;
}

/* The next line, with its end passed over. The last one may lack that, where nothing can follow it. */
static bool take_line(struct lines_source *s, struct span *ret)
{
	char *end = s->len > s->scanned ? memchr(s->buf + s->scanned, '\n', s->len - s->scanned) : NULL;
	size_t to = end ? (size_t)(end - s->buf) : s->len;

	s->scanned = to;
	if (!end && !(s->ended && (s->until_end || !s->regular) && s->len > s->from))
		return false;
	*ret = span_of(s->buf + s->from, to - s->from);
	to += end != NULL;
	s->at += (int64_t)(to - s->from);
	s->from = s->scanned = to;
	return true;
}

static void lend(struct lines_source *s, struct span value, int64_t offset, struct record *ret)
{
	struct ninjs_item item;

	*ret = (struct record){.topic = span_str(s->topic), .offset = offset, .timestamp = s->dated, .value = value};
	s->next = s->at;
	arena_reset(&s->arena);
	if (ninjs_parse(value, &s->arena, &item, NULL) < 0)
		return;
	ret->key = item.uri;
	if (edtf_ms_from_rfc3339(item.versioncreated, &s->dated) < 0 && edtf_is_set(item.published))
		s->dated = (int64_t)edtf_lo(item.published) * DAY_MS;
	ret->timestamp = s->dated;
}

static int poll_lines(struct source *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct lines_source *s = (struct lines_source *)base;
	struct span line;
	int r = 1;

	if (!s->assigned) {
		r = base->listener.assigning(base->listener.ctx, reterr);
		if (r == 0)
			r = assign(s, reterr);
		return r < 0 ? r : SOURCE_NOTHING;
	}
	while (r > 0) {
		int64_t offset = s->at;
		if (take_line(s, &line)) {
			line = span_trim(line);
			if (line.n)
				return lend(s, line, offset, ret), SOURCE_RECORD;
			continue;
		}
		if (s->ended && (s->until_end || !s->regular))
			return SOURCE_END;
		r = fill(s, timeout_ms, reterr);
		if (r == 0 && s->ended && (s->until_end || !s->regular))
			r = 1; /* the last line, and the end */
	}
	if (r == 0 && s->regular && timeout_ms > 0)
		(void)poll(NULL, 0, timeout_ms); /* somebody may append */
	return r < 0 ? r : SOURCE_NOTHING;
}

static int rewind_lines(struct source *base, struct error *reterr)
{
	struct lines_source *s = (struct lines_source *)base;

	if (s->regular || s->next == SOURCE_NO_OFFSET)
		return assign(s, reterr);
	return error_set(reterr, ERROR_ACTION_STOP, -ESPIPE, "%s: a pipe cannot be read again", s->name);
}

static size_t positions(struct source *base, struct source_position *ret, size_t cap)
{
	struct lines_source *s = (struct lines_source *)base;
	struct stat st;

	if (!s->assigned || cap == 0)
		return 0;
	ret[0] = (struct source_position){0, s->next, s->at,
					  s->regular && fstat(s->fd, &st) == 0 ? st.st_size : SOURCE_NO_OFFSET};
	return 1;
}

static void free_lines(struct source *base)
{
	struct lines_source *s = (struct lines_source *)base;

	if (s->fd > 0)
		close(s->fd);
	journal_close(s->journal);
	arena_done(&s->arena);
	free(s->buf);
	free(s);
}

static const struct source_ops ops = {poll_lines, rewind_lines, positions, NULL, free_lines};

/* Opens the file, and names it among the journal's positions. */
static int open_lines(struct lines_source *s, const char *path, struct error *reterr)
{
	char full[PATH_MAX], hex[DIGEST_HEX + 1] = "stdin";
	struct stat st;

	if (strcmp(path, "-") != 0) {
		s->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (s->fd < 0 || !realpath(path, full))
			return error_set(reterr, ERROR_ACTION_STOP, -errno, "%s: %s", path, strerror(errno));
		struct digest d = digest_of(span_str(full));
		digest_hex(&d, hex);
	}
	if (fstat(s->fd, &st) < 0)
		return io_error(s, reterr);
	/* "<FILE" is no file of a name that could be known again. */
	s->regular = S_ISREG(st.st_mode) && s->fd > 0;
	snprintf(s->position, sizeof(s->position), "lines.%s", hex);
	return 0;
}

int lines_new(const char *dir, const char *group, const char *path, const char *topic, bool until_end,
	      struct source **ret_source, struct sink **ret_sink, struct error *reterr)
{
	struct lines_source *s = calloc(1, sizeof(*s));
	struct sink *sink = NULL;

	if (!s)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	*s = (struct lines_source){.base = {.ops = &ops},
				   .group = group,
				   .topic = topic,
				   .name = strcmp(path, "-") ? path : "standard input",
				   .until_end = until_end,
				   .next = SOURCE_NO_OFFSET};
	arena_init(&s->arena, ITEM_MEMORY_MAX);
	int r = open_lines(s, path, reterr);
	if (r == 0)
		r = files_publisher_new(dir, group, s->position, &sink, reterr);
	if (r == 0)
		r = journal_open(dir, &s->journal, reterr);
	if (r < 0) {
		sink_free(sink);
		free_lines(&s->base);
		return r;
	}
	*ret_source = &s->base;
	*ret_sink = sink;
	return 0;
}
