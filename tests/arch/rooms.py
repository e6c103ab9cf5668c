# SPDX-License-Identifier: Apache-2.0
"""The layering table: which room may use which, and which library's headers. ARCHITECTURE.md says why."""

BASE = ["common/base", "common/edtf"]
CORE_TEXT = ["consumer/core/text", "consumer/core/pack"]
CORE_CLAIM = CORE_TEXT + ["consumer/core/date", "consumer/core/claim"]
CORE = CORE_CLAIM + ["consumer/core/timeline", "consumer/core/change"]
COMMON = BASE + ["common/ninjs", "common/options", "common/log", "common/journal", "common/kafka"]

# Room: (rooms it may include from, libraries whose headers it may include). A room may always use itself.
# A file belongs to the longest room that is a prefix of its path; a room may be a single module, such as consumer/options.
ROOMS = {
    "common/base": ([], ["xxhash"]),
    "common/edtf": (["common/base"], []),
    "common/ninjs": (BASE, ["jansson", "libxml2"]),
    "common/options": (BASE, []),
    "common/log": (BASE, []),
    "common/journal": (BASE, []),
    "common/kafka": (BASE + ["common/options", "common/log"], ["rdkafka"]),
    "consumer/core/text": (BASE, ["utf8proc", "xxhash"]),
    "consumer/core/pack": (BASE + ["consumer/core/text"], ["hyperscan", "yaml", "xxhash"]),
    "consumer/core/date": (BASE + ["consumer/core/text"], ["utf8proc"]),
    "consumer/core/claim": (BASE + CORE_TEXT + ["consumer/core/date"], ["hyperscan"]),
    "consumer/core/timeline": (BASE + ["consumer/core/claim"], ["uthash"]),
    "consumer/core/change": (BASE + ["consumer/core/claim", "consumer/core/timeline"], []),
    "consumer/stream": (COMMON, ["rdkafka"]),
    "consumer/codec": (BASE + ["common/ninjs"] + CORE, ["jansson"]),
    "consumer/store": (BASE + CORE, ["sqlite3"]),
    "consumer/feed": (BASE + CORE + ["consumer/codec"], []),
    "consumer/stage": (COMMON + CORE + ["consumer/stream", "consumer/codec", "consumer/store"], []),
    "consumer/serve": (COMMON + CORE + ["consumer/codec", "consumer/store", "consumer/stream"], ["microhttpd"]),
    "consumer/options": (COMMON, []),
    "consumer/command": (
        COMMON + CORE + ["consumer/codec", "consumer/store", "consumer/stream", "consumer/stage", "consumer/serve",
                         "consumer/feed", "consumer/options"],
        [],
    ),
    "consumer": (COMMON + ["consumer/command", "consumer/options"], []),
    "producer/options": (COMMON, []),
    "producer/readers": (COMMON + ["producer/options"], ["curl", "libxml2"]),
    "producer": (COMMON + ["producer/readers", "producer/options"], ["rdkafka"]),
}

# First path component or whole name of an include in angle brackets -> library. What is in neither table is refused,
# so that a new dependency is a decision and not an accident.
LIBRARIES = {
    "librdkafka": "rdkafka",
    "rdkafka.h": "rdkafka",
    "jansson.h": "jansson",
    "sqlite3.h": "sqlite3",
    "microhttpd.h": "microhttpd",
    "curl": "curl",
    "libxml": "libxml2",
    "hs": "hyperscan",
    "hs.h": "hyperscan",
    "yaml.h": "yaml",
    "utf8proc.h": "utf8proc",
    "xxhash.h": "xxhash",
    "uthash.h": "uthash",
    "utlist.h": "uthash",
}

# Headers of the C library that the core may include: nothing that does input or output, except stdio.h for snprintf
# (the symbols of the archive show that nothing else of it is used).
PURE_LIBC = set(
    "assert.h ctype.h errno.h inttypes.h limits.h math.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdio.h "
    "stdlib.h string.h".split()
)

# Headers whose purpose is to include what others may not.
EXEMPT_FILES = {"common/base/banned.h"}

# Undefined symbols that the core and base archives may have: regular expressions for whole names. An allow list, since
# a list of what is forbidden is never complete.
PURE_SYMBOLS = [
    r"mem(cpy|move|set|cmp|chr|rchr|mem|pcpy)",
    r"str(len|nlen|cmp|ncmp|chr|chrnul|rchr|str|spn|cspn|pbrk|cpy|ncpy|cat|ncat)",
    r"strto(l|ul|ll|ull|imax|umax)",
    r"(malloc|calloc|realloc|reallocarray|free)",
    r"(qsort|qsort_r|bsearch)",
    r"v?snprintf",
    r"strerrorname_np",
    r"__(mem|str|v?sn)\w+_chk",
    r"(abort|__assert_fail|__stack_chk_fail|__errno_location)",
    r"(floor|ceil|round|lround|llabs|labs|abs)",
    r"_GLOBAL_OFFSET_TABLE_",
    r"XXH(3|32|64|128)?_\w+",
    r"hs_\w+",
    r"yaml_(?!parser_set_input_file|emitter_set_output_file)\w+",
    r"utf8proc_\w+",
]

# Writable data that is nevertheless no state, each with its reason.
CONSTANT_IN_EFFECT = {
    "strbuf_empty": "the one NUL that empty buffers point at; char so that it can be a buffer, never written",
}

# Lines; above them the check fails. The aim is lower: files of 150 to 400 lines, functions of one screen.
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
# Files that may be longer, each with its reason.
LONG_FILES = {}
