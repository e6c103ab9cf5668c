# SPDX-License-Identifier: Apache-2.0
"""The fold by itself, without Kafka: bench_fold on histories of 25 years of different size, and on records of which each makes
changes. Sizes: up to 100,000 items, or with --full to a million. `last` is what a record of the last tenth costs: the cost of
one more item. Then the whole program: a view that is gone is rebuilt from a log of the file transport, by the clock."""
import os
import shutil
import subprocess

import bench
from support import BIN, CONSUMER, ROOT

HEAD = (f"{'items':>9} {'noise':>6} {'records':>9} {'claims/s':>9} {'us/record':>10} {'last':>6} {'to first':>9} {'wall s':>7} "
        f"{'changes':>8} {'RSS MB':>7} {'restart ms':>11} {'first ms':>9}")
DENSE_ITEMS = 20_000


def numbers(*command):
    """The numbers of a program's last line, by name."""
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1].split()
    return {name: float(number) for name, number in zip(words[::2], words[1::2])}


def run(folder, items, what):
    view = os.path.join(folder, f"fold-{items}-{what}.sqlite")
    result = numbers(os.path.join(BIN, "bench_fold"), view, str(items), str(what))
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(view + suffix):
            os.remove(view + suffix)
    return result


def line(items, name, r, first):
    return (f"{items:9} {name:>6} {r['records']:9.0f} {r['claims_per_s']:9.0f} {r['us_per_record']:10.1f} "
            f"{r['last_us']:6.1f} {r['last_us'] / first:8.2f}x {r['wall_s']:7.1f} {r['changes']:8.0f} "
            f"{r['peak_mb']:7.0f} {r['restart_ms']:11.1f} {r['first_record_ms']:9.1f}")


def rebuild(folder, items, noise):
    """`run --stage fold` on a log that it has read already, without its view."""
    data = os.path.join(folder, "rebuild")
    made = numbers(os.path.join(BIN, "history_log"), data, str(items), str(noise))
    command = [CONSUMER, "run", "--stage", "fold", "--transport", "files", "--data", data, "--until-end",
               "--pack", os.path.join(ROOT, "packs/sco"), "--log-level", "warning"]
    seconds, rss, cpu = bench.run_measured(command)
    again, _, _ = bench.run_measured(command)
    size = os.path.getsize(os.path.join(data, "state.db"))
    shutil.rmtree(data)
    return (f"rebuilt from {made['records']:.0f} records ({made['claims']:.0f} claims), {noise / 10:.0f}% noise: "
            f"{seconds:.1f} s by the clock, {cpu:.1f} of CPU, {rss:.0f} MB of memory, {size / 1e6:.0f} MB of view; started again, to the end, pack included: {again * 1e3:.0f} ms")


def table(folder, full):
    """Lines of a table; the ratio is to the smallest size of the same noise."""
    yield HEAD
    for noise in (50, 0):
        first = None
        for items in (10_000, 100_000) + ((1_000_000,) if full else ()):
            r = run(folder, items, noise)
            first = first or r["us_per_record"]
            yield line(items, f"{noise / 10:.0f}%", r, first)
    r = run(folder, DENSE_ITEMS, "dense")
    yield line(DENSE_ITEMS, "dense", r, r["us_per_record"])
    for noise in (50, 0):  # 845,000 items of the history are a million records
        yield rebuild(folder, 845_000 if full else 84_500, noise)
