#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# consumer.sh PROGRAM: rows of "exit code | where the text must stand | text | arguments".
set -u
program=$1
failed=0 n=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

row() { # row CODE out|err TEXT ARGUMENT...
	code=$1 where=$2 text=$3
	shift 3
	n=$((n + 1))
	"$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	if [ $got -ne "$code" ] || ! grep -qF -- "$text" "$tmp/$where"; then
		echo "not ok: scowire-consumer $*: exit $got (want $code), std$where wants '$text':"
		cat "$tmp/out" "$tmp/err"
		failed=1
	fi
}

row 0 out 'usage: scowire-consumer COMMAND' --help
row 0 out 'scowire-consumer 0.' --version
row 0 out '| `transaction-records` |' --configuration
row 0 out 'librdkafka 2.' --version
row 0 out '| `scowire_records_total` | counter | stage, `outcome="emitted"`' --metrics
row 0 out '| `sco.claims` | 1, required | `cleanup.policy=compact`' --topics
row 2 err 'usage: scowire-consumer COMMAND'
row 2 err "no command 'walk'" walk
row 0 out '--transport kafka|files' run --help
row 2 err "--transport: transport takes one of kafka, files, not 'pigeon'" run --transport pigeon
row 2 err '--frobnicate is no option' run --frobnicate
row 2 err '--transaction-records: transaction-records takes an integer from 1 to 10000000, not' run --transaction-records 0
row 3 err '/nowhere.conf: No such file or directory' run --config /nowhere.conf

echo 'colour = blue' >"$tmp/bad.conf"
row 3 err "bad.conf:1: scowire-consumer has no option 'colour'" run --config "$tmp/bad.conf"

# A write that fails must not look like success.
if [ -w /dev/full ]; then
	n=$((n + 1))
	"$program" --help >/dev/full 2>"$tmp/err"
	[ $? -eq 1 ] && grep -q 'standard output: No space left' "$tmp/err" || { echo "not ok: a full disk goes unseen"; failed=1; }
fi
echo "$n rows"
exit $failed
