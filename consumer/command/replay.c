/* SPDX-License-Identifier: Apache-2.0 */
/* replay: news items from a file through both stages in one process, into a fresh view; changes on stdout. */
#include "codec/change_json.h"
#include "codec/claims_json.h"
#include "command/command.h"
#include "command/pack_dir.h"
#include "command/replay_topic.h"
#include "command/topics.h"
#include "stage/extract.h"
#include "stage/fold.h"
#include "stage/fold_rules.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COMMIT_RECORDS 50000
#define CHANGES "changes"
#define STATE "state"

struct replay {
	struct output to_fold;	 /* what the extract stage emits into; the first member, for the cast */
	struct output to_stdout; /* what the fold emits into */
	struct pack *pack;
	struct extract *extract;
	struct fold *fold;
	struct processor extractor, folder;
	struct arena memory, scratch;
	struct strbuf line;
	int64_t offset, recorded;
	size_t n_line, n_skipped;
};

/* An item's own time stands for the log's, which a file does not have. */
static int64_t time_of(struct replay *r, const struct record *claims)
{
	struct claims_record c;
	int64_t ms;

	arena_reset(&r->scratch);
	if (claims_json_decode(claims->value, SPAN_NONE, &r->scratch, &c, NULL) < 0)
		return r->recorded;
	if (time_json_parse(c.versioncreated, &ms) == 0)
		return ms;
	return edtf_is_set(c.published) ? edtf_lo(c.published) * INT64_C(86400000) : r->recorded;
}

static int fold_claims(struct output *out, const struct record *claims, struct error *reterr)
{
	struct replay *r = (struct replay *)out;
	struct record in = *claims;

	in.offset = r->offset++;
	in.partition = 0;
	in.timestamp = r->recorded = time_of(r, claims);
	int e = r->folder.step(r->fold, &in, &r->to_stdout, reterr);
	if (e == 0 && r->offset % COMMIT_RECORDS == 0)
		e = r->folder.committed(r->fold, 0, r->offset, reterr);
	return e;
}

static int print_change(struct output *out, const struct record *change, struct error *reterr)
{
	struct replay *r = (struct replay *)((char *)out - offsetof(struct replay, to_stdout));

	if (!span_eq(change->topic, SPAN_LIT(CHANGES)))
		return 0;
	strbuf_clear(&r->line);
	if (change_json_structured(change, &r->line) < 0 || r->line.failed)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	strbuf_addch(&r->line, '\n');
	if (fwrite(r->line.buf, 1, r->line.len, stdout) != r->line.len)
		return error_set(reterr, ERROR_ACTION_STOP, -EIO, "standard output: %s", strerror(errno));
	return 0;
}

static int do_line(struct replay *r, struct span raw, struct error *reterr)
{
	struct error err = ERROR_INIT;
	struct record in = {.partition = 0, .offset = (int64_t)r->n_line++, .value = raw};

	if (!span_trim(raw).n)
		return 0;
	int e = r->extractor.step(r->extract, &in, &r->to_fold, &err);
	if (e < 0 && err.action == ERROR_ACTION_SKIP) {
		r->n_skipped++;
		fprintf(stderr, "scowire-consumer replay: line %zu: %s\n", r->n_line, err.text);
		return 0;
	}
	return e < 0 ? error_set(reterr, err.action, err.code, "line %zu: %s", r->n_line, err.text) : 0;
}

static int do_stream(struct replay *r, FILE *in, const char *name, struct error *reterr)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int e = 0;

	while (e == 0 && (n = getline(&line, &cap, in)) >= 0)
		e = do_line(r, span_of(line, n && line[n - 1] == '\n' ? (size_t)n - 1 : (size_t)n), reterr);
	if (e == 0 && ferror(in))
		e = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", name, strerror(errno));
	free(line);
	return e;
}

static int do_files(struct replay *r, const struct command *c, struct error *reterr)
{
	int e = 0;

	for (int i = 0; e == 0 && i < c->n_arguments; i++) {
		const char *name = c->arguments[i];
		bool standard = !strcmp(name, "-");
		FILE *in = standard ? stdin : fopen(name, "rb");
		if (!in)
			return error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", name, strerror(errno));
		e = do_stream(r, in, standard ? "standard input" : name, reterr);
		if (!standard)
			fclose(in);
	}
	return e == 0 ? r->folder.committed(r->fold, 0, r->offset, reterr) : e;
}

