"""What a waiting card says is what the queue will do."""

from datetime import timedelta
from typing import Any

from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Outlook, outlook
from bot.ports.jobs import Claimed
from bot.services.portraits.estimate import Estimate
from tests.fakes.builders import LEASE, NOW, ROOMY, a_portrait, accepted, legs
from tests.fakes.turns import claim
from tests.services.use_cases import UseCases


async def _claim(use_cases: UseCases) -> Claimed:
    claimed = await claim(use_cases.jobs, NOW, LEASE)
    assert claimed is not None
    return claimed


async def _seen(use_cases: UseCases, portrait_id: PortraitId, slots: int) -> Outlook:
    survey = await use_cases.jobs.survey()
    [card] = [card for card in survey.cards if card.portrait_id == portrait_id]
    return Estimate(slots).of_card(card, survey, NOW)


async def _accepted(use_cases: UseCases, slots: int, **parts: Any) -> tuple[PortraitId, Outlook]:
    """What its first card says is what the next look at all of them finds."""
    portrait = a_portrait(**parts)
    entry = await use_cases.store.accept(portrait, legs(portrait), ROOMY)
    found = outlook(entry, slots, len(portrait.takes))
    assert await _seen(use_cases, portrait.id, slots) == found
    return portrait.id, found


async def test_the_place_is_that_of_the_first_image_and_the_estimate_that_of_the_last(use_cases: UseCases) -> None:
    await accepted(use_cases.store, owner=1, guild=11)
    _, found = await _accepted(use_cases, 1, owner=2, guild=12, count=4)
    assert found == Outlook(2, 5 * FIRST_GUESS_SECONDS, 0, 4)


async def test_painting_begins_where_a_slot_is_free(use_cases: UseCases) -> None:
    await accepted(use_cases.store, owner=1, guild=11)
    _, found = await _accepted(use_cases, 2, owner=2, guild=12, count=4)
    assert found == Outlook(None, 3 * FIRST_GUESS_SECONDS, 0, 4)
    _, found = await _accepted(use_cases, 2, owner=3, guild=13)
    assert found.position == 3


async def test_nothing_begins_while_the_queue_is_paused(use_cases: UseCases) -> None:
    await use_cases.jobs.pause(NOW, NOW + timedelta(seconds=30))
    _, found = await _accepted(use_cases, 5)
    assert found == Outlook(1, 30 + FIRST_GUESS_SECONDS, 0, 1)


async def test_there_is_no_place_once_painting_has_begun(use_cases: UseCases) -> None:
    mine, _ = await _accepted(use_cases, 1, count=2)
    first = await _claim(use_cases)
    found = await _seen(use_cases, mine, 1)
    assert (found.position, found.ordered) == (None, False)
    await use_cases.jobs.finish(first.take, TakeState.READY, NOW, image="a.png")
    found = await _seen(use_cases, mine, 1)
    assert (found.position, found.ready, found.total) == (None, 1, 2)
    await _claim(use_cases)
    found = await _seen(use_cases, mine, 1)
    assert found == Outlook(None, FIRST_GUESS_SECONDS, 1, 2, ordered=True)


async def test_estimates_are_the_median_of_measured_times_of_that_size(use_cases: UseCases) -> None:
    for seconds in (3, 4, 60):
        await accepted(use_cases.store)
        claimed = await _claim(use_cases)
        took = timedelta(seconds=seconds)
        await use_cases.jobs.finish(claimed.take, TakeState.READY, NOW + took, image="a.png", took=took)
    _, found = await _accepted(use_cases, 1)
    assert found == Outlook(None, 4.0, 0, 1, 4.0)


async def test_images_being_painted_are_before_us(use_cases: UseCases) -> None:
    for _ in range(2):
        await accepted(use_cases.store)
        await _claim(use_cases)
    _, found = await _accepted(use_cases, 2)
    assert found == Outlook(1, 2 * FIRST_GUESS_SECONDS, 0, 1)


async def test_a_take_that_is_held_has_no_place(use_cases: UseCases) -> None:
    mine = await accepted(use_cases.store)
    await use_cases.jobs.hold((await _claim(use_cases)).take, NOW + LEASE)
    assert (await _seen(use_cases, mine.id, 1)).position is None
