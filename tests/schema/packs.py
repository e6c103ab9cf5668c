#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every file of a pack fits schemas/pack.schema.json, and what is spoilt does not.

usage: packs.py FOLDER...      FOLDER: of packs

YAML is read as editors and the engine do, by version 1.2: NO is a word (Norway), not false; a date is a string.
A key that is given twice is refused here, as the engine does; no schema can say it.
"""
import copy
import json
import os
import re
import sys

import jsonschema
import yaml

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BOOL, INT, NULL, STR = ("tag:yaml.org,2002:" + t for t in ("bool", "int", "null", "str"))

PLAIN = """
language: en
paradigms:
  v: {"": inf, s: third, ed|d: past}
macros:
  on: "{verb} <3> {state}"
words:
  - {tags: state, type: state, values: {NO: Norway; Norwegian = adj, NP: Nepal}}
phrases:
  - {id: en.list, pattern: "{state} and {state}", tags: states, common: state}
rules:
  - id: en.take
    why: a state takes the chair
    patterns: ["{who:state} takes the chair"]
    claims: [{slot: presidency, value: "{who}", when: begin}]
    fires:
      - {text: Nepal takes the chair., claims: [presidency NP begin 2030-05], published: 2030-05-15}
      - {text: Norway takes the chair., claims: presidency NO begin 2030-05}
      - {text: Nepal takes the chair, claims: [presidency NP begin 2030-05], headline: true}
    silent: [Nepal takes a seat.]
"""
HEAD = """
id: demo
version: 0.1.0
slots: {presidency: {value: state, short-days: 150, not-before: 2001-06-15}}
renames: [{slot: presidency, from: a, to: b, before: 2025-09-01}]
gate: [demo]
source-weights: {Some Agency: 200}
agencies: {TASS: [TASS, ТАСС]}
"""
# What is spoilt: the file, the path to the place, the new value (GONE: none), a part of the complaint.
GONE = object()
SPOILT = [
    (PLAIN, ["rule"], [], "'rule' was unexpected"),
    (PLAIN, ["language"], "fr", "is not valid under any"),
    (PLAIN, ["slots"], {"x": {"value": "state"}}, "'version' is a dependency of 'slots'"),
    (PLAIN, ["paradigms", "N f"], {"a": "nom"}, "does not match"),
    (PLAIN, ["macros", "on"], ["{verb}"], "is not of type 'string'"),
    (PLAIN, ["words", 0, "form"], "Oslo", "'form' was unexpected"),
    (PLAIN, ["words", 0, "type"], GONE, "'type' is a dependency of 'values'"),
    (PLAIN, ["phrases", 0, "pattern"], GONE, "'pattern' is a required property"),
    (PLAIN, ["rules", 0, "id"], "en take", "does not match"),
    (PLAIN, ["rules", 0, "patterns"], [], "[]"),
    (PLAIN, ["rules", 0, "fires", 2], GONE, "is too short"),
    (PLAIN, ["rules", 0, "silent"], GONE, "'silent' is a required property"),
    (PLAIN, ["rules", 0, "claims", 0, "when"], "begins", "is not one of"),
    (PLAIN, ["rules", 0, "claims", 0, "value"], "{who} and", "does not match"),
    (PLAIN, ["rules", 0, "claims", 0, "except"], "who", "'except' was unexpected"),
    (PLAIN, ["rules", 0, "fires", 0, "published"], "15 May 2030", "does not match"),
    (PLAIN, ["rules", 0, "fires", 0, "claims"], ["presidency"], "is not valid under any"),
    (HEAD, ["gate"], GONE, "'gate' is a dependency of"),
    (HEAD, ["slots", "presidency", "shape"], "timeline", "is not one of"),
    (HEAD, ["slots", "presidency", "short-days"], "150 days", "is not of type 'integer'"),
    (HEAD, ["renames", 0, "before"], GONE, "'before' is a required property"),
    (HEAD, ["source-weights", "Some Agency"], 900, "greater than the maximum"),
    (HEAD, ["agencies", "TASS"], "TASS", "is not of type 'array'"),
]


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, as far as a pack needs it; keys are always strings."""
    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        found = {}
        for key, value in node.value:
            if key.value in found:
                raise yaml.YAMLError(f"line {key.start_mark.line + 1}: {key.value}: given twice")
            found[key.value] = self.construct_object(value, deep=True)
        return found


def plain(tag, regexp, first):
    Loader.add_implicit_resolver(tag, re.compile(regexp), list(first))


plain(BOOL, r"^(true|false)$", "tf")
plain(INT, r"^(0|[1-9][0-9]*)$", "0123456789")
plain(NULL, r"^(null|~|)$", ["n", "~", ""])
Loader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def files(folders):
    for folder in folders:
        for where, _, names in sorted(os.walk(folder)):
            yield from (os.path.join(where, n) for n in sorted(names) if n.endswith(".yaml"))


def read(text):
    return yaml.load(text, Loader)  # a SafeLoader


def complaints(validator, value):
    return ["/".join(map(str, e.absolute_path)) + ": " + e.message for e in validator.iter_errors(value)]


def spoil(text, path, value):
    top = copy.deepcopy(read(text))
    at = top
    for step in path[:-1]:
        at = at[step]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return top


def main():
    with open(os.path.join(TOP, "schemas", "pack.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    found, n, heads = [], 0, 0
    for path in files(sys.argv[1:]):
        n += 1
        try:
            with open(path, encoding="utf-8") as f:
                value = read(f.read())
        except yaml.YAMLError as e:
            found.append(f"{path}: {e}")
            continue
        found += [f"{path}: {c}" for c in complaints(validator, value)]
        head = os.path.basename(path) == "pack.yaml"
        heads += head
        if not isinstance(value, dict) or head != ("id" in value):
            found.append(f"{path}: pack.yaml is the head, and no other file is")
    if heads < len(sys.argv[1:]) or not n:
        found.append(f"{heads} packs in {sys.argv[1:]}")
    for text in (PLAIN, HEAD):
        found += [f"sound, and refused: {c}" for c in complaints(validator, read(text))]
    for text, path, value, want in SPOILT:
        said = complaints(validator, spoil(text, path, value))
        if not any(want in s for s in said):
            found.append(f"spoilt at {'/'.join(map(str, path))}: not \"{want}\" but {said}")
    print("\n".join(found + [f"{n} files of {heads} packs, {len(SPOILT)} spoilt ones, {len(found)} complaints"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
