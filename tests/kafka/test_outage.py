# SPDX-License-Identifier: Apache-2.0
"""The broker dies under open transactions and comes back: stages that wait for it go on and publish what an undisturbed run
publishes, byte for byte; one that is told when to give up does, and says that no broker answers. A subscriber tells that
the feed is out of reach, and goes on without a gap."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "feed"))

from confluent_kafka import KafkaException  # noqa: E402

import items  # noqa: E402
from downstream import Subscriber  # noqa: E402
from support import CLAIMS, CONSUMER, NEWS, Broker, Stage, fresh_folder, skip_if_told, wait  # noqa: E402

SEED, ITEMS = 20240704, 400
# Transactions that are still open when the broker dies, and soon given up.
OPTIONS = ("--session-timeout-ms", "6000", "--transaction-ms", "2000", "--linger-ms", "2000")
BROKER_UNREACHABLE = 4


class Outage(unittest.TestCase):
    def stage(self, name, prefix, *options):
        stage = Stage(self.broker, name, fresh_folder(f"outage-run/{prefix}{name}"), "--topic-prefix", prefix,
                      "--application", prefix + "app", *options, instance="only")
        self.addCleanup(stage.stop)
        return stage

    def prepare(self, prefix, records):
        self.broker.create_all(1, prefix)
        self.broker.produce(prefix + NEWS, records)

    @staticmethod
    def printed(subscriber):
        with open(subscriber.out, encoding="utf-8") as f:
            return f.read()

    def open_transaction(self, topic):
        return self.broker.high(topic) > self.broker.high(topic, "read_committed")

    def caught_up(self, stages, prefix):
        for stage in stages:
            self.assertIsNone(stage.process.poll(), stage.tail())
        try:
            return (self.broker.lag(prefix + "app-extract", prefix + NEWS) == 0 and
                    self.broker.lag(prefix + "app-fold", prefix + CLAIMS) == 0)
        except KafkaException:  # a broker that has just come up does not know yet what it coordinates
            return False

    def test_the_broker_is_waited_for_or_given_up(self):
        records = items.generate(SEED, ITEMS)
        self.broker = Broker("outage").__enter__()
        self.addCleanup(self.broker.__exit__)
        self.prepare("calm.", records)
        for name in ("extract", "fold"):
            self.stage(name, "calm.").run_to_end()
        calm = self.broker.read_outputs("calm.")
        for prefix in ("patient.", "impatient."):
            self.prepare(prefix, records)
        patient = [self.stage(name, "patient.", *OPTIONS) for name in ("extract", "fold")]
        impatient = self.stage("extract", "impatient.", *OPTIONS, "--give-up-ms", "5000")
        subscriber = Subscriber(CONSUMER, fresh_folder("outage-run/subscriber"), "s", "--transport", "kafka", "--brokers",
                                self.broker.bootstrap, "--topic-prefix", "patient.", "--heartbeat-ms", "300")
        for stage in (*patient, impatient):
            stage.start()
        subscriber.start()
        self.addCleanup(lambda: subscriber.process.poll() is None and subscriber.process.kill())
        wait("open transactions", lambda: self.open_transaction("patient." + CLAIMS) and
             self.open_transaction("impatient." + CLAIMS), 60, 0.02)
        self.broker.down()
        self.assertEqual(impatient.end(120), BROKER_UNREACHABLE, impatient.tail())
        self.assertIn("given up after", impatient.tail())
        for stage in patient:
            self.assertIsNone(stage.process.poll(), stage.tail())
        wait("the subscriber to miss the broker", lambda: '"reached":false' in self.printed(subscriber), 30, 0.2)
        self.broker.up()
        wait("the patient stages to catch up", lambda: self.caught_up(patient, "patient."), 120, 0.5)
        self.assertEqual(self.broker.read_outputs("patient."), calm)
        self.assertIn("transaction aborted", patient[0].tail(1000))
        wait("the subscriber to find it again", lambda: '"reached":true' in self.printed(subscriber).rpartition(
            '"reached":false')[2], 30, 0.2)
        subscriber.kill()
        self.assertEqual(subscriber.to_end().snapshots, ["start"])
        self.assertEqual(subscriber.downstream.lines(), [json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False)
                                                         for line in patient[1].view().decode().splitlines()])
        # The one that gave up has left nothing behind: started again it ends as the others.
        for name in ("extract", "fold"):
            self.stage(name, "impatient.").run_to_end()
        self.assertEqual(self.broker.read_outputs("impatient."), calm)


if __name__ == "__main__":
    skip_if_told()
    unittest.main()
