"""Waiting cards tell the truth within a budget, and stay quiet once the answer is on its way."""

import asyncio
import itertools
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Outlook, Status
from bot.jobs import progress as pacing
from bot.jobs.news import GAP
from bot.jobs.progress import YOUNG, Progress
from tests.fakes.builders import LEASE, a_once, a_reply
from tests.jobs.job_parts import JobParts, until

SECOND = timedelta(seconds=1)


async def _waiting(job_parts: JobParts, **parts: Any) -> Portrait:
    portrait = await job_parts.accepted(**parts)
    job_parts.clock.instant += YOUNG
    return portrait


async def _tick(progress: Progress, *, stuck: bool = False) -> None:
    await progress.tick(stuck=stuck)
    if progress._sending is not None:
        await progress._sending
    await progress.stop()
    await asyncio.sleep(0)


def _said(job_parts: JobParts, portrait_id: PortraitId) -> list[Status]:
    return [status for each, status in job_parts.messenger.statuses if each == portrait_id]


def _under_way(job_parts: JobParts, edits: int) -> bool:
    return job_parts.messenger.edits_under_way == edits


async def _busy(job_parts: JobParts) -> None:
    """Every slot of the estimate is taken."""
    for _ in range(5):
        await job_parts.claimed(owner=1, guild=1)


async def test_a_card_that_nothing_is_known_of_is_told_once(job_parts: JobParts) -> None:
    await _busy(job_parts)
    mine = await _waiting(job_parts)
    progress = job_parts.progress()
    for _ in range(3):
        await _tick(progress)
    [status] = _said(job_parts, mine.id)
    assert (status.position, status.total, status.late) == (1, 1, False)
    assert status.ends_at == job_parts.clock.now() + timedelta(seconds=2 * FIRST_GUESS_SECONDS)


async def test_a_card_whose_promise_holds_is_left_alone(job_parts: JobParts) -> None:
    """The member's client counts down by itself."""
    await _busy(job_parts)
    mine = await _waiting(job_parts)
    progress = job_parts.progress()
    progress.seen(mine.id, Outlook(1, 60.0, 0, 1))
    job_parts.clock.instant += GAP
    await job_parts.jobs.pause(job_parts.clock.now(), job_parts.clock.now() + timedelta(seconds=30))
    await _tick(progress)
    assert _said(job_parts, mine.id) == []


async def test_who_is_next_is_told_after_a_while(job_parts: JobParts) -> None:
    await _busy(job_parts)
    first, mine = await job_parts.accepted(owner=1), await _waiting(job_parts, owner=2)
    progress = job_parts.progress()
    for portrait, place in ((first, 1), (mine, 2)):
        progress.seen(portrait.id, Outlook(place, 16.0, 0, 1))
    await job_parts.jobs.cancel(first.id, a_once(), job_parts.clock.now())
    await _tick(progress)
    assert _said(job_parts, mine.id) == []
    job_parts.clock.instant += GAP
    await _tick(progress)
    assert [status.position for status in _said(job_parts, mine.id)] == [1]


async def test_painting_is_told_at_once_and_only_where_the_card_does_not_say_so(job_parts: JobParts) -> None:
    await _busy(job_parts)
    mine, other = await job_parts.accepted(owner=2, guild=2), await job_parts.accepted(owner=3, guild=3)
    progress = job_parts.progress()
    progress.seen(mine.id, Outlook(1, 16.0, 0, 1))
    progress.seen(other.id, Outlook(None, 8.0, 0, 1))
    for _ in range(2):
        progress.begins((await job_parts.claim()).portrait)
    await until(lambda: bool(job_parts.messenger.statuses))
    await _tick(progress)
    [(told, status)] = job_parts.messenger.statuses
    assert (told, status.position) == (mine.id, None)
    assert status.ends_at == job_parts.clock.now() + timedelta(seconds=FIRST_GUESS_SECONDS)


async def test_a_promise_that_was_not_kept_is_said_and_the_next_is_for_longer(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed()
    progress = job_parts.progress()
    progress.seen(claimed.portrait.id, Outlook(None, 20.0, 0, 1))
    for _ in range(400):
        job_parts.clock.instant += SECOND
        await _tick(progress)
    said = _said(job_parts, claimed.portrait.id)
    assert [status.late for status in said] == [True] * len(said)
    lengths = [(late.ends_at - early.ends_at).total_seconds() for early, late in itertools.pairwise(said)]
    assert 3 <= len(said) <= 6
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]


async def test_an_estimate_that_moved_noticeably_is_said_anew(job_parts: JobParts) -> None:
    await _busy(job_parts)
    mine = await _waiting(job_parts, owner=2)
    progress = job_parts.progress()
    progress.seen(mine.id, Outlook(1, 60.0, 0, 1))
    job_parts.clock.instant += GAP
    for pause, edits in ((25, 0), (35, 0), (120, 1), (125, 1)):
        await job_parts.jobs.pause(job_parts.clock.steady(), job_parts.clock.steady() + timedelta(seconds=pause))
        await _tick(progress)
        assert len(_said(job_parts, mine.id)) == edits
        job_parts.clock.instant += SECOND
    [status] = _said(job_parts, mine.id)
    assert not status.late
    assert 130 <= (status.ends_at - job_parts.clock.now()).total_seconds() <= 136


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


