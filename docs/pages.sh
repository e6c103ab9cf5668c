#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pages.sh write|check BIN_DIR: the pages of docs/ that are made from tables in the programs.
# check compares instead of writing, and fails with the difference when a page is stale (ctest cli.pages).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mode=$1 bin=$2

configuration() {
	cat <<-'END'
	# Configuration

	Made from the tables in the programs by `docs/pages.sh write`; do not edit.

	Every option can be set in four places, of which the later wins: its default; the file that `--config FILE` or `SCOWIRE_CONFIG` names
	(`name = value` a line, `#` starts a remark line); the environment (`SCOWIRE_TRANSACTION_RECORDS=5000`); a flag (`--transaction-records 5000`,
	`--until-end`, `--no-until-end`). A name or value that is not in the table is an error that says where it stands and what the option takes.

	Any property of librdkafka passes through, as with kcat: `-X sasl.mechanism=PLAIN`, `kafka.sasl.mechanism = PLAIN` in the file,
	`SCOWIRE_KAFKA_SASL_PASSWORD=...` in the environment, which keeps secrets out of files and process lists.

	END
	for program in scowire-consumer scowire-producer; do
		if [ -x "$bin/$program" ]; then "$bin/$program" --configuration; fi
	done
}

metrics() {
	cat <<-'END'
	# Metrics

	Made from the table in the program by `docs/pages.sh write`; do not edit.

	`scowire-consumer run --http :8080` serves these at `/metrics` in the Prometheus text format, beside `/healthz` (no stage has failed),
	`/readyz` (partitions assigned, state restored, nothing failed) and `/version`. Alerts that have proved useful: `scowire_failed == 1`;
	`kafka_consumergroup_group_lag` growing for ten minutes; `rate(scowire_records_total{outcome="dead_letter"}[10m])` above its habit;
	`scowire_transactions_total{result="reopened"}` rising, which is two instances under one name or transactions that time out.

	END
	"$bin/scowire-consumer" --metrics
}

topics() {
	cat <<-'END'
	# Topics

	Made from the table in the program by `docs/pages.sh write`; do not edit.

	`scowire-consumer run` creates topics that are missing as this table says, and refuses to start, naming the topic, where a present one
	has more partitions than the one it needs or lacks the compaction it needs. Names are for the pack `sco`; another pack puts its own name
	before the dot, and `--topic-prefix` goes before all of them. `segment.ms` of a century: Kafka closes a segment when the newest time
	stamp in it is that long after the first, ours are the news's own, and those of transaction markers are the broker's clock; with the default
	of a week, every commit of old news would close a segment.

	END
	"$bin/scowire-consumer" --topics
	cat <<-'END'

	## Other settings, and what follows

	- **`news.items` with a retention.** A replay reads what is left; the published claims of items that are gone stay. The times of records
	  are the items' own, so retention by time takes old news at once, however short they have been there.
	- **`sco.changes` with a retention.** A subscriber whose cursor lies before the first event that is left is told so and gets the state of
	  `sco.state` instead: `subscribe` with reason `retention`, a client of one's own by the hole in `ce_sequence`, or by a place in
	  `sco.state` that is ahead of its own where no event is left at all.
	- **`sco.changes` compacted.** Events vanish from between others; every late reader meets a hole and takes the snapshot.
	- **`sco.state` with `cleanup.policy=compact,delete`.** Never: slots that have not changed for that long vanish from the snapshot.
	- **`sco.state` or `sco.claims` uncompacted** is right, only larger.
	- **`sco.claims` deleted or truncated.** The state cannot be rebuilt from it; `reset --to-earliest` makes it anew from `news.items`.
	END
}

page() { # page NAME: its text on stdin
	if [ "$mode" = write ]; then cat >"$here/$1"; else diff -u "$here/$1" - || { echo "docs/$1 is stale: docs/pages.sh write $bin"; exit 1; }; fi
}

configuration | page CONFIGURATION.md
metrics | page METRICS.md
topics | page TOPICS.md
