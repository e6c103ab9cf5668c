# SPDX-License-Identifier: Apache-2.0
"""/state and /changes of a running pipeline over the samples, against what `state --json` and the log say.

python3 questions.py BIN_DIR
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.join(ROOT, "build/dev/bin")
CONSUMER, PRODUCER = os.path.join(BIN, "scowire-consumer"), os.path.join(BIN, "scowire-producer")


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder, cls.data = folder.name, os.path.join(folder.name, "data")
        samples = os.path.join(ROOT, "samples")
        subprocess.run([PRODUCER, "--data", cls.data] + sorted(os.path.join(samples, f) for f in os.listdir(samples)
                                                               if f.endswith(".jsonl")), check=True, stderr=subprocess.DEVNULL)
        run = [CONSUMER, "run", "--transport", "files", "--data", cls.data, "--pack", os.path.join(ROOT, "packs/sco")]
        subprocess.run(run + ["--until-end"], check=True, stderr=subprocess.DEVNULL)
        cls.process = subprocess.Popen(run + ["--http", ":0"], stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end)
        for line in cls.process.stderr:
            found = re.search(r"msg=serving .*port=(\d+)", line)
            if found:
                cls.url = f"http://127.0.0.1:{found.group(1)}"
                return
        raise AssertionError("the consumer ended before it served")

    @classmethod
    def end(cls):
        cls.process.terminate()
        assert cls.process.wait(10) == 0  # an open stream does not keep it
        cls.process.stderr.close()

    def get(self, path, **headers):
        return urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=10)

    def state(self, question):
        with self.get("/state" + question) as answer:
            return json.load(answer)

    def command(self, *options):
        out = subprocess.run([CONSUMER, "state", "--state", os.path.join(self.data, "state.db"), "--json", *options],
                             check=True, capture_output=True, text=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def events(self, path, count, **headers):
        """The first `count` events of a stream: [(id, event)]."""
        got = []
        with self.get(path, **headers) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
            for line in answer:
                if line.startswith(b"id: "):
                    key = line[4:].strip().decode()
                elif line.startswith(b"data: "):
                    got.append((key, json.loads(line[6:])))
                    if len(got) == count:
                        return got
        raise AssertionError(f"{path} ended after {len(got)} events")

    def test_state_says_what_the_command_says(self):
        for question, options in (("", ()), ("?history=1", ("--history",)), ("?at=2024-07-05", ("--at", "2024-07-05")),
                                  ("?at=2010-01-01&slot=membership", ("--at", "2010-01-01", "--slot", "membership")),
                                  ("?slot=presidency&history=1", ("--slot", "presidency", "--history")),
                                  ("?slot=membership/BY", ("--slot", "membership/BY"))):
            with self.subTest(question):
                want = self.command(*options)
                self.assertTrue(want)
                self.assertEqual(self.state(question)["spells"], want)

    def test_the_view_is_plain_sql(self):
        """What docs/STATE.md promises to those who open the file with sqlite3."""
        with sqlite3.connect(f"file:{os.path.join(self.data, 'state.db')}?mode=ro", uri=True) as db:
            rows = {view: db.execute(f"SELECT * FROM {view}").fetchall() for view in ("timeline", "history", "changes", "claims")}
            claims = db.execute("SELECT slot, value, source, quote FROM claims WHERE slot = 'presidency'").fetchall()
        self.assertEqual(len(rows["timeline"]), len(self.command("--history")))
        self.assertGreater(len(rows["history"]), len(rows["timeline"]))
        self.assertEqual(len(rows["changes"]), self.state("")["sequence"])
        self.assertGreater(len(rows["claims"]), len(claims))
        self.assertTrue(claims and all(all(row) for row in claims))

    def test_check(self):
        view = os.path.join(self.data, "state.db")
        done = subprocess.run([CONSUMER, "state", "--state", view, "--check"], check=True, capture_output=True, text=True)
        self.assertRegex(done.stdout, r"state\.db: whole, \d+ pages; covers the log to offset \d+\n$")

    def test_known_at(self):
        now = self.state("?history=1")
        self.assertEqual(self.state("?history=1&known-at=2100-01-01")["spells"], now["spells"])
        self.refused("/state?known-at=1990-01-01", 410, "begins later")

    def refused(self, path, code, text, **headers):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get(path, **headers)
        with caught.exception as e:
            self.assertEqual(e.code, code)
            self.assertIn(text, e.read().decode())

    def test_wrong_questions_are_told_what_is_taken(self):
        self.refused("/state?at=2024", 400, "at takes a day such as 2024-07-04")
        self.refused("/state?known-at=soon", 400, "known-at takes a time")
        self.refused("/state?history=yes", 400, "history takes 1")
        self.refused("/changes?from=x", 400, "from takes a sequence number")
        self.refused("/changes?from=0", 400, "from takes a sequence number")
        self.refused("/changes", 400, "Last-Event-ID takes EPOCH-SEQUENCE", **{"Last-Event-ID": "7"})
        self.refused("/changes?from=1000000", 409, "another feed's")
        self.refused("/changes", 409, "another feed's", **{"Last-Event-ID": "9-1"})

    def test_the_whole_feed(self):
        last = self.state("")["sequence"]
        events = self.events("/changes?from=1", last)
        self.assertEqual([k for k, _ in events], [f"1-{n}" for n in range(1, last + 1)])
        self.assertEqual([int(e["sequence"]) for _, e in events], list(range(1, last + 1)))
        with open(os.path.join(self.data, "sco.changes.log"), "rb") as f:
            log = f.read()
        for _, e in events:
            self.assertEqual((e["specversion"], e["subject"]), ("1.0", e["data"]["slot"]))
            self.assertEqual(e["type"], f"scowire.{e['data']['slot'].split('/')[0]}.{e['data']['op']}")
            # The same event as on the topic: its id, and its data byte for byte.
            self.assertIn(e["id"].encode(), log)
            self.assertIn(json.dumps(e["data"], ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(), log)
        self.assertEqual(len({e["id"] for _, e in events}), last)
        # And the same as a subscriber gets from the topic, all attributes, times among them.
        lines = subprocess.run([CONSUMER, "subscribe", "--data", self.data, "--from", "1", "--until-end"], check=True,
                               stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
        self.assertEqual([e for _, e in events], [json.loads(line) for line in lines])
        self.assertGreater(sum("time" in e for _, e in events), last // 2)

    def test_a_reader_that_comes_back_goes_on(self):
        events = self.events("/changes?from=1", 30)
        again = self.events("/changes?from=1", 10, **{"Last-Event-ID": events[19][0]})
        self.assertEqual(again, events[20:30])

    def test_what_is_published_now_arrives(self):
        path = os.path.join(self.folder, "late.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"uri": "urn:test:http:late", "version": "1", "versioncreated": "2026-08-01T10:00:00Z",
                       "language": "en", "headline": "Summit", "body_text":
                       "BISHKEK, Aug 1 - The summit of the Shanghai Cooperation Organization took place in Bishkek on "
                       "July 31, 2026."}, f)
            f.write("\n")
        last = self.state("")["sequence"]
        with self.get("/changes") as answer:
            subprocess.run([PRODUCER, "--data", self.data, path], check=True, stderr=subprocess.DEVNULL)
            line = next(line for line in answer if line.startswith(b"id: "))
        self.assertEqual(line.strip(), f"id: 1-{last + 1}".encode())


if __name__ == "__main__":
    unittest.main()
