# SPDX-License-Identifier: Apache-2.0
"""The pipeline as its users have it, on a real broker: replays with unchanged and with changed rules, hand-overs to a new
epoch under a running service, broken off at random; and subscribers that are killed and resumed all the while and end
with exactly what `state` prints."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kafka"))
import support  # noqa: E402
from downstream import Subscriber  # noqa: E402

SEED = int(os.environ.get("SCOWIRE_SEED") or random.SystemRandom().randrange(1_000_000))
RUNS, SUBSCRIBERS = 50, 5
TOPICS = (support.CLAIMS, support.CHANGES, support.STATE)
PACK = os.path.join(support.ROOT, "packs/sco")
SAMPLES = [os.path.join(support.ROOT, "samples", f) for f in sorted(os.listdir(os.path.join(support.ROOT, "samples")))
           if f.endswith(".jsonl")]
LEFT_OUT = "en.summit.in"


def changed_pack(folder):
    """The pack without one of its rules."""
    shutil.copytree(PACK, folder)
    path = os.path.join(folder, "en/summit.yaml")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    shorter = re.sub(rf"  - id: {re.escape(LEFT_OUT)}\n.*?(?=  - id: )", "", text, flags=re.S)
    assert shorter != text, f"{LEFT_OUT} is not in {path} any more, or is its last rule"
    with open(path, "w", encoding="utf-8") as f:
        f.write(shorter)
    return folder


def sample_lines():
    lines = []
    for path in SAMPLES:
        with open(path, "rb") as f:
            lines += [line for line in f.read().split(b"\n") if line.strip()]
    return lines


class Pipeline(unittest.TestCase):
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        cls.broker = support.Broker("replay").__enter__()
        cls.addClassCleanup(cls.broker.__exit__)
        cls.folder = support.fresh_folder("replay-run")
        cls.other = changed_pack(os.path.join(cls.folder, "pack"))
        cls.number = 0

    def setUp(self):
        Pipeline.number += 1
        self.prefix = f"p{Pipeline.number}."
        self.view = os.path.join(self.folder, self.prefix + "view")
        self.kafka = ["--transport", "kafka", "--brokers", self.broker.bootstrap, "--topic-prefix", self.prefix]

    def run_it(self, *command, code=0, pack=PACK):
        done = subprocess.run([support.CONSUMER, *command, *self.kafka, *(["--pack", pack] if pack else [])],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def publish(self, lines, partitions=1):
        topic = self.prefix + support.NEWS
        if topic not in self.broker.topics():
            self.broker.create(topic, partitions)
        subprocess.run([os.path.join(support.BIN, "scowire-producer"), *self.kafka[:4], "--topic", topic, "-"], input=b"\n".join(lines) + b"\n",
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pipeline(self, pack=PACK):
        self.run_it("run", "--until-end", "--state", self.view, "--application", self.prefix + "app", pack=pack)

    def service(self, pack=PACK):
        with open(self.view + ".log", "ab") as log:
            process = subprocess.Popen([support.CONSUMER, "run", "--state", self.view, "--application",
                                        self.prefix + "app", "--pack", pack, "--transaction-ms", "20", *self.kafka],
                                       stdout=log, stderr=log)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def replay(self, *options, pack=PACK):
        done = self.run_it("replay", *options, pack=pack)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[:-1], lines[-1], done.stderr

    def published(self):
        return {t: self.broker.read(self.prefix + t) for t in TOPICS}

    def state(self):
        out = subprocess.run([support.CONSUMER, "state", "--state", self.view, "--history", "--json"], check=True,
                             stdout=subprocess.PIPE, encoding="utf-8").stdout
        return [json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False) for line in out.splitlines()]

    def place(self):
        """Epoch and sequence of the newest snapshot record."""
        records = [json.loads(m.value) for m in self.broker.read(self.prefix + support.STATE)]
        return max((r["epoch"], r["sequence"]) for r in records)

    def subscriber(self, name):
        return Subscriber(support.CONSUMER, self.folder, self.prefix + name, *self.kafka)

    def extracted(self, pack):
        """Claims by item version, from `extract`, which knows no topic."""
        out = subprocess.run([support.CONSUMER, "extract", "--pack", pack, *SAMPLES], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, encoding="utf-8").stdout
        claims = {}
        for line in out.splitlines():
            r = json.loads(line)
            key = "@".join(r[k] or "" for k in ("uri", "version", "versioncreated"))
            claims[key] = [json.dumps(c, sort_keys=True) for c in r["claims"]]
        return claims

    def test_unchanged_rules_give_an_empty_diff_and_change_nothing(self):
        self.publish(sample_lines())
        self.pipeline()
        before = self.published()
        self.assertGreater(len(before[support.CHANGES]), 50)
        for topic in ("items", "claims"):
            lines, summary, _ = self.replay("--topic", topic, "--diff")
            self.assertEqual(lines, [])
            self.assertEqual((summary["records"], summary["spells"]), (0, 0))
            _, _, said = self.replay("--topic", topic, "--execute")
            self.assertIn("nothing differs", said)
        self.assertEqual(self.published(), before)
        # And once more from nothing: identical bytes.
        self.prefix2, self.prefix = self.prefix, self.prefix + "again."
        self.kafka[-1], self.view = self.prefix, self.view + ".again"
        self.publish(sample_lines())
        self.pipeline()
        self.assertEqual(self.published(), before)

    def test_a_changed_rule_lists_exactly_what_it_touches(self):
        self.publish(sample_lines())
        self.pipeline()
        before = self.published()
        lines, summary, _ = self.replay("--topic", "items", "--diff", pack=self.other)
        was, now = self.extracted(PACK), self.extracted(self.other)
        want = sorted((key, c) for key in was for c in set(was[key]) - set(now[key]))
        got = sorted((d["key"], json.dumps(d["before"], sort_keys=True)) for d in lines
                     if d["diff"] == "claim" and d["before"])
        self.assertGreater(len(want), 3)
        self.assertEqual(got, want)
        gained = sorted((key, c) for key in was for c in set(now[key]) - set(was[key]))
        self.assertEqual(sorted((d["key"], json.dumps(d["after"], sort_keys=True)) for d in lines
                                if d["diff"] == "claim" and d["after"]), gained)
        self.assertIn(LEFT_OUT, {json.loads(c)["rule"] for _key, c in want})
        self.assertEqual(summary["spells"], sum(d["diff"] == "spell" for d in lines))
        self.assertEqual(self.published(), before)

    def test_a_new_epoch_is_handed_over(self):
        self.publish(sample_lines())
        self.pipeline()
        s = self.subscriber("s")
        s.to_end()
        diff, summary, _ = self.replay("--topic", "items", "--diff", pack=self.other)
        self.replay("--topic", "items", "--execute", pack=self.other)
        self.assertEqual(self.place()[0], 1)  # nothing is published before the fold has come to it
        self.pipeline(pack=self.other)
        self.assertEqual(self.place(), (2, 1))
        d = s.to_end()
        self.assertEqual(d.snapshots, ["start", "epoch"])
        self.assertEqual(d.lines(), self.state())
        # What was announced is what came.
        self.assertGreater(sum(x["diff"] == "spell" for x in diff), 0)
        lines, summary, _ = self.replay("--topic", "items", "--diff", pack=self.other)
        self.assertEqual((lines, summary["records"]), ([], 0))
        # A view that is rebuilt from the log comes to the same state and place, and the feed goes on from there.
        state = self.state()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.view + suffix):
                os.remove(self.view + suffix)
        self.pipeline(pack=self.other)
        self.assertEqual((self.state(), self.place()), (state, (2, 1)))
        # Back again: the state of before, as a third epoch.
        self.replay("--topic", "items", "--execute")
        self.pipeline()
        self.assertEqual(s.to_end().lines(), self.state())
        self.assertEqual(self.place(), (3, 1))

    def test_a_replay_that_is_killed_leaves_everything_as_it_was(self):
        rng = random.Random(SEED)
        self.publish(sample_lines())
        self.pipeline()
        before, killed = self.published(), 0
        command = [support.CONSUMER, "replay", "--topic", "items", "--execute", "--pack", self.other, *self.kafka]
        for life in range(1, 25):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The moment of the kill is what is random here: later from life to life, until one is done before it.
            time.sleep(rng.uniform(0.03, 0.06) * life)
            process.kill()
            killed += process.wait() == -signal.SIGKILL
            claims = self.broker.read(self.prefix + support.CLAIMS)
            if len(claims) > len(before[support.CLAIMS]):
                # It was done before it was killed: then it is there as a whole.
                self.assertEqual(claims[-1].key, b"#epoch/end")
                self.pipeline(pack=self.other)
                self.assertEqual(self.place()[0], 2)
                break
            self.assertEqual(claims, before[support.CLAIMS])  # all that a replay ever writes to
        self.assertGreater(killed, 2)

    def reset(self, *options, code=0):
        return self.run_it("reset", *options, "--application", self.prefix + "app", code=code)

    def test_a_reset_takes_offsets_outputs_and_view_together(self):
        lines = sorted((line for line in sample_lines() if "versioncreated" in json.loads(line)),
                       key=lambda line: json.loads(line)["versioncreated"])
        self.publish(lines)
        self.pipeline()
        s = self.subscriber("s")
        s.to_end()
        before, state = self.published(), self.state()
        plan = self.reset("--to-earliest").stdout
        self.assertRegex(plan, rf"{self.prefix}app-extract +news.items +0 +\d+ +0\n")
        self.assertEqual(self.published(), before)
        service = self.service()
        support.wait("the service", lambda: self.members(), 60, 0.2)
        self.assertIn("stop the extract stage first", self.reset("--to-earliest", "--execute", code=1).stderr)
        service.send_signal(signal.SIGTERM)
        self.assertEqual(service.wait(30), 0)
        self.reset("--to-earliest", "--execute")
        self.pipeline()
        self.assertEqual(self.state(), state)
        self.assertEqual(s.to_end().lines(), state)
        self.assertEqual(s.downstream.snapshots[-1], "epoch")
        # From a time on: as a service that never saw what was before.
        middle = json.loads(lines[len(lines) // 2])["versioncreated"]
        self.reset("--to-datetime", middle, "--execute")
        self.pipeline()
        later = self.state()
        self.assertEqual(s.to_end().lines(), later)
        self.prefix += "later."
        self.kafka[-1], self.view = self.prefix, self.view + ".later"
        self.publish([line for line in lines if json.loads(line)["versioncreated"] >= middle])
        self.pipeline()
        self.assertEqual(later, self.state())
        self.assertNotEqual(later, state)
        for wrong in ((), ("--to-earliest", "--to-offset", "1"), ("--to-datetime", "soon")):
            self.reset(*wrong, code=2)

    def state_of_a_fresh_service(self, lines):
        """What one believes that never saw anything else; beside the test's own."""
        prefix, view = self.prefix, self.view
        Pipeline.number += 1
        self.prefix = self.kafka[-1] = f"p{Pipeline.number}."
        self.view = os.path.join(self.folder, self.prefix + "view")
        self.publish(lines)
        self.pipeline()
        state = self.state()
        self.prefix = self.kafka[-1] = prefix
        self.view = view
        return state

    def test_a_reset_over_several_partitions(self):
        lines = sorted((line for line in sample_lines() if "versioncreated" in json.loads(line)),
                       key=lambda line: json.loads(line)["versioncreated"])
        self.publish(lines, partitions=3)
        self.pipeline()
        held = {p: [m.value for m in self.broker.read(self.prefix + support.NEWS) if m.partition == p] for p in range(3)}
        self.assertGreater(min(map(len, held.values())), 9)
        between = sorted(map(len, held.values()))[0] + 1  # beyond the end of the shortest, which then stays at its end
        middle = json.loads(lines[len(lines) // 2])["versioncreated"]
        first_late = {p: sum(json.loads(v)["versioncreated"] < middle for v in held[p]) for p in held}
        self.assertGreater(len(set(first_late.values())), 1)
        for option, value, to in (("--to-offset", "7", {p: 7 for p in held}),
                                  ("--to-offset", str(between), {p: min(between, len(held[p])) for p in held}),
                                  ("--to-datetime", middle, first_late)):
            with self.subTest(option=option, value=value):
                plan = self.reset(option, value, "--execute").stdout
                self.assertEqual({int(p): int(new) for p, new in re.findall(
                    rf"^{re.escape(self.prefix)}app-extract +news\.items +(\d) +\d+ +(\d+)$", plan, re.M)}, to)
                self.assertEqual(self.broker.lag(self.prefix + "app-extract", self.prefix + support.NEWS),
                                 sum(len(held[p]) - to[p] for p in held))
                self.pipeline()
                self.assertEqual(self.state(), self.state_of_a_fresh_service(
                    [v for p in held for v in held[p][to[p]:]]))

    def test_a_view_is_rebuilt_from_a_compacted_log(self):
        """Two replays write most item versions anew; then the broker really compacts, and what is left says the same."""
        self.broker.create(self.prefix + support.CLAIMS, 1, **{
            "cleanup.policy": "compact", "delete.retention.ms": "315360000000", "segment.ms": "1",  # every marker begins one
            "min.cleanable.dirty.ratio": "0.01", "min.compaction.lag.ms": "0"})
        lines = sample_lines()
        self.publish(lines[:-5])
        self.pipeline()
        for pack in (self.other, PACK):
            _, summary, _ = self.replay("--topic", "items", "--execute", pack=pack)
            self.assertGreater(summary["records"], 5)  # their keys, and those of the markers, are on the topic again
            self.pipeline(pack=pack)
        topic, state, place = self.prefix + support.CLAIMS, self.state(), self.place()
        self.assertEqual(place[0], 3)

        def repeated():
            keys = [m.key for m in self.broker.read(topic)]
            return len(keys) - len(set(keys))

        support.wait("compaction", lambda: repeated() == 0, 60, 0.5)
        changes = self.broker.read(self.prefix + support.CHANGES)
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.view + suffix):
                os.remove(self.view + suffix)
        self.pipeline()
        self.assertEqual((self.state(), self.place()), (state, place))
        self.assertEqual(self.broker.read(self.prefix + support.CHANGES), changes)
        # And the feed goes on from there without a hole.
        s = self.subscriber("s")
        s.to_end()
        self.publish(lines[-5:])
        self.pipeline()
        self.assertEqual(s.to_end().lines(), self.state())
        self.assertEqual(s.downstream.snapshots, ["start"])
        self.assertGreater(self.place(), place)

    def members(self):
        """Has the group of the extract stage members? Then even the dry run is refused."""
        command = [support.CONSUMER, "reset", "--to-earliest", "--application", self.prefix + "app", "--pack", PACK]
        return subprocess.run([*command, *self.kafka], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode == 1

    def test_subscribers_keep_the_state_through_kills_and_replays(self):
        rng = random.Random(SEED)
        lines = sample_lines()
        service = self.service()
        subscribers = [self.subscriber(f"s{i}") for i in range(SUBSCRIBERS)]
        rounds = RUNS // SUBSCRIBERS
        self.publish(lines[:1])
        support.wait("the first change", lambda: self.prefix + support.CHANGES in self.broker.topics() and
                     self.prefix + support.STATE in self.broker.topics(), 60, 0.2)
        for life in range(rounds):
            for s in subscribers:
                s.start()
            if life in (4, 7):  # the rules change, and are changed back
                self.replay("--topic", "items", "--execute", pack=self.other if life == 4 else PACK)
            self.publish(lines[life * len(lines) // rounds:(life + 1) * len(lines) // rounds])
            time.sleep(rng.uniform(0.2, 1.2))  # the moment of the kill is what is random here
            for s in rng.sample(subscribers, len(subscribers)):
                s.kill()
        service.send_signal(signal.SIGTERM)
        self.assertEqual(service.wait(30), 0)
        self.pipeline()
        state = self.state()
        self.assertGreater(len(state), 20)
        for s in subscribers:
            self.assertEqual(s.to_end().lines(), state, s.name)
        seen = [s.downstream for s in subscribers]
        self.assertEqual(self.place()[0], 3)
        self.assertGreater(sum(d.applied for d in seen), 50)
        self.assertGreaterEqual(sum(d.snapshots.count("epoch") for d in seen), SUBSCRIBERS)


if __name__ == "__main__":
    support.skip_if_told()
    unittest.main()
