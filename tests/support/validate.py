#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Validates records against schemas/ with python3-jsonschema, a validator that is not ours.

usage: validate.py KIND [FILE...]      KIND: news-item, claims, change, change-headers, change-event, state, history:
                                       schemas/KIND.schema.json

Reads JSON lines from the files, else from standard input. For everything but news items, whose bytes are their
publisher's, it also wants canonical JSON: sorted keys, no white space, UTF-8 unescaped.
Exit code 0 and a count when all are valid, 1 with one line per complaint when not, or when there was nothing to validate.

Other tests import it: Validator("claims").complaints(line) gives a list of strings, empty when all is well.
"""
import json
import os
import sys

import jsonschema

SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas")
BASE = "https://scowire.example/schemas/"  # of the $id; an example domain: nothing is fetched


def refuse_duplicates(pairs):
    keys = [k for k, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"duplicate key {key}")
    return dict(pairs)


def load(data):
    """Strict JSON: UTF-8, no duplicate keys, no NaN."""
    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    try:
        return json.loads(text, object_pairs_hook=refuse_duplicates, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def schemas():
    """All of schemas/, by $id: they refer to each other."""
    store = {}
    for name in sorted(os.listdir(SCHEMAS)):
        if name.endswith(".schema.json"):
            with open(os.path.join(SCHEMAS, name), encoding="utf-8") as f:
                schema = json.load(f)
            jsonschema.Draft202012Validator.check_schema(schema)
            store[schema["$id"]] = schema
    return store


class Validator:
    def __init__(self, kind):
        self.kind = kind
        store = schemas()
        schema = store[BASE + kind + ".schema.json"]
        self.validator = jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(schema["$id"], schema, store=store))

    def of_value(self, value):
        found = []
        for error in self.validator.iter_errors(value):
            while error.context:  # of alternatives, the one that was meant: the deepest that fails
                error = max(error.context, key=lambda e: len(e.absolute_path))
            found.append(f"{'/'.join(map(str, error.absolute_path)) or '.'}: {error.message}")
        return sorted(found)

    def complaints(self, data):
        """data: the bytes or text of one record."""
        try:
            value = load(data)
        except ValueError as e:
            return [f"not JSON: {e}"]
        found = self.of_value(value)
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        if self.kind != "news-item" and not found and canonical(value) != text:
            found.append("valid, but not canonical JSON")
        return found


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    validator, n, bad = Validator(sys.argv[1]), 0, 0
    for name in sys.argv[2:] or ["-"]:
        with (sys.stdin.buffer if name == "-" else open(name, "rb")) as f:
            for number, line in enumerate(f, 1):
                n += 1
                for complaint in validator.complaints(line.rstrip(b"\n")):
                    bad += 1
                    print(f"{name}:{number}: {complaint}", file=sys.stderr)
    print(f"{sys.argv[1]}: {n} records, {bad} complaints")
    sys.exit(1 if bad or n == 0 else 0)


if __name__ == "__main__":
    main()
