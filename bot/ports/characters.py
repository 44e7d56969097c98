"""What the use cases of characters need kept."""

from datetime import datetime
from typing import Protocol

from bot.domain.characters.character import Character, Share
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.once import Once


class ConsentStore(Protocol):
    """Who ticked that the faces they bring are their own, of somebody who agreed, or of nobody, and when."""

    async def given(self, user_id: UserId) -> bool: ...

    async def give(self, user_id: UserId, now: datetime) -> None:
        """Write the tick down. The first one stays: twice is once."""
        ...


class CharacterStore(Protocol):
    """Characters, what is shared with servers, and uploads that wait for their form."""

    async def share(
        self, character: Character, guild_id: GuildId, owner_name: str, once: Once, now: datetime
    ) -> None: ...

    async def unshare(self, character_id: CharacterId, guild_id: GuildId | None, once: Once, now: datetime) -> int:
        """Take it back from a server, or from all: from how many it was taken."""
        ...

    async def guilds_of(self, character_id: CharacterId) -> list[GuildId]: ...

    async def shared(self, guild_id: GuildId, character_id: CharacterId) -> Share | None: ...

    async def shared_named(self, guild_id: GuildId, name: str, not_owner: UserId) -> list[Share]:
        """What others share there under that name."""
        ...

    async def shared_like(self, guild_id: GuildId, part: str, not_owner: UserId, limit: int) -> list[Share]:
        """Shares of others whose names begin with `part`, then those that contain it."""
        ...

    async def shared_page(self, guild_id: GuildId, offset: int, limit: int) -> list[Share]: ...

    async def shared_count(self, guild_id: GuildId) -> int: ...

    async def keep_upload(self, upload_id: str, owner_id: UserId, image: str, once: Once, now: datetime) -> None: ...

    async def upload(self, upload_id: str, owner_id: UserId) -> str | None:
        """The image of an upload that waits for its form."""
        ...

    async def drop_upload(self, upload_id: str, owner_id: UserId) -> str | None:
        """Forget an upload that waits; returns its image."""
        ...

    async def drop_old_uploads(self, before: datetime) -> list[str]:
        """Forget uploads whose form never came; returns their images."""
        ...

    async def add(
        self, character: Character, limit: int, once: Once, now: datetime, *, upload_id: str | None = None
    ) -> None:
        """Raises CharacterNameTaken, or TooManyCharacters when the owner has `limit` of them.

        The upload whose image the character has waits no longer.
        """
        ...

    async def find(self, owner_id: UserId, name: str) -> Character | None:
        """The owner's character of that name, compared without case and by compatibility form."""
        ...

    async def get(self, character_id: CharacterId) -> Character | None: ...

    async def page(self, owner_id: UserId, offset: int, limit: int) -> list[Character]:
        """The owner's characters in the order of their names."""
        ...

    async def count(self, owner_id: UserId) -> int: ...

    async def names_like(self, owner_id: UserId, part: str, limit: int) -> list[str]:
        """Names that begin with `part`, then names that contain it."""
        ...

    async def update(self, character: Character, once: Once, now: datetime, *, upload_id: str | None = None) -> None:
        """Write name, features, seed, identity and reference. Raises CharacterNameTaken or CharacterGone.

        The upload whose image the character has waits no longer.
        """
        ...

    async def poses(self, character: Character, guild_id: GuildId | None, limit: int, *, everywhere: bool) -> list[str]:
        """Names of the owner's newest pictures of it that others in that place may see."""
        ...

    async def image_used(self, image: str) -> bool:
        """Whether anything that is kept shows this image."""
        ...

    async def delete(self, character_id: CharacterId, owner_id: UserId, once: Once, now: datetime) -> bool: ...
