/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"
#include "stream/tail.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct files_tail {
	struct tail base;
	struct tail_part part;
	struct journal *journal;
	struct journal_reader *reader;
	char *topic;
	bool end_told;
};

static int poll_files(struct tail *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct files_tail *t = (struct files_tail *)base;
	int r = journal_read(t->reader, ret, reterr);

	if (r == 0 && t->end_told && timeout_ms > 0)
		journal_wait(t->journal, timeout_ms);
	if (r == 0) {
		r = journal_refresh(t->journal, reterr);
		if (r == 1)
			r = journal_read(t->reader, ret, reterr);
	}
	if (r < 0)
		return r;
	if (r == 1) {
		t->part.next = journal_reader_next(t->reader);
		t->end_told = false;
		return TAIL_RECORD;
	}
	if (t->end_told)
		return TAIL_NOTHING;
	t->end_told = true;
	return TAIL_END;
}

static int moved(struct tail *base, struct error *reterr)
{
	struct files_tail *t = (struct files_tail *)base;

	(void)reterr;
	if (t->part.next < 0)
		t->part.next = 0;
	journal_reader_seek(t->reader, t->part.next);
	t->end_told = false;
	return 0;
}

static int bounds(struct tail *base, struct error *reterr)
{
	struct files_tail *t = (struct files_tail *)base;
	int r = journal_refresh(t->journal, reterr);

	if (r < 0)
		return r;
	t->part.end = journal_end(t->journal, t->topic);
	return 0;
}

static int at_time(struct tail *base, int64_t ms, struct error *reterr)
{
	struct files_tail *t = (struct files_tail *)base;
	struct record r;
	int64_t at = 0;
	int e = bounds(base, reterr);

	journal_reader_seek(t->reader, 0);
	while (e == 0) {
		at = journal_reader_next(t->reader);
		int got = journal_read(t->reader, &r, reterr);
		if (got < 0)
			e = got;
		else if (got == 0 || r.timestamp >= ms)
			break;
	}
	t->part.next = at;
	return e;
}

static void free_files(struct tail *base)
{
	struct files_tail *t = (struct files_tail *)base;

	journal_reader_free(t->reader);
	journal_close(t->journal);
	free(t->topic);
	free(t);
}

static const struct tail_ops ops = {poll_files, moved, bounds, bounds, at_time, free_files};

/* journal_open() makes what is missing; a reader must not. */
static int is_journal(const char *dir, struct error *reterr)
{
	char *path = NULL;
	int r = asprintf(&path, "%s/commit", dir) < 0 ? error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory")
						      : 0;

	if (r == 0 && access(path, R_OK) < 0)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "%s holds no topics: nothing was published there yet",
			      dir);
	free(path);
	return r;
}

int tail_files_new(const char *dir, const char *topic, struct tail **ret, struct error *reterr)
{
	struct files_tail *t;
	int r = is_journal(dir, reterr);

	if (r < 0)
		return r;
	t = calloc(1, sizeof(*t));
	if (!t || !(t->topic = strdup(topic))) {
		free(t);
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	}
	t->base = (struct tail){.ops = &ops, .parts = &t->part, .n = 1};
	r = journal_open(dir, &t->journal, reterr);
	if (r == 0)
		r = journal_reader_new(t->journal, t->topic, 0, &t->reader, reterr);
	if (r == 0)
		r = bounds(&t->base, reterr);
	if (r < 0) {
		free_files(&t->base);
		return r;
	}
	*ret = &t->base;
	return 0;
}
