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

page() { # page NAME: its text on stdin
	if [ "$mode" = write ]; then cat >"$here/$1"; else diff -u "$here/$1" - || { echo "docs/$1 is stale: docs/pages.sh write $bin"; exit 1; }; fi
}

configuration | page CONFIGURATION.md
