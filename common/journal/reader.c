/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/frame.h"
#include "journal/private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define WINDOW_BYTES ((size_t)256 * 1024)

/* buf holds the bytes [at, at + n) of the log; `next` lies in or at the end of them, or buf is stale. */
struct journal_reader {
	struct journal *journal;
	struct span topic;
	int fd; /* -1 while the topic does not exist */
	int64_t next;
	char *buf;
	size_t n, cap;
	int64_t at;
	struct frame_headers headers;
};

int journal_reader_new(struct journal *j, const char *topic, int64_t offset, struct journal_reader **ret,
		       struct error *reterr)
{
	size_t n = strlen(topic);
	struct journal_reader *r = calloc(1, sizeof(*r) + n + 1);

	if (!r)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	memcpy(r + 1, topic, n + 1);
	r->topic = span_of((const char *)(r + 1), n);
	if (!commit_name_ok(r->topic)) {
		free(r);
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%s' cannot name a topic", topic);
	}
	r->journal = j;
	r->fd = -1;
	r->next = offset;
	*ret = r;
	return 0;
}

void journal_reader_free(struct journal_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r->headers.v);
	free(r->buf);
	free(r);
}

void journal_reader_seek(struct journal_reader *r, int64_t offset)
{
	r->next = offset;
}

int64_t journal_reader_next(const struct journal_reader *r)
{
	return r->next;
}

/* Makes buf hold `want` bytes from r->next on, or up to the committed end. */
static int fill(struct journal_reader *r, size_t want, int64_t end, struct error *reterr)
{
	bool overlaps = r->next >= r->at && r->next < r->at + (int64_t)r->n;
	size_t from = overlaps ? (size_t)(r->next - r->at) : r->n;

	if (overlaps)
		memmove(r->buf, r->buf + from, r->n - from);
	r->n -= from;
	r->at = r->next;
	if (want > (size_t)(end - r->at))
		want = (size_t)(end - r->at);
	if (want > r->cap) {
		char *buf = realloc(r->buf, want);
		if (!buf)
			return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
		r->buf = buf;
		r->cap = want;
	}
	while (r->n < want) {
		ssize_t got = pread(r->fd, r->buf + r->n, want - r->n, r->at + (int64_t)r->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return error_set(reterr, ERROR_ACTION_STOP, got ? -EIO : -EUCLEAN, "%.*s.log: %s",
					 SPAN_FMT(r->topic),
					 got ? strerror(errno) : "shorter than the commit record says");
		r->n += (size_t)got;
	}
	return 0;
}

static int open_log(struct journal_reader *r, struct error *reterr)
{
	if (r->fd >= 0)
		return 0;
	r->fd = log_open(r->journal, r->topic, O_RDONLY);
	if (r->fd < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%.*s.log: %s", SPAN_FMT(r->topic), strerror(errno));
	return 0;
}

int journal_read(struct journal_reader *r, struct record *ret, struct error *reterr)
{
	int64_t end = journal_end(r->journal, r->topic.p);
	size_t used, want = WINDOW_BYTES;
	int got;

	if (r->next == end && end == 0) /* perhaps there is no such file yet */
		return 0;
	got = open_log(r, reterr);
	if (r->next == end && got == 0)
		return 0;
	if (got < 0)
		return got;
	if (r->next < 0 || r->next > end)
		return error_set_at(reterr, ERROR_ACTION_STOP, -EUCLEAN, (size_t)r->next,
				    "%.*s.log: offset %lld is not in the log, which ends at %lld", SPAN_FMT(r->topic),
				    (long long)r->next, (long long)end);
	/* A window that held the whole record needs no read; a cut one is read again, wider. */
	for (bool first = true;; first = false) {
		bool held = first && r->next >= r->at && r->next < r->at + (int64_t)r->n;
		size_t from = held ? (size_t)(r->next - r->at) : 0;

		if (!held && (got = fill(r, want, end, reterr)) < 0)
			return got;
		got = frame_parse(span_of(r->buf + from, r->n - from), r->next, &r->headers, ret, &used, reterr);
		if (got != 0)
			break;
		if (!held && r->at + (int64_t)r->n == end)
			return error_set_at(reterr, ERROR_ACTION_STOP, -EUCLEAN, (size_t)r->next,
					    "%.*s.log: the record at %lld is cut", SPAN_FMT(r->topic),
					    (long long)r->next);
		if (!held)
			want *= 4;
	}
	if (got < 0) {
		error_prefix(reterr, "%.*s.log", SPAN_FMT(r->topic));
		return got;
	}
	ret->topic = r->topic;
	r->next += (int64_t)used;
	return 1;
}
