"""The arithmetic of limits: policies, the calendar windows they count in, and the counters a portrait touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.ids import UserId
from bot.domain.portraits import Place


class Scope(StrEnum):
    """Whose counter it is. The order of the members is the order in which counters are locked: hottest last."""

    MEMBER = "member"
    ROLE = "role"
    CHANNEL = "channel"
    SERVER = "server"


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


LOCK_ORDER: Mapping[Scope, int] = {scope: rank for rank, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a place, in images per calendar window of its time zone."""

    member_per_day: int
    server_per_day: int | None
    server_per_month: int | None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Leg:
    """One counter that a reservation changes, and the limit that held when it was made."""

    guild_id: int
    scope: Scope
    subject_id: int
    period: Period
    window: str
    maximum: int
    resets_at: datetime

    @property
    def limit(self) -> str:
        """The name of the limit in sentences and errors, such as `member_day`."""
        return f"{self.scope}_{self.period}"


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The calendar day at `now` in the zone. Local dates never go back, daylight saving or not."""
    return now.astimezone(zone).date()


def window_key(day: date, period: Period) -> str:
    """`2026-11-22` or `2026-11`: the local date names the window, so an hour that happens twice cannot split it."""
    return day.isoformat() if period is Period.DAY else f"{day:%Y-%m}"


def next_reset(day: date, period: Period, zone: ZoneInfo) -> datetime:
    """The instant at which the next window begins, in UTC: local midnight, or the first moment after it."""
    if period is Period.DAY:
        first = day + timedelta(days=1)
    else:
        first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, time.min, zone).astimezone(UTC)


def legs_of(policy: Policy, place: Place, member: UserId, now: datetime) -> tuple[Leg, ...]:
    """The counters that a request touches, in lock order."""
    zone = ZoneInfo(policy.timezone)
    day = local_day(now, zone)
    guild = int(place.guild_id or 0)
    wanted: list[tuple[Scope, int, Period, int | None]] = [
        (Scope.MEMBER, int(member), Period.DAY, policy.member_per_day),
        (Scope.SERVER, guild, Period.DAY, policy.server_per_day),
        (Scope.SERVER, guild, Period.MONTH, policy.server_per_month),
    ]
    legs = [
        Leg(guild, scope, subject, period, window_key(day, period), maximum, next_reset(day, period, zone))
        for scope, subject, period, maximum in wanted
        if maximum is not None
    ]
    return tuple(sorted(legs, key=lambda leg: LOCK_ORDER[leg.scope]))
