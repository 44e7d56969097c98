"""Jobs on a disk that takes nothing: the cards say so, nothing is ordered, every step is made when there is room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.errors import MessengerDown
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.jobs.failures import NOT_KEPT
from bot.jobs.runner import Runner
from bot.ports.messenger import Way
from bot.storage.database import Database
from tests.fakes.builders import LEASE
from tests.jobs.job_parts import JobParts, until
from tests.storage.row_checks import counters_agree, used

pytestmark = pytest.mark.sqlite


@asynccontextmanager
async def _full(database: Database) -> AsyncIterator[None]:
    """Nothing at all can be written: every change is refused by SQLite."""
    await database._writer.execute("PRAGMA query_only = ON")  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield
    finally:
        await database._writer.execute("PRAGMA query_only = OFF")  # pyright: ignore[reportAttributeAccessIssue]


@asynccontextmanager
async def _at_work(job_parts: JobParts, runner: Runner) -> AsyncIterator[None]:
    await runner.recover()
    task = asyncio.create_task(runner.run())
    try:
        yield
    finally:
        await runner.stop()
        await asyncio.wait_for(task, 3)


async def _moves(job_parts: JobParts, seconds: float = 1.0) -> None:
    """Time goes on, for the loop too."""
    for _ in range(10):
        job_parts.clock.advance(seconds=seconds)
        await asyncio.sleep(0.03)


async def _settled(job_parts: JobParts) -> None:
    for _ in range(200):
        if not await job_parts.jobs.open_portraits():
            return
        job_parts.clock.advance(seconds=0.5)
        await asyncio.sleep(0.02)
    raise AssertionError("portraits are open still")


def _lose(job_parts: JobParts) -> None:
    """No picture can be kept."""
    job_parts.folder.mkdir(exist_ok=True)
    (job_parts.folder / "pictures").write_text("in its place")


def _find(job_parts: JobParts) -> None:
    (job_parts.folder / "pictures").unlink()


async def test_a_picture_that_cannot_be_kept_is_said_and_refunded(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed()
    _lose(job_parts)
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.failure) == (TakeState.FAILED, NOT_KEPT)
    job_parts.clock.advance(seconds=1)
    await job_parts.deliverer.deliver(claimed.portrait.id)
    [post] = job_parts.messenger.posts
    assert (post.outcome.state, post.outcome.failure) == (PortraitState.FAILED, NOT_KEPT)
    assert await job_parts.charged() == 0


async def test_what_waits_for_a_disk_without_room_for_pictures_is_told_at_once_and_nothing_is_ordered(
    job_parts: JobParts,
) -> None:
    portrait = await job_parts.accepted()
    _lose(job_parts)
    job_parts.pictures.room.missed(OSError(28, "full"))
    async with _at_work(job_parts, job_parts.runner()):
        await _settled(job_parts)
        assert (await job_parts.jobs.get(portrait.id)).failure == NOT_KEPT
        assert job_parts.generator.orders == []
        assert job_parts.disk.refusal() is not None
        _find(job_parts)
        await _moves(job_parts)
        assert job_parts.disk.refusal() is None
        later = await job_parts.accepted()
        await _settled(job_parts)
        assert (await job_parts.jobs.get(later.id)).state is PortraitState.DELIVERED


async def test_cards_say_that_nothing_can_be_written_and_the_end_comes_once(job_parts: JobParts) -> None:
    job_parts.generator.submits(1)
    job_parts.generator.open.clear()
    portrait = await job_parts.accepted(count=2)
    async with _at_work(job_parts, job_parts.runner(slots=1)):
        await until(lambda: len(job_parts.generator.fetched) > 0)
        async with _full(job_parts.database):
            job_parts.generator.open.set()
            await _moves(job_parts)
            said = [status.stuck for each, status in job_parts.messenger.statuses if each == portrait.id]
            assert said[-1]
            assert said.count(True) == 1
            # Past every deadline, and past every lease.
            job_parts.clock.instant += LEASE + timedelta(minutes=20)
            await _moves(job_parts)
            assert job_parts.messenger.posts == []
            assert await used(job_parts.database)
        await _settled(job_parts)
    assert len(job_parts.messenger.posts) == 1
    found = await job_parts.jobs.get(portrait.id)
    assert all(take.is_final for take in found.takes)
    assert await job_parts.charged() == len(found.ready)
    assert await counters_agree(job_parts.database)


async def test_an_order_whose_number_could_not_be_written_down_is_followed_when_it_can(job_parts: JobParts) -> None:
    """Its driver holds it in its hands: nothing is lost, and nothing is ordered twice."""
    claimed = await job_parts.claimed()
    async with _full(job_parts.database):
        driving = asyncio.create_task(job_parts.driver.drive(claimed))
        await until(lambda: len(job_parts.generator.orders) == 1)
        await asyncio.sleep(0.1)
        assert not driving.done()
    await job_parts.database.probe()
    await asyncio.wait_for(driving, 3)
    assert (await job_parts.take(claimed)).state is TakeState.READY
    assert len(job_parts.generator.orders) == 1


async def test_who_waited_for_room_writes_before_the_sweep_ends_what_looks_left_behind(job_parts: JobParts) -> None:
    """Its lease ran out long ago, and the vendor's number of the order is in its driver's hands alone."""
    runner = job_parts.runner()
    await runner.recover()
    claimed = await job_parts.claimed()
    async with _full(job_parts.database):
        driving = asyncio.create_task(job_parts.driver.drive(claimed))
        await until(lambda: len(job_parts.generator.orders) == 1 and not job_parts.disk.takes_steps)
        job_parts.clock.instant += LEASE + timedelta(seconds=20)
        task = asyncio.create_task(runner.run())
        await _moves(job_parts)
    await _settled(job_parts)
    await driving
    assert (await job_parts.jobs.get(claimed.portrait.id)).state is PortraitState.DELIVERED
    assert await job_parts.charged() == 1
    await runner.stop()
    await asyncio.wait_for(task, 3)


async def test_a_card_whose_answer_cannot_be_begun_says_so_too(job_parts: JobParts) -> None:
    for way in Way:
        job_parts.messenger.once(way, MessengerDown("503"))
    portrait = await job_parts.accepted()
    async with _at_work(job_parts, job_parts.runner()):
        await until(lambda: not job_parts.generator.running and len(job_parts.generator.orders) == 1)
        await _moves(job_parts, 0.2)
        async with _full(job_parts.database):
            await _moves(job_parts, 3)
            assert [status.stuck for each, status in job_parts.messenger.statuses if each == portrait.id][-1:] == [True]
        await _settled(job_parts)
    assert (await job_parts.jobs.get(portrait.id)).state is PortraitState.DELIVERED


async def test_a_settlement_that_could_not_be_written_down_is_made_once(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted()
    job_parts.messenger.open.clear()
    delivering = asyncio.create_task(job_parts.deliverer.deliver(portrait_id))
    await asyncio.sleep(0.1)
    async with _full(job_parts.database):
        job_parts.messenger.open.set()
        await until(lambda: len(job_parts.messenger.posts) == 1)
        await asyncio.sleep(0.1)
        assert not delivering.done()
    await job_parts.database.probe()
    await asyncio.wait_for(delivering, 3)
    assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.DELIVERED
    assert len(job_parts.messenger.posts) == 1
    assert await job_parts.charged() == 1


async def test_a_start_on_a_full_disk_takes_over_as_soon_as_there_is_room(job_parts: JobParts) -> None:
    died = await job_parts.claimed()
    runner = job_parts.runner()
    async with _full(job_parts.database):
        await runner.recover()
        task = asyncio.create_task(runner.run())
        await _moves(job_parts)
        assert job_parts.generator.orders == []
    await _settled(job_parts)
    assert (await job_parts.take(died)).state is TakeState.UNKNOWN
    assert len(job_parts.messenger.posts) == 1
    await runner.stop()
    await asyncio.wait_for(task, 3)
    assert await counters_agree(job_parts.database)


async def test_the_end_waits_for_no_room(job_parts: JobParts) -> None:
    job_parts.generator.open.clear()
    await job_parts.accepted()
    runner = job_parts.runner()
    async with _at_work(job_parts, runner):
        await until(lambda: len(job_parts.generator.orders) == 1)
        async with _full(job_parts.database):
            job_parts.generator.open.set()
            await _moves(job_parts)
            began = asyncio.get_running_loop().time()
            await runner.stop()
            assert asyncio.get_running_loop().time() - began < 3
