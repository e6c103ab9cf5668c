# SPDX-License-Identifier: Apache-2.0
"""The rows of ./dev bench about reading items: gate to claims on one core, in one process, without Kafka. Alone:

usage: extract.py [--count N] [--seconds S]
"""
import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kafka"))

import bench  # noqa: E402
import wire  # noqa: E402
from support import BIN, ROOT, fresh_folder  # noqa: E402

STEPS = ("origin", "sentences", "dates", "tokens", "phrases", "merge", "other")  # what is none of gate, parse, scan, rules


def run(path, seconds):
    command = [os.path.join(BIN, "bench_extract"), os.path.join(ROOT, "packs/sco"), path, str(seconds)]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def row(what, found, number):
    shares = found["shares"]
    told = [f"{name} {shares[name]:.0%}" for name in ("gate", "parse", "scan", "rules")]
    rest = ", ".join(f"{name} {shares[name]:.0%}" for name in STEPS if shares[name] >= 0.005)
    passed = found["emitted"] * number / found["items"]
    note = ", ".join(told) + (f"; {rest}" if rest else "") + (f"; {passed / number:.0%} pass the gate" if passed < number else "")
    return bench.Row(what, found["items"], found["bytes"], found["seconds"], found["rss_mb"], note)


def rows(number=300, seconds=2.0):
    """Rates of items of three kilobytes by language and kind, and what starting costs."""
    folder = fresh_folder("bench-extract")
    started = run("", seconds)
    found = []
    for kind in ("irrelevant", "relevant", "dense"):
        for language in ("en", "ru", "zh"):
            path = os.path.join(folder, f"{language}-{kind}.jsonl")
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(line + "\n" for line in wire.items(language, kind, number))
            found.append(row(f"{kind}, {language}, one core", run(path, seconds), number))
    start = f"start-up, with the pack compiled: {started['startup_ms']:.0f} ms of CPU time, peak RSS {started['rss_mb']:.0f} MB"
    return found, start


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=300, help="different items of a kind")
    options.add_argument("--seconds", type=float, default=2.0, help="for each kind")
    args = options.parse_args()
    found, start = rows(args.count, args.seconds)
    print(bench.HEAD)
    for r in found:
        print(r)
    print(start)


if __name__ == "__main__":
    main()
