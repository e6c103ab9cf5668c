# SPDX-License-Identifier: Apache-2.0
"""Two instances of a stage: the second takes over when the first dies, and a first one that was paused and wakes up is
fenced: what it still tries to commit never reaches a reader, and it goes on as a member like any other."""
import collections
import signal
import unittest

import items
from support import CHANGES, CLAIMS, DLQ, NEWS, OUTPUTS, STATE, Broker, Stage, fresh_folder, skip_if_told, wait

SEED, ITEMS = 20010615, 300
SESSION = 6  # s, the least that the option takes
# The wait of a take-over: the session, then a rebalance, a restore and a transaction, on a busy machine.
TAKEOVER = SESSION + 30
OPTIONS = ("--session-timeout-ms", str(SESSION * 1000), "--transaction-ms", "100")


class Takeover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.records = items.generate(SEED, ITEMS)
        with Broker("takeover-calm") as broker:
            broker.create_all(4)
            broker.produce(NEWS, cls.records)
            folder = fresh_folder("takeover-calm-run")
            for stage in ("extract", "fold"):
                Stage(broker, stage, folder, instance="only").run_to_end()
            cls.calm = broker.read_outputs()
        cls.claims = cls.calm[CLAIMS]

    def setUp(self):
        self.broker = Broker("takeover").__enter__()
        self.broker.create_all(4)
        self.addCleanup(self.broker.__exit__)
        self.folder = fresh_folder("takeover-run")

    def stage(self, name, instance, *options):
        stage = Stage(self.broker, name, self.folder, *(options or OPTIONS), instance=instance)
        self.addCleanup(stage.stop)
        return stage

    def count(self, topic, isolation="read_committed"):
        return len(self.broker.read(topic, isolation))

    def test_extract_is_taken_over_when_the_first_dies(self):
        first, second = self.stage("extract", "a").start(), self.stage("extract", "b").start()
        half = ITEMS // 2
        self.broker.produce(NEWS, self.records[:half])
        wait("claims of the first half", lambda: self.count(CLAIMS) > 50, 60, 0.3)
        first.kill()
        first.end()
        self.broker.produce(NEWS, self.records[half:])
        wait("all claims after the death of the first", lambda: self.count(CLAIMS) >= len(self.claims), TAKEOVER, 0.5)
        self.assertIsNone(second.process.poll(), second.tail())
        for topic in (CLAIMS, DLQ):
            self.assertEqual(collections.Counter(self.broker.read(topic)), collections.Counter(self.calm[topic]), topic)

    def test_a_paused_fold_that_wakes_up_is_fenced(self):
        half = len(self.claims) // 2
        # Long transactions: the first has written and not committed when it is paused.
        first = self.stage("fold", "a", "--session-timeout-ms", str(SESSION * 1000), "--transaction-ms", "4000",
                           "--linger-ms", "4000").start()
        self.broker.produce(CLAIMS, self.claims[:half])
        wait("uncommitted changes of the first", lambda:
             self.count(CHANGES, "read_uncommitted") > 0 and self.count(CHANGES) == 0, 60, 0.1)
        first.kill(signal.SIGSTOP)
        self.addCleanup(first.kill, signal.SIGCONT)
        second = self.stage("fold", "b").start()
        self.broker.produce(CLAIMS, self.claims[half:])
        want = len(self.calm[CHANGES])
        wait("all changes from the second", lambda: self.count(CHANGES) >= want, TAKEOVER, 0.5)
        first.kill(signal.SIGCONT)
        # It has come back when it takes part again: after the death of the second it alone can fold what follows.
        second.kill()
        second.end()
        more = self.claims[0]._replace(key=b"urn:test:more@@", value=self.claims[0].value.replace(
            self.claims[0].key.split(b"@")[0], b"urn:test:more"))
        self.broker.produce(CLAIMS, [more])
        wait("the woken first to go on", lambda: self.caught_up(first, len(self.claims) + 1), TAKEOVER + 30, 0.5)
        for topic in (CHANGES, STATE):
            got = self.broker.read(topic)[:len(self.calm[topic])]
            self.assertEqual(got, self.calm[topic], topic)
        self.assertGreater(self.count(CHANGES, "read_uncommitted"), self.count(CHANGES))

    def caught_up(self, stage, records):
        """Has the group of the fold committed past `records` claims? It must be `stage`, the only one left."""
        self.assertIsNone(stage.process.poll(), stage.tail())
        return self.broker.lag("scowire-fold", CLAIMS) == 0


if __name__ == "__main__":
    skip_if_told()
    unittest.main()
