"""Who is served next: servers take turns, and inside a server its members do."""

import random
import statistics
import time
from datetime import timedelta
from typing import Any

import pytest

from bot.ports.jobs import Claimed
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.sql import load
from bot.storage.units import Transaction
from tests.fakes.builders import NOW, a_once, accepted
from tests.fakes.turns import claim
from tests.storage.row_checks import lanes_agree, rows

LEASE = timedelta(seconds=120)


async def _claim(jobs: SqlJobs) -> Claimed:
    claimed = await claim(jobs, NOW, LEASE)
    assert claimed is not None
    return claimed


async def _order(jobs: SqlJobs) -> list[Claimed]:
    """Everything that waits, in the order in which it is served."""
    served: list[Claimed] = []
    while (claimed := await claim(jobs, NOW, LEASE)) is not None:
        served.append(claimed)
    return served


def _owners(served: list[Claimed]) -> list[int]:
    return [int(claimed.portrait.owner_id) for claimed in served]


def _take_turns(owners: list[int]) -> bool:
    """Whether neither of members 1 and 2 is ever served twice in advance of the other."""
    return all(abs(owners[:n].count(1) - owners[:n].count(2)) <= 1 for n in range(len(owners) + 1))


async def test_a_member_with_one_image_is_second_to_one_with_twenty(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    for _ in range(5):
        await accepted(portraits, owner=1, count=4)
    await accepted(portraits, owner=2)
    assert _owners(await _order(jobs)) == [1, 2, *[1] * 19]


@pytest.mark.parametrize("members", [1, 20])
async def test_a_server_with_one_image_is_second_to_one_with_twenty(
    jobs: SqlJobs, portraits: SqlPortraits, members: int
) -> None:
    for number in range(20):
        await accepted(portraits, owner=1 + number % members, guild=10)
    await accepted(portraits, owner=500, guild=11)
    assert _owners(await _order(jobs)).index(500) == 1


async def test_three_servers_take_turns(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    for guild in (10, 11, 12):
        await accepted(portraits, owner=guild, guild=guild, count=3)
    assert _owners(await _order(jobs)) == [10, 11, 12] * 3


async def test_members_outside_of_servers_have_lanes_of_their_own(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits, owner=1, guild=None, count=4)
    await accepted(portraits, owner=2, guild=None)
    assert _owners(await _order(jobs))[1] == 2


async def test_a_server_that_was_away_has_saved_up_no_turns(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits, owner=1, guild=11)
    await _claim(jobs)
    for _ in range(5):
        await accepted(portraits, owner=2, guild=10, count=4)
    for _ in range(10):
        await _claim(jobs)
    await accepted(portraits, owner=1, guild=11, count=4)
    assert _take_turns(_owners(await _order(jobs))[:8])


async def test_a_member_who_was_away_has_saved_up_no_turns(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits, owner=1)
    await _claim(jobs)
    for _ in range(5):
        await accepted(portraits, owner=2, count=4)
    for _ in range(10):
        await _claim(jobs)
    await accepted(portraits, owner=1, count=4)
    assert _take_turns(_owners(await _order(jobs))[:8])


async def test_cancelled_images_cost_no_turns(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    for _ in range(5):
        portrait = await accepted(portraits, owner=1, count=4)
        await jobs.cancel(portrait.id, a_once(), NOW)
    await accepted(portraits, owner=1)
    await accepted(portraits, owner=2, count=4)
    assert _owners(await _order(jobs)).index(1) <= 1


async def test_what_was_given_back_is_next_in_its_lane(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await accepted(portraits, owner=1, count=3)
    await accepted(portraits, owner=2, guild=11, count=3)
    first, second = await _claim(jobs), await _claim(jobs)
    await accepted(portraits, owner=3, guild=10)
    for claimed in (second, first):
        assert await jobs.give_back(claimed.take)
    assert await lanes_agree(database)
    again = [await _claim(jobs) for _ in range(2)]
    assert [(each.portrait.id, each.take.number) for each in again] == [
        (each.portrait.id, each.take.number) for each in (first, second)
    ]
    assert [each.take.epoch for each in again] == [3, 3]


async def test_giving_back_costs_its_server_no_turn(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits, owner=1, guild=10)
    await accepted(portraits, owner=2, guild=11, count=4)
    for _ in range(3):
        claimed = await _claim(jobs)
        assert claimed.portrait.owner_id == 1
        await jobs.give_back(claimed.take)


async def test_giving_back_again_and_again_brings_no_advantage(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits, owner=1, guild=10, count=4)
    await accepted(portraits, owner=2, guild=11, count=4)
    for _ in range(10):
        await jobs.give_back((await _claim(jobs)).take)
    assert _take_turns(_owners(await _order(jobs)))


@pytest.mark.parametrize("seed", range(5))
async def test_the_place_that_is_shown_is_the_order_of_service(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, seed: int
) -> None:
    dice = random.Random(seed)
    waiting: dict[tuple[str, int], Any] = {}
    for _ in range(25):
        owner, guild = dice.randint(1, 4), dice.choice([10, 11, 9, None])
        portrait = await accepted(portraits, owner=owner, guild=guild, count=dice.randint(1, 4))
        waiting |= {(take.portrait_id, take.number): take for take in portrait.takes}
        if dice.random() < 0.4:
            claimed = await _claim(jobs)
            if dice.random() < 0.3:
                await jobs.give_back(claimed.take)
            else:
                del waiting[claimed.take.portrait_id, claimed.take.number]
        if dice.random() < 0.1:
            await jobs.cancel(portrait.id, a_once(), NOW)
            for take in portrait.takes:
                waiting.pop((take.portrait_id, take.number), None)
    cards = {card.portrait_id: card for card in (await jobs.survey()).cards if card.places}
    assert sum(card.waiting for card in cards.values()) == len(waiting)
    promised = {portrait_id: card.places for portrait_id, card in cards.items()}
    served: dict[str, list[int]] = {}
    for place, each in enumerate(await _order(jobs), start=1):
        served.setdefault(each.take.portrait_id, []).append(place)
    assert promised == {portrait_id: (found[0], found[-1]) for portrait_id, found in served.items()}
    assert await lanes_agree(database)


async def _backlog(database: Database, waiting: int) -> None:
    """Images of 50 servers with 20 members each, as `accept` would have written them."""

    def unit(tx: Transaction) -> None:
        params = {"n": waiting}
        numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :n)"
        tx.run(
            f"{numbers} INSERT INTO portrait (id, kind, owner_id, guild_id, channel_id, spec, state, application_id,"
            " interaction_id, token_expires_at, private, created_at, deadline_at, unfinished)"
            " SELECT 'b' || :n || '-' || i, 'portrait', i % 1000, 100 + i % 50, 1, (SELECT spec FROM portrait LIMIT 1),"
            " 'open', 7, :n * 100000 + i, 0, 0, 0, 9999999999999, 1 FROM n",
            params,
        )
        tx.run(
            f"{numbers} INSERT INTO take (portrait_id, number, seed, state, lane, vft, in_lane, size)"
            " SELECT 'b' || :n || '-' || i, 0, 1, 'queued', 'g' || (100 + i % 50), i / 1000, 1, '1x1' FROM n",
            params,
        )
        tx.run(
            "INSERT INTO lane (name, vft, clock, waiting)"
            " SELECT lane, 0, 0, count(*) FROM take WHERE lane LIKE 'g1__' AND in_lane = 1 GROUP BY 1"
            " ON CONFLICT (name) DO UPDATE SET waiting = excluded.waiting"
        )

    await database.write(unit)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["first_lane", "first_take"])
async def test_a_claim_reads_from_an_index_in_order(database: Database, name: str) -> None:
    plan = await rows(database, f"EXPLAIN QUERY PLAN {load('jobs')[name]}", lane="g1")
    steps = "\n".join(row["detail"] for row in plan)
    assert "INDEX" in steps
    assert "TEMP B-TREE" not in steps
    assert "SCAN take" not in steps


async def test_a_claim_costs_the_same_whatever_waits(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    # The row that the backlog copies its spec from; its lane is emptied again.
    await accepted(portraits, guild=7)
    await _claim(jobs)

    async def median_cost() -> float:
        costs: list[float] = []
        for _ in range(60):
            start = time.perf_counter()
            await _claim(jobs)
            costs.append(time.perf_counter() - start)
        return statistics.median(costs)

    await _backlog(database, 100)
    few = await median_cost()
    await _backlog(database, 10_000)
    many = await median_cost()
    assert many < 3 * few, f"{few * 1e6:.0f} us with 10^2 waiting, {many * 1e6:.0f} us with 10^4"
