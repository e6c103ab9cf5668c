# SPDX-License-Identifier: Apache-2.0
"""A check that cannot fail checks nothing: each one is shown a planted violation, and a clean tree beside it."""
import os
import subprocess
import tempfile
import unittest

import check

# (what is planted, file, its text, a part of the complaint; None: the tree is clean)
PLANTED_INCLUDES = [
    ("nothing", "consumer/core/date/date.c", '#include "base/span.h"\n#include <string.h>\n', None),
    ("Kafka in the core", "consumer/core/claim/x.c", "#include <librdkafka/rdkafka.h>\n", "may not use rdkafka"),
    ("JSON in the store", "consumer/store/x.c", "#include <jansson.h>\n", "may not use jansson"),
    ("SQLite in a stage", "consumer/stage/x.c", "#include <sqlite3.h>\n", "may not use sqlite3"),
    ("HTTP in stream", "consumer/stream/x.c", "#include <microhttpd.h>\n", "may not use microhttpd"),
    ("a clock in the core", "consumer/core/date/x.c", "#include <time.h>\n", "is pure"),
    ("upwards", "common/base/x.c", '#include "core/date/date.h"\n', "may not use consumer/core/date"),
    ("sideways", "consumer/core/text/x.c", '#include "core/date/date.h"\n', "may not use consumer/core/date"),
    ("the stage from the store", "consumer/store/x.c", '#include "stage/extract.h"\n', "may not use consumer/stage"),
    ("a header that is not there", "common/log/x.c", '#include "base/nothing.h"\n', "not in the tree"),
    ("an unknown library", "common/log/x.c", "#include <zlib.h>\n", "belongs to no library"),
    ("a file in no room", "common/attic/x.c", "", "in no room"),
]

# (what is planted, C text, a part of the complaint; None: clean)
PLANTED_SYMBOLS = [
    ("nothing", "#include <string.h>\nstatic const char *const names[] = {\"a\", \"b\"};\n"
     "int f(const char *s, int i);\nint f(const char *s, int i) { return strcmp(s, names[i]); }\n", None),
    ("a clock", "#include <time.h>\nlong f(void);\nlong f(void) { return (long)time(0); }\n", "uses time"),
    ("a file", "#include <stdio.h>\nvoid *f(void);\nvoid *f(void) { return fopen(\"x\", \"r\"); }\n", "uses fopen"),
    ("the environment", "#include <stdlib.h>\nchar *f(void);\nchar *f(void) { return getenv(\"X\"); }\n", "uses getenv"),
    ("Kafka", "int rd_kafka_version(void);\nint f(void);\nint f(void) { return rd_kafka_version(); }\n", "uses rd_kafka"),
    ("JSON", "void *json_object(void);\nvoid *f(void);\nvoid *f(void) { return json_object(); }\n", "uses json_object"),
    ("a global", "int f(void);\nint counter;\nint f(void) { return ++counter; }\n", "counter: a variable"),
    ("a static in a function", "int f(void);\nint f(void) { static int n = 1; return ++n; }\n", "a variable"),
]


class Includes(unittest.TestCase):
    def test_planted(self):
        for what, path, text, want in PLANTED_INCLUDES:
            with self.subTest(what), tempfile.TemporaryDirectory() as root:
                tree = {"common/base/span.h": "", "consumer/core/date/date.h": "", "consumer/stage/extract.h": ""}
                tree[path] = text
                for name, content in tree.items():
                    os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
                    with open(os.path.join(root, name), "w", encoding="utf-8") as f:
                        f.write(content)
                found = check.check_includes(root)
                if want is None:
                    self.assertEqual(found, [])
                else:
                    self.assertEqual(len(found), 1, found)
                    self.assertIn(want, found[0])


class Symbols(unittest.TestCase):
    def test_planted(self):
        for what, text, want in PLANTED_SYMBOLS:
            with self.subTest(what), tempfile.TemporaryDirectory() as folder:
                source, archive = os.path.join(folder, "x.c"), os.path.join(folder, "x.a")
                with open(source, "w", encoding="utf-8") as f:
                    f.write(text)
                subprocess.run(["cc", "-O1", "-c", source, "-o", source + ".o"], check=True)
                subprocess.run(["ar", "rc", archive, source + ".o"], check=True)
                found = check.check_symbols(folder, [archive])
                if want is None:
                    self.assertEqual(found, [])
                else:
                    self.assertEqual(len(found), 1, found)
                    self.assertIn(want, found[0])


class Sizes(unittest.TestCase):
    def test_planted(self):
        long_function = "int f(void)\n{\n" + "\tg();\n" * 61 + "}\n"
        for what, text, want in [("short", "int f(void)\n{\n\treturn 0;\n}\n", None),
                                 ("a long function", long_function, "f() has 61 lines"),
                                 ("a long file", "\n" * 501, "501 lines")]:
            with self.subTest(what), tempfile.TemporaryDirectory() as root:
                os.makedirs(os.path.join(root, "common/base"))
                with open(os.path.join(root, "common/base/x.c"), "w", encoding="utf-8") as f:
                    f.write(text)
                found = check.check_sizes(root)
                self.assertEqual(found == [], want is None, found)
                if want:
                    self.assertIn(want, found[0])


class SelfContained(unittest.TestCase):
    def test_planted(self):
        for text, count in [("open('samples/x')\n", 0), ("open('../shared/corpus/x')\n", 1), ("cd /work/x\n", 1)]:
            with self.subTest(text), tempfile.TemporaryDirectory() as root:
                subprocess.run(["git", "init", "-q", root], check=True)
                with open(os.path.join(root, "x.py"), "w", encoding="utf-8") as f:
                    f.write(text)
                self.assertEqual(len(check.check_selfcontained(root)), count)


if __name__ == "__main__":
    unittest.main()
