"""What Discord deleted leaves a server's rules, and nothing else does."""

import asyncio
import json
from typing import Any

import pytest

from bot.domain.errors import ChannelClosed
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.services.tidying import Named, Tidying
from bot.storage.policies import SqlPolicies
from tests.services.house import asker
from tests.services.office import GUILD, ROLE, Office, admin

BOT = UserId(4)


@pytest.fixture
def tidying(office: Office) -> Tidying:
    async def announce(channel: ChannelId, line: str) -> None:
        office.said.append((channel, line))

    turn = office.administration._turn
    return Tidying(store=SqlPolicies(office.database), clock=office.clock, announce=announce, turn=turn)


def named(*roles: int, channels: tuple[int, ...] = ()) -> Named:
    return Named(frozenset(roles), frozenset(ChannelId(each) for each in channels))


async def test_what_the_rules_name_is_told(office: Office, tidying: Tidying) -> None:
    assert await tidying.named(GUILD) == named()
    await office.administration.set_role(admin(), ROLE, 5)
    await office.administration.set_channels(admin(), "add", ChannelId(20))
    await office.administration.set_log(admin(), ChannelId(30))
    assert await tidying.named(GUILD) == named(ROLE, channels=(20, 30))
    assert await tidying.named(GuildId(11)) == named()


async def test_only_what_is_gone_goes_and_a_second_time_changes_nothing(office: Office, tidying: Tidying) -> None:
    for role in (ROLE, 78):
        await office.administration.set_role(admin(), role, 5)
    for channel in (20, 21):
        await office.administration.set_channels(admin(), "add", ChannelId(channel))
    before = len(await office.audited())
    for _ in range(2):
        await tidying.gone(GUILD, BOT, named(ROLE, 99, channels=(20, 99)))
    assert await tidying.named(GUILD) == named(78, channels=(21,))
    rows: list[Any] = (await office.audited())[before:]
    assert [(row["actor_id"], row["what"]) for row in rows] == [(BOT, "role deleted"), (BOT, "channel deleted")]
    assert json.loads(rows[1]["after"]) == {"channels": [21]}


async def test_an_empty_list_allows_no_channel(office: Office, tidying: Tidying) -> None:
    await office.administration.set_channels(admin(), "add", ChannelId(77))
    await tidying.gone(GUILD, BOT, named(channels=(77,)))
    with pytest.raises(ChannelClosed) as closed:
        await office.paint(asker())
    assert closed.value.channels == ()
    await office.administration.set_channels(admin(), "add", ChannelId(20))
    await office.paint(asker())


async def test_a_log_channel_that_is_gone_is_told_nothing(office: Office, tidying: Tidying) -> None:
    await office.administration.set_log(admin(), ChannelId(30))
    await office.administration.drain()
    office.said.clear()
    await tidying.gone(GUILD, BOT, named(channels=(30,)))
    await tidying.drain()
    assert office.said == []
    assert (await SqlPolicies(office.database).settings(GUILD)).log_channel_id is None


async def test_an_admin_at_the_same_time_loses_nothing(office: Office, tidying: Tidying) -> None:
    for channel in (20, 21):
        await office.administration.set_channels(admin(), "add", ChannelId(channel))
    await asyncio.gather(
        *(office.administration.set_channels(admin(), "add", ChannelId(each)) for each in range(30, 40)),
        tidying.gone(GUILD, BOT, named(channels=(20,))),
    )
    assert await tidying.named(GUILD) == named(channels=(21, *range(30, 40)))
