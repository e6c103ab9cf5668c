# SPDX-License-Identifier: Apache-2.0
"""Reads a topic of the file transport; common/journal/journal.h has the format. Only committed bytes count."""
import os
import re
from typing import NamedTuple, Optional


class Record(NamedTuple):
    timestamp: int
    key: Optional[bytes]
    value: Optional[bytes]
    headers: tuple  # of (name, value), both bytes


def committed(folder, topic):
    with open(os.path.join(folder, "commit"), encoding="utf-8") as f:
        found = re.search(rf"^log {re.escape(topic)} (\d+)$", f.read(), re.M)
    return int(found[1]) if found else 0


def read(folder, topic):
    """All records of the topic."""
    end = committed(folder, topic)
    if not end:
        return []
    with open(os.path.join(folder, topic + ".log"), "rb") as f:
        data = f.read(end)
    records, at = [], 0

    def line():
        nonlocal at
        stop = data.index(b"\n", at)
        words, at = data[at:stop].split(b" "), stop + 1
        return words

    def take(n):
        nonlocal at
        piece, at = data[at:at + max(n, 0)], at + max(n, 0)
        return piece if n >= 0 else None

    while at < end:
        _, timestamp, key, value, n = line()
        headers = []
        for _ in range(int(n)):
            name_bytes, value_bytes = map(int, line())
            headers.append((take(name_bytes), take(value_bytes)))
            at += 1
        record_key = take(int(key))
        at += 1
        record_value = take(int(value))
        at += 1
        records.append(Record(int(timestamp), record_key, record_value, tuple(headers)))
    return records
