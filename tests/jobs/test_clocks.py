"""The clock on the wall is set, by an hour, while the bot runs: spans stay as long as they are."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.ids import UserId
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.jobs import driver as driving
from bot.jobs.breaker import Breaker
from bot.jobs.delivery import ways
from bot.ports.messenger import Way
from bot.services.portraits.screening import Pace
from tests.fakes.builders import LEASE, StoppedClock
from tests.fakes.turns import deliverable
from tests.jobs.job_parts import JobParts, until
from tests.jobs.test_runner import _all_final, _at_work

JUMPS = [{"hours": 1.0}, {"hours": -1.0}]
jumping = pytest.mark.parametrize("jump", JUMPS)


@jumping
def test_the_pace_of_a_member(clock: StoppedClock, jump: dict[str, float]) -> None:
    pace = Pace(clock, burst=2)
    pace.take(UserId(1))
    pace.take(UserId(1))
    clock.jump(**jump)
    with pytest.raises(errors.TooFast) as told:
        pace.take(UserId(1))
    # Discord shows it against the clock on the member's own wall.
    assert told.value.again_at == clock.now() + timedelta(seconds=1)
    clock.advance(seconds=1)
    pace.take(UserId(1))


@jumping
async def test_the_breaker(clock: StoppedClock, jump: dict[str, float]) -> None:
    breaker = Breaker(clock, failures=1, pause=timedelta(seconds=30))
    await breaker.note(errors.VendorDown("x"))
    clock.jump(**jump)
    assert breaker.refusal() is not None
    clock.advance(seconds=31)
    assert breaker.refusal() is None
    breaker.trying()
    clock.jump(**jump)
    assert breaker.refusal() is not None
    await breaker.note(None)
    assert breaker.refusal() is None


@jumping
async def test_pauses_leases_and_deadlines_of_a_running_queue(job_parts: JobParts, jump: dict[str, float]) -> None:
    job_parts.generator.open.clear()
    job_parts.generator.submits(1)
    first = await job_parts.accepted(owner=1)
    async with _at_work(job_parts, job_parts.runner(slots=2)) as runner:
        await until(lambda: bool(job_parts.generator.fetched))
        job_parts.clock.jump(**jump)
        job_parts.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=3)))
        second = await job_parts.accepted(owner=2)
        runner.notify(second.id)
        await until(lambda: len(job_parts.generator.orders) == 2)
        job_parts.clock.advance(seconds=2)
        await asyncio.sleep(0.1)
        assert len(job_parts.generator.orders) == 2
        taken = (await job_parts.jobs.get(first.id)).takes[0]
        assert (taken.state, taken.epoch) == (TakeState.SUBMITTED, 1), "nobody else took it over"
        job_parts.generator.open.set()
        final = await _all_final(job_parts, [first, second])
    assert {each.state for each in final} == {PortraitState.DELIVERED}
    assert set(job_parts.generator.billed.values()) == {1}


@jumping
async def test_a_delivery_and_its_token(job_parts: JobParts, jump: dict[str, float]) -> None:
    portrait_id = await job_parts.painted()
    job_parts.clock.jump(**jump)
    portrait = await job_parts.jobs.get(portrait_id)
    assert ways(portrait, job_parts.clock.steady())[0] is Way.ORIGINAL
    job_parts.messenger.once(Way.ORIGINAL, errors.MessengerDown("503"))
    await job_parts.deliverer.deliver(portrait_id)
    assert await deliverable(job_parts.jobs, job_parts.clock.steady() + timedelta(seconds=9)) == []
    assert await deliverable(job_parts.jobs, job_parts.clock.steady() + timedelta(seconds=11)) == [portrait_id]


@jumping
async def test_a_lease_that_another_driver_left(job_parts: JobParts, jump: dict[str, float]) -> None:
    claimed = await job_parts.claimed()
    await job_parts.jobs.submitted(claimed.take, "job", None, job_parts.clock.now(), job_parts.clock.steady() + LEASE)
    async with _at_work(job_parts, job_parts.runner()):
        job_parts.generator.knows("job")
        job_parts.clock.jump(**jump)
        job_parts.clock.advance(seconds=LEASE.total_seconds() + 1)
        await _all_final(job_parts, [claimed.portrait])


async def test_the_first_question_after_a_restart_comes_at_once(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "FIRST_WAIT", (60.0, 60.0))
    claimed = await job_parts.claimed()
    job_parts.generator.knows("job-x")
    await job_parts.jobs.submitted(claimed.take, "job-x", None, job_parts.clock.now(), job_parts.clock.steady())
    await job_parts.jobs.release_all()
    [again] = await job_parts.jobs.take_over(job_parts.clock.steady(), LEASE)
    await asyncio.wait_for(job_parts.driver.resume(again), 5)
    assert (await job_parts.take(claimed)).state is TakeState.READY
