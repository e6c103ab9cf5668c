# SPDX-License-Identifier: Apache-2.0
"""News items of three kilobytes for ./dev bench, as ninjs JSON lines; the same every time.

usage: wire.py LANGUAGE KIND COUNT
LANGUAGE: en, ru, zh.  KIND: relevant (a tenth to a quarter of the text speaks of the organisation, the rest is ordinary
prose), dense (all of it does), irrelevant (none; one sentence in eight has letters or words like those of its names).
"""
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = 3000  # bytes of an item, about


def prose():
    """Sentences by language and by near-LANGUAGE."""
    found = {}
    with open(os.path.join(HERE, "prose.txt"), encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                kind, sentence = line.rstrip("\n").split("\t")
                found.setdefault(kind, []).append(sentence)
    return found


def own_items(language):
    """Headline and paragraphs of the items of tests/quality that speak of the organisation."""
    names = {"en": ("Shanghai Cooperation", "SCO"), "ru": ("ШОС", "Шанхайск"), "zh": ("上合", "上海合作")}[language]
    with open(os.path.join(HERE, "..", "quality", "items.jsonl"), encoding="utf-8") as f:
        for item in map(json.loads, f):
            if item.get("language") == language and any(n in item["body_text"] for n in names):
                yield item.get("headline", ""), item["body_text"].split("\n\n")


def encode(uri, language, number, headline, paragraphs):
    item = {"uri": uri, "type": "text", "language": language, "pubstatus": "usable", "headline": headline,
            "versioncreated": f"{2005 + number % 20}-{1 + number % 12:02}-{1 + number % 28:02}T08:00:00Z",
            "body_text": "\n\n".join(paragraphs), "infosource": [{"name": f"Wire {number % 9}"}]}
    return json.dumps(item, ensure_ascii=False)


def size(paragraphs):
    return sum(len(p.encode()) + 2 for p in paragraphs)


def paragraph(rng, language, sentences, near):
    """Three or four ordinary sentences; every eighth is a near miss where those are wanted."""
    chosen = [rng.choice(near if near and rng.random() < 0.125 else sentences) for _ in range(rng.randint(3, 4))]
    return ("" if language == "zh" else " ").join(chosen)


def items(language, kind, count):
    rng = random.Random(f"{language} {kind}")
    sentences, own = prose(), list(own_items(language))
    near = sentences["near-" + language] if kind == "irrelevant" else None
    for number in range(count):
        headline, paragraphs = sentences[language][number % len(sentences[language])][:60], []
        if kind != "irrelevant":
            headline, paragraphs = own[number % len(own)]
            paragraphs = list(paragraphs)
        while size(paragraphs) < SIZE - 550:
            if kind == "dense":
                paragraphs += rng.choice(own)[1]
            else:
                paragraphs.append(paragraph(rng, language, sentences[language], near))
        yield encode(f"urn:bench:{language}:{kind}:{number}", language, number, headline, paragraphs)


if __name__ == "__main__":
    for line in items(sys.argv[1], sys.argv[2], int(sys.argv[3])):
        print(line)
