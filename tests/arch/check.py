# SPDX-License-Identifier: Apache-2.0
"""Checks of the architecture: python3 tests/arch/check.py includes|symbols|sizes|selfcontained ROOT [ARCHIVE...]

Each check is a function that gives a list of complaints; test_check.py plants a violation of each kind and sees it
found. The tables are in rooms.py.
"""
import functools
import os
import re
import subprocess
import sys

import rooms

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


def sources(root):
    """C files of the product, as paths relative to root, sorted."""
    for top in ("common", "consumer", "producer"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def room_of(path):
    fits = [r for r in rooms.ROOMS if path.startswith((r + "/", r + "."))]
    return max(fits, key=len) if fits else None


def resolve(root, path, name):
    """Where #include "name" in path leads: as the compiler looks, beside the file, then in the roots."""
    for base in (os.path.dirname(path), "common", "consumer", "producer"):
        found = os.path.normpath(os.path.join(base, name))
        if os.path.exists(os.path.join(root, found)):
            return found
    return None


def complaint_of_include(root, path, room, bracket, name):
    allowed_rooms, libraries = rooms.ROOMS[room]
    if bracket == '"':
        target = resolve(root, path, name)
        if target is None:
            return f'{path}: "{name}" is not in the tree'
        other = room_of(target)
        if other == room or other in allowed_rooms:
            return None
        return f"{path}: {room} may not use {other} ({name})"
    key = name.split("/")[0]
    library = rooms.LIBRARIES.get(key, rooms.LIBRARIES.get(name))
    if library:
        return None if library in libraries else f"{path}: {room} may not use {library} (<{name}>)"
    pure_room = room.startswith("consumer/core/") or room in ("common/base", "common/edtf")
    if pure_room and name not in rooms.PURE_LIBC:
        return f"{path}: {room} is pure and may not include <{name}>"
    if not is_libc(name):
        return f"{path}: <{name}> belongs to no library in tests/arch/rooms.py"
    return None


@functools.lru_cache
def is_libc(name):
    """Does libc6-dev or the compiler own this header?"""
    for folder in ("/usr/include", "/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu"):
        full = os.path.join(folder, name)
        if os.path.exists(full):
            owner = subprocess.run(["dpkg-query", "-S", full], capture_output=True, text=True).stdout
            return owner.startswith(("libc6-dev", "linux-libc-dev"))
    return name in ("stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdalign.h", "limits.h", "stdatomic.h")


def check_includes(root, _archives=()):
    complaints = []
    for path in sources(root):
        room = room_of(path)
        if room is None:
            complaints.append(f"{path}: lies in no room of tests/arch/rooms.py")
            continue
        if path in rooms.EXEMPT_FILES:
            continue
        for bracket, name in INCLUDE.findall(read(root, path)):
            complaint = complaint_of_include(root, path, room, bracket, name)
            if complaint:
                complaints.append(complaint)
    return complaints


def undefined_symbols(archives):
    """(member, symbol) for what the archives use and none of them defines."""
    needed, defined = [], set()
    for archive in archives:
        member = archive
        for line in subprocess.run(["nm", archive], capture_output=True, text=True, check=True).stdout.splitlines():
            fields = line.split()
            if len(fields) == 1 and line.endswith(":"):
                member = fields[0].rstrip(":")
            elif len(fields) == 2 and fields[0] in "Uwv":
                needed.append((member, fields[1]))
            elif len(fields) == 3:
                defined.add(fields[2])
    return [(m, s) for m, s in needed if s not in defined]


def writable_objects(archives):
    """(section, symbol) for data that could change: globals, and statics in functions."""
    found = []
    for archive in archives:
        for line in subprocess.run(["objdump", "-t", archive], capture_output=True, text=True, check=True).stdout.splitlines():
            m = re.match(r"^[0-9a-f]+ .{6}O (\S+)\s+[0-9a-f]+ (?:\.hidden )?(\S+)$", line)
            if m and re.match(r"^(\.(data|bss|tdata|tbss)(?!\.rel\.ro)|\*COM\*)", m[1]):
                found.append((m[1], m[2]))
    return found


def check_symbols(_root, archives):
    pure = re.compile("|".join(f"(?:{p})" for p in rooms.PURE_SYMBOLS))
    complaints = [f"{m}: uses {s}, which is not on the list of pure symbols" for m, s in undefined_symbols(archives)
                  if not pure.fullmatch(s)]
    complaints += [f"{s}: a variable that can change ({section})" for section, s in writable_objects(archives)
                   if s not in rooms.CONSTANT_IN_EFFECT]
    return complaints


def functions(text):
    """(name, lines) of each function body, by the brace that stands alone at the line's start."""
    start, name, previous = None, None, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start, name = number, previous
        elif line == "}" and start is not None:
            m = re.search(r"(\w+)\s*\(", name)
            yield (m[1] if m else "?", number - start - 1)
            start = None
        elif line and not line[0].isspace() and "(" in line:
            previous = line


def check_sizes(root, _archives=()):
    complaints, lines_all, long_functions = [], [], 0
    for path in sources(root):
        text = read(root, path)
        lines = text.count("\n")
        lines_all.append((lines, path))
        if lines > rooms.FILE_LINES_MAX and path not in rooms.LONG_FILES:
            complaints.append(f"{path}: {lines} lines, more than {rooms.FILE_LINES_MAX}")
        for name, length in functions(text):
            long_functions += length > 50
            if length > rooms.FUNCTION_LINES_MAX:
                complaints.append(f"{path}: {name}() has {length} lines, more than {rooms.FUNCTION_LINES_MAX}")
    lines_all.sort(reverse=True)
    print(f"{len(lines_all)} files, {sum(n for n, _ in lines_all)} lines, {long_functions} functions over 50 lines; longest:")
    for lines, path in lines_all[:5]:
        print(f"  {lines:5} {path}")
    return complaints


def check_selfcontained(root, _archives=()):
    """No program, test or build file reaches outside the tree or names this machine's folders."""
    outside = re.compile(r"\.\./shared\b|/work/|/home/|/root/")
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.split("\n")
    complaints = []
    for path in listed:
        if not path or path.endswith(".md") or path.startswith("tests/arch/") or not os.path.isfile(os.path.join(root, path)):
            continue
        try:
            text = read(root, path)
        except UnicodeDecodeError:
            continue
        complaints += [f"{path}:{n}: {line.strip()[:80]}" for n, line in enumerate(text.splitlines(), 1) if outside.search(line)]
    return complaints


CHECKS = {
    "includes": check_includes,
    "symbols": check_symbols,
    "sizes": check_sizes,
    "selfcontained": check_selfcontained,
}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    found = CHECKS[sys.argv[1]](sys.argv[2], sys.argv[3:])
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(1 if found else 0)
