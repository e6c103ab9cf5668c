#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the claims of an extractor against a gold file, with floors. README.md says what is counted.

usage: quality.py own|unseen|corpus BIN [-v]   -v names what was missed or wrong; not of unseen, or it would not be that
exit code: 0 all floors held, 1 one missed, 77 the set is not here (skipped)
"""
import collections
import json
import pathlib
import subprocess
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[2] / "shared" / "corpus"
KINDS = {"presidency", "secretary-general", "rats-director", "membership", "summit", "year-theme", "culture-capital"}


def kind(slot):
    return slot.split("/")[0]


def words(text):
    text = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split()


def near(a, b):
    """At most two edits apart: transliterations of one surname."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1] <= 2


def same_value(gold, claim):
    mine = words(claim["value"])
    for form in (gold.get("value"), gold.get("value_src"), *gold.get("value_alt", [])):
        theirs = words(form)
        if not theirs or not mine:
            continue
        if sorted(mine) == sorted(theirs) or "".join(mine) == "".join(theirs):
            return True
        if kind(gold["slot"]) in ("secretary-general", "rats-director"):
            if len(theirs[-1]) > 4 and near(theirs[-1], mine[-1]):
                return True
        if kind(gold["slot"]) == "year-theme":
            a, b = set(mine), set(theirs)
            if a <= b or b <= a or 2 * len(a & b) >= len(a | b):
                return True
    return False


def same_dates(gold, claim):
    begin, end, holds = (None if d in claim.get("derived", ()) else claim.get(d) for d in ("begin", "end", "holds_at"))
    if gold.get("begin") or gold.get("end"):
        return (begin, end) == (gold.get("begin"), gold.get("end"))
    return not begin and not end and (not gold.get("holds_at") or holds == gold["holds_at"])


def compare(gold_claims, claims):
    """The claims of one item: a Counter of gold, found, loose, strict, and what was missed or wrong."""
    count, faults, left = collections.Counter(), [], []
    for c in claims:
        if kind(c["slot"]) in KINDS and c not in left:
            left.append(c)
    todo = list(gold_claims)
    for level in ("strict", "loose"):
        for g in list(todo):
            hit = next((c for c in left if c["slot"] == g["slot"] and c["modality"] == g["modality"] and same_value(g, c)
                        and (level == "loose" or same_dates(g, c))), None)
            if hit is None:
                continue
            left.remove(hit)
            todo.remove(g)
            if g.get("optional"):
                continue
            count.update(["gold", "found", "loose"] + (["strict"] if level == "strict" else []))
            if level == "loose":
                faults.append(("dates", g, hit))
    for g in todo:
        if not g.get("optional"):
            count["gold"] += 1
            faults.append(("missed", g, None))
    for c in left:
        count["found"] += 1
        faults.append(("wrong", None, c))
    if not gold_claims:
        count["on_empty"] += sum(c["modality"] == "asserted" for c in left)
    return count, faults


def ratios(count, level):
    p = count[level] / count["found"] if count["found"] else 1.0
    r = count[level] / count["gold"] if count["gold"] else 1.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def bad_quotes(items, lines):
    bad = 0
    for item, line in zip(items, lines):
        for claim in line["claims"]:
            for e in claim["evidence"]:
                text = (item.get("headline" if e["field"] == "headline" else "body_text") or "").encode()
                bad += text[e["start"]:e["end"]] != e["exact"].encode() or not e["exact"]
    return bad


def extract(program, items_file):
    items = [json.loads(line) for line in items_file.open(encoding="utf-8")]
    with items_file.open("rb") as f:
        out = subprocess.run([program, "extract"], stdin=f, stdout=subprocess.PIPE, check=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    if [i["uri"] for i in items] != [line["uri"] for line in lines]:
        sys.exit("extract did not print a line for every item, in order")
    return items, lines


def main():
    which, binary = sys.argv[1], pathlib.Path(sys.argv[2])
    verbose = "-v" in sys.argv and which != "unseen"
    folder = {"own": HERE, "unseen": HERE / "unseen", "corpus": CORPUS}[which]
    if not (folder / "gold.jsonl").exists():
        print(f"skipped: no {which} set at {folder}")
        return 77
    floors = json.loads((HERE / "floors.json").read_text())[which]
    gold = {g["id"]: g for g in map(json.loads, (folder / "gold.jsonl").open(encoding="utf-8"))}
    items, lines = extract(binary / "scowire-consumer", folder / "items.jsonl")
    tally = collections.defaultdict(collections.Counter)
    for line in lines:
        g = gold[line["uri"].rsplit(":", 1)[-1]]
        count, faults = compare(g["claims"], line["claims"])
        tally["all"] += count
        tally[g["lang"]] += count
        for what, a, b in faults if verbose else ():
            print(g["id"], what, {k: v for k, v in (a or b).items() if v and k != "evidence"}, (b or {}).get("rule", ""))
    measured = {}
    for name, count in sorted(tally.items()):
        strict, loose = ratios(count, "strict"), ratios(count, "loose")
        measured |= {f"{name}.strict_f1": strict[2], f"{name}.strict_p": strict[0], f"{name}.loose_p": loose[0], f"{name}.loose_f1": loose[2]}
        print(f"{name:4} gold {count['gold']:4} found {count['found']:4}  strict P {strict[0]:.3f} R {strict[1]:.3f} F1 {strict[2]:.3f}"
              f"  loose P {loose[0]:.3f} R {loose[1]:.3f} F1 {loose[2]:.3f}")
    missed = [f"{k}: {measured[k]:.3f} is under {v}" for k, v in floors.items() if measured[k] < v]
    wrong = bad_quotes(items, lines)
    if wrong:
        missed.append(f"{wrong} quotes do not match their text")
    if which == "corpus" and (CORPUS / "background.jsonl").exists():
        background = sum(len(line["claims"]) for line in extract(binary / "scowire-consumer", CORPUS / "background.jsonl")[1])
        if background:
            missed.append(f"{background} claims on items that do not mention the organisation")
    print(f"asserted claims on items that state nothing: {tally['all']['on_empty']}; wrong quotes: {wrong}")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
