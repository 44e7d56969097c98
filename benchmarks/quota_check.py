"""What a reservation and its settlement cost as history grows, on the code that the bot runs.

    python benchmarks/quota_check.py                    10^3 and 10^5 rows of history
    python benchmarks/quota_check.py --most             10^7 too (17 GB of disk, ten minutes)

History is one heavy server's: so many settled portraits, takes and holds of this month, written by SQL. Half of
them belong to the member who is measured. All databases are measured in turns, in one run, so that a noisy
machine is noisy for each; the server has every limit there is, so that every check is made.
"""

import argparse
import asyncio
import itertools
import random
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.ids import ChannelId, GuildId, InteractionId, PortraitId, UserId, new_id
from bot.domain.portraits.portrait import Place, Portrait, PortraitState, Reply, Take
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Kind
from bot.domain.servers.quotas import Allowance, Policy, legs_of
from bot.ports.jobs import Delivery
from bot.ports.portraits import Admission
from bot.storage.database import Database, open_database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.rows import shares_to_json
from bot.storage.units import Transaction

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERVER, MEMBER, MEMBERS = GuildId(10), UserId(1), 500
POLICY = Policy(10**8, 10**8, 10**8, ceiling_per_month=10**8)
ALLOWANCE = Allowance(POLICY.member_per_day)
ADMISSION = Admission(1000, 1000, running=1000, cooldown=timedelta(milliseconds=1))
SPEC = build_spec("a woman with freckles", count=1, model="fluxgram", seed=42)
BLOCK = 100_000
LIMIT = 1.5

_interactions = itertools.count(10**12)


def portrait(now: datetime) -> Portrait:
    """A request of the measured member, as a button makes it."""
    made = PortraitId(new_id())
    reply = Reply(1, InteractionId(next(_interactions)), "token", now + timedelta(minutes=15))
    place = Place(ChannelId(20), SERVER)
    takes = (Take(made, 0, 42),)
    deadline = now + timedelta(minutes=5)
    found = Portrait(made, Kind.REROLL, MEMBER, place, reply, SPEC, now, now, deadline, takes)
    return replace(found, press_key=f"reroll:{made}:None:{MEMBER}")


PORTRAITS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO portrait (id, kind, owner_id, guild_id, channel_id, press_key, spec, state, application_id,
    interaction_id, token_expires_at, private, acknowledged_at, message_id, created_at, asked_at, deadline_at,
    finished_at)
SELECT 'h' || i, 'portrait', CASE WHEN i % 2 THEN :member ELSE 2 + i % :members END, :server, 20, 'p' || i, :spec,
    CASE WHEN i % 50 THEN 'delivered' ELSE 'failed' END, 1, i + 1, 0, 0, 1, i, :from_ + i * :step,
    :from_ + i * :step, 0, :from_ FROM n
"""
TAKES = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO take (portrait_id, number, seed, state, epoch, lane, vft, in_lane, job_id, image, size, submitted_at,
    finished_at)
SELECT 'h' || i, 0, 42, 'ready', 1, 'g10', i, 0, 'j' || i, 'image' || i, '1024x1024', :from_, :from_ + 2000 FROM n
"""
HOLDS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO quota_hold (id, guild_id, user_id, units, charged, state, legs, created_at, expires_at)
SELECT 'h' || i, :server, CASE WHEN i % 2 THEN :member ELSE 2 + i % :members END, 1, 1, 'spent', :legs,
    :from_ + i * :step, :from_ FROM n
"""
# Who was counted when: a row for each member and day, as a year of use leaves them.
COUNTERS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT OR IGNORE INTO quota_counter (guild_id, scope, subject_id, period, win, used)
SELECT :server, 'member', i % 20000, 'day', date(1700000000 + (i / 20000) * 86400, 'unixepoch'), 3 FROM n
"""


async def fill(database: Database, rows: int) -> None:
    """So many settled portraits, each with its take and its hold, and counters of earlier days."""
    month = int(NOW.replace(day=1, hour=0).timestamp() * 1000)
    span = int(NOW.timestamp() * 1000) - month - 3_600_000
    sample = portrait(NOW)
    legs = shares_to_json([(leg, 1) for leg in legs_of(POLICY, ALLOWANCE, sample.place, MEMBER, NOW)])
    for first in range(0, rows, BLOCK):
        end = min(first + BLOCK, rows)
        block = {"first": first, "end": end, "server": SERVER, "from_": month, "step": max(1, span // rows)}
        block |= {"member": MEMBER, "members": MEMBERS}

        def unit(tx: Transaction, block: dict[str, object] = block) -> None:
            tx.run(PORTRAITS, {**block, "spec": SPEC.model_dump_json()})
            tx.run(TAKES, block)
            tx.run(HOLDS, {**block, "legs": legs})
            tx.run(COUNTERS, block)

        await database.write(unit)


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


def report(measured: list[Measured]) -> bool:
    """One line for each size; whether the greatest ratio holds."""
    base = statistics.median(measured[0].both)
    print(f"{'history':>12} {'reserve':>10} {'settle':>10} {'both':>10} {'p99':>10} {'ratio':>7}   (ms, medians)")
    worst = 0.0
    for each in measured:
        both = statistics.median(each.both)
        worst = max(worst, both / base)
        late = statistics.quantiles(each.both, n=100)[98]
        parts = [statistics.median(each.reserve), statistics.median(each.settle), both, late]
        numbers = " ".join(f"{part * 1000:>10.3f}" for part in parts)
        print(f"{each.rows:>12,} {numbers} {both / base:>7.2f}")
    print(f"largest ratio {worst:.2f}, allowed {LIMIT}: {'holds' if worst < LIMIT else 'FAILS'}")
    return worst < LIMIT


async def main(sizes: list[int], rounds: int, folder: Path) -> bool:
    """Fill, warm up, measure in turns."""
    async with AsyncExitStack() as stack:
        measured: list[Measured] = []
        for rows in sizes:
            path = folder / f"{rows}.db"
            begun = time.perf_counter()
            async with open_database(path) as database:
                await fill(database, rows)
            # Opened anew, so that every log is empty: what filling left would be written out while we measure.
            database = await stack.enter_async_context(open_database(path))
            size = path.stat().st_size / 1e6
            print(f"{rows:,} rows of history: {size:,.0f} MB in {time.perf_counter() - begun:.0f} s", flush=True)
            measured.append(Measured(rows, database))
        turns = random.Random(1)
        for number in range(rounds + rounds // 10):
            # In an order that changes: who comes second finds the disk, or the caches, as the first left them.
            for each in turns.sample(measured, len(measured)):
                await each.once()
                if number == rounds // 10 - 1:
                    each.forget()
        return report(measured)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most", action="store_true", help="10^7 rows too")
    options.add_argument("--rounds", type=int, default=1000)
    options.add_argument("--folder", type=Path, help="where the files are made (default: a temporary folder)")
    given = options.parse_args()
    place = Path(tempfile.mkdtemp(prefix="quota_check", dir=given.folder))
    try:
        held = asyncio.run(main([10**3, 10**5, *([10**7] if given.most else [])], given.rounds, place))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(0 if held else 1)
