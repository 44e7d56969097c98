"""Windows of limits in the local calendar, whatever the clocks of that place do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits.portrait import Place
from bot.domain.servers.quotas import (
    UNLIMITED,
    Allowance,
    MemberLimit,
    Period,
    Policy,
    RoleLimit,
    Scope,
    allowance,
    legs_of,
    local_day,
    next_reset,
    refunds,
    split,
    window_key,
)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    # Midnight does not exist on some days of these, and happens twice on others.
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "Atlantic/Azores",
    "Africa/Casablanca",
]
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SERVER = Place(ChannelId(5), GuildId(10))
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("name", ZONES)
def test_every_day_ends_when_the_next_one_begins(name: str) -> None:
    zone = ZoneInfo(name)
    day, last = date(2024, 1, 1), next_reset(date(2023, 12, 31), Period.DAY, zone)
    while day < date(2029, 1, 1):
        reset = next_reset(day, Period.DAY, zone)
        assert local_day(reset, zone) == day + timedelta(days=1)
        assert local_day(reset - TICK, zone) == day
        assert timedelta(hours=23) <= reset - last <= timedelta(hours=25)
        day, last = day + timedelta(days=1), reset


@pytest.mark.parametrize("name", ZONES)
def test_every_month_ends_when_the_next_one_begins(name: str) -> None:
    zone = ZoneInfo(name)
    for year in range(2024, 2034):
        for month in range(1, 13):
            for day in (1, 28):
                reset = next_reset(date(year, month, day), Period.MONTH, zone)
                assert window_key(local_day(reset, zone), Period.MONTH) > f"{year}-{month:02}"
                assert window_key(local_day(reset - TICK, zone), Period.MONTH) == f"{year}-{month:02}"


def test_a_missing_midnight_resets_at_the_first_moment_after_it() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    reset = next_reset(date(2026, 4, 23), Period.DAY, cairo)
    assert reset == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
    assert reset.astimezone(cairo).time() == time(1, 0)


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from([Period.DAY, Period.MONTH]))
def test_the_reset_is_in_the_future_and_opens_another_window(now: datetime, name: str, period: Period) -> None:
    zone = ZoneInfo(name)
    day = local_day(now, zone)
    reset = next_reset(day, period, zone)
    assert reset > now
    assert reset.tzinfo is UTC
    assert window_key(local_day(reset, zone), period) > window_key(day, period)
    assert window_key(local_day(reset - TICK, zone), period) == window_key(day, period)


@given(INSTANTS, st.floats(0, 200_000), st.sampled_from(ZONES))
def test_windows_never_go_back(now: datetime, seconds: float, name: str) -> None:
    zone = ZoneInfo(name)
    later = local_day(now + timedelta(seconds=seconds), zone)
    for period in (Period.DAY, Period.MONTH):
        assert window_key(later, period) >= window_key(local_day(now, zone), period)


def test_windows_are_named_by_the_local_date() -> None:
    assert window_key(date(2026, 3, 7), Period.DAY) == "2026-03-07"
    assert window_key(date(2026, 3, 7), Period.MONTH) == "2026-03"
    now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert local_day(now, ZoneInfo("Asia/Tokyo")) == date(2026, 12, 1)
    legs = legs_of(Policy(1, 2, 3, timezone="Asia/Tokyo"), Allowance(1), SERVER, UserId(1), now)
    assert {leg.window for leg in legs} == {"2026-12-01", "2026-12"}


def test_the_ceiling_of_the_operator_counts_in_utc_whatever_the_zone_of_the_server() -> None:
    now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    legs = legs_of(Policy(1, 2, 3, 4, timezone="Asia/Tokyo"), Allowance(1), SERVER, UserId(1), now)
    assert (legs[-1].limit, legs[-1].window, legs[-1].maximum) == ("ceiling_month", "2026-11", 4)


def test_the_limits_of_a_server_in_the_order_in_which_counters_are_locked() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    legs = legs_of(Policy(10, 100, 1000, 5000), Allowance(10, "role_day", gift=3), SERVER, UserId(7), now)
    assert [(leg.limit, leg.guild_id, leg.subject_id, leg.maximum) for leg in legs] == [
        ("role_day", 10, 7, 10),
        ("gift", 10, 7, 3),
        ("server_day", 10, 10, 100),
        ("server_month", 10, 10, 1000),
        ("ceiling_month", 10, 10, 5000),
    ]
    ranks = [list(Scope).index(leg.scope) for leg in legs]
    assert ranks == sorted(ranks)


def test_a_member_without_a_limit_is_counted_all_the_same() -> None:
    [leg] = legs_of(Policy(None, None, None), Allowance(None), SERVER, UserId(7), datetime(2026, 11, 22, tzinfo=UTC))
    assert (leg.scope, leg.maximum) == (Scope.MEMBER, UNLIMITED)


def test_direct_messages_count_for_the_member_alone_and_apart_from_every_server() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    [leg] = legs_of(Policy(5, None, None), Allowance(5), Place(ChannelId(5)), UserId(7), now)
    assert (leg.scope, leg.guild_id, leg.subject_id, leg.maximum) == (Scope.MEMBER, 0, 7, 5)


@given(st.integers(0, 20), st.integers(0, 10), st.integers(1, 8), st.integers(0, 30), st.data())
def test_a_gift_carries_what_the_day_no_longer_holds_and_gets_it_back_first(
    per_day: int, gift: int, units: int, used: int, data: st.DataObject
) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    legs = legs_of(Policy(per_day, 50, 500), Allowance(per_day, gift=gift), SERVER, UserId(7), now)
    shares = split(legs, units, used)
    amounts = {leg.scope: share for leg, share in shares if leg.scope is not Scope.SERVER}
    assert sum(amounts.values()) == units
    assert all(share > 0 for _, share in shares), "a limit that was lowered below what is used gives nothing back"
    assert gift == 0 or amounts.get(Scope.MEMBER, 0) <= max(0, per_day - used)
    assert all(share == units for leg, share in shares if leg.scope is Scope.SERVER)
    refund = data.draw(st.integers(0, units))
    back = {leg.scope: share for leg, share in refunds(shares, refund) if leg.scope is not Scope.SERVER}
    assert sum(back.values()) == refund
    assert all(share <= amounts[scope] for scope, share in back.items())
    assert back.get(Scope.GIFT, 0) == min(refund, amounts.get(Scope.GIFT, 0))


@pytest.mark.parametrize(
    ("roles", "exception", "expected"),
    [
        ([], None, (10, "member_day", 0)),
        ([(1, 20)], None, (20, "role_day", 0)),
        ([(1, 20), (2, 5)], None, (20, "role_day", 0)),
        ([(1, 0), (2, 5)], None, (5, "role_day", 0)),
        ([(1, None), (2, 5)], None, (None, "role_day", 0)),
        ([(9, 99)], None, (10, "member_day", 0)),
        ([(1, 20)], MemberLimit(UserId(7), True, 3, 2), (3, "exception_day", 2)),
        ([(1, 20)], MemberLimit(UserId(7), True, 0, 2), (0, "exception_day", 0)),
        ([(1, 20)], MemberLimit(UserId(7), True, None, 0), (None, "exception_day", 0)),
        ([(1, 20)], MemberLimit(UserId(7), False, None, 4), (20, "role_day", 4)),
    ],
)
def test_an_exception_beats_the_best_role_which_beats_the_server(
    roles: list[tuple[int, int | None]], exception: MemberLimit | None, expected: tuple[int | None, str, int]
) -> None:
    mine = allowance(Policy(10, 100, 1000), [RoleLimit(*role) for role in roles], [1, 2, 3], exception)
    assert (mine.per_day, mine.source, mine.gift) == expected
