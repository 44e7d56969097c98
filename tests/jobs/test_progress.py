"""Waiting cards tell the truth, and stay quiet once the answer is on its way."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.portraits import Portrait, TakeState
from bot.jobs.progress import YOUNG, Progress
from tests.fakes.builders import LEASE, a_once, a_reply
from tests.jobs.plant import Plant, until


async def _waiting(plant: Plant, **parts: Any) -> Portrait:
    portrait = await plant.accepted(**parts)
    plant.clock.instant += YOUNG
    return portrait


async def _tick(progress: Progress) -> None:
    await progress.tick()
    await progress.stop()
    await asyncio.sleep(0)


async def test_a_card_is_changed_only_when_it_would_read_differently(plant: Plant) -> None:
    first = await _waiting(plant, owner=1)
    mine = await _waiting(plant, owner=2)
    progress = plant.progress()
    for _ in range(3):
        await _tick(progress)
    assert sorted(portrait_id for portrait_id, _ in plant.messenger.statuses) == sorted([first.id, mine.id])
    await plant.jobs.cancel(first.id, a_once(), plant.clock.now())
    for _ in range(3):
        await _tick(progress)
    assert [status.position for portrait_id, status in plant.messenger.statuses if portrait_id == mine.id] == [2, 1]


async def test_an_estimate_that_moved_noticeably_is_said_anew(plant: Plant) -> None:
    mine = await _waiting(plant, owner=2)
    await plant.claim()
    progress = plant.progress()

    async def paint_another(seconds: float) -> None:
        """Nothing changes for mine but what was measured."""
        await plant.accepted(owner=3, guild=3)
        claimed = await plant.claim()
        now = plant.clock.now()
        await plant.jobs.submitted(claimed.take, "job", None, now, now + LEASE)
        plant.clock.advance(seconds=seconds)
        await plant.jobs.finish(claimed.take, TakeState.READY, plant.clock.now(), image="a.png")

    for seconds in (8, 12, 14, 60, 60, 60):
        await paint_another(seconds)
        await _tick(progress)
    shown = [
        (status.position, status.eta) for portrait_id, status in plant.messenger.statuses if portrait_id == mine.id
    ]
    assert shown == [(None, 8), (None, 13), (None, 37)]


async def test_a_young_card_is_left_alone(plant: Plant) -> None:
    await plant.accepted()
    progress = plant.progress()
    await _tick(progress)
    assert plant.messenger.statuses == []
    plant.clock.instant += YOUNG
    await _tick(progress)
    assert len(plant.messenger.statuses) == 1


async def test_cards_that_cannot_be_edited_or_are_done_are_left_alone(plant: Plant) -> None:
    now = plant.clock.now()
    await _waiting(plant, reply=a_reply(token=None))
    await _waiting(plant, reply=a_reply(expires_at=now + timedelta(seconds=10)))
    done = await _waiting(plant)
    await plant.jobs.cancel(done.id, a_once(), now)
    await _tick(plant.progress())
    assert plant.messenger.statuses == []


async def test_one_edit_of_a_card_is_under_way_at_most(plant: Plant) -> None:
    await _waiting(plant)
    plant.messenger.open.clear()
    progress = plant.progress()
    await progress.tick()
    await until(lambda: plant.messenger.edits_under_way == 1)
    for _ in range(3):
        await _waiting(plant, owner=9, guild=1)
        await progress.tick()
    await asyncio.sleep(0.05)
    assert plant.messenger.most_edits == 4, "one for each card"
    plant.messenger.open.set()
    await progress.stop()


async def test_quiet_waits_for_the_edit_under_way_and_none_follows(plant: Plant) -> None:
    mine = await _waiting(plant)
    plant.messenger.open.clear()
    progress = plant.progress()
    await progress.tick()
    await until(lambda: plant.messenger.edits_under_way == 1)
    quiet = asyncio.create_task(progress.quiet(mine.id))
    await asyncio.sleep(0.02)
    assert not quiet.done()
    plant.messenger.open.set()
    await quiet
    assert plant.messenger.edits_under_way == 0
    await _waiting(plant, owner=3)
    before = [each for each, _ in plant.messenger.statuses].count(mine.id)
    await plant.claim()
    for _ in range(3):
        await _tick(progress)
    assert [each for each, _ in plant.messenger.statuses].count(mine.id) == before == 1


@pytest.mark.parametrize("error", [RouteClosed("404"), MessengerDown("503")])
async def test_a_card_that_cannot_be_changed_harms_nothing(plant: Plant, error: Exception) -> None:
    await _waiting(plant)
    plant.messenger.refuse_edits(error)
    progress = plant.progress()
    await _tick(progress)
    assert plant.messenger.statuses == []
    assert plant.messenger.edits_under_way == 0
