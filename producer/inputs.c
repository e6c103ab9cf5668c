/* SPDX-License-Identifier: Apache-2.0 */
#include "inputs.h"
#include "readers/feed.h"
#include "readers/fetch.h"
#include "readers/folder.h"
#include "readers/ninjs_lines.h"
#include "readers/plain.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum kind { KIND_FILE, KIND_FOLDER, KIND_URL };

struct source {
	const char *name;
	enum kind kind;
	struct folder *folder;
	struct fetch_validators validators;
};

struct run {
	struct publisher *p;
	struct source *sources;
	int n;
};

static bool stopped(const struct publisher *p)
{
	struct pollfd fd = {.fd = p->stop_fd, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

static struct item_defaults defaults_of(const struct publisher *p)
{
	return (struct item_defaults){p->options->date, p->options->language, p->options->source};
}

/* A failure of this input alone is told, and 0 returned; one that ends the run is passed on. */
static int settle(struct publisher *p, int r, struct error *err, struct error *reterr)
{
	if (r >= 0)
		return r;
	if (err->code == -ECANCELED)
		return 0; /* the caller sees it too */
	if (err->action == ERROR_ACTION_SKIP) {
		publisher_failure(p, err);
		return 0;
	}
	return error_set(reterr, err->action, r, "%s", err->text);
}

/* By --format, else by the name, else by the first character. */
static enum producer_format format_of(const struct publisher *p, const char *name, int first)
{
	struct span n = span_str(name);

	if (p->options->format != FORMAT_AUTO)
		return (enum producer_format)p->options->format;
	if (span_ends(n, SPAN_LIT(".jsonl")) || span_ends(n, SPAN_LIT(".ndjson")) || span_ends(n, SPAN_LIT(".json")))
		return FORMAT_NINJS;
	return first == '{' || first == '[' ? FORMAT_NINJS : first == '<' ? FORMAT_FEED : FORMAT_TEXT;
}

/* Everything in one document: a feed or a plain text. */
static int read_document(struct publisher *p, struct input *in, enum producer_format format, struct error *reterr)
{
	const struct item_defaults defaults = defaults_of(p);
	struct span all;
	struct error err = ERROR_INIT;
	int r = input_all(in, ITEM_BYTES_MAX, &all, &err);

	if (r == -E2BIG)
		return p->out.bad(&p->out, in->name, SPAN_NONE, &err, reterr);
	if (r < 0)
		return error_set(reterr, err.action, r, "%s", err.text);
	return format == FORMAT_FEED ? feed_read(all, in->name, &defaults, &p->out, reterr)
				     : plain_read(all, in->name, &defaults, &p->out, reterr);
}

static int read_input(struct publisher *p, struct input *in, struct error *reterr)
{
	int first = input_peek(in, reterr);

	if (first == -ENOENT)
		return 0; /* nothing in it: nothing to publish */
	if (first < 0)
		return first;
	enum producer_format format = format_of(p, in->name, first);
	if (format != FORMAT_NINJS)
		return read_document(p, in, format, reterr);
	if (span_ends(span_str(in->name), SPAN_LIT(".json")))
		return ninjs_document_read(in, &p->out, reterr);
	return ninjs_lines_read(in, &p->out, reterr);
}

/* A pipe has paused: what it gave so far goes out. */
static int on_idle(void *ctx, struct error *reterr)
{
	struct publisher *p = ctx;

	return p->sink->flush(p->sink, reterr);
}

static int publish_file(struct publisher *p, const char *path, struct error *reterr)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct error err = ERROR_INIT;
	struct input in;
	int r;

	if (fd < 0) {
		r = error_set(&err, ERROR_ACTION_SKIP, -EIO, "%s: %s", path, strerror(errno));
		return settle(p, r, &err, reterr);
	}
	input_init(&in, fd, standard ? "standard input" : path);
	in.stop_fd = p->stop_fd;
	in.idle = on_idle;
	in.ctx = p;
	r = read_input(p, &in, &err);
	input_done(&in);
	if (!standard)
		close(fd);
	return settle(p, r, &err, reterr);
}

static int publish_folder(struct publisher *p, struct source *s, struct error *reterr)
{
	const char *path;
	int r = 0;

	while (r >= 0 && !stopped(p) && (path = folder_next(s->folder)) != NULL)
		r = publish_file(p, path, reterr);
	return r;
}

/* What the server sent is stored as known only when its items are safe. */
static int publish_url(struct publisher *p, struct source *s, struct error *reterr)
{
	const struct item_defaults defaults = defaults_of(p);
	struct fetch_validators v = s->validators;
	struct strbuf body = STRBUF_INIT;
	struct error err = ERROR_INIT;
	int r = fetch(s->name, p->options->timeout_ms, &v, &body, &err);

	if (r == 1) {
		struct span all = strbuf_span(&body), text = span_trim(all);
		enum producer_format format = format_of(p, s->name, text.n ? (unsigned char)text.p[0] : ' ');
		if (format == FORMAT_FEED)
			r = feed_read(all, s->name, &defaults, &p->out, &err);
		else if (format == FORMAT_TEXT)
			r = plain_read(all, s->name, &defaults, &p->out, &err);
		else
			r = ninjs_text_read(all, s->name, &p->out, &err);
		if (r >= 0)
			r = p->sink->flush(p->sink, &err);
		if (r >= 0) {
			s->validators = v;
			r = p->options->cache ? fetch_validators_store(p->options->cache, s->name, &v, &err) : 0;
		}
	}
	strbuf_done(&body);
	return settle(p, r, &err, reterr);
}

static int publish_source(struct run *run, struct source *s, struct error *reterr)
{
	switch (s->kind) {
	case KIND_FOLDER:
		return s->folder ? publish_folder(run->p, s, reterr) : 0;
	case KIND_URL:
		return publish_url(run->p, s, reterr);
	default:
		return publish_file(run->p, s->name, reterr);
	}
}

static int open_source(struct publisher *p, const char *name, struct source *s, struct error *reterr)
{
	struct error err = ERROR_INIT;
	struct stat st;

	*s = (struct source){.name = name, .kind = KIND_FILE};
	if (fetch_is_url(name)) {
		s->kind = KIND_URL;
		if (p->options->cache)
			fetch_validators_load(p->options->cache, name, &s->validators);
	} else if (stat(name, &st) == 0 && S_ISDIR(st.st_mode)) {
		s->kind = KIND_FOLDER;
		return settle(p, folder_open(name, p->options->watch, &s->folder, &err), &err, reterr);
	}
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Sources that have something again: folders when their descriptor says so, URLs when it is time. */
static int again(struct run *run, bool urls, struct error *reterr)
{
	int r = 0;

	for (int i = 0; i < run->n && r >= 0 && !stopped(run->p); i++) {
		struct source *s = &run->sources[i];
		if (s->kind == KIND_FOLDER || (s->kind == KIND_URL && urls))
			r = publish_source(run, s, reterr);
	}
	return r < 0 ? r : run->p->sink->flush(run->p->sink, reterr);
}

static int follow(struct run *run, struct error *reterr)
{
	const int64_t every = run->p->options->every_s * 1000;
	int64_t due = now_ms() + every;
	struct pollfd *fds = calloc((size_t)run->n + 1, sizeof(*fds));
	nfds_t n = 1;
	int r = 0;

	if (!fds)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	fds[0] = (struct pollfd){.fd = run->p->stop_fd, .events = POLLIN};
	for (int i = 0; i < run->n; i++)
		if (run->sources[i].folder && folder_fd(run->sources[i].folder) >= 0)
			fds[n++] = (struct pollfd){.fd = folder_fd(run->sources[i].folder), .events = POLLIN};
	while (r >= 0 && !stopped(run->p)) {
		int64_t left = due - now_ms();
		poll(fds, n, !every ? -1 : left < 0 ? 0 : (int)left);
		bool urls = every && now_ms() >= due;
		if (urls)
			due = now_ms() + every;
		r = again(run, urls, reterr);
	}
	free(fds);
	return r;
}

int inputs_publish(struct publisher *p, char **arguments, int n, struct error *reterr)
{
	struct run run = {.p = p, .n = n, .sources = calloc((size_t)n + 1, sizeof(*run.sources))};
	bool following = p->options->every_s > 0;
	int r = 0;

	if (!run.sources)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	p->remember = p->options->every_s > 0;
	for (int i = 0; i < n && r >= 0; i++) {
		r = open_source(p, arguments[i], &run.sources[i], reterr);
		following |= p->options->watch && run.sources[i].folder;
	}
	for (int i = 0; i < n && r >= 0 && !stopped(p); i++)
		r = publish_source(&run, &run.sources[i], reterr);
	if (r >= 0)
		r = p->sink->flush(p->sink, reterr);
	else if (r == -EBADMSG)
		(void)p->sink->flush(p->sink, NULL); /* --malformed stop: what came before it stays */
	if (r >= 0 && following)
		r = follow(&run, reterr);
	for (int i = 0; i < n; i++)
		folder_close(run.sources[i].folder);
	free(run.sources);
	return r < 0 ? r : 0;
}
