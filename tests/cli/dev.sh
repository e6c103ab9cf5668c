#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./dev as a user meets it: help, wrong usage, and what setup says where it may not install.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

# row EXPECTED_EXIT WHERE(out|err) PATTERN COMMAND...: runs it and looks for the pattern.
row() {
	want=$1 where=$2 pattern=$3
	shift 3
	"$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	if [ $code -ne "$want" ]; then
		echo "not ok: $* ended with $code, $want wanted"
		failed=1
	elif ! grep -qe "$pattern" "$tmp/$where"; then
		echo "not ok: $* says nothing like '$pattern' on $where:"
		cat "$tmp/$where"
		failed=1
	fi
}

row 0 out '^usage: ./dev' "$root/dev" help
row 0 out '^usage: ./dev' "$root/dev"
row 2 err 'no such command: frobnicate' "$root/dev" frobnicate
row 2 err "not 'nightly'" "$root/dev" build nightly
row 2 err "not 'everything'" "$root/dev" setup everything
row 2 err "not '--slow'" "$root/dev" lint --slow
row 0 out librdkafka-dev "$root/dev" packages build
row 2 err 'no such command: restart' "$root/dev" kafka restart
row 1 err 'no broker runs' "$root/dev" kafka status "$tmp/none"
row 0 err 'no broker runs' "$root/dev" kafka stop "$tmp/none"

# A machine without the right to install: not root, no sudo, one package missing.
mkdir "$tmp/bin"
printf '#!/bin/sh\necho 1000\n' >"$tmp/bin/id"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/sudo"
# shellcheck disable=SC2016  # the stub expands them
printf '#!/bin/sh\nfor p; do :; done; [ "$p" = jansson ] || [ "$p" = libjansson-dev ] || echo "ii "\n' >"$tmp/bin/dpkg-query"
chmod +x "$tmp/bin/"*
row 1 err 'run: sudo apt-get install -y --no-install-recommends libjansson-dev$' env PATH="$tmp/bin:$PATH" "$root/dev" setup build
# shellcheck disable=SC2015  # either fault is one
# With everything installed it says and does nothing.
said=$(env PATH="$tmp/bin:$PATH" "$root/dev" setup lint 2>&1) && [ -z "$said" ] || {
	echo "not ok: setup with nothing to install says: $said"
	failed=1
}

[ $failed -eq 0 ] && echo "ok"
exit $failed
