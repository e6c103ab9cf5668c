/* SPDX-License-Identifier: Apache-2.0 */
/* trace.h: why a document gave the claims that it gave: for `extract --explain`.
 *
 * The extractor calls `line` with text for people: one line a fact, no newline at its end. Costs nothing where NULL.
 */
#ifndef SCOWIRE_CORE_CLAIM_TRACE_H
#define SCOWIRE_CORE_CLAIM_TRACE_H

#include "base/attr.h"
#include "base/span.h"

struct extract_trace {
	void (*line)(void *user, const char *text);
	void *user;
};

/* printf to a trace; nothing where t is NULL. */
void trace_addf(struct extract_trace *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
