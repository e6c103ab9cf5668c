/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"
#include "sink.h"
#include <errno.h>
#include <stdlib.h>

#define COMMIT_BYTES ((size_t)8 * 1024 * 1024) /* an open transaction is kept in memory */

struct journal_sink {
	struct sink sink;
	struct journal *journal;
	const char *topic;
	size_t open; /* bytes appended since the last commit */
};

static int flush(struct sink *s, struct error *reterr)
{
	struct journal_sink *j = (struct journal_sink *)s;

	if (!j->open)
		return 0;
	j->open = 0;
	return journal_commit(j->journal, NULL, 0, reterr);
}

static int put(struct sink *s, const struct news_item *item, struct error *reterr)
{
	struct journal_sink *j = (struct journal_sink *)s;
	const struct record r = {.topic = span_str(j->topic),
				 .partition = -1,
				 .offset = -1,
				 .timestamp = item->timestamp,
				 .key = item->key,
				 .value = item->value};
	int e = journal_append(j->journal, &r, reterr);

	if (e < 0)
		return e;
	j->open += item->key.n + item->value.n + 1;
	return j->open >= COMMIT_BYTES ? flush(s, reterr) : 0;
}

static void journal_sink_close(struct sink *s)
{
	journal_close(((struct journal_sink *)s)->journal);
	free(s);
}

int sink_journal_new(const char *dir, const char *topic, struct sink **ret, struct error *reterr)
{
	struct journal_sink *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	s->sink = (struct sink){put, flush, journal_sink_close};
	s->topic = topic;
	r = journal_open(dir, &s->journal, reterr);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret = &s->sink;
	return 0;
}
