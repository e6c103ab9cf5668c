#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The client examples of schemas/clients on a real broker, with the CloudEvents SDKs: what each gets is what was published.

Needs pip, npm and mvn for the SDKs, which are installed once into SCOWIRE_BUILD/client-packages; without them it fails.
"""
import glob
import json
import os
import shutil
import subprocess
import sys

import support

CLIENTS = os.path.join(support.ROOT, "schemas/clients")
NEEDS = os.path.join(support.HERE, "clients")


def install():
    """Python's and Node's packages, in a folder that is made anew when the lists change; gives PYTHONPATH and the folder."""
    folder = os.path.join(support.BUILD, "client-packages")
    stamp, wanted = os.path.join(folder, "installed"), ""
    for name in ("package.json", "package-lock.json", "requirements.txt", "pom.xml"):
        with open(os.path.join(NEEDS, name), encoding="utf-8") as f:
            wanted += f.read()
    if not os.path.exists(stamp) or open(stamp, encoding="utf-8").read() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(NEEDS, folder)
        subprocess.run(["/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
                        "--root-user-action=ignore", "--target", os.path.join(folder, "python"), "-r",
                        os.path.join(folder, "requirements.txt")], check=True)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)
        subprocess.run(["mvn", "-q", "-B", "-f", "pom.xml", "dependency:copy-dependencies", "-DincludeScope=runtime",
                        "-DoutputDirectory=java"], cwd=folder, check=True)
        with open(stamp, "w", encoding="utf-8") as f:
            f.write(wanted)
    for name in os.listdir(CLIENTS):
        shutil.copy(os.path.join(CLIENTS, name), folder)
    return os.path.join(folder, "python"), folder


def classpath(folder):
    """The SDK and Kafka's own jars, which the broker runs from."""
    kafka = subprocess.run([os.path.join(support.HERE, "broker"), "classpath"], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.strip()
    return ":".join(sorted(glob.glob(os.path.join(folder, "java/*.jar"))) + [kafka])


def lines(command, **kw):
    done = subprocess.run(command, capture_output=True, timeout=120, **kw)
    assert done.returncode == 0, f"{command}: exit code {done.returncode}: {done.stderr.decode()}"
    return done.stdout.decode().splitlines()


def published(broker):
    """The events as they lie on the topic."""
    for m in broker.read(support.CHANGES):
        headers = {k: v.decode() for k, v in m.headers}
        yield {"id": headers["ce_id"], "type": headers["ce_type"], "sequence": int(headers["ce_sequence"]),
               "data": json.loads(m.value)}


def snapshot_of(broker):
    slots = {}
    for m in broker.read(support.STATE):
        if m.value is None:
            slots.pop(m.key.decode(), None)
        else:
            slots[m.key.decode()] = json.loads(m.value)["spells"]
    return slots


def python_takes_the_snapshot_and_follows(broker, events, python_path, **_):
    got = [json.loads(x) for x in lines(["/usr/bin/python3", os.path.join(CLIENTS, "subscribe.py"), broker.bootstrap, "--until-end"],
                                        env={**os.environ, "PYTHONPATH": python_path})]
    snapshot = {x["snapshot"]: x["spells"] for x in got if "snapshot" in x}
    assert snapshot == snapshot_of(broker) and len(snapshot) > 20, sorted(snapshot)
    assert [x for x in got if "id" in x] == [], "the snapshot covers all events"


def python_goes_on_after_a_snapshot(broker, events, python_path, more, **_):
    """Started before the second half of the news comes, it prints exactly the events that come with it."""
    process = subprocess.Popen(["/usr/bin/python3", os.path.join(CLIENTS, "subscribe.py"), broker.bootstrap],
                               env={**os.environ, "PYTHONPATH": python_path}, stdout=subprocess.PIPE)
    try:
        slots = len(snapshot_of(broker))
        for _ in range(slots):
            assert b'"snapshot"' in process.stdout.readline()
        before = len(events)
        more()
        news = list(published(broker))[before:]
        assert news, "the second half of the samples changes nothing"
        assert [json.loads(process.stdout.readline()) for _ in news] == news
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def node_follows_from_the_beginning(broker, folder, **_):
    events = list(published(broker))
    got = [json.loads(x) for x in lines(["node", "follow.mjs", broker.bootstrap, str(len(events))], cwd=folder)]
    assert got == events


def java_follows_from_the_beginning(broker, folder, **_):
    events, path, classes = list(published(broker)), classpath(folder), os.path.join(folder, "classes")
    # Debian's JRE has no compiler; Eclipse's is a jar.
    lines(["java", "-cp", path, "org.eclipse.jdt.internal.compiler.batch.Main", "-17", "-proc:none", "-cp", path, "-d", classes,
           os.path.join(CLIENTS, "Follow.java")])
    got = [json.loads(x) for x in lines(["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dfile.encoding=UTF-8",
                                         "-cp", f"{classes}:{path}", "Follow", broker.bootstrap, str(len(events))])]
    assert got == events


def kcat_shows_every_event(broker, **_):
    events = list(published(broker))
    got = [x.split(" ", 3) for x in lines([os.path.join(CLIENTS, "kcat.sh"), broker.bootstrap, "-e"])]
    assert [(int(s), t, json.loads(d)) for s, t, _, d in got] == [(e["sequence"], e["type"], e["data"]) for e in events]


def main():
    support.skip_if_told()
    python_path, folder = install()
    files = sorted(glob.glob(os.path.join(support.ROOT, "samples/*.jsonl")))
    work = support.fresh_folder("clients-run")
    with support.Broker("clients") as broker:
        stages = [support.Stage(broker, stage, work) for stage in ("extract", "fold")]

        def publish(some):
            subprocess.run([os.path.join(support.BIN, "scowire-producer"), "--transport", "kafka", "--brokers", broker.bootstrap,
                            "--partitions", "1", *some], check=True, timeout=60)
            for stage in stages:
                stage.run_to_end()

        publish(files[:3])
        events = list(published(broker))
        args = {"events": events, "python_path": python_path, "folder": folder, "more": lambda: publish(files[3:])}
        tests = (python_takes_the_snapshot_and_follows, python_goes_on_after_a_snapshot, node_follows_from_the_beginning,
                 java_follows_from_the_beginning, kcat_shows_every_event)
        for test in tests:
            test(broker, **args)
            print(f"ok {test.__name__}", flush=True)
    print(f"{len(tests)} passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
