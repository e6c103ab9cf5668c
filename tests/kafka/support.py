# SPDX-License-Identifier: Apache-2.0
"""What the Kafka tests share: a broker of their own, topics, reading to the end, running and killing the consumer.

Environment, set by ctest: SCOWIRE_BIN (folder of the programs), SCOWIRE_BUILD (where state may lie). SCOWIRE_SKIP_KAFKA=1
makes every test here a skip (exit code 77), by name. Nothing here sleeps for a fixed time to wait for something: wait()
polls a condition with a deadline.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import NamedTuple, Optional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from validate import Validator  # noqa: E402
from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("SCOWIRE_BIN", os.path.join(ROOT, "build/dev/bin"))
BUILD = os.environ.get("SCOWIRE_BUILD", os.path.join(ROOT, "build/kafka"))
CONSUMER = os.path.join(BIN, "scowire-consumer")

NEWS, DLQ, CLAIMS, CHANGES, STATE = "news.items", "news.items.dlq", "sco.claims", "sco.changes", "sco.state"
OUTPUTS = (CLAIMS, CHANGES, STATE, DLQ)


def skip_if_told():
    if os.environ.get("SCOWIRE_SKIP_KAFKA") == "1":
        print(f"skipped by name: {os.path.basename(sys.argv[0])} (SCOWIRE_SKIP_KAFKA=1)")
        sys.exit(77)


def wait(what, condition, seconds, interval=0.05):
    """Polls condition() until it gives something true, which is returned; after `seconds` fails naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(interval)


class Message(NamedTuple):
    """A record as a reader sees it, without its offset: markers and aborted records take offsets of their own."""
    partition: int
    key: Optional[bytes]
    value: Optional[bytes]
    timestamp: int
    headers: tuple


class Broker:
    """A real Kafka in a folder of its own; a context manager."""

    def __init__(self, name):
        self.folder = os.path.join(BUILD, name)
        self.bootstrap = None
        self.watchers = {}

    def __enter__(self):
        script = os.path.join(ROOT, "tests/kafka/broker")
        self.bootstrap = subprocess.run([script, "start", "--fresh", self.folder], check=True,
                                        stdout=subprocess.PIPE, text=True).stdout.strip()
        self.admin = AdminClient({"bootstrap.servers": self.bootstrap})
        return self

    def __exit__(self, *_):
        subprocess.run([os.path.join(ROOT, "tests/kafka/broker"), "stop", self.folder], check=True)
        shutil.rmtree(os.path.join(self.folder, "data"), ignore_errors=True)

    def down(self):
        """Gone from one moment to the next; its data stay."""
        with open(os.path.join(self.folder, "pid"), encoding="ascii") as f:
            pid = int(f.read())
        os.kill(pid, signal.SIGKILL)
        wait("the end of the broker", lambda: not os.path.exists(f"/proc/{pid}"), 30)

    def up(self):
        """Back, at the same address."""
        again = subprocess.run([os.path.join(ROOT, "tests/kafka/broker"), "start", "--again", self.folder], check=True,
                               stdout=subprocess.PIPE, text=True).stdout.strip()
        assert again == self.bootstrap, again

    def create(self, topic, partitions=1, **config):
        """Kept for ever unless told: the records' times are years ago, and the broker deletes by them."""
        made = self.admin.create_topics([NewTopic(topic, partitions, 1, config={"retention.ms": "-1"} | config)])
        made[topic].result(30)

    def create_all(self, partitions, prefix=""):
        """The topics of the pipeline, as the consumer would make them, but never compacted: when the broker compacts
        is free, and a reader would see more or fewer of the repeated records. The records' times are years ago, so the
        lag must exceed them."""
        compact = {"cleanup.policy": "compact", "min.compaction.lag.ms": "9000000000000000"}
        self.create(prefix + NEWS, partitions, **{"max.message.bytes": "16777216"})
        self.create(prefix + DLQ, 1, **{"max.message.bytes": "16842752"})
        self.create(prefix + CLAIMS, 1, **compact, **{"max.message.bytes": "8454144"})
        self.create(prefix + CHANGES, 1)
        self.create(prefix + STATE, 1, **compact)

    def topics(self):
        return self.admin.list_topics(timeout=10).topics

    def produce(self, topic, records):
        """records: things with key, value, timestamp and perhaps headers, in this order on each partition."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True, "linger.ms": 5,
                             "message.max.bytes": 12_000_000, "partitioner": "murmur2_random"})
        failed = []

        def delivered(error, _message):
            if error:
                failed.append(error)

        for r in records:
            while True:
                try:
                    producer.produce(topic, r.value, r.key, timestamp=r.timestamp, on_delivery=delivered,
                                     headers=list(getattr(r, "headers", ()) or ()))
                    break
                except BufferError:
                    producer.poll(1)
            producer.poll(0)
        if producer.flush(60) or failed:
            raise AssertionError(f"producing to {topic}: {failed[:1]}")

    def read(self, topic, isolation="read_committed", from_group=None):
        """Every record of the topic as a reader of this isolation sees it, in order within each partition; from the
        committed positions of from_group, where it is given."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": from_group or "tests-read",
                             "isolation.level": isolation, "enable.auto.commit": False, "enable.partition.eof": True,
                             "fetch.message.max.bytes": 12_000_000})
        partitions = [TopicPartition(topic, p)
                      for p in sorted(consumer.list_topics(topic, timeout=30).topics[topic].partitions)]
        if from_group:
            partitions = consumer.committed(partitions, timeout=30)
        for p in partitions:
            p.offset = p.offset if p.offset >= 0 else OFFSET_BEGINNING
        consumer.assign(partitions)
        ended, got = set(), []
        deadline = time.monotonic() + 60
        while len(ended) < len(partitions):
            if time.monotonic() > deadline:
                raise AssertionError(f"reading {topic}: the end was not reached in 60 s")
            m = consumer.poll(1)
            if m is None:
                continue
            if m.error():
                if m.error().code() != KafkaError._PARTITION_EOF:
                    raise AssertionError(f"reading {topic}: {m.error()}")
                ended.add(m.partition())
                continue
            kind, ms = m.timestamp()
            got.append(Message(m.partition(), m.key(), m.value(), -1 if kind == TIMESTAMP_NOT_AVAILABLE else ms,
                               tuple(m.headers() or ())))
        consumer.close()
        return sorted(got, key=lambda r: r.partition)  # stable: order within a partition stays

    def high(self, topic, isolation="read_uncommitted"):
        """The end of partition 0, aborted and open transactions included, or without the open ones."""
        if isolation not in self.watchers:
            self.watchers[isolation] = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "tests-watch",
                                                 "isolation.level": isolation})
        return self.watchers[isolation].get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[1]

    def lag(self, group, topic):
        """How many records a group has not yet committed past. Offsets cannot tell: markers have offsets too."""
        return len(self.read(topic, from_group=group))

    def read_outputs(self, prefix=""):
        return {topic: self.read(prefix + topic) for topic in OUTPUTS}


