"""The loop: slots, pauses, fairness to the vendor, and going on whatever breaks."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from bot.domain import errors
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.jobs import runner as running
from bot.jobs.runner import Runner
from bot.ports.jobs import Work
from bot.storage.jobs import SqlJobs
from tests.fakes.builders import LEASE, a_once
from tests.jobs.job_parts import JobParts, until
from tests.storage.row_checks import counters_agree, lanes_agree, used


@asynccontextmanager
async def _at_work(job_parts: JobParts, runner: Runner) -> AsyncIterator[Runner]:
    await runner.recover()
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        job_parts.messenger.open.set()
        await runner.stop()
        await asyncio.wait_for(task, 2)


async def _all_final(job_parts: JobParts, portraits: list[Portrait]) -> list[Portrait]:
    for _ in range(1000):
        found = [await job_parts.jobs.get(each.id) for each in portraits]
        if all(each.state is not PortraitState.OPEN for each in found):
            return found
        job_parts.clock.advance(seconds=0.01)
        await asyncio.sleep(0.005)
    raise AssertionError("portraits are open still")


async def test_every_portrait_ends_delivered_and_the_slots_are_never_passed(job_parts: JobParts) -> None:
    job_parts.generator.limit = 3
    job_parts.generator.submits(*[3] * 24)
    portraits = [await job_parts.accepted(owner=number, count=2) for number in range(12)]
    async with _at_work(job_parts, job_parts.runner(slots=3)):
        final = await _all_final(job_parts, portraits)
    assert {each.state for each in final} == {PortraitState.DELIVERED}
    assert job_parts.generator.most_running == 3
    assert len(job_parts.generator.orders) == len(job_parts.generator.billed) == 24
    assert len(job_parts.messenger.posts) == 12
    assert await lanes_agree(job_parts.database)
    assert await counters_agree(job_parts.database)


async def test_a_new_portrait_is_painted_as_soon_as_it_is_told(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TICK", 60.0)
    async with _at_work(job_parts, job_parts.runner()) as runner:
        await asyncio.sleep(0.05)
        portrait = await job_parts.accepted()
        runner.notify(portrait.id)
        await until(lambda: len(job_parts.generator.orders) == 1)


@pytest.mark.parametrize("slots", [1, 2])
async def test_who_leaves_room_is_followed_at_once(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch, slots: int
) -> None:
    """By what waits, and by what the vendor did not take: as soon as its pause is over."""
    monkeypatch.setattr(running, "TICK", 60.0)
    portraits = [await job_parts.accepted(owner=number) for number in range(3)]
    async with _at_work(job_parts, job_parts.runner(slots=slots)) as runner:
        final = await _all_final(job_parts, portraits)
        assert {each.state for each in final} == {PortraitState.DELIVERED}
        job_parts.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=0.2)))
        refused = await job_parts.accepted(owner=4)
        runner.notify(refused.id)
        await until(lambda: len(job_parts.generator.orders) == 4)
        job_parts.clock.advance(seconds=1)
        [painted] = await _all_final(job_parts, [refused])
        assert painted.state is PortraitState.DELIVERED


async def test_nothing_is_ordered_while_the_queue_is_paused(job_parts: JobParts) -> None:
    await job_parts.jobs.pause(job_parts.clock.now(), job_parts.clock.now() + timedelta(seconds=10))
    portrait = await job_parts.accepted()
    async with _at_work(job_parts, job_parts.runner()) as runner:
        runner.notify(portrait.id)
        await asyncio.sleep(0.1)
        assert job_parts.generator.orders == []
        job_parts.clock.advance(seconds=10)
        await until(lambda: len(job_parts.generator.orders) == 1)


async def test_a_full_vendor_is_asked_again_after_its_pause_only(job_parts: JobParts) -> None:
    job_parts.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=30)))
    portraits = [await job_parts.accepted() for _ in range(5)]
    async with _at_work(job_parts, job_parts.runner(slots=1)):
        await until(lambda: len(job_parts.generator.orders) == 1)
        await asyncio.sleep(0.1)
        assert len(job_parts.generator.orders) == 1
        job_parts.clock.advance(seconds=30)
        final = await _all_final(job_parts, portraits)
    assert {each.state for each in final} == {PortraitState.DELIVERED}
    assert set(job_parts.generator.billed.values()) == {1}


async def test_a_cancelled_portrait_keeps_its_slot_until_the_vendor_is_done(job_parts: JobParts) -> None:
    job_parts.generator.limit = 1
    job_parts.generator.open.clear()
    job_parts.generator.submits(1)
    first = await job_parts.accepted(owner=1)
    async with _at_work(job_parts, job_parts.runner(slots=1)) as runner:
        await until(lambda: len(job_parts.generator.fetched) > 1)
        second = await job_parts.accepted(owner=2)
        await job_parts.jobs.cancel(first.id, a_once(), job_parts.clock.now())
        job_parts.clock.advance(seconds=1)
        runner.notify(first.id)
        [cancelled] = await _all_final(job_parts, [first])
        assert cancelled.state is PortraitState.CANCELLED
        assert len(job_parts.generator.orders) == 1
        job_parts.generator.open.set()
        [painted] = await _all_final(job_parts, [second])
        assert painted.state is PortraitState.DELIVERED


async def test_a_bug_in_one_drive_stops_no_other(job_parts: JobParts, caplog: pytest.LogCaptureFixture) -> None:
    job_parts.generator.submits(ZeroDivisionError("a bug"))
    portraits = [await job_parts.accepted(owner=1) for _ in range(4)]
    async with _at_work(job_parts, job_parts.runner(slots=1)):
        await _all_final(job_parts, portraits[1:])
        assert len(job_parts.messenger.posts) == 3
        assert "take 0 failed" in caplog.text
        job_parts.clock.instant += LEASE + timedelta(seconds=1)
        [broken] = await _all_final(job_parts, portraits[:1])
    assert (broken.state, broken.failure) == (PortraitState.FAILED, "unknown")
    assert sum((await used(job_parts.database)).values()) == 3 * 3


class _Stumbling(SqlJobs):
    """A store whose disk fails now and then."""

    bad_claims = bad_pauses = 0

    @override
    async def take_work(self, *args: Any, **options: Any) -> Work:
        if self.bad_claims:
            self.bad_claims -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return await super().take_work(*args, **options)

    @override
    async def paused_until(self) -> datetime:
        if self.bad_pauses:
            self.bad_pauses -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return await super().paused_until()


async def test_a_round_that_fails_is_logged_and_the_next_goes_on(
    job_parts: JobParts, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = _Stumbling(job_parts.database)
    jobs.bad_claims = 1
    portrait = await job_parts.accepted()
    async with _at_work(job_parts, job_parts.runner(jobs=jobs)):
        [final] = await _all_final(job_parts, [portrait])
    assert final.state is PortraitState.DELIVERED
    assert "a round of the job loop failed" in caplog.text


async def test_a_failure_between_two_rounds_does_not_end_the_loop(job_parts: JobParts) -> None:
    jobs = _Stumbling(job_parts.database)
    jobs.bad_pauses = 2
    task = asyncio.create_task(job_parts.runner(jobs=jobs).run())
    try:
        await asyncio.wait([task], timeout=1.5)
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_stop_leaves_orders_to_the_next_start_which_polls_them_on(job_parts: JobParts) -> None:
    job_parts.generator.open.clear()
    job_parts.generator.submits(1, 1)
    portrait = await job_parts.accepted(count=2)
    async with _at_work(job_parts, job_parts.runner()):
        await until(lambda: len(job_parts.generator.fetched) > 3)
    assert {take.state for take in (await job_parts.jobs.get(portrait.id)).takes} == {TakeState.SUBMITTED}
    job_parts.stopping.clear()
    job_parts.generator.open.set()
    async with _at_work(job_parts, job_parts.runner()):
        [final] = await _all_final(job_parts, [portrait])
    assert final.state is PortraitState.DELIVERED
    assert set(job_parts.generator.billed.values()) == {1}


async def test_stop_claims_nothing_new(job_parts: JobParts) -> None:
    async with _at_work(job_parts, job_parts.runner()) as runner:
        await asyncio.sleep(0.05)
        stopping = asyncio.create_task(runner.stop())
        await stopping
        await job_parts.accepted()
        runner.notify(PortraitId("x"))
        await asyncio.sleep(0.05)
    assert job_parts.generator.orders == []


async def test_stop_waits_for_a_delivery_under_way(job_parts: JobParts) -> None:
    job_parts.messenger.open.clear()
    portrait_id = await job_parts.painted()
    runner = job_parts.runner()
    async with _at_work(job_parts, runner):
        await until(lambda: bool(runner._delivering))
        stopping = asyncio.create_task(runner.stop())
        await asyncio.sleep(0.05)
        assert not stopping.done()
        job_parts.messenger.open.set()
        await asyncio.wait_for(stopping, 2)
    assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.DELIVERED


async def test_stop_ends_within_its_grace(job_parts: JobParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE", 0.1)
    job_parts.messenger.open.clear()
    portrait_id = await job_parts.painted()
    runner = job_parts.runner()
    async with _at_work(job_parts, runner):
        await until(lambda: bool(runner._delivering))
        await asyncio.wait_for(runner.stop(), 1)
        assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.OPEN
    await job_parts.jobs.release_all()
    await job_parts.deliverer.deliver(portrait_id)
    assert await job_parts.charged() == 1


async def test_a_portrait_that_waits_past_its_deadline_is_failed_and_refunded(
    job_parts: JobParts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    portrait = await job_parts.accepted(deadline=timedelta(minutes=10))
    async with _at_work(job_parts, job_parts.runner()):
        await job_parts.jobs.pause(job_parts.clock.now(), job_parts.clock.now() + timedelta(hours=1))
        job_parts.clock.advance(minutes=10.1)
        [final] = await _all_final(job_parts, [portrait])
    assert (final.state, final.failure) == (PortraitState.FAILED, "waited")
    assert await job_parts.charged() == 0
    assert job_parts.generator.orders == []
