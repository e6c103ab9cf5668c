# SPDX-License-Identifier: Apache-2.0
"""Every command of README.md runs as it is written: each must end with 0 and print something.

python3 readme.py BIN_DIR           the commands that need no broker
python3 readme.py BIN_DIR kafka     those of the block about Kafka, on a broker of their own

Three things are changed: B is the folder of the build that is tested, /tmp/ a folder that is thrown away, and commands
that would go on for ever on Kafka get --until-end.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/kafka"))


def commands(text):
    """Lines of indented blocks, and code in running text, that call a program of ours."""
    block = [line[4:].strip() for line in text.splitlines() if re.match(r"    \S", line)]
    inline = re.findall(r"`([^`\n]*\$B/[^`\n]*)`", text)
    return [c for c in block + inline if "$B/" in c]


def run(command, folder, bin_dir, **environment):
    command = command.replace("/tmp/", folder + "/")
    done = subprocess.run(["sh", "-euc", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "B": bin_dir, **environment})
    silent = not done.stdout and ">" not in command and " run " not in command and "producer --transport" not in command
    if done.returncode != 0 or silent:
        print(f"not ok: {command}\n  ended with {done.returncode}, {len(done.stdout)} bytes on stdout\n{done.stderr[-600:]}")
        return False
    print(f"ok: {command}")
    return True


def unknown_steps(texts):
    """./dev steps that a page names and ./dev help does not."""
    known = subprocess.run([os.path.join(ROOT, "dev"), "help"], capture_output=True, text=True, check=True).stdout
    named = {step for text in texts for step in re.findall(r"\./dev ([a-z]+)", text)}
    return sorted(s for s in named if s != "help" and not re.search(rf"(?m)^  {s}\b", known))


def main():
    bin_dir, kafka = os.path.abspath(sys.argv[1]), sys.argv[2:] == ["kafka"]
    texts = []
    for name in ("README.md", "CONTRIBUTING.md"):
        with open(os.path.join(ROOT, name), encoding="utf-8") as f:
            texts.append(f.read())
    wanted = [c for c in commands(texts[0]) if ("$BROKER" in c) == kafka]
    good = len(wanted) >= (3 if kafka else 10)
    if not good:
        print(f"not ok: README.md has only {len(wanted)} such commands")
    with tempfile.TemporaryDirectory() as folder:
        if kafka:
            from support import Broker, skip_if_told
            skip_if_told()
            with Broker("readme") as broker:
                for c in wanted:
                    endless = " run " in c or " subscribe " in c
                    c = re.sub(r" --http \S+", "", c) + (" --until-end" if endless else "")
                    good &= run(c, folder, bin_dir, BROKER=broker.bootstrap)
        else:
            for c in wanted:
                good &= run(c, folder, bin_dir)
            for step in unknown_steps(texts):
                print(f"not ok: ./dev {step} is named and does not exist")
                good = False
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
