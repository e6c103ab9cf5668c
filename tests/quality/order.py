#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""order.py own|corpus BIN [ROUNDS]: what is believed of a set of items does not depend on their order, on repetition, on
batches or on crashes: their claims records, folded in ROUNDS other orders (100; SCOWIRE_TEST_SHUFFLES, 1,000 before a release), give the same
bytes (tests/support/shuffles.c). `corpus` is the development set beside this tree; where it is not there the test is
skipped by name."""
import os
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def items_of(which):
    if which == "own":
        return os.path.join(HERE, "items.jsonl")
    return os.path.join(os.path.dirname(ROOT), "shared", "corpus", "items.jsonl")


def main():
    which, build = sys.argv[1], os.path.abspath(sys.argv[2])
    rounds = sys.argv[3] if len(sys.argv) > 3 else os.environ.get("SCOWIRE_TEST_SHUFFLES", "100")
    items = items_of(which)
    if not os.path.exists(items):
        print(f"skipped: no development set at {items}")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        view, records = os.path.join(folder, "view.db"), os.path.join(folder, "records.jsonl")
        subprocess.run([os.path.join(build, "scowire-consumer"), "replay", items, "--state", view, "--pack",
                        os.path.join(ROOT, "packs/sco"), "--log-level", "error"], check=True, stdout=subprocess.DEVNULL)
        with sqlite3.connect(view) as db, open(records, "w", encoding="utf-8") as f:
            for (record,) in db.execute("SELECT record FROM item ORDER BY id"):
                f.write(record + "\n")
        return subprocess.run([os.path.join(build, "shuffles"), view, records, rounds], check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
