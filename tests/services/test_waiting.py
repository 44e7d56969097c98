"""What a waiting card says is what the queue will do."""

from datetime import timedelta

from bot.domain.portraits import TakeState
from bot.domain.queue import FIRST_GUESS_SECONDS, Status
from bot.ports_jobs import Claimed
from bot.services.waiting import Waiting
from tests.fakes.builders import LEASE, NOW, accepted
from tests.services.house import House


async def _claim(house: House) -> Claimed:
    claimed = await house.jobs.claim(NOW, LEASE)
    assert claimed is not None
    return claimed


async def test_the_place_is_that_of_the_first_image_and_the_estimate_that_of_the_last(house: House) -> None:
    waiting = Waiting(house.jobs, slots=2)
    await accepted(house.store, owner=1, guild=11)
    mine = await accepted(house.store, owner=2, guild=12, count=4)
    assert await waiting.status(mine) == Status(2, 3 * FIRST_GUESS_SECONDS, 0, 4)


async def test_there_is_no_place_once_painting_has_begun(house: House) -> None:
    waiting = Waiting(house.jobs, slots=5)
    mine = await accepted(house.store, count=2)
    first = await _claim(house)
    assert (await waiting.status(await house.store.get(mine.id))).position is None
    await house.jobs.finish(first.take, TakeState.READY, NOW, image="a.png")
    status = await waiting.status(await house.store.get(mine.id))
    assert (status.position, status.ready, status.total) == (None, 1, 2)
    await _claim(house)
    status = await waiting.status(await house.store.get(mine.id))
    assert (status.position, status.eta) == (None, FIRST_GUESS_SECONDS)


async def test_estimates_are_the_median_of_measured_times_of_that_size(house: House) -> None:
    for seconds in (3, 4, 60):
        await accepted(house.store)
        claimed = await _claim(house)
        took = timedelta(seconds=seconds)
        await house.jobs.finish(claimed.take, TakeState.READY, NOW + took, image="a.png", took=took)
    mine = await accepted(house.store)
    assert await Waiting(house.jobs, slots=1).status(mine) == Status(1, 4.0, 0, 1)


async def test_images_being_painted_are_before_us(house: House) -> None:
    for _ in range(2):
        await accepted(house.store)
        await _claim(house)
    mine = await accepted(house.store)
    assert await Waiting(house.jobs, slots=2).status(mine) == Status(1, 2 * FIRST_GUESS_SECONDS, 0, 1)


async def test_a_take_that_is_held_has_no_place(house: House) -> None:
    mine = await accepted(house.store)
    await house.jobs.hold((await _claim(house)).take, NOW + LEASE)
    assert (await Waiting(house.jobs, slots=1).status(await house.store.get(mine.id))).position is None
