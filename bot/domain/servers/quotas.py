"""The arithmetic of limits: policies, the calendar windows they count in, and the counters a portrait touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.ids import ChannelId, UserId
from bot.domain.portraits.portrait import Place
from bot.domain.portraits.styles import GUIDANCE, STEPS, Framing, Style


class Scope(StrEnum):
    """Whose counter it is. The order of the members is the order in which counters are locked: hottest last."""

    MEMBER = "member"
    GIFT = "gift"
    SERVER = "server"
    CEILING = "ceiling"


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"
    EVER = "ever"


class Flagged(StrEnum):
    """What happens to a picture that the vendor flags: dropped, or a spoiler where the channel allows it."""

    DROP = "drop"
    SPOILER = "spoiler"


# A counter is kept also where there is no limit: a limit that comes later must know what was used.
UNLIMITED = 10**9
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_LOCK_ORDER = {scope: rank for rank, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a place, defaults and the operator's ceiling already applied. Limits are images a window.

    `member_per_day` None: no limit but the server's own. `channels` None: every channel.
    """

    member_per_day: int | None
    server_per_day: int | None
    server_per_month: int | None
    ceiling_per_month: int | None = None
    timezone: str = "UTC"
    running_per_member: int | None = None
    cooldown: timedelta = timedelta(0)
    channels: frozenset[ChannelId] | None = None
    style: Style = Style.STUDIO
    framing: Framing = Framing.PORTRAIT
    steps: int = STEPS
    guidance: float = GUIDANCE
    negative: str = ""
    words: tuple[str, ...] = ()
    flagged: Flagged = Flagged.DROP
    log_channel: ChannelId | None = None

    def paints_in(self, place: Place) -> bool:
        """Whether the admins let me paint there; a thread or post is as its channel, unless it is listed itself."""
        return self.channels is None or not self.channels.isdisjoint({place.channel_id, place.parent_id})


@dataclass(frozen=True, slots=True)
class Allowance:
    """What holds for one member of a place: the limit of a day, where it comes from, and gifts ever given.

    `source` names the limit in a refusal: `member_day`, `role_day` or `exception_day`.
    """

    per_day: int | None
    source: str = "member_day"
    gift: int = 0


@dataclass(frozen=True, slots=True)
class RoleLimit:
    role_id: int
    per_day: int | None


@dataclass(frozen=True, slots=True)
class MemberLimit:
    """An exception for one person; without `has_limit` only the gift counts."""

    user_id: UserId
    has_limit: bool
    per_day: int | None
    gift: int


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
    limit: str


def allowance(
    policy: Policy, roles: Sequence[RoleLimit], held: Sequence[int], exception: MemberLimit | None
) -> Allowance:
    """A member's own limit: an exception first, else the best of their roles, else the policy's.

    `held` are the member's role ids. No limit beats any number; among roles, `0` only blocks who has no better one. An
    exception of 0 blocks the person, gifts included.
    """
    gift = exception.gift if exception else 0
    if exception is not None and exception.has_limit:
        return Allowance(exception.per_day, "exception_day", gift if exception.per_day != 0 else 0)
    limits = [role.per_day for role in roles if role.role_id in set(held)]
    if limits:
        numbers = [limit for limit in limits if limit is not None]
        return Allowance(max(numbers) if len(numbers) == len(limits) else None, "role_day", gift)
    return Allowance(policy.member_per_day, "member_day", gift)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The calendar day at `now` in the zone. Local dates never go back, daylight saving or not."""
    return now.astimezone(zone).date()


def window_key(day: date, period: Period) -> str:
    """`2026-11-22` or `2026-11`: the local date names the window, so an hour that happens twice cannot split it."""
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.MONTH:
            return f"{day:%Y-%m}"
        case Period.EVER:
            return "ever"


def next_reset(day: date, period: Period, zone: ZoneInfo) -> datetime:
    """The instant at which the next window begins, in UTC: local midnight, or the first moment after it."""
    match period:
        case Period.DAY:
            first = day + timedelta(days=1)
        case Period.MONTH:
            first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Period.EVER:
            return NEVER
    return datetime.combine(first, time.min, zone).astimezone(UTC)


def legs_of(policy: Policy, mine: Allowance, place: Place, member: UserId, now: datetime) -> tuple[Leg, ...]:
    """The counters that a request touches, in lock order.

    The gift's counter comes after the member's day: it is used only for what the day no longer holds. The
    operator's ceiling counts on its own, in UTC, where no admin's reset or time zone reaches it.
    """
    guild = int(place.guild_id or 0)
    local = ZoneInfo(policy.timezone)
    my_day = UNLIMITED if mine.per_day is None else mine.per_day
    wanted: list[tuple[Scope, int, Period, int | None, str, ZoneInfo]] = [
        (Scope.MEMBER, int(member), Period.DAY, my_day, mine.source, local),
        (Scope.GIFT, int(member), Period.EVER, mine.gift or None, "gift", local),
        (Scope.SERVER, guild, Period.DAY, policy.server_per_day, "server_day", local),
        (Scope.SERVER, guild, Period.MONTH, policy.server_per_month, "server_month", local),
        (Scope.CEILING, guild, Period.MONTH, policy.ceiling_per_month, "ceiling_month", ZoneInfo("UTC")),
    ]
    legs: list[Leg] = []
    for scope, subject, period, maximum, limit, zone in wanted:
        if maximum is not None:
            day = local_day(now, zone)
            reset = next_reset(day, period, zone)
            legs.append(Leg(guild, scope, subject, period, window_key(day, period), maximum, reset, limit))
    return tuple(sorted(legs, key=lambda leg: _LOCK_ORDER[leg.scope]))


def split(legs: Sequence[Leg], units: int, used_today: int) -> tuple[tuple[Leg, int], ...]:
    """How many images each leg is raised by: a gift carries what the member's day no longer holds."""
    gift = next((leg for leg in legs if leg.scope is Scope.GIFT), None)
    if gift is None:
        return tuple((leg, units) for leg in legs)
    day = next(leg for leg in legs if leg.scope is Scope.MEMBER)
    from_day = min(units, max(0, day.maximum - used_today))
    amounts = {Scope.MEMBER: from_day, Scope.GIFT: units - from_day}
    shares = [(leg, amounts.get(leg.scope, units)) for leg in legs]
    return tuple((leg, share) for leg, share in shares if share)


def is_scarce(used: int, maximum: int) -> bool:
    """Whether four fifths of a limit are used, or more."""
    return used * 5 >= maximum * 4


def refunds(shares: Sequence[tuple[Leg, int]], refund: int) -> tuple[tuple[Leg, int], ...]:
    """What goes back to each leg when `refund` images of a hold are not charged: to a gift before the day."""
    gift = next((share for leg, share in shares if leg.scope is Scope.GIFT), 0)
    to_gift = min(refund, gift)
    amounts = {Scope.GIFT: to_gift, Scope.MEMBER: refund - to_gift}
    found = [(leg, amounts.get(leg.scope, refund)) for leg, _ in shares]
    return tuple((leg, amount) for leg, amount in found if amount)
