# SPDX-License-Identifier: Apache-2.0
"""A program that lives from `subscribe`: it keeps the state from nothing but the lines, across kills and resumes.

The rules that a reader of the lines follows, all of them:
- {"control": "snapshot", "slots": N}: the next N lines are the whole state; it counts once all N have come.
- a change (a CloudEvent) whose (epoch, sequence) is not above what is known was seen before;
- else it must be the next one: `before` goes out of its slot, `after` comes in;
- other control lines say nothing about the state.
"""
import json
import os
import signal
import subprocess


def order(spell):
    """Spells of a slot by their bounds, as the state has them; null is unbounded."""
    begin, end = spell["begin"], spell["end"]
    statuses = ("established", "expected", "unconfirmed", "disputed")
    return (begin["lo"] or "", begin["hi"] or "~", spell["value"].encode(), end["lo"] or "", end["hi"] or "~",
            statuses.index(spell["status"]))


class Downstream:
    def __init__(self):
        self.slots = {}
        self.place = None
        self.snapshots = []  # reasons
        self.repeated = self.applied = self.heartbeats = 0
        self.filling = None

    def line(self, text):
        record = json.loads(text)
        control = record.get("control")
        if self.filling and "spells" in record:
            return self.fill(record)
        if self.filling:
            self.filling = None  # cut off: it does not count
        if control == "snapshot":
            self.filling = (record, {})
            if record["slots"] == 0:
                self.finish()
        elif control == "heartbeat":
            self.heartbeats += 1
        elif control is None:
            self.change(record)
        return None

    def fill(self, record):
        head, slots = self.filling
        slots[record["slot"]] = record["spells"]
        if len(slots) == head["slots"]:
            self.finish()

    def finish(self):
        head, slots = self.filling
        self.slots, self.place, self.filling = slots, (head["epoch"], head["sequence"]), None
        self.snapshots.append(head["reason"])

    def change(self, event):
        place = (int(event["epoch"]), int(event["sequence"]))
        if place <= self.place:
            self.repeated += 1
            return
        assert place == (self.place[0], self.place[1] + 1), f"{place} after {self.place}"
        data = event["data"]
        spells = self.slots.setdefault(data["slot"], [])
        if data["before"]:
            spells.remove(data["before"])
        if data["after"]:
            spells.append(data["after"])
            spells.sort(key=order)
        self.place = place
        self.applied += 1

    def state(self):
        """As `state --history --json` prints it: one spell a line with its slot, sorted."""
        return sorted((slot, order(s), json.dumps(dict(s, slot=slot), sort_keys=True, ensure_ascii=False))
                      for slot, spells in self.slots.items() for s in spells)

    def lines(self):
        return [line for _slot, _order, line in self.state()]


class Subscriber:
    """`subscribe` in a pipe, with a cursor, feeding a Downstream over any number of lives."""

    def __init__(self, consumer, folder, name, *options):
        self.folder, self.name = folder, name
        self.cursor = os.path.join(folder, name + ".cursor")
        self.command = [consumer, "subscribe", "--cursor", self.cursor, *options]
        self.downstream = Downstream()
        self.lives = 0
        self.process = self.out = self.errors = None
        os.makedirs(folder, exist_ok=True)

    def start(self, *more):
        self.lives += 1
        self.out = os.path.join(self.folder, f"{self.name}.{self.lives}.out")
        self.errors = os.path.join(self.folder, f"{self.name}.{self.lives}.err")
        with open(self.out, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen([*self.command, *more], stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        return self

    def take(self):
        """What the life that ended left: whole lines count, a line that was cut off does not."""
        with open(self.out, encoding="utf-8") as f:
            for line in f.read().split("\n")[:-1]:
                self.downstream.line(line)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.take()

    def end(self, seconds=30):
        code = self.process.wait(seconds)
        self.take()
        return code

    def to_end(self, *more, seconds=60):
        code = self.start("--until-end", *more).end(seconds)
        with open(self.errors, encoding="utf-8", errors="replace") as f:
            assert code == 0, f"{self.name} ended with {code}: {f.read()}"
        return self.downstream

    def said(self):
        with open(self.errors, encoding="utf-8", errors="replace") as f:
            return f.read()
