"""After a crash: nothing is lost, nothing is ordered twice, and no image stays reserved for a portrait that is gone."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.ports.jobs import Claimed, Delivery
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from tests.fakes.builders import NOW, a_once, a_reply, accepted
from tests.fakes.turns import claim, deliverable
from tests.storage.row_checks import counters_agree, everything, lanes_agree, rows, used, value

LEASE = timedelta(seconds=120)
EXPIRED = NOW + LEASE + timedelta(milliseconds=1)


async def _claim(jobs: SqlJobs) -> Claimed:
    claimed = await claim(jobs, NOW, LEASE)
    assert claimed is not None
    return claimed


async def _one_of_each(jobs: SqlJobs, portraits: SqlPortraits) -> Portrait:
    """A portrait whose takes are submitting, submitted, held and waiting."""
    portrait = await accepted(portraits, count=4)
    _, ordered, held = await _claim(jobs), await _claim(jobs), await _claim(jobs)
    assert await jobs.submitted(ordered.take, "job-7", 99, NOW, NOW + LEASE)
    assert await jobs.hold(held.take, NOW + LEASE)
    return portrait


async def _states(jobs: SqlJobs, portrait: Portrait) -> list[str]:
    return [str(take.state) for take in (await jobs.get(portrait.id)).takes]


async def test_nothing_is_taken_over_from_a_driver_whose_lease_runs(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await _one_of_each(jobs, portraits)
    before = await everything(database)
    assert await jobs.take_over(NOW + LEASE, LEASE) == []
    assert await everything(database) == before


async def test_what_a_dead_driver_left_is_settled_by_what_is_known_of_it(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await _one_of_each(jobs, portraits)
    [claimed] = await jobs.take_over(EXPIRED, LEASE)
    assert await _states(jobs, portrait) == ["unknown", "submitted", "queued", "queued"]
    take = claimed.take
    assert (take.number, take.job_id, take.seed, take.epoch) == (1, "job-7", 99, 2)
    assert (await jobs.get(portrait.id)).takes[0].failure == "unknown"
    assert await value(database, "SELECT waiting FROM lane") == 2
    assert await lanes_agree(database)


async def test_an_order_of_unknown_fate_is_never_claimed_again(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits)
    lost = await _claim(jobs)
    await jobs.take_over(EXPIRED, LEASE)
    assert await claim(jobs, EXPIRED, LEASE) is None
    assert not await jobs.submitted(lost.take, "late", None, EXPIRED, EXPIRED)
    assert not await jobs.give_back(lost.take)
    assert not await jobs.hold(lost.take, EXPIRED)


async def test_a_known_order_has_a_new_driver_and_the_old_one_is_fenced_off(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await accepted(portraits)
    old = await _claim(jobs)
    await jobs.submitted(old.take, "job-7", None, NOW, NOW + LEASE)
    [new] = await jobs.take_over(EXPIRED, LEASE)
    assert not await jobs.renew(old.take, EXPIRED + LEASE)
    assert not await jobs.finish(old.take, TakeState.FAILED, EXPIRED, failure="x")
    assert await jobs.take_over(EXPIRED, LEASE) == []
    assert await jobs.finish(new.take, TakeState.READY, EXPIRED, image="a.png")


@pytest.mark.parametrize("state", ["submitting", "submitted", "held"])
async def test_only_what_its_driver_left_is_taken_over(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, state: str
) -> None:
    """Among takes of the same number, epoch and state, and of the same portrait."""
    for guild in (10, 11):
        await accepted(portraits, guild=guild, count=2)
    takes = [(await _claim(jobs)).take for _ in range(4)]
    for take in takes:
        assert state != "submitted" or await jobs.submitted(take, "job", None, NOW, EXPIRED)
        assert state != "held" or await jobs.hold(take, EXPIRED)
    sql = "SELECT * FROM take ORDER BY seq"
    # All but the second were left behind; its lease runs on.
    left = "UPDATE take SET lease_until = CASE WHEN seq = (SELECT min(seq) + 1 FROM take) THEN :later ELSE 1 END"
    await database.write(lambda tx: tx.run(left, {"later": 2**50}))
    before = await rows(database, sql)
    await jobs.take_over(EXPIRED, LEASE)
    after = await rows(database, sql)
    assert [row == earlier for row, earlier in zip(after, before, strict=True)] == [False, True, False, False]
    assert await lanes_agree(database)


async def test_sweeping_at_once_takes_an_order_over_once(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits)
    await jobs.submitted((await _claim(jobs)).take, "job-7", None, NOW, NOW + LEASE)
    sweeps = await asyncio.gather(*(jobs.take_over(EXPIRED, LEASE) for _ in range(10)))
    assert sorted(len(found) for found in sweeps) == [0] * 9 + [1]


async def test_a_held_take_queues_again_under_another_epoch(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await accepted(portraits)
    held = await _claim(jobs)
    await jobs.hold(held.take, NOW + LEASE)
    await jobs.take_over(EXPIRED, LEASE)
    assert not await jobs.resubmit(held.take, EXPIRED + LEASE)
    again = await claim(jobs, EXPIRED, LEASE)
    assert again is not None
    assert again.take.epoch > held.take.epoch
    assert not await jobs.finish(held.take, TakeState.FAILED, EXPIRED)
    assert await lanes_agree(database)


async def test_a_new_owner_of_the_database_takes_everything_over_at_once(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await _one_of_each(jobs, portraits)
    done = await accepted(portraits, owner=2)
    await jobs.cancel(done.id, a_once(), NOW)
    assert await jobs.begin_delivery(done.id, NOW, LEASE)
    assert await deliverable(jobs, NOW + timedelta(seconds=9)) == []
    await jobs.release_all()
    assert len(await jobs.take_over(NOW, LEASE)) == 1
    assert await _states(jobs, portrait) == ["unknown", "submitted", "queued", "queued"]
    assert await deliverable(jobs, NOW + timedelta(seconds=9)) == [done.id]


async def test_open_portraits_keep_their_reservation_and_lost_ones_are_refunded(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await accepted(portraits, count=1)
    gone, closed, settled = [await accepted(portraits, count=2) for _ in range(3)]
    await jobs.settle(Delivery(settled.id, PortraitState.DELIVERED), 2, NOW)
    await database.write(lambda tx: tx.run("DELETE FROM portrait WHERE id = :id", {"id": gone.id}))
    sql = "UPDATE portrait SET state = 'failed' WHERE id = :id"
    await database.write(lambda tx: tx.run(sql, {"id": closed.id}))
    assert set((await used(database)).values()) == {7}
    assert await jobs.tidy(NOW) == 0
    assert await jobs.tidy(NOW, thorough=True) == 2
    assert set((await used(database)).values()) == {3}
    assert await jobs.tidy(NOW, thorough=True) == 0
    assert await counters_agree(database)


async def test_tokens_are_forgotten_when_they_have_expired(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    old = await accepted(portraits, reply=a_reply(expires_at=NOW))
    young = await accepted(portraits, reply=a_reply(expires_at=NOW + timedelta(seconds=1)))
    await jobs.tidy(NOW)
    assert (await jobs.get(old.id)).reply.token is None
    assert (await jobs.get(young.id)).reply.token == "token"


async def test_tidying_keeps_the_turns_of_lanes_in_which_images_wait(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    await accepted(portraits, owner=1, count=4)
    await _claim(jobs)
    before = await rows(database, "SELECT * FROM lane_member")
    await jobs.tidy(NOW)
    assert await rows(database, "SELECT * FROM lane_member") == before
    await accepted(portraits, owner=2)
    await _claim(jobs)
    assert [(await _claim(jobs)).portrait.owner_id for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("owner", [1, 2])
async def test_members_of_dead_lanes_are_forgotten(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, owner: int
) -> None:
    await accepted(portraits, owner=1)
    await accepted(portraits, owner=2)
    for _ in range(2):
        await _claim(jobs)
    await accepted(portraits, owner=3, count=2)
    for _ in range(2):
        await _claim(jobs)
    await jobs.tidy(NOW)
    kept = {row["member_id"] for row in await rows(database, "SELECT member_id FROM lane_member")}
    assert owner not in kept
