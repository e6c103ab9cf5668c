#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The gate keeps out nothing that claims something: with and without it the claims are the same.

usage: gate.py BIN
On the own and unseen items, on the development set and the news around it where they are here, and on the own items with
the organisation's names spelt in many ways: as JSON escapes, in full width, with soft hyphens, marks and tags inside.
exit code: 0 the same, 1 not
"""
import json
import pathlib
import random
import subprocess
import sys

from quality import CORPUS, HERE

NAMES = ("Shanghai Cooperation", "SCO", "ШОС", "Шанхайск", "上海合作", "上合")
HIDDEN = ("\u00ad", "\u200b", "\u200d", "\ufeff")


def wide(letter):
    return chr(ord(letter) - 0x21 + 0xFF01) if "!" < letter < "\x7f" else letter


def disguised(rng, name, markup):
    """The name with some of its letters written in another way that the reader of items undoes."""
    out = []
    for letter in name:
        how = rng.randrange(9)
        if how == 0:
            letter = wide(letter)
        elif how == 1:
            letter += rng.choice(HIDDEN)
        elif how == 2 and markup:
            letter = f"&#{ord(letter)};" if rng.random() < 0.5 else f"&#x{ord(letter):x};"
        elif how == 3 and markup:
            letter = rng.choice(("<b>{}</b>", "<span class=\"a > b\">{}</span>", "{}&shy;")).format(letter)
        elif how == 4 and letter == "й":
            letter = "и\u0306"
        elif how == 5 and letter == " ":
            letter = rng.choice(("\u00a0", "\n", "  "))
        out.append(letter)
    return "".join(out)


def generated(items, seed):
    """Each item with its names disguised, in plain text or mark-up; half of them in ASCII-only JSON."""
    rng = random.Random(seed)
    for item in items:
        markup, text, head = rng.random() < 0.5, item.pop("body_text", ""), item.get("headline", "")
        if markup:
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        for name in NAMES:
            text = disguised(rng, name, markup).join(text.split(name))
            head = disguised(rng, name, False).join(head.split(name))
        item["headline"] = head
        item["body_xhtml" if markup else "body_text"] = f"<p>{text}</p>" if markup else text
        line = json.dumps(item, ensure_ascii=rng.random() < 0.5)
        yield line.replace("<", "\\u003c") if rng.random() < 0.2 else line


def claims(binary, lines, gate):
    out = subprocess.run([binary, "extract", gate], input="\n".join(lines).encode(), check=True, capture_output=True).stdout
    return [json.loads(line)["claims"] for line in out.splitlines()]


def differences(binary, lines):
    found = list(zip(lines, claims(binary, lines, "--gate"), claims(binary, lines, "--no-gate"), strict=True))
    return [line for line, gated, free in found if gated != free], sum(1 for _, _, free in found if free)


def read(path):
    return path.read_text(encoding="utf-8").splitlines()


def main():
    binary = pathlib.Path(sys.argv[1]) / "scowire-consumer"
    own = read(HERE / "items.jsonl")
    sets = {"own": own}
    if (HERE / "unseen").exists():
        sets["unseen"] = read(HERE / "unseen" / "items.jsonl")
    for name in ("items.jsonl", "background.jsonl"):
        if (CORPUS / name).exists():
            sets[f"corpus {name}"] = read(CORPUS / name)
        else:
            print(f"skipped by name: {CORPUS / name} is not here")
    for seed in range(4):
        sets[f"own, disguised {seed}"] = list(generated(map(json.loads, own), seed))
    bad = False
    for name, lines in sets.items():
        wrong, claiming = differences(binary, lines)
        bad |= bool(wrong) or (name.startswith("own") and claiming < len(lines) // 4)
        print(f"{name}: {len(lines)} items, {claiming} claim something, {len(wrong)} of them kept out by the gate")
        for line in wrong[:3]:
            print(f"  {line[:300]}")
    return bad


if __name__ == "__main__":
    sys.exit(main())
