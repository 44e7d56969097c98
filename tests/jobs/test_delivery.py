"""The answer first, then the money: every way is tried, and a crash in between repeats the answer only."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.portraits import PortraitState, TakeState
from bot.jobs import delivery
from bot.jobs.delivery import ending, ways
from bot.ports import Way
from tests.fakes.builders import NOW, a_once, a_portrait, a_reply
from tests.fakes.messenger import Killed
from tests.jobs.plant import Plant

ORIGINAL, CHANNEL, DIRECT = Way.ORIGINAL, Way.CHANNEL, Way.DIRECT
EXPIRES = NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("age", "private", "token", "expected"),
    [
        (timedelta(0), False, "t", (ORIGINAL, CHANNEL, DIRECT)),
        (timedelta(0), True, "t", (ORIGINAL, DIRECT)),
        (timedelta(minutes=14, seconds=49), False, "t", (ORIGINAL, CHANNEL, DIRECT)),
        (timedelta(minutes=14, seconds=50), False, "t", (CHANNEL, DIRECT)),
        (timedelta(minutes=16), True, "t", (DIRECT,)),
        (timedelta(0), False, None, (CHANNEL, DIRECT)),
        (timedelta(0), True, None, (DIRECT,)),
    ],
)
def test_the_ways_to_a_member(age: timedelta, private: bool, token: str | None, expected: tuple[Way, ...]) -> None:
    portrait = a_portrait(reply=a_reply(private=private, token=token, expires_at=EXPIRES))
    assert ways(portrait, NOW + age) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ready"], (PortraitState.DELIVERED, None)),
        (["ready", "failed"], (PortraitState.DELIVERED, "timeout")),
        (["failed", "unknown"], (PortraitState.FAILED, "timeout")),
        (["cancelled", "ready"], (PortraitState.CANCELLED, None)),
    ],
)
def test_how_a_portrait_ends(states: list[str], expected: tuple[PortraitState, str | None]) -> None:
    codes = {"failed": "timeout", "unknown": "unknown"}
    takes = [
        replace(take, state=TakeState(state), failure=codes.get(state))
        for take, state in zip(a_portrait(count=len(states)).takes, states, strict=True)
    ]
    assert ending(a_portrait(takes=tuple(takes))) == expected


@pytest.mark.parametrize(("count", "failures"), [(1, 0), (4, 0), (4, 1), (3, 2)])
async def test_exactly_the_pictures_that_were_shown_are_charged(plant: Plant, count: int, failures: int) -> None:
    portrait_id = await plant.painted(count, failures)
    await plant.deliverer.deliver(portrait_id)
    [post] = plant.messenger.posts
    assert (post.way, post.outcome.state) == (ORIGINAL, PortraitState.DELIVERED)
    assert len(post.outcome.pictures) == post.outcome.cost.images == count - failures
    assert await plant.charged() == count - failures
    final = await plant.jobs.get(portrait_id)
    assert (final.state, final.message_id) == (PortraitState.DELIVERED, 5)


async def test_the_card_says_what_is_left_after_this_portrait(plant: Plant) -> None:
    portrait_id = await plant.painted(4, 1)
    await plant.deliverer.deliver(portrait_id)
    [post] = plant.messenger.posts
    assert [budget.left for budget in post.outcome.cost.budgets] == [97, 997, 9997]
    assert (await plant.portraits.cost(portrait_id, 3)).budgets == post.outcome.cost.budgets


async def test_a_portrait_without_pictures_is_told_and_costs_nothing(plant: Plant) -> None:
    portrait_id = await plant.painted(2, 2)
    await plant.deliverer.deliver(portrait_id)
    [post] = plant.messenger.posts
    assert (post.outcome.state, post.outcome.failure, post.outcome.cost.images) == ("failed", "timeout", 0)
    assert await plant.charged() == 0


async def test_a_cancelled_portrait_is_told_and_costs_nothing(plant: Plant) -> None:
    portrait = await plant.accepted(count=3)
    await plant.driver.drive(await plant.claim())
    await plant.jobs.cancel(portrait.id, a_once(), NOW)
    plant.clock.advance(seconds=1)
    await plant.deliverer.deliver(portrait.id)
    [post] = plant.messenger.posts
    assert (post.outcome.state, post.outcome.pictures) == (PortraitState.CANCELLED, ())
    assert await plant.charged() == 0


async def test_a_picture_file_that_is_gone_is_not_charged(plant: Plant) -> None:
    portrait_id = await plant.painted(2)
    image = (await plant.jobs.get(portrait_id)).takes[0].image or ""
    (plant.folder / "pictures" / image[:2] / image).unlink()
    await plant.deliverer.deliver(portrait_id)
    assert [take.number for take, _ in plant.messenger.posts[0].outcome.pictures] == [1]
    assert await plant.charged() == 1


async def test_a_portrait_whose_only_file_is_gone_failed(plant: Plant) -> None:
    portrait_id = await plant.painted()
    image = (await plant.jobs.get(portrait_id)).takes[0].image or ""
    (plant.folder / "pictures" / image[:2] / image).unlink()
    await plant.deliverer.deliver(portrait_id)
    assert (await plant.jobs.get(portrait_id)).state is PortraitState.FAILED
    assert await plant.charged() == 0


async def test_a_closed_way_leads_to_the_next(plant: Plant) -> None:
    plant.messenger.close(ORIGINAL, RouteClosed("404"))
    plant.messenger.close(CHANNEL, RouteClosed("403"))
    portrait_id = await plant.painted()
    await plant.deliverer.deliver(portrait_id)
    assert [post.way for post in plant.messenger.posts] == [DIRECT]
    final = await plant.jobs.get(portrait_id)
    assert (final.message_id, final.place.channel_id) == (plant.messenger.messages[DIRECT, portrait_id].message_id, 990)
    assert await plant.charged() == 1


async def test_a_private_answer_never_goes_to_the_channel(plant: Plant) -> None:
    plant.messenger.close(ORIGINAL, RouteClosed("404"))
    portrait_id = await plant.painted(reply=a_reply(private=True))
    await plant.deliverer.deliver(portrait_id)
    assert [post.way for post in plant.messenger.posts] == [DIRECT]


async def test_a_member_who_cannot_be_reached_is_refunded(plant: Plant) -> None:
    for way in Way:
        plant.messenger.close(way, RouteClosed("403"))
    portrait_id = await plant.painted(3)
    await plant.deliverer.deliver(portrait_id)
    final = await plant.jobs.get(portrait_id)
    assert (final.state, final.failure) == (PortraitState.FAILED, "undeliverable")
    assert await plant.charged() == 0


async def test_delivery_waits_while_discord_is_away_and_charges_nothing_meanwhile(plant: Plant) -> None:
    plant.messenger.once(ORIGINAL, MessengerDown("503"))
    portrait_id = await plant.painted(2)
    await plant.deliverer.deliver(portrait_id)
    assert plant.messenger.posts == []
    assert (await plant.jobs.get(portrait_id)).state is PortraitState.OPEN
    await plant.deliverer.deliver(portrait_id)
    assert plant.messenger.posts == []
    plant.clock.instant += delivery.RETRY + timedelta(seconds=1)
    assert await plant.jobs.deliverable(plant.clock.now()) == [portrait_id]
    await plant.deliverer.deliver(portrait_id)
    assert len(plant.messenger.posts) == 1
    assert await plant.charged() == 2


async def test_a_portrait_that_cannot_be_delivered_for_a_day_is_refunded(plant: Plant) -> None:
    for way in Way:
        plant.messenger.close(way, MessengerDown("503"))
    portrait_id = await plant.painted()
    plant.clock.instant += delivery.GIVE_UP
    await plant.deliverer.deliver(portrait_id)
    assert (await plant.jobs.get(portrait_id)).failure == "undeliverable"
    assert await plant.charged() == 0


async def test_a_crash_between_post_and_settlement_repeats_the_post_and_settles_once(plant: Plant) -> None:
    portrait_id = await plant.painted(3, 1)
    plant.messenger.dies_after_post = True
    with pytest.raises(Killed):
        await plant.deliverer.deliver(portrait_id)
    assert (await plant.jobs.get(portrait_id)).state is PortraitState.OPEN
    plant.messenger.dies_after_post = False
    await plant.jobs.release_all()
    assert await plant.jobs.deliverable(plant.clock.now()) == [portrait_id]
    await plant.deliverer.deliver(portrait_id)
    await plant.deliverer.deliver(portrait_id)
    assert plant.messenger.posts[0] == plant.messenger.posts[1]
    assert (len(plant.messenger.posts), len(plant.messenger.messages)) == (2, 1)
    assert await plant.charged() == 2


async def test_a_crash_that_lasts_longer_than_the_token_posts_no_second_message(plant: Plant) -> None:
    portrait_id = await plant.painted()
    plant.messenger.dies_after_post = True
    with pytest.raises(Killed):
        await plant.deliverer.deliver(portrait_id)
    plant.messenger.dies_after_post = False
    plant.clock.advance(minutes=20)
    await plant.jobs.release_all()
    await plant.deliverer.deliver(portrait_id)
    assert len(plant.messenger.messages) == 1


async def test_a_portrait_that_breaks_its_delivery_ends_all_the_same(plant: Plant) -> None:
    for way in Way:
        plant.messenger.close(way, ValueError("a bug in a card"))
    portrait_id = await plant.painted()
    plant.clock.instant += delivery.GIVE_UP
    await asyncio.gather(plant.deliverer.deliver(portrait_id), return_exceptions=True)
    assert await plant.charged() == 0


async def test_two_deliveries_at_once_are_one_post(plant: Plant) -> None:
    portrait_id = await plant.painted()
    await asyncio.gather(*(plant.deliverer.deliver(portrait_id) for _ in range(5)))
    assert len(plant.messenger.posts) == 1
    assert await plant.charged() == 1
