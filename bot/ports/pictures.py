"""Where pictures are kept."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.portraits.uses import Face, Shape
from bot.domain.portraits.vendor import Picture


class PictureStore(Protocol):
    """Image bytes, named by their content."""

    async def keep(self, picture: Picture) -> str:
        """Write the bytes durably and return their name. Raises StoreFull and PicturesAway."""
        ...

    async def load(self, name: str) -> Picture:
        """Raises ImageGone."""
        ...

    async def develop(self, data: bytes) -> Picture:
        """What somebody uploaded, checked and freed of metadata. Raises ImageRefused."""
        ...

    async def is_clear(self, picture: Picture) -> bool:
        """Whether something of a picture is transparent."""
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

    async def png(self, name: str | None, side: int) -> Picture:
        """A kept picture as a PNG of at most so many pixels a side; of nobody a plain figure. Raises ImageGone."""
        ...

    async def cut(self, name: str, shape: Shape, face: Face | None = None) -> Picture:
        """The head of a kept picture in that shape, around its face where one was found. Raises ImageGone."""
        ...

    async def remove(self, name: str) -> None:
        """Forget a picture and its crop; nothing happens when it is not there."""
        ...
