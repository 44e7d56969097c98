"""A server's month runs out: its log channel hears it once for each month and limit, whatever comes and goes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.errors import QuotaExceeded
from bot.domain.ids import ChannelId, GuildId
from bot.domain.servers.money import Price
from bot.domain.servers.quotas import is_scarce
from bot.services.servers.limits import Limits
from bot.services.servers.notices import Notices
from bot.storage.privacy import SqlPrivacy
from bot.storage.servers import SqlPolicies
from tests.services.admin_cases import AdminCases, admin
from tests.services.use_cases import DEFAULTS, asker

LOG = ChannelId(5)


def notices(cases: AdminCases, price: Price | None = None) -> Notices:
    """A new one each time: as after a restart."""
    store = SqlPolicies(cases.database)
    return Notices(store=store, defaults=DEFAULTS, clock=cases.clock, journal=cases.journal, price=price)


async def heard(cases: AdminCases, price: Price | None = None) -> list[str]:
    """What the log channel heard of months so far, after the chores ran."""
    await notices(cases, price).chores()
    await cases.journal.drain()
    return [line for channel, line in cases.said if channel == LOG and "📈" in line]


async def limited(cases: AdminCases, month: int, *, log: bool = True) -> None:
    await cases.administration.set_limits(admin(), Limits(server_month=month, server_day=5000, member_day=5000))
    if log:
        await cases.administration.set_log(admin(), LOG)


async def test_it_is_told_at_four_fifths_and_once(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 10)
    await admin_cases.painted(asker(), 4)
    await admin_cases.painted(asker(2), 3)
    assert await heard(admin_cases) == []
    await admin_cases.painted(asker())
    [line] = await heard(admin_cases)
    assert line.startswith("📈 8 of this server's 10 images of the month are used. Counting begins again <t:")
    await admin_cases.painted(asker(), 2)
    assert len(await heard(admin_cases)) == 1


async def test_it_says_what_that_costs_where_a_price_is_set(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 5)
    await admin_cases.painted(asker(), 4)
    [line] = await heard(admin_cases, Price(Decimal("0.0047"), "€"))
    assert "4 of this server's 5 images of the month are used, about 0.0188 €." in line


async def test_refunds_and_settling_do_not_tell_it_again(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 10)
    await admin_cases.painted(asker(), 4)
    for _ in range(3):
        portrait = await admin_cases.paint(asker(), 4)
        await admin_cases.settle(portrait, 0)
    assert await heard(admin_cases) == [], "all of it came back before anybody was told"
    for _ in range(3):
        portrait = await admin_cases.paint(asker(), 4)
        assert len(await heard(admin_cases)) == 1
        await admin_cases.settle(portrait, 0)
        assert len(await heard(admin_cases)) == 1


async def test_many_at_once_and_several_that_tell_are_one_line(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 50)
    await asyncio.gather(*(admin_cases.paint(asker(number)) for number in range(60)), return_exceptions=True)
    await asyncio.gather(*(notices(admin_cases).chores() for _ in range(10)))
    assert len(await heard(admin_cases)) == 1


async def test_another_limit_and_another_month_are_told_anew(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 5)
    await admin_cases.painted(asker(), 4)
    assert len(await heard(admin_cases)) == 1
    await limited(admin_cases, 10)
    await admin_cases.painted(asker(), 3)
    assert len(await heard(admin_cases)) == 1
    await admin_cases.painted(asker())
    assert "8 of this server's 10" in (await heard(admin_cases))[-1]
    await limited(admin_cases, 5)
    with pytest.raises(QuotaExceeded):
        await admin_cases.paint(asker())
    assert len(await heard(admin_cases)) == 2
    admin_cases.clock.instant = datetime(2026, 12, 1, 12, tzinfo=UTC)
    await admin_cases.painted(asker(), 4)
    assert "4 of this server's 5" in (await heard(admin_cases))[-1]


async def test_a_limit_raised_before_anybody_was_told_leaves_nothing_to_say(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 5)
    await admin_cases.painted(asker(), 4)
    await limited(admin_cases, 100)
    assert await heard(admin_cases) == []


async def test_a_server_without_a_log_hears_it_when_it_chooses_one(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 5, log=False)
    await admin_cases.painted(asker(), 4)
    assert await heard(admin_cases) == []
    await admin_cases.administration.set_log(admin(), LOG)
    assert len(await heard(admin_cases)) == 1


async def test_servers_do_not_hear_of_each_other(admin_cases: AdminCases) -> None:
    await limited(admin_cases, 5)
    other = replace(asker(), place=replace(asker().place, guild_id=GuildId(11)))
    await admin_cases.paint(other, 4)
    assert await heard(admin_cases) == []


@pytest.mark.parametrize(
    ("used", "maximum", "scarce"), [(79, 100, False), (80, 100, True), (1, 1, True), (3, 4, False)]
)
def test_four_fifths(used: int, maximum: int, scarce: bool) -> None:
    assert is_scarce(used, maximum) is scarce


async def test_notices_go_with_their_month_and_with_their_server(admin_cases: AdminCases) -> None:
    async def kept() -> list[Any]:
        return list(await admin_cases.database.all("SELECT * FROM month_notice"))

    await limited(admin_cases, 5)
    await admin_cases.painted(asker(), 4)
    store, now = SqlPrivacy(admin_cases.database), admin_cases.clock.now()
    await store.drop_old_counters(now)
    assert len(await kept()) == 1
    await store.drop_old_counters(now + timedelta(days=40))
    assert await kept() == []
    await limited(admin_cases, 6)
    await admin_cases.painted(asker())
    assert len(await kept()) == 1
    await store.drop_server(GuildId(10))
    assert await kept() == []


async def test_who_is_at_their_limit_is_told_by_the_limit_that_holds_for_them(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_limits(admin(), Limits(member_day=2))
    await a.set_role(admin(), 7, 4)
    await a.set_role(admin(), 8, None)
    for user, count, roles in ((1, 2, ()), (2, 1, ()), (3, 2, (7,)), (4, 4, (7,)), (5, 4, (8,)), (6, 2, ())):
        await admin_cases.painted(replace(asker(user), roles=roles), count)
    assert await a.at_limit(admin()) == 3
    await a.set_member(admin(), asker(6).user_id, unlimited=True)
    await a.set_member(admin(), asker(2).user_id, per_day=1)
    assert await a.at_limit(admin()) == 3
    await a.set_limits(admin(), Limits(member_day=3))
    assert await a.at_limit(admin()) == 2, "1 has one left now"
    await a.reset(admin(), asker(4).user_id)
    assert await a.at_limit(admin()) == 1
    await a.set_member(admin(), asker(9).user_id, per_day=0)
    assert await a.at_limit(admin()) == 1, "who never painted has used nothing up"
    admin_cases.clock.advance(days=1)
    assert await a.at_limit(admin()) == 0
