#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh FOLDER: installs AsyncAPI's parser into FOLDER once (npm ci, no scripts run) and checks schemas/asyncapi.yaml with it.
# SCOWIRE_SKIP_ASYNCAPI=1 skips it by name; without Node or the packages it fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
folder=$1
if [ "${SCOWIRE_SKIP_ASYNCAPI:-}" = 1 ]; then
	echo "skipped by name: AsyncAPI's parser (SCOWIRE_SKIP_ASYNCAPI=1)"
	exit 77
fi
command -v node >/dev/null && command -v npm >/dev/null || {
	echo "needs node (18 or newer) and npm: apt-get install nodejs npm; or set SCOWIRE_SKIP_ASYNCAPI=1"
	exit 1
}
mkdir -p "$folder"
if ! cmp -s "$here/package-lock.json" "$folder/installed.json"; then
	cp "$here/package.json" "$here/package-lock.json" "$folder/"
	(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	cp "$here/package-lock.json" "$folder/installed.json"
fi
cp "$here/check.mjs" "$folder/"
cd "$folder"
exec node check.mjs "$root/schemas/asyncapi.yaml" "$root/docs/TOPICS.md"
