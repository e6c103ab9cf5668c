# SPDX-License-Identifier: Apache-2.0
"""No container engine is at hand, so what can be proved without one: the compose file is valid, it names the Kafka that
the tests run, and each ./dev step of the Dockerfile does what the next one counts on.

By hand, without an engine, the image builds with Debian's buildah on a base that debootstrap makes (as root):
  debootstrap --variant=minbase bookworm ROOT http://deb.debian.org/debian
  c=$(buildah from scratch); buildah add $c ROOT /; buildah commit $c docker.io/library/debian:12-slim
  buildah bud --isolation chroot --network host --pull-never --format docker -t scowire .

python3 test_container.py BIN_DIR
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.join(ROOT, "build/dev/bin")


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        return f.read()


def run(*command, **more):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, **more).stdout


class Compose(unittest.TestCase):
    def test_is_valid(self):
        run("docker-compose", "config", "-q")

    def test_a_broken_one_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as f:
            f.write(read("docker-compose.yml").replace("    command: run --stage fold", "    commandx: run"))
            f.flush()
            broken = subprocess.run(["docker-compose", "-f", f.name, "config", "-q"], capture_output=True, check=False)
            self.assertNotEqual(broken.returncode, 0)

    def test_runs_the_kafka_that_the_tests_run(self):
        version = re.search(r"<kafka.version>(.*)</kafka.version>", read("tests/kafka/pom.xml"))[1]
        images = set(re.findall(r"image: apache/kafka:(\S+)", read("docker-compose.yml")))
        self.assertEqual(images, {version})


class Dockerfile(unittest.TestCase):
    def test_steps_of_dev_exist(self):
        steps = re.findall(r"(?:\./|/tmp/)dev (\w+)", read("Dockerfile"))
        self.assertEqual(steps, ["setup", "install", "setup"])
        known = run("./dev", "help")
        for step in steps:
            self.assertRegex(known, rf"(?m)^  {step}\b")

    def test_setup_run_names_every_library_that_the_programs_load(self):
        """Each shared library of the programs, traced to its package, is in the group or a dependency of it."""
        listed = set(run("./dev", "packages", "run").split())
        closure = set(run("apt-cache", "depends", "--recurse", "--important", "--installed", *sorted(listed)).split())
        for program in ("scowire-consumer", "scowire-producer"):
            for path in re.findall(r"=> (/\S+)", run("ldd", os.path.join(BIN, program))):
                owner = self.owner(path)
                self.assertIn(owner, closure, f"{program} needs {path}; add {owner} to the group run in ./dev")

    @staticmethod
    def owner(path):
        # dpkg knows the path of the package, ldd may give the one through the merged /usr.
        for name in (os.path.realpath(path), "/usr" + path, path, re.sub("^/usr", "", os.path.realpath(path))):
            found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False).stdout
            if found:
                return found.split(":")[0]
        return f"the package of {path}"

    def test_install_gives_programs_that_find_their_pack(self):
        with tempfile.TemporaryDirectory() as out:
            run("./dev", "install", env={**os.environ, "DESTDIR": out})
            share = os.path.join(out, "usr/local/share/scowire")
            for name in ("packs", "schemas", "samples"):
                self.assertTrue(os.path.isdir(os.path.join(share, name)), name)
            for program in ("scowire-consumer", "scowire-producer"):
                self.assertIn(program, run(os.path.join(out, "usr/local/bin", program), "--version"))
            # It reads the pack that was installed with it, wherever it is started: told by its version.
            path = os.path.join(share, "packs/sco/pack.yaml")
            with open(path, encoding="utf-8") as f:
                text = f.read()
            self.assertIn("\nversion: ", text)
            with open(path, "w", encoding="utf-8") as f:
                f.write(re.sub(r"\nversion: .*", "\nversion: 7.7.7", text))
            consumer = os.path.join(out, "usr/local/bin/scowire-consumer")
            item = {"uri": "urn:test:1", "versioncreated": "2024-07-05T08:00:00Z", "language": "en", "body_text":
                    "China took over the presidency of the Shanghai Cooperation Organisation from Kazakhstan on July 4, 2024."}

            def extract():
                return subprocess.run([consumer, "extract"], cwd="/", env={"XDG_CACHE_HOME": out, "PATH": os.environ["PATH"]},
                                      input=json.dumps(item) + "\n", capture_output=True, text=True, check=False)

            done = extract()
            self.assertEqual(done.returncode, 0, done.stderr)
            record = json.loads(done.stdout)
            self.assertRegex(record["pack"], r"^sco@7\.7\.7")
            self.assertIn(("presidency", "CN"), {(c["slot"], c["value"]) for c in record["claims"]})
            shutil.rmtree(os.path.join(share, "packs"))
            done = extract()
            self.assertEqual(done.returncode, 3, "without its pack it must not find another")


if __name__ == "__main__":
    unittest.main()
