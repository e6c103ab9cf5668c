# SPDX-License-Identifier: Apache-2.0
"""./dev bench: how fast each stage is beside a bare consumer of the same topic in the same run, and how late a change is
visible. One table on stdout; progress on stderr. Figures of one run compare with each other, not with another machine's.

usage: bench.py [--items N] [--relevant N] [--probes N] [--events N] [--full | --fold]
"""
import argparse
import datetime
import json
import os
import platform
import random
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kafka"))

from confluent_kafka import Consumer, Producer  # noqa: E402

import items  # noqa: E402
from support import (BIN, CHANGES, CLAIMS, CONSUMER, NEWS, ROOT, Broker, Stage, fresh_folder, wait)  # noqa: E402

FILLER = ("The council of {city} discussed the budget, the schools and the river for most of the day. "
          "Several speakers asked for more buses. A decision was put off until {month}. ")


HEAD = f"{'':34} {'records':>8} {'records/s':>10} {'MB/s':>8} {'RSS MB':>6}"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def wire(count, relevant_every, seed=1):
    """`count` items of about three kilobytes, as a newswire has them; one in relevant_every names the organisation."""
    rng = random.Random(seed)
    for number in range(count):
        filler = "".join(FILLER.format(city=rng.choice(items.CITIES), month=rng.choice(items.MONTHS)) for _ in range(15))
        head = items.sentence(rng, items.RELEVANT if number % relevant_every == 0 else items.IRRELEVANT)
        uri = f"urn:bench:{seed}:{number}"
        value = items.encode(items.news_item(rng, uri, "1", head + " " + filler, number))
        yield items.Record("bench", uri.encode(), value, items.START_MS + number)


# A program's peak resident set counts from what its parent had when it was made: a bench that has just published a million
# records would be told its own memory. So the parent is a small one.
MEASURE = """
import json, os, sys, time
began = time.monotonic()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
os.write(int(sys.argv[1]), json.dumps([time.monotonic() - began, status, usage.ru_maxrss / 1024,
                                       usage.ru_utime + usage.ru_stime]).encode())
"""


def run_measured(command, **more):
    """Wall seconds, peak resident set in MB and CPU seconds of a program that must end with 0."""
    read, write = os.pipe()
    with os.fdopen(read, "rb") as result:
        subprocess.run([sys.executable, "-S", "-c", MEASURE, str(write), *command], pass_fds=[write], check=True, **more)
        os.close(write)
        seconds, status, rss, cpu = json.load(result)
    if status != 0:
        raise SystemExit(f"bench: {' '.join(command)} failed with {status}")
    return seconds, rss, cpu


def broker_cpu(broker):
    """CPU seconds of the broker so far."""
    with open(os.path.join(broker.folder, "pid"), encoding="ascii") as f:
        pid = f.read().strip()
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare(broker, topic):
    out = subprocess.run([os.path.join(BIN, "bare_consumer"), broker.bootstrap, topic], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)


class Row:
    def __init__(self, what, records, size, seconds, rss=None, note=""):
        self.what, self.records, self.size, self.seconds, self.rss, self.note = what, records, size, seconds, rss, note

    def rate(self):
        return self.records / self.seconds

    def __str__(self):
        rss = f"{self.rss:6.0f}" if self.rss else "     -"
        return (f"{self.what:34} {self.records:8} {self.rate():10.0f} {self.size / self.seconds / 1e6:8.1f} "
                f"{rss}  {self.note}")


def working_seconds(log):
    """From the first partition that is read to the end, as the stage's own log tells it; and what came before."""
    with open(log, encoding="utf-8") as f:
        lines = f.read().splitlines()

    def at(mark):
        line = next(line for line in lines if f"msg={mark}" in line)
        return datetime.datetime.fromisoformat(re.match(r"ts=(\S+)Z", line)[1])

    return (at("ended") - at("reading")).total_seconds()


def stage_row(broker, name, topic, folder):
    """A stage over a whole topic; the bare consumer runs before and after, since the machine may be busy with
    something else meanwhile. Start-up and joining the group are told apart from the work."""
    before = bare(broker, topic)
    stage = Stage(broker, name, folder, instance="bench")
    with open(stage.log, "wb") as log:
        whole, rss, _ = run_measured(stage.command + ["--until-end"], stdout=log, stderr=log)
    after = bare(broker, topic)
    ceiling, seconds = (before["seconds"] + after["seconds"]) / 2, max(working_seconds(stage.log), 1e-3)
    records, size = before["records"], before["bytes"]
    return [Row(f"bare consumer of {topic}", records, size, ceiling),
            Row(f"stage {name}", records, size, seconds, rss,
                f"{seconds / ceiling:.1f} x the bare consumer's time; {whole - seconds:.1f} s to start and stop")]


