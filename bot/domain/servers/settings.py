"""What the admins of a server decide, before the operator's defaults and ceiling are applied."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits.styles import GUIDANCE, STEPS, Framing, Style
from bot.domain.servers.quotas import Flagged, Policy


@dataclass(frozen=True, slots=True)
class Defaults:
    """The limits of a place that configured nothing, in images; and the operator's ceiling above all of them."""

    guild_per_day: int
    guild_per_month: int
    member_per_day: int
    direct_per_day: int
    ceiling_guild_per_month: int


class Subject(StrEnum):
    """What is changed by one form: a part of the settings."""

    CHANNELS = "channels"
    DEFAULTS = "defaults"
    SAFETY = "safety"
    ZONE = "zone"
    LOG = "log"


_PARTS = {
    Subject.CHANNELS: ("channels",),
    Subject.DEFAULTS: ("style", "framing", "steps", "guidance", "negative"),
    Subject.SAFETY: ("words", "flagged"),
    Subject.ZONE: ("timezone", "next_timezone", "timezone_from"),
    Subject.LOG: ("log_channel_id",),
}
STAMP = 12


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's decisions; None is the operator's default. `channels` None: every channel."""

    guild_id: GuildId
    guild_per_day: int | None = None
    guild_per_month: int | None = None
    member_per_day: int | None = None
    running_per_member: int | None = None
    cooldown_seconds: int | None = None
    timezone: str = "UTC"
    next_timezone: str | None = None
    timezone_from: datetime | None = None
    channels: tuple[ChannelId, ...] | None = None
    style: Style | None = None
    framing: Framing | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str = ""
    words: tuple[str, ...] = ()
    flagged: Flagged = Flagged.DROP
    log_channel_id: ChannelId | None = None

    def zone_at(self, now: datetime) -> str:
        """The time zone in force: a new one begins with the next window, so that no window is counted twice."""
        if self.next_timezone and self.timezone_from and now >= self.timezone_from:
            return self.next_timezone
        return self.timezone

    def stamp(self, subject: Subject) -> str:
        """Twelve letters that are others when that part is another: a form says by them what it was made from."""
        found = _plain(self)
        said = json.dumps([found[name] for name in _PARTS[subject]]).encode()
        digits = int.from_bytes(hashlib.sha256(said).digest()[:16], "big")
        letters = ""
        for _ in range(STAMP):
            digits, one = divmod(digits, 26)
            letters += chr(ord("a") + one)
        return letters

    def differences(self, other: "ServerSettings") -> tuple[str, str]:
        """The fields that differ, before and after, as JSON for the audit table."""
        mine, theirs = _plain(self), _plain(other)
        changed = [name for name in mine if mine[name] != theirs[name]]
        return tuple(json.dumps({name: side[name] for name in changed}) for side in (mine, theirs))  # type: ignore[return-value]


def _plain(settings: ServerSettings) -> dict[str, Any]:
    found = asdict(settings)
    found["timezone_from"] = settings.timezone_from.isoformat() if settings.timezone_from else None
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """A change of policy for the audit table. `settings` is the new state where the settings themselves changed."""

    guild_id: GuildId
    actor_id: UserId
    what: str
    before: str
    after: str
    settings: ServerSettings | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Four fifths of a server's month are used: by which limit, and in which window."""

    guild_id: GuildId
    window: str
    maximum: int


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What one member did in a period: images by kind of request, and what came to nothing."""

    user_id: UserId
    kind: str
    images: int
    failed: int
    refused: int


def policy_of(settings: ServerSettings, defaults: Defaults, now: datetime) -> Policy:
    """The policy in force: the server's decisions over the defaults, nothing above the operator's ceiling."""
    ceiling = defaults.ceiling_guild_per_month

    def bounded(chosen: int | None, default: int) -> int:
        return min(default if chosen is None else chosen, ceiling)

    return Policy(
        member_per_day=bounded(settings.member_per_day, defaults.member_per_day),
        server_per_day=bounded(settings.guild_per_day, defaults.guild_per_day),
        server_per_month=bounded(settings.guild_per_month, defaults.guild_per_month),
        ceiling_per_month=ceiling,
        timezone=settings.zone_at(now),
        running_per_member=settings.running_per_member,
        cooldown=timedelta(seconds=settings.cooldown_seconds or 0),
        channels=None if settings.channels is None else frozenset(settings.channels),
        style=settings.style or Style.STUDIO,
        framing=settings.framing or Framing.PORTRAIT,
        steps=STEPS if settings.steps is None else settings.steps,
        guidance=GUIDANCE if settings.guidance is None else settings.guidance,
        negative=settings.negative,
        words=settings.words,
        flagged=settings.flagged,
        log_channel=settings.log_channel_id,
    )


def direct_policy(defaults: Defaults) -> Policy:
    """Direct messages, and servers where only the member brought the bot along."""
    return Policy(defaults.direct_per_day, None, None)


def moved(settings: ServerSettings, zone: str, begins: datetime) -> ServerSettings:
    """The settings with another time zone from `begins` on."""
    return replace(settings, next_timezone=zone, timezone_from=begins)
