"""The clock on the wall is set, by an hour, while the bot runs: spans stay as long as they are."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.ids import UserId
from bot.domain.portraits import PortraitState, TakeState
from bot.jobs import driver as driving
from bot.jobs.breaker import Breaker
from bot.jobs.delivery import ways
from bot.ports import Way
from bot.services.screening import Pace
from tests.fakes.builders import LEASE, StoppedClock
from tests.jobs.plant import Plant, until
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
def test_the_breaker(clock: StoppedClock, jump: dict[str, float]) -> None:
    breaker = Breaker(clock, failures=1, pause=timedelta(seconds=30))
    breaker.note(errors.VendorDown("x"))
    clock.jump(**jump)
    assert breaker.refusal() is not None
    clock.advance(seconds=31)
    assert breaker.refusal() is None
    breaker.trying()
    clock.jump(**jump)
    assert breaker.refusal() is not None
    breaker.note(None)
    assert breaker.refusal() is None


@jumping
async def test_pauses_leases_and_deadlines_of_a_running_queue(plant: Plant, jump: dict[str, float]) -> None:
    plant.generator.open.clear()
    plant.generator.submits(1)
    first = await plant.accepted(owner=1)
    async with _at_work(plant, plant.runner(slots=2)) as runner:
        await until(lambda: bool(plant.generator.fetched))
        plant.clock.jump(**jump)
        plant.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=3)))
        second = await plant.accepted(owner=2)
        runner.notify(second.id)
        await until(lambda: len(plant.generator.orders) == 2)
        plant.clock.advance(seconds=2)
        await asyncio.sleep(0.1)
        assert len(plant.generator.orders) == 2
        taken = (await plant.jobs.get(first.id)).takes[0]
        assert (taken.state, taken.epoch) == (TakeState.SUBMITTED, 1), "nobody else took it over"
        plant.generator.open.set()
        final = await _all_final(plant, [first, second])
    assert {each.state for each in final} == {PortraitState.DELIVERED}
    assert set(plant.generator.billed.values()) == {1}


@jumping
async def test_a_delivery_and_its_token(plant: Plant, jump: dict[str, float]) -> None:
    portrait_id = await plant.painted()
    plant.clock.jump(**jump)
    portrait = await plant.jobs.get(portrait_id)
    assert ways(portrait, plant.clock.steady())[0] is Way.ORIGINAL
    plant.messenger.once(Way.ORIGINAL, errors.MessengerDown("503"))
    await plant.deliverer.deliver(portrait_id)
    assert await plant.jobs.deliverable(plant.clock.steady() + timedelta(seconds=9)) == []
    assert await plant.jobs.deliverable(plant.clock.steady() + timedelta(seconds=11)) == [portrait_id]


@jumping
async def test_a_lease_that_another_driver_left(plant: Plant, jump: dict[str, float]) -> None:
    claimed = await plant.claimed()
    await plant.jobs.submitted(claimed.take, "job", None, plant.clock.now(), plant.clock.steady() + LEASE)
    async with _at_work(plant, plant.runner()):
        plant.generator.knows("job")
        plant.clock.jump(**jump)
        plant.clock.advance(seconds=LEASE.total_seconds() + 1)
        await _all_final(plant, [claimed.portrait])


async def test_the_first_question_after_a_restart_comes_at_once(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "FIRST_WAIT", (60.0, 60.0))
    claimed = await plant.claimed()
    plant.generator.knows("job-x")
    await plant.jobs.submitted(claimed.take, "job-x", None, plant.clock.now(), plant.clock.steady())
    await plant.jobs.release_all()
    [again] = await plant.jobs.take_over(plant.clock.steady(), LEASE)
    await asyncio.wait_for(plant.driver.resume(again), 5)
    assert (await plant.take(claimed)).state is TakeState.READY
