/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"
#include "journal/frame.h"
#include "journal/private.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int stop_errno(struct error *reterr, const char *what)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", what, strerror(errno));
}

static int no_memory(struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
}

int log_open(const struct journal *j, struct span topic, int flags)
{
	char name[256];

	snprintf(name, sizeof(name), "%.*s.log", SPAN_FMT(topic));
	return openat(j->dir, name, flags | O_CLOEXEC, 0644);
}

/* The whole commit file, and which one it was. An absent one is empty. */
static int read_commit_file(struct journal *j, struct strbuf *text, struct error *reterr)
{
	int fd = openat(j->dir, "commit", O_RDONLY | O_CLOEXEC);
	char buf[4096];
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : stop_errno(reterr, "commit");
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		strbuf_add(text, span_of(buf, (size_t)n));
	if (n == 0 && fstat(fd, &st) == 0) {
		j->seen = st.st_ino;
		j->seen_at = st.st_mtim;
	}
	close(fd);
	if (n < 0)
		return stop_errno(reterr, "commit");
	return text->failed ? no_memory(reterr) : 0;
}

static int load_commit(struct journal *j, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	int r = read_commit_file(j, &text, reterr);

	commit_done(&j->commit);
	if (r == 0 && text.len)
		r = commit_parse(&j->commit, strbuf_span(&text), reterr);
	strbuf_done(&text);
	return r;
}

int journal_refresh(struct journal *j, struct error *reterr)
{
	struct stat st;

	if (fstatat(j->dir, "commit", &st, 0) < 0)
		return errno == ENOENT ? 0 : stop_errno(reterr, "commit");
	if (st.st_ino == j->seen && st.st_mtim.tv_sec == j->seen_at.tv_sec && st.st_mtim.tv_nsec == j->seen_at.tv_nsec)
		return 0;
	int r = load_commit(j, reterr);
	return r < 0 ? r : 1;
}

int journal_open(const char *dir, struct journal **ret, struct error *reterr)
{
	struct journal *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return no_memory(reterr);
	j->lock = j->watch = -1;
	commit_init(&j->commit);
	arena_init(&j->arena, 0);
	r = mkdir(dir, 0755) < 0 && errno != EEXIST ? stop_errno(reterr, "mkdir") : 0;
	j->dir = r < 0 ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r == 0 && j->dir < 0)
		r = stop_errno(reterr, "open");
	if (r == 0)
		j->lock = openat(j->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (r == 0 && j->lock < 0)
		r = stop_errno(reterr, "lock");
	if (r == 0)
		r = load_commit(j, reterr);
	if (r < 0) {
		error_prefix(reterr, "%s", dir);
		journal_close(j);
		return r;
	}
	*ret = j;
	return 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	journal_abort(j);
	arena_done(&j->arena);
	commit_done(&j->commit);
	free((char *)j->group.p);
	for (size_t i = 0; i < 3; i++) {
		int fd = (int[]){j->dir, j->lock, j->watch}[i];
		if (fd >= 0)
			close(fd);
	}
	free(j);
}

int64_t journal_position(const struct journal *j, const char *group, const char *topic)
{
	return commit_next(&j->commit, span_str(group), span_str(topic));
}

int64_t journal_end(const struct journal *j, const char *topic)
{
	return commit_bytes(&j->commit, span_str(topic));
}

static struct pending *pending_at(struct journal *j, struct span topic)
{
	for (size_t i = 0; i < j->n_pending; i++)
		if (span_eq(j->pending[i].topic, topic))
			return &j->pending[i];
	struct span name = arena_copy(&j->arena, topic);
	if (!name.p || arena_grow(&j->arena, &j->pending, j->n_pending, &j->cap_pending, sizeof(*j->pending)) < 0)
		return NULL;
	j->pending[j->n_pending] = (struct pending){.topic = name, .frames = STRBUF_INIT};
	return &j->pending[j->n_pending++];
}

int journal_append(struct journal *j, const struct record *r, struct error *reterr)
{
	if (!commit_name_ok(r->topic))
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%.*s' cannot name a topic", SPAN_FMT(r->topic));
	struct pending *p = pending_at(j, r->topic);
	if (!p || arena_grow(&j->arena, &p->starts, p->n, &p->cap, sizeof(*p->starts)) < 0)
		return no_memory(reterr);
	p->starts[p->n++] = p->frames.len;
	frame_add(&p->frames, r);
	return p->frames.failed ? no_memory(reterr) : 0;
}

void journal_abort(struct journal *j)
{
	for (size_t i = 0; i < j->n_pending; i++)
		strbuf_done(&j->pending[i].frames);
	j->pending = NULL;
	j->n_pending = j->cap_pending = 0;
	arena_reset(&j->arena);
}

static int write_all(int fd, struct span bytes, int64_t offset)
{
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, offset);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			bytes = span_sub(bytes, (size_t)n, bytes.n);
			offset += n;
		}
	}
	return 0;
}

