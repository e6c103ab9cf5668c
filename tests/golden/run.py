#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Golden folders: one case a folder, what goes in and what must come out.

usage: run.py [--update] FOLDER COMMAND [ARG...]

FOLDER/CASE/in*            standard input of COMMAND (the first such file by name; none: empty)
FOLDER/CASE/args           further arguments, one a line (optional); the command runs in the case's folder
FOLDER/CASE/want*          standard output, byte for byte (none: nothing is said of it)
FOLDER/CASE/want-error.txt standard error, byte for byte; the command must then fail, without it succeed with an empty one
FOLDER/CASE/want-exit      exit code, where it is neither 0 nor 1
FOLDER/CASE/why.md         what the case is for (optional)
"""
import difflib
import os
import subprocess
import sys


def first(folder, prefix):
    names = sorted(n for n in os.listdir(folder) if n.startswith(prefix) and n not in ("want-error.txt", "want-exit"))
    return os.path.join(folder, names[0]) if names else None


def content(path, otherwise=b""):
    if path is None or not os.path.exists(path):
        return otherwise
    with open(path, "rb") as f:
        return f.read()


def difference(what, want, got):
    lines = difflib.unified_diff(want.decode("utf-8", "replace").splitlines(), got.decode("utf-8", "replace").splitlines(),
                                 "want", "got", lineterm="", n=1)
    return f"{what} differs\n    " + "\n    ".join(list(lines)[:40])


def run(case, command):
    args = content(os.path.join(case, "args")).decode("utf-8").splitlines()
    return subprocess.run(command + args, input=content(first(case, "in")), capture_output=True, cwd=case, timeout=60)


def judge(case, command):
    done = run(case, command)
    error = os.path.join(case, "want-error.txt")
    code = int(content(os.path.join(case, "want-exit"), b"1" if os.path.exists(error) else b"0"))
    found = []
    if done.returncode != code:
        found.append(f"exit code {done.returncode}, not {code}")
    want = first(case, "want")
    if want and content(want) != done.stdout:
        found.append(difference("standard output", content(want), done.stdout))
    if content(error) != done.stderr:
        found.append(difference("standard error", content(error), done.stderr))
    if not want and not os.path.exists(error):
        found.append("the case wants nothing")
    return found


def update(case, command):
    done = run(case, command)
    want = first(case, "want")
    if want:
        with open(want, "wb") as f:
            f.write(done.stdout)
    if os.path.exists(os.path.join(case, "want-error.txt")):
        with open(os.path.join(case, "want-error.txt"), "wb") as f:
            f.write(done.stderr)


def main():
    args = sys.argv[1:]
    refresh = args[:1] == ["--update"]
    if refresh:
        args = args[1:]
    if len(args) < 2:
        sys.exit(__doc__)
    folder, command = args[0], args[1:]
    cases = sorted(e.path for e in os.scandir(folder) if e.is_dir())
    bad = 0
    for case in cases:
        if refresh:
            update(case, command)
        for complaint in judge(case, command):
            bad += 1
            print(f"{case}: {complaint}")
    print(f"{folder}: {len(cases)} cases, {bad} complaints")
    sys.exit(1 if bad or not cases else 0)


if __name__ == "__main__":
    main()
