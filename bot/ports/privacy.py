"""What the use cases around private data need kept, and forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.ids import GuildId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.privacy import Batch, Holdings


class PrivacyStore(Protocol):
    """Deletions are repeatable: what was cut short is finished by the next call."""

    async def holdings(self, user_id: UserId) -> Holdings: ...

    async def export(self, user_id: UserId) -> dict[str, list[dict[str, Any]]]:
        """All rows about a person, by what they are; instants in milliseconds."""
        ...

    async def open_of(self, user_id: UserId) -> list[PortraitId]: ...

    async def drop_some_of(self, user_id: UserId, limit: int) -> Batch:
        """Finished portraits of a person; what they cost stays counted without the name."""
        ...

    async def drop_some_of_server(self, guild_id: GuildId, limit: int) -> Batch: ...

    async def drop_some_finished(self, before: datetime, limit: int) -> Batch: ...

    async def drop_some_images(self, before: datetime, limit: int) -> Batch: ...

    async def drop_person(self, user_id: UserId, once: Once, now: datetime) -> Batch:
        """Characters and every other row that names the person; counts the characters."""
        ...

    async def drop_old_counters(self, now: datetime) -> None: ...

    async def scrub(self) -> None:
        """Leave nothing legible of what was deleted; while others read, a later chore does it."""
        ...

    async def depart(self, guild_id: GuildId, now: datetime) -> None:
        """Remember when a server removed the bot; the first time counts."""
        ...

    async def come_back(self, guild_id: GuildId) -> bool: ...

    async def known_servers(self) -> Sequence[GuildId]: ...

    async def departed(self, before: datetime) -> GuildId | None: ...

    async def drop_server(self, guild_id: GuildId) -> None: ...


class ImageUse(Protocol):
    async def image_used(self, image: str) -> bool:
        """Whether anything that is kept shows this image."""
        ...
