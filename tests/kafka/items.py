# SPDX-License-Identifier: Apache-2.0
"""A seeded stream of news records for torture tests: relevant, irrelevant, malformed, corrected, withdrawn, repeated.

The texts are templates and say what never happened; contradictions are wanted. The same seed and count give the same
records, byte for byte. As a program: python3 items.py SEED COUNT prints the well-formed ones as ninjs JSON lines.
"""
import json
import random
import sys
from typing import NamedTuple

START_MS = 1_700_000_000_000  # the log's time of the first record; one record a second


class Record(NamedTuple):
    kind: str  # relevant, irrelevant, malformed, correction, kill, repeat
    key: bytes
    value: bytes
    timestamp: int  # ms


STATES = ["Kazakhstan", "China", "Russia", "India", "Pakistan", "Uzbekistan", "Tajikistan", "Kyrgyzstan", "Iran", "Belarus"]
CITIES = ["Astana", "Tashkent", "Dushanbe", "Bishkek", "Samarkand", "Qingdao", "Moscow"]
PEOPLE = ["Zhang Ming", "Vladimir Norov", "Rashid Alimov", "Nurlan Yermekbayev", "Dmitry Mezentsev"]
MONTHS = ["January", "March", "May", "June", "July", "September", "October"]
AGENCIES = ["Steppe Wire", "Harbour News", "Delta Press", "The Lowland Courier", "Ridge Agency"]

RELEVANT = [
    "{state} took over the rotating presidency of the Shanghai Cooperation Organization on {month} {day}, {year}.",
    "{state} holds the presidency of the Shanghai Cooperation Organization in {year}.",
    "{person} assumed office as Secretary-General of the Shanghai Cooperation Organization on {month} {day}, {year}.",
    "{person}, Secretary-General of the Shanghai Cooperation Organization, spoke in {city} on {month} {day}, {year}.",
    "{state} became a full member of the Shanghai Cooperation Organization on {month} {day}, {year}.",
    "{state} was granted observer status in the Shanghai Cooperation Organization in {month} {year}.",
    "The summit of the Shanghai Cooperation Organization took place in {city} on {month} {day}, {year}.",
    "{state} will take over the presidency of the Shanghai Cooperation Organization in {year}.",
    "{city} was named the tourism and cultural capital of the Shanghai Cooperation Organization for {year}.",
    "Leaders adopted the {city} Declaration of the Shanghai Cooperation Organization on {month} {day}, {year}.",
]
IRRELEVANT = [
    "The mayor of {city} opened a new tram line on {month} {day}, {year}.",
    "Grain prices rose by three percent in {state} in {month} {year}.",
    "A football club from {city} won the cup for the fifth time.",
    "{person} is the name of a street in {city}, a spokesman said.",
]


def sentence(rng, templates):
    return rng.choice(templates).format(
        state=rng.choice(STATES), city=rng.choice(CITIES), person=rng.choice(PEOPLE), month=rng.choice(MONTHS),
        day=rng.randint(1, 28), year=rng.randint(2003, 2025))


def news_item(rng, uri, version, text, number, status=None):
    """One item in a generation of ninjs chosen by rng."""
    when = f"{2004 + number % 21}-{1 + number % 12:02}-{1 + number % 28:02}T0{number % 10}:00:00Z"
    agency = rng.choice(AGENCIES)
    generation = rng.randint(1, 3)
    head = text.split(".")[0][:70]
    if generation == 1:
        item = {"uri": uri, "versioncreated": when, "headline": head, "body_text": text, "infosource": [{"name": agency}]}
    elif generation == 2:
        item = {"uri": uri, "versioncreated": when, "headlines": [{"value": head}],
                "bodies": [{"contenttype": "text/plain", "value": text}], "infosources": [{"name": agency}]}
    else:
        item = {"uri": uri, "versionCreated": when, "headlines": [{"value": head}],
                "bodies": [{"contentType": "text/plain", "value": text}], "infoSources": [{"name": agency}]}
    if version:
        item["version"] = version
    if status:
        item["pubStatus" if generation == 3 else "pubstatus"] = status
    if rng.random() < 0.8:
        item["language"] = "en"
    return item


def encode(item):
    return json.dumps(item, ensure_ascii=False).encode()


def malformed(rng, uri, number):
    """One record value that no reader may accept; each kind of the list comes in turn."""
    good = news_item(rng, uri, "1", sentence(rng, RELEVANT), number)
    kinds = [
        lambda: b"The Shanghai Cooperation Organization, not JSON",
        lambda: encode(good)[:-7],
        lambda: encode(good).replace(b"Shanghai", b"Shang\xff\xfehai"),
        lambda: encode(good).replace(b"Shanghai", b"\\ud800 Shanghai"),
        lambda: encode(good).replace(b"Shanghai", b"\\u0000Shanghai"),
        lambda: b'{"uri":"u","x":' + b"[" * 1000 + b"]" * 1000 + b',"headline":"Shanghai Cooperation Organization"}',
        lambda: encode({**good, "headline": 5}),
        lambda: encode(good)[:-1] + b', "uri": "twice"}',
        lambda: encode({**good, "pubstatus": "perhaps"}),
        lambda: encode({k: v for k, v in good.items() if k != "uri"}),
        lambda: encode([good]),
        lambda: b"",
    ]
    return kinds[number % len(kinds)]()


def oversized(rng, number):
    return encode(news_item(rng, "urn:test:oversized", "1", "Shanghai Cooperation Organization. " * 300_000, number))


def generate(seed, count):
    """`count` records; about four in ten relevant, two of them corrections or withdrawals of earlier ones."""
    rng = random.Random(seed)
    records, published = [], []  # published: [uri, highest version]
    for number in range(count):
        uri = f"urn:test:{seed}:{number}"
        roll = rng.random()
        if number == count // 3:
            kind, value, uri = "malformed", oversized(rng, number), "urn:test:oversized"
        elif roll < 0.10 and published:
            kind, entry = "correction", rng.choice(published)
            uri, entry[1] = entry[0], entry[1] + 1
            value = encode(news_item(rng, uri, str(entry[1]), sentence(rng, RELEVANT + IRRELEVANT), number))
        elif roll < 0.15 and published:
            kind, entry = "kill", rng.choice(published)
            uri, entry[1] = entry[0], entry[1] + 1
            status = rng.choice(["canceled", "withheld"])
            value = encode(news_item(rng, uri, str(entry[1]), "Withdrawn.", number, status))
        elif roll < 0.18 and records:
            earlier = rng.choice(records)
            kind, uri, value = "repeat", earlier.key.decode(), earlier.value
        elif roll < 0.25:
            kind, value = "malformed", malformed(rng, uri, number)
        elif roll < 0.55:
            kind, value = "irrelevant", encode(news_item(rng, uri, rng.choice(["", "1"]), sentence(rng, IRRELEVANT), number))
        else:
            kind = "relevant"
            text = " ".join(sentence(rng, RELEVANT) for _ in range(rng.randint(1, 3)))
            value = encode(news_item(rng, uri, "1", text, number))
            published.append([uri, 1])
        records.append(Record(kind, uri.encode(), value, START_MS + 1000 * number))
    return records


if __name__ == "__main__":
    for record in generate(int(sys.argv[1]), int(sys.argv[2])):
        if record.kind not in ("malformed", "repeat"):
            sys.stdout.buffer.write(record.value + b"\n")
