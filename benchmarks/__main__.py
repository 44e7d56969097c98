"""`make bench`: measure, and write what was measured into docs/performance.md.

make bench                         ten minutes
make ARGS=--most bench             up to 10^7 rows: slow, 17 GB of disk
make ARGS="--only backlog" bench   one of them; the figures of the others stay
make ARGS=--print bench            change no file
"""

import argparse
import asyncio
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import autocomplete, backlog, databases, memory, quota_check, report, side_by_side, starting, workers
from benchmarks.measuring import can_measure, load, machine, today
from benchmarks.sizes import DEFAULT, MOST
from benchmarks.stand import Skipped, TooSlow

BENCHMARKS = {
    "side-by-side": side_by_side,
    "backlog": backlog,
    "memory": memory,
    "starting": starting,
    "quota-check": quota_check,
    "autocomplete": autocomplete,
    "databases": databases,
    "workers": workers,
}


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--most", action="store_true", help="the largest sizes: slow")
    options.add_argument("--only", action="append", choices=BENCHMARKS, help="this one; may be given again")
    options.add_argument("--print", action="store_true", help="change no file")
    options.add_argument("--folder", type=Path, help="where databases are made (default: a temporary folder)")
    return options.parse_args()


async def _measured(name: str, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    begun, busy = time.monotonic(), load()
    print(f"{name}: {(BENCHMARKS[name].__doc__ or '').splitlines()[0]}", flush=True)
    place = folder / name
    place.mkdir()
    found = await BENCHMARKS[name].measure(place, MOST if given.most else DEFAULT)
    shutil.rmtree(place, ignore_errors=True)
    took = round(time.monotonic() - begun)
    about = {"date": today(), "machine": machine(), "load_before": round(busy, 1), "seconds": took, "most": given.most}
    print("\n".join(BENCHMARKS[name].table(found)), f"({took} s)\n", sep="\n", flush=True)
    return {**about, "found": found}


def main() -> int:
    """Measure one after another; a failure of one does not stop the others."""
    given = _options()
    if not can_measure():
        print("make bench: processor time and memory of a process are read from /proc, so this needs Linux")
        return 1
    # As Ctrl-C: the processes of the stand end with the block that holds them.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="limner_bench_", dir=given.folder))
    failed: list[str] = []
    try:
        for name in given.only or BENCHMARKS:
            try:
                found = asyncio.run(_measured(name, folder, given))
            except Skipped as why:
                print(f"{name}: skipped: {why}\n", flush=True)
                continue
            except (TooSlow, OSError, AssertionError, aiohttp.ClientError, sqlite3.Error) as error:
                print(f"{name}: NOT MEASURED: {error}\n", flush=True)
                failed.append(name)
                continue
            if not given.print:
                report.keep(name, found)
    except KeyboardInterrupt:
        print("stopped")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not given.print:
        report.write(BENCHMARKS)
        print("written into docs/performance.md, docs/pictures/performance.svg and benchmarks/results.json")
    if failed:
        print(f"make bench: not measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
