#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: second.sh BIN_DIR FOLDER
# Another organisation is another pack and no C: the Chess Club of Nations (FOLDER/base) through both programs, with
# topics of its own; what is believed in the end and what was published is in FOLDER/second/want.txt.
set -eu
bin=$1 folder=$2
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
"$bin/scowire-producer" --transport files --data "$data" "$folder/second/items.jsonl" 2>"$data/log"
"$bin/scowire-consumer" run --transport files --data "$data" --pack "$folder/base" --until-end \
	2>"$data/log" || { cat "$data/log"; exit 1; }
{
	"$bin/scowire-consumer" state --state "$data/state.db" --history --json
	"$bin/scowire-consumer" subscribe --transport files --data "$data" --organisation club --from 1 --until-end \
		--format text 2>"$data/log"
} >"$data/got.txt"
[ -e "$data/club.changes.log" ] || { echo "no topic club.changes"; ls "$data"; exit 1; }
diff -u "$folder/second/want.txt" "$data/got.txt"
