/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/files.h"
#include "journal/journal.h"
#include <errno.h>
#include <stdlib.h>

struct files_sink {
	struct sink base;
	struct journal *journal;
	const char *topic; /* of the source: what positions are about */
};

struct files_source {
	struct source base;
	struct files_sink *sink; /* has the journal */
	struct journal_reader *reader;
	const char *group, *topic;
	int64_t next, stop_at; /* stop_at: SOURCE_NO_OFFSET for never */
	bool until_end, assigned;
};

static int assign(struct files_source *s, struct error *reterr)
{
	struct journal *j = s->sink->journal;
	struct source_partition p = {.partition = 0};
	int r = journal_refresh(j, reterr);

	if (r < 0)
		return r;
	p.committed = p.start = journal_position(j, s->group, s->topic);
	r = s->base.listener.assigned(s->base.listener.ctx, &p, 1, reterr);
	if (r < 0)
		return r;
	if (!s->assigned)
		s->stop_at = s->until_end ? journal_end(j, s->topic) : SOURCE_NO_OFFSET;
	s->assigned = true;
	s->next = SOURCE_NO_OFFSET;
	journal_reader_seek(s->reader, p.start > 0 ? p.start : 0);
	return 0;
}

static int poll_files(struct source *base, int timeout_ms, struct record *ret, struct error *reterr)
{
	struct files_source *s = (struct files_source *)base;
	int r;

	if (!s->assigned) {
		r = base->listener.assigning(base->listener.ctx, reterr);
		if (r == 0)
			r = assign(s, reterr);
		return r < 0 ? r : SOURCE_NOTHING;
	}
	if (s->until_end && journal_reader_next(s->reader) >= s->stop_at)
		return SOURCE_END;
	r = journal_read(s->reader, ret, reterr);
	if (r > 0) {
		s->next = journal_reader_next(s->reader);
		return SOURCE_RECORD;
	}
	if (r == 0) {
		r = journal_refresh(s->sink->journal, reterr);
		if (r == 0 && timeout_ms > 0) {
			journal_wait(s->sink->journal, timeout_ms);
			r = journal_refresh(s->sink->journal, reterr);
		}
	}
	return r < 0 ? r : SOURCE_NOTHING;
}

static int rewind_files(struct source *base, struct error *reterr)
{
	return assign((struct files_source *)base, reterr);
}

static size_t positions(struct source *base, struct source_position *ret, size_t cap)
{
	struct files_source *s = (struct files_source *)base;

	if (!s->assigned || cap == 0)
		return 0;
	ret[0] = (struct source_position){0, s->next, journal_reader_next(s->reader),
					  journal_end(s->sink->journal, s->topic)};
	return 1;
}

static void free_source(struct source *base)
{
	struct files_source *s = (struct files_source *)base;

	journal_reader_free(s->reader);
	free(s);
}

static const struct source_ops source_ops = {poll_files, rewind_files, positions, NULL, free_source};

static int nothing(struct sink *base, struct error *reterr)
{
	(void)base;
	(void)reterr;
	return 0;
}

static int admit(struct sink *base, const struct record *r, struct error *reterr)
{
	(void)base;
	(void)r;
	(void)reterr;
	return 0;
}

static int emit(struct sink *base, const struct record *r, struct error *reterr)
{
	return journal_append(((struct files_sink *)base)->journal, r, reterr);
}

static int commit(struct sink *base, const struct source_position *positions_, size_t n, struct error *reterr)
{
	struct files_sink *s = (struct files_sink *)base;
	struct journal_position p = {s->topic, n ? positions_[0].next : 0};

	return journal_commit(s->journal, &p, n ? 1 : 0, reterr);
}

static int abort_files(struct sink *base, struct error *reterr)
{
	(void)reterr;
	journal_abort(((struct files_sink *)base)->journal);
	return 0;
}

static void close_sink(struct sink *base)
{
	journal_abort(((struct files_sink *)base)->journal);
}

static void free_sink(struct sink *base)
{
	struct files_sink *s = (struct files_sink *)base;

	journal_close(s->journal);
	free(s);
}

static const struct sink_ops sink_ops = {nothing, nothing, admit, emit, commit, abort_files, close_sink, free_sink};

int files_new(const char *dir, const char *group, const char *topic, bool until_end, struct source **ret_source,
	      struct sink **ret_sink, struct error *reterr)
{
	struct files_sink *sink = calloc(1, sizeof(*sink));
	struct files_source *source = calloc(1, sizeof(*source));
	int r = sink && source ? 0 : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");

	if (r == 0) {
		*sink = (struct files_sink){.base = {&sink_ops}, .topic = topic};
		*source = (struct files_source){.base = {.ops = &source_ops},
						.sink = sink,
						.group = group,
						.topic = topic,
						.next = SOURCE_NO_OFFSET,
						.until_end = until_end};
		r = journal_open(dir, &sink->journal, reterr);
	}
	if (r == 0)
		r = journal_join(sink->journal, group, reterr);
	if (r == 0)
		r = journal_reader_new(sink->journal, topic, 0, &source->reader, reterr);
	if (r < 0) {
		free(source);
		if (sink)
			journal_close(sink->journal);
		free(sink);
		return r;
	}
	*ret_source = &source->base;
	*ret_sink = &sink->base;
	return 0;
}

int files_publisher_new(const char *dir, const char *group, const char *topic, struct sink **ret, struct error *reterr)
{
	struct files_sink *sink = calloc(1, sizeof(*sink));
	int r = sink ? 0 : error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");

	if (r == 0) {
		*sink = (struct files_sink){.base = {&sink_ops}, .topic = topic};
		r = journal_open(dir, &sink->journal, reterr);
	}
	if (r == 0 && group)
		r = journal_join(sink->journal, group, reterr);
	if (r < 0) {
		if (sink)
			journal_close(sink->journal);
		free(sink);
		return r;
	}
	*ret = &sink->base;
	return 0;
}
