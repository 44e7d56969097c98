"""What the library and the gallery need from the world; see `bot.ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.characters import Character, Share
from bot.domain.ids import CharacterId, GuildId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.portraits import Portrait
from bot.domain.vendor import Picture


class PictureStore(Protocol):
    """Image bytes, named by their content."""

    async def keep(self, picture: Picture) -> str:
        """Write the bytes durably and return their name; the same bytes have one name."""
        ...

    async def load(self, name: str) -> Picture:
        """Raises ImageGone."""
        ...

    async def develop(self, data: bytes) -> Picture:
        """What somebody uploaded, checked and freed of metadata. Raises ImageRefused."""
        ...

    async def crop(self, name: str) -> Picture:
        """The square small form of a kept picture, for lists. Raises ImageGone."""
        ...

    async def strip(self, crops: Sequence[Picture], places: int) -> Picture:
        """Small forms side by side in one picture that has room for `places` of them."""
        ...

    async def light(self, name: str, limit: int) -> Picture:
        """A kept picture in about `limit` bytes at most. Raises ImageGone."""
        ...

    async def remove(self, name: str) -> None:
        """Forget a picture and its crop; nothing happens when it is not there."""
        ...


class Downloader(Protocol):
    """Fetches pictures from links that strangers wrote; it reaches nothing private."""

    async def download(self, link: str) -> Picture:
        """Raises a VendorError."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a member's history: what lies beside it is found without counting."""

    created_at: datetime
    portrait_id: PortraitId


class LibraryStore(Protocol):
    """What is shared with servers, and uploads that wait for their form."""

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

    async def drop_old_uploads(self, before: datetime) -> list[str]:
        """Forget uploads whose form never came; returns their images."""
        ...


class CharacterStore(LibraryStore, Protocol):
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

    async def update(self, character: Character, once: Once, now: datetime) -> None:
        """Write name, features, seed, identity and reference. Raises CharacterNameTaken or CharacterGone."""
        ...

    async def poses(self, character: Character, guild_id: GuildId | None, limit: int, *, everywhere: bool) -> list[str]:
        """Names of the owner's newest pictures of it that others in that place may see."""
        ...

    async def image_used(self, image: str) -> bool:
        """Whether anything that is kept shows this image."""
        ...

    async def delete(self, character_id: CharacterId, owner_id: UserId, once: Once, now: datetime) -> bool: ...


class GalleryStore(Protocol):
    """Finished portraits that have an image, by time."""

    async def older(self, owner_id: UserId, than: Mark, character_id: CharacterId | None, limit: int) -> list[Portrait]:
        """Newest first."""
        ...

    async def newer(self, owner_id: UserId, than: Mark, character_id: CharacterId | None, limit: int) -> list[Portrait]:
        """Oldest first."""
        ...
