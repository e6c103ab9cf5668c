#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The Kafka Connect example of schemas/clients on a real broker, a real Connect worker and a real PostgreSQL: every change event
becomes one row, also when the worker is killed and starts anew.

Needs mvn, which fetches Debezium's JDBC sink and PostgreSQL's programs once into SCOWIRE_BUILD/connect-packages; without them it fails.
"""
import glob
import io
import json
import lzma
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import psycopg2

import support

EXAMPLE = os.path.join(support.ROOT, "schemas/clients/connect-jdbc.json")
POM = os.path.join(support.HERE, "connect/pom.xml")


def install():
    """The connector's jars, and PostgreSQL; anew when the list changes."""
    folder = os.path.join(support.BUILD, "connect-packages")
    stamp = os.path.join(folder, "pom.xml")
    with open(POM, encoding="utf-8") as f:
        wanted = f.read()
    held = ""
    if os.path.exists(stamp):
        with open(stamp, encoding="utf-8") as f:
            held = f.read()
    if held != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", "-DincludeScope=runtime",
                        f"-DoutputDirectory={folder}/plugins/jdbc"], check=True)
        (server,) = glob.glob(f"{folder}/plugins/jdbc/embedded-postgres-binaries-*.jar")
        with zipfile.ZipFile(server) as jar:
            (name,) = [n for n in jar.namelist() if n.endswith(".txz")]
            with tarfile.open(fileobj=io.BytesIO(lzma.decompress(jar.read(name)))) as tar:
                tar.extractall(f"{folder}/postgres")
        os.remove(server)
        shutil.copy(POM, stamp)
    return folder


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Postgres:
    """A server of its own in a folder of its own. PostgreSQL refuses to be root; then it is nobody."""

    def __init__(self, programs):
        self.folder = tempfile.mkdtemp(prefix="scowire-postgres-")
        shutil.copytree(programs, self.folder + "/postgres")
        self.port = free_port()
        self.as_user = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            subprocess.run(["chown", "-R", f"{nobody.pw_uid}:{nobody.pw_gid}", self.folder], check=True)
            self.as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]

    def run(self, program, *arguments):
        subprocess.run([*self.as_user, f"{self.folder}/postgres/bin/{program}", *arguments], check=True, cwd=self.folder,
                       stdout=subprocess.DEVNULL)

    def __enter__(self):
        data = self.folder + "/data"
        self.run("initdb", "-D", data, "-U", "sco", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder + "/log", "-o",
                 f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -F", "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


class Worker:
    """Kafka's own connect-standalone with the example, but for the addresses."""

    def __init__(self, broker, postgres, folder, jars):
        with open(EXAMPLE, encoding="utf-8") as f:
            example = json.load(f)
        example["config"]["connection.url"] = f"jdbc:postgresql://127.0.0.1:{postgres.port}/postgres"
        with open(f"{folder}/connector.json", "w", encoding="utf-8") as f:
            json.dump(example, f)
        with open(f"{folder}/worker.properties", "w", encoding="utf-8") as f:
            f.write(f"bootstrap.servers={broker.bootstrap}\nplugin.path={jars}/plugins\nplugin.discovery=only_scan\n"
                    f"offset.storage.file.filename={folder}/offsets\noffset.flush.interval.ms=500\n"
                    f"listeners=http://127.0.0.1:{free_port()}\n"
                    "consumer.session.timeout.ms=6000\nconsumer.heartbeat.interval.ms=1500\n"  # so that a kill is soon seen
                    "key.converter=org.apache.kafka.connect.storage.StringConverter\n"
                    "value.converter=org.apache.kafka.connect.storage.StringConverter\n")
        path = subprocess.run([os.path.join(support.HERE, "broker"), "classpath"], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.strip()
        self.log = f"{folder}/worker.log"
        self.command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", path,
                        "org.apache.kafka.connect.cli.ConnectStandalone", f"{folder}/worker.properties", f"{folder}/connector.json"]
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-30:])

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()


def rows(postgres):
    """What lies in the table, by offset; nothing while there is none."""
    with psycopg2.connect(host="127.0.0.1", port=postgres.port, user="sco", dbname="postgres") as connection:
        with connection.cursor() as cursor:
            try:
                cursor.execute("SELECT change, change::json->>'op' FROM sco_changes ORDER BY __connect_offset")
            except psycopg2.errors.UndefinedTable:
                return []
            return cursor.fetchall()


def publish(broker, stages, files):
    subprocess.run([os.path.join(support.BIN, "scowire-producer"), "--transport", "kafka", "--brokers", broker.bootstrap,
                    "--partitions", "1", *files], check=True, timeout=60, stderr=subprocess.DEVNULL)
    for stage in stages:
        stage.run_to_end()


def main():
    support.skip_if_told()
    jars, work = install(), support.fresh_folder("connect-run")
    files = sorted(glob.glob(os.path.join(support.ROOT, "samples/*.jsonl")))
    with support.Broker("connect") as broker, Postgres(f"{jars}/postgres") as postgres:
        stages = [support.Stage(broker, stage, work) for stage in ("extract", "fold")]
        publish(broker, stages, files[:3])
        worker = Worker(broker, postgres, work, jars)

        def events():
            return [(m.value.decode(), json.loads(m.value)["op"]) for m in broker.read(support.CHANGES)]

        def all_in():
            assert worker.process.poll() is None, worker.tail()
            return len(rows(postgres)) >= len(events())

        try:
            worker.start()
            support.wait("the first half in the database", all_in, 120, 0.5)
            assert rows(postgres) == events()
            print(f"ok every event is a row: {len(events())}", flush=True)
            worker.kill()
            publish(broker, stages, files[3:])
            worker.start()
            support.wait("everything in the database", all_in, 120, 0.5)
            assert rows(postgres) == events()
            print(f"ok after a kill still one row an event: {len(events())}", flush=True)
        finally:
            worker.kill()
    print("2 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
