/* SPDX-License-Identifier: Apache-2.0 */
/* The view file: what is refused, what is kept over a restart, and questions about the past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/folded.h"
#include "../support/history.h"
#include "codec/change_json.h"
#include "stage/fold_why.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define VIEW "view-test.db"
#define ASIDE VIEW ".damaged"
#define RULES "rules"

#define BUILDING VIEW ".building"

static void remove_files(void)
{
	static const char *const files[] = {VIEW,	  VIEW "-wal",	VIEW "-shm", ASIDE,
					    ASIDE "-wal", ASIDE "-shm", BUILDING};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		unlink(files[i]);
}

static void write_file(const char *bytes, size_t n, long at)
{
	FILE *f = fopen(VIEW, at < 0 ? "wb" : "r+b");

	assert_non_null(f);
	if (at > 0)
		assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* A view with something in it; big-endian numbers of SQLite's header are then overwritten by the rows. */
static void make_view(void)
{
	struct history_options o = {.seed = 3, .years = 6, .items = 40};
	struct arena a;
	struct history h;
	struct folded f;

	remove_files();
	arena_init(&a, 0);
	history_make(&o, &a, &h);
	folded_open(&f, VIEW, &history_rules);
	for (size_t i = 0; i < h.n; i++)
		folded_step(&f, &h.v[i], 1000 * (int64_t)(i + 1));
	folded_commit(&f);
	folded_close(&f);
	arena_done(&a);
}

static void spoil_text(void)
{
	write_file("this is a diary and no database at all, as anybody can see", 58, -1);
}

static void spoil_application(void)
{
	make_view();
	write_file("\1\2\3\4", 4, 68); /* application_id */
}

static void spoil_version(void)
{
	make_view();
	write_file("\0\0\0\143", 4, 60); /* user_version */
}

static void spoil_page(void)
{
	char junk[8192];

	make_view();
	memset(junk, 0xA5, sizeof(junk));
	write_file(junk, sizeof(junk), 8192 * 3);
}

static void spoil_length(void)
{
	make_view();
	assert_int_equal(truncate(VIEW, 8192 * 4), 0);
}

static void spoil_nothing_but_empty(void)
{
	write_file("", 0, -1);
}

static void a_file_that_is_not_a_whole_view_is_refused(void **state)
{
	static const struct {
		const char *name;
		void (*spoil)(void);
		int read; /* what reading it gives */
		bool rebuilt;
	} rows[] = {
		{"text", spoil_text, -EUCLEAN, true},
		{"another program's", spoil_application, -EUCLEAN, true},
		{"another version's", spoil_version, -EUCLEAN, true},
		{"a damaged page", spoil_page, -EUCLEAN, true},
		{"cut off", spoil_length, -EUCLEAN, true},
		{"empty, read", spoil_nothing_but_empty, -EUCLEAN, false},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct error err = ERROR_INIT;
		struct view *v = NULL;
		remove_files();
		rows[i].spoil();
		int r = view_open(VIEW, VIEW_READ, NULL, &v, &err);
		if (r != rows[i].read)
			print_error("row \"%s\": %d %s\n", rows[i].name, r, err.text);
		assert_int_equal(r, rows[i].read);
		assert_non_null(strstr(err.text, VIEW));
		if (!rows[i].rebuilt)
			continue;
		err = ERROR_INIT;
		assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), -EUCLEAN);
		assert_int_equal(access(ASIDE, F_OK), -1);
		err = ERROR_INIT;
		assert_int_equal(view_open(VIEW, VIEW_REBUILD, RULES, &v, &err), 0);
		assert_int_equal(view_head(v)->position, 0);
		view_close(v);
		assert_int_equal(access(ASIDE, F_OK), 0); /* what it held is kept aside */
	}
	remove_files();
}

static void other_rules_need_a_rebuild(void **state)
{
	struct error err = ERROR_INIT;
	struct view *v = NULL;

	(void)state;
	remove_files();
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	view_close(v);
	assert_int_equal(view_open(VIEW, VIEW_WRITE, "other rules", &v, &err), -ESTALE);
	err = ERROR_INIT;
	assert_int_equal(view_open(VIEW, VIEW_READ, NULL, &v, &err), 0);
	view_close(v);
	assert_int_equal(view_open("no-such-file.db", VIEW_READ, NULL, &v, &err), -ENOENT);
	remove_files();
}

