"""What happens once for each portrait costs the same with 10 and with 10,000 waiting, in one lane and in many.

The cost is what SQLite says of itself: the steps of its virtual machine, whatever the machine under it does.
"""

import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import QueueTooLong
from bot.domain.ids import GuildId, MessageId
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Claimed, Delivery, Seen
from bot.storage.database import Database, open_database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.sqlite import SqliteDatabase, SqliteReader, in_thread
from bot.storage.traffic import SqlTraffic
from bot.storage.units import Transaction
from tests.fakes.builders import LEASE, NOW, ROOMY, a_portrait, accepted, legs
from tests.storage.row_checks import lanes_agree

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]

FEW, MANY, ALLOWED = 10, 10_000, 1.5
SOON = NOW + timedelta(seconds=1)
HOUR = timedelta(hours=1)
# No one waits for longer than 16 s: whoever is further back than a few is not accepted.
STRICT = replace(ROOMY, waiting_guild=10**6, slots=1, longest_wait=timedelta(seconds=16))
# Of the image number i: its lane, its member, and its place there.
LANES = {
    "one lane, few members": ("'g100'", "i % 4", "i / 4"),
    "one lane, many members": ("'g100'", "i", "0"),
    "many lanes": ("'g' || (1000 + i)", "i", "0"),
}


async def fill(database: Database, number: int, lane: tuple[str, str, str]) -> None:
    """Portraits of one image that wait, as `accept` would have written them, with their holds; and idle lanes."""
    images = "SELECT i, {} AS lane, 500 + {} AS member, {} AS vft FROM n".format(*lane)
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :n),"
        f" image AS ({images}), placed AS (SELECT *, substr(lane, 2) + 0 AS guild FROM image)"
    )
    statements = (
        (
            "INSERT INTO portrait (id, kind, owner_id, guild_id, channel_id, spec, state, application_id,"
            " interaction_id, interaction_token, token_expires_at, private, acknowledged_at, message_id,"
            " created_at, asked_at, deadline_at, unfinished)"
            " SELECT 'b' || i, 'portrait', member, guild, 1, '{}', 'open', 7, 10000000 + i, 't', :far, 0,"
            " 0, 5, 0, 0, :far, 1 FROM placed"
        ),
        (
            "INSERT INTO take (portrait_id, number, seed, state, lane, vft, in_lane, size)"
            " SELECT 'b' || i, 0, 1, 'queued', lane, vft, 1, '1024x1024' FROM placed"
        ),
        (
            "INSERT INTO quota_hold (id, guild_id, user_id, units, state, legs, created_at, expires_at)"
            " SELECT 'b' || i, guild, member, 1, 'held', '[]', 0, :far FROM placed"
        ),
        "INSERT INTO lane_member SELECT lane, member, max(vft) + 1 FROM placed GROUP BY 1, 2",
        (
            "INSERT INTO lane (name, vft, clock, waiting, open_portraits)"
            " SELECT lane, 0, 0, count(*), count(*) FROM placed GROUP BY 1"
        ),
        "INSERT INTO lane (name, vft, clock, waiting) SELECT 'idle' || i, 0, 0, 0 FROM n WHERE i < 5",
    )

    def unit(tx: Transaction) -> None:
        for statement in statements:
            tx.run(f"{numbers} {statement}", {"n": number, "far": 4_000_000_000_000})

    await database.write(unit)


@dataclass
class Waiting:
    """A database in which so many wait, and how much work it does."""

    database: Database
    numbers: "itertools.count[int]"

    def __post_init__(self) -> None:
        self.jobs = SqlJobs(self.database)
        self.portraits = SqlPortraits(self.database)
        self.steps = 0

    async def watch(self) -> None:
        def step() -> None:
            self.steps += 1

        def watch(connection: sqlite3.Connection) -> None:
            connection.set_progress_handler(step, 1)

        database = self.database
        assert isinstance(database, SqliteDatabase)
        for reader in (database._reader, database.background):
            assert isinstance(reader, SqliteReader)
            await in_thread(reader._connection, watch)
        for connection in (database._writer,):
            await in_thread(connection, watch)

    async def cost(self, work: Callable[["Waiting"], Awaitable[object]]) -> int:
        before = self.steps
        await work(self)
        return self.steps - before

    def newcomer(self) -> Portrait:
        number = next(self.numbers)
        return a_portrait(owner=10_000_000 + number, guild=100)

    async def enter(self) -> None:
        portrait = self.newcomer()
        with suppress(QueueTooLong):
            await self.portraits.accept(portrait, legs(portrait), STRICT)

    async def claim(self) -> Claimed:
        turn = await self.jobs.take_work(NOW, LEASE, PAINTING, free=1)
        return turn.claimed[0]


async def _seen(w: Waiting) -> object:
    return await w.jobs.take_work(NOW, LEASE, PAINTING, free=1, seen=[Seen(w.newcomer().id, MessageId(6), NOW)])


async def _nothing_to_do(w: Waiting) -> object:
    return await w.jobs.take_work(NOW, LEASE, PAINTING, free=0)


async def _sweep(w: Waiting) -> object:
    await w.jobs.overdue(NOW)
    await w.jobs.unordered(NOW)
    await w.jobs.late(NOW)
    await w.jobs.take_over(NOW, LEASE)
    return await w.jobs.tidy(NOW)


async def _whole_life(w: Waiting) -> object:
    claimed = await w.claim()
    await w.jobs.submitted(claimed.take, "job", None, NOW, NOW + LEASE)
    await w.jobs.renew(claimed.take, NOW + LEASE)
    assert await w.jobs.is_ours(claimed.take)
    finished = await w.jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png", deliver=(SOON, LEASE))
    assert finished is not None
    assert finished.begun is not None
    return await w.jobs.settle(Delivery(claimed.portrait.id, PortraitState.DELIVERED), 1, NOW)


