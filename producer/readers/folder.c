/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/folder.h"
#include "base/span.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* One version of a file. */
struct version {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

struct folder {
	char *path;
	int fd; /* inotify, or -1 */
	struct dirent **names;
	int n_names, next_name;
	struct version *seen; /* only where watched */
	size_t n_seen, cap_seen;
	char events[sizeof(struct inotify_event) + NAME_MAX + 1 + 4096] __attribute__((aligned(8)));
	size_t events_from, events_to;
	char current[PATH_MAX];
};

static bool is_wanted(const char *name)
{
	static const struct span ends[] = {SPAN_LIT(".jsonl"), SPAN_LIT(".ndjson"), SPAN_LIT(".json"), SPAN_LIT(".txt"),
					   SPAN_LIT(".xml"),   SPAN_LIT(".rss"),    SPAN_LIT(".atom")};

	for (size_t i = 0; name[0] != '.' && i < ARRAY_SIZE(ends); i++)
		if (span_ends(span_str(name), ends[i]))
			return true;
	return false;
}

static int is_wanted_entry(const struct dirent *d)
{
	return is_wanted(d->d_name);
}

int folder_open(const char *path, bool watch, struct folder **ret, struct error *reterr)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (f)
		f->path = strdup(path);
	if (!f || !f->path) {
		folder_close(f);
		return error_set(reterr, ERROR_ACTION_SKIP, -ENOMEM, "%s: out of memory", path);
	}
	f->fd = watch ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
	/* Watch first, list then: what comes in between is seen twice and taken once. */
	if (watch && (f->fd < 0 || inotify_add_watch(f->fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0))
		goto fail;
	f->n_names = scandir(path, &f->names, is_wanted_entry, alphasort);
	if (f->n_names < 0)
		goto fail;
	*ret = f;
	return 0;
fail:
	error_set(reterr, ERROR_ACTION_SKIP, -EIO, "%s: %s", path, strerror(errno));
	folder_close(f);
	return -EIO;
}

void folder_close(struct folder *f)
{
	if (!f)
		return;
	for (int i = 0; i < f->n_names; i++)
		free(f->names[i]);
	free(f->names);
	free(f->seen);
	free(f->path);
	if (f->fd > 0)
		close(f->fd);
	free(f);
}

int folder_fd(const struct folder *f)
{
	return f->fd;
}

/* Is it a file, in a version that was not handed out before? Out of memory only means that it may come again. */
static bool take(struct folder *f, const char *name)
{
	struct stat st;

	if ((size_t)snprintf(f->current, sizeof(f->current), "%s/%s", f->path, name) >= sizeof(f->current) ||
	    stat(f->current, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if (f->fd < 0)
		return true;
	for (size_t i = 0; i < f->n_seen; i++) {
		const struct version *v = &f->seen[i];
		if (v->dev == st.st_dev && v->ino == st.st_ino && v->size == st.st_size &&
		    v->changed.tv_sec == st.st_mtim.tv_sec && v->changed.tv_nsec == st.st_mtim.tv_nsec)
			return false;
	}
	if (f->n_seen == f->cap_seen) {
		struct version *more = reallocarray(f->seen, 2 * f->cap_seen + 64, sizeof(*more));
		if (!more)
			return true;
		f->seen = more;
		f->cap_seen = 2 * f->cap_seen + 64;
	}
	f->seen[f->n_seen++] = (struct version){st.st_dev, st.st_ino, st.st_size, st.st_mtim};
	return true;
}

/* The name in the next inotify event, NULL when there is none for now. */
static const char *next_event(struct folder *f)
{
	if (f->events_from == f->events_to) {
		ssize_t n = read(f->fd, f->events, sizeof(f->events));
		f->events_from = 0;
		f->events_to = n > 0 ? (size_t)n : 0;
	}
	if (f->events_from == f->events_to)
		return NULL;
	const struct inotify_event *e = (const struct inotify_event *)(const void *)(f->events + f->events_from);
	f->events_from += sizeof(*e) + e->len;
	return e->len ? e->name : "";
}

const char *folder_next(struct folder *f)
{
	const char *name;

	while (f->next_name < f->n_names)
		if (take(f, f->names[f->next_name++]->d_name))
			return f->current;
	while (f->fd >= 0 && (name = next_event(f)) != NULL)
		if (is_wanted(name) && take(f, name))
			return f->current;
	return NULL;
}
