"""What the admins of a server decided, over the operator's defaults and under the operator's ceiling."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import ChannelClosed
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.servers.quotas import MemberLimit, RoleLimit
from bot.domain.servers.settings import Change, Defaults, ServerSettings
from bot.services.servers.log_channel import Journal
from bot.services.servers.policies import Policies, check_channel
from bot.storage.database import Database
from bot.storage.preferences import SqlPreferences
from bot.storage.servers import SqlPolicies
from tests.fakes.builders import NOW, StoppedClock, a_once
from tests.services.use_cases import DEFAULTS, asker

GUILD = GuildId(10)


async def _nobody(_channel: ChannelId, _line: str, _reported: object = None) -> None:
    """No log channel is read here."""


def _policies(database: Database, defaults: Defaults = DEFAULTS) -> Policies:
    return Policies(
        store=SqlPolicies(database),
        preferences=SqlPreferences(database),
        defaults=defaults,
        clock=StoppedClock(),
        journal=Journal(_nobody),
    )


async def _decide(database: Database, **settings: Any) -> None:
    old, new = ServerSettings(GUILD), ServerSettings(GUILD, **settings)
    change = Change(GUILD, UserId(1), "test", *old.differences(new), new)
    await SqlPolicies(database).change(change, a_once(), NOW)


@pytest.mark.parametrize(
    ("settings", "ceiling", "holds"),
    [
        ({}, 5000, (10, 100, 1000)),
        ({}, 300, (10, 100, 300)),
        ({}, 0, (0, 0, 0)),
        ({"guild_per_month": 4000}, 5000, (10, 100, 4000)),
        ({"guild_per_month": 9000}, 5000, (10, 100, 5000)),
        ({"guild_per_day": 9000, "member_per_day": 9000}, 5000, (5000, 5000, 1000)),
        ({"guild_per_day": 0}, 5000, (10, 0, 1000)),
    ],
)
async def test_no_decision_of_a_server_is_above_the_ceiling(
    database: Database, settings: dict[str, int], ceiling: int, holds: tuple[int, int, int]
) -> None:
    await _decide(database, **settings)
    policies = _policies(database, replace(DEFAULTS, ceiling_guild_per_month=ceiling))
    policy = (await policies.for_asker(asker())).policy
    assert (policy.member_per_day, policy.server_per_day, policy.server_per_month) == holds
    assert policy.ceiling_per_month == ceiling


async def test_direct_messages_know_no_server(database: Database) -> None:
    await _decide(database, member_per_day=1)
    rules = await _policies(database).for_asker(asker(guild=None))
    assert [(leg.limit, leg.maximum) for leg in rules.legs] == [("member_day", 5)]


async def test_a_change_holds_from_the_next_request_on(database: Database) -> None:
    policies, store = _policies(database), SqlPolicies(database)
    who = replace(asker(), roles=(77,))
    assert (await policies.for_asker(who)).mine.per_day == 10
    await store.set_role_limit(Change(GUILD, UserId(1), "role", "", ""), RoleLimit(77, 20), a_once(), NOW, remove=False)
    assert (await policies.for_asker(who)).mine.per_day == 20
    assert (await policies.for_asker(asker())).mine.per_day == 10
    limit = MemberLimit(who.user_id, True, 3, 2)
    await store.set_member_limit(Change(GUILD, UserId(1), "member", "", ""), limit, a_once(), NOW)
    mine = (await policies.for_asker(who)).mine
    assert (mine.per_day, mine.source, mine.gift) == (3, "exception_day", 2)


async def test_a_closed_channel_names_the_open_ones(database: Database) -> None:
    await _decide(database, channels=(ChannelId(9), ChannelId(8)), cooldown_seconds=30)
    policy = (await _policies(database).for_asker(asker())).policy
    assert policy.cooldown == timedelta(seconds=30)
    with pytest.raises(ChannelClosed) as refused:
        check_channel(policy, asker().place)
    assert refused.value.channels == (8, 9)
    check_channel(policy, replace(asker().place, channel_id=ChannelId(8)))
