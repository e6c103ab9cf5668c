#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The samples through both programs as a pipe: scowire-producer -o - FILES | scowire-consumer extract.

usage: samples.py BIN_DIR SAMPLES

Every item gives one line, in order, that the claims schema accepts; every quote is byte for byte the text it points at, as
published; and a second run gives the same bytes.
"""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import validate


def run(command, data=b""):
    done = subprocess.run(command, input=data, capture_output=True, timeout=120)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def published(item, field):
    """The text that evidence counts in."""
    if field == "headline":
        return item.get("headline") or item["headlines"][0]["value"]
    return item.get("body_text") or item.get("body_html") or item["bodies"][0]["value"]


def judge(items, lines, validator):
    if len(items) != len(lines):
        yield f"{len(items)} items, but {len(lines)} lines"
    quotes = 0
    for item, line in zip(items, lines):
        yield from (f"{item['uri']}: {c}" for c in validator.complaints(line))
        record = json.loads(line)
        if record["uri"] != item["uri"]:
            yield f"{item['uri']}: the line of {record['uri']} stands in its place"
        for claim in record["claims"]:
            for e in claim["evidence"]:
                quotes += 1
                if published(item, e["field"]).encode()[e["start"]:e["end"]] != e["exact"].encode():
                    yield f"{item['uri']}: {claim['slot']}: the quote is not in the text: {e}"
    print(f"{len(items)} items, {quotes} quotes")
    if quotes < 50:
        yield f"only {quotes} quotes: the samples say more than that"


def main():
    bin_dir, samples = sys.argv[1], sys.argv[2]
    files = sorted(glob.glob(os.path.join(samples, "*.jsonl"))) + sorted(glob.glob(os.path.join(samples, "plain", "*.txt")))
    news = run([os.path.join(bin_dir, "scowire-producer"), "-o", "-", *files])
    claims = run([os.path.join(bin_dir, "scowire-consumer"), "extract"], news)
    complaints = list(judge([json.loads(line) for line in news.splitlines()], claims.splitlines(), validate.Validator("claims")))
    if run([os.path.join(bin_dir, "scowire-consumer"), "extract"], news) != claims:
        complaints.append("a second run gives other bytes")
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
