"""A request is written whole, with its quota and its place in the queue, or not at all; and once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import AlreadyDone, PortraitGone, PressedTwice, QuotaExceeded, TooManyWaiting
from bot.domain.ids import MessageId, PortraitId
from bot.domain.portraits.portrait import PortraitState
from bot.domain.portraits.spec import Kind
from bot.ports.jobs import Delivery
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import DOUBLE_CLICK, SqlPortraits
from bot.storage.units import Refused
from tests.fakes.builders import NOW, ROOMY, a_portrait, a_reply, accepted, crowd, legs
from tests.fakes.turns import acknowledge
from tests.storage.row_checks import everything, lanes_agree, used, value

LEASE = timedelta(seconds=120)


async def test_what_was_accepted_is_read_back_unchanged(portraits: SqlPortraits) -> None:
    portrait = a_portrait(
        count=4,
        kind=Kind.REROLL,
        parent_id=PortraitId("a" * 13),
        parent_take=2,
        press_key="reroll:a:2:1",
        character_name="Mia",
        reply=a_reply(private=True),
    )
    await portraits.accept(portrait, legs(portrait), ROOMY)
    assert await portraits.get(portrait.id) == portrait


async def test_a_portrait_of_no_server_is_read_back_without_one(portraits: SqlPortraits) -> None:
    portrait = await accepted(portraits, guild=None)
    assert (await portraits.get(portrait.id)).place.guild_id is None


async def test_an_unknown_portrait_is_gone(portraits: SqlPortraits) -> None:
    with pytest.raises(PortraitGone):
        await portraits.get(PortraitId("nobody"))


async def test_hold_counters_takes_and_lane_are_written_together(database: Database, portraits: SqlPortraits) -> None:
    await accepted(portraits, count=3)
    assert set((await used(database)).values()) == {3}
    assert await value(database, "SELECT units FROM quota_hold WHERE state = 'held'") == 3
    assert await value(database, "SELECT waiting FROM lane") == 3
    assert await value(database, "SELECT count(*) FROM take WHERE state = 'queued' AND in_lane = 1") == 3
    assert await lanes_agree(database)


async def test_the_same_interaction_twice_is_accepted_once(database: Database, portraits: SqlPortraits) -> None:
    first = await accepted(portraits)
    before = await everything(database)
    with pytest.raises(AlreadyDone):
        await accepted(portraits, reply=first.reply)
    assert await everything(database) == before


async def test_the_same_interaction_delivered_at_once_is_accepted_once(
    database: Database, portraits: SqlPortraits
) -> None:
    reply = a_reply()
    ended = await asyncio.gather(*(accepted(portraits, reply=reply) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(error, AlreadyDone) for error in ended) == 9
    assert await value(database, "SELECT count(*) FROM portrait") == 1
    assert set((await used(database)).values()) == {1}


async def test_a_double_click_is_one_wish_and_a_later_click_another(
    database: Database, portraits: SqlPortraits
) -> None:
    await accepted(portraits, press_key="reroll:x:None:1")
    before = await everything(database)
    for late in (timedelta(0), timedelta(seconds=1), DOUBLE_CLICK):
        with pytest.raises(PressedTwice):
            await accepted(portraits, press_key="reroll:x:None:1", now=NOW + late)
    assert await everything(database) == before
    await accepted(portraits, press_key="reroll:x:None:1", now=NOW + DOUBLE_CLICK + timedelta(milliseconds=1))
    assert timedelta(seconds=1) <= DOUBLE_CLICK <= timedelta(seconds=3)


async def test_other_members_and_other_buttons_are_no_double_click(portraits: SqlPortraits) -> None:
    for key in ("reroll:x:None:1", "reroll:x:None:2", "again:x:None:1", "reroll:y:None:1", None, None):
        await accepted(portraits, press_key=key)


async def test_a_member_and_a_server_have_only_so_many_unfinished_portraits(
    database: Database, portraits: SqlPortraits, jobs: SqlJobs
) -> None:
    limits = crowd(member=2, guild=3)
    first = await accepted(portraits, limits=limits, owner=1, count=4)
    await accepted(portraits, limits=limits, owner=1, guild=11)
    before = await everything(database)
    with pytest.raises(TooManyWaiting) as mine:
        await accepted(portraits, limits=limits, owner=1, guild=12)
    assert (mine.value.whose, mine.value.limit) == ("member", 2)
    assert await everything(database) == before
    for owner in (2, 3):
        await accepted(portraits, limits=limits, owner=owner)
    with pytest.raises(TooManyWaiting) as ours:
        await accepted(portraits, limits=limits, owner=4)
    assert (ours.value.whose, ours.value.limit) == ("server", 3)
    await accepted(portraits, limits=limits, owner=4, guild=None)
    await accepted(portraits, limits=limits, owner=5, guild=None)
    await jobs.settle(Delivery(first.id, PortraitState.FAILED), 0, NOW)
    await accepted(portraits, limits=limits, owner=1)


async def test_many_at_once_never_pass_the_number_of_unfinished_portraits(
    database: Database, portraits: SqlPortraits
) -> None:
    limits = crowd(member=5, guild=1000)
    ended = await asyncio.gather(*(accepted(portraits, limits=limits) for _ in range(50)), return_exceptions=True)
    assert sum(isinstance(error, TooManyWaiting) for error in ended) == 45
    assert await value(database, "SELECT count(*) FROM portrait") == 5


async def test_a_refused_quota_leaves_no_counter_no_lane_and_no_takes(
    database: Database, portraits: SqlPortraits
) -> None:
    before = await everything(database)
    portrait = a_portrait(count=3)
    with pytest.raises(QuotaExceeded) as refused:
        await portraits.accept(portrait, legs(portrait, member=50, day=50, month=2), ROOMY)
    assert refused.value.limit == "server_month"
    assert await everything(database) == before
    with pytest.raises(PortraitGone):
        await portraits.get(portrait.id)


async def test_a_failure_in_the_last_statement_leaves_nothing(database: Database, portraits: SqlPortraits) -> None:
    before = await everything(database)
    portrait = a_portrait(count=2)
    wrong = replace(portrait, takes=(portrait.takes[0], replace(portrait.takes[1], seed=0)))
    with pytest.raises(Refused, match=r"(?i)check"):
        await portraits.accept(wrong, legs(portrait), ROOMY)
    assert await everything(database) == before


async def test_the_first_acknowledgement_counts(portraits: SqlPortraits) -> None:
    portrait = await accepted(portraits)
    await acknowledge(portraits, portrait.id, MessageId(77), NOW)
    await acknowledge(portraits, portrait.id, MessageId(78), NOW)
    assert (await portraits.get(portrait.id)).message_id == 77
