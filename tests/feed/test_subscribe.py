# SPDX-License-Identifier: Apache-2.0
"""`subscribe` against a feed on a real broker that a model publishes: runs that are killed and resumed rebuild the state
from the lines alone; what is missing, cut off by retention, of another feed or not ours is told."""
import json
import os
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kafka"))
import support  # noqa: E402
from downstream import Subscriber  # noqa: E402
from model import Feed  # noqa: E402

SEED = int(os.environ.get("SCOWIRE_SEED") or random.SystemRandom().randrange(1_000_000))
RUNS, SUBSCRIBERS = 50, 5


class Subscribe(unittest.TestCase):
    maxDiff = 3000
    feeds = 0

    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", flush=True)
        cls.broker = support.Broker("feed").__enter__()
        cls.addClassCleanup(cls.broker.__exit__)
        cls.folder = support.fresh_folder("feed-run")

    def new_feed(self, seed=1, **config):
        """A feed of its own, told apart by the topic prefix."""
        Subscribe.feeds += 1
        self.prefix = f"t{Subscribe.feeds}."
        self.broker.create(self.prefix + "sco.changes", **config)
        self.broker.create(self.prefix + "sco.state", **{"cleanup.policy": "compact"})
        return Feed(self.broker.bootstrap, seed, changes=self.prefix + "sco.changes", state=self.prefix + "sco.state")

    def subscriber(self, name, *options, prefix=None):
        return Subscriber(support.CONSUMER, self.folder, f"{prefix or self.prefix}{name}", "--transport", "kafka",
                          "--brokers", self.broker.bootstrap, "--topic-prefix", prefix or self.prefix, *options)

    def delete_records(self, topic, before):
        """What retention does, at once."""
        path = os.path.join(self.folder, "delete.json")
        with open(path, "w", encoding="ascii") as f:
            json.dump({"version": 1, "partitions": [{"topic": topic, "partition": 0, "offset": before}]}, f)
        subprocess.run([os.path.join(support.HERE, "broker"), "tool", "org.apache.kafka.tools.DeleteRecordsCommand",
                        "--bootstrap-server", self.broker.bootstrap, "--offset-json-file", path], check=True,
                       stdout=subprocess.DEVNULL)

    def assert_state(self, downstream, feed):
        self.assertEqual(downstream.lines(), feed.state_lines())
        self.assertEqual(downstream.place, (feed.epoch, feed.sequence))

    def test_killed_and_resumed_runs_rebuild_the_state(self):
        rng, feed = random.Random(SEED), self.new_feed(SEED)
        feed.publish(20)
        subscribers = [self.subscriber(f"s{i}") for i in range(SUBSCRIBERS)]
        for life in range(RUNS // SUBSCRIBERS):
            for s in subscribers:
                s.start()
            for _ in range(rng.randrange(10, 60)):
                feed.publish(rng.randrange(1, 4))
                time.sleep(rng.uniform(0, 0.04))  # the moment of the kill is what is random here
            if life in (3, 7):
                feed.hand_over()
                feed.publish(2)
            for s in rng.sample(subscribers, len(subscribers)):
                s.kill()
                feed.publish(1)
        for s in subscribers:
            self.assert_state(s.to_end(), feed)
        seen = [s.downstream for s in subscribers]
        # The lives did overlap the feed: changes came as changes, and the hand-overs were noticed.
        self.assertGreater(sum(d.applied for d in seen), 100)
        self.assertIn("epoch", sum((d.snapshots for d in seen), []))
        self.assertNotIn("gap", sum((d.snapshots for d in seen), []))

    def test_a_resumed_run_goes_on_without_a_snapshot(self):
        feed = self.new_feed()
        feed.publish(5)
        s = self.subscriber("s")
        s.to_end()
        feed.publish(7)
        d = s.to_end()
        self.assert_state(d, feed)
        self.assertEqual((d.snapshots, d.applied, d.repeated), (["start"], 7, 0))

    def test_a_hole_is_told_and_closed_by_a_snapshot(self):
        feed = self.new_feed()
        feed.publish(5)
        s = self.subscriber("s")
        s.to_end()
        feed.publish(4, leave_out={1, 2})
        d = s.to_end()
        self.assert_state(d, feed)
        self.assertEqual(d.snapshots, ["start", "gap"])
        self.assertIn("events are missing", s.said())

    def test_after_retention_the_state_comes_anew(self):
        feed = self.new_feed()
        feed.publish(5)
        resumed, everything = self.subscriber("resumed"), self.subscriber("everything")
        resumed.to_end()
        everything.to_end()
        feed.publish(10)
        topic = self.prefix + "sco.changes"
        # Offsets and sequences differ by the markers: all but the last few events.
        self.delete_records(topic, 13)
        d = resumed.to_end()
        self.assert_state(d, feed)
        self.assertEqual(d.snapshots, ["start", "retention"])
        self.delete_records(topic, -1)
        d = everything.to_end()
        self.assert_state(d, feed)
        self.assertEqual(d.snapshots, ["start", "retention"])

    def test_a_cursor_of_another_feed_is_refused_or_begun_anew(self):
        feed = self.new_feed()
        feed.publish(5)
        mine = self.prefix
        s = self.subscriber("s")
        s.to_end()
        feed.publish(3)
        s.to_end()
        other = self.new_feed(seed=2)
        other.publish(20)
        t = self.subscriber("t")
        t.cursor = s.cursor
        t.command[t.command.index("--cursor") + 1] = s.cursor
        self.assertEqual(t.start("--until-end").end(), 3)
        self.assertIn("of another feed", t.said())
        short = self.new_feed(seed=3)
        short.publish(2)
        u = self.subscriber("u")
        u.command[u.command.index("--cursor") + 1] = s.cursor
        self.assertEqual(u.start("--until-end").end(), 3)
        self.assertIn("has come to 1:8", u.said())
        self.assert_state(u.to_end("--resnapshot"), short)
        self.assertEqual(u.downstream.snapshots, ["foreign"])
        self.assertNotEqual(mine, self.prefix)

    def test_a_damaged_cursor_is_refused(self):
        feed = self.new_feed()
        feed.publish(5)
        s = self.subscriber("s")
        s.to_end()
        with open(s.cursor, "r+", encoding="ascii") as f:
            text = f.read()
            f.seek(0)
            f.write(text.replace("sequence 5", "sequence 4"))
        self.assertEqual(s.start("--until-end").end(), 3)
        self.assertIn("is no cursor", s.said())

    def export(self):
        path = os.path.join(self.folder, self.prefix + "export.jsonl")
        with open(path, "wb") as out:
            subprocess.run([support.CONSUMER, "state", "--export", "--transport", "kafka", "--brokers",
                            self.broker.bootstrap, "--topic-prefix", self.prefix], check=True, stdout=out)
        return path

    def test_an_export_is_a_place_to_start_from(self):
        feed = self.new_feed()
        feed.publish(9)
        path = self.export()
        with open(path, encoding="utf-8") as f:
            head = json.loads(f.readline())
        self.assertEqual((head["epoch"], head["sequence"], head["feed"]), (1, 9, feed.source))
        feed.publish(6)
        d = self.subscriber("s", "--snapshot", path).to_end()
        self.assert_state(d, feed)
        self.assertEqual((d.snapshots, d.applied), (["file"], 6))
        feed.hand_over()
        d = self.subscriber("late", "--snapshot", path).to_end()
        self.assert_state(d, feed)
        self.assertEqual(d.snapshots[-1], "epoch")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for name, damaged in (("altered", text.replace("established", "unconfirmed", 1)), ("cut", text[:-9])):
            with open(path, "w", encoding="utf-8") as f:
                f.write(damaged)
            s = self.subscriber(name, "--snapshot", path)
            self.assertEqual(s.start("--until-end").end(), 3)
            self.assertIn("no snapshot", s.said())
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        other = self.new_feed(seed=5)
        other.publish(3)
        s = self.subscriber("foreign", "--snapshot", path)
        self.assertEqual(s.start("--until-end").end(), 3)
        self.assertIn("of another feed", s.said())
        self.assertEqual(self.subscriber("none", "--snapshot", path + ".none").start("--until-end").end(), 3)

    def test_a_topic_that_is_not_ours_is_refused(self):
        feed = self.new_feed()
        feed.publish(1)
        self.broker.produce(self.prefix + "sco.changes", [support.Message(0, b"k", b"{}", 1, ())])
        s = self.subscriber("s")
        self.assertEqual(s.start("--until-end").end(), 3)
        self.assertIn("not a change event: header ce_epoch is missing", s.said())
        self.broker.produce(self.prefix + "sco.state", [support.Message(0, b"k", b"{}", 1, ())])
        s = self.subscriber("t")
        self.assertEqual(s.start("--until-end").end(), 3)
        self.assertIn("sco.state, offset", s.said())
        self.assertEqual(self.subscriber("u", prefix="none.").start("--until-end").end(), 3)

    def test_from_a_sequence_or_a_time(self):
        feed = self.new_feed()
        feed.publish(5)
        feed.hand_over()
        feed.publish(5)
        for start, want in (("3", range(3, 7)), ("2:6", range(6, 7)), ("2023-11-14T22:13:20Z", None)):
            s = self.subscriber("from-" + start.replace(":", ""), "--from", start)
            s.downstream.place = (2, want[0] - 1) if want else (1, 0)
            s.downstream.slots = None
            s.downstream.change = lambda e, seen=s.__dict__.setdefault("seen", []): seen.append(
                (int(e["epoch"]), int(e["sequence"])))
            s.to_end()
            if want:
                self.assertEqual(s.seen, [(2, n) for n in want])
            else:
                self.assertEqual(s.seen[:5], [(1, n) for n in range(1, 6)])
        for wrong in ("8", "0", "yesterday"):
            self.assertEqual(self.subscriber("wrong-" + wrong, "--from", wrong).start("--until-end").end(), 2)

    def test_filters_and_heartbeats(self):
        feed = self.new_feed()
        feed.publish(40)
        s = self.subscriber("s", "--kind", "membership", "--status", "established", "--heartbeat-ms", "200")
        s.downstream.line = lambda _text: None  # what is filtered cannot be counted
        s.start()
        support.wait("heartbeats", lambda: open(s.out, encoding="utf-8").read().count('"heartbeat"') >= 2, 30)
        feed.publish(40)
        support.wait("a change", lambda: "scowire.membership." in open(s.out, encoding="utf-8").read(), 30)
        s.kill()
        with open(s.out, encoding="utf-8") as f:
            text = f.read()
        self.assertNotIn("presidency", text)
        self.assertIn('"reached":true', text)
        self.assertEqual(self.subscriber("t", "--status", "certain").start("--until-end").end(), 2)


if __name__ == "__main__":
    support.skip_if_told()
    unittest.main()
