#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole way on the samples: producer, extract, fold, view; and what is believed in the end against samples/facts.tsv.

usage: facts.py BIN_DIR SAMPLES

Everything that is printed on the way is held to its schema. The news is replayed twice, forwards and backwards: the view
must say the same. Each fact is asked for with `state --at DAY --json`. GAPS are facts that the rules do not reach yet:
named and counted, and none that holds may stand there for long.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import validate

# (slot, day) of facts that are not reached yet.
GAPS = set()


def run(*command, data=b""):
    done = subprocess.run(command, input=data, capture_output=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr.decode()}")
    return done.stdout


def held_to(kind, lines):
    validator = validate.Validator(kind)
    if not lines:
        yield f"{kind}: nothing was printed"
    for line in lines:
        yield from (f"{kind}: {complaint}" for complaint in validator.complaints(line))


def facts(samples):
    with open(os.path.join(samples, "facts.tsv"), encoding="utf-8") as f:
        return [tuple(line.rstrip("\n").split("\t")) for line in f]


def holds(consumer, view, slot, day, value):
    lines = run(consumer, "state", "--state", view, "--slot", slot, "--at", day, "--json").splitlines()
    values = [s["value"] for s in map(json.loads, lines) if s["status"] == "established"]
    if value.startswith("!"):
        return value[1:] not in values, lines, values
    return values == [value] or (slot.startswith("membership/") and value in values), lines, values


def check(bin_dir, samples, folder):
    producer, consumer = os.path.join(bin_dir, "scowire-producer"), os.path.join(bin_dir, "scowire-consumer")
    files = sorted(glob.glob(os.path.join(samples, "*.jsonl"))) + sorted(glob.glob(os.path.join(samples, "plain", "*.txt")))
    news = run(producer, "-o", "-", *files).splitlines(keepends=True)
    histories = []
    for name, order in (("forwards", news), ("backwards", news[::-1])):
        view = os.path.join(folder, name + ".db")
        changes = run(consumer, "replay", "-", "--state", view, data=b"".join(order)).splitlines()
        histories.append(run(consumer, "state", "--state", view, "--history", "--json"))
        yield from held_to("change-event", changes)
    yield from held_to("history", histories[0].splitlines())
    if histories[0] != histories[1]:
        yield "the news backwards gives another history"
    gaps = set(GAPS)
    rows = facts(samples)
    for slot, day, value in rows:
        ok, lines, values = holds(consumer, os.path.join(folder, "forwards.db"), slot, day, value)
        yield from held_to("history", lines) if lines else ()
        if (slot, day) in gaps:
            gaps.discard((slot, day))
            print(f"{'reached now, take it out of GAPS' if ok else 'gap'}: {slot} on {day} is {value}, not {values}")
        elif not ok:
            yield f"{slot} on {day}: {value} in facts.tsv, but {values} in the view"
    yield from (f"{gap}: a gap that is no fact" for gap in gaps)
    print(f"{len(rows)} facts, {len(GAPS)} gaps")


def main():
    with tempfile.TemporaryDirectory() as folder:
        complaints = list(check(sys.argv[1], sys.argv[2], folder))
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
