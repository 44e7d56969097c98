"""What admins of a server may change and see. Permission is checked here, whatever command or click led here."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from bot.domain import text
from bot.domain.errors import AboveCeiling, NotInServer, NotManager, UnknownChoice, UnknownTimezone
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits import Budget
from bot.domain.prompts import within
from bot.domain.quotas import (
    UNLIMITED,
    Flagged,
    MemberLimit,
    Period,
    Policy,
    RoleLimit,
    Scope,
    allowance,
    legs_of,
    local_day,
    next_reset,
)
from bot.domain.servers import Change, Defaults, ServerSettings, UsageRow, moved, policy_of
from bot.domain.styles import NEGATIVE_LIMIT, Framing, Style
from bot.ports import Clock, PolicyStore
from bot.services.asking import Asker

E = TypeVar("E", bound=StrEnum)
MOST_CHANNELS, MOST_WORDS, WORD_LIMIT = 50, 200, 50
LONGEST_COOLDOWN = 86_400


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that `/quota show` and `/settings show` tell."""

    policy: Policy
    settings: ServerSettings
    roles: tuple[RoleLimit, ...]
    members: tuple[MemberLimit, ...]
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Who used what since an instant."""

    since: datetime
    rows: tuple[UsageRow, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of `/quota set`; None leaves one as it is."""

    server_day: int | None = None
    server_month: int | None = None
    member_day: int | None = None
    running: int | None = None
    cooldown: int | None = None


# Tells the server's log channel one line; given by the composition root.
Announce = Callable[[ChannelId, str], Awaitable[None]]


