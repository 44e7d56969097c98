"""Who finds faces in pictures and compares two of them, and what has to be known beforehand."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.ids import CharacterId
from bot.domain.portraits.faces import Seen


class FaceReader(Protocol):
    """Looks at one picture, and at most one saved one: never at who else there is."""

    async def read(self, picture: bytes, saved: bytes | None = None) -> Seen | None:
        """What is seen of the largest face, compared with that of the `saved` picture where there is one.

        None: nobody can say, be it that faces are not read here, that the bytes are no picture, or that it took too
        long. It never raises, and never takes longer than its limit.
        """
        ...


class NoReader:
    """Where faces are not read."""

    async def read(self, picture: bytes, saved: bytes | None = None) -> Seen | None:
        del picture, saved
        return None


NO_READER: FaceReader = NoReader()


@dataclass(frozen=True, slots=True)
class SavedFace:
    """The saved picture of a character. `painted`: it certainly was painted here. `agreed`: its owner ticked that the
    faces they bring may be compared.
    """

    picture: str | None
    painted: bool
    agreed: bool


class FaceStore(Protocol):
    """What is kept of saved faces."""

    async def face(self, character_id: CharacterId) -> SavedFace | None:
        """None: there is no such character any more."""
        ...
