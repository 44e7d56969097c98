"""One take from its order to its picture, whatever the vendor does."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import PAINTING
from bot.jobs import driver as driving
from bot.jobs.patience import PASSING
from tests.fakes.builders import LEASE, a_once
from tests.fakes.turns import claim
from tests.jobs.job_parts import JobParts, until
from tests.storage.row_checks import everything, lanes_agree

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


async def test_an_order_that_succeeds_at_once_is_a_kept_picture(job_parts: JobParts) -> None:
    job_parts.generator.seed = 777
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.seed, take.failure) == (READY, 777, None)
    assert take.image is not None
    assert (await job_parts.pictures.load(take.image)).data.endswith((take.job_id or "?").encode())
    assert job_parts.generator.fetched == []


@pytest.mark.parametrize(("shows", "state", "code"), [(True, READY, None), (False, FAILED, "filtered")])
async def test_a_flagged_picture_is_kept_only_where_it_may_be_shown(
    job_parts: JobParts, shows: bool, state: TakeState, code: str | None
) -> None:
    job_parts.generator.flags = True
    claimed = await job_parts.claimed(shows_flagged=shows)
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.failure, take.flagged, take.image is not None) == (state, code, shows, shows)


async def test_an_order_that_takes_time_is_asked_for_until_it_is_done(job_parts: JobParts) -> None:
    job_parts.generator.submits(3)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.seed) == (READY, claimed.take.seed)
    assert job_parts.generator.fetched == [take.job_id] * 3
    assert len(job_parts.generator.orders) == 1


@pytest.mark.parametrize(("error", "state", "code"), CODES)
async def test_an_order_that_is_refused_ends_the_take_and_is_not_repeated(
    job_parts: JobParts, error: errors.VendorError, state: TakeState, code: str
) -> None:
    job_parts.generator.submits(error)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.failure, take.image) == (state, code, None)
    assert len(job_parts.generator.orders) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.Filtered("x"), "filtered"),
        (errors.Rejected("x"), "rejected"),
        (errors.InvalidKey("x"), "invalid_key"),
        (errors.UnsafeLink("x"), "bad_answer"),
    ],
)
async def test_a_job_that_ends_badly_ends_the_take(job_parts: JobParts, error: errors.VendorError, code: str) -> None:
    job_parts.generator.submits(2)
    job_parts.generator.fetches(error)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert ((await job_parts.take(claimed)).state, (await job_parts.take(claimed)).failure) == (FAILED, code)


async def test_an_order_of_unknown_fate_is_never_sent_again(job_parts: JobParts) -> None:
    job_parts.generator.submits(errors.OutcomeUnknown("x"))
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    job_parts.clock.advance(hours=1)
    assert await job_parts.jobs.take_over(job_parts.clock.now(), LEASE) == []
    assert await claim(job_parts.jobs, job_parts.clock.now(), LEASE) is None
    assert set(job_parts.generator.billed.values()) == {1}


async def test_a_full_vendor_pauses_the_queue_and_the_take_keeps_its_place(job_parts: JobParts) -> None:
    job_parts.generator.submits(errors.RateLimited("x", retry_after=timedelta(seconds=7)))
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).state is TakeState.QUEUED
    assert await job_parts.jobs.paused_until() == job_parts.clock.now() + timedelta(seconds=7)
    assert await lanes_agree(job_parts.database)
    job_parts.clock.advance(seconds=7)
    again = await job_parts.claim()
    await job_parts.driver.drive(again)
    assert (await job_parts.take(again)).state is READY
    assert set(job_parts.generator.billed.values()) == {1}


async def test_a_cold_model_is_asked_until_it_is_warm(job_parts: JobParts) -> None:
    job_parts.generator.submits(*[errors.ModelCold("x")] * 30)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert ((await job_parts.take(claimed)).state, len(job_parts.generator.orders)) == (READY, 31)


async def test_a_cold_model_is_not_asked_again_past_the_deadline(job_parts: JobParts) -> None:
    job_parts.generator.submits(*[errors.ModelCold("x")] * 100)
    job_parts.generator.on_submit = lambda: job_parts.clock.advance(seconds=50)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.failure, len(job_parts.generator.orders)) == (FAILED, "model_cold", 5)


async def test_a_take_that_is_cancelled_while_the_model_wakes_is_not_ordered(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, "COLD_WAIT", 0.1)
    job_parts.generator.submits(errors.ModelCold("x"))
    claimed = await job_parts.claimed()
    driving_it = asyncio.create_task(job_parts.driver.drive(claimed))
    await until(lambda: len(job_parts.generator.orders) == 1)
    await asyncio.sleep(0.03)
    await job_parts.jobs.cancel(claimed.portrait.id, a_once(), job_parts.clock.now())
    await driving_it
    assert (await job_parts.take(claimed)).state is TakeState.CANCELLED
    assert not job_parts.generator.billed


async def test_questions_are_repeated_while_the_vendor_is_away(job_parts: JobParts) -> None:
    job_parts.generator.submits(1)
    job_parts.generator.fetches(*[errors.VendorDown("x")] * 12)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).state is READY


@pytest.mark.parametrize("error", [kind("x") for kind in PASSING])
@pytest.mark.parametrize("step", ["fetches", "downloads"])
async def test_what_may_pass_is_borne_until_the_deadline_whatever_the_number_of_tries(
    job_parts: JobParts, error: errors.VendorError, step: str
) -> None:
    job_parts.generator.submits(1)
    getattr(job_parts.generator, step)(*[error] * 50)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).state is READY


@pytest.mark.parametrize("error", [kind("x") for kind in PASSING])
@pytest.mark.parametrize(("step", "where"), [("fetches", "on_fetch"), ("downloads", "on_download")])
async def test_what_does_not_pass_ends_the_take_at_its_deadline(
    job_parts: JobParts, error: errors.VendorError, step: str, where: str
) -> None:
    job_parts.generator.submits(1)
    getattr(job_parts.generator, step)(*[error] * 1000)
    setattr(job_parts.generator, where, lambda: job_parts.clock.advance(seconds=30))
    claimed = await job_parts.claimed()
    begun = job_parts.clock.steady()
    await job_parts.driver.drive(claimed)
    take = await job_parts.take(claimed)
    told = "bad_answer" if isinstance(error, errors.BadAnswer) else "timeout"
    assert (take.state, take.failure) == (FAILED, told)
    assert PAINTING <= job_parts.clock.steady() - begun <= PAINTING + timedelta(seconds=30)


async def test_nobody_asks_while_the_vendor_said_later_and_the_lease_runs_on(job_parts: JobParts) -> None:
    """Questions and orders share one pause, whoever was told of it."""
    job_parts.generator.open.clear()
    first, second = await job_parts.claimed(owner=1), await job_parts.claimed(owner=2)
    third = await job_parts.claimed(owner=3)
    driving_them = [asyncio.create_task(job_parts.driver.drive(each)) for each in (first, second)]
    await until(lambda: len(job_parts.generator.orders) == 2)
    job_parts.generator.fetches(errors.RateLimited("x", retry_after=timedelta(seconds=200)))
    while await job_parts.jobs.paused_until() <= job_parts.clock.steady():
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    asked = len(job_parts.generator.fetched)
    await job_parts.driver.drive(third)
    assert (len(job_parts.generator.orders), (await job_parts.take(third)).state) == (2, TakeState.QUEUED)
    await asyncio.sleep(0.1)
    assert len(job_parts.generator.fetched) == asked
    job_parts.stopping.set()
    await asyncio.gather(*driving_them)


async def test_a_pause_that_outlasts_the_deadline_is_kept_to(job_parts: JobParts) -> None:
    job_parts.generator.submits(3)
    job_parts.generator.fetches(errors.RateLimited("x", retry_after=timedelta(seconds=300)))
    job_parts.generator.on_fetch = lambda: job_parts.clock.advance(minutes=4)
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert ((await job_parts.take(claimed)).failure, len(job_parts.generator.fetched)) == ("timeout", 1)


async def test_an_unsafe_link_is_not_tried_again(job_parts: JobParts) -> None:
    tries: list[int] = []
    job_parts.generator.on_download = lambda: tries.append(1)
    job_parts.generator.downloads(errors.UnsafeLink("x"))
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert ((await job_parts.take(claimed)).state, len(tries)) == (FAILED, 1)


@pytest.mark.parametrize("where", ["on_fetch", "on_download"])
async def test_a_take_that_is_not_done_by_its_deadline_timed_out(job_parts: JobParts, where: str) -> None:
    job_parts.generator.submits(10_000 if where == "on_fetch" else 0)
    job_parts.generator.downloads(*[errors.LinkNotReady("x")] * 3)
    setattr(job_parts.generator, where, lambda: job_parts.clock.advance(minutes=3))
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert ((await job_parts.take(claimed)).state, (await job_parts.take(claimed)).failure) == (FAILED, "timeout")


async def test_nothing_is_ordered_that_waited_for_too_long(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed(deadline=timedelta(minutes=5))
    job_parts.clock.advance(minutes=5.1)
    await job_parts.driver.drive(claimed)
    assert not job_parts.generator.orders
    assert (await job_parts.take(claimed)).failure == "waited"


async def test_the_time_of_painting_runs_from_the_claim(job_parts: JobParts) -> None:
    await job_parts.accepted(deadline=timedelta(minutes=10))
    job_parts.clock.advance(minutes=9)
    claimed = await job_parts.claim()
    assert claimed.take.deadline == job_parts.clock.steady() + PAINTING
    job_parts.generator.submits(4)
    job_parts.generator.on_fetch = lambda: job_parts.clock.advance(seconds=50)
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).state is READY


async def test_a_cancelled_take_keeps_its_slot_until_the_vendor_is_done_and_changes_nothing(
    job_parts: JobParts,
) -> None:
    job_parts.generator.open.clear()
    job_parts.generator.submits(1)
    claimed = await job_parts.claimed()
    driving_it = asyncio.create_task(job_parts.driver.drive(claimed))
    await until(lambda: len(job_parts.generator.fetched) > 2)
    await job_parts.jobs.cancel(claimed.portrait.id, a_once(), job_parts.clock.now())
    before = await everything(job_parts.database)
    seen = len(job_parts.generator.fetched)
    await until(lambda: len(job_parts.generator.fetched) > seen + 5)
    assert not driving_it.done()
    job_parts.generator.open.set()
    await driving_it
    assert await everything(job_parts.database) == before
    assert job_parts.generator.running == 0
    assert not (job_parts.folder / "pictures").exists()


async def test_stopping_leaves_an_order_as_it_is_for_the_next_start(job_parts: JobParts) -> None:
    job_parts.generator.open.clear()
    job_parts.generator.submits(1)
    claimed = await job_parts.claimed()
    driving_it = asyncio.create_task(job_parts.driver.drive(claimed))
    await until(lambda: bool(job_parts.generator.fetched))
    job_parts.stopping.set()
    await asyncio.wait_for(driving_it, 1)
    assert (await job_parts.take(claimed)).state is TakeState.SUBMITTED
    job_parts.generator.open.set()
    job_parts.stopping.clear()
    await job_parts.jobs.release_all()
    [again] = await job_parts.jobs.take_over(job_parts.clock.now(), LEASE)
    await job_parts.driver.resume(again)
    assert (await job_parts.take(claimed)).state is READY
    assert set(job_parts.generator.billed.values()) == {1}


async def test_what_was_claimed_as_all_stops_waits_for_the_next_start(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed()
    job_parts.stopping.set()
    await job_parts.driver.drive(claimed)
    assert not job_parts.generator.billed
    take = await job_parts.take(claimed)
    assert (take.state, take.epoch) == (TakeState.QUEUED, claimed.take.epoch + 1)
    job_parts.stopping.clear()
    await job_parts.driver.drive(await job_parts.claimed())
    assert (await job_parts.take(claimed)).state is READY


async def test_a_lease_runs_on_while_a_job_is_painted(job_parts: JobParts) -> None:
    job_parts.generator.on_fetch = lambda: job_parts.clock.advance(seconds=60)
    job_parts.generator.submits(5)
    claimed = await job_parts.claimed(painting=timedelta(hours=1))
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).epoch == claimed.take.epoch
    row = await job_parts.database.one("SELECT lease_until / 1000 AS until FROM take")
    assert row is not None
    assert row["until"] >= job_parts.clock.now().timestamp() + LEASE.total_seconds() - 60


async def test_a_lease_runs_on_while_the_vendor_is_away(job_parts: JobParts) -> None:
    def away() -> None:
        job_parts.clock.advance(seconds=60)
        if len(job_parts.generator.fetched) == 4:
            job_parts.stopping.set()

    job_parts.generator.on_fetch = away
    job_parts.generator.submits(1)
    job_parts.generator.fetches(*[errors.VendorDown("x")] * 9)
    claimed = await job_parts.claimed(painting=timedelta(hours=1))
    await job_parts.driver.drive(claimed)
    assert await job_parts.jobs.take_over(job_parts.clock.now(), LEASE) == []
