"""What Discord deleted leaves a server's rules, and nothing else does."""

import asyncio
import json
from typing import Any

import pytest

from bot.domain.errors import ChannelClosed
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.services.servers.tidying import Named, Tidying
from bot.storage.servers import SqlPolicies
from tests.services.admin_cases import GUILD, ROLE, AdminCases, admin
from tests.services.use_cases import asker

BOT = UserId(4)


@pytest.fixture
def tidying(admin_cases: AdminCases) -> Tidying:
    store, turn = SqlPolicies(admin_cases.database), admin_cases.administration._turn
    return Tidying(store=store, clock=admin_cases.clock, journal=admin_cases.journal, turn=turn)


def named(*roles: int, channels: tuple[int, ...] = ()) -> Named:
    return Named(frozenset(roles), frozenset(ChannelId(each) for each in channels))


async def test_what_the_rules_name_is_told(admin_cases: AdminCases, tidying: Tidying) -> None:
    assert await tidying.named(GUILD) == named()
    await admin_cases.administration.set_role(admin(), ROLE, 5)
    await admin_cases.administration.set_channels(admin(), "add", ChannelId(20))
    await admin_cases.administration.set_log(admin(), ChannelId(30))
    assert await tidying.named(GUILD) == named(ROLE, channels=(20, 30))
    assert await tidying.named(GuildId(11)) == named()


async def test_only_what_is_gone_goes_and_a_second_time_changes_nothing(
    admin_cases: AdminCases, tidying: Tidying
) -> None:
    for role in (ROLE, 78):
        await admin_cases.administration.set_role(admin(), role, 5)
    for channel in (20, 21):
        await admin_cases.administration.set_channels(admin(), "add", ChannelId(channel))
    before = len(await admin_cases.audited())
    for _ in range(2):
        await tidying.gone(GUILD, BOT, named(ROLE, 99, channels=(20, 99)))
    assert await tidying.named(GUILD) == named(78, channels=(21,))
    rows: list[Any] = (await admin_cases.audited())[before:]
    assert [(row["actor_id"], row["what"]) for row in rows] == [(BOT, "role deleted"), (BOT, "channel deleted")]
    assert json.loads(rows[1]["after"]) == {"channels": [21]}


async def test_an_empty_list_allows_no_channel(admin_cases: AdminCases, tidying: Tidying) -> None:
    await admin_cases.administration.set_channels(admin(), "add", ChannelId(77))
    await tidying.gone(GUILD, BOT, named(channels=(77,)))
    with pytest.raises(ChannelClosed) as closed:
        await admin_cases.paint(asker())
    assert closed.value.channels == ()
    await admin_cases.administration.set_channels(admin(), "add", ChannelId(20))
    await admin_cases.paint(asker())


async def test_a_log_channel_that_is_gone_is_told_nothing(admin_cases: AdminCases, tidying: Tidying) -> None:
    await admin_cases.administration.set_log(admin(), ChannelId(30))
    await admin_cases.journal.drain()
    admin_cases.said.clear()
    await tidying.gone(GUILD, BOT, named(channels=(30,)))
    await admin_cases.journal.drain()
    assert admin_cases.said == []
    assert (await SqlPolicies(admin_cases.database).settings(GUILD)).log_channel_id is None


async def test_an_admin_at_the_same_time_loses_nothing(admin_cases: AdminCases, tidying: Tidying) -> None:
    for channel in (20, 21):
        await admin_cases.administration.set_channels(admin(), "add", ChannelId(channel))
    await asyncio.gather(
        *(admin_cases.administration.set_channels(admin(), "add", ChannelId(each)) for each in range(30, 40)),
        tidying.gone(GUILD, BOT, named(channels=(20,))),
    )
    assert await tidying.named(GUILD) == named(channels=(21, *range(30, 40)))
