# SPDX-License-Identifier: Apache-2.0
"""The timeline page in a real browser (headless Chromium by WebDriver), over the samples: it draws what /state says, shows
the proof of a spell on a click and on a key, follows /changes, and nothing comes from elsewhere.

python3 test_page.py BIN_DIR. SCOWIRE_SKIP_BROWSER=1 skips it, by name; SCOWIRE_SHOT=FILE keeps a screenshot.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.join(ROOT, "build/dev/bin")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the WebDriver standard's key of an element
ENTER = "\ue007"


def wait(what, condition, seconds=30):
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


def http(url, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as e:
        raise AssertionError(f"{url}: {e.read().decode(errors='replace')[:500]}") from e


class Browser:
    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True,
                                       stderr=subprocess.DEVNULL)
        for line in self.driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                self.base = f"http://127.0.0.1:{found.group(1)}/session"
                break
        else:
            raise AssertionError("chromedriver ended before it listened")
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                            "--window-size=1500,900", f"--user-data-dir={folder}"]}
        made = http(self.base, {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options,
                                                                 "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.base += "/" + made["value"]["sessionId"]

    def call(self, path, body=None, method=None):
        return http(f"{self.base}/{path}", body, method)["value"]

    def find(self, css):
        return [e[ELEMENT] for e in self.call("elements", {"using": "css selector", "value": css})]

    def text(self, css):
        return self.call(f"element/{self.find(css)[0]}/text")

    def script(self, code, *args):
        return self.call("execute/sync", {"script": code, "args": list(args)})

    def close(self):
        try:
            http(self.base, method="DELETE")
        finally:
            self.driver.terminate()
            self.driver.wait(20)
            self.driver.stdout.close()


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="scowire-page-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.data = os.path.join(cls.folder, "data")
        cls.publish(sorted(os.path.join(ROOT, "samples", f) for f in os.listdir(os.path.join(ROOT, "samples"))
                           if f.endswith(".jsonl")))
        run = [os.path.join(BIN, "scowire-consumer"), "run", "--transport", "files", "--data", cls.data, "--pack",
               os.path.join(ROOT, "packs/sco")]
        subprocess.run(run + ["--until-end"], check=True, stderr=subprocess.DEVNULL)
        cls.run_process = subprocess.Popen(run + ["--http", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end_run)
        for line in cls.run_process.stderr:
            found = re.search(r"msg=serving .*port=(\d+)", line)
            if found:
                cls.url = f"http://127.0.0.1:{found.group(1)}"
                break
        else:
            raise AssertionError("the consumer ended before it served")
        cls.browser = Browser(os.path.join(cls.folder, "profile"))
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def end_run(cls):
        cls.run_process.terminate()
        cls.run_process.wait(15)
        cls.run_process.stderr.close()

    @classmethod
    def publish(cls, files):
        subprocess.run([os.path.join(BIN, "scowire-producer"), "--data", cls.data, *files], check=True,
                       stderr=subprocess.DEVNULL)

    def setUp(self):
        self.browser.call("url", {"url": self.url + "/timeline"})
        wait("the drawing", lambda: self.browser.find("#chart g.spell"))

    def state(self, question="history=1"):
        with urllib.request.urlopen(f"{self.url}/state?{question}", timeout=10) as answer:
            return json.load(answer)

    def drawn(self):
        return self.browser.script("return [...document.querySelectorAll('g.spell')].map(g => "
                                   "[g.dataset.slot, g.dataset.value, g.dataset.status])")

    def test_draws_what_the_state_says(self):
        spells = self.state()["spells"]
        self.assertGreater(len(spells), 30)
        self.assertEqual(self.drawn(), [[s["slot"], s["value"], s["status"]] for s in spells])
        self.assertGreater(len({s["status"] for s in spells}), 1)
        labels = self.browser.script("return [...document.querySelectorAll('svg > text')].map(t => t.textContent)")
        for slot in {s["slot"] for s in spells}:
            self.assertIn(slot, labels)
        if os.environ.get("SCOWIRE_SHOT"):
            self.browser.call(f"element/{self.browser.find('g.spell[data-slot=presidency]')[0]}/click", {})
            with open(os.environ["SCOWIRE_SHOT"], "wb") as f:
                f.write(base64.b64decode(self.browser.call("screenshot")))

    def test_a_spell_lies_where_its_dates_say(self):
        boxes = self.browser.script("""
            const x = {};
            for (const t of document.querySelectorAll('svg > text')) if (/^\\d{4}$/.test(t.textContent)) x[t.textContent] = +t.getAttribute('x') - 3;
            return [...document.querySelectorAll('g.spell')].map(g => [...g.querySelectorAll('rect')].map(r => [+r.getAttribute('x'), +r.getAttribute('x') + +r.getAttribute('width')])).map(b => [b, x])""")
        checked = 0
        for spell, (bars, x) in zip(self.state()["spells"], boxes):
            begin = spell["begin"]["lo"]
            if begin and begin[:4] in x and str(int(begin[:4]) + 1) in x:
                self.assertGreaterEqual(bars[0][0], x[begin[:4]] - 0.01, spell)
                self.assertLessEqual(bars[0][0], x[str(int(begin[:4]) + 1)] + 0.01, spell)
                checked += 1
        self.assertGreater(checked, 20)

    def test_a_click_and_a_key_show_the_proof(self):
        spell = next(s for s in self.state()["spells"] if s["slot"] == "presidency" and s["evidence"])
        found = f"g.spell[data-slot='presidency'][data-value='{spell['value']}']"
        for act in (lambda e: self.browser.call(f"element/{e}/click", {}),
                    lambda e: self.browser.call(f"element/{e}/value", {"text": ENTER})):
            self.browser.call("refresh", {})
            wait("the drawing", lambda: self.browser.find(found))
            act(self.browser.find(found)[0])
            quotes = wait("the proof", lambda: self.browser.find("#detail blockquote"))
            self.assertEqual(len(quotes), len(spell["evidence"]))
            text = self.browser.script("return document.querySelector('#detail').textContent")
            self.assertIn(spell["evidence"][0]["exact"], text)
            self.assertIn(spell["evidence"][0]["uri"], text)

    def test_questions_narrow_it(self):
        self.browser.script("const k = document.getElementById('kind'); k.value = 'presidency';"
                            "k.dispatchEvent(new Event('input', {bubbles: true}))")
        wait("presidencies only", lambda: {d[0] for d in self.drawn()} == {"presidency"})

    def test_follows_the_feed(self):
        path = os.path.join(self.folder, "late.jsonl")
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"uri": "urn:test:page:late", "version": "1", "versioncreated": "2026-08-01T10:00:00Z",
                       "language": "en", "headline": "Summit <img src=x onerror=alert(1)>",
                       "body_text": "BISHKEK, Aug 1 - The summit of the Shanghai Cooperation Organization took place in "
                                    "Bishkek on July 31, 2026."}, f)
            f.write("\n")
        before = self.state()["sequence"]
        status = self.browser.text("#status")
        self.publish([path])
        wait("the change in the state", lambda: self.state()["sequence"] > before)
        wait("the change on the page", lambda: self.browser.text("#status") != status)

    def test_nothing_from_elsewhere_and_no_complaint(self):
        names = self.browser.script("return performance.getEntriesByType('resource').map(e => e.name)")
        self.assertTrue(names)
        self.assertEqual([n for n in names if not n.startswith(self.url + "/")], [])
        log = self.browser.call("se/log", {"type": "browser"})
        self.assertEqual([entry["message"] for entry in log if entry["level"] in ("SEVERE", "WARNING")], [])


if __name__ == "__main__":
    if os.environ.get("SCOWIRE_SKIP_BROWSER") == "1":
        print("skipped by name: page (SCOWIRE_SKIP_BROWSER=1)")
        sys.exit(77)
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing (apt install chromium chromium-driver); SCOWIRE_SKIP_BROWSER=1 skips this test")
    unittest.main()