static int count(void *ctx, struct span slot, struct span json, struct error *reterr)
{
	(void)slot;
	(void)json;
	(void)reterr;
	++*(size_t *)ctx;
	return 0;
}

static void the_past_is_kept_and_what_is_before_it_is_refused(void **state)
{
	struct error err = ERROR_INIT;
	struct view *v = NULL;
	size_t early = 0, now = 0;

	(void)state;
	make_view();
	assert_int_equal(view_open(VIEW, VIEW_READ, NULL, &v, &err), 0);
	assert_int_equal(view_spells_at(v, 1000, SPAN_NONE, count, &early, &err), 0);
	assert_int_equal(view_spells_at(v, INT64_MAX, SPAN_NONE, count, &now, &err), 0);
	assert_true(early < now);
	assert_int_equal(view_spells_at(v, 999, SPAN_NONE, count, &early, &err), -ERANGE);
	view_close(v);
	remove_files();
}

/* What was believed at a time is what a view had that ended there. */
static void known_at_is_the_state_of_then(void **state)
{
	struct history_options o = {.seed = 4, .years = 8, .items = 60, .noise_permille = 200, .correct_permille = 100};
	struct arena a;
	struct history h;
	struct folded f;

	(void)state;
	arena_init(&a, 0);
	history_make(&o, &a, &h);
	folded_open(&f, ":memory:", &history_rules);
	struct strbuf *then = calloc(h.n, sizeof(*then));
	assert_non_null(then);
	for (size_t i = 0; i < h.n; i++) {
		then[i] = STRBUF_INIT;
		folded_step(&f, &h.v[i], 10 * (int64_t)i);
		folded_spells(&f, &then[i]);
	}
	for (size_t i = 0; i < h.n; i++) {
		struct strbuf got = STRBUF_INIT;
		folded_spells_at(&f, 10 * (int64_t)i + 5, &got);
		assert_string_equal(got.buf, then[i].buf);
		strbuf_done(&got);
		strbuf_done(&then[i]);
	}
	free(then);
	folded_close(&f);
	arena_done(&a);
}

static void every_slot_can_say_why(void **state)
{
	struct error err = ERROR_INIT;
	struct view *v = NULL;
	size_t n;

	(void)state;
	make_view();
	assert_int_equal(view_open(VIEW, VIEW_READ, NULL, &v, &err), 0);
	const struct view_slot *slots = view_slots(v, &n);
	assert_true(n > 3);
	for (size_t i = 0; i < n; i++)
		for (int json = 0; json < 2; json++) {
			struct strbuf out = STRBUF_INIT;
			assert_int_equal(fold_why(v, slots[i].name, json, &out, &err), 0);
			assert_non_null(strstr(out.buf, json ? "\"verdict\":\"for\"" : "for "));
			strbuf_done(&out);
		}
	assert_int_equal(fold_why(v, SPAN_LIT("no/SUCH"), false, NULL, &err), -ENOENT);
	view_close(v);
	remove_files();
}

static struct claims_record record_of(struct arena *a, size_t i, const char *version)
{
	return (struct claims_record){.uri = arena_printf(a, "urn:test:%zu", i),
				      .version = span_str(version),
				      .published = {.grain = EDTF_NONE},
				      .pack = SPAN_LIT("sco@1")};
}

static void add_items(struct view *v, size_t from, size_t to, const char *version)
{
	struct error err = ERROR_INIT;
	struct arena a;
	int64_t id;

	arena_init(&a, 0);
	for (size_t i = from; i < to; i++) {
		struct claims_record r = record_of(&a, i, version);
		struct digest d = digest_of(r.uri);
		assert_int_equal(view_item_add(v, &r, &d, SPAN_LIT("{}"), true, &id, &err), 0);
		arena_reset(&a);
	}
	arena_done(&a);
}

static size_t versions_of(struct view *v, size_t i, int64_t *ret_id)
{
	struct view_item *items = NULL;
	struct error err = ERROR_INIT;
	struct arena a;
	size_t n = 0;

	arena_init(&a, 0);
	assert_int_equal(view_item_versions(v, record_of(&a, i, "").uri, &a, &items, &n, &err), 0);
	if (n)
		*ret_id = items[0].id;
	arena_done(&a);
	return n;
}

