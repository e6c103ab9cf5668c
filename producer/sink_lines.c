/* SPDX-License-Identifier: Apache-2.0 */
#include "sink.h"
#include <errno.h>
#include <stdlib.h>

struct lines {
	struct sink sink;
	FILE *f;
};

static int failed(struct error *reterr)
{
	return error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %s", strerror(errno));
}

/* A line break can stand in JSON only between tokens, where a blank is as good. */
static int put(struct sink *s, const struct news_item *item, struct error *reterr)
{
	FILE *f = ((struct lines *)s)->f;
	struct span left = item->value;

	while (left.n > 0) {
		size_t n = 0;
		while (n < left.n && left.p[n] != '\n' && left.p[n] != '\r')
			n++;
		if (fwrite(left.p, 1, n, f) != n || (n < left.n && putc(' ', f) == EOF))
			return failed(reterr);
		left = span_sub(left, n + 1, left.n);
	}
	return putc('\n', f) == EOF ? failed(reterr) : 0;
}

static int flush(struct sink *s, struct error *reterr)
{
	return fflush(((struct lines *)s)->f) == 0 ? 0 : failed(reterr);
}

static void lines_close(struct sink *s)
{
	free(s);
}

int sink_lines_new(FILE *f, struct sink **ret, struct error *reterr)
{
	struct lines *l = malloc(sizeof(*l));

	if (!l)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	*l = (struct lines){{put, flush, lines_close}, f};
	*ret = &l->sink;
	return 0;
}
