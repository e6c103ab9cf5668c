# SPDX-License-Identifier: Apache-2.0
"""The feed without a broker: subscribe, state --export, replay and reset on the file transport, as tests/feed/test_replay.py
has them on Kafka; what people see on a terminal; and every line held to its schema."""
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

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

    def topics(self, data):
        logs = {}
        for name in (support.CLAIMS, support.CHANGES, support.STATE, support.DLQ):
            path = os.path.join(data, name + ".log")
            with open(path, "rb") if os.path.exists(path) else open(os.devnull, "rb") as f:
                logs[name] = f.read()
        return logs

    def test_lines_in_and_out_are_the_same_as_topics(self):
        """Through the producer and a topic; from a file that grows, with kills in between; from a pipe into a pipe."""
        lines = self.lines + [b"no item", b'{"uri": "urn:test:withheld", "pubstatus": "odd"}']
        half = len(lines) // 2
        path = os.path.join(self.folder, "items.jsonl")

        def write(some, mode):
            with open(path, mode) as f:
                f.write(b"\n".join(some) + b"\n")

        write(lines, "wb")
        command = [support.CONSUMER, "run", "--pack", PACK, "--until-end"]
        piped, out = os.path.join(self.folder, "piped"), os.path.join(self.folder, "changes.jsonl")
        with open(path, "rb") as f:
            got = subprocess.run([*command, "--data", piped, "--in", "-", "--out", "-"], stdin=f, check=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        with open(os.path.join(self.folder, "piped.jsonl"), "wb") as f:
            f.write(got)
        self.valid("change-event", f.name)
        feed = subprocess.run([support.CONSUMER, "subscribe", "--data", piped, "--from", "1", "--until-end"], check=True,
                              stdout=subprocess.PIPE).stdout
        self.assertEqual(got, feed)
        self.assertEqual(self.topics(piped)[support.DLQ].count(b"no item"), 1)

        # The producer keeps malformed lines too, when told; then the topics are the same to the byte.
        subprocess.run([os.path.join(support.BIN, "scowire-producer"), *self.files, "--malformed", "publish", path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pipeline()
        want = self.topics(self.data)
        self.assertEqual(self.topics(piped)[support.CHANGES], want[support.CHANGES])
        self.assertEqual(self.topics(piped)[support.STATE], want[support.STATE])

        grown = os.path.join(self.folder, "grown")
        write(lines[:half], "wb")
        killed, follow = 0, [*command[:-1], "--data", grown, "--in", path, "--out", out, "--transaction-records", "3"]
        for life in range(12):
            process = subprocess.Popen(follow, stderr=subprocess.DEVNULL)
            if life == 5:
                write(lines[half:], "ab")
            time.sleep(0.02 * life)  # the moment of the kill is what counts here, later from life to life
            process.kill()
            killed += process.wait() == -signal.SIGKILL
        self.assertGreater(killed, 6)
        subprocess.run([*follow, "--until-end"], check=True, stderr=subprocess.DEVNULL)
        self.assertEqual(self.topics(grown)[support.CHANGES], want[support.CHANGES])
        self.assertEqual(self.topics(grown)[support.STATE], want[support.STATE])
        with open(out, "rb") as f:
            printed = f.read().splitlines(keepends=True)
        places = [(int(e["epoch"]), int(e["sequence"])) for e in map(json.loads, printed)]
        self.assertEqual(b"".join(dict(sorted(zip(places, printed))).values()), got)  # again, perhaps; never other, never missing

        write(lines[:1], "wb")
        done = subprocess.run([*follow, "--until-end"], stderr=subprocess.PIPE, encoding="utf-8", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another file?", done.stderr)
        for wrong in (("--stage", "fold", "--in", path), ("--stage", "extract", "--out", "-"), ("--transport", "kafka", "--in", "-")):
            self.assertEqual(subprocess.run([*command, "--data", grown, *wrong], stderr=subprocess.DEVNULL, check=False).returncode, 2)
        done = subprocess.run([*command, "--data", grown, "--in", path + ".none"], stderr=subprocess.PIPE, encoding="utf-8",
                              check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{path}.none: No such file or directory", done.stderr)

    def on_terminal(self, command, until, streams, deadline_s=60):
        """What a program shows on a terminal, read until `until(text)` holds or it ends, and the program."""
        main, terminal = pty.openpty()
        self.addCleanup(os.close, main)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **{s: terminal for s in streams},
                                   **({} if "stdout" in streams else {"stdout": subprocess.PIPE}))
        self.addCleanup(lambda: process.poll() is None and process.kill())
        os.close(terminal)
        seen, deadline = b"", time.monotonic() + deadline_s
        while not until(seen.decode("utf-8", "replace")) and time.monotonic() < deadline:
            try:
                seen += os.read(main, 65536)
            except OSError:  # the other end is closed: it has ended
                break
        return seen.decode("utf-8", "replace"), process

    def test_a_replay_tells_on_a_terminal_how_long_it_takes(self):
        """More and more items, until a replay takes long enough for its progress to be told."""
        command = [support.CONSUMER, "replay", "--topic", "items", *self.files, "--pack", PACK]
        item, number, text = json.loads(self.lines[0]), 0, ""
        for _ in range(8):
            self.publish([json.dumps(dict(item, uri=f"urn:test:{n:09}")).encode() for n in range(number, number + 2048)])
            number += 2048
            text, process = self.on_terminal(command, lambda _text: False, ("stderr",))
            data = process.stdout.read()
            process.stdout.close()
            self.assertEqual(process.wait(60), 0)
            if "left" in text:
                break
        told = re.findall(r"\r(\d+) items, (\d+)/s, (\d+)%, (\d+) s left", text)
        self.assertTrue(told, text)
        for items, _rate, percent, _left in told:
            # Offsets of a file count bytes, and these items are all as long.
            self.assertAlmostEqual(int(percent), 100 * int(items) / number, delta=2)
        self.assertRegex(text, rf"\r{number} items, \d+/s +\r\n$")
        self.assertEqual(json.loads(data)["items"], number)
        self.assertNotIn("items,", self.run_it("replay", "--topic", "items").stderr)  # and in a log it says nothing of it

    def test_people_see_that_the_feed_is_quiet(self):
        self.publish(self.lines[:3])
        self.pipeline()
        text, process = self.on_terminal([support.CONSUMER, "subscribe", *self.files, "--heartbeat-ms", "100"],
                                         lambda text: text.count("no changes") >= 3, ("stdout", "stderr"))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 0)
        place = re.search(r"the state: epoch (\d+), sequence (\d+)", text)
        self.assertRegex(text, rf"(?m)^20\d\d-\d\d-\d\dT[0-9:.]+Z  no changes, at {place[1]}:{place[2]}\r$")

    def test_server_sent_events_tell_of_a_new_epoch(self):
        self.publish(self.lines)
        self.pipeline()
        other = changed_pack(os.path.join(self.folder, "pack"))
        self.run_it("replay", "--topic", "items", "--execute", pack=other)
        self.pipeline(pack=other)
        log = os.path.join(self.folder, "log")
        with open(log, "wb") as f:
            process = subprocess.Popen([support.CONSUMER, "run", "--http", "127.0.0.1:0", *self.files, "--pack", other], stderr=f)

        def port():
            with open(log, encoding="utf-8") as f:
                return re.search(r" port=(\d+)", f.read())

        try:
            url = f"http://127.0.0.1:{support.wait('the server', port, 30)[1]}/changes?from=1"
            with urllib.request.urlopen(url, timeout=30) as answer:
                line = next(line for line in answer if line.startswith(b"data: "))
        finally:
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(10), 0)
        event = os.path.join(self.folder, "event.json")
        with open(event, "wb") as f:
            f.write(line[len(b"data: "):])
        self.valid("change-event", event)
        self.assertIn(b'"type":"scowire.feed.epoch"', line)

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
