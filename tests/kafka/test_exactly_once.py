# SPDX-License-Identifier: Apache-2.0
"""The proof of exactly once: 2,000 mixed items through both stages, each killed with SIGKILL at 25 random moments and
started again, the fold once without its SQLite file. What a read_committed reader then gets is compared with an
undisturbed run over the same input records, byte for byte and timestamp for timestamp.

The seed is printed; SCOWIRE_SEED=N repeats a run's items and moments (the scheduler stays free).
"""
import collections
import json
import os
import random
import threading
import time
import unittest

import items
from support import (CHANGES, CLAIMS, DLQ, NEWS, OUTPUTS, STATE, Broker, Stage, complaints, fresh_folder, skip_if_told, wait)

SEED = int(os.environ.get("SCOWIRE_SEED") or random.SystemRandom().randrange(1_000_000))
ITEMS, KILLS = 2000, 25
DEEP = 5  # more kills of each stage, in the middle of a long backlog: whatever the machine, they hit open transactions
# Small transactions, one after the other, so that a random moment often lies inside one. The undisturbed run has the default sizes: that
# transaction boundaries do not show is part of what is proved.
SMALL = ("--transaction-records", "20", "--session-timeout-ms", "6000")
# Half of the lives keep a transaction open after its output has been written, so that many kills find one open.
LONG = ("--transaction-records", "1000", "--transaction-ms", "200", "--linger-ms", "200")


def start_broker(name, partitions):
    broker = Broker(name).__enter__()
    broker.create_all(partitions)
    return broker


def undisturbed(name, records, partitions):
    """What the pipeline gives when nothing happens to it: the outputs, and the fold's view."""
    broker = start_broker(name, partitions)
    try:
        broker.produce(NEWS, records)
        folder = fresh_folder(name + "-run")
        extract, fold = (Stage(broker, stage, folder, instance="only") for stage in ("extract", "fold"))
        extract.run_to_end()
        fold.run_to_end()
        return broker.read_outputs(), fold.view()
    finally:
        broker.__exit__()


class Torment(threading.Thread):
    """Starts a stage and kills it at a random moment, KILLS times over: one life in four while it starts, joins its
    group or restores its state, the others within the first moments of their work. feed() is called for each life; a
    life of a stage that is `behind` another begins when that one has lost one more, so that there is something to do."""

    def __init__(self, stage, rng, feed=None, forget_at=None, behind=None):
        super().__init__(daemon=True)
        self.stage, self.rng, self.feed, self.forget_at, self.behind = stage, rng, feed, forget_at, behind
        self.kills, self.wrong = 0, None

    def run(self):
        try:
            while self.kills < KILLS:
                self.live()
        except Exception as e:  # told by the test, since a thread cannot fail it
            self.wrong = f"{self.stage.name}, life {self.kills + 1}: {e}"

    def live(self):
        if self.behind:
            wait(f"{self.behind.stage.name} to die once more",
                 lambda: self.behind.kills > self.kills or not self.behind.is_alive(), 120)
        self.stage.start(*self.rng.choice([(), LONG]))
        early = self.rng.random() < 0.25
        if not early:
            wait(f"{self.stage.name} to read; {self.stage.tail(3)}", self.stage.reads, 30, 0.005)
        if self.feed:
            self.feed(self.kills)
        # Not a wait for something: the moment of the kill is what is random here.
        time.sleep(self.rng.uniform(0.01, 0.3) if early else self.rng.uniform(0, 0.12))
        self.stage.kill()
        code = self.stage.end()
        if code != -9:
            raise AssertionError(f"ended by itself with {code}:\n{self.stage.tail()}")
        self.kills += 1
        if self.kills == self.forget_at:
            self.stage.forget_state()


def kill_deep(broker, stage, topic, rng):
    """DEEP lives of a stage with a backlog, each killed soon after its output topic has begun to grow."""
    for _ in range(DEEP):
        before = broker.high(topic)
        stage.start(*LONG)  # its transaction stays open for longer than the kill takes to come
        wait(f"{stage.name} to write; {stage.tail(3)}", lambda: broker.high(topic) > before, 60, 0.001)
        time.sleep(rng.uniform(0, 0.03))  # the moment of the kill is what is random here
        stage.kill()
        if stage.end() != -9:
            raise AssertionError(f"{stage.name} ended by itself:\n{stage.tail()}")


