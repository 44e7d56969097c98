"""Guilds, channels, people and files, as the fake remembers them."""

import asyncio
import io
import itertools
import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.discord_wire import permissions

if TYPE_CHECKING:
    from tests.fakes.discord_wire.messages import Message

DISCORD_EPOCH_MS = 1_420_070_400_000
TEN_MIB = 10 * 1024 * 1024
_sequence = itertools.count()


def new_snowflake() -> int:
    """A fresh id whose time part is now, as Discord's are; unique and increasing within a process."""
    return (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22 | next(_sequence) & 0x3FFFFF


def now() -> str:
    return datetime.now(UTC).isoformat()


class Changes:
    """Wakes those who wait for something to become true in the fake."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, check: Callable[[], Any], timeout: float) -> bool:
        """Waits for a truthy check; False when the time is over."""
        deadline = time.monotonic() + timeout
        while not check():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            # Also looked at now and then: some checks depend on the clock alone.
            try:
                await asyncio.wait_for(self._event.wait(), min(left, 0.25))
            except TimeoutError:
                continue
        return True


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    dms_closed: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name.title(),
            "avatar": None,
            "public_flags": 0,
            "flags": 0,
            "bot": self.bot,
            "primary_guild": None,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int = 0
    position: int = 1

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@dataclass(eq=False)
class Guild:
    """A server. `installed=False`: the bot is not in it, only members' own installations reach it."""

    id: int
    name: str
    installed: bool = True
    unavailable: bool = False
    """READY names it, but GUILD_CREATE is held back; see `WireDiscord.release`."""
    locale: str = "en-US"
    attachment_limit: int = TEN_MIB
    channels: list["Channel"] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    @property
    def everyone(self) -> Role:
        return Role(self.id, "@everyone", permissions.MEMBER, 0)

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "icon": None,
            "splash": None,
            "banner": None,
            "description": None,
            "discovery_splash": None,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "application_id": None,
            "home_header": None,
            "region": "deprecated",
            "widget_enabled": False,
            "widget_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw": False,
            "nsfw_level": 0,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "incidents_data": None,
            "vanity_url_code": None,
            "preferred_locale": self.locale,
            "max_presences": None,
            "max_members": 100_000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [role.payload() for role in (self.everyone, *self.roles)],
        }


@dataclass(eq=False)
class Channel:
    """A channel of `kind` (text, unless told), a thread of `parent`, or a direct message when `recipient` is set."""

    id: int
    name: str
    guild: Guild | None = None
    kind: int = 0
    recipient: User | None = None
    parent: "Channel | None" = None
    nsfw: bool = False
    bot_permissions: int = permissions.BOT
    attachment_limit: int | None = None
    deleted: bool = False
    messages: "list[Message]" = field(default_factory=list)

    @property
    def upload_limit(self) -> int:
        if self.attachment_limit is not None:
            return self.attachment_limit
        return self.guild.attachment_limit if self.guild else TEN_MIB

    def deny(self, *names: str) -> None:
        """Takes permissions from the bot in this channel."""
        self.bot_permissions &= ~permissions.bits(names)

    def allow(self, *names: str) -> None:
        self.bot_permissions |= permissions.bits(names)

    def payload(self) -> dict[str, Any]:
        last = next((str(m.id) for m in reversed(self.messages) if not m.deleted), None)
        if self.recipient is not None:
            return {
                "id": str(self.id),
                "type": 1,
                "flags": 0,
                "last_message_id": last,
                "recipients": [self.recipient.payload()],
            }
        if self.parent is not None:
            return self._thread(self.parent) | {"last_message_id": last}
        return self._text() | {"last_message_id": last}

    def _text(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "type": self.kind,
            "name": self.name,
            "guild_id": str(self.guild.id) if self.guild else None,
            "position": 0,
            "flags": 0,
            "nsfw": self.nsfw,
            "topic": None,
            "parent_id": None,
            "rate_limit_per_user": 0,
            "permission_overwrites": [],
        }

    def _thread(self, parent: "Channel") -> dict[str, Any]:
        return {
            "id": str(self.id),
            "type": 11,
            "name": self.name,
            "guild_id": str(self.guild.id) if self.guild else None,
            "parent_id": str(parent.id),
            "owner_id": "1",
            "flags": 0,
            "rate_limit_per_user": 0,
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": "2026-11-22T12:00:00+00:00",
                "locked": False,
            },
        }


@dataclass(eq=False)
class StoredFile:
    """Bytes on the fake's CDN: an attachment of a message, or an upload in an option or a modal."""

    id: int
    channel_id: int
    filename: str
    data: bytes
    content_type: str
    ephemeral: bool = False
    description: str | None = None
    width: int | None = None
    height: int | None = None
    gone: bool = False

    @classmethod
    def of(
        cls, filename: str, data: bytes, content_type: str | None, *, channel_id: int = 0, ephemeral: bool = False
    ) -> "StoredFile":
        kind = mimetypes.guess_type(filename)[0] or content_type or "application/octet-stream"
        width, height = _size(data) if kind.startswith("image/") else (None, None)
        return cls(new_snowflake(), channel_id, filename, data, kind, ephemeral, width=width, height=height)


def _size(data: bytes) -> tuple[int, int] | tuple[None, None]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError):
        return None, None


@dataclass(eq=False)
class RecordedRequest:
    """One request of the bot. `files` are (field, filename, size, content type)."""

    method: str
    path: str
    json: Any
    files: list[tuple[str, str, int, str]]
    at: float
    status: int = 0
    code: int | None = None
    faulted: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status} {self.code or ''}".rstrip()
