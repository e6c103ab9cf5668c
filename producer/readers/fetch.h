/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.h: documents from http and https URLs, with libcurl: within a time and a size, only if they have changed.
 *
 * What the server gave to recognise a version (ETag, Last-Modified) is kept by the caller between fetches, in memory or
 * in a file of a cache folder, and should be stored only after the document's items are published, so that a failure in
 * between fetches them again.
 */
#ifndef SCOWIRE_READERS_FETCH_H
#define SCOWIRE_READERS_FETCH_H

#include "base/error.h"
#include "base/strbuf.h"

#define FETCH_VALIDATOR_MAX 512

struct fetch_validators {
	char etag[FETCH_VALIDATOR_MAX], last_modified[FETCH_VALIDATOR_MAX]; /* "" where none */
};

/* Once a process, while it has one thread. */
void fetch_init(void);
void fetch_done(void);

/* Is this argument a URL that fetch() takes? */
bool fetch_is_url(const char *s);

/* Fetches url into `body`, following at most five redirections, to http and https only. v holds the validators of the
 * version at hand ("": fetch anyway) and receives those of the answer.
 * Returns 1 fetched, 0 not modified; -EIO (ERROR_ACTION_SKIP) with what the server or libcurl said, -E2BIG over
 * ITEM_BYTES_MAX, -ENOMEM. */
int fetch(const char *url, int64_t timeout_ms, struct fetch_validators *v, struct strbuf *body,
	  struct error *reterr) MUST_CHECK;

/* The validators of url in a cache folder; "" where there are none. */
void fetch_validators_load(const char *folder, const char *url, struct fetch_validators *v);
/* Stores them by rename(2); makes the folder. Returns 0 or -EIO (ERROR_ACTION_SKIP). */
int fetch_validators_store(const char *folder, const char *url, const struct fetch_validators *v,
			   struct error *reterr) MUST_CHECK;

#endif
