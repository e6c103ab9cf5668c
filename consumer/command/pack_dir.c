/* SPDX-License-Identifier: Apache-2.0 */
#include "command/pack_dir.h"
#include "base/digest.h"
#include "base/strbuf.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 256

#ifndef SCOWIRE_DATADIR
#define SCOWIRE_DATADIR "/usr/share/scowire"
#endif

int file_read(const char *path, char **ret, size_t *ret_n, struct error *reterr)
{
	struct strbuf b = STRBUF_INIT;
	FILE *f = fopen(path, "rb");
	char chunk[65536];
	size_t n;

	if (!f)
		return error_set(reterr, ERROR_ACTION_STOP, errno == ENOENT ? -ENOENT : -EIO, "%s: %s", path,
				 strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(&b, span_of(chunk, n));
	bool failed = ferror(f);
	fclose(f);
	char *bytes = failed ? NULL : strbuf_take(&b, ret_n);
	if (!bytes) {
		strbuf_done(&b);
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: cannot be read", path);
	}
	*ret = bytes;
	return 0;
}

const char *pack_dir_default(char *buf, size_t size)
{
	/* As installed; beside a build's folder bin. */
	static const char *const places[] = {"%s/../share/scowire/packs/sco", "%s/../packs/sco", "%s/../../packs/sco",
					     "%s/../../../packs/sco"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		char *slash = strrchr(self, '/');
		if (slash)
			*slash = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			char path[PATH_MAX * 2];
			struct span tail = span_str(places[i] + 2);

			snprintf(path, sizeof(path), "%s%.*s", self, SPAN_FMT(tail));
			if (access(path, R_OK) == 0 && strlen(path) < size) {
				snprintf(buf, size, "%s", path);
				return buf;
			}
		}
	}
	snprintf(buf, size, "%s/packs/sco", SCOWIRE_DATADIR);
	return access(buf, R_OK) == 0 ? buf : NULL;
}

/* One level of a directory tree, sorted by the loader; nftw would need a global for its callback. */
struct tree {
	struct arena arena;
	struct pack_file files[FILES_MAX];
	size_t n, root; /* length of the root's path and slash */
	struct error *err;
};

static int tree_add(struct tree *t, const char *path);

#include <dirent.h>

static int tree_walk(struct tree *t, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	if (!d)
		return error_set(t->err, ERROR_ACTION_STOP, errno == ENOENT ? -ENOENT : -EIO, "pack %s: %s", dir,
				 strerror(errno));
	while (rc == 0 && (e = readdir(d))) {
		struct strbuf path = STRBUF_INIT;
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		strbuf_addf(&path, "%s/%s", dir, e->d_name);
		if (stat(path.buf, &st) == 0 && S_ISDIR(st.st_mode))
			rc = tree_walk(t, path.buf);
		else if (span_ends(strbuf_span(&path), SPAN_LIT(".yaml")))
			rc = tree_add(t, path.buf);
		strbuf_done(&path);
	}
	closedir(d);
	return rc;
}

static int tree_add(struct tree *t, const char *path)
{
	char *bytes;
	size_t n;

	if (t->n == FILES_MAX)
		return error_set(t->err, ERROR_ACTION_STOP, -EBADMSG, "pack: more than %d files", FILES_MAX);
	int rc = file_read(path, &bytes, &n, t->err);
	if (rc < 0)
		return rc;
	t->files[t->n].path = arena_copy(&t->arena, span_str(path + t->root));
	t->files[t->n].text = arena_copy(&t->arena, span_of(bytes, n));
	free(bytes);
	if (!t->files[t->n].path.p || !t->files[t->n].text.p)
		return error_set(t->err, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	t->n++;
	return 0;
}

int pack_dir_load(const char *dir, struct pack **ret, struct error *reterr)
{
	char buf[PATH_MAX];

	if (!dir)
		dir = pack_dir_default(buf, sizeof(buf));
	if (!dir)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOENT, "no pack found: name its directory with --pack");
	struct tree *t = calloc(1, sizeof(*t));
	if (!t)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "pack: out of memory");
	arena_init(&t->arena, 0);
	t->err = reterr;
	t->root = strlen(dir) + 1;
	int rc = tree_walk(t, dir);
	if (rc == 0)
		rc = pack_load(t->files, t->n, ret, reterr);
	arena_done(&t->arena);
	free(t);
	return rc;
}
