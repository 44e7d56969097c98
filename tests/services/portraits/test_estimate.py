"""What a waiting card says is what the queue will do."""

from datetime import timedelta

from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Status
from bot.ports.jobs import Claimed
from bot.services.portraits.estimate import Estimate
from tests.fakes.builders import LEASE, NOW, accepted
from tests.services.use_cases import UseCases


async def _claim(use_cases: UseCases) -> Claimed:
    claimed = await use_cases.jobs.claim(NOW, LEASE)
    assert claimed is not None
    return claimed


async def test_the_place_is_that_of_the_first_image_and_the_estimate_that_of_the_last(use_cases: UseCases) -> None:
    estimate = Estimate(use_cases.jobs, slots=2)
    await accepted(use_cases.store, owner=1, guild=11)
    mine = await accepted(use_cases.store, owner=2, guild=12, count=4)
    assert await estimate.status(mine) == Status(2, 3 * FIRST_GUESS_SECONDS, 0, 4)


async def test_there_is_no_place_once_painting_has_begun(use_cases: UseCases) -> None:
    estimate = Estimate(use_cases.jobs, slots=5)
    mine = await accepted(use_cases.store, count=2)
    first = await _claim(use_cases)
    assert (await estimate.status(await use_cases.store.get(mine.id))).position is None
    await use_cases.jobs.finish(first.take, TakeState.READY, NOW, image="a.png")
    status = await estimate.status(await use_cases.store.get(mine.id))
    assert (status.position, status.ready, status.total) == (None, 1, 2)
    await _claim(use_cases)
    status = await estimate.status(await use_cases.store.get(mine.id))
    assert (status.position, status.eta) == (None, FIRST_GUESS_SECONDS)


async def test_estimates_are_the_median_of_measured_times_of_that_size(use_cases: UseCases) -> None:
    for seconds in (3, 4, 60):
        await accepted(use_cases.store)
        claimed = await _claim(use_cases)
        took = timedelta(seconds=seconds)
        await use_cases.jobs.finish(claimed.take, TakeState.READY, NOW + took, image="a.png", took=took)
    mine = await accepted(use_cases.store)
    assert await Estimate(use_cases.jobs, slots=1).status(mine) == Status(1, 4.0, 0, 1)


async def test_images_being_painted_are_before_us(use_cases: UseCases) -> None:
    for _ in range(2):
        await accepted(use_cases.store)
        await _claim(use_cases)
    mine = await accepted(use_cases.store)
    assert await Estimate(use_cases.jobs, slots=2).status(mine) == Status(1, 2 * FIRST_GUESS_SECONDS, 0, 1)


async def test_a_take_that_is_held_has_no_place(use_cases: UseCases) -> None:
    mine = await accepted(use_cases.store)
    await use_cases.jobs.hold((await _claim(use_cases)).take, NOW + LEASE)
    assert (await Estimate(use_cases.jobs, slots=1).status(await use_cases.store.get(mine.id))).position is None
