# SPDX-License-Identifier: Apache-2.0
"""The test broker itself: it must be a Kafka that hides aborted records and fences, or the other tests prove nothing."""
import unittest

from support import Broker, skip_if_told
from confluent_kafka import KafkaException, Producer

import items


class RealBroker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker("broker").__enter__()
        cls.addClassCleanup(cls.broker.__exit__)

    def transactional(self, name):
        producer = Producer({"bootstrap.servers": self.broker.bootstrap, "transactional.id": name})
        producer.init_transactions(30)
        producer.begin_transaction()
        return producer

    def test_records_come_back_with_their_timestamps(self):
        self.broker.create("plain", 4)
        sent = items.generate(1, 50)
        self.broker.produce("plain", sent)
        got = self.broker.read("plain")
        self.assertEqual(sorted((m.key, m.value, m.timestamp) for m in got),
                         sorted((r.key, r.value, r.timestamp) for r in sent))
        self.assertGreater(len({m.partition for m in got}), 1)

    def test_aborted_records_are_hidden(self):
        self.broker.create("aborted")
        producer = self.transactional("tests-abort")
        producer.produce("aborted", b"no", b"k")
        producer.flush(30)
        producer.abort_transaction(30)
        producer.begin_transaction()
        producer.produce("aborted", b"yes", b"k")
        producer.commit_transaction(30)
        self.assertEqual([m.value for m in self.broker.read("aborted")], [b"yes"])
        self.assertEqual([m.value for m in self.broker.read("aborted", "read_uncommitted")], [b"no", b"yes"])

    def test_an_older_producer_is_fenced(self):
        self.broker.create("fenced")
        older = self.transactional("tests-fence")
        older.produce("fenced", b"older", b"k")
        newer = self.transactional("tests-fence")
        newer.produce("fenced", b"newer", b"k")
        newer.commit_transaction(30)
        with self.assertRaises(KafkaException):
            older.commit_transaction(30)
        self.assertEqual([m.value for m in self.broker.read("fenced")], [b"newer"])


if __name__ == "__main__":
    skip_if_told()
    unittest.main()
