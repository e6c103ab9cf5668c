# SPDX-License-Identifier: Apache-2.0
"""SIGTERM and SIGINT: the open transaction ends, the exit code is 0, ten seconds are enough; what was not done is done by
the next run, and both together give what one run gives.

python3 signals.py BIN_DIR
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests/kafka"))

import items  # noqa: E402

BIN = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.join(ROOT, "build/dev/bin")
CONSUMER, PRODUCER = os.path.join(BIN, "scowire-consumer"), os.path.join(BIN, "scowire-producer")
TEN_SECONDS = 10


class Signals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.items = os.path.join(self.folder, "items.jsonl")
        with open(self.items, "wb") as f:
            f.writelines(r.value + b"\n" for r in items.generate(1, 1500) if r.kind not in ("malformed", "repeat"))

    def data(self, name):
        return os.path.join(self.folder, name)

    def publish(self, name):
        subprocess.run([PRODUCER, "--data", self.data(name), self.items], check=True, stderr=subprocess.DEVNULL)

    def command(self, name, *more):
        return [CONSUMER, "run", "--stage", "extract", "--transport", "files", "--data", self.data(name),
                "--transaction-records", "50", "--pack", os.path.join(ROOT, "packs/sco"), *more]

    def start(self, name):
        # A background shell hands on an ignored SIGINT; a person's terminal does not.
        process = subprocess.Popen(self.command(name), stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if "msg=reading" in line:
                return process
        raise AssertionError(f"ended with {process.wait()} before it read anything")

    def log_size(self, name):
        path = os.path.join(self.data(name), "sco.claims.log")
        return os.path.getsize(path) if os.path.exists(path) else 0

    def records(self, name):
        """The claims as key and value, without what says where and when they were written."""
        with open(os.path.join(self.data(name), "sco.claims.log"), "rb") as f:
            return [line for line in f if not line.startswith(b"#")]

    def test_idle(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                process = self.start("idle")
                process.send_signal(number)
                self.assertEqual(process.wait(TEN_SECONDS), 0)

    def test_busy(self):
        self.publish("calm")
        subprocess.run(self.command("calm", "--until-end"), check=True, stderr=subprocess.DEVNULL)
        self.publish("stopped")
        lives = 0
        while self.log_size("stopped") < self.log_size("calm") and lives < 200:
            process, lives, before = self.start("stopped"), lives + 1, self.log_size("stopped")
            deadline = time.monotonic() + 30
            while self.log_size("stopped") == before and time.monotonic() < deadline and process.poll() is None:
                pass  # no pause: the signal is to come while it works
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(TEN_SECONDS), 0)
        print(f"{lives} lives")
        self.assertGreater(lives, 1, "it was never stopped in the middle")
        self.assertEqual(self.records("stopped"), self.records("calm"))


if __name__ == "__main__":
    unittest.main()
