#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kcat.sh BROKERS [kcat options]: every change event as a line "sequence type slot data"; -e ends at the end of the topic.
set -eu
brokers=$1
shift
kcat -b "$brokers" -C -t sco.changes -o beginning -q -X isolation.level=read_committed "$@" -f '%h\t%s\n' |
	awk -F '\t' '{
		n = split($1, header, ",")
		for (i = 1; i <= n; i++) {
			at = index(header[i], "=")
			if (at) value[substr(header[i], 1, at - 1)] = substr(header[i], at + 1)
		}
		print value["ce_sequence"], value["ce_type"], value["ce_subject"], $2
	}'
