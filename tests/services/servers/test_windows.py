"""When the days and months of a server begin and end, and which of them an image counts for."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import QuotaExceeded
from bot.domain.ids import UserId
from bot.services.servers.limits import Limits
from tests.services.admin_cases import AdminCases, admin
from tests.services.use_cases import asker


@pytest.mark.parametrize(
    ("zone", "day", "hours"), [("Europe/Madrid", (2027, 3, 28), 23), ("Europe/Madrid", (2026, 10, 25), 25)]
)
async def test_a_day_with_a_clock_change_is_one_window(
    admin_cases: AdminCases, zone: str, day: tuple[int, int, int], hours: int
) -> None:
    admin_cases.clock.instant = datetime(*day, tzinfo=UTC) - timedelta(days=3)
    await admin_cases.administration.set_timezone(admin(), zone)
    await admin_cases.administration.set_limits(admin(), Limits(member_day=1))
    begins = next_midnight = datetime(*day, tzinfo=UTC) - timedelta(hours=1 if hours == 23 else 2)
    admin_cases.clock.instant = begins
    await admin_cases.painted(asker())
    for late in range(hours):
        admin_cases.clock.instant = begins + timedelta(hours=late, minutes=59)
        with pytest.raises(QuotaExceeded) as refused:
            await admin_cases.paint(asker())
        next_midnight = refused.value.resets_at
    assert next_midnight == begins + timedelta(hours=hours)
    admin_cases.clock.instant = next_midnight
    await admin_cases.painted(asker())


async def test_midnight_between_reserve_and_settle_counts_for_the_first_day(admin_cases: AdminCases) -> None:
    admin_cases.clock.instant = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    portrait = await admin_cases.paint(asker(), 4)
    admin_cases.clock.advance(minutes=2)
    await admin_cases.settle(portrait, 3)
    assert await admin_cases.left(asker()) == {
        "member_day": 10, "server_day": 100, "server_month": 1000, "ceiling_month": 5000
    }  # fmt: skip
    admin_cases.clock.advance(minutes=-2)
    assert (await admin_cases.left(asker()))["member_day"] == 7
    assert (await admin_cases.left(asker()))["server_month"] == 997


async def test_the_ceiling_goes_on_through_resets_and_time_zones(admin_cases: AdminCases) -> None:
    await admin_cases.painted(asker(), 4)
    await admin_cases.administration.reset(admin())
    await admin_cases.administration.reset(admin(), UserId(1))
    assert await admin_cases.left(asker()) == {
        "member_day": 10, "server_day": 100, "server_month": 1000, "ceiling_month": 4996
    }  # fmt: skip
    [server, member] = [json.loads(row["before"]) for row in await admin_cases.audited()]
    assert server == {"server 10 day 2026-11-22": 4, "server 10 month 2026-11": 4}
    assert member == {"member 1 day 2026-11-22": 4}
    admin_cases.clock.instant = datetime(2026, 11, 30, 12, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Kiritimati"):
        begins = (await admin_cases.administration.set_timezone(admin(), zone)).after.settings.timezone_from
        assert begins is not None
        assert admin_cases.clock.now() < begins <= admin_cases.clock.now() + timedelta(days=2)
        assert (await admin_cases.left(asker()))["ceiling_month"] == 4996
        admin_cases.clock.instant = min(begins, datetime(2026, 11, 30, 23, tzinfo=UTC))


async def test_a_time_zone_holds_from_the_next_window_and_never_opens_one_twice(admin_cases: AdminCases) -> None:
    admin_cases.clock.instant = datetime(2026, 11, 22, 22, tzinfo=UTC)
    await admin_cases.administration.set_limits(admin(), Limits(member_day=4))
    await admin_cases.painted(asker(), 4)
    settings = (await admin_cases.administration.set_timezone(admin(), "america/NEW YORK")).after.settings
    begins = settings.timezone_from
    assert begins is not None
    assert begins == datetime(2026, 11, 23, tzinfo=UTC)
    assert settings.next_timezone == "America/New_York"
    assert (await admin_cases.left(asker()))["member_day"] == 0
    # In New York it is still the 22nd: the same window, which now ends there.
    admin_cases.clock.instant = begins
    assert (await admin_cases.left(asker()))["member_day"] == 0
    admin_cases.clock.instant = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert (await admin_cases.left(asker()))["member_day"] == 4
    back = (await admin_cases.administration.set_timezone(admin(), "America/New_York")).after.settings
    assert (back.timezone, back.next_timezone) == ("America/New_York", None)


async def test_a_report_begins_with_the_servers_own_day(admin_cases: AdminCases) -> None:
    admin_cases.clock.instant = datetime(2026, 11, 20, 12, tzinfo=UTC)
    await admin_cases.administration.set_timezone(admin(), "Asia/Tokyo")
    admin_cases.clock.instant = datetime(2026, 11, 22, 16, tzinfo=UTC)
    await admin_cases.painted(asker(), 2)
    report = await admin_cases.administration.report(admin(), "day")
    assert report.since == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert [(row.user_id, row.images) for row in report.rows] == [(1, 2)]
    assert await admin_cases.administration.since(admin(), "week") == datetime(2026, 11, 16, 15, tzinfo=UTC)
    assert await admin_cases.administration.since(admin(), "month") == datetime(2026, 10, 31, 15, tzinfo=UTC)
