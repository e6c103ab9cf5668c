/* SPDX-License-Identifier: Apache-2.0 */
/* error.h: an error is a value that says what to do next.
 *
 * Functions that can fail return 0 or a negative errno value and take a last parameter `struct error *reterr`, which
 * may be NULL. The error is of fixed size and needs no release. The first writer wins: who sees a failure first knows
 * most about it; callers on the way up only add context with error_prefix(). On success it is not touched.
 *
 *     struct error err = ERROR_INIT;
 *     if (ninjs_parse(bytes, &arena, &item, &err) < 0)
 *             switch (err.action) { ... }
 *
 * Codes in use (errno.h, negative): -EBADMSG input that is not what it must be, -EINVAL a wrong option or argument,
 * -E2BIG too large or too deep, -EILSEQ not UTF-8, -ENOMEM out of memory or over an arena's cap, -EIO a file or
 * broker failed, -ENOENT absent, -ESTALE fenced or lost assignment, -EUCLEAN a damaged or foreign file,
 * -ECANCELED asked to stop.
 * The design is librdkafka's rd_kafka_error_t (fatal, retriable, txn_requires_abort) as one ordered field.
 */
#ifndef SCOWIRE_BASE_ERROR_H
#define SCOWIRE_BASE_ERROR_H

#include "base/attr.h"
#include <stddef.h>
#include <stdint.h>

enum error_action {
	ERROR_ACTION_NONE,   /* no error */
	ERROR_ACTION_SKIP,   /* this record is at fault: dead-letter it and go on */
	ERROR_ACTION_RETRY,  /* this batch failed: abort the transaction, rewind, try again */
	ERROR_ACTION_REOPEN, /* the producer is fenced or broken: make a new one, then as RETRY */
	ERROR_ACTION_STOP,   /* nothing here can mend it: leave the loop with an exit code */
	ERROR_ACTION_MAX_
};

#define ERROR_TEXT_MAX 400
#define ERROR_NO_OFFSET SIZE_MAX

struct error {
	enum error_action action;
	int code;		   /* negative errno, 0 while there is no error */
	size_t offset;		   /* byte offset in the input at fault, or ERROR_NO_OFFSET */
	char text[ERROR_TEXT_MAX]; /* one line, UTF-8, terminated, no newline, no final full stop */
};

#define ERROR_INIT ((struct error){.offset = ERROR_NO_OFFSET})

/* Sets err, unless it is NULL or already set. Returns `code`, so that a caller can write
 * `return error_set(reterr, ERROR_ACTION_SKIP, -EBADMSG, "version: not a string");`. Text over the limit is cut at a
 * character boundary; control characters in it become '?'. */
int error_set(struct error *err, enum error_action action, int code, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* As error_set(), with the byte offset in the input. */
int error_set_at(struct error *err, enum error_action action, int code, size_t offset, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* Puts "context: " before the text of a set error. NULL and unset errors are left alone. */
void error_prefix(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Replaces the action of a set error: a caller that knows better whether the batch or the program is concerned. */
void error_escalate(struct error *err, enum error_action action);

/* "EBADMSG" for -EBADMSG; never NULL. */
const char *error_code_name(int code);

/* "skip", "retry", "reopen", "stop", "none"; never NULL. */
const char *error_action_name(enum error_action action);

#endif