/* More items than the part of the index that is in memory holds: those that were sorted into the file, those since, and
 * both kinds of one uri; after a restart, after a rollback, and after one was dropped, whose number nobody gets again.
 */
static void items_are_found_by_uri_wherever_their_entry_is(void **state)
{
	enum { FIRST = 1000, MANY = 140000 };
	struct error err = ERROR_INIT;
	struct view *v = NULL;
	int64_t id = 0, last = 0;

	(void)state;
	remove_files();
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	add_items(v, 0, FIRST, "1");
	assert_int_equal(view_commit(v, &err), 0);
	add_items(v, FIRST, MANY, "1");
	assert_int_equal(view_rollback(v, &err), 0);
	assert_int_equal(versions_of(v, FIRST, &id), 0);
	assert_int_equal(versions_of(v, FIRST - 1, &id), 1);
	add_items(v, FIRST, MANY, "1");
	add_items(v, 0, 2, "2");
	assert_int_equal(versions_of(v, 0, &id), 2);
	assert_int_equal(view_commit(v, &err), 0);
	view_close(v);
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	for (size_t i = 0; i < MANY; i += 997)
		assert_int_equal(versions_of(v, i, &id), i < 2 ? 2 : 1);
	assert_int_equal(versions_of(v, MANY, &id), 0);
	assert_int_equal(versions_of(v, MANY - 1, &last), 1);
	assert_int_equal(view_item_drop(v, last, &err), 0);
	assert_int_equal(versions_of(v, 7, &id), 1);
	assert_int_equal(view_item_drop(v, id, &err), 0);
	assert_int_equal(versions_of(v, MANY - 1, &id), 0);
	assert_int_equal(versions_of(v, 7, &id), 0);
	assert_int_equal(view_commit(v, &err), 0);
	view_close(v);
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	add_items(v, MANY, MANY + 1, "1");
	assert_int_equal(versions_of(v, MANY, &id), 1);
	assert_true(id > last);
	view_close(v);
	remove_files();
}

