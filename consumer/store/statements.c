/* SPDX-License-Identifier: Apache-2.0 */
/* The schema and every statement, in one place. The views at the end of the schema are for people and may be relied on;
 * the tables may change. Days count from 1970-01-01, NULL is unbounded; log times are ms. */
#include "store/private.h"

const char view_schema[] =
	"CREATE TABLE head(key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"
	"CREATE TABLE day(day INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;"
	"CREATE TABLE item(id INTEGER PRIMARY KEY, uri TEXT NOT NULL, version TEXT NOT NULL,"
	" versioncreated TEXT NOT NULL, status INTEGER NOT NULL, effective INTEGER NOT NULL, pack TEXT NOT NULL,"
	" digest BLOB NOT NULL, recorded INTEGER NOT NULL, record TEXT NOT NULL) STRICT;"
	"CREATE TABLE uri(hash INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY(hash, item)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE uri_filter(first INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;"
	"CREATE TABLE uri_run(first INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;"
	"CREATE TABLE slot(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, wake_lo INTEGER, wake_hi INTEGER) STRICT;"
	"CREATE TABLE cell(id INTEGER PRIMARY KEY, slot INTEGER NOT NULL, value TEXT NOT NULL, modality INTEGER NOT NULL,"
	" begin TEXT, \"end\" TEXT, holds_at TEXT, derived INTEGER NOT NULL, weight INTEGER NOT NULL,"
	" claims INTEGER NOT NULL, sources BLOB NOT NULL, items BLOB NOT NULL, texts BLOB NOT NULL, refs BLOB NOT NULL,"
	" first_published INTEGER, last_published INTEGER, daily INTEGER NOT NULL, days BLOB NOT NULL,"
	" posted INTEGER NOT NULL) STRICT;"
	"CREATE INDEX cell_slot ON cell(slot);"
	"CREATE TABLE posting(id INTEGER PRIMARY KEY, before INTEGER NOT NULL, claims BLOB NOT NULL) STRICT;"
	"CREATE TABLE spell(id INTEGER PRIMARY KEY, slot INTEGER NOT NULL, value TEXT NOT NULL, begin_lo INTEGER,"
	" begin_hi INTEGER, end_lo INTEGER, end_hi INTEGER, status INTEGER NOT NULL, inferred INTEGER NOT NULL,"
	" items INTEGER NOT NULL, origins INTEGER NOT NULL, refs BLOB NOT NULL, event TEXT NOT NULL, json TEXT NOT NULL,"
	" recorded_from INTEGER NOT NULL, recorded_to INTEGER) STRICT;"
	"CREATE INDEX spell_slot ON spell(slot, recorded_to);"
	"CREATE TABLE change(epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, slot TEXT NOT NULL,"
	" op TEXT NOT NULL, reason TEXT NOT NULL, recorded INTEGER NOT NULL, cause TEXT NOT NULL, data TEXT NOT NULL,"
	" PRIMARY KEY(epoch, sequence)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE rule(kind TEXT PRIMARY KEY, shape INTEGER NOT NULL, short_days INTEGER NOT NULL,"
	" apart_days INTEGER NOT NULL, not_before INTEGER NOT NULL, accepted TEXT NOT NULL, stage TEXT NOT NULL,"
	" stage_of TEXT NOT NULL, after TEXT NOT NULL, never TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	/* What is believed now. */
	"CREATE VIEW timeline AS SELECT slot.name AS slot, value, date(begin_lo*86400, 'unixepoch') AS begin_lo,"
	" date(begin_hi*86400, 'unixepoch') AS begin_hi, date(end_lo*86400, 'unixepoch') AS end_lo,"
	" date(end_hi*86400, 'unixepoch') AS end_hi, json ->> '$.status' AS status, items, origins,"
	" json ->> '$.evidence[0].exact' AS quote, json ->> '$.evidence[0].uri' AS uri"
	" FROM spell JOIN slot ON slot.id = spell.slot WHERE recorded_to IS NULL"
	" ORDER BY slot.name, spell.begin_lo IS NOT NULL, spell.begin_lo, spell.begin_hi, value;"
	/* What was believed, and from when to when. */
	"CREATE VIEW history AS SELECT slot.name AS slot, value, json ->> '$.status' AS status,"
	" date(begin_lo*86400, 'unixepoch') AS begin_lo, date(begin_hi*86400, 'unixepoch') AS begin_hi,"
	" date(end_lo*86400, 'unixepoch') AS end_lo, date(end_hi*86400, 'unixepoch') AS end_hi,"
	" datetime(recorded_from/1000, 'unixepoch') AS believed_from,"
	" datetime(recorded_to/1000, 'unixepoch') AS believed_to"
	" FROM spell JOIN slot ON slot.id = spell.slot ORDER BY slot.name, recorded_from, spell.id;"
	/* Every change that was published. */
	"CREATE VIEW changes AS SELECT epoch, sequence, datetime(recorded/1000, 'unixepoch') AS recorded, slot, op, reason,"
	" coalesce(data ->> '$.after.value', data ->> '$.before.value') AS value, cause FROM change ORDER BY epoch, sequence;"
	/* What each item that counts says. */
	"CREATE VIEW claims AS SELECT c.value ->> '$.slot' AS slot, c.value ->> '$.value' AS value,"
	" c.value ->> '$.modality' AS modality, c.value ->> '$.begin' AS begin, c.value ->> '$.end' AS \"end\","
	" c.value ->> '$.holds_at' AS holds_at, uri, version, record ->> '$.published' AS published,"
	" coalesce(record ->> '$.cited', record ->> '$.source') AS source, c.value ->> '$.evidence[0].exact' AS quote"
	" FROM item, json_each(record, '$.claims') AS c WHERE effective;";

