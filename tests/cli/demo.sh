#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./dev demo tells the story of the samples: the rows that a newcomer looks for are there, each with its quote, and the
# subscriber got every change.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$("$root/dev" demo 2>/dev/null) || {
	echo "not ok: ./dev demo failed"
	exit 1
}
failed=0
row() {
	printf '%s\n' "$out" | grep -Eq "$1" || {
		echo "not ok: no row like '$1'"
		failed=1
	}
}
row '^presidency +KZ +2023-07.* established .*"'
row '^presidency +CN +2024-07-04 .* established .*"'
row '^presidency +KG +2025-09-01 .* established .*"'
row '^secretary-general +Zhang Ming +2022-01-01 +2025-01-01 +established .*"'
row '^secretary-general +Nurlan Yermekbayev +2025-01-01 .* established .*"'
row '^membership/IN +member +2017-06-09 .* established .*"'
row '^membership/IR +member +2023-07-04 .* established .*"'
row '^membership/BY +member +2024-07-04 .* established .*"'
counts=$(printf '%s\n' "$out" | sed -n 's/^[0-9]* items made \([0-9]*\) changes; a subscriber got \([0-9]*\) .*/\1 \2/p')
[ -n "$counts" ] && [ "${counts% *}" = "${counts#* }" ] || {
	echo "not ok: changes published and received: $counts"
	failed=1
}
[ $failed -eq 0 ] && echo "ok"
exit $failed
