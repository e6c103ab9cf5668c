/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static const char *const level_names[LOG_LEVEL_MAX_] = {"error", "warning", "info", "debug"};

struct line {
	char *buf;
	size_t n, cap;
};

static void put(struct line *l, char c)
{
	if (l->n + 1 < l->cap)
		l->buf[l->n++] = c;
}

static void put_str(struct line *l, const char *s)
{
	while (*s)
		put(l, *s++);
}

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F)
			return false;
	}
	return s.n > 0;
}

static void put_value(struct line *l, struct span s)
{
	bool plain = is_plain(s);

	if (!plain)
		put(l, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char escape[5];

		if (c == '"' || c == '\\') {
			put(l, '\\');
			put(l, (char)c);
		} else if (c < ' ' || c == 0x7F) {
			snprintf(escape, sizeof(escape), "\\x%02x", c);
			put_str(l, escape);
		} else {
			put(l, (char)c);
		}
	}
	if (!plain)
		put(l, '"');
}

static void put_field(struct line *l, struct log_field f)
{
	char number[24];

	if (l->n)
		put(l, ' ');
	put_str(l, f.key);
	put(l, '=');
	if (f.text.p) {
		put_value(l, f.text);
	} else {
		snprintf(number, sizeof(number), "%lld", (long long)f.number);
		put_str(l, number);
	}
}

size_t log_format(const struct log *log, enum log_level level, const char *message, const struct log_field *fields,
		  size_t n, char *buf, size_t cap)
{
	struct line l = {buf, 0, cap};

	put_field(&l, log_str("level", level_names[level]));
	if (log->name)
		put_field(&l, log_str("name", log->name));
	put_field(&l, log_str("msg", message));
	for (size_t i = 0; i < n; i++)
		put_field(&l, fields[i]);
	buf[l.n] = '\0';
	return l.n;
}

void log_write(const struct log *log, enum log_level level, const char *message, const struct log_field *fields,
	       size_t n)
{
	char buf[LINE_MAX_BYTES];
	struct timespec now;
	struct tm tm;

	if (level > log->level)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	size_t at = strftime(buf, sizeof(buf), "ts=%Y-%m-%dT%H:%M:%S", &tm);
	at += (size_t)snprintf(buf + at, sizeof(buf) - at, ".%03ldZ ", now.tv_nsec / 1000000);
	at += log_format(log, level, message, fields, n, buf + at, sizeof(buf) - at - 1);
	buf[at++] = '\n';
	ssize_t ignored = write(log->fd, buf, at); /* nobody is left to tell */
	(void)ignored;
}

void log_error(const struct log *log, const char *message, const struct error *err)
{
	log_event(log, LOG_LEVEL_ERROR, message, log_str("error", err->text),
		  log_str("code", error_code_name(err->code)), log_str("action", error_action_name(err->action)));
}