def latency(broker, folder, probes):
    """Milliseconds from publishing an item to its first change event at a read_committed reader, sorted."""
    stages = [Stage(broker, name, folder, instance="live").start() for name in ("extract", "fold")]
    reader = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "bench-latency", "auto.offset.reset": "earliest",
                       "isolation.level": "read_committed", "fetch.wait.max.ms": 5})
    seen, stop = {}, threading.Event()

    def follow():
        reader.subscribe([CHANGES])
        while not stop.is_set():
            m = reader.poll(0.1)
            if m is not None and not m.error():
                at = time.monotonic()
                seen.setdefault(dict(m.headers())["ce_causationid"].decode().split("@")[0], at)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    producer = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 0})
    sent = {}

    def publish(number):
        # A summit on a day of its own, so that each item makes a change.
        uri = f"urn:probe:{number}"
        text = (f"The summit of the Shanghai Cooperation Organization took place in {items.CITIES[number % 7]} on "
                f"{items.MONTHS[number % 7]} {1 + number // 7 % 28}, {2003 + number // 196}.")
        value = items.encode(items.news_item(random.Random(number), uri, "1", text, number))
        sent[uri] = time.monotonic()
        producer.produce(NEWS, value, uri.encode())
        producer.poll(0)

    publish(0)  # the first one waits for groups to form
    wait("the first change", lambda: "urn:probe:0" in seen, 60)
    for number in range(1, probes + 1):
        publish(number)
        time.sleep(0.05)  # a rate, not a wait: 20 items a second
    producer.flush(10)
    wait("eight in ten changes", lambda: len(seen) >= 0.8 * probes, 30)
    stop.set()
    thread.join()
    reader.close()
    for stage in stages:
        stage.stop()
    return sorted(1000 * (seen[u] - sent[u]) for u in seen if u in sent and u != "urn:probe:0"), len(sent) - 1


def command_row(what, command, path, records):
    with open(path, "rb") as source, open(os.devnull, "wb") as sink:
        seconds, rss, _ = run_measured(command, stdin=source, stdout=sink)
    return Row(what, records, os.path.getsize(path), seconds, rss, "start-up included")


def files_rows(folder, news):
    path = os.path.join(folder, "items.jsonl")
    with open(path, "wb") as f:
        f.writelines(r.value + b"\n" for r in news)
    pack = ["--pack", os.path.join(ROOT, "packs/sco")]
    view = os.path.join(folder, "replay.sqlite")
    return [command_row("extract, from a file", [CONSUMER, "extract", *pack], path, len(news)),
            command_row("replay, from a file", [CONSUMER, "replay", "-", "--state", view, *pack], path, len(news))]


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
    with open("/proc/meminfo", encoding="utf-8") as f:
        memory = int(f.readline().split()[1]) // 1024 // 1024
    return f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.release()}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=200_000, help="of the newswire, one in a hundred relevant")
    options.add_argument("--relevant", type=int, default=10_000, help="of the topic where every item is relevant")
    options.add_argument("--events", type=int, default=1_000_000, help="of the feed that a subscriber catches up with")
    options.add_argument("--probes", type=int, default=300, help="items for the latency")
    options.add_argument("--full", action="store_true", help="the fold by itself also with a million items: minutes")
    options.add_argument("--fold", action="store_true", help="only the fold by itself: no broker")
    args = options.parse_args()
    import extract  # these use what stands here
    import feed
    import fold
    folder = fresh_folder("bench")
    if args.fold:
        print(f"{datetime.date.today().isoformat()}, {machine()}\n")
        for line in fold.table(folder, args.full):
            print(line, flush=True)
        return
    say("items in one process")
    rows, start = extract.rows()
    say("newswire, one item in a hundred relevant")
    with Broker("bench-wire") as broker:
        broker.create_all(4)
        broker.produce(NEWS, wire(args.items, 100))
        rows += stage_row(broker, "extract", NEWS, os.path.join(folder, "wire"))
        rows += feed.replay_rows(broker)
    say("every item relevant")
    dense = list(wire(args.relevant, 1, seed=2))
    with Broker("bench-dense") as broker:
        broker.create_all(4)
        broker.produce(NEWS, dense)
        rows += stage_row(broker, "extract", NEWS, os.path.join(folder, "dense"))
        rows[-2].note = "every item relevant"
        rows += stage_row(broker, "fold", CLAIMS, os.path.join(folder, "dense"))
    say("from files")
    rows += files_rows(folder, dense)
    say("a subscriber")
    rows += feed.subscriber_rows(args.events)
    say("the fold by itself")
    folded = list(fold.table(folder, args.full))
    say("latency")
    with Broker("bench-latency") as broker:
        broker.create_all(4)
        late, probes = latency(broker, os.path.join(folder, "latency"), args.probes)
    print(f"{datetime.date.today().isoformat()}, {machine()}\n")
    print(HEAD)
    for row in rows:
        print(row)
    print("\nthe fold by itself, CPU time\n" + "\n".join(folded))
    print(f"\n{start}")
    print(f"from publishing an item to its change at a reader, {len(late)} of {probes} items at 20 a second: "
          f"p50 {late[len(late) // 2]:.0f} ms, p99 {late[int(len(late) * 0.99)]:.0f} ms, worst {late[-1]:.0f} ms")


if __name__ == "__main__":
    main()
