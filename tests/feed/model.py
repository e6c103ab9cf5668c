# SPDX-License-Identifier: Apache-2.0
"""A publisher of change feeds as the fold writes them (consumer/codec/change_json.h, state_json.h), but which can be told to
leave something out: for what the real one must never do. Deterministic."""
import hashlib
import json
import random

from confluent_kafka import Producer

SLOTS = ("membership/BY", "membership/IN", "presidency", "secretary-general", "summit")
T0 = 1_700_000_000_000


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Feed:
    def __init__(self, bootstrap, seed=1, source="/scowire/sco", changes="sco.changes", state="sco.state"):
        self.random = random.Random(seed)
        self.source, self.changes, self.state = source, changes, state
        self.slots = {s: [] for s in SLOTS}
        self.epoch, self.sequence, self.made = 1, 0, 0
        self.producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": f"model-{source}-{seed}",
                                  "linger.ms": 0})
        self.producer.init_transactions(30)

    def spell(self):
        self.made += 1
        day = self.random.randrange(1, 28)
        return {"begin": {"hi": f"2024-0{self.random.randrange(1, 9)}-28", "lo": f"2023-07-{day:02}"},
                "end": {"hi": None, "lo": None},
                "evidence": [{"end": 9, "exact": f"Zitat {self.made} «ШОС» 上合", "field": "body", "rule": "r", "start": 0,
                              "uri": f"urn:model:{self.made}", "version": None}],
                "inferred": [], "status": self.random.choice(["established", "expected", "disputed"]),
                "support": {"items": 1, "origins": 1}, "value": f"V{self.random.randrange(99)}"}

    @staticmethod
    def order(spell):
        statuses = ("established", "expected", "unconfirmed", "disputed")
        return (spell["begin"]["lo"], spell["begin"]["hi"], spell["value"], statuses.index(spell["status"]))

    def publish(self, n=1, leave_out=()):
        """n changes in one transaction; those whose index is in leave_out count but are not written."""
        self.producer.begin_transaction()
        for i in range(n):
            slot = self.random.choice(SLOTS)
            spells = self.slots[slot]
            before = self.random.choice(spells) if spells and self.random.random() < 0.6 else None
            after = self.spell() if not before or self.random.random() < 0.6 else None
            if before:
                spells.remove(before)
            if after:
                spells.append(after)
                spells.sort(key=self.order)
            self.sequence += 1
            if i not in leave_out:
                self.event(slot, before, after)
            self.record(slot)
        self.producer.commit_transaction(30)

    def headers(self, kind, subject, data):
        unique = f"{self.source}{self.epoch}:{self.sequence}{data}"
        h = {"ce_causationid": "urn:model@@", "ce_epoch": str(self.epoch),
             "ce_id": hashlib.md5(unique.encode()).hexdigest(), "ce_recordedtime": "2023-11-14T22:13:20.000Z",
             "ce_sequence": f"{self.sequence:020}", "ce_source": self.source, "ce_specversion": "1.0",
             "ce_subject": subject, "ce_type": kind, "content-type": "application/json"}
        return [(k, v.encode()) for k, v in h.items()]

    def event(self, slot, before, after):
        op = "revised" if before and after else "opened" if after else "withdrawn"
        data = canonical({"after": after, "before": before, "caused_by": {"uri": "urn:model", "version": None},
                          "evidence": (after or before)["evidence"], "op": op, "reason": "assert", "slot": slot,
                          "supersedes": None})
        self.producer.produce(self.changes, data.encode(), slot.encode(), timestamp=T0 + self.sequence,
                              headers=self.headers(f"scowire.{slot.split('/')[0]}.{op}", slot, data))

    def record(self, slot):
        self.producer.produce(self.state, canonical({
            "epoch": self.epoch, "recorded": "2023-11-14T22:13:20.000Z", "sequence": self.sequence, "slot": slot,
            "spells": self.slots[slot]}).encode(), slot.encode(), timestamp=T0 + self.sequence)

    def hand_over(self):
        """A new epoch: another state, all slots in the transaction of its first event."""
        self.producer.begin_transaction()
        self.epoch, self.sequence = self.epoch + 1, 1
        data = canonical({"epoch": self.epoch, "pack": "sco@model", "slots": len(SLOTS)})
        self.producer.produce(self.changes, data.encode(), b"#epoch", timestamp=T0,
                              headers=self.headers("scowire.feed.epoch", "#epoch", data))
        for slot in SLOTS:
            if self.random.random() < 0.5:
                self.slots[slot] = [self.spell()]
            self.record(slot)
        self.producer.commit_transaction(30)

    def state_lines(self):
        return [json.dumps(dict(s, slot=slot), sort_keys=True, ensure_ascii=False)
                for slot in sorted(self.slots) for s in self.slots[slot]]
