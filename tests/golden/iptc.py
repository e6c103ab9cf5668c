#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The reader against IPTC's newsinjson: every example and every should_pass file is read; of the should_fail files those
are refused that break a rule which scowire has too, and the others are read, since unknown and unread members are ignored.

usage: NEWSINJSON=FOLDER iptc.py FORMATS      FOLDER: a checkout of iptc/newsinjson; exit code 77 when none is named
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import validate

# should_fail files that the reader refuses: file name -> a piece of the reason. All other should_fail files break rules
# on members that scowire does not read.
REFUSED = {
    "001_no_uri_declared.json": "uri: missing",
    "006_version_must_be_string.json": "version: a number where a string is expected",
    "007_pubstatus_cancelled.json": "pubstatus: \"cancelled\" is none of",
    "015_pubstatus_commissioned.json": "pubstatus: \"commissioned\" is none of",
    "005_pubstatus_replaced.json": "pubstatus: \"replaced\" is none of",
    "006_pubstatus_commissioned.json": "pubstatus: \"commissioned\" is none of",
    "009_body_text_with_cr.json": "body_text: control character in a string",
    "010_body_must_be_string.json": "body_invalid: '}' expected",
    "011_description_must_be_string.json": "description_invalid: '}' expected",
    "012_location_not_object.json": "location: ",
    "002_firstcreated_bad_type.json": "firstcreated: a number",
    "006_bad_genre.json": "genre: ",
    "001_bad_contentcreated.json": "contentcreated: an object",
    "002_bad_contentcreated.json": "contentcreated: an array",
}
# Files that IPTC passes and scowire refuses on purpose: a duplicate key (IPTC's validator does not look), and a time in
# words (IPTC does not check the format; here it orders the versions of an item).
STRICTER = {
    "1.4/businesswire-newsml-20130731006140.json": "duplicate object key",
    "1.0/should_pass/016_versioncreated_bad_datetime.json": "versioncreated: \"Last Tuesday\" is no RFC 3339 time",
}
# Not items: a collection of items, and schemas.
NO_ITEMS = ("extension-schema.json",)


def read(formats, path):
    with open(path, "rb") as f:
        data = f.read()
    done = subprocess.run([formats, "news-item"], input=data, capture_output=True, timeout=60)
    return data, done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def walk(folder):
    for where, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".json") and name not in NO_ITEMS:
                yield os.path.join(where, name), name


def judge_example(formats, path, validator):
    data, code, out, err = read(formats, path)
    stricter = next((text for tail, text in STRICTER.items() if path.endswith("/" + tail)), None)
    if stricter:
        return [] if code == 1 and stricter in err else [f"exit code {code} {err}"]
    try:
        value = json.loads(data)
    except ValueError:
        return [] if code == 1 else ["not JSON, but read"]
    if not isinstance(value, dict) or "uri" not in value:
        return [] if code == 1 else ["no item with a uri, but read"]
    found = [f"refused: {err}"] if code != 0 else []
    found += [f"our schema: {c}" for c in validator.of_value(value)]
    if code == 0:
        item = json.loads(out)
        text = value.get("headline") or next((h["value"] for h in value.get("headlines", [])), None)
        if text and not item["headline"]:
            found.append("its headline was not read")
        if (value.get("body_text") or value.get("bodies")) and not item["body"]:
            found.append("its body was not read")
        if value.get("infosource", value.get("infosources", value.get("infoSources"))) and not item["source"]:
            found.append("its source was not read")
    return found


def main():
    formats, folder = sys.argv[1], os.environ.get("NEWSINJSON")
    if not folder:
        print("skipped: IPTC's examples and suite: NEWSINJSON names no checkout of iptc/newsinjson\n0 passed, 0 failed, 1 skipped")
        sys.exit(77)
    validator, n, refused, bad = validate.Validator("news-item"), 0, set(), []
    examples = [*walk(os.path.join(folder, "examples"))]
    suite = [*walk(os.path.join(folder, "validation", "test_suite"))]
    for path, name in examples + [s for s in suite if "should_pass" in s[0]]:
        n += 1
        bad += [f"{path}: {c}" for c in judge_example(formats, path, validator)]
    for path, name in (s for s in suite if "should_fail" in s[0]):
        n += 1
        _, code, _, err = read(formats, path)
        if (code == 1) != (name in REFUSED) or REFUSED.get(name, "") not in err:
            bad.append(f"{path}: exit code {code} {err}")
        refused |= {name} & set(REFUSED)
    bad += [f"{name}: not in the suite" for name in set(REFUSED) - refused]
    for line in bad:
        print(line)
    print(f"{n - len(bad)} passed, {len(bad)} failed")
    sys.exit(1 if bad or n < 100 else 0)


if __name__ == "__main__":
    main()