def killed(name, records, partitions):
    """The same with both stages under torment, the input coming in pieces. Gives the outputs, the
    fold's view, and how many records of aborted transactions each topic holds."""
    broker = start_broker(name, partitions)
    try:
        folder, rng = fresh_folder(name + "-run"), random.Random(SEED)
        extract = Stage(broker, "extract", folder, *SMALL, instance="only")
        fold = Stage(broker, "fold", folder, *SMALL, instance="only")
        pieces = len(records) * 6 // 10  # the rest is the backlog of the deep kills
        piece = -(-pieces // KILLS)
        first = Torment(extract, random.Random(rng.random()),
                        feed=lambda life: broker.produce(NEWS, records[life * piece:min((life + 1) * piece, pieces)]))
        torments = [first, Torment(fold, random.Random(rng.random()), forget_at=KILLS // 2, behind=first)]
        for t in torments:
            t.start()
        for t in torments:
            t.join()
        wrong = [t.wrong for t in torments if t.wrong]
        if wrong:
            raise AssertionError("\n".join(wrong))
        broker.produce(NEWS, records[pieces:])
        kill_deep(broker, extract, CLAIMS, rng)
        extract.run_to_end()
        kill_deep(broker, fold, CHANGES, rng)
        fold.run_to_end()
        outputs = broker.read_outputs()
        aborted = {topic: len(broker.read(topic, "read_uncommitted")) - len(outputs[topic]) for topic in OUTPUTS}
        return outputs, fold.view(), aborted
    finally:
        broker.__exit__()


def refold(name, claims):
    """A fold with no history over a copy of a claims log."""
    broker = start_broker(name, 1)
    try:
        broker.produce(CLAIMS, claims)
        Stage(broker, "fold", fresh_folder(name + "-run"), instance="only").run_to_end()
        return {topic: broker.read(topic) for topic in (CHANGES, STATE)}
    finally:
        broker.__exit__()


def differences(got, want, limit=3):
    """The first places at which two lists of messages differ, as text; '' when they do not."""
    if got == want:
        return ""
    lines = [f"{len(got)} records, {len(want)} wanted"]
    for n, (g, w) in enumerate(zip(got, want)):
        if g != w and len(lines) <= limit:
            lines.append(f"record {n}:\n  got  {g}\n  want {w}")
    return "\n".join(lines)


class ExactlyOnce(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        cls.records = items.generate(SEED, ITEMS)
        cls.calm, cls.view = undisturbed(f"calm-1-{os.getpid()}", cls.records, 1)

    def assert_worth_proving(self, outputs):
        """The mix reached every topic in numbers: equal but empty outputs would prove nothing."""
        for topic, least in ((CLAIMS, 400), (CHANGES, 100), (STATE, 10), (DLQ, 50)):
            self.assertGreaterEqual(len(outputs[topic]), least, topic)

    def assert_contiguous(self, changes):
        sequence = [int(dict(m.headers)["ce_sequence"]) for m in changes]
        self.assertEqual(sequence, list(range(sequence[0], sequence[0] + len(sequence))))
        ids = collections.Counter(dict(m.headers)["ce_id"] for m in changes)
        self.assertEqual([i for i, n in ids.items() if n > 1], [])

    def test_everything_emitted_is_valid(self):
        self.assertEqual(complaints(self.calm)[:5], [])

    def test_one_partition(self):
        self.assert_worth_proving(self.calm)
        self.assert_contiguous(self.calm[CHANGES])
        outputs, view, aborted = killed("killed-1", self.records, 1)
        print(f"one partition: {({t: len(m) for t, m in outputs.items()})}, aborted and hidden: {aborted}", flush=True)
        for topic in OUTPUTS:
            self.assertEqual(differences(outputs[topic], self.calm[topic]), "", topic)
        self.assertGreater(self.view.count(b"\n"), 50)
        self.assertEqual(view, self.view)
        # Kills that never hit an open transaction would prove little.
        self.assertGreater(aborted[CLAIMS], 0)
        self.assertGreater(aborted[CHANGES], 0)

    def test_four_partitions(self):
        calm, calm_view = undisturbed("calm-4", self.records, 4)
        outputs, view, aborted = killed("killed-4", self.records, 4)
        print(f"four partitions: {({t: len(m) for t, m in outputs.items()})}, aborted and hidden: {aborted}", flush=True)
        for topic in (CLAIMS, DLQ):
            self.assertEqual(collections.Counter(outputs[topic]), collections.Counter(calm[topic]), topic)
        # The order of the claims is free; what is believed at the end is not.
        self.assertEqual(self.spells_of(outputs), self.spells_of(calm))
        self.assertEqual(self.spells_of(outputs), self.spells_of(self.calm))
        self.assertEqual(view, calm_view)
        self.assertEqual(view, self.view)
        self.assert_contiguous(outputs[CHANGES])
        again = refold("refold-4", outputs[CLAIMS])
        for topic in (CHANGES, STATE):
            self.assertEqual(differences(outputs[topic], again[topic]), "", topic)

    @staticmethod
    def spells_of(outputs):
        """The snapshot without its sequence, which tells the order of arrival."""
        last = {m.key: json.loads(m.value) for m in outputs[STATE]}
        return {key: json.dumps(record["spells"]) for key, record in last.items()}


if __name__ == "__main__":
    skip_if_told()
    unittest.main()
