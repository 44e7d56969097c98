"""Waiting cards tell the truth, and stay quiet once the answer is on its way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.portraits.portrait import Portrait, TakeState
from bot.jobs.progress import YOUNG, Progress
from tests.fakes.builders import LEASE, a_once, a_reply
from tests.jobs.job_parts import JobParts, until


async def _waiting(job_parts: JobParts, **parts: Any) -> Portrait:
    portrait = await job_parts.accepted(**parts)
    job_parts.clock.instant += YOUNG
    return portrait


async def _tick(progress: Progress) -> None:
    await progress.tick()
    await progress.stop()
    await asyncio.sleep(0)


async def test_a_card_is_changed_only_when_it_would_read_differently(job_parts: JobParts) -> None:
    first = await _waiting(job_parts, owner=1)
    mine = await _waiting(job_parts, owner=2)
    progress = job_parts.progress()
    for _ in range(3):
        await _tick(progress)
    assert sorted(portrait_id for portrait_id, _ in job_parts.messenger.statuses) == sorted([first.id, mine.id])
    await job_parts.jobs.cancel(first.id, a_once(), job_parts.clock.now())
    for _ in range(3):
        await _tick(progress)
    assert [status.position for portrait_id, status in job_parts.messenger.statuses if portrait_id == mine.id] == [2, 1]


async def test_an_estimate_that_moved_noticeably_is_said_anew(job_parts: JobParts) -> None:
    mine = await _waiting(job_parts, owner=2)
    await job_parts.claim()
    progress = job_parts.progress()

    async def paint_another(seconds: float) -> None:
        """Nothing changes for mine but what was measured."""
        await job_parts.accepted(owner=3, guild=3)
        claimed = await job_parts.claim()
        now = job_parts.clock.now()
        await job_parts.jobs.submitted(claimed.take, "job", None, now, now + LEASE)
        job_parts.clock.advance(seconds=seconds)
        await job_parts.jobs.finish(
            claimed.take, TakeState.READY, job_parts.clock.now(), image="a.png", took=timedelta(seconds=seconds)
        )

    for seconds in (8, 12, 14, 60, 60, 60):
        await paint_another(seconds)
        await _tick(progress)
    shown = [
        (status.position, status.eta) for portrait_id, status in job_parts.messenger.statuses if portrait_id == mine.id
    ]
    assert shown == [(None, 8), (None, 13), (None, 37)]


async def test_a_young_card_is_left_alone(job_parts: JobParts) -> None:
    await job_parts.accepted()
    progress = job_parts.progress()
    await _tick(progress)
    assert job_parts.messenger.statuses == []
    job_parts.clock.instant += YOUNG
    await _tick(progress)
    assert len(job_parts.messenger.statuses) == 1


async def test_cards_that_cannot_be_edited_or_are_done_are_left_alone(job_parts: JobParts) -> None:
    now = job_parts.clock.now()
    await _waiting(job_parts, reply=a_reply(token=None))
    await _waiting(job_parts, reply=a_reply(expires_at=now + timedelta(seconds=10)))
    done = await _waiting(job_parts)
    await job_parts.jobs.cancel(done.id, a_once(), now)
    await _tick(job_parts.progress())
    assert job_parts.messenger.statuses == []


async def test_one_edit_of_a_card_is_under_way_at_most(job_parts: JobParts) -> None:
    await _waiting(job_parts)
    job_parts.messenger.open.clear()
    progress = job_parts.progress()
    await progress.tick()
    await until(lambda: job_parts.messenger.edits_under_way == 1)
    for _ in range(3):
        await _waiting(job_parts, owner=9, guild=1)
        await progress.tick()
    await asyncio.sleep(0.05)
    assert job_parts.messenger.most_edits == 4, "one for each card"
    job_parts.messenger.open.set()
    await progress.stop()


async def test_quiet_waits_for_the_edit_under_way_and_none_follows(job_parts: JobParts) -> None:
    mine = await _waiting(job_parts)
    job_parts.messenger.open.clear()
    progress = job_parts.progress()
    await progress.tick()
    await until(lambda: job_parts.messenger.edits_under_way == 1)
    quiet = asyncio.create_task(progress.quiet(mine.id))
    await asyncio.sleep(0.02)
    assert not quiet.done()
    job_parts.messenger.open.set()
    await quiet
    assert job_parts.messenger.edits_under_way == 0
    await _waiting(job_parts, owner=3)
    before = [each for each, _ in job_parts.messenger.statuses].count(mine.id)
    await job_parts.claim()
    for _ in range(3):
        await _tick(progress)
    assert [each for each, _ in job_parts.messenger.statuses].count(mine.id) == before == 1


@pytest.mark.parametrize("error", [RouteClosed("404"), MessengerDown("503")])
async def test_a_card_that_cannot_be_changed_harms_nothing(job_parts: JobParts, error: Exception) -> None:
    await _waiting(job_parts)
    job_parts.messenger.refuse_edits(error)
    progress = job_parts.progress()
    await _tick(progress)
    assert job_parts.messenger.statuses == []
    assert job_parts.messenger.edits_under_way == 0
