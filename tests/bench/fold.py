# SPDX-License-Identifier: Apache-2.0
"""The fold by itself, without Kafka: bench_fold on histories of 25 years of different size. Sizes: up to 100,000 items, or
with --full to a million. `last` is what a record of the last tenth costs: the cost of one more item."""
import os
import subprocess

from support import BIN

HEAD = (f"{'items':>9} {'noise':>6} {'records':>9} {'claims/s':>9} {'us/record':>10} {'last':>6} {'to first':>9} {'wall s':>7} "
        f"{'changes':>8} {'RSS MB':>7} {'restart ms':>11} {'first ms':>9}")


def run(folder, items, noise):
    """The numbers of bench_fold's last line, by name."""
    view = os.path.join(folder, f"fold-{items}-{noise}.sqlite")
    out = subprocess.run([os.path.join(BIN, "bench_fold"), view, str(items), str(noise)], check=True,
                         capture_output=True, text=True).stdout
    words = out.splitlines()[-1].split()
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(view + suffix):
            os.remove(view + suffix)
    return {name: float(number) for name, number in zip(words[::2], words[1::2])}


def table(folder, full):
    """Lines of a table; the ratio is to the smallest size of the same noise."""
    yield HEAD
    for noise in (50, 0):
        first = None
        for items in (10_000, 100_000) + ((1_000_000,) if full else ()):
            r = run(folder, items, noise)
            first = first or r["us_per_record"]
            yield (f"{items:9} {noise / 10:5.0f}% {r['records']:9.0f} {r['claims_per_s']:9.0f} {r['us_per_record']:10.1f} "
                   f"{r['last_us']:6.1f} {r['last_us'] / first:8.2f}x {r['wall_s']:7.1f} {r['changes']:8.0f} "
                   f"{r['peak_mb']:7.0f} {r['restart_ms']:11.1f} {r['first_record_ms']:9.1f}")
