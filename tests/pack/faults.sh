#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# faults.sh CONSUMER DIR: each row of faults.tsv spoils the pack in DIR/base, and `check` must say so and where.
set -eu
consumer=$1 dir=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export XDG_CACHE_HOME="$tmp/cache"
rows=0 failed=0
tab=$(printf '\t')
while IFS="$tab" read -r script code text; do
	case $script in '#'*) continue ;; esac
	rows=$((rows + 1))
	cp "$dir"/base/*.yaml "$tmp/"
	sed "$script" "$dir/base/words.yaml" >"$tmp/words.yaml"
	got=0
	"$consumer" check "$tmp" >"$tmp/out" 2>&1 || got=$?
	if [ "$got" != "$code" ] || ! grep -q -- "$text" "$tmp/out"; then
		echo "row $rows ($script): exit $got, wanted $code with: $text"
		cat "$tmp/out"
		failed=1
	fi
done <"$dir/faults.tsv"
[ "$rows" -ge 15 ] || { echo "only $rows rows were read"; exit 1; }
exit $failed
