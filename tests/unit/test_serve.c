/* SPDX-License-Identifier: Apache-2.0 */
/* consumer/serve over a real socket: status codes, content types, what Prometheus reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/health.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct strbuf ask(unsigned port, const char *method, const char *path)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct strbuf request = STRBUF_INIT, reply = STRBUF_INIT;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char buf[4096];
	ssize_t n;

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	strbuf_addf(&request, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, path);
	assert_int_equal(write(fd, request.buf, request.len), (ssize_t)request.len);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		strbuf_add(&reply, span_of(buf, (size_t)n));
	close(fd);
	strbuf_done(&request);
	return reply;
}

static void expect(unsigned port, const char *method, const char *path, const char *status, const char *text)
{
	struct strbuf reply = ask(port, method, path);

	if (!strstr(reply.buf, status) || !strstr(reply.buf, text))
		fail_msg("%s %s: wanted %s and '%s' in\n%s", method, path, status, text, reply.buf);
	strbuf_done(&reply);
}

struct fixture {
	struct metrics *stages[2];
	struct health health;
	struct server_route routes[HEALTH_ROUTES];
	struct server *server;
	unsigned port;
};

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct error err = ERROR_INIT;

	for (size_t i = 0; f && i < 2; i++) {
		f->stages[i] = calloc(1, sizeof(*f->stages[i]));
		metrics_init(f->stages[i], i ? "fold" : "extract", i ? "g-fold" : "g-extract", i ? "claims" : "news");
	}
	f->health = (struct health){f->stages, 2, 1000};
	health_routes(&f->health, f->routes);
	*state = f;
	if (server_start(":0", f->routes, HEALTH_ROUTES, &f->server, &err) < 0)
		fail_msg("%s", err.text);
	f->port = server_port(f->server);
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	server_stop(f->server);
	free(f->stages[0]);
	free(f->stages[1]);
	free(f);
	return 0;
}

static void health_follows_the_stages(void **state)
{
	struct fixture *f = *state;

	expect(f->port, "GET", "/healthz", " 200 ", "{\"ok\":true,\"stages\":{\"extract\":\"ok\",\"fold\":\"ok\"}}");
	expect(f->port, "GET", "/readyz", " 503 ", "\"extract\":\"no partitions assigned\"");
	for (size_t i = 0; i < 2; i++) {
		metrics_set(f->stages[i], METRIC_ASSIGNED, 1);
		metrics_set(f->stages[i], METRIC_READY, 1);
	}
	expect(f->port, "GET", "/readyz", " 200 ", "{\"ok\":true,");
	metrics_set(f->stages[1], METRIC_RESTORING, 1);
	metrics_set(f->stages[1], METRIC_READY, 0);
	expect(f->port, "GET", "/readyz", " 503 ",
	       "{\"ok\":false,\"stages\":{\"extract\":\"ok\",\"fold\":\"restoring state\"}}");
	metrics_set(f->stages[0], METRIC_FAILED, 1);
	expect(f->port, "GET", "/healthz", " 503 ", "\"extract\":\"failed\"");
}

static void metrics_are_in_prometheus_format(void **state)
{
	struct fixture *f = *state;

	metrics_add(f->stages[0], METRIC_RECORDS_SILENT, 41);
	metrics_add(f->stages[1], METRIC_TRANSACTIONS_ABORTED, 2);
	metrics_add(f->stages[1], METRIC_TRANSACTION_US, 1500000);
	metrics_set(f->stages[0], METRIC_LAST_COMMIT_MS, 1234567);
	metrics_set_lag(f->stages[0], 3, 7);
	metrics_set_lag(f->stages[0], 5, 0);
	static const char *const want[] = {
		"text/plain; version=0.0.4",
		"# TYPE scowire_records_total counter\n",
		"\nscowire_records_total{stage=\"extract\",outcome=\"silent\"} 41\n",
		"\nscowire_transactions_total{stage=\"fold\",result=\"aborted\"} 2\n",
		"\nscowire_commit_seconds_total{stage=\"fold\"} 1.500000\n",
		"\nscowire_last_commit_timestamp_seconds{stage=\"extract\"} 1234.567000\n",
		"\nscowire_seconds_since_last_commit{stage=\"fold\"} -1.000\n",
		"\nkafka_consumergroup_lag{consumergroup=\"g-extract\",topic=\"news\",partition=\"3\"} 7\n",
		"\nkafka_consumergroup_lag{consumergroup=\"g-extract\",topic=\"news\",partition=\"5\"} 0\n",
		"\nkafka_consumergroup_group_lag{consumergroup=\"g-extract\",topic=\"news\"} 7\n",
		"\nscowire_build_info{version=",
		"\nprocess_start_time_seconds 1.000\n",
		"\nprocess_resident_memory_bytes ",
	};
	struct strbuf reply = ask(f->port, "GET", "/metrics");
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		if (!strstr(reply.buf, want[i]))
			fail_msg("'%s' is not in\n%s", want[i], reply.buf);
	/* One HELP and one TYPE per family, before its series. */
	const char *first = strstr(reply.buf, "# HELP scowire_records_total");
	assert_null(strstr(first + 1, "# HELP scowire_records_total"));
	strbuf_done(&reply);
}

static void other_requests(void **state)
{
	struct fixture *f = *state;

	expect(f->port, "GET", "/version", " 200 ", "\"program\":\"scowire-consumer\"");
	expect(f->port, "GET", "/version", " 200 ", "librdkafka ");
	expect(f->port, "GET", "/", " 200 ", "/metrics");
	expect(f->port, "GET", "/nowhere", " 404 ", "not here; there is:");
	expect(f->port, "POST", "/metrics", " 405 ", "Allow: GET, HEAD");
	struct strbuf reply = ask(f->port, "HEAD", "/healthz");
	assert_non_null(strstr(reply.buf, " 200 "));
	assert_null(strstr(reply.buf, "{\"ok\""));
	strbuf_done(&reply);
}

static void wrong_addresses_are_named(void **state)
{
	static const char *const wrong[] = {"", "8080", ":", ":x", ":70000", "127.0.0.1:", "127.0.0.1:-1"};
	struct server_route none = {0};
	struct server *s = NULL;
	char taken[64];
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct error err = ERROR_INIT;
		assert_int_equal(server_start(wrong[i], &none, 0, &s, &err), -EINVAL);
		assert_non_null(strstr(err.text, "--http takes ADDR:PORT or :PORT, not '"));
	}
	snprintf(taken, sizeof(taken), "127.0.0.1:%u", f->port);
	struct error err = ERROR_INIT;
	assert_int_equal(server_start(taken, &none, 0, &s, &err), -EIO);
	assert_non_null(strstr(err.text, "Address already in use"));
	assert_null(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(health_follows_the_stages, start, stop),
		cmocka_unit_test_setup_teardown(metrics_are_in_prometheus_format, start, stop),
		cmocka_unit_test_setup_teardown(other_requests, start, stop),
		cmocka_unit_test_setup_teardown(wrong_addresses_are_named, start, stop),
	};
	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
