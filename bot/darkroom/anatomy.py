"""What a file of pixels consists of, told by its marks up to the last one; nothing is decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeAlias, TypeVar

# A PNG of 40 MiB in pieces of 8 KiB has five thousand; each one costs some microseconds.
MAX_PARTS: Final = 50_000
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
T = TypeVar("T")
# Where something stands in a file.
Part: TypeAlias = "slice[int, int, int]"


class Broken(Exception):
    """The bytes are not the whole, sound file that they begin as."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A whole PNG, JPEG or WebP file.

    `bare`: it holds pixels, and what it takes to show them, and nothing else. `plain`: its pixels look right when
    all else is gone; no profile, no turning, no animation and no sixteen bits. `alpha`: something of it may be
    transparent. `kept` are its parts that are pixels, `shown` these and what says how they look; `orientation` is how
    the camera was held, 1 to 8. `rows_at` is where the height stands, in a file whose first rows can be decoded alone,
    and `scan_end` where the first rough look at a progressive one is over; else 0.
    """

    kind: str
    width: int
    height: int
    bare: bool
    plain: bool
    alpha: bool
    kept: tuple[Part, ...]
    shown: tuple[Part, ...]
    orientation: int = 1
    rows_at: int = 0
    scan_end: int = 0


def counted(parts: Iterator[T], most: int = MAX_PARTS) -> list[T]:
    """The parts of a file. Raises Broken for more than `most`."""
    found = list(islice(parts, most + 1))
    if len(found) > most:
        raise Broken
    return found


def orientation_of(exif: bytes) -> int:
    """How a camera was held, by what it wrote: 1 (upright) to 8; 1 for anything else, and for what cannot be read."""
    notes = exif.removeprefix(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if notes[:2] == b"II" else "big"
    if notes[:4] not in {b"II*\0", b"MM\0*"}:
        return 1
    first = int.from_bytes(notes[4:8], order)
    for number in range(int.from_bytes(notes[first : first + 2], order)):
        entry = notes[first + 2 + 12 * number : first + 14 + 12 * number]
        if len(entry) < 12:
            break
        if int.from_bytes(entry[:2], order) == _ORIENTATION:
            value = int.from_bytes(entry[8:10], order)
            return value if entry[2:4] == _SHORT.to_bytes(2, order) and 1 <= value <= 8 else 1
    return 1
