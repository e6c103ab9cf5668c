# SPDX-License-Identifier: Apache-2.0
"""The feed without a broker: subscribe, state --export, replay and reset on the file transport, as tests/feed/test_replay.py
has them on Kafka; what people see on a terminal; and every line held to its schema."""
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "kafka"))
import support  # noqa: E402
from downstream import Subscriber  # noqa: E402
from test_replay import PACK, changed_pack, sample_lines  # noqa: E402

VALIDATE = os.path.join(HERE, "..", "support", "validate.py")


class Files(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="scowire-feed-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = os.path.join(self.folder, "data")
        self.files = ["--data", self.data]
        self.lines = sample_lines()

    def publish(self, lines):
        subprocess.run([os.path.join(support.BIN, "scowire-producer"), *self.files, "-"], check=True,
                       input=b"\n".join(lines) + b"\n", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run_it(self, *command, code=0, pack=PACK):
        done = subprocess.run([support.CONSUMER, *command, *self.files, *(["--pack", pack] if pack else [])],
                              capture_output=True, encoding="utf-8", timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def pipeline(self, pack=PACK):
        self.run_it("run", "--until-end", pack=pack)

    def state(self):
        out = self.run_it("state", "--state", os.path.join(self.data, "state.db"), "--history", "--json", pack=None).stdout
        return [json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False) for line in out.splitlines()]

    def logs(self):
        """Every byte that counts of every topic."""
        with open(os.path.join(self.data, "commit"), "rb") as f:
            return f.read()

    def valid(self, kind, path):
        subprocess.run(["/usr/bin/python3", VALIDATE, kind, path], check=True, stdout=subprocess.DEVNULL)

    def test_subscribe_export_replay_reset(self):
        half = len(self.lines) // 2
        self.publish(self.lines[:half])
        self.pipeline()
        s = Subscriber(support.CONSUMER, self.folder, "s", *self.files)
        self.assertEqual(s.to_end().lines(), self.state())
        export = os.path.join(self.folder, "export.jsonl")
        with open(export, "w", encoding="utf-8") as f:
            f.write(self.run_it("state", "--export", pack=None).stdout)
        self.publish(self.lines[half:])
        self.pipeline()
        state, before = self.state(), self.logs()
        self.assertEqual(s.to_end().lines(), state)
        self.assertEqual(s.downstream.snapshots, ["start"])
        self.valid("subscribe-line", s.out)
        started = Subscriber(support.CONSUMER, self.folder, "t", *self.files, "--snapshot", export)
        self.assertEqual(started.to_end().lines(), state)
        for topic in ("items", "claims"):
            summary = json.loads(self.run_it("replay", "--topic", topic, "--execute").stdout)
            self.assertEqual((summary["records"], summary["spells"]), (0, 0))
        self.assertEqual(self.logs(), before)
        other = changed_pack(os.path.join(self.folder, "pack"))
        summary = json.loads(self.run_it("replay", "--topic", "items", pack=other).stdout)
        self.assertGreater(summary["records"], 0)
        self.assertEqual(self.logs(), before)
        self.run_it("replay", "--topic", "items", "--execute", pack=other)
        self.pipeline(pack=other)
        self.assertEqual(s.to_end().lines(), self.state())
        self.assertNotEqual(self.state(), state)
        self.assertEqual(s.downstream.snapshots, ["start", "epoch"])
        self.run_it("reset", "--to-earliest", "--execute")
        self.pipeline()
        self.assertEqual(self.state(), state)
        self.assertEqual(s.to_end().lines(), state)

    def test_a_replay_of_a_part_leaves_the_rest(self):
        self.publish(self.lines)
        self.pipeline()
        other = changed_pack(os.path.join(self.folder, "pack"))
        def keys(*options):
            out = self.run_it("replay", "--topic", "items", "--diff", *options, pack=other).stdout
            return {d["key"] for d in map(json.loads, out.splitlines()) if d["diff"] == "claim"}
        whole = keys()
        # Log time is the items' own here, and the samples are told in its order.
        early, late = keys("--to", "2012-01-01"), keys("--from", "2012-01-01")
        self.assertEqual(early | late, whole)
        self.assertTrue(early and late)
        self.run_it("replay", "--topic", "items", "--from", "soon", code=2)
        self.run_it("replay", "--topic", "claims", "--from", "0", code=2)
        self.run_it("replay", "--topic", "items", "--execute", "--dry-run", code=2)

    def test_people_see_lines_and_an_interrupt_ends_it(self):
        self.publish(self.lines)
        self.pipeline()
        main, terminal = pty.openpty()
        process = subprocess.Popen([support.CONSUMER, "subscribe", *self.files, "--kind", "presidency"], stdout=terminal,
                                   stderr=terminal, stdin=subprocess.DEVNULL)
        os.close(terminal)
        seen, deadline = b"", time.monotonic() + 30
        while b"CN  2024" not in seen and time.monotonic() < deadline:
            seen += os.read(main, 65536)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 0)
        os.close(main)
        text = seen.decode("utf-8", "replace")
        self.assertIn("the state: epoch 1", text)
        self.assertRegex(text, r"presidency +CN  2024-07-04 \.\. ")
        self.assertNotIn("membership", text)
        self.assertNotIn("{", text)


if __name__ == "__main__":
    unittest.main()
