#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Subscribes to the changes of an organisation's state: the snapshot first, then every event after it.

usage: subscribe.py BROKERS [--until-end]        needs: pip install confluent-kafka cloudevents==1.12.0

Prints one JSON object a line: {"snapshot": slot, "spells": [...]} for each slot, then {"id", "type", "sequence", "data"}.
Exit code 3 when an event is missing: then begin again, the snapshot covers it.
"""
import json
import sys

from cloudevents.kafka import KafkaMessage, from_binary
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition


def records(brokers, topic, until_end):
    """Committed records of the topic's one partition, from the beginning."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "subscribe.py", "enable.auto.commit": False,
                         "isolation.level": "read_committed", "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if not message.error():
                yield message
            elif message.error().code() == KafkaError._PARTITION_EOF:
                if until_end:
                    return
            else:
                raise SystemExit(str(message.error()))
    finally:
        consumer.close()


def snapshot(brokers):
    """The state by slot, and the place after which events are news."""
    slots, at = {}, (1, 0)
    for message in records(brokers, "sco.state", until_end=True):
        slot = message.key().decode()
        if message.value() is None:  # a tombstone: nothing is believed of it any more
            slots.pop(slot, None)
            continue
        state = json.loads(message.value())
        slots[slot] = state["spells"]
        at = max(at, (state["epoch"], state["sequence"]))
    return slots, at


def main():
    brokers, until_end = sys.argv[1], "--until-end" in sys.argv
    slots, (epoch, sequence) = snapshot(brokers)
    for slot in sorted(slots):
        print(json.dumps({"snapshot": slot, "spells": slots[slot]}, ensure_ascii=False), flush=True)
    for message in records(brokers, "sco.changes", until_end):
        event = from_binary(KafkaMessage(dict(message.headers()), message.key(), message.value()))
        at = (int(event["epoch"]), int(event["sequence"]))
        if at <= (epoch, sequence):
            continue  # the snapshot has it
        if at[0] != epoch or at[1] != sequence + 1:
            raise SystemExit(3)  # another epoch, or an event is missing
        sequence = at[1]
        print(json.dumps({"id": event["id"], "type": event["type"], "sequence": sequence, "data": event.data},
                         ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
