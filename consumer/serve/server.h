/* SPDX-License-Identifier: Apache-2.0 */
/* server.h: a small HTTP server (libmicrohttpd, a thread for each connection) over a table of routes.
 *
 * Only GET and HEAD; nothing here changes anything. Handlers run in the connection's thread, several at a time: what
 * they read must be safe to read from there. Loopback unless the address says otherwise: there is no authentication and
 * no TLS.
 */
#ifndef SCOWIRE_SERVE_SERVER_H
#define SCOWIRE_SERVE_SERVER_H

#include "base/error.h"
#include "base/strbuf.h"

struct server;
struct server_request;

/* A body that goes on: /changes. */
struct server_stream {
	/* Appends what there is to say now; may wait for it, up to a second. Returns 0 to go on, negative at the end.
	 */
	int (*next)(void *ctx, struct strbuf *out);
	void (*free)(void *ctx);
	void *ctx;
};

struct server_reply {
	int status;		  /* 200 unless set */
	const char *content_type; /* static; text/plain; charset=utf-8 unless set */
	struct strbuf body;
	struct server_stream stream; /* in place of a body, where next is set; freed by the server */
};

struct server_route {
	const char *path;
	/* Fills the reply. A body that ran out of memory becomes a 500. */
	void (*handle)(void *ctx, const struct server_request *request, struct server_reply *reply);
	void *ctx;
	const char *help; /* one line, for the index at / */
};

/* The value of a query parameter, decoded; the empty span where it is absent. Lives as long as the request. */
struct span server_query(const struct server_request *request, const char *name);

/* The value of a request header; the empty span where it is absent. */
struct span server_header(const struct server_request *request, const char *name);

/* Listens on "ADDR:PORT", "[ADDR6]:PORT" or ":PORT" (loopback); port 0 takes a free one. routes are borrowed.
 * Returns 0; -EINVAL not such an address, -EIO it cannot be listened on (the text says why). ERROR_ACTION_STOP. */
int server_start(const char *address, const struct server_route *routes, size_t n, struct server **ret,
		 struct error *reterr) MUST_CHECK;
unsigned server_port(const struct server *s);
void server_stop(struct server *s); /* answers what is under way first; NULL is fine */

#endif
