"""What admins decided is stored whole, with its audit, and read by an index however long the history is."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits.portrait import PortraitState
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import Framing, Style
from bot.domain.servers.quotas import Flagged, MemberLimit, RoleLimit, Scope
from bot.domain.servers.settings import Change, ServerSettings, UsageRow
from bot.ports.jobs import Delivery
from bot.ports.servers import Decided
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.servers import SqlPolicies
from bot.storage.sql import load
from tests.fakes.builders import NOW, a_once, a_portrait, accepted, legs
from tests.storage.row_checks import rows, used, value

GUILD, ADMIN = GuildId(10), UserId(99)
FULL = ServerSettings(
    guild_id=GUILD,
    guild_per_day=1,
    guild_per_month=2,
    member_per_day=0,
    running_per_member=4,
    cooldown_seconds=5,
    timezone="Europe/Madrid",
    next_timezone="Asia/Tokyo",
    timezone_from=NOW,
    channels=(ChannelId(7), ChannelId(8)),
    style=Style.EDITORIAL,
    framing=Framing.LANDSCAPE,
    steps=45,
    guidance=6.5,
    negative="cartoon",
    words=("blood", "gore"),
    flagged=Flagged.SPOILER,
    log_channel_id=ChannelId(9),
)


@pytest.fixture
def policies(database: Database) -> SqlPolicies:
    return SqlPolicies(database)


def change(before: ServerSettings, after: ServerSettings) -> Change:
    return Change(before.guild_id, ADMIN, "test", *before.differences(after), after)


async def audit(database: Database) -> list[dict[str, Any]]:
    found = await rows(database, "SELECT * FROM audit ORDER BY id")
    return [{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in found]


async def test_settings_are_read_back_unchanged_and_audited(database: Database, policies: SqlPolicies) -> None:
    assert await policies.settings(GUILD) == ServerSettings(GUILD)
    await policies.change(change(ServerSettings(GUILD), FULL), a_once(), NOW)
    assert await policies.settings(GUILD) == FULL
    assert await policies.settings(GuildId(11)) == ServerSettings(GuildId(11))
    await policies.change(change(FULL, replace(FULL, words=(), guild_per_day=None)), a_once(), NOW)
    [first, second] = await audit(database)
    assert (first["guild_id"], first["actor_id"], first["what"], first["at"]) == (
        10,
        99,
        "test",
        NOW.timestamp() * 1000,
    )
    assert first["before"]["words"] == []
    assert first["after"]["words"] == ["blood", "gore"]
    assert second["before"] == {"guild_per_day": 1, "words": ["blood", "gore"]}
    assert second["after"] == {"guild_per_day": None, "words": []}


async def test_two_changes_from_the_same_state_do_not_undo_each_other(
    database: Database, policies: SqlPolicies
) -> None:
    start = ServerSettings(GUILD)
    await policies.change(change(start, replace(start, guild_per_day=5)), a_once(), NOW)
    await policies.change(change(start, replace(start, style=Style.STUDIO)), a_once(), NOW)
    assert await policies.settings(GUILD) == replace(start, guild_per_day=5, style=Style.STUDIO)
    assert [row["after"] for row in await audit(database)] == [{"guild_per_day": 5}, {"style": "studio"}]


async def test_limits_of_roles_and_members_are_kept_by_server(database: Database, policies: SqlPolicies) -> None:
    made = Change(GUILD, ADMIN, "test", "{}", "{}")
    await policies.set_role_limit(made, RoleLimit(1, 5), a_once(), NOW, remove=False)
    await policies.set_role_limit(made, RoleLimit(1, None), a_once(), NOW, remove=False)
    await policies.set_role_limit(made, RoleLimit(2, 0), a_once(), NOW, remove=False)
    assert await policies.role_limits(GUILD) == [RoleLimit(1, None), RoleLimit(2, 0)]
    await policies.set_role_limit(made, RoleLimit(1, None), a_once(), NOW, remove=True)
    assert await policies.role_limits(GUILD) == [RoleLimit(2, 0)]
    assert await policies.role_limits(GuildId(11)) == []
    limit = MemberLimit(UserId(5), True, None, 3)
    await policies.set_member_limit(made, limit, a_once(), NOW)
    assert await policies.member_limit(GUILD, UserId(5)) == limit
    settings = await policies.settings(GUILD)
    assert await policies.rules(GUILD, UserId(5)) == Decided(settings, [RoleLimit(2, 0)], limit, Preferences())
    assert await policies.rules(GUILD, UserId(6)) == Decided(settings, [RoleLimit(2, 0)], None, Preferences())
    assert await policies.rules(GuildId(11), UserId(5)) == Decided(
        await policies.settings(GuildId(11)), [], None, Preferences()
    )
    assert await policies.member_limits(GUILD) == [limit]
    assert await policies.member_limit(GuildId(11), UserId(5)) is None
    assert len(await audit(database)) == 5


async def test_a_reset_leaves_what_open_portraits_hold(
    database: Database, policies: SqlPolicies, portraits: SqlPortraits, jobs: SqlJobs
) -> None:
    settled, running = await accepted(portraits, count=3), await accepted(portraits, count=2)
    await accepted(portraits, owner=2, count=1)
    await jobs.settle(Delivery(settled.id, PortraitState.DELIVERED), 3, NOW)
    mine = [leg for leg in legs(running) if leg.scope is Scope.MEMBER]
    await policies.reset(Change(GUILD, ADMIN, "reset", "", ""), mine, a_once(), NOW)
    assert (await used(database))["server_day", "2026-11-22"] == 6
    counted = "SELECT used FROM quota_counter WHERE scope = 'member' AND subject_id = 1"
    assert await value(database, counted) == 2
    [row] = await audit(database)
    assert row["before"] == {"member 1 day 2026-11-22": 5}
    assert row["after"] == {"member 1 day 2026-11-22": 2}
    await jobs.settle(Delivery(running.id, PortraitState.FAILED), 0, NOW)
    assert await value(database, counted) == 0


async def test_a_reset_of_what_was_never_counted_changes_nothing(database: Database, policies: SqlPolicies) -> None:
    await policies.reset(Change(GUILD, ADMIN, "reset", "", ""), legs(a_portrait()), a_once(), NOW)
    assert await used(database) == {}


async def test_usage_counts_images_failures_and_refusals_of_one_server_since_an_instant(
    policies: SqlPolicies, portraits: SqlPortraits, jobs: SqlJobs
) -> None:
    async def ended(state: PortraitState, charged: int, **parts: Any) -> None:
        portrait = await accepted(portraits, **parts)
        await jobs.settle(Delivery(portrait.id, state), charged, NOW)

    await ended(PortraitState.DELIVERED, 3, count=4)
    await ended(PortraitState.FAILED, 0, count=2)
    await ended(PortraitState.CANCELLED, 0)
    await ended(PortraitState.DELIVERED, 1, guild=11)
    await ended(PortraitState.DELIVERED, 1, now=NOW - timedelta(days=2))
    await accepted(portraits, owner=2)
    for when in (NOW, NOW - timedelta(days=2)):
        await policies.refused(GUILD, UserId(2), "pose", "WordRefused", a_once(), when)
    found = sorted(await policies.usage(GUILD, NOW - timedelta(days=1)), key=repr)
    assert found == sorted(
        [
            UsageRow(UserId(1), "portrait", 3, 1, 0),
            UsageRow(UserId(2), "portrait", 0, 0, 0),
            UsageRow(UserId(2), "pose", 0, 0, 1),
        ],
        key=repr,
    )


async def test_totals_name_every_server_most_first(
    policies: SqlPolicies, portraits: SqlPortraits, jobs: SqlJobs
) -> None:
    for guild, count in ((10, 1), (11, 3), (None, 2)):
        portrait = await accepted(portraits, guild=guild, count=count)
        await jobs.settle(Delivery(portrait.id, PortraitState.DELIVERED), count, NOW)
    assert await policies.totals(NOW - timedelta(days=1)) == [(11, 3, 1), (0, 2, 1), (10, 1, 1)]
    assert await policies.totals(datetime.fromtimestamp(NOW.timestamp() + 1, NOW.tzinfo)) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("file", "query", "index"),
    [
        ("servers", "held_on_counter", "quota_hold_open"),
        ("servers", "usage", "portrait_of_guild"),
        ("servers", "usage", "refusal_of_guild"),
        ("portraits", "open_of_member", "portrait_open_of_owner"),
        ("portraits", "open_of_owner", "portrait_open_of_owner"),
        ("portraits", "open_in_lane", "sqlite_autoindex_lane_1"),
        ("portraits", "last_of_member", "portrait_of_member"),
        ("quotas", "read_counter", "PRIMARY KEY"),
    ],
)
async def test_what_every_request_asks_for_is_found_by_an_index(
    database: Database, file: str, query: str, index: str
) -> None:
    names = ("guild_id", "scope", "subject_id", "period", "win", "since", "owner_id", "now", "limit", "lane")
    plan = await database.all(f"EXPLAIN QUERY PLAN {load(file)[query]}", dict.fromkeys(names, 1))
    assert any(f"USING {kind}{index}" in row["detail"] for row in plan for kind in ("", "INDEX ", "COVERING INDEX "))
