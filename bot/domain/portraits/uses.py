"""What a picture is used as outside of Discord's messages: how large, how heavy, of which part."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Use(StrEnum):
    """Also the verb of its button."""

    AVATAR = "avatar"
    TOKEN = "token"  # noqa: S105 - a round picture
    EMOJI = "emoji"
    STICKER = "sticker"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Shape:
    """A square of `side` pixels, or of at most so many where it is not `exact`, in at most `limit` bytes. `round`: with
    a ring, and nothing in the corners. `lossless`: a PNG always; else a JPEG where nothing is transparent.
    """

    side: int
    limit: int
    exact: bool = False
    round: bool = False
    lossless: bool = True


# What proxy bots and Discord take; virtual tabletops state no limit.
SHAPES: Final = {
    Use.AVATAR: Shape(1000, 2**20, lossless=False),
    Use.TOKEN: Shape(512, 2 * 2**20, round=True),
    Use.EMOJI: Shape(128, 256 * 2**10 - 1, exact=True),
    Use.STICKER: Shape(320, 512 * 2**10 - 1, exact=True),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A square of a picture: its left upper corner and its side, in pixels."""

    left: int
    top: int
    side: int

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, upper, right and lower edge: the first two in the picture, the others just outside of the square."""
        return self.left, self.top, self.left + self.side, self.top + self.side


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is in a picture: left upper corner and size, in pixels."""

    left: int
    top: int
    width: int
    height: int


# A head has hair and a neck: so many times the height of the face, and where in it the face's middle is.
_HEADROOM, _MIDDLE = 2.4, 0.46
# Of what a tall picture has besides the square, so much lies above it.
_ABOVE = 8


def crop(width: int, height: int, face: Face | None = None) -> Box:
    """The square of a picture that is its head: around the face where one was found, else on the upper middle, where
    faces are in our framings. It always lies within the picture.
    """
    if face is not None:
        side = min(max(1, round(face.height * _HEADROOM)), width, height)
        left = face.left + face.width / 2 - side / 2
        top = face.top + face.height / 2 - side * _MIDDLE
        return Box(_within(left, width - side), _within(top, height - side), side)
    side = min(width, height)
    return Box((width - side) // 2, (height - side) // _ABOVE, side)


def _within(value: float, most: int) -> int:
    return min(max(0, round(value)), most)
