/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/cursor.h"
#include "base/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CURSOR_FILE_MAX 4096

static bool word_ok(struct span s, size_t size)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0 && s.n < size;
}

int feed_place_parse(const char *s, int64_t epoch, struct feed_place *ret)
{
	char *end;

	errno = 0;
	int64_t v = strtoll(s, &end, 10);
	if (*end == ':' && end != s) {
		epoch = v;
		s = end + 1;
		v = strtoll(s, &end, 10);
	}
	if (errno || *end || end == s || *s < '0' || *s > '9' || epoch < 1 || v < 1)
		return -EINVAL;
	*ret = (struct feed_place){epoch, v};
	return 0;
}

void cursor_set(char *field, size_t size, struct span s)
{
	if (!word_ok(s, size))
		s = SPAN_LIT("-");
	memcpy(field, s.p, s.n);
	field[s.n] = '\0';
}

void cursor_format(const struct cursor *c, struct strbuf *out)
{
	size_t from = out->len;
	char sum[DIGEST_HEX + 1];

	strbuf_addf(out,
		    "scowire-cursor 1\nfeed %s\nepoch %" PRId64 "\nsequence %" PRId64 "\nevent %s\noffset %" PRId64
		    "\n",
		    c->feed, c->place.epoch, c->place.sequence, c->event, c->offset);
	struct digest d = digest_of(span_sub(strbuf_span(out), from, out->len));
	digest_hex(&d, sum);
	strbuf_addf(out, "sum %s\n", sum);
}

/* The rest of the next line after `name` and a space. */
static int take_line(struct span *text, const char *name, struct span *ret, struct error *reterr)
{
	size_t end = span_find(*text, SPAN_LIT("\n"), 0), n = strlen(name);
	struct span line = span_sub(*text, 0, end);

	if (end == SIZE_MAX || !span_starts(line, span_str(name)) || line.n <= n + 1 || line.p[n] != ' ')
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "a line \"%s ...\" is missing", name);
	*ret = span_sub(line, n + 1, line.n);
	*text = span_sub(*text, end + 1, text->n);
	return 0;
}

static int take_word(struct span *text, const char *name, char *field, size_t size, struct error *reterr)
{
	struct span s;
	int r = take_line(text, name, &s, reterr);

	if (r == 0 && !word_ok(s, size))
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s is not a word", name);
	if (r == 0)
		cursor_set(field, size, s);
	return r;
}

static int take_number(struct span *text, const char *name, int64_t min, int64_t *ret, struct error *reterr)
{
	struct span s;
	int r = take_line(text, name, &s, reterr);
	char digits[24] = "", *end = digits;
	int64_t v;

	if (r < 0)
		return r;
	if (s.n < sizeof(digits))
		memcpy(digits, s.p, s.n);
	errno = 0;
	v = strtoll(digits, &end, 10);
	if (errno || end == digits || *end || v < min)
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "%s is not a number of at least %" PRId64, name,
				 min);
	*ret = v;
	return 0;
}

int cursor_parse(struct span text, struct cursor *ret, struct error *reterr)
{
	struct span rest = text, version, sum;
	struct cursor c = {0};
	struct digest want, got;
	int r = take_line(&rest, "scowire-cursor", &version, reterr);

	if (r == 0 && !span_eq_str(version, "1"))
		return error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "a cursor of version %.*s, this reads 1",
				 SPAN_FMT(span_sub(version, 0, 20)));
	if (r == 0)
		r = take_word(&rest, "feed", c.feed, sizeof(c.feed), reterr);
	if (r == 0)
		r = take_number(&rest, "epoch", 1, &c.place.epoch, reterr);
	if (r == 0)
		r = take_number(&rest, "sequence", 0, &c.place.sequence, reterr);
	if (r == 0)
		r = take_word(&rest, "event", c.event, sizeof(c.event), reterr);
	if (r == 0)
		r = take_number(&rest, "offset", -1, &c.offset, reterr);
	if (r < 0)
		return r;
	got = digest_of(span_sub(text, 0, text.n - rest.n));
	r = take_line(&rest, "sum", &sum, reterr);
	if (r == 0 && (digest_from_hex(sum, &want) < 0 || digest_cmp(&want, &got) != 0 || rest.n))
		r = error_set(reterr, ERROR_ACTION_STOP, -EUCLEAN, "the sum does not fit the lines above it");
	if (r == 0)
		*ret = c;
	return r;
}

int cursor_load(const char *path, struct cursor *ret, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	int r = feed_file_read(path, CURSOR_FILE_MAX, &text, reterr);

	if (r == 0) {
		r = cursor_parse(strbuf_span(&text), ret, reterr);
		error_prefix(reterr, "%s is no cursor", path);
	}
	strbuf_done(&text);
	return r;
}

int cursor_save(const char *path, const struct cursor *c, struct error *reterr)
{
	struct strbuf text = STRBUF_INIT;
	int r;

	cursor_format(c, &text);
	r = text.failed ? error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory")
			: feed_file_replace(path, strbuf_span(&text), reterr);
	strbuf_done(&text);
	return r;
}

int feed_file_read(const char *path, size_t max, struct strbuf *out, struct error *reterr)
{
	FILE *f = fopen(path, "re");
	size_t from = out->len;
	char block[16384];
	int r = 0;

	if (!f && errno == ENOENT)
		return -ENOENT;
	if (!f)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %m", path);
	for (size_t n; r == 0 && (n = fread(block, 1, sizeof(block), f)) > 0;) {
		strbuf_add(out, span_of(block, n));
		if (out->len - from > max)
			r = error_set(reterr, ERROR_ACTION_STOP, -E2BIG, "%s: longer than %zu bytes", path, max);
	}
	if (r == 0 && ferror(f))
		r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %m", path);
	if (r == 0 && out->failed)
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	fclose(f);
	return r;
}

static int write_all(int fd, struct span text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text = span_sub(text, (size_t)n, text.n);
	}
	return 0;
}

int feed_file_replace(const char *path, struct span text, struct error *reterr)
{
	char *fresh = NULL;
	int fd = -1, r = asprintf(&fresh, "%s.new", path) < 0 ? -ENOMEM : 0;

	if (r == 0)
		fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (r == 0)
		r = fd < 0 ? -errno : write_all(fd, text);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(fresh, path) < 0)
		r = -errno;
	if (r < 0) {
		errno = -r;
		r = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: cannot be written: %m", path);
	}
	free(fresh);
	return r;
}