const char *const view_sql[SQL_MAX_] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_HEAD_GET] = "SELECT value FROM head WHERE key = ?1",
	[SQL_HEAD_PUT] = "INSERT OR REPLACE INTO head(key, value) VALUES(?1, ?2)",
	[SQL_DAY_ALL] = "SELECT day, n FROM day ORDER BY day",
	[SQL_DAY_PUT] = "INSERT OR REPLACE INTO day(day, n) VALUES(?1, ?2)",
	[SQL_ITEM_GET] = "SELECT uri, version, versioncreated, pack, status, digest, effective FROM item WHERE id = ?1",
	[SQL_ITEM_ADD] = "INSERT INTO item(id, uri, version, versioncreated, status, effective, pack, digest,"
			 " recorded, record) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[SQL_ITEM_EFFECTIVE] = "UPDATE item SET effective = ?2 WHERE id = ?1",
	[SQL_ITEM_RECORD] = "SELECT record FROM item WHERE id = ?1",
	[SQL_ITEM_DROP] = "DELETE FROM item WHERE id = ?1 RETURNING uri",
	[SQL_URI_GET] = "SELECT item FROM uri WHERE hash = ?1",
	[SQL_URI_PUT] = "INSERT OR IGNORE INTO uri(hash, item) VALUES(?1, ?2)",
	[SQL_URI_DROP] = "DELETE FROM uri WHERE hash = ?1 AND item = ?2",
	[SQL_RUN_ALL] = "SELECT first, hashes FROM uri_run ORDER BY first",
	[SQL_RUN_PUT] = "INSERT INTO uri_run(first, hashes) VALUES(?1, ?2)",
	[SQL_FILTER_ALL] = "SELECT bits FROM uri_filter ORDER BY first",
	[SQL_FILTER_PUT] = "INSERT INTO uri_filter(first, bits) VALUES(?1, ?2)",
	[SQL_RUN_DROP] = "DELETE FROM uri_run",
	[SQL_POSTING_ADD] = "INSERT INTO posting(before, claims) VALUES(?1, ?2)",
	[SQL_POSTING_GET] = "SELECT before, claims FROM posting WHERE id = ?1",
	[SQL_POSTING_DROP] = "DELETE FROM posting WHERE id = ?1 RETURNING before",
	[SQL_SLOT_ALL] = "SELECT id, name, wake_lo, wake_hi FROM slot ORDER BY name",
	[SQL_SLOT_ADD] = "INSERT INTO slot(name) VALUES(?1)",
	[SQL_SLOT_WAKE] = "UPDATE slot SET wake_lo = ?2, wake_hi = ?3 WHERE id = ?1",
	[SQL_CELL_OF_SLOT] =
		"SELECT id, value, modality, begin, \"end\", holds_at, derived, claims, sources, items,"
		" texts, refs, first_published, last_published, daily, days, posted FROM cell WHERE slot = ?1 ORDER BY id",
	[SQL_CELL_LAST] = "SELECT coalesce(max(id), 0) FROM cell",
	[SQL_CELL_PUT] =
		"INSERT OR REPLACE INTO cell(id, slot, value, modality, begin, \"end\", holds_at, derived, weight,"
		" claims, sources, items, texts, refs, first_published, last_published, daily, days, posted)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
	[SQL_CELL_DROP] = "DELETE FROM cell WHERE id = ?1",
	[SQL_SPELL_OF_SLOT] =
		"SELECT id, value, begin_lo, begin_hi, end_lo, end_hi, status, inferred, items, origins, refs,"
		" event, json FROM spell WHERE slot = ?1 AND recorded_to IS NULL",
	[SQL_SPELL_ADD] = "INSERT INTO spell(slot, value, begin_lo, begin_hi, end_lo, end_hi, status, inferred, items,"
			  " origins, refs, event, json, recorded_from)"
			  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
	[SQL_SPELL_END] = "UPDATE spell SET recorded_to = ?2 WHERE id = ?1",
	[SQL_SPELL_AT] = "SELECT slot.name, json FROM spell JOIN slot ON slot.id = spell.slot"
			 " WHERE recorded_from <= ?1 AND (recorded_to IS NULL OR recorded_to > ?1)"
			 " AND (?2 = '' OR slot.name = ?2)"
			 " ORDER BY slot.name, begin_lo IS NOT NULL, begin_lo, begin_hi IS NULL, begin_hi, value,"
			 " end_lo IS NOT NULL, end_lo, end_hi IS NULL, end_hi, status, json",
	[SQL_CHANGE_ADD] = "INSERT INTO change(sequence, id, slot, op, reason, recorded, cause, data, epoch)"
			   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[SQL_CHANGE_AFTER] = "SELECT epoch, sequence, id, slot, op, recorded, cause, data FROM change"
			     " WHERE (epoch, sequence) > (?1, ?2) ORDER BY epoch, sequence LIMIT ?3",
	[SQL_RULE_PUT] = "INSERT OR REPLACE INTO rule(kind, shape, short_days, apart_days, not_before, accepted, stage,"
			 " stage_of, after, never) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[SQL_RULE_ALL] = "SELECT kind, shape, short_days, apart_days, not_before, accepted, stage, stage_of, after,"
			 " never FROM rule"
			 " ORDER BY kind",
};
