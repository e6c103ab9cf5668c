#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole way on the samples: producer, extract, fold, view; and what is believed in the end against samples/facts.tsv.

usage: facts.py BIN_DIR SAMPLES

Three times: replayed forwards, replayed backwards, and through the topics of the file transport (run --until-end), with
the malformed items of samples/bad among them. The three views must say the same. Everything that is printed or published
on the way is held to its schema, and the dead letters carry the reasons that samples/README.md lists. Each fact is asked for with `state --at DAY --json`. GAPS are facts that the rules do not reach yet:
named and counted, and none that holds may stand there for long.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import journal
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


def dead_letters(records, samples):
    """The reasons, as samples/README.md has them: | `file` | reason |"""
    with open(os.path.join(samples, "README.md"), encoding="utf-8") as f:
        want = sorted(m[1] for m in re.finditer(r"^\| `[a-z0-9-]+\.jsonl` \| (.* at byte \d+) \|$", f.read(), re.M))
    got = sorted(dict(r.headers)[b"__connect.errors.exception.message"].decode() for r in records)
    if not want or got != want:
        yield f"dead letters: {got}, but README.md says {want}"


def proofs(data):
    """An event quotes the item that caused it, where that item speaks of the slot; else the spell it is about."""
    said = {r.key.decode(): json.loads(r.value) for r in journal.read(data, "sco.claims")}
    closed = 0
    for r in journal.read(data, "sco.changes"):
        change, cause = json.loads(r.value), said[dict(r.headers)[b"ce_causationid"].decode()]
        spell = change["after"] or change["before"]
        claims = [c for c in cause["claims"] if c["slot"] == change["slot"] and c["modality"] != "proposed"]
        first = [c for c in claims if c["value"] == spell["value"]] or claims
        quotes, firsts, own = ([(e["start"], e["exact"]) for e in proof] for proof in (
            [c["evidence"][0] for c in claims], [c["evidence"][0] for c in first], spell["evidence"]))
        got = [(e["start"], e["exact"]) for e in change["evidence"]]
        if not got or (got != own if not claims else got[0] not in firsts or not set(got) <= set(quotes)):
            yield f"{change['op']} {change['slot']} quotes {got}, not {quotes or own}"
        closed += change["op"] == "closed" and got != own
    if not closed:
        yield "no spell was closed by the sentence of another item: the samples tell of hand-overs"


def through_topics(producer, consumer, samples, files, folder):
    """Publishes, runs both stages to the end, and looks at every topic and at what a subscriber gets."""
    data = os.path.join(folder, "topics")
    done = subprocess.run([producer, "--data", data, *files, os.path.join(samples, "bad")], capture_output=True, timeout=120)
    if done.returncode != 0:
        yield f"producer: exit code {done.returncode}: {done.stderr.decode()}"
    run(consumer, "run", "--until-end", "--data", data)
    for topic, kind in (("sco.claims", "claims"), ("sco.changes", "change"), ("sco.state", "state")):
        yield from held_to(kind, [r.value for r in journal.read(data, topic)])
    for topic, kind in (("sco.changes", "change-headers"), ("news.items.dlq", "dead-letter-headers")):
        yield from held_to(kind, [validate.canonical({k.decode(): v.decode() for k, v in r.headers}).encode()
                                  for r in journal.read(data, topic)])
    yield from dead_letters(journal.read(data, "news.items.dlq"), samples)
    yield from proofs(data)
    yield from held_to("subscribe-line", run(consumer, "subscribe", "--data", data, "--until-end").splitlines())


def check(bin_dir, samples, folder):
    producer, consumer = os.path.join(bin_dir, "scowire-producer"), os.path.join(bin_dir, "scowire-consumer")
    files = sorted(glob.glob(os.path.join(samples, "*.jsonl"))) + sorted(glob.glob(os.path.join(samples, "plain", "*.txt")))
    yield from through_topics(producer, consumer, samples, files, folder)
    news = run(producer, "-o", "-", *files).splitlines(keepends=True)
    histories = []
    for name, order in (("forwards", news), ("backwards", news[::-1])):
        view = os.path.join(folder, name + ".db")
        changes = run(consumer, "replay", "-", "--state", view, data=b"".join(order)).splitlines()
        histories.append(run(consumer, "state", "--state", view, "--history", "--json"))
        yield from held_to("change-event", changes if order is news else changes[-1:])
    histories.append(run(consumer, "state", "--state", os.path.join(folder, "topics", "state.db"), "--history", "--json"))
    yield from held_to("history", histories[0].splitlines())
    if histories[0] != histories[1]:
        yield "the news backwards gives another history"
    if histories[0] != histories[2]:
        yield "the news through topics gives another history"
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