/* Appends to one log after its committed bytes, cutting off what a killed writer left there. */
static int write_log(struct journal *j, struct pending *p, struct error *reterr)
{
	struct commit_log *log = commit_log_at(&j->commit, p->topic);
	struct stat st;

	if (!log)
		return no_memory(reterr);
	int fd = log_open(j, p->topic, O_RDWR | O_CREAT);
	if (fd < 0 || fstat(fd, &st) < 0)
		goto failed;
	if (st.st_size < log->bytes) {
		close(fd);
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN,
				 "%.*s.log has %lld bytes, fewer than the %lld that are committed", SPAN_FMT(p->topic),
				 (long long)st.st_size, (long long)log->bytes);
	}
	for (size_t i = 0; i < p->n; i++)
		frame_place(p->frames.buf + p->starts[i], log->bytes + (int64_t)p->starts[i]);
	if ((st.st_size > log->bytes && ftruncate(fd, log->bytes) < 0) ||
	    write_all(fd, strbuf_span(&p->frames), log->bytes) < 0 || fdatasync(fd) < 0)
		goto failed;
	close(fd);
	log->bytes += (int64_t)p->frames.len;
	return 0;
failed:
	stop_errno(reterr, "log");
	error_prefix(reterr, "%.*s", SPAN_FMT(p->topic));
	if (fd >= 0)
		close(fd);
	return -EIO;
}

/* The step that makes everything visible. */
static int replace_commit(struct journal *j, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	struct stat st;
	int r = 0, fd = openat(j->dir, "commit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	commit_format(&j->commit, &text);
	if (fd < 0 || text.failed || write_all(fd, strbuf_span(&text), 0) < 0 || fsync(fd) < 0 || fstat(fd, &st) < 0 ||
	    renameat(j->dir, "commit.new", j->dir, "commit") < 0 || fsync(j->dir) < 0)
		r = text.failed ? no_memory(reterr) : stop_errno(reterr, "commit");
	if (r == 0) {
		j->seen = st.st_ino;
		j->seen_at = st.st_mtim;
	}
	if (fd >= 0)
		close(fd);
	strbuf_done(&text);
	return r;
}

static int lock(struct journal *j, struct error *reterr)
{
	while (flock(j->lock, LOCK_EX) < 0)
		if (errno != EINTR)
			return stop_errno(reterr, "lock");
	return load_commit(j, reterr);
}

static void unlock(struct journal *j)
{
	flock(j->lock, LOCK_UN);
}

int journal_join(struct journal *j, const char *group, struct error *reterr)
{
	char *name = commit_name_ok(span_str(group)) ? strdup(group) : NULL;
	int r;

	if (!name)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "'%s' cannot name a group", group);
	r = lock(j, reterr);
	struct commit_group *g = r == 0 ? commit_group_at(&j->commit, span_str(name)) : NULL;
	if (r == 0)
		r = g ? (g->epoch++, replace_commit(j, reterr)) : no_memory(reterr);
	unlock(j);
	if (r < 0) {
		free(name);
		return r;
	}
	free((char *)j->group.p);
	j->group = span_str(name);
	j->epoch = g->epoch;
	return 0;
}

/* Is this handle still the member of its group? Takes over its positions. */
static int set_positions(struct journal *j, const struct journal_position *positions, size_t n, struct error *reterr)
{
	struct commit_group *g = j->group.n ? commit_group_at(&j->commit, j->group) : NULL;

	if (g && g->epoch != j->epoch)
		return error_set(reterr, ERROR_ACTION_STOP, -ESTALE,
				 "another instance has taken over the group %.*s: this one is fenced",
				 SPAN_FMT(j->group));
	for (size_t i = 0; i < n; i++) {
		struct commit_position *p = commit_position_at(&j->commit, j->group, span_str(positions[i].topic));
		if (!p)
			return no_memory(reterr);
		p->next = positions[i].next;
	}
	return 0;
}

int journal_commit(struct journal *j, const struct journal_position *positions, size_t n, struct error *reterr)
{
	int r = lock(j, reterr);

	if (r == 0)
		r = set_positions(j, positions, n, reterr);
	for (size_t i = 0; r == 0 && i < j->n_pending; i++)
		r = write_log(j, &j->pending[i], reterr);
	if (r == 0)
		r = replace_commit(j, reterr);
	if (r < 0) { /* j->commit may hold what did not happen */
		j->seen = 0;
		if (load_commit(j, NULL) < 0)
			commit_done(&j->commit);
	}
	unlock(j);
	journal_abort(j);
	return r;
}

void journal_wait(struct journal *j, int timeout_ms)
{
	char path[64], events[4096];

	if (j->watch < 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", j->dir);
		j->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (j->watch >= 0)
			inotify_add_watch(j->watch, path, IN_MOVED_TO);
		return; /* a commit may have come before the watch: look once more */
	}
	struct pollfd p = {.fd = j->watch, .events = POLLIN};
	if (poll(&p, 1, timeout_ms) > 0)
		while (read(j->watch, events, sizeof(events)) > 0)
			;
}