async def test_edits_go_out_at_a_steady_rate_whatever_waits(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "EDITS_PER_SECOND", 20)
    for owner in range(40):
        await job_parts.accepted(owner=owner)
    job_parts.clock.instant += YOUNG
    progress = job_parts.progress()
    loop = asyncio.get_running_loop()
    began, counts = loop.time(), list[int]()
    for _ in range(10):
        await progress.tick()
        await asyncio.sleep(0.1)
        counts.append(len(job_parts.messenger.statuses))
        job_parts.clock.instant += timedelta(seconds=5)
    took = loop.time() - began
    assert 10 <= counts[-1] <= 20 * took + 1
    await progress.stop()


async def test_painting_is_told_before_all_that_is_due(job_parts: JobParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "EDITS_PER_SECOND", 10)
    await _busy(job_parts)
    mine = await job_parts.accepted(owner=50, guild=50)
    for owner in range(20):
        await job_parts.accepted(owner=owner)
    job_parts.clock.instant += YOUNG
    progress = job_parts.progress()
    progress.seen(mine.id, Outlook(1, 16.0, 0, 1))
    await progress.tick()
    await until(lambda: len(job_parts.messenger.statuses) == 2)
    progress.begins(await job_parts.jobs.get(mine.id))
    await until(lambda: len(job_parts.messenger.statuses) == 4)
    assert mine.id in {portrait_id for portrait_id, _ in job_parts.messenger.statuses[2:4]}
    await progress.stop()


async def test_one_edit_of_a_card_is_under_way_at_most_and_few_of_all(job_parts: JobParts) -> None:
    job_parts.messenger.open.clear()
    progress = job_parts.progress()
    for number in range(15):
        await _waiting(job_parts, owner=9, guild=1)
        await progress.tick()
        wanted = min(number + 1, pacing.EDITS_AT_ONCE)
        await until(partial(_under_way, job_parts, wanted))
    await asyncio.sleep(0.05)
    assert job_parts.messenger.most_edits == pacing.EDITS_AT_ONCE == 10
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
    await job_parts.claim()
    for _ in range(3):
        job_parts.clock.instant += 4 * GAP
        await _tick(progress)
    assert len(_said(job_parts, mine.id)) == 1


async def test_what_was_due_is_not_said_once_it_is_quiet(job_parts: JobParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "EDITS_PER_SECOND", 10)
    *_, last = [await job_parts.accepted(owner=owner) for owner in range(3)]
    job_parts.clock.instant += YOUNG
    progress = job_parts.progress()
    await progress.tick()
    await progress.quiet(last.id)
    await asyncio.sleep(0.5)
    assert len(job_parts.messenger.statuses) == 2
    assert _said(job_parts, last.id) == []


async def test_a_card_that_is_gone_costs_nothing_more(job_parts: JobParts) -> None:
    await _busy(job_parts)
    mine = await _waiting(job_parts)
    job_parts.messenger.refuse_edits(RouteClosed("404"))
    progress = job_parts.progress()
    for _ in range(10):
        job_parts.clock.instant += 2 * GAP
        await _tick(progress)
    assert job_parts.messenger.edits_tried == 6, "each card once"
    progress.begins((await job_parts.claim()).portrait)
    await _tick(progress)
    assert job_parts.messenger.edits_tried == 6
    assert _said(job_parts, mine.id) == []


async def test_a_card_is_tried_again_where_discord_was_away(job_parts: JobParts) -> None:
    mine = await _waiting(job_parts)
    job_parts.messenger.refuse_edits(MessengerDown("503"))
    progress = job_parts.progress()
    await _tick(progress)
    assert job_parts.messenger.edits_under_way == 0
    job_parts.messenger.refuse_edits(None)
    await _tick(progress)
    assert job_parts.messenger.statuses == []
    job_parts.clock.instant += GAP
    await _tick(progress)
    assert len(_said(job_parts, mine.id)) == 1


async def test_that_nothing_can_be_written_is_told_at_once_and_that_it_can_again(job_parts: JobParts) -> None:
    await _busy(job_parts)
    mine = await _waiting(job_parts)
    progress = job_parts.progress()
    progress.seen(mine.id, Outlook(1, 16.0, 0, 1))
    for stuck in (False, True, True, False, False):
        await _tick(progress, stuck=stuck)
    assert [status.stuck for status in _said(job_parts, mine.id)] == [True, False]


async def test_nothing_is_remembered_of_what_is_over(job_parts: JobParts) -> None:
    progress = job_parts.progress()
    for owner in range(5):
        portrait = await _waiting(job_parts, owner=owner)
        progress.seen(portrait.id, Outlook(None, 8.0, 0, 1))
        await job_parts.jobs.cancel(portrait.id, a_once(), job_parts.clock.now())
        await job_parts.deliverer.deliver(portrait.id)
    job_parts.clock.instant += LEASE
    await _tick(progress)
    assert progress._cards == {}