class Stage:
    """One `scowire-consumer run` as a process, in its own log file."""

    def __init__(self, broker, stage, folder, *options, instance=None):
        self.name = stage + (f"-{instance}" if instance else "")
        self.folder = folder
        self.log = os.path.join(folder, self.name + ".log")
        self.command = [CONSUMER, "run", "--stage", stage, "--transport", "kafka", "--brokers", broker.bootstrap,
                        "--state", os.path.join(folder, self.name + ".sqlite"), "--pack", os.path.join(ROOT, "packs/sco")]
        if instance:
            self.command += ["--instance", instance]
        self.command += options
        self.process, self.log_from = None, 0
        os.makedirs(folder, exist_ok=True)

    def start(self, *more):
        with open(self.log, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(self.command + list(more), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        return self

    def reads(self):
        """Has this life been given its partitions, and begun to read?"""
        with open(self.log, "rb") as f:
            f.seek(self.log_from)
            return b"msg=reading" in f.read()

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)

    def end(self, seconds=30):
        """Waits for the process's own end and gives its exit code."""
        return self.process.wait(seconds)

    def run_to_end(self, seconds=120):
        """A life that ends by itself when everything has been processed; its exit code must be 0."""
        self.start("--until-end")
        try:
            code = self.end(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.end()
            raise AssertionError(f"{self.name} --until-end did not end in {seconds} s; log: {self.log}\n{self.tail()}")
        assert code == 0, f"{self.name} ended with {code}; log: {self.log}\n{self.tail()}"

    def view(self):
        """The whole history of the view that this stage keeps, as JSON lines."""
        return subprocess.run([CONSUMER, "state", "--state", os.path.join(self.folder, self.name + ".sqlite"), "--history",
                               "--json"], check=True, stdout=subprocess.PIPE).stdout

    def forget_state(self):
        for suffix in ("", "-wal", "-shm", "-journal"):
            path = os.path.join(self.folder, self.name + ".sqlite" + suffix)
            if os.path.exists(path):
                os.remove(path)

    def tail(self, lines=15):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-lines:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.kill()
            self.end()


def complaints(outputs):
    """What python3-jsonschema has against everything that was emitted: values, and the headers of change events."""
    found = []
    for topic, kind in ((CLAIMS, "claims"), (CHANGES, "change"), (STATE, "state")):
        validator = Validator(kind)
        for m in outputs[topic]:
            if m.value is not None:
                found += [f"{topic} {m.key}: {c}" for c in validator.complaints(m.value)]
    headers = Validator("change-headers")
    for m in outputs[CHANGES]:
        found += [f"{CHANGES} {m.key} headers: {c}" for c in headers.of_value({k: v.decode() for k, v in m.headers})]
    return found


def fresh_folder(name):
    folder = os.path.join(BUILD, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def metric(text, name):
    """Sum of a metric of the Prometheus text format over its labels; None where absent."""
    values = [float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+-]+)$", text, re.M)]
    return sum(values) if values else None