async def _given_back(w: Waiting) -> object:
    return await w.jobs.give_back((await w.claim()).take)


async def _cancelled(w: Waiting) -> object:
    claimed = await w.claim()
    await w.jobs.give_back(claimed.take)
    return await w.jobs.cancel(claimed.portrait.id, None, NOW)


async def _delivered(w: Waiting) -> object:
    claimed = await w.claim()
    await w.jobs.finish(claimed.take, TakeState.FAILED, NOW, failure="x")
    turn = await w.jobs.take_work(SOON, LEASE, PAINTING)
    assert claimed.portrait.id in turn.deliverable
    assert await w.jobs.begin_delivery(claimed.portrait.id, SOON, LEASE)
    return await w.jobs.settle(Delivery(claimed.portrait.id, PortraitState.FAILED), 0, NOW)


async def _watched(w: Waiting) -> object:
    """As /metrics and `/status` look, with a bound that few waiting reach too."""
    traffic = SqlTraffic(w.database, enough=FEW)
    await traffic.waiting_in(GuildId(100))
    await traffic.ended(100)
    await traffic.painted(20)
    return await traffic.now()


ONCE: dict[str, Callable[[Waiting], Awaitable[object]]] = {
    "accept": Waiting.enter,
    "claim": Waiting.claim,
    "a card that is seen": _seen,
    "a round with nothing to do": _nothing_to_do,
    "a sweep": _sweep,
    "from the order to the money": _whole_life,
    "given back": _given_back,
    "cancelled": _cancelled,
    "delivered by the round": _delivered,
    "watched": _watched,
}
# How it was asked before. The measure must see what each of them does.
BEFORE = {
    "deliverable": "SELECT id FROM portrait p WHERE p.state = 'open' AND p.delivery_lease < 9 AND NOT EXISTS ("
    "SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state IN ('queued', 'submitting', 'submitted'))"
    " ORDER BY p.created_at",
    "overdue": "SELECT id FROM portrait p WHERE p.state = 'open' AND p.deadline_at < 9"
    " AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.in_lane = 1)",
    "backlog": "SELECT coalesce(sum(waiting), 0) FROM lane WHERE waiting > 0",
    "open_of_guild": "SELECT count(*) FROM portrait WHERE guild_id = 100 AND state = 'open'",
    "standing": "SELECT count(*) FROM take o WHERE o.lane = 'g100' AND o.in_lane = 1 AND o.vft < 99999",
    "lost_holds": "SELECT h.id FROM quota_hold h LEFT JOIN portrait p ON p.id = h.id"
    " WHERE h.state = 'held' AND (p.id IS NULL OR p.state <> 'open')",
    "prune_lanes": "SELECT 1 FROM lane_member WHERE vft <= (SELECT clock FROM lane WHERE lane.name = lane_member.lane)",
}
# Those that grow only with what the backlog is made of.
GROWS_IN = {
    "backlog": {"many lanes"},
    "open_of_guild": {"one lane, few members", "one lane, many members"},
    "standing": {"one lane, few members", "one lane, many members"},
    "prune_lanes": {"one lane, many members", "many lanes"},
}


async def waiting(stack: AsyncExitStack, path: Path, number: int, lane: tuple[str, str, str]) -> Waiting:
    database = await stack.enter_async_context(open_database(path))
    found = Waiting(database, itertools.count())
    # A spec that can be read, for what is claimed.
    await accepted(found.portraits, guild=7)
    await found.claim()
    await fill(database, number, lane)
    await database.write(
        lambda tx: tx.run("UPDATE portrait SET spec = (SELECT spec FROM portrait WHERE guild_id = 7) WHERE spec = '{}'")
    )
    assert await lanes_agree(database)
    await found.watch()
    return found


@pytest.mark.parametrize("lane", LANES)
async def test_what_is_done_once_for_each_portrait_costs_the_same(tmp_path: Path, lane: str) -> None:
    async with AsyncExitStack() as stack:
        few, many = [await waiting(stack, tmp_path / f"{n}.db", n, LANES[lane]) for n in (FEW, MANY)]
        costs = {name: (await few.cost(work), await many.cost(work)) for name, work in ONCE.items()}
        assert await lanes_agree(many.database)
        grown = {name: cost for name, cost in costs.items() if cost[1] > ALLOWED * cost[0]}
        assert not grown, costs
        assert all(cost[0] > 10 for cost in costs.values()), "nothing was measured"


@pytest.mark.parametrize("lane", LANES)
async def test_the_measure_sees_what_looks_at_all_that_waits(tmp_path: Path, lane: str) -> None:
    async with AsyncExitStack() as stack:
        few, many = [await waiting(stack, tmp_path / f"{n}.db", n, LANES[lane]) for n in (FEW, MANY)]
        for name, sql in BEFORE.items():
            if lane in GROWS_IN.get(name, LANES):
                costs = [await w.cost(lambda w, sql=sql: w.database.all(sql)) for w in (few, many)]
                assert costs[1] > 20 * costs[0], (name, costs)


async def test_the_survey_is_one_pass(tmp_path: Path) -> None:
    """It may cost more when more wait, but not more for each of them."""
    async with AsyncExitStack() as stack:
        lane = LANES["many lanes"]
        few, many = [await waiting(stack, tmp_path / f"{n}.db", n, lane) for n in (1000, MANY)]
        costs = [await w.cost(lambda w: w.jobs.survey()) / n for w, n in ((few, 1000), (many, MANY))]
        assert costs[1] < 1.2 * costs[0]
