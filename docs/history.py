# SPDX-License-Identifier: Apache-2.0
"""docs/history.py CONSUMER ITEMS TITLE > docs/HISTORY.md: what is believed once all of ITEMS (ninjs lines) is read, as a page,
and for what is disputed the statements for and against. No text of the items is printed, only what they amount to."""
import json
import os
import subprocess
import sys
import tempfile

consumer, items, title = sys.argv[1:]


def run(*args):
    return subprocess.run([consumer, *args], check=True, capture_output=True, text=True).stdout


def bound(r):
    lo, hi = r["lo"], r["hi"]
    if lo == hi:
        return lo or "?"
    if lo and hi and lo[:4] == hi[:4] and lo.endswith("-01-01") and hi.endswith("-12-31"):
        return lo[:4]
    if lo and hi and lo[:7] == hi[:7] and lo.endswith("-01") and int(hi[8:]) >= 28:
        return lo[:7]
    return f"{lo or ''}..{hi or ''}" if lo or hi else "?"


def date(s):
    names = [("begin", s["begin"]), ("end", s["end"]), ("at", s["holds_at"])]
    return ", ".join(f"{n} {d}" for n, d in names if d) or "undated"


with tempfile.TemporaryDirectory() as folder:
    view = os.path.join(folder, "view.db")
    changes = run("replay", items, "--state", view).splitlines()
    spells = [json.loads(line) for line in run("state", "--state", view, "--history", "--json").splitlines()]
    disputed = sorted({s["slot"] for s in spells if s["status"] == "disputed"})
    why = {slot: [json.loads(line) for line in run("state", "--state", view, "--history", "--why", "--json", "--slot",
                                                    slot).splitlines() if '"verdict"' in line] for slot in disputed}

with open(items, encoding="utf-8") as f:
    count = sum(1 for line in f if line.strip())
print(f"""# {title}

Made by `docs/history.py` from {count} items, which became {len(changes)} changes and {len(spells)} spells. Texts of the items are not
shown. A bound with `..` is uncertain between the two days; `*`: no claim states it, it was derived or follows from a neighbour.
Origins: independent ones, counted up to 8.

| slot | value | begin | end | status | origins |
| --- | --- | --- | --- | --- | ---: |""")
for s in spells:
    star = {w: "*" if any(i.startswith(w) for i in s["inferred"]) else "" for w in ("begin", "end")}
    print(f"| {s['slot']} | {s['value']} | {bound(s['begin'])}{star['begin']} | {bound(s['end'])}{star['end']} | {s['status']} "
          f"| {s['support']['origins']} |")
print("""
## What is disputed, and why

The statements of a disputed slot that do not simply agree: weight is in sixteenths of an independent origin, margin is what the
best reading would lose by following the statement (under 6 it is no decision).
""")
for slot in disputed:
    print(f"**{slot}**\n\n| verdict | margin | weight | statement |\n| --- | ---: | ---: | --- |")
    for s in why[slot]:
        if s["verdict"] in ("for", "undated", "superseded"):
            continue
        print(f"| {s['verdict']} | {s['margin']} | {s['weight']} | {s['value']} {s['modality']}, {date(s)} |")
    print()