class Administration:
    """The use cases of `/quota` and `/settings`. Each raises a DomainError, and then nothing was changed."""

    def __init__(self, *, store: PolicyStore, defaults: Defaults, clock: Clock, announce: Announce) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock
        self._announce = announce

    async def overview(self, asker: Asker) -> Overview:
        """The server's policy as it is in force."""
        guild_id = managed(asker)
        settings = await self._store.settings(guild_id)
        now = self._clock.now()
        policy = policy_of(settings, self._defaults, now)
        legs = legs_of(policy, allowance(policy, (), (), None), asker.place, asker.user_id, now)
        shared = [leg for leg in legs if leg.scope in {Scope.SERVER, Scope.CEILING} and leg.maximum < UNLIMITED]
        return Overview(
            policy,
            settings,
            tuple(await self._store.role_limits(guild_id)),
            tuple(await self._store.member_limits(guild_id)),
            tuple(await self._store.budgets(shared)),
        )

    async def set_limits(self, asker: Asker, limits: Limits) -> ServerSettings:
        """`/quota set`; raises OutOfRange, or AboveCeiling with the operator's ceiling."""
        for name in ("server_day", "server_month", "member_day"):
            self._check_images(name, getattr(limits, name))
        if limits.running is not None:
            within("limit of portraits at once", limits.running, 1, 100)
        if limits.cooldown is not None:
            within("cooldown in seconds", limits.cooldown, 0, LONGEST_COOLDOWN)
        chosen = {
            "guild_per_day": limits.server_day,
            "guild_per_month": limits.server_month,
            "member_per_day": limits.member_day,
            "running_per_member": limits.running,
            "cooldown_seconds": limits.cooldown,
        }
        return await self._change(
            asker, "quota set", **{key: value for key, value in chosen.items() if value is not None}
        )

    def _check_images(self, name: str, value: int | None) -> None:
        if value is None:
            return
        within(name.replace("_", " ") + " limit", value, 0, UNLIMITED)
        if value > self._defaults.ceiling_guild_per_month:
            raise AboveCeiling(self._defaults.ceiling_guild_per_month)

    async def set_role(self, asker: Asker, role_id: int, per_day: int | None, *, remove: bool = False) -> None:
        """`/quota role`: a daily limit for a role; None is no limit within the server's own."""
        guild_id = managed(asker)
        self._check_images("role", per_day)
        known = {limit.role_id: limit for limit in await self._store.role_limits(guild_id)}
        limit = RoleLimit(role_id, per_day)
        before = _json(known[role_id]) if role_id in known else "{}"
        change = Change(guild_id, asker.user_id, "quota role", before, "{}" if remove else _json(limit))
        await self._store.set_role_limit(change, limit, self._clock.now(), remove=remove)
        await self._tell(guild_id, change)

    async def set_member(
        self, asker: Asker, user_id: UserId, *, per_day: int | None = None, unlimited: bool = False, gift: int = 0
    ) -> MemberLimit:
        """`/quota member`: an exception (a number, or no limit), extra images, or neither: back to the rules."""
        guild_id = managed(asker)
        self._check_images("member", per_day)
        within("gift", gift, 0, self._defaults.ceiling_guild_per_month)
        before = await self._store.member_limit(guild_id, user_id)
        given = (before.gift if before else 0) + gift
        has_limit = unlimited or per_day is not None or bool(gift and before and before.has_limit)
        kept = before.per_day if gift and before and per_day is None and not unlimited else per_day
        limit = MemberLimit(user_id, has_limit, None if unlimited else kept, given)
        change = Change(guild_id, asker.user_id, "quota member", _json(before) if before else "{}", _json(limit))
        await self._store.set_member_limit(change, limit, self._clock.now())
        await self._tell(guild_id, change)
        return limit

    async def reset(self, asker: Asker, user_id: UserId | None = None) -> None:
        """`/quota reset`: today's counter of one member, or the server's of today and this month.

        The operator's ceiling goes on counting.
        """
        guild_id = managed(asker)
        now = self._clock.now()
        policy = policy_of(await self._store.settings(guild_id), self._defaults, now)
        subject = asker.user_id if user_id is None else user_id
        legs = legs_of(policy, allowance(policy, (), (), None), asker.place, subject, now)
        scope = Scope.SERVER if user_id is None else Scope.MEMBER
        change = Change(guild_id, asker.user_id, "quota reset", "{}", json.dumps({"member": user_id}))
        await self._store.reset(change, [leg for leg in legs if leg.scope is scope], now)
        await self._tell(guild_id, change)

    async def report(self, asker: Asker, window: str) -> Report:
        """`/quota report`: who used what today, in seven days, or this month, by the server's calendar."""
        guild_id = managed(asker)
        now = self._clock.now()
        zone = ZoneInfo((await self._store.settings(guild_id)).zone_at(now))
        day = local_day(now, zone)
        starts = {"day": day, "week": day - timedelta(days=6), "month": day.replace(day=1)}
        if window not in starts:
            raise UnknownChoice("period", text.shortened(text.clean(window), 40), tuple(starts))
        since = next_reset(starts[window] - timedelta(days=1), Period.DAY, zone)
        return Report(since, tuple(await self._store.usage(guild_id, since)))

    async def set_channels(self, asker: Asker, channels: tuple[ChannelId, ...] | None) -> ServerSettings:
        """`/settings channels`: None opens every channel."""
        if channels is not None:
            within("number of channels", len(channels), 1, MOST_CHANNELS)
        return await self._change(asker, "settings channels", channels=channels)

    async def set_style(
        self, asker: Asker, style: str | None = None, framing: str | None = None, negative: str | None = None
    ) -> ServerSettings:
        """`/settings style`: the defaults of commands, and words added to every negative prompt (`-` for none)."""
        changes: dict[str, Any] = {}
        if style is not None:
            changes["style"] = _member_of(Style, "style", style)
        if framing is not None:
            changes["framing"] = _member_of(Framing, "framing", framing)
        if negative is not None:
            changes["negative"] = "" if negative.strip() == "-" else text.bounded(negative, "negative", NEGATIVE_LIMIT)
        return await self._change(asker, "settings style", **changes)

    async def set_safety(self, asker: Asker, words: str | None = None, flagged: str | None = None) -> ServerSettings:
        """`/settings safety`: words refused here, by commas (`-` for none), and what happens to flagged pictures."""
        changes: dict[str, Any] = {}
        if words is not None:
            given = [] if words.strip() == "-" else [each for each in words.split(",") if text.clean(each)]
            within("number of words", len(given), 0, MOST_WORDS)
            changes["words"] = tuple(text.bounded(each, "word", WORD_LIMIT) for each in given)
        if flagged is not None:
            changes["flagged"] = _member_of(Flagged, "choice", flagged)
        return await self._change(asker, "settings safety", **changes)

    async def set_timezone(self, asker: Asker, name: str) -> tuple[ServerSettings, datetime]:
        """`/settings timezone`: holds from the next window on; returns that instant too. Raises UnknownTimezone."""
        guild_id = managed(asker)
        if name not in available_timezones():
            raise UnknownTimezone(text.shortened(text.clean(name), 40))
        now = self._clock.now()
        settings = await self._store.settings(guild_id)
        present = settings.zone_at(now)
        begins = next_reset(local_day(now, ZoneInfo(present)), Period.DAY, ZoneInfo(present))
        after = moved(replace(settings, timezone=present), name, begins)
        await self._write(asker, "settings timezone", settings, after)
        return after, begins

    async def set_log(self, asker: Asker, channel_id: ChannelId | None) -> ServerSettings:
        """`/settings log`: the channel that gets one line for each change and each refused prompt."""
        return await self._change(asker, "settings log", log_channel_id=channel_id)

    async def _change(self, asker: Asker, what: str, **changes: Any) -> ServerSettings:
        before = await self._store.settings(managed(asker))
        after = replace(before, **changes)
        if changes:
            await self._write(asker, what, before, after)
        return after

    async def _write(self, asker: Asker, what: str, before: ServerSettings, after: ServerSettings) -> None:
        old, new = before.differences(after)
        change = Change(before.guild_id, asker.user_id, what, old, new, after)
        await self._store.change(change, self._clock.now())
        await self._tell(before.guild_id, change)

    async def _tell(self, guild_id: GuildId, change: Change) -> None:
        channel = (await self._store.settings(guild_id)).log_channel_id
        if channel is not None:
            line = text.shortened(f"{change.before} → {change.after}", 1500)
            await self._announce(channel, f"⚙️ <@{change.actor_id}> changed `{change.what}`: {text.escaped(line)}")


def managed(asker: Asker) -> GuildId:
    """The server that the member manages; raises NotInServer or NotManager."""
    if asker.place.guild_id is None:
        raise NotInServer
    if not asker.is_manager:
        raise NotManager
    return asker.place.guild_id


def _member_of(kind: type[E], what: str, value: str) -> E:
    """The choice of that value; raises UnknownChoice, for a choice can be forged."""
    choices = tuple(each.value for each in kind)
    if value not in choices:
        raise UnknownChoice(what, text.shortened(text.clean(value), 40), choices)
    return kind(value)


def _json(value: Any) -> str:
    return json.dumps(asdict(value))
