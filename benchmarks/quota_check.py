"""What a reservation and its settlement cost as history grows, on the code that the bot runs.

History is one heavy server's: so many settled portraits, takes and holds of this month, written by SQL. Half of
them belong to the member who is measured. All databases are measured in turns, in one run, so that a noisy
machine is noisy for each; the server has every limit there is, so that every check is made.
"""

import random
import statistics
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.measuring import percentile
from benchmarks.sizes import Sizes
from bot.domain.portraits.portrait import PortraitState
from bot.domain.servers.quotas import legs_of
from bot.ports.jobs import Delivery
from bot.storage.database import Database, open_database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from tests.fakes.history import ADMISSION, ALLOWANCE, MEMBER, NOW, POLICY, fill, portrait

LIMIT = 1.5


class Measured:
    """A database with history, and what it took."""

    def __init__(self, rows: int, database: Database) -> None:
        self.rows, self.reserve, self.settle = rows, list[float](), list[float]()
        self._portraits, self._jobs = SqlPortraits(database), SqlJobs(database)
        self._clock = NOW

    async def once(self) -> None:
        """Accept one portrait and settle it."""
        self._clock += timedelta(seconds=3)
        made = portrait(self._clock)
        legs = legs_of(POLICY, ALLOWANCE, made.place, MEMBER, self._clock)
        begun = time.perf_counter()
        await self._portraits.accept(made, legs, ADMISSION)
        reserved = time.perf_counter()
        delivery = Delivery(made.id, PortraitState.DELIVERED, None, None, None)
        assert await self._jobs.settle(delivery, 1, self._clock)
        self.settle.append(time.perf_counter() - reserved)
        self.reserve.append(reserved - begun)

    def forget(self) -> None:
        """The first rounds only warm up."""
        self.reserve.clear()
        self.settle.clear()

    @property
    def both(self) -> list[float]:
        """Reserve and settle, pair by pair."""
        return [a + b for a, b in zip(self.reserve, self.settle, strict=True)]


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Fill, warm up, measure in turns; medians in milliseconds."""
    async with AsyncExitStack() as stack:
        measured: list[Measured] = []
        for rows in sizes.history:
            path = folder / f"{rows}.db"
            async with open_database(path) as database:
                await fill(database, rows)
            # Opened anew, so that every log is empty: what filling left would be written out while we measure.
            measured.append(Measured(rows, await stack.enter_async_context(open_database(path))))
        turns, warm = random.Random(1), sizes.rounds // 10
        for number in range(sizes.rounds + warm):
            # In an order that changes: who comes second finds the disk, or the caches, as the first left them.
            for each in turns.sample(measured, len(measured)):
                await each.once()
                if number == warm - 1:
                    each.forget()
        return {"rounds": sizes.rounds, "rows": [_figures(each) for each in measured]}


def _figures(each: Measured) -> dict[str, float]:
    parts = {"reserve": each.reserve, "settle": each.settle, "both": each.both}
    middles = {name: statistics.median(values) * 1000 for name, values in parts.items()}
    return {"history": each.rows, **middles, "p99": percentile(each.both, 99) * 1000}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = [
        "| rows of history | reserve | settle | both | p99 | ratio | goal |",
        "|---:|---:|---:|---:|---:|---:|---|",
    ]
    base = found["rows"][0]["both"]
    for row in found["rows"]:
        ratio = row["both"] / base
        held = "holds" if ratio <= LIMIT else "**misses**"
        values = " | ".join(f"{row[name]:.2f} ms" for name in ("reserve", "settle", "both", "p99"))
        lines.append(f"| {row['history']:,} | {values} | {ratio:.2f} | at most {LIMIT}: {held} |")
    return lines
