#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scowire-producer as a user calls it: options and exit codes, folders, watching, URLs, signals, the terminal.

usage: PRODUCER=PATH producer.py [TEST...]
What each reader makes of its input is in tests/golden/producer; Kafka is in tests/kafka.
"""
import http.server
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import journal

PRODUCER = os.environ["PRODUCER"]
SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples")
DEADLINE_S = 30


def run(*args, data=b"", env=None, **kw):
    return subprocess.run([PRODUCER, *args], input=data, capture_output=True, timeout=DEADLINE_S, env=env, **kw)


def item(uri, **more):
    return json.dumps({"uri": uri, **more}).encode() + b"\n"


def write(*path, data, mode="wb"):
    with open(os.path.join(*path), mode) as f:
        f.write(data)


def published(folder):
    """What lies in the journal, as (timestamp, key, value)."""
    return [(r.timestamp, r.key, r.value) for r in journal.read(folder, "news.items")]


class Options(unittest.TestCase):
    def test_rows(self):
        rows = [
            (0, "stdout", "usage: scowire-producer [options] FILE|FOLDER|URL|- ...", ["--help"]),
            (0, "stdout", "scowire-producer 0.", ["--version"]),
            (0, "stdout", "| `malformed` |", ["--configuration"]),
            (2, "stderr", "no input: name files, folders or URLs, or - for standard input", []),
            (2, "stderr", "--frobnicate is no option", ["--frobnicate", "-"]),
            (2, "stderr", "--format: format takes one of auto, ninjs, text, feed, not 'nitf'", ["--format", "nitf", "-"]),
            (2, "stderr", "--output takes only - (stdout)", ["-o", "out.jsonl", "-"]),
            (2, "stderr", "--every: every takes an integer from 0 to 86400", ["--every", "-1", "-"]),
            (3, "stderr", "/nowhere.conf: No such file or directory", ["--config", "/nowhere.conf", "-"]),
            (1, "stderr", "nowhere.jsonl: No such file or directory", ["-o", "-", "nowhere.jsonl"]),
            (1, "stderr", "Connection refused", ["-o", "-", "http://127.0.0.1:1/"]),
        ]
        for code, where, text, args in rows:
            with self.subTest(args=args):
                done = run(*args)
                said = getattr(done, where).decode().replace("Couldn't connect to server", "Connection refused")
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(text, said)

    def test_a_failed_write_is_no_success(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PRODUCER, "-o", "-", "-"], input=item("urn:example:a"), stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output: No space left", done.stderr)

    def test_one_input_that_fails_does_not_stop_the_others(self):
        with tempfile.TemporaryDirectory() as d:
            write(d, "a.jsonl", data=item("urn:example:a"))
            done = run("-o", "-", "nowhere.txt", d, "-", data=item("urn:example:b"))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, item("urn:example:a") + item("urn:example:b"))


class Journal(unittest.TestCase):
    def test_key_timestamp_and_value_of_every_sample_and_the_same_again(self):
        files = sorted(os.path.join(SAMPLES, n) for n in os.listdir(SAMPLES) if n.endswith(".jsonl"))
        want = []
        for name in files:
            with open(name, "rb") as f:
                want += [(json.loads(line)["uri"].encode(), line.rstrip(b"\n")) for line in f]
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
            for folder in (a, b):
                done = run("--data", folder, *files)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
            got = published(a)
            self.assertEqual([r[1:] for r in got], want)
            self.assertEqual(got, published(b))
            first = next(t for t, key, _ in got if key == b"urn:example:scowire:2001-06-15:founding")
            self.assertEqual(first, 992606400000)

    def test_what_has_no_time_gets_the_clock_that_is_given(self):
        with tempfile.TemporaryDirectory() as folder:
            run("--data", folder, "-", data=item("urn:example:a") + b"{\n" + item("urn:example:b", firstcreated="2024-07-04"),
                env={**os.environ, "SOURCE_DATE_EPOCH": "1000000000"})
            run("--data", folder, "--timestamp", "clock", "-", data=item("urn:example:c", versioncreated="2024-07-04"),
                env={**os.environ, "SOURCE_DATE_EPOCH": "2000000000"})
            self.assertEqual([r[0] for r in published(folder)], [10**12, 10**12, 1720051200000, 2 * 10**12])

    def test_a_malformed_line_has_a_key_of_its_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            run("--data", folder, "-", data=b"{no\n{no\n{nay\n")
            keys = [r[1] for r in published(folder)]
        self.assertEqual(keys[0], keys[1])
        self.assertNotEqual(keys[0], keys[2])
        self.assertRegex(keys[0].decode(), "^urn:scowire:malformed:[0-9a-f]{32}$")


class Running(unittest.TestCase):
    """Starts the program and reads its standard output line by line, with a deadline."""

    def start(self, *args, **kw):
        # A background shell hands on an ignored SIGINT; a person's terminal does not.
        self.process = subprocess.Popen([PRODUCER, "-o", "-", *args], stdout=subprocess.PIPE,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **kw)
        self.addCleanup(self.end)
        self.left = b""

    def end(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def line(self):
        deadline = time.monotonic() + DEADLINE_S
        while b"\n" not in self.left:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            self.assertTrue(ready, "nothing within the deadline")
            more = os.read(self.process.stdout.fileno(), 65536)
            self.assertTrue(more, "the program has ended")
            self.left += more
        line, _, self.left = self.left.partition(b"\n")
        return line + b"\n"

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.assertEqual(self.process.wait(DEADLINE_S), 0)
        self.assertEqual(self.left + self.process.stdout.read(), b"")


class Watch(Running):
    def test_files_that_are_there_and_that_come_each_once(self):
        with tempfile.TemporaryDirectory() as d:
            write(d, "b.jsonl", data=item("urn:example:2"))
            write(d, "a.jsonl", data=item("urn:example:1"))
            write(d, "README.md", data=b"no news\n")
            write(d, ".hidden.jsonl", data=item("urn:example:hidden"))
            os.mkdir(os.path.join(d, "folder.jsonl"))
            self.start("--watch", d)
            self.assertEqual([self.line(), self.line()], [item("urn:example:1"), item("urn:example:2")])
            with open(os.path.join(d, "c.jsonl"), "wb") as f:  # not before it is closed
                f.write(item("urn:example:3"))
                f.flush()
                f.write(item("urn:example:4"))
            self.assertEqual([self.line(), self.line()], [item("urn:example:3"), item("urn:example:4")])
            write(d, "d.tmp", data=item("urn:example:5"))
            os.rename(os.path.join(d, "d.tmp"), os.path.join(d, "d.jsonl"))
            self.assertEqual(self.line(), item("urn:example:5"))
            write(d, "a.jsonl", data=item("urn:example:6"), mode="ab")
            self.assertEqual([self.line(), self.line()], [item("urn:example:1"), item("urn:example:6")])
            self.stop()

    def test_a_pipe_that_pauses_holds_nothing_back_and_a_signal_ends_it(self):
        self.start("-", stdin=subprocess.PIPE)
        self.process.stdin.write(item("urn:example:1"))
        self.process.stdin.flush()
        self.assertEqual(self.line(), item("urn:example:1"))  # although the pipe is still open
        self.stop(signal.SIGINT)


class Server(http.server.ThreadingHTTPServer):
    """Serves `pages`: path -> (status, headers, body), answers 304 to the ETag it gave, and keeps the requests."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.requests, self.hold = {}, [], threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        if self.path == "/slow":
            self.server.hold.wait(DEADLINE_S)
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        tag = headers.get("ETag")
        if tag and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def feed(*titles):
    entries = "".join(f"<item><guid>urn:example:{t.lower()}</guid><title>{t}</title></item>" for t in titles)
    return f"<rss><channel><title>T</title>{entries}</channel></rss>".encode()


