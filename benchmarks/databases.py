"""The steps of a portrait on SQLite and on PostgreSQL, side by side, with few and with very many waiting.

Each database holds portraits that wait in so many lanes. All of them are measured in turns, in an order that changes:
one portrait is accepted, the fairest is claimed, and what was claimed is settled, by the stores that the bot uses. Both
write durably: `synchronous = FULL`, and `fsync` of a PostgreSQL of its own on the loopback.
"""

import random
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.measuring import middle
from benchmarks.sizes import Sizes
from benchmarks.stand import needs_postgresql
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.domain.servers.quotas import legs_of
from bot.ports.jobs import Delivery
from bot.ports.portraits import Admission
from bot.storage.database import Database, open_database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.sql import load
from bot.storage.units import Transaction
from tests.fakes.cluster import running
from tests.fakes.history import ALLOWANCE, MEMBER, NOW, POLICY, SPEC, portrait

LANES, LOOKS, LIMIT = 20, 50, 2.5
STEPS = ("accept", "claim", "settle", "look-up")
_LEASE, _PAINTING = timedelta(minutes=2), timedelta(hours=1)
_ANYBODY = Admission(10**9, 10**9)
_SQL = load("jobs")
# As `accept` writes them, in words of both databases: one image each, in turns of the lanes.
_WAITING = (
    """INSERT INTO portrait (id, kind, owner_id, guild_id, channel_id, spec, state, application_id, interaction_id,
        interaction_token, token_expires_at, private, created_at, asked_at, deadline_at, unfinished)
    SELECT 'w' || i, 'portrait', 1000 + i, 1000 + i % :lanes, 20, :spec, 'open', 1, i + 1, 't', :far, 0, :now, :now,
        :far, 1 FROM n""",
    """INSERT INTO take (portrait_id, number, seed, state, lane, vft, in_lane, size)
    SELECT 'w' || i, 0, 42, 'queued', 'g' || (1000 + i % :lanes), i / :lanes, 1, '1024x1024' FROM n""",
    """INSERT INTO quota_hold (id, guild_id, user_id, units, state, legs, created_at, expires_at)
    SELECT 'w' || i, 1000 + i % :lanes, 1000 + i, 1, 'held', '[]', :now, :far FROM n""",
    """INSERT INTO lane (name, vft, clock, waiting, open_portraits)
    SELECT 'g' || (1000 + i), 0, 0, :each, :each FROM n WHERE i < :lanes""",
)


async def _fill(database: Database, waiting: int) -> None:
    params: dict[str, object] = {"first": 0, "end": waiting, "lanes": LANES, "each": waiting // LANES}
    params |= {"spec": SPEC.model_dump_json(), "now": int(NOW.timestamp() * 1000), "far": 4_000_000_000_000}

    def unit(tx: Transaction) -> None:
        for statement in _WAITING:
            numbers = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)"
            tx.run(f"{numbers} {statement}", params)

    await database.write(unit, patient=True)
    for table in ("portrait", "take", "quota_hold", "lane"):
        # The server does that by itself, a minute later.
        await database.write(lambda tx, table=table: tx.run(f"ANALYZE {table}"), patient=True)


class _Measured:
    """A database, and what each step took, in seconds."""

    def __init__(self, name: str, waiting: int, database: Database) -> None:
        self.name, self.waiting, self._database = name, waiting, database
        self.took: dict[str, list[float]] = {step: [] for step in STEPS}
        self._portraits, self._jobs = SqlPortraits(database), SqlJobs(database)
        self._clock = NOW

    async def once(self) -> None:
        """One portrait comes in at one end of the queue, and another goes out at the other."""
        self._clock += timedelta(seconds=3)
        made = portrait(self._clock)
        legs = legs_of(POLICY, ALLOWANCE, made.place, MEMBER, self._clock)
        begun = time.perf_counter()
        await self._portraits.accept(made, legs, _ANYBODY)
        begun = self._note("accept", begun)
        [claimed] = (await self._jobs.take_work(self._clock, _LEASE, _PAINTING, free=1)).claimed
        self._note("claim", begun)
        ready = await self._jobs.finish(
            claimed.take, TakeState.READY, self._clock, image="a.png", deliver=(self._clock, _LEASE)
        )
        assert ready is not None
        begun = time.perf_counter()
        assert await self._jobs.settle(Delivery(claimed.portrait.id, PortraitState.DELIVERED), 1, self._clock)
        self._note("settle", begun)
        self.took["look-up"].append(await self._database.read(_looked))

    def _note(self, step: str, begun: float) -> float:
        now = time.perf_counter()
        self.took[step].append(now - begun)
        return now

    def figures(self) -> dict[str, Any]:
        """Medians in milliseconds."""
        return {
            "database": self.name,
            "waiting": self.waiting,
            **{step: middle(took) * 1000 for step, took in self.took.items()},
        }


def _looked(tx: Transaction) -> float:
    """Who is next: the lane, and in it the take."""
    begun = time.perf_counter()
    for _ in range(LOOKS):
        lane = tx.one(_SQL["first_lane"])
        assert lane is not None
        assert tx.one(_SQL["first_take"], {"lane": lane["name"]}) is not None
    return (time.perf_counter() - begun) / LOOKS


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Fill, warm up, measure in turns."""
    needs_postgresql()
    async with AsyncExitStack() as stack:
        cluster = stack.enter_context(running(durable=True))
        measured: list[_Measured] = []
        for waiting in sizes.queued:
            places: dict[str, Path | str] = {
                "SQLite": folder / f"{waiting}.db",
                "PostgreSQL": stack.enter_context(cluster.schema()),
            }
            for name, place in places.items():
                async with open_database(place) as database:
                    await _fill(database, waiting)
                measured.append(_Measured(name, waiting, await stack.enter_async_context(open_database(place))))
        turns, warm = random.Random(1), sizes.queue_rounds // 10
        for number in range(sizes.queue_rounds + warm):
            for each in turns.sample(measured, len(measured)):
                await each.once()
                if number == warm - 1:
                    for took in each.took.values():
                        took.clear()
        return {"rounds": sizes.queue_rounds, "rows": [each.figures() for each in measured]}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = [
        "| database | waiting | accept | claim | settle | look-up of lane and take | ratio of look-ups | goal |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    rows: list[dict[str, Any]] = found["rows"]
    base = {row["database"]: row["look-up"] for row in reversed(rows)}
    for row in sorted(rows, key=lambda row: row["database"], reverse=True):
        ratio = row["look-up"] / base[row["database"]]
        held = "holds" if ratio <= LIMIT else "**misses**"
        steps = " | ".join(f"{row[step]:.2f} ms" for step in STEPS[:3])
        look = f"{row['look-up'] * 1000:.0f} us | {ratio:.2f} | at most {LIMIT:g}: {held}"
        lines.append(f"| {row['database']} | {row['waiting']:,} | {steps} | {look} |")
    return lines
