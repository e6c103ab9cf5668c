/* SPDX-License-Identifier: Apache-2.0 */
/* extract: news items in, one line of claims for every item out, in order. No Kafka, no state. */
#include "codec/claims_json.h"
#include "command/command.h"
#include "command/pack_dir.h"
#include "core/claim/trace.h"
#include "stage/item.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORD_MEMORY_MAX ((size_t)32 * 1024 * 1024) /* of one item */

struct job {
	struct pack *pack;
	struct extractor *extractor;
	struct arena arena;
	struct strbuf out;
	struct extract_trace trace;
	bool explain, gate;
	size_t line, refused;
};

static void print_trace(void *user, const char *text)
{
	(void)user;
	fprintf(stderr, "  %s\n", text);
}

/* An item that cannot be read still has its line: with an error and no claims. */
static void put_refusal(struct job *j, const struct error *err)
{
	j->refused++;
	fprintf(stderr, "scowire-consumer extract: line %zu: %s\n", j->line, err->text);
	struct claims_record none = {.uri = SPAN_LIT("unreadable"), .pack = pack_name(j->pack)};

	none.uri = arena_printf(&j->arena, "urn:scowire:unreadable:%zu", j->line);
	claims_json_encode(&none, &j->out);
}

static int do_line(struct job *j, struct span raw)
{
	struct error err = ERROR_INIT;
	struct item_read item;

	j->line++;
	if (!span_trim(raw).n)
		return 0;
	arena_reset(&j->arena);
	strbuf_clear(&j->out);
	if (j->explain)
		fprintf(stderr, "item %zu\n", j->line);
	if (item_read(j->extractor, j->pack, raw, j->gate, &j->arena, &item, j->explain ? &j->trace : NULL, &err) < 0)
		put_refusal(j, &err);
	else
		claims_json_encode(&item.record, &j->out);
	strbuf_addch(&j->out, '\n');
	if (j->out.failed)
		return -ENOMEM;
	return fwrite(j->out.buf, 1, j->out.len, stdout) == j->out.len ? 0 : -EIO;
}

static int do_stream(struct job *j, FILE *in, const char *name, struct error *err)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = getline(&line, &cap, in)) >= 0)
		rc = do_line(j, span_of(line, (size_t)n));
	if (rc == 0 && ferror(in))
		rc = -EIO;
	free(line);
	return rc < 0 ? error_set(err, ERROR_ACTION_STOP, rc, "%s: %s", name, strerror(-rc)) : 0;
}

static int do_files(struct job *j, char **files, int n, struct error *err)
{
	int rc = n ? 0 : do_stream(j, stdin, "standard input", err);

	for (int i = 0; rc == 0 && i < n; i++) {
		bool standard = !strcmp(files[i], "-");
		FILE *in = standard ? stdin : fopen(files[i], "rb");

		if (!in)
			return error_set(err, ERROR_ACTION_STOP, -EIO, "%s: %s", files[i], strerror(errno));
		rc = do_stream(j, in, files[i], err);
		if (!standard)
			fclose(in);
	}
	return rc;
}

int command_extract(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	struct job j = {.out = STRBUF_INIT, .trace = {print_trace, NULL}};
	int code = command_begin(&c, CONSUMER_EXTRACT, argc, argv);

	arena_init(&j.arena, RECORD_MEMORY_MAX);
	if (code < 0) {
		j.explain = c.values.explain;
		j.gate = c.values.gate;
		code = COMMAND_CONFIG;
		if (pack_dir_load(c.values.pack, &j.pack, &err) == 0) {
			code = COMMAND_DONE;
			j.extractor = extractor_new(j.pack);
			if (!j.extractor)
				code = error_set(&err, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
			else if (do_files(&j, c.arguments, c.n_arguments, &err) < 0)
				code = COMMAND_FAILED;
		}
		if (err.code) {
			command_fail(argv[0], &err);
			code = code == COMMAND_CONFIG ? code : COMMAND_FAILED;
		}
	}
	extractor_free(j.extractor);
	pack_free(j.pack);
	arena_done(&j.arena);
	strbuf_done(&j.out);
	command_end(&c);
	return code;
}