class Urls(Running):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.hold.set)

    def test_kinds_of_documents_and_a_redirection(self):
        self.server.pages = {"/feed": (200, {}, feed("One")), "/news.jsonl": (200, {}, item("urn:example:a") + item("urn:example:b")),
                             "/text": (200, {}, b" date 2024-07-04 ASTANA - Text.\n"), "/old": (301, {"Location": "/feed"}, b"")}
        done = run("-o", "-", *map(self.server.url, ("/feed", "/news.jsonl", "/text", "/old")))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        heads = [json.loads(line).get("headline") or json.loads(line)["uri"][:12] for line in done.stdout.splitlines()]
        self.assertEqual(heads, ["One", "urn:example:", "urn:example:", "urn:scowire:", "One"])

    def test_what_servers_do_wrong(self):
        self.server.pages = {"/large": (200, {}, b" " * (16 * 1024 * 1024 + 1)), "/loop": (302, {"Location": "/loop"}, b""),
                             "/file": (302, {"Location": "file:///etc/passwd"}, b"")}
        rows = [("/absent", "the server answers 404"), ("/large", "more than 16777216 bytes"),
                ("/loop", "Number of redirects hit maximum amount"), ("/file", "Unsupported protocol"), ("/slow", "Timeout")]
        for path, text in rows:
            with self.subTest(path=path):
                done = run("-o", "-", "--timeout-ms", "5000" if path != "/slow" else "200", self.server.url(path))
                self.assertEqual((done.returncode, done.stdout), (1, b""))
                self.assertIn(text, done.stderr.decode())

    def test_a_cache_asks_only_for_what_has_changed(self):
        with tempfile.TemporaryDirectory() as d:
            cache = os.path.join(d, "cache")
            args = ("-o", "-", "--cache", cache, self.server.url("/feed"))
            self.server.pages["/feed"] = (200, {"ETag": '"1"', "Last-Modified": "Thu, 04 Jul 2024 10:00:00 GMT"}, feed("One"))
            counts = [len(run(*args).stdout.splitlines()) for _ in range(2)]
            self.server.pages["/feed"] = (200, {"ETag": '"2"'}, feed("One", "Two"))
            counts.append(len(run(*args).stdout.splitlines()))
        self.assertEqual(counts, [1, 0, 2])
        self.assertEqual([r[1].get("If-None-Match") for r in self.server.requests], [None, '"1"', '"1"'])
        self.assertEqual(self.server.requests[1][1].get("If-Modified-Since"), "Thu, 04 Jul 2024 10:00:00 GMT")

    def test_a_feed_asked_again_gives_what_is_new(self):
        self.server.pages["/feed"] = (200, {}, feed("One", "Two"))
        self.start("--every", "1", self.server.url("/feed"))
        self.assertEqual([json.loads(self.line())["headline"] for _ in range(2)], ["One", "Two"])
        self.server.pages["/feed"] = (200, {}, feed("Two", "Three"))
        self.assertEqual(json.loads(self.line())["headline"], "Three")
        self.stop()


class Terminal(unittest.TestCase):
    def test_progress_on_a_terminal_and_only_there(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([PRODUCER, "-o", "-", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        said, deadline = b"", time.monotonic() + DEADLINE_S
        while not re.search(rb"\r\d+ items, [\d.]+ MB, \d+/s", said):
            self.assertLess(time.monotonic(), deadline, said)
            process.stdin.write(item("urn:example:a") * 64)
            process.stdin.flush()
            if select.select([master], [], [], 0.01)[0]:
                said += os.read(master, 4096)
        process.stdin.close()
        self.assertEqual(process.wait(DEADLINE_S), 0)
        while select.select([master], [], [], 1)[0]:
            try:
                said += os.read(master, 4096)
            except OSError:
                break
        os.close(master)
        self.assertRegex(said, rb"scowire-producer: published \d+ \(malformed 0\), failed 0")


if __name__ == "__main__":
    unittest.main(verbosity=1)
