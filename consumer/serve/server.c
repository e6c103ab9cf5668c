/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/server.h"
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
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
};

struct server_request {
	struct MHD_Connection *connection;
};

struct span server_query(const struct server_request *request, const char *name)
{
	return span_str(MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name));
}

static enum MHD_Result send_reply(struct MHD_Connection *c, struct server_reply *reply)
{
	static const char no_memory[] = "out of memory\n";
	bool failed = reply->body.failed;
	struct span body = failed ? SPAN_LIT(no_memory) : strbuf_span(&reply->body);
	struct MHD_Response *r =
		MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result sent = MHD_NO;

	if (r) {
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
					reply->content_type ? reply->content_type : "text/plain; charset=utf-8");
		MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
		MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
		if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED)
			MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
		sent = MHD_queue_response(c, failed ? MHD_HTTP_INTERNAL_SERVER_ERROR : (unsigned)reply->status, r);
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
		return send_reply(c, &reply);
	}
	for (size_t i = 0; i < s->n_routes; i++)
		if (!strcmp(url, s->routes[i].path)) {
			s->routes[i].handle(s->routes[i].ctx, &request, &reply);
			return send_reply(c, &reply);
		}
	if (strcmp(url, "/")) {
		reply.status = MHD_HTTP_NOT_FOUND;
		strbuf_addstr(&reply.body, "not here; there is:\n");
	}
	index_page(s, &reply);
	return send_reply(c, &reply);
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
		s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, on_request,
					     s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
					     (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
					     (unsigned)TIMEOUT_S, MHD_OPTION_END);
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
	MHD_stop_daemon(s->daemon);
	free(s);
}
