#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The samples through both programs as a pipe: scowire-producer -o - FILES | scowire-consumer extract.

usage: samples.py BIN_DIR SAMPLES

Every item gives one line, in order, that the claims schema accepts; every quote is byte for byte the text it points at, as
published; a second run gives the same bytes; items about somebody else say nothing; copies and citations are known as such.
"""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import validate


PREFIX = "urn:example:scowire:"
SAY_NOTHING = ("2007-08-22:unix", "2009-07-01:eu-chair", "2017-01-01:security-council", "2022-11-12:asean", "2023-05-05:goa",
               "2025-10-26:asean", "2025-11-27:csto", "2025-12-01:brics", "2026-06-16:football")


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


def judge_origins(records):
    """What the samples say of silence, copies and citations, by uri."""
    for name in SAY_NOTHING:
        if records[PREFIX + name]["claims"]:
            yield f"{name}: says something of the organisation: {records[PREFIX + name]['claims']}"
    original, copy = records[PREFIX + "2022-09-16:samarkand"], records[PREFIX + "2022-09-16:samarkand-copy"]
    if original["fingerprint"] != copy["fingerprint"] or original["source"] == copy["source"]:
        yield "samarkand-copy: not known as a copy"
    if records[PREFIX + "2022-09-17:samarkand-cited"]["cited"] != "TASS":
        yield "samarkand-cited: not known as a citation"


def main():
    bin_dir, samples = sys.argv[1], sys.argv[2]
    files = sorted(glob.glob(os.path.join(samples, "*.jsonl"))) + sorted(glob.glob(os.path.join(samples, "plain", "*.txt")))
    news = run([os.path.join(bin_dir, "scowire-producer"), "-o", "-", *files])
    claims = run([os.path.join(bin_dir, "scowire-consumer"), "extract"], news)
    complaints = list(judge([json.loads(line) for line in news.splitlines()], claims.splitlines(), validate.Validator("claims")))
    if run([os.path.join(bin_dir, "scowire-consumer"), "extract"], news) != claims:
        complaints.append("a second run gives other bytes")
    records = {r["uri"]: r for r in map(json.loads, claims.splitlines())}
    complaints += judge_origins(records)
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
