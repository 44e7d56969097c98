"""The answer first, then the money: every way is tried, and a crash in between repeats the answer only."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.jobs import delivery
from bot.jobs.delivery import ending, ways
from bot.ports.messenger import Way
from tests.fakes.builders import NOW, a_once, a_portrait, a_reply
from tests.fakes.messenger import Killed
from tests.fakes.turns import deliverable
from tests.jobs.job_parts import JobParts

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
async def test_exactly_the_pictures_that_were_shown_are_charged(job_parts: JobParts, count: int, failures: int) -> None:
    portrait_id = await job_parts.painted(count, failures)
    await job_parts.deliverer.deliver(portrait_id)
    [post] = job_parts.messenger.posts
    assert (post.way, post.outcome.state) == (ORIGINAL, PortraitState.DELIVERED)
    assert len(post.outcome.pictures) == post.outcome.cost.images == count - failures
    assert await job_parts.charged() == count - failures
    final = await job_parts.jobs.get(portrait_id)
    assert (final.state, final.message_id) == (PortraitState.DELIVERED, 5)


async def test_the_card_says_what_is_left_after_this_portrait(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted(4, 1)
    await job_parts.deliverer.deliver(portrait_id)
    [post] = job_parts.messenger.posts
    assert [budget.left for budget in post.outcome.cost.budgets] == [97, 997, 9997]
    assert (await job_parts.jobs.cost(portrait_id, 3)).budgets == post.outcome.cost.budgets


async def test_a_portrait_without_pictures_is_told_and_costs_nothing(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted(2, 2)
    await job_parts.deliverer.deliver(portrait_id)
    [post] = job_parts.messenger.posts
    assert (post.outcome.state, post.outcome.failure, post.outcome.cost.images) == ("failed", "timeout", 0)
    assert await job_parts.charged() == 0


async def test_a_cancelled_portrait_is_told_and_costs_nothing(job_parts: JobParts) -> None:
    portrait = await job_parts.accepted(count=3)
    await job_parts.driver.drive(await job_parts.claim())
    await job_parts.jobs.cancel(portrait.id, a_once(), NOW)
    job_parts.clock.advance(seconds=1)
    await job_parts.deliverer.deliver(portrait.id)
    [post] = job_parts.messenger.posts
    assert (post.outcome.state, post.outcome.pictures) == (PortraitState.CANCELLED, ())
    assert await job_parts.charged() == 0


async def test_a_picture_file_that_is_gone_is_not_charged(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted(2)
    image = (await job_parts.jobs.get(portrait_id)).takes[0].image or ""
    (job_parts.folder / "pictures" / image[:2] / image).unlink()
    await job_parts.deliverer.deliver(portrait_id)
    assert [take.number for take, _ in job_parts.messenger.posts[0].outcome.pictures] == [1]
    assert await job_parts.charged() == 1


async def test_a_portrait_whose_only_file_is_gone_failed(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted()
    image = (await job_parts.jobs.get(portrait_id)).takes[0].image or ""
    (job_parts.folder / "pictures" / image[:2] / image).unlink()
    await job_parts.deliverer.deliver(portrait_id)
    assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.FAILED
    assert await job_parts.charged() == 0


async def test_a_closed_way_leads_to_the_next(job_parts: JobParts) -> None:
    job_parts.messenger.close(ORIGINAL, RouteClosed("404"))
    job_parts.messenger.close(CHANNEL, RouteClosed("403"))
    portrait_id = await job_parts.painted()
    await job_parts.deliverer.deliver(portrait_id)
    assert [post.way for post in job_parts.messenger.posts] == [DIRECT]
    final = await job_parts.jobs.get(portrait_id)
    assert (final.message_id, final.place.channel_id) == (
        job_parts.messenger.messages[DIRECT, portrait_id].message_id,
        990,
    )
    assert await job_parts.charged() == 1


async def test_a_private_answer_never_goes_to_the_channel(job_parts: JobParts) -> None:
    job_parts.messenger.close(ORIGINAL, RouteClosed("404"))
    portrait_id = await job_parts.painted(reply=a_reply(private=True))
    await job_parts.deliverer.deliver(portrait_id)
    assert [post.way for post in job_parts.messenger.posts] == [DIRECT]


async def test_a_member_who_cannot_be_reached_is_refunded(job_parts: JobParts) -> None:
    for way in Way:
        job_parts.messenger.close(way, RouteClosed("403"))
    portrait_id = await job_parts.painted(3)
    await job_parts.deliverer.deliver(portrait_id)
    final = await job_parts.jobs.get(portrait_id)
    assert (final.state, final.failure) == (PortraitState.FAILED, "undeliverable")
    assert await job_parts.charged() == 0


async def test_delivery_waits_while_discord_is_away_and_charges_nothing_meanwhile(job_parts: JobParts) -> None:
    job_parts.messenger.once(ORIGINAL, MessengerDown("503"))
    portrait_id = await job_parts.painted(2)
    await job_parts.deliverer.deliver(portrait_id)
    assert job_parts.messenger.posts == []
    assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.OPEN
    await job_parts.deliverer.deliver(portrait_id)
    assert job_parts.messenger.posts == []
    job_parts.clock.instant += delivery.RETRY + timedelta(seconds=1)
    assert await deliverable(job_parts.jobs, job_parts.clock.now()) == [portrait_id]
    await job_parts.deliverer.deliver(portrait_id)
    assert len(job_parts.messenger.posts) == 1
    assert await job_parts.charged() == 2


async def test_a_portrait_that_cannot_be_delivered_for_a_day_is_refunded(job_parts: JobParts) -> None:
    for way in Way:
        job_parts.messenger.close(way, MessengerDown("503"))
    portrait_id = await job_parts.painted()
    job_parts.clock.instant += delivery.GIVE_UP
    await job_parts.deliverer.deliver(portrait_id)
    assert (await job_parts.jobs.get(portrait_id)).failure == "undeliverable"
    assert await job_parts.charged() == 0


async def test_a_crash_between_post_and_settlement_repeats_the_post_and_settles_once(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted(3, 1)
    job_parts.messenger.dies_after_post = True
    with pytest.raises(Killed):
        await job_parts.deliverer.deliver(portrait_id)
    assert (await job_parts.jobs.get(portrait_id)).state is PortraitState.OPEN
    job_parts.messenger.dies_after_post = False
    await job_parts.jobs.release_all()
    assert await deliverable(job_parts.jobs, job_parts.clock.now()) == [portrait_id]
    await job_parts.deliverer.deliver(portrait_id)
    await job_parts.deliverer.deliver(portrait_id)
    assert job_parts.messenger.posts[0] == job_parts.messenger.posts[1]
    assert (len(job_parts.messenger.posts), len(job_parts.messenger.messages)) == (2, 1)
    assert await job_parts.charged() == 2


async def test_a_crash_that_lasts_longer_than_the_token_posts_no_second_message(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted()
    job_parts.messenger.dies_after_post = True
    with pytest.raises(Killed):
        await job_parts.deliverer.deliver(portrait_id)
    job_parts.messenger.dies_after_post = False
    job_parts.clock.advance(minutes=20)
    await job_parts.jobs.release_all()
    await job_parts.deliverer.deliver(portrait_id)
    assert len(job_parts.messenger.messages) == 1


async def test_a_portrait_that_breaks_its_delivery_ends_all_the_same(job_parts: JobParts) -> None:
    for way in Way:
        job_parts.messenger.close(way, ValueError("a bug in a card"))
    portrait_id = await job_parts.painted()
    job_parts.clock.instant += delivery.GIVE_UP
    await asyncio.gather(job_parts.deliverer.deliver(portrait_id), return_exceptions=True)
    assert await job_parts.charged() == 0


async def test_two_deliveries_at_once_are_one_post(job_parts: JobParts) -> None:
    portrait_id = await job_parts.painted()
    await asyncio.gather(*(job_parts.deliverer.deliver(portrait_id) for _ in range(5)))
    assert len(job_parts.messenger.posts) == 1
    assert await job_parts.charged() == 1
