/* SPDX-License-Identifier: Apache-2.0 */
/* log.h: one line per event, in logfmt, on a file descriptor (stderr in the programs).
 *
 *     ts=2026-01-31T12:00:00.123Z level=error msg="transaction aborted" stage=fold topic=sco.claims offset=12
 *
 * Only shells log (main, command/, stream/worker.c, serve/); a library returns an error instead, and a failure is
 * logged once, by who handles it. A line is one write(2), so threads may share a log. Values are quoted where they
 * hold a space, a quote, '=' or a control character, which is escaped.
 */
#ifndef SCOWIRE_LOG_H
#define SCOWIRE_LOG_H

#include "base/attr.h"
#include "base/error.h"
#include "base/span.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG, LOG_LEVEL_MAX_ };

struct log {
	int fd;
	enum log_level level; /* events above it are dropped */
	const char *name;     /* program, or stage: the field `name`; NULL for none */
};

struct log_field {
	const char *key;
	struct span text; /* p == NULL: `number` counts */
	int64_t number;
};

static inline struct log_field log_span(const char *key, struct span value)
{
	return (struct log_field){key, value.p ? value : SPAN_LIT(""), 0};
}
static inline struct log_field log_str(const char *key, const char *value)
{
	return log_span(key, span_str(value));
}
static inline struct log_field log_int(const char *key, int64_t value)
{
	return (struct log_field){key, SPAN_NONE, value};
}

/* log_event(log, LOG_LEVEL_INFO, "assigned", log_str("topic", t), log_int("partition", p)); */
#define log_event(log, level, message, ...)                                                                            \
	log_write((log), (level), (message), (const struct log_field[]){__VA_ARGS__},                                  \
		  sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_write(const struct log *log, enum log_level level, const char *message, const struct log_field *fields,
	       size_t n);

/* A failure as an event: its text, code and action as fields. */
void log_error(const struct log *log, const char *message, const struct error *err);

/* The logfmt line without time stamp, for tests and for log_write(); returns its length, at most cap - 1. */
size_t log_format(const struct log *log, enum log_level level, const char *message, const struct log_field *fields,
		  size_t n, char *buf, size_t cap);

#endif
