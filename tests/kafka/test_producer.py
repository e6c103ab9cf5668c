#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scowire-producer on a real broker: the topic it makes, the records it leaves, and what it does when there is no broker."""
import json
import os
import subprocess
import sys

import support
from confluent_kafka.admin import ConfigResource

PRODUCER = os.path.join(support.BIN, "scowire-producer")
SAMPLES = os.path.join(support.ROOT, "samples")


def produce(*args, data=b""):
    return subprocess.run([PRODUCER, "--transport", "kafka", *args], input=data, capture_output=True, timeout=120)


def expect(done, code, text=""):
    err = done.stderr.decode()
    assert done.returncode == code and text in err, f"exit code {done.returncode}, not {code}; stderr: {err}"


def samples():
    files = sorted(os.path.join(SAMPLES, n) for n in os.listdir(SAMPLES) if n.endswith(".jsonl"))
    lines = []
    for name in files:
        with open(name, "rb") as f:
            lines += [line.rstrip(b"\n") for line in f]
    return files, lines


def the_topic_is_made_to_be_kept(broker):
    config = broker.admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, support.NEWS)])
    values = {k: v.value for k, v in next(iter(config.values())).result(30).items()}
    assert values["retention.ms"] == "-1", values["retention.ms"]
    assert len(broker.topics()[support.NEWS].partitions) == 3


def samples_arrive_as_they_are_and_the_same_again(broker):
    files, lines = samples()
    for _ in range(2):
        expect(produce("--brokers", broker.bootstrap, "--partitions", "3", *files), 0)
    got = broker.read(support.NEWS)
    want = sorted((json.loads(line)["uri"].encode(), line) for line in lines)
    assert sorted((m.key, m.value) for m in got) == sorted(want + want)
    by_uri = {}
    for m in got:
        by_uri.setdefault(m.key, set()).add(m.partition)
        assert m.timestamp == 992606400000 or m.timestamp > 992606400000, m.timestamp
    assert all(len(p) == 1 for p in by_uri.values()), "versions of an item lie on several partitions"
    assert len({p for ps in by_uri.values() for p in ps}) == 3
    half = [(m.partition, m.key, m.timestamp, m.value) for m in got]
    for partition in range(3):
        mine = [h for h in half if h[0] == partition]
        assert mine[:len(mine) // 2] == mine[len(mine) // 2:], "the second run gave other records"


def large_and_too_large(broker):
    head = b'{"uri":"urn:example:large","body_text":"'
    large = head + b"x" * (10 * 1024 * 1024) + b'"}\n'
    expect(produce("--brokers", broker.bootstrap, "-", data=large), 0, "more than the 4194304 allowed")  # malformed, published
    assert max(len(m.value) for m in broker.read(support.NEWS)) == len(large) - 1
    broker.create("small", 1, **{"max.message.bytes": "1000"})
    done = produce("--brokers", broker.bootstrap, "--topic", "small", "-X", "message.max.bytes=2000", "-",
                   data=b'{"uri":"urn:example:a","body_text":"' + b"x" * 5000 + b'"}\n{"uri":"urn:example:b"}\n')
    expect(done, 1, "more than message.max.bytes")
    assert [m.key for m in broker.read("small")] == [b"urn:example:b"]


def what_is_wrong_is_told(broker):
    expect(produce("--brokers", "127.0.0.1:1", "-", data=b'{"uri":"urn:example:a"}\n'), 4, "127.0.0.1:1")
    expect(produce("--brokers", broker.bootstrap, "-X", "no.such=1", "-", data=b"{}"), 3, "no.such")
    expect(produce("--brokers", broker.bootstrap, "-X", "enable.idempotence=false", "-", data=b"{}"), 3, "enable.idempotence")


def main():
    support.skip_if_told()
    with support.Broker("producer") as broker:
        for test in (samples_arrive_as_they_are_and_the_same_again, the_topic_is_made_to_be_kept, large_and_too_large,
                     what_is_wrong_is_told):
            test(broker)
            print(f"ok {test.__name__}")
    print("4 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