static size_t items_in_file(void)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;

	assert_int_equal(sqlite3_open_v2(VIEW, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM item", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	size_t n = (size_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

static struct view *opened(void)
{
	struct error err = ERROR_INIT;
	struct view *v = NULL;

	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	return v;
}

/* What ends the first transaction. */
static void by_closing(struct view *v)
{
	view_close(v);
}

static void by_rolling_back(struct view *v)
{
	struct error err = ERROR_INIT;

	assert_int_equal(view_rollback(v, &err), 0);
	assert_int_equal(access(BUILDING, F_OK), -1);
	view_close(v);
}

static void by_death(struct view *v)
{
	view_close(v);
	pid_t child = fork();
	if (child == 0) {
		add_items(opened(), 0, 5000, "1");
		_exit(access(BUILDING, F_OK) == 0 ? 0 : 1);
	}
	int status = -1;
	assert_true(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	assert_int_equal(access(BUILDING, F_OK), 0); /* it is in nobody's way */
}

static void an_empty_view_is_there_empty_until_its_first_commit(void **state)
{
	static void (*const ends[])(struct view *) = {by_closing, by_rolling_back, by_death};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		remove_files();
		struct view *v = opened();
		add_items(v, 0, 1000, "1");
		assert_int_equal(items_in_file(), 0);
		ends[i](v);
		assert_int_equal(items_in_file(), 0);
		v = opened();
		add_items(v, 0, 2000, "1");
		assert_int_equal(items_in_file(), 0);
		assert_int_equal(view_commit(v, &err), 0);
		assert_int_equal(items_in_file(), 2000);
		assert_int_equal(access(BUILDING, F_OK), -1);
		add_items(v, 2000, 2001, "1");
		assert_int_equal(view_commit(v, &err), 0);
		assert_int_equal(items_in_file(), 2001);
		view_close(v);
	}
	remove_files();
}

static int count_change(void *ctx, const struct view_change *c, struct error *reterr)
{
	(void)reterr;
	*(size_t *)ctx += c->sequence == 1;
	return 0;
}

/* Who follows the changes from before the first one is not left behind with the empty file. */
static void a_reader_goes_over_to_what_was_built(void **state)
{
	struct error err = ERROR_INIT;
	struct view *reader = NULL;
	size_t n = 0;

	(void)state;
	remove_files();
	struct view *v = opened();
	assert_int_equal(view_open(VIEW, VIEW_READ, NULL, &reader, &err), 0);
	add_items(v, 0, 10, "1");
	assert_int_equal(view_change_add(v, 1, "id", SPAN_LIT("presidency"), "opened", "assert",
					 SPAN_LIT("urn:test:1@1@"), SPAN_LIT("{}"), &err),
			 0);
	assert_int_equal(view_changes_after(reader, 1, 0, 10, count_change, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(view_commit(v, &err), 0);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(view_changes_after(reader, 1, 0, 10, count_change, &n, &err), 0);
		assert_int_equal(n, i);
	}
	view_close(reader);
	view_close(v);
	remove_files();
}

static void who_comes_second_does_not_build(void **state)
{
	struct claims_record r = {.uri = SPAN_LIT("urn:test:1"), .published = {.grain = EDTF_NONE}};
	struct digest d = digest_of(r.uri);
	struct error err = ERROR_INIT;
	int64_t id;

	(void)state;
	remove_files();
	struct view *first = opened(), *second = opened();
	add_items(first, 0, 10, "1");
	assert_int_equal(view_commit(first, &err), 0);
	assert_int_equal(view_item_add(second, &r, &d, SPAN_LIT("{}"), true, &id, &err), -EBUSY);
	assert_non_null(strstr(err.text, "built by another process"));
	view_close(second);
	view_close(first);
	assert_int_equal(items_in_file(), 10);
	remove_files();
}

/* Larger than what opening checks. */
static void make_large_view(void)
{
	enum { ITEMS = 20000 };
	static char raw[1000];
	struct claims_record r = {.published = {.grain = EDTF_NONE}, .pack = SPAN_LIT("sco@1")};
	struct error err = ERROR_INIT;
	struct digest d = {{0}};
	struct arena a;
	int64_t id;

	remove_files();
	arena_init(&a, 0);
	memset(raw, 'x', sizeof(raw));
	struct view *v = opened();
	for (size_t i = 0; i < ITEMS; i++) {
		r.uri = arena_printf(&a, "urn:test:%zu", i);
		assert_int_equal(view_item_add(v, &r, &d, span_of(raw, sizeof(raw)), true, &id, &err), 0);
	}
	view_head(v)->position = 5;
	assert_int_equal(view_commit(v, &err), 0);
	view_close(v);
	arena_done(&a);
}

/* Reads all items; the first error. */
static int read_items(struct view *v)
{
	struct error err = ERROR_INIT;
	struct arena a;
	struct span raw;
	int r = 0;

	arena_init(&a, 0);
	for (int64_t id = 1; r == 0 && id <= 20000; id++) {
		r = view_item_raw(v, id, &a, &raw, &err);
		arena_reset(&a);
	}
	if (r < 0)
		view_distrust(v, &err);
	assert_true(r == 0 || strstr(err.text, ASIDE));
	arena_done(&a);
	return r;
}

static void damage_in_a_large_view_is_met_once(void **state)
{
	struct error err = ERROR_INIT;
	struct view *v = NULL;
	int64_t pages = 0;
	char junk[8192];

	(void)state;
	make_large_view();
	assert_int_equal(view_open(VIEW, VIEW_REBUILD, RULES, &v, &err), 0);
	assert_int_equal(view_check(v, &pages, &err), 0);
	assert_true(pages * 8192 > VIEW_CHECKED_MAX);
	assert_int_equal(read_items(v), 0);
	view_close(v);
	memset(junk, 0xA5, sizeof(junk));
	write_file(junk, sizeof(junk), 8192 * (long)(pages / 2));
	assert_int_equal(view_open(VIEW, VIEW_REBUILD, RULES, &v, &err), 0);
	assert_int_equal(view_check(v, &pages, &err), -EUCLEAN);
	assert_non_null(strstr(err.text, "damaged"));
	assert_int_equal(read_items(v), -EUCLEAN);
	view_close(v);
	assert_int_equal(access(ASIDE, F_OK), 0);
	err = ERROR_INIT;
	assert_int_equal(view_open(VIEW, VIEW_REBUILD, RULES, &v, &err), 0);
	assert_int_equal(view_head(v)->position, 0);
	view_close(v);
	make_large_view();
	assert_int_equal(truncate(VIEW, 8192 * (pages - 1)), 0);
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), -EUCLEAN);
	remove_files();
}

static struct ledger_claim said(int64_t item, uint32_t claim)
{
	return (struct ledger_claim){.source = (uint64_t)item % 5,
				     .text = (uint64_t)item,
				     .weight = CELL_ORIGIN,
				     .first = EDTF_DAY_MAX,
				     .last = EDTF_DAY_MIN,
				     .ref = {EDTF_DAY_MAX, claim, (uint64_t)item * 77, item}};
}

static void count_claims(struct view *v, struct ledger_cell *c, size_t want)
{
	struct ledger_claim *claims = NULL;
	struct error err = ERROR_INIT;
	struct arena a;
	size_t n = 0;

	arena_init(&a, 0);
	assert_int_equal(view_claims(v, c, &a, &claims, &n, &err), 0);
	assert_int_equal(n, want);
	for (size_t i = 0; i < n; i++) {
		struct ledger_claim is = said(claims[i].ref.item, claims[i].ref.claim);
		assert_memory_equal(&claims[i], &is, sizeof(is));
		assert_true(i == 0 || claims[i - 1].ref.item < claims[i].ref.item);
	}
	arena_done(&a);
}

/* What comes and goes over several savings, in one and over a restart; a claim that comes back counts. */
static void the_claims_of_a_cell_are_those_that_are_left(void **state)
{
	struct cell statement = {.value = SPAN_LIT("KG"), .holds_at = {.grain = EDTF_NONE}};
	struct error err = ERROR_INIT;
	struct ledger ledger = {0};
	struct view *v = NULL;
	int64_t slot;

	(void)state;
	remove_files();
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	assert_int_equal(view_slot_add(v, SPAN_LIT("presidency"), &slot, &err), 0);
	struct ledger_cell *c = ledger_cell(&ledger, &statement);
	assert_int_equal(view_cell_id(v, c), 0);
	for (int64_t item = 1; item <= 100; item++) {
		struct ledger_claim k = said(item, 0), earlier = said(item - 7, 0);
		c->n_claims = (uint64_t)item; /* as the ledger would have it: not 0 */
		assert_int_equal(view_claim_add(v, c, &k, &err), 0);
		if (item % 7 == 1 && item > 7)
			assert_int_equal(view_claim_remove(v, c, &earlier, &err), 0);
		if (item % 10 == 0)
			assert_int_equal(view_cell_save(v, slot, c, &err), 0);
	}
	struct ledger_claim back = said(1, 0);
	assert_int_equal(view_claim_add(v, c, &back, &err), 0);
	count_claims(v, c, 100 - 14 + 1);
	count_claims(v, c, 100 - 14 + 1);
	assert_int_equal(view_cell_save(v, slot, c, &err), 0);
	assert_int_equal(view_unsaved(v), 0);
	assert_int_equal(view_commit(v, &err), 0);
	view_close(v);
	ledger_done(&ledger);
	assert_int_equal(view_open(VIEW, VIEW_WRITE, RULES, &v, &err), 0);
	assert_int_equal(view_cells_load(v, slot, &ledger, &err), 0);
	assert_int_equal(ledger.n, 1);
	count_claims(v, ledger.v[0], 100 - 14 + 1);
	ledger.v[0]->n_claims = 0;
	assert_int_equal(view_cell_save(v, slot, ledger.v[0], &err), 0);
	count_claims(v, ledger.v[0], 0);
	view_close(v);
	ledger_done(&ledger);
	remove_files();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_not_a_whole_view_is_refused),
		cmocka_unit_test(other_rules_need_a_rebuild),
		cmocka_unit_test(the_past_is_kept_and_what_is_before_it_is_refused),
		cmocka_unit_test(known_at_is_the_state_of_then),
		cmocka_unit_test(every_slot_can_say_why),
		cmocka_unit_test(items_are_found_by_uri_wherever_their_entry_is),
		cmocka_unit_test(an_empty_view_is_there_empty_until_its_first_commit),
		cmocka_unit_test(damage_in_a_large_view_is_met_once),
		cmocka_unit_test(a_reader_goes_over_to_what_was_built),
		cmocka_unit_test(who_comes_second_does_not_build),
		cmocka_unit_test(the_claims_of_a_cell_are_those_that_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
