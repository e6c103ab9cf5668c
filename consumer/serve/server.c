/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/server.h"
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 64
#define TIMEOUT_S 30

struct server {
	struct MHD_Daemon *daemon;
	const struct server_route *routes;
	size_t n_routes;
	unsigned port;
	atomic_bool stopping;
};

struct server_request {
	struct MHD_Connection *connection;
};

struct span server_query(const struct server_request *request, const char *name)
{
	return span_str(MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name));
}

struct span server_header(const struct server_request *request, const char *name)
{
	return span_str(MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name));
}

/* A stream with what it has said and the client has not taken yet. */
struct flow {
	const struct server *server;
	struct server_stream stream;
	struct strbuf said;
	size_t taken;
};

static ssize_t flow_read(void *ctx, uint64_t position, char *buf, size_t max)
{
	struct flow *f = ctx;

	(void)position;
	while (f->taken == f->said.len) {
		strbuf_clear(&f->said);
		f->taken = 0;
		if (atomic_load(&f->server->stopping) || f->stream.next(f->stream.ctx, &f->said) < 0)
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
	struct span rest = span_sub(strbuf_span(&f->said), f->taken, f->taken + max);
	memcpy(buf, rest.p, rest.n);
	f->taken += rest.n;
	return (ssize_t)rest.n;
}

static void flow_free(void *ctx)
{
	struct flow *f = ctx;

	f->stream.free(f->stream.ctx);
	strbuf_done(&f->said);
	free(f);
}

static struct MHD_Response *stream_response(const struct server *s, struct server_reply *reply)
{
	struct flow *f = calloc(1, sizeof(*f));
	struct MHD_Response *r = NULL;

	if (f) {
		*f = (struct flow){.server = s, .stream = reply->stream, .said = STRBUF_INIT};
		r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, flow_read, f, flow_free);
	}
	if (!r)
		reply->stream.free(reply->stream.ctx);
	if (!r)
		free(f);
	return r;
}

static struct MHD_Response *body_response(struct server_reply *reply)
{
	struct span body = strbuf_span(&reply->body);

	if (reply->body.failed) {
		reply->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
		body = SPAN_LIT("out of memory\n");
	}
	return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_reply(const struct server *s, struct MHD_Connection *c, struct server_reply *reply)
{
	struct MHD_Response *r = reply->stream.next ? stream_response(s, reply) : body_response(reply);
	enum MHD_Result sent = MHD_NO;

	if (r) {
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
					reply->content_type ? reply->content_type : "text/plain; charset=utf-8");
		MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
		MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
		MHD_add_response_header(r, "Content-Security-Policy", "default-src 'self'");
		if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED)
			MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
		sent = MHD_queue_response(c, (unsigned)reply->status, r);
		MHD_destroy_response(r);
	}
	strbuf_done(&reply->body);
	return sent;
}

static void index_page(const struct server *s, struct server_reply *reply)
{
	for (size_t i = 0; i < s->n_routes; i++)
		strbuf_addf(&reply->body, "%-10s %s\n", s->routes[i].path, s->routes[i].help);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
				  const char *version, const char *upload, size_t *upload_size, void **state)
{
	const struct server *s = ctx;
	const struct server_request request = {c};
	struct server_reply reply = {.status = MHD_HTTP_OK, .body = STRBUF_INIT};

	(void)version;
	(void)upload;
	if (*upload_size) { /* a body that nobody asked for */
		*upload_size = 0;
		return MHD_YES;
	}
	if (!*state) { /* the first call has the head only */
		*state = (void *)(uintptr_t)s;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD)) {
		reply.status = MHD_HTTP_METHOD_NOT_ALLOWED;
		strbuf_addstr(&reply.body, "only GET and HEAD\n");
		return send_reply(s, c, &reply);
	}
	for (size_t i = 0; i < s->n_routes; i++)
		if (!strcmp(url, s->routes[i].path)) {
			s->routes[i].handle(s->routes[i].ctx, &request, &reply);
			return send_reply(s, c, &reply);
		}
	if (!strcmp(url, "/favicon.ico")) { /* browsers ask for it unasked */
		reply.status = MHD_HTTP_NO_CONTENT;
		return send_reply(s, c, &reply);
	}
	if (strcmp(url, "/")) {
		reply.status = MHD_HTTP_NOT_FOUND;
		strbuf_addstr(&reply.body, "not here; there is:\n");
	}
	index_page(s, &reply);
	return send_reply(s, c, &reply);
}

/* "ADDR:PORT" in its parts; the address defaults to loopback. */
static int split(const char *address, char host[256], const char **ret_port, struct error *reterr)
{
	const char *colon = strrchr(address, ':');
	struct span h = span_of(address, colon ? (size_t)(colon - address) : 0);
	char *end;
	long port = colon ? strtol(colon + 1, &end, 10) : -1;

	if (h.n >= 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
		h = span_sub(h, 1, h.n - 1);
	if (!colon || !colon[1] || *end || port < 0 || port > 65535 || h.n >= 256)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--http takes ADDR:PORT or :PORT, not '%s'",
				 address);
	if (!h.n)
		h = SPAN_LIT("127.0.0.1");
	memcpy(host, h.p, h.n);
	host[h.n] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int listen_on(const char *address, struct error *reterr)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
	const char *port = NULL;
	char host[256];
	int fd = -1, one = 1;

	if (split(address, host, &port, reterr) < 0)
		return -EINVAL;
	int e = getaddrinfo(host, port, &hints, &found);
	if (e)
		return error_set(reterr, ERROR_ACTION_STOP, -EINVAL, "--http %s: %s", address, gai_strerror(e));
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, CONNECTIONS_MAX) < 0) {
		error_set(reterr, ERROR_ACTION_STOP, -EIO, "--http %s: %s", address, strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -EIO;
	}
	freeaddrinfo(found);
	return fd;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	char port[16] = "";

	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0 ||
	    getnameinfo((struct sockaddr *)&a, n, NULL, 0, port, sizeof(port), NI_NUMERICSERV))
		return 0;
	return (unsigned)strtoul(port, NULL, 10);
}

int server_start(const char *address, const struct server_route *routes, size_t n, struct server **ret,
		 struct error *reterr)
{
	int fd = listen_on(address, reterr);
	struct server *s = fd < 0 ? NULL : calloc(1, sizeof(*s));

	if (fd < 0)
		return fd;
	if (s) {
		*s = (struct server){.routes = routes, .n_routes = n, .port = port_of(fd)};
		s->daemon = MHD_start_daemon(
			MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0, NULL, NULL,
			on_request, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
			(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S, MHD_OPTION_END);
	}
	if (!s || !s->daemon) {
		close(fd);
		free(s);
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "--http %s: the server does not start", address);
	}
	*ret = s;
	return 0;
}

unsigned server_port(const struct server *s)
{
	return s->port;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	MHD_stop_daemon(s->daemon);
	free(s);
}