static int prepare(struct replay *r, const struct command *c, const char *path, struct error *reterr)
{
	struct fold_options o = {.view = path, .mode = VIEW_WRITE, .changes = CHANGES, .state = STATE};
	int e = pack_dir_load(c->values.pack, &r->pack, reterr);

	if (e < 0)
		return e;
	r->extract = extract_new(r->pack, "claims");
	if (!r->extract || fold_rules_of_pack(r->pack, &r->memory, &o.rules) < 0)
		return error_set(reterr, ERROR_ACTION_STOP, -ENOMEM, "out of memory");
	struct span name = pack_name(r->pack);
	o.pack = span_sub(name, 0, span_find(name, SPAN_LIT("@"), 0));
	o.source = arena_printf(&r->memory, "urn:scowire:%.*s", SPAN_FMT(o.pack));
	e = fold_new(&o, &r->fold, reterr);
	if (e < 0)
		return e;
	r->extractor = extract_processor(r->extract, "news.items");
	r->folder = fold_processor(r->fold, "claims");
	return 0;
}

static void done(struct replay *r)
{
	fold_free(r->fold);
	extract_free(r->extract);
	pack_free(r->pack);
	arena_done(&r->memory);
	arena_done(&r->scratch);
	strbuf_done(&r->line);
}

/* Refuses to replace what is no view of ours, before any work is done. */
static int check_target(const char *path, struct error *reterr)
{
	struct view *old = NULL;

	if (access(path, F_OK) < 0)
		return 0;
	int e = view_open(path, VIEW_READ, NULL, &old, reterr);
	view_close(old);
	return e;
}

static void remove_files(const char *path)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		strbuf_clear(&b);
		strbuf_addf(&b, "%s%s", path, parts[i]);
		unlink(b.buf);
	}
	strbuf_done(&b);
}

static int replay(const struct command *c, struct error *reterr)
{
	const char *target = c->values.state;
	struct strbuf fresh = STRBUF_INIT;
	struct replay r = {.to_fold = {fold_claims, false}, .to_stdout = {print_change, false}, .line = STRBUF_INIT};
	int e = check_target(target, reterr);

	arena_init(&r.memory, 0);
	arena_init(&r.scratch, 0);
	strbuf_addf(&fresh, "%s.replay", target);
	if (e == 0) {
		remove_files(fresh.buf);
		e = prepare(&r, c, fresh.buf, reterr);
		if (e == 0)
			e = do_files(&r, c, reterr);
		done(&r);
		if (e == 0) {
			remove_files(target);
			if (rename(fresh.buf, target) < 0)
				e = error_set(reterr, ERROR_ACTION_STOP, -EIO, "%s: %s", target, strerror(errno));
		} else {
			remove_files(fresh.buf);
		}
	}
	if (e == 0 && r.n_skipped)
		fprintf(stderr, "scowire-consumer replay: %zu of %zu lines left out\n", r.n_skipped, r.n_line);
	strbuf_done(&fresh);
	return e;
}

int command_replay(int argc, char **argv)
{
	struct command c;
	struct error err = ERROR_INIT;
	int code = command_begin(&c, CONSUMER_REPLAY, argc, argv);

	if (code < 0) {
		if (c.values.topic != REPLAY_FILES)
			(void)(replay_topic(&c, &err) < 0);
		else if (!c.n_arguments)
			error_set(&err, ERROR_ACTION_STOP, -EINVAL, "which FILE? - is standard input");
		else if (!c.values.state)
			error_set(&err, ERROR_ACTION_STOP, -EINVAL, "--state VIEW: where shall the view be left?");
		else
			replay(&c, &err);
		code = !err.code			? COMMAND_DONE
		       : c.values.topic != REPLAY_FILES ? topics_fail(argv[0], &err)
							: command_fail(argv[0], &err);
	}
	command_end(&c);
	return code;
}
