"""The waiting card is edited by one process and its answer shown by another: no edit lands after the answer."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.portraits.portrait import Portrait, TakeState
from bot.jobs import progress as pacing
from bot.jobs.delivery import Deliverer
from bot.jobs.progress import CARD_LEASE, YOUNG, Progress
from bot.ports.jobs import Claimed
from bot.services.portraits.estimate import Estimate
from bot.storage.fleet import FleetJobs, SqlCards
from tests.fakes.builders import LEASE, a_picture
from tests.fakes.turns import deliverable
from tests.jobs.job_parts import JobParts, until


class Pair:
    """One process that edits cards, and another that paints and delivers."""

    def __init__(self, parts: JobParts) -> None:
        self.parts = parts
        self.told: list[str] = []
        self.jobs = FleetJobs(parts.database, "other")
        self.progress = Progress(
            jobs=parts.jobs,
            estimate=Estimate(5),
            messenger=parts.messenger,
            clock=parts.clock,
            leases=SqlCards(parts.database),
        )
        self.progress.on_answerable = self.told.append
        self.deliverer = Deliverer(
            jobs=self.jobs, pictures=parts.pictures, messenger=parts.messenger, clock=parts.clock
        )

    async def edited(self) -> tuple[Portrait, Claimed]:
        """A portrait whose card is being edited, and its take, which is painted meanwhile."""
        claimed = await self.parts.claimed()
        self.parts.clock.instant += YOUNG + timedelta(seconds=1)
        self.parts.messenger.open.clear()
        await self.progress.tick()
        await until(lambda: self.parts.messenger.edits_under_way == 1)
        return claimed.portrait, claimed

    async def end(self, claimed: Claimed) -> None:
        name = await self.parts.pictures.keep(a_picture())
        now = self.parts.clock.steady()
        finished = await self.jobs.finish(
            claimed.take, TakeState.READY, self.parts.clock.now(), image=name, deliver=(now, LEASE)
        )
        assert finished is not None
        assert finished.begun is None, "the answer waits for the edit"


@pytest.fixture
def pair(job_parts: JobParts) -> Pair:
    return Pair(job_parts)


async def test_the_answer_waits_for_the_edit_that_is_under_way_and_follows_at_once(pair: Pair) -> None:
    portrait, claimed = await pair.edited()
    await pair.end(claimed)
    await pair.deliverer.deliver(portrait.id)
    assert pair.parts.messenger.posts == []
    pair.parts.messenger.open.set()
    await until(lambda: pair.told == [portrait.id])
    assert await deliverable(pair.jobs, pair.parts.clock.steady()) == [portrait.id]
    await pair.deliverer.deliver(portrait.id)
    assert [post.portrait_id for post in pair.parts.messenger.posts] == [portrait.id]
    assert pair.parts.messenger.edits_tried == 1


async def test_no_edit_begins_once_another_process_delivers(pair: Pair) -> None:
    claimed = await pair.parts.claimed(count=2)
    now = pair.parts.clock.steady()
    await pair.jobs.expire(claimed.portrait.id, "timeout", pair.parts.clock.now())
    assert await pair.jobs.begin_delivery(claimed.portrait.id, now, LEASE) is not None
    assert not await SqlCards(pair.parts.database).begin_edit(claimed.portrait.id, now, now + CARD_LEASE)


async def test_an_edit_that_takes_too_long_is_given_up_and_its_lease_runs_out(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "CARD_SECONDS", 1.0)
    portrait, claimed = await pair.edited()
    await until(lambda: pair.parts.messenger.edits_under_way == 0)
    await pair.end(claimed)
    # It may be on its way still: nothing follows at once.
    assert await deliverable(pair.jobs, pair.parts.clock.steady()) == []
    pair.parts.clock.instant += CARD_LEASE + timedelta(milliseconds=1)
    assert await deliverable(pair.jobs, pair.parts.clock.steady()) == [portrait.id]
    assert pair.told == []
    await asyncio.sleep(0)


async def _looked(pair: Pair, seconds: float) -> int:
    """So much later the cards are looked at; returns how many edits there were in all."""
    pair.parts.clock.instant += timedelta(seconds=seconds)
    await pair.progress.tick()
    if pair.progress._sending is not None:
        await pair.progress._sending
    await pair.progress.stop()
    return pair.parts.messenger.edits_tried


async def test_what_another_process_has_just_said_is_not_told_again(pair: Pair) -> None:
    await _looked(pair, 0)
    pair.parts.clock.instant += timedelta(seconds=1)
    others = [await pair.parts.claimed() for _ in range(5)]
    assert await _looked(pair, 1) == 0, "there was room for five"
    pair.parts.clock.instant += timedelta(seconds=1)
    waiting = await pair.parts.accepted(owner=2)
    assert await _looked(pair, 1) == 0
    assert await _looked(pair, 3) == 0
    await pair.jobs.expire(others[0].portrait.id, "timeout", pair.parts.clock.now())
    await pair.parts.claim()
    assert await _looked(pair, 0) == 1
    [(told, status)] = pair.parts.messenger.statuses
    assert (told, status.position) == (waiting.id, None), "that painting has begun is told at once"


@pytest.mark.parametrize(("away", "came"), [(0, 6), (60, 1)], ids=["too many for the room", "a new leader"])
async def test_a_card_of_which_nobody_knows_what_it_says_is_told_once(pair: Pair, away: int, came: int) -> None:
    await _looked(pair, 0)
    pair.parts.clock.instant += timedelta(seconds=away + 1)
    for _ in range(came):
        await pair.parts.claimed()
    assert await _looked(pair, 1) == 0, "it is young"
    assert await _looked(pair, 3) == came
    assert await _looked(pair, 1) == came
