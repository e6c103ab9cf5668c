#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every example under schemas/examples, judged twice: by the schema, with a validator that is not ours, and by our reader.

usage: examples.py FORMATS      FORMATS: the program tests/support/formats.c

Every schema but those in NO_EXAMPLES has examples of both kinds.

valid/KIND/X.json     the schema accepts it; the reader takes it, and for all kinds but news-item writes the same value again.
invalid/KIND/X.json   X.says tells, line by line, what must be said of it:
                          schema: TEXT     a complaint of the validator that holds TEXT, or
                          schema: accepts  a schema cannot say it (a begin after an end)
                          reader: TEXT     the reader's reason, whole
Kinds other than READ have no reader here and no such line.
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import validate

READ = ("news-item", "claims", "state")
NO_EXAMPLES = ("spell", "pack")  # only ever part of others; packs.py has it
EXAMPLES = os.path.join(validate.SCHEMAS, "examples")


def files(verdict, kind):
    folder = os.path.join(EXAMPLES, verdict, kind)
    names = sorted(n for n in os.listdir(folder) if n.endswith(".json"))
    if not names:
        raise SystemExit(f"{folder}: no examples")
    for name in names:
        with open(os.path.join(folder, name), "rb") as f:
            yield os.path.join(folder, name), f.read()


def read(formats, kind, data):
    run = subprocess.run([formats, kind], input=data, capture_output=True, timeout=60)
    return run.returncode, run.stdout, run.stderr.decode("utf-8", "replace").strip()


def judge_valid(validator, formats, kind, data):
    try:
        found = validator.of_value(validate.load(data))
    except ValueError as e:
        return [f"not JSON: {e}"]
    if kind not in READ:
        return found
    code, out, err = read(formats, kind, data)
    if code != 0:
        found.append(f"the reader refuses it: {err}")
    elif kind != "news-item" and out.rstrip(b"\n").decode() != validate.canonical(validate.load(data)):
        found.append(f"the reader writes something else: {out.decode()}")
    return found


def says(path, kind):
    want = {"schema": [], "reader": []}
    with open(path[:-len(".json")] + ".says", encoding="utf-8") as f:
        for line in f:
            who, _, text = line.rstrip("\n").partition(": ")
            want[who].append(text)
    if not want["schema"] or (kind in READ and not want["reader"]):
        raise SystemExit(f"{path}: its .says must have lines for schema and reader")
    return want


def judge_invalid(validator, formats, kind, data, want):
    try:
        said = validator.of_value(validate.load(data))
    except ValueError as e:
        said = [f"not JSON: {e}"]
    found = []
    for text in want["schema"]:
        if text == "accepts":
            if said:
                found.append(f"the schema complains: {said}")
        elif not any(text in s for s in said):
            found.append(f"the schema does not say \"{text}\" but {said}")
    if kind not in READ:
        return found
    code, out, err = read(formats, kind, data)
    if code != 1:
        found.append(f"the reader takes it (exit code {code}): {out.decode()}")
    elif err != want["reader"][0]:
        found.append(f"the reader says \"{err}\"")
    return found


def main():
    formats = sys.argv[1]
    names = sorted(n[:-len(".schema.json")] for n in os.listdir(validate.SCHEMAS) if n.endswith(".schema.json"))
    kinds = [n for n in names if n not in NO_EXAMPLES]
    n = bad = 0
    for kind in kinds:
        validator = validate.Validator(kind)
        for path, data in files("valid", kind):
            n += 1
            for complaint in judge_valid(validator, formats, kind, data):
                bad += 1
                print(f"{path}: {complaint}")
        for path, data in files("invalid", kind):
            n += 1
            for complaint in judge_invalid(validator, formats, kind, data, says(path, kind)):
                bad += 1
                print(f"{path}: {complaint}")
    print(f"{n} examples of {len(kinds)} schemas, {bad} complaints")
    sys.exit(1 if bad or not n else 0)


if __name__ == "__main__":
    main()
