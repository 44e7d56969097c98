"""Every step of a take is a compare-and-set: done once, by who holds the take, in the right state."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import NothingToCancel
from bot.domain.portraits.portrait import Portrait, PortraitState, Take, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Spans
from bot.domain.portraits.styles import Framing
from bot.ports.jobs import Claimed
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.rows import millis
from tests.fakes.builders import NOW, ROOMY, a_once, a_portrait, accepted, legs
from tests.fakes.turns import claim
from tests.storage.row_checks import everything, lanes_agree, rows, value

LEASE = timedelta(seconds=120)
LATER = NOW + LEASE

Step = Callable[[SqlJobs, Take], Awaitable[object]]
STEPS: dict[str, Step] = {
    "hold": lambda jobs, take: jobs.hold(take, LATER),
    "resubmit": lambda jobs, take: jobs.resubmit(take, LATER),
    "give_back": lambda jobs, take: jobs.give_back(take),
    "submitted": lambda jobs, take: jobs.submitted(take, "job", 9, NOW, LATER),
    "renew": lambda jobs, take: jobs.renew(take, LATER + LEASE),
    "fall_back": lambda jobs, take: jobs.fall_back(take, "model", LATER),
    "ready": lambda jobs, take: jobs.finish(take, TakeState.READY, NOW, image="i.png"),
    "failed": lambda jobs, take: jobs.finish(take, TakeState.FAILED, NOW, failure="x"),
}
# From which state, reached by which steps, which step is allowed.
REACHED = {"submitting": [], "held": ["hold"], "submitted": ["submitted"], "ready": ["ready"], "queued": ["give_back"]}
ALLOWED = {
    "submitting": {"hold", "give_back", "submitted", "fall_back", "ready", "failed"},
    "held": {"resubmit", "ready", "failed"},
    "submitted": {"renew", "ready", "failed"},
    "ready": set(),
}


async def _claimed(jobs: SqlJobs, portraits: SqlPortraits, **parts: Any) -> Claimed:
    await accepted(portraits, **parts)
    claimed = await claim(jobs, NOW, LEASE)
    assert claimed is not None
    return claimed


async def _row(database: Database, take: Take) -> dict[str, object]:
    sql = "SELECT * FROM take WHERE portrait_id = :id AND number = :number"
    return (await rows(database, sql, id=take.portrait_id, number=take.number))[0]


async def test_a_claim_is_a_take_that_is_submitting_under_a_new_epoch(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    claimed = await _claimed(jobs, portraits)
    assert claimed.take in claimed.portrait.takes
    assert (claimed.take.state, claimed.take.epoch) == (TakeState.SUBMITTING, 1)
    assert await jobs.get(claimed.portrait.id) == claimed.portrait
    assert await claim(jobs, NOW, LEASE) is None
    assert await lanes_agree(database)


async def test_many_claims_at_once_get_every_take_once(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    for _ in range(10):
        await accepted(portraits, count=3)
    claims = await asyncio.gather(*(claim(jobs, NOW, LEASE) for _ in range(40)))
    got = [(each.take.portrait_id, each.take.number) for each in claims if each]
    assert len(got) == len(set(got)) == 30
    assert await lanes_agree(database)


@pytest.mark.parametrize("state", list(ALLOWED))
@pytest.mark.parametrize("step", list(STEPS))
async def test_a_step_is_taken_in_its_state_only(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, state: str, step: str
) -> None:
    take = (await _claimed(jobs, portraits)).take
    for earlier in REACHED[state]:
        assert await STEPS[earlier](jobs, take)
    before = await everything(database)
    allowed = step in ALLOWED[state]
    assert bool(await STEPS[step](jobs, take)) is allowed
    assert (await everything(database) == before) is not allowed
    assert await lanes_agree(database)


@pytest.mark.parametrize("state", list(REACHED))
@pytest.mark.parametrize("step", list(STEPS))
@pytest.mark.parametrize("off", [-1, 1])
async def test_a_stale_epoch_changes_nothing_in_any_state(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, state: str, step: str, off: int
) -> None:
    take = (await _claimed(jobs, portraits)).take
    for earlier in REACHED[state]:
        assert await STEPS[earlier](jobs, take)
    before = await everything(database)
    assert not await STEPS[step](jobs, replace(take, epoch=take.epoch + off))
    assert await everything(database) == before


@pytest.mark.parametrize(
    ("state", "step"), [(state, step) for state, steps in ALLOWED.items() for step in sorted(steps)]
)
async def test_a_step_of_a_take_leaves_its_brothers_and_others_alone(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, state: str, step: str
) -> None:
    for guild in (10, 11):
        await accepted(portraits, guild=guild, count=2)
    takes = [claimed.take for _ in range(4) if (claimed := await claim(jobs, NOW, LEASE))]
    assert len(takes) == 4
    for take in takes:
        for earlier in REACHED[state]:
            assert await STEPS[earlier](jobs, take)
    for own in takes:
        others = [take for take in takes if take is not own]
        before = [await _row(database, take) for take in others]
        assert await STEPS[step](jobs, own)
        assert [await _row(database, take) for take in others] == before


@pytest.mark.parametrize("how", ["cancel", "expire"])
async def test_the_end_of_a_portrait_leaves_others_alone(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, how: str
) -> None:
    mine, other = [await accepted(portraits, owner=owner, count=2) for owner in (1, 2)]
    await _cancel_and_expire(jobs, mine, how)
    assert {take.state for take in (await jobs.get(other.id)).takes} == {TakeState.QUEUED}
    assert not [take for take in (await jobs.get(mine.id)).takes if not take.is_final]
    assert await lanes_agree(database)


@pytest.mark.parametrize("step", ["ready", "failed", "resubmit"])
async def test_a_driver_that_gave_a_take_back_has_no_hold_on_it(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, step: str
) -> None:
    take = (await _claimed(jobs, portraits)).take
    assert await jobs.give_back(take)
    assert not await STEPS[step](jobs, take)
    assert await lanes_agree(database)


async def test_the_same_step_at_once_succeeds_once(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    take = (await _claimed(jobs, portraits)).take
    ended = await asyncio.gather(*(jobs.finish(take, TakeState.READY, NOW, image=f"{n}") for n in range(10)))
    assert sum(each is not None for each in ended) == 1


async def test_the_seed_really_used_replaces_the_one_that_was_asked_for(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    claimed = await _claimed(jobs, portraits)
    await jobs.submitted(claimed.take, "job-1", 777, NOW, LATER)
    [take] = (await jobs.get(claimed.portrait.id)).takes
    assert (take.state, take.seed, take.job_id) == (TakeState.SUBMITTED, 777, "job-1")
    assert (await _row(database, take))["submitted_at"] == millis(NOW)
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png", seed=778)
    [take] = (await jobs.get(claimed.portrait.id)).takes
    assert (take.state, take.seed, take.image) == (TakeState.READY, 778, "a.png")


async def test_the_seed_stays_when_the_vendor_says_none(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    claimed = await _claimed(jobs, portraits)
    await jobs.submitted(claimed.take, "job-1", None, NOW, LATER)
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png")
    assert (await jobs.get(claimed.portrait.id)).takes[0].seed == claimed.take.seed


async def test_a_held_take_is_claimed_by_nobody_and_goes_on_with_its_driver(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    take = (await _claimed(jobs, portraits)).take
    assert await jobs.hold(take, LATER)
    assert await claim(jobs, NOW, LEASE) is None
    [card] = (await jobs.survey()).cards
    assert (card.places, card.waiting, card.total) == (None, 0, 1)
    assert await jobs.resubmit(take, LATER)
    assert (await _row(database, take))["state"] == "submitting"
    assert await lanes_agree(database)


async def _cancel_and_expire(jobs: SqlJobs, portrait: Portrait, how: str) -> None:
    if how == "cancel":
        await jobs.cancel(portrait.id, a_once(), NOW)
    else:
        await jobs.expire(portrait.id, "timeout", NOW)


@pytest.mark.parametrize(("how", "state", "failure"), [("cancel", "cancelled", None), ("expire", "failed", "timeout")])
async def test_cancel_and_expire_end_what_is_unfinished_and_fence_off_its_drivers(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, how: str, state: str, failure: str | None
) -> None:
    portrait = await accepted(portraits, count=4)
    claims = [claimed.take for _ in range(3) if (claimed := await claim(jobs, NOW, LEASE))]
    await jobs.finish(claims[0], TakeState.READY, NOW, image="a.png")
    await jobs.submitted(claims[1], "job", None, NOW, LATER)
    await _cancel_and_expire(jobs, portrait, how)
    takes = (await jobs.get(portrait.id)).takes
    assert [str(take.state) for take in takes] == ["ready", state, state, state]
    assert [take.failure for take in takes] == [None, failure, failure, failure]
    for take in claims:
        for step in STEPS.values():
            assert not await step(jobs, take)
    assert await claim(jobs, NOW, LEASE) is None
    assert await lanes_agree(database)
    assert await value(database, "SELECT state FROM portrait") == PortraitState.OPEN


async def test_a_portrait_that_is_finished_cannot_be_cancelled_but_expires_quietly(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    claimed = await _claimed(jobs, portraits)
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png")
    before = await everything(database)
    with pytest.raises(NothingToCancel):
        await jobs.cancel(claimed.portrait.id, a_once(), NOW)
    await jobs.expire(claimed.portrait.id, "timeout", NOW)
    assert await everything(database) == before


async def test_overdue_are_open_portraits_past_their_deadline_with_unfinished_takes(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    late = await accepted(portraits, deadline=timedelta(seconds=10))
    await accepted(portraits, deadline=timedelta(seconds=60))
    assert await jobs.overdue(NOW + timedelta(seconds=10)) == []
    assert await jobs.overdue(NOW + timedelta(seconds=11)) == [late.id]
    await jobs.expire(late.id, "timeout", NOW)
    assert await jobs.overdue(NOW + timedelta(seconds=11)) == []


async def test_measured_seconds_are_those_of_the_last_pictures_of_that_size(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    for number in range(5):
        claimed = await _claimed(jobs, portraits)
        start = NOW + timedelta(minutes=number)
        state = TakeState.FAILED if number == 4 else TakeState.READY
        took = None if number == 4 else timedelta(seconds=number + 0.5)
        await jobs.finish(claimed.take, state, start, took=took)
    for framing in (Framing.PORTRAIT, Framing.FULL_BODY):
        spec = build_spec("x", model="fluxgram", seed=42, framing=framing)
        entry = await portraits.accept(portrait := a_portrait(spec=spec), legs(portrait), ROOMY)
        each = next(card.each for card in (await jobs.survey()).cards if card.portrait_id == portrait.id)
        assert each == entry.each == (2.0 if framing is Framing.PORTRAIT else FIRST_GUESS_SECONDS)


async def test_a_pause_is_never_shortened(jobs: SqlJobs) -> None:
    assert await jobs.paused_until() < NOW
    await jobs.pause(NOW, LATER)
    await jobs.pause(NOW, NOW)
    assert await jobs.paused_until() == LATER


async def test_whoever_pauses_the_queue_all_know_of_it(database: Database, jobs: SqlJobs) -> None:
    other = SqlJobs(database, at_last=True)
    for instant in (LATER, LATER + LEASE):
        await other.pause(NOW, instant)
        assert await jobs.paused_until() == await other.paused_until() == instant
    await jobs.rebase(NOW - LEASE, Spans(), LEASE)
    written = await value(database, "SELECT paused_until FROM queue")
    assert written < millis(LATER + LEASE)
    for each in (jobs, other, SqlJobs(database)):
        assert millis(await each.paused_until()) == written
