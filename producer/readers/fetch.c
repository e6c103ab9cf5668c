/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/fetch.h"
#include "base/digest.h"
#include "readers/item.h"
#include <curl/curl.h>
#include <errno.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct answer {
	struct strbuf *body;
	struct fetch_validators seen;
	bool too_large;
};

void fetch_init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void fetch_done(void)
{
	curl_global_cleanup();
}

bool fetch_is_url(const char *s)
{
	return strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;

	if (a->body->len + size * n > ITEM_BYTES_MAX) {
		a->too_large = true;
		return 0;
	}
	strbuf_add(a->body, span_of(p, size * n));
	return a->body->failed ? 0 : size * n;
}

static void take_header(struct span line, const char *name, char ret[static FETCH_VALIDATOR_MAX])
{
	size_t n = strlen(name);
	struct span value = span_trim(span_sub(line, n, line.n));

	if (line.n > n && strncasecmp(line.p, name, n) == 0 && value.n < FETCH_VALIDATOR_MAX) {
		memcpy(ret, value.p, value.n);
		ret[value.n] = '\0';
	}
}

/* Each answer of a redirection begins anew with its status line. */
static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	struct span line = span_of(p, size * n);

	if (span_starts(line, SPAN_LIT("HTTP/")))
		a->seen = (struct fetch_validators){0};
	take_header(line, "etag:", a->seen.etag);
	take_header(line, "last-modified:", a->seen.last_modified);
	return size * n;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[FETCH_VALIDATOR_MAX + 64];

	if (!value[0])
		return true;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*list, line);
	if (longer)
		*list = longer;
	return longer != NULL;
}

/* Sets everything that has no reason to fail but memory. */
static bool prepare(CURL *c, const char *url, int64_t timeout_ms, struct answer *a, struct curl_slist *headers)
{
	return !curl_easy_setopt(c, CURLOPT_URL, url) && !curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) &&
	       !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       !curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
	       !curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) && !curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L) &&
	       !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
	       !curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout_ms) &&
	       !curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "") &&
	       !curl_easy_setopt(c, CURLOPT_USERAGENT, "scowire-producer/" SCOWIRE_VERSION) &&
	       !curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) && !curl_easy_setopt(c, CURLOPT_WRITEDATA, a) &&
	       !curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) && !curl_easy_setopt(c, CURLOPT_HEADERDATA, a);
}

static int judge(CURL *c, CURLcode code, const char *url, const struct answer *a, struct error *reterr)
{
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (a->too_large)
		return error_set(reterr, ERROR_ACTION_SKIP, -E2BIG, "%s: more than %zu bytes", url, ITEM_BYTES_MAX);
	if (a->body->failed)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", url);
	if (code != CURLE_OK)
		return error_set(reterr, ERROR_ACTION_SKIP, -EIO, "%s: %s", url, curl_easy_strerror(code));
	if (status == 304)
		return 0;
	if (status != 200)
		return error_set(reterr, ERROR_ACTION_SKIP, -EIO, "%s: the server answers %ld", url, status);
	return 1;
}

int fetch(const char *url, int64_t timeout_ms, struct fetch_validators *v, struct strbuf *body, struct error *reterr)
{
	struct answer a = {.body = body};
	struct curl_slist *headers = NULL;
	CURL *c = curl_easy_init();
	int r;

	strbuf_clear(body);
	if (!c || !add_header(&headers, "If-None-Match", v->etag) ||
	    !add_header(&headers, "If-Modified-Since", v->last_modified) || !prepare(c, url, timeout_ms, &a, headers))
		r = error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "%s: out of memory", url);
	else
		r = judge(c, curl_easy_perform(c), url, &a, reterr);
	if (r == 1)
		*v = a.seen;
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return r;
}

static bool cache_path(const char *folder, const char *url, const char *suffix, char *ret, size_t cap)
{
	struct digest d = digest_of(span_str(url));
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	return (size_t)snprintf(ret, cap, "%s/%s%s", folder, hex, suffix) < cap;
}

static void take_line(FILE *f, char ret[static FETCH_VALIDATOR_MAX])
{
	if (fgets(ret, FETCH_VALIDATOR_MAX, f))
		ret[strcspn(ret, "\r\n")] = '\0';
	else
		ret[0] = '\0';
}

void fetch_validators_load(const char *folder, const char *url, struct fetch_validators *v)
{
	char path[4096];
	FILE *f = cache_path(folder, url, "", path, sizeof(path)) ? fopen(path, "re") : NULL;

	*v = (struct fetch_validators){0};
	if (!f)
		return;
	take_line(f, v->etag);
	take_line(f, v->last_modified);
	fclose(f);
}

int fetch_validators_store(const char *folder, const char *url, const struct fetch_validators *v, struct error *reterr)
{
	char path[4096], fresh[4096];
	FILE *f = NULL;

	if (cache_path(folder, url, "", path, sizeof(path)) && cache_path(folder, url, ".new", fresh, sizeof(fresh)) &&
	    (mkdir(folder, 0777) == 0 || errno == EEXIST))
		f = fopen(fresh, "we");
	if (f) {
		bool written = fprintf(f, "%s\n%s\n%s\n", v->etag, v->last_modified, url) > 0;
		written = fclose(f) == 0 && written;
		if (written && rename(fresh, path) == 0)
			return 0;
		unlink(fresh);
	}
	return error_set(reterr, ERROR_ACTION_SKIP, -EIO, "%s: %s", folder, strerror(errno));
}
