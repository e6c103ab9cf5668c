# SPDX-License-Identifier: Apache-2.0
"""The rows of ./dev bench about the feed: a replay from the broker, and a subscriber that catches up. Alone:

usage: feed.py [--items N] [--events N]

What a replay can reach beside a bare consumer is arithmetic, which its row prints: the CPU time of both programs and of the
broker, shared by the cores. For 200,000 items of 3 KB, one in a hundred relevant, on two cores of an EPYC: moving the bytes
takes 0.3 s in a client and 0.2 s in the broker, so the bare consumer keeps both cores busy for 0.25 s. The gate takes 0.3 s
(1.6 us an item, all threads of librdkafka aside), 2,000 extractions 0.4 s, the start with the pack 0.1 s, the fold and the
comparison 0.03 s: 1.4 s with the transport, 0.7 s on two cores, a third to a half of the bare rate. 0.8 of it would leave 0.7 us an
item for everything that is no transport.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kafka"))

from confluent_kafka import Producer  # noqa: E402

import bench  # noqa: E402
from support import CHANGES, CONSUMER, NEWS, ROOT, STATE, Broker  # noqa: E402

SPELL = ('{"begin":{"hi":"2024-07-04","lo":"2024-07-04"},"end":{"hi":null,"lo":"2024-07-04"},"evidence":[{"end":112,"exact":'
         '"Kazakhstan handed over the presidency of the organisation to China at the end of the summit in Astana.",'
         '"field":"body","rule":"en.presidency.hand","start":10,"uri":"urn:bench:1","version":"%d"}],"inferred":[],'
         '"status":"established","support":{"items":1,"origins":1},"value":"CN"}')
EVIDENCE = SPELL[SPELL.index('"evidence":') + 11:SPELL.index(',"inferred"')]


def change(n):
    """Event n: one spell of one slot whose evidence moves on, as the fold would tell it."""
    after, before = SPELL % n, SPELL % (n - 1) if n > 1 else "null"
    return (f'{{"after":{after},"before":{before},"caused_by":{{"uri":"urn:bench:1","version":"{n}"}},"evidence":'
            f'{EVIDENCE % n},"op":"{"revised" if n > 1 else "opened"}","reason":"assert","slot":"presidency",'
            f'"supersedes":null}}').encode()


def publish(broker, count):
    producer = Producer({"bootstrap.servers": broker.bootstrap, "enable.idempotence": True, "linger.ms": 20,
                         "queue.buffering.max.messages": 500_000})
    fixed = [("ce_causationid", b"urn:bench:1@1@"), ("ce_epoch", b"1"), ("ce_recordedtime", b"2024-07-04T12:00:00.000Z"),
             ("ce_source", b"urn:scowire:sco"), ("ce_specversion", b"1.0"), ("ce_subject", b"presidency"),
             ("ce_type", b"scowire.presidency.revised"), ("content-type", b"application/json")]
    for n in range(1, count + 1):
        while True:
            try:
                producer.produce(CHANGES, change(n), b"presidency", timestamp=1_720_000_000_000 + n,
                                 headers=[*fixed, ("ce_id", b"%032x" % n), ("ce_sequence", b"%020d" % n)])
                break
            except BufferError:
                producer.poll(0.5)
        if n % 1000 == 0:
            producer.poll(0)
    producer.produce(STATE, (f'{{"epoch":1,"recorded":"2024-07-04T12:00:00.000Z","sequence":{count},"slot":"presidency",'
                             f'"spells":[{SPELL % count}]}}').encode(), b"presidency", timestamp=1_720_000_000_000)
    if producer.flush(120):
        raise SystemExit("bench: the events could not be published")


def beside_bare(broker, what, topic, command):
    """A program over a whole topic, between two runs of the bare consumer. Start-up counts. Beside the ratio stands the
    one that could be at best: if all cores did nothing but the program's work and the broker's from its start to its end."""
    before = bench.bare(broker, topic)
    busy = bench.broker_cpu(broker)
    with open(os.devnull, "wb") as sink:
        seconds, rss, cpu = bench.run_measured(command + ["--transport", "kafka", "--brokers", broker.bootstrap], stdout=sink)
    busy = bench.broker_cpu(broker) - busy
    after = bench.bare(broker, topic)
    ceiling = (before["seconds"] + after["seconds"]) / 2
    return [bench.Row(f"bare consumer of {topic}", before["records"], before["bytes"], ceiling),
            bench.Row(what, before["records"], before["bytes"], seconds, rss,
                      f"{ceiling / seconds:.2f} of the bare consumer's rate, start-up included; with {cpu:.2f} s of CPU and "
                      f"{busy:.2f} of the broker's, {os.cpu_count()} cores allow {ceiling * os.cpu_count() / (cpu + busy):.2f}")]


def replay_rows(broker):
    # The pack is compiled once and then comes from the cache.
    bench.run_measured([CONSUMER, "extract", "--pack", os.path.join(ROOT, "packs/sco"), "/dev/null"])
    return beside_bare(broker, "replay --topic items", NEWS,
                       [CONSUMER, "replay", "--topic", "items", "--pack", os.path.join(ROOT, "packs/sco")])


def subscriber_rows(count):
    with Broker("bench-feed") as broker:
        broker.create(CHANGES, 1, **{"retention.ms": "-1"})
        broker.create(STATE, 1, **{"cleanup.policy": "compact"})
        publish(broker, count)
        return beside_bare(broker, "subscribe, catching up", CHANGES,
                           [CONSUMER, "subscribe", "--from", "1", "--until-end", "--format", "json"])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=200_000)
    options.add_argument("--events", type=int, default=1_000_000)
    args = options.parse_args()
    rows = []
    if args.items:
        with Broker("bench-replay") as broker:
            broker.create_all(4)
            broker.produce(NEWS, bench.wire(args.items, 100))
            rows += replay_rows(broker)
    if args.events:
        rows += subscriber_rows(args.events)
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
