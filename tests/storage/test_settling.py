"""Delivery is exclusive, and the money moves with the final state, once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.ids import ChannelId, MessageId
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.ports.jobs import Delivery
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.units import Refused
from tests.fakes.builders import NOW, accepted
from tests.fakes.turns import acknowledge, claim, deliverable
from tests.storage.row_checks import counters_agree, everything, used, value

LEASE = timedelta(seconds=120)
LATER = NOW + LEASE + timedelta(milliseconds=1)
SOON = NOW + timedelta(seconds=1)


async def _finished(jobs: SqlJobs, portraits: SqlPortraits, count: int = 1, heard: bool = True) -> Portrait:
    portrait = await accepted(portraits, count=count)
    for _ in range(count):
        claimed = await claim(jobs, NOW, LEASE)
        assert claimed is not None
        await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png")
    if heard:
        await acknowledge(portraits, portrait.id, MessageId(5), NOW)
    return portrait


async def _begun(jobs: SqlJobs, portrait: Portrait, now: datetime) -> int:
    begun = await jobs.begin_delivery(portrait.id, now, LEASE)
    assert begun is not None
    assert begun.portrait == await jobs.get(portrait.id)
    return begun.epoch


async def test_a_portrait_is_deliverable_when_all_its_takes_are_final(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    waiting = await accepted(portraits, count=2)
    await acknowledge(portraits, waiting.id, None, NOW)
    claimed = await claim(jobs, NOW, LEASE)
    assert claimed is not None
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png")
    assert await deliverable(jobs, SOON) == []
    await jobs.expire(waiting.id, "timeout", NOW)
    assert await deliverable(jobs, SOON) == [waiting.id]


async def test_delivery_waits_for_the_acknowledgement_or_some_seconds(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    portrait = await _finished(jobs, portraits, heard=False)
    assert await deliverable(jobs, NOW + timedelta(seconds=3)) == []
    assert await deliverable(jobs, NOW + timedelta(seconds=5)) == [portrait.id]
    await acknowledge(portraits, portrait.id, None, NOW)
    assert await deliverable(jobs, SOON) == [portrait.id]


async def test_one_of_many_deliveries_at_once_begins(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    portrait = await _finished(jobs, portraits)
    begun = await asyncio.gather(*(jobs.begin_delivery(portrait.id, SOON, LEASE) for _ in range(10)))
    assert [each.epoch for each in begun if each is not None] == [1]
    assert await deliverable(jobs, SOON) == []


async def test_a_delivery_is_begun_again_when_its_lease_ran_out(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    portrait = await _finished(jobs, portraits)
    assert await _begun(jobs, portrait, NOW) == 1
    assert await jobs.begin_delivery(portrait.id, NOW + LEASE, LEASE) is None
    assert await deliverable(jobs, LATER) == [portrait.id]
    assert await _begun(jobs, portrait, LATER) == 2


async def test_a_postponed_delivery_comes_back_in_time_and_only_its_own_epoch_postpones(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await _finished(jobs, portraits)
    epoch = await _begun(jobs, portrait, NOW)
    assert epoch == 1
    await jobs.postpone_delivery(portrait.id, epoch + 1, NOW)
    assert await deliverable(jobs, SOON) == []
    await jobs.postpone_delivery(portrait.id, epoch, SOON)
    assert await deliverable(jobs, SOON) == []
    assert await deliverable(jobs, SOON + timedelta(milliseconds=1)) == [portrait.id]


@pytest.mark.parametrize(
    ("state", "charged"),
    [
        (PortraitState.DELIVERED, 4),
        (PortraitState.DELIVERED, 3),
        (PortraitState.FAILED, 0),
        (PortraitState.CANCELLED, 0),
    ],
)
async def test_settling_twice_at_once_is_one_final_state_and_one_charge(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, state: PortraitState, charged: int
) -> None:
    portrait = await _finished(jobs, portraits, count=4)
    delivery = Delivery(portrait.id, state, None, MessageId(66), ChannelId(77))
    settled = await asyncio.gather(*(jobs.settle(delivery, charged, NOW) for _ in range(10)))
    assert sum(settled) == 1
    final = await jobs.get(portrait.id)
    assert (final.state, final.message_id, final.place.channel_id) == (state, 66, 77)
    assert set((await used(database)).values()) == {charged}
    assert await counters_agree(database)


async def test_a_second_ending_does_not_replace_the_first(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await _finished(jobs, portraits, count=2)
    assert await jobs.settle(Delivery(portrait.id, PortraitState.DELIVERED), 2, NOW)
    before = await everything(database)
    assert not await jobs.settle(Delivery(portrait.id, PortraitState.FAILED, "undeliverable"), 0, LATER)
    assert await jobs.begin_delivery(portrait.id, LATER, LEASE) is None
    assert await everything(database) == before
    assert await jobs.open_portraits() == await deliverable(jobs, LATER) == []


async def test_settling_without_a_message_keeps_the_one_that_is_known(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    portrait = await _finished(jobs, portraits)
    await jobs.settle(Delivery(portrait.id, PortraitState.FAILED, "undeliverable"), 0, NOW)
    final = await jobs.get(portrait.id)
    assert (final.message_id, final.place, final.failure) == (5, portrait.place, "undeliverable")


async def test_a_charge_that_cannot_be_booked_leaves_the_portrait_open(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await _finished(jobs, portraits)
    with pytest.raises(Refused, match=r"(?i)check"):
        await jobs.settle(Delivery(portrait.id, PortraitState.DELIVERED), 2, NOW)
    assert await value(database, "SELECT state FROM portrait") == "open"
    assert set((await used(database)).values()) == {1}
