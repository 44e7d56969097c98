"""One take from its order to its picture, whatever the vendor does."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.portraits import TakeState
from bot.domain.queue import PAINTING
from bot.jobs import driver as driving
from bot.jobs.patience import PASSING
from tests.fakes.builders import LEASE, a_once
from tests.jobs.plant import Plant, until
from tests.storage.looking import everything, lanes_agree

READY, FAILED, UNKNOWN = TakeState.READY, TakeState.FAILED, TakeState.UNKNOWN
CODES = [
    (errors.InvalidKey("x"), FAILED, "invalid_key"),
    (errors.NoCredits("x"), FAILED, "no_credits"),
    (errors.NotAllowed("x"), FAILED, "not_allowed"),
    (errors.Rejected("x"), FAILED, "rejected"),
    (errors.Filtered("x"), FAILED, "filtered"),
    (errors.VendorDown("x"), FAILED, "vendor_down"),
    (errors.BadAnswer("x"), FAILED, "bad_answer"),
    (errors.UnsafeLink("x"), FAILED, "bad_answer"),
    (errors.JobUnknown("x"), FAILED, "bad_answer"),
    (errors.VendorError("x"), FAILED, "bad_answer"),
    (errors.OutcomeUnknown("x"), UNKNOWN, "unknown"),
]


async def test_an_order_that_succeeds_at_once_is_a_kept_picture(plant: Plant) -> None:
    plant.generator.seed = 777
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    assert (take.state, take.seed, take.failure) == (READY, 777, None)
    assert take.image is not None
    assert (await plant.pictures.load(take.image)).data.endswith((take.job_id or "?").encode())
    assert plant.generator.fetched == []


@pytest.mark.parametrize(("shows", "state", "code"), [(True, READY, None), (False, FAILED, "filtered")])
async def test_a_flagged_picture_is_kept_only_where_it_may_be_shown(
    plant: Plant, shows: bool, state: TakeState, code: str | None
) -> None:
    plant.generator.flags = True
    claimed = await plant.claimed(shows_flagged=shows)
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    assert (take.state, take.failure, take.flagged, take.image is not None) == (state, code, shows, shows)


async def test_an_order_that_takes_time_is_asked_for_until_it_is_done(plant: Plant) -> None:
    plant.generator.submits(3)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    assert (take.state, take.seed) == (READY, claimed.take.seed)
    assert plant.generator.fetched == [take.job_id] * 3
    assert len(plant.generator.orders) == 1


@pytest.mark.parametrize(("error", "state", "code"), CODES)
async def test_an_order_that_is_refused_ends_the_take_and_is_not_repeated(
    plant: Plant, error: errors.VendorError, state: TakeState, code: str
) -> None:
    plant.generator.submits(error)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    assert (take.state, take.failure, take.image) == (state, code, None)
    assert len(plant.generator.orders) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Filtered("x"), "filtered"),
        (errors.Rejected("x"), "rejected"),
        (errors.InvalidKey("x"), "invalid_key"),
        (errors.UnsafeLink("x"), "bad_answer"),
    ],
)
async def test_a_job_that_ends_badly_ends_the_take(plant: Plant, error: errors.VendorError, code: str) -> None:
    plant.generator.submits(2)
    plant.generator.fetches(error)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert ((await plant.take(claimed)).state, (await plant.take(claimed)).failure) == (FAILED, code)


async def test_an_order_of_unknown_fate_is_never_sent_again(plant: Plant) -> None:
    plant.generator.submits(errors.OutcomeUnknown("x"))
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    plant.clock.advance(hours=1)
    assert await plant.jobs.take_over(plant.clock.now(), LEASE) == []
    assert await plant.jobs.claim(plant.clock.now(), LEASE) is None
    assert set(plant.generator.billed.values()) == {1}


async def test_a_full_vendor_pauses_the_queue_and_the_take_keeps_its_place(plant: Plant) -> None:
    plant.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=7)))
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert (await plant.take(claimed)).state is TakeState.QUEUED
    assert await plant.jobs.paused_until() == plant.clock.now() + timedelta(seconds=7)
    assert await lanes_agree(plant.database)
    plant.clock.advance(seconds=7)
    again = await plant.claim()
    await plant.driver.drive(again)
    assert (await plant.take(again)).state is READY
    assert set(plant.generator.billed.values()) == {1}


async def test_a_cold_model_is_asked_until_it_is_warm(plant: Plant) -> None:
    plant.generator.submits(*[errors.ModelCold("x")] * 30)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert ((await plant.take(claimed)).state, len(plant.generator.orders)) == (READY, 31)


async def test_a_cold_model_is_not_asked_again_past_the_deadline(plant: Plant) -> None:
    plant.generator.submits(*[errors.ModelCold("x")] * 100)
    plant.generator.on_submit = lambda: plant.clock.advance(seconds=50)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    assert (take.state, take.failure, len(plant.generator.orders)) == (FAILED, "model_cold", 5)


async def test_a_take_that_is_cancelled_while_the_model_wakes_is_not_ordered(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "COLD_WAIT", 0.1)
    plant.generator.submits(errors.ModelCold("x"))
    claimed = await plant.claimed()
    driving_it = asyncio.create_task(plant.driver.drive(claimed))
    await until(lambda: len(plant.generator.orders) == 1)
    await asyncio.sleep(0.03)
    await plant.jobs.cancel(claimed.portrait.id, a_once(), plant.clock.now())
    await driving_it
    assert (await plant.take(claimed)).state is TakeState.CANCELLED
    assert not plant.generator.billed


async def test_questions_are_repeated_while_the_vendor_is_away(plant: Plant) -> None:
    plant.generator.submits(1)
    plant.generator.fetches(*[errors.VendorDown("x")] * 12)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert (await plant.take(claimed)).state is READY


@pytest.mark.parametrize("error", [kind("x") for kind in PASSING])
@pytest.mark.parametrize("step", ["fetches", "downloads"])
async def test_what_may_pass_is_borne_until_the_deadline_whatever_the_number_of_tries(
    plant: Plant, error: errors.VendorError, step: str
) -> None:
    plant.generator.submits(1)
    getattr(plant.generator, step)(*[error] * 50)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert (await plant.take(claimed)).state is READY


@pytest.mark.parametrize("error", [kind("x") for kind in PASSING])
@pytest.mark.parametrize(("step", "where"), [("fetches", "on_fetch"), ("downloads", "on_download")])
async def test_what_does_not_pass_ends_the_take_at_its_deadline(
    plant: Plant, error: errors.VendorError, step: str, where: str
) -> None:
    plant.generator.submits(1)
    getattr(plant.generator, step)(*[error] * 1000)
    setattr(plant.generator, where, lambda: plant.clock.advance(seconds=30))
    claimed = await plant.claimed()
    begun = plant.clock.steady()
    await plant.driver.drive(claimed)
    take = await plant.take(claimed)
    told = "bad_answer" if isinstance(error, errors.BadAnswer) else "timeout"
    assert (take.state, take.failure) == (FAILED, told)
    assert PAINTING <= plant.clock.steady() - begun <= PAINTING + timedelta(seconds=30)


async def test_nobody_asks_while_the_vendor_said_later_and_the_lease_runs_on(plant: Plant) -> None:
    """Questions and orders share one pause, whoever was told of it."""
    plant.generator.open.clear()
    plant.generator.fetches(errors.RateLimited("x", retry_after=timedelta(seconds=200)))
    first, second = await plant.claimed(owner=1), await plant.claimed(owner=2)
    third = await plant.claimed(owner=3)
    driving_them = [asyncio.create_task(plant.driver.drive(each)) for each in (first, second)]
    await until(lambda: len(plant.generator.orders) == 2)
    while await plant.jobs.paused_until() <= plant.clock.steady():
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    asked = len(plant.generator.fetched)
    await plant.driver.drive(third)
    assert (len(plant.generator.orders), (await plant.take(third)).state) == (2, TakeState.QUEUED)
    await asyncio.sleep(0.1)
    assert len(plant.generator.fetched) == asked
    plant.stopping.set()
    await asyncio.gather(*driving_them)


async def test_a_pause_that_outlasts_the_deadline_is_kept_to(plant: Plant) -> None:
    plant.generator.submits(3)
    plant.generator.fetches(errors.RateLimited("x", retry_after=timedelta(seconds=300)))
    plant.generator.on_fetch = lambda: plant.clock.advance(minutes=4)
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert ((await plant.take(claimed)).failure, len(plant.generator.fetched)) == ("timeout", 1)


async def test_an_unsafe_link_is_not_tried_again(plant: Plant) -> None:
    tries: list[int] = []
    plant.generator.on_download = lambda: tries.append(1)
    plant.generator.downloads(errors.UnsafeLink("x"))
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert ((await plant.take(claimed)).state, len(tries)) == (FAILED, 1)


@pytest.mark.parametrize("where", ["on_fetch", "on_download"])
async def test_a_take_that_is_not_done_by_its_deadline_timed_out(plant: Plant, where: str) -> None:
    plant.generator.submits(10_000 if where == "on_fetch" else 0)
    plant.generator.downloads(*[errors.LinkNotReady("x")] * 3)
    setattr(plant.generator, where, lambda: plant.clock.advance(minutes=3))
    claimed = await plant.claimed()
    await plant.driver.drive(claimed)
    assert ((await plant.take(claimed)).state, (await plant.take(claimed)).failure) == (FAILED, "timeout")


async def test_nothing_is_ordered_that_waited_for_too_long(plant: Plant) -> None:
    claimed = await plant.claimed(deadline=timedelta(minutes=5))
    plant.clock.advance(minutes=5.1)
    await plant.driver.drive(claimed)
    assert not plant.generator.orders
    assert (await plant.take(claimed)).failure == "waited"


async def test_the_time_of_painting_runs_from_the_claim(plant: Plant) -> None:
    await plant.accepted(deadline=timedelta(minutes=10))
    plant.clock.advance(minutes=9)
    claimed = await plant.claim()
    assert claimed.take.deadline == plant.clock.steady() + PAINTING
    plant.generator.submits(4)
    plant.generator.on_fetch = lambda: plant.clock.advance(seconds=50)
    await plant.driver.drive(claimed)
    assert (await plant.take(claimed)).state is READY


async def test_a_cancelled_take_keeps_its_slot_until_the_vendor_is_done_and_changes_nothing(plant: Plant) -> None:
    plant.generator.open.clear()
    plant.generator.submits(1)
    claimed = await plant.claimed()
    driving_it = asyncio.create_task(plant.driver.drive(claimed))
    await until(lambda: len(plant.generator.fetched) > 2)
    await plant.jobs.cancel(claimed.portrait.id, a_once(), plant.clock.now())
    before = await everything(plant.database)
    seen = len(plant.generator.fetched)
    await until(lambda: len(plant.generator.fetched) > seen + 5)
    assert not driving_it.done()
    plant.generator.open.set()
    await driving_it
    assert await everything(plant.database) == before
    assert plant.generator.running == 0
    assert not (plant.folder / "pictures").exists()


async def test_stopping_leaves_an_order_as_it_is_for_the_next_start(plant: Plant) -> None:
    plant.generator.open.clear()
    plant.generator.submits(1)
    claimed = await plant.claimed()
    driving_it = asyncio.create_task(plant.driver.drive(claimed))
    await until(lambda: bool(plant.generator.fetched))
    plant.stopping.set()
    await asyncio.wait_for(driving_it, 1)
    assert (await plant.take(claimed)).state is TakeState.SUBMITTED
    plant.generator.open.set()
    plant.stopping.clear()
    await plant.jobs.release_all()
    [again] = await plant.jobs.take_over(plant.clock.now(), LEASE)
    await plant.driver.resume(again)
    assert (await plant.take(claimed)).state is READY
    assert set(plant.generator.billed.values()) == {1}


async def test_a_lease_runs_on_while_a_job_is_painted(plant: Plant) -> None:
    plant.generator.on_fetch = lambda: plant.clock.advance(seconds=60)
    plant.generator.submits(5)
    claimed = await plant.claimed(painting=timedelta(hours=1))
    await plant.driver.drive(claimed)
    assert (await plant.take(claimed)).epoch == claimed.take.epoch
    row = await plant.database.read.one("SELECT lease_until / 1000 AS until FROM take")
    assert row is not None
    assert row["until"] >= plant.clock.now().timestamp() + LEASE.total_seconds() - 60


async def test_a_lease_runs_on_while_the_vendor_is_away(plant: Plant) -> None:
    def away() -> None:
        plant.clock.advance(seconds=60)
        if len(plant.generator.fetched) == 4:
            plant.stopping.set()

    plant.generator.on_fetch = away
    plant.generator.submits(1)
    plant.generator.fetches(*[errors.VendorDown("x")] * 9)
    claimed = await plant.claimed(painting=timedelta(hours=1))
    await plant.driver.drive(claimed)
    assert await plant.jobs.take_over(plant.clock.now(), LEASE) == []
