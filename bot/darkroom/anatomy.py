"""What a file of pixels consists of, told by its marks up to the last one; nothing is decoded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from PIL import Image

# A PNG of 40 MiB in pieces of 8 KiB has five thousand; each one costs some microseconds.
MAX_PARTS: Final = 50_000
_ORIENTATION: Final = 0x0112
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
    transparent. `kept` are its parts that are pixels. `rows_at` is where the height stands, in a file whose first
    rows can be decoded alone, and `scan_end` where the first rough look at a progressive one is over; else 0.
    """

    kind: str
    width: int
    height: int
    bare: bool
    plain: bool
    alpha: bool
    kept: tuple[Part, ...]
    rows_at: int = 0
    scan_end: int = 0


def counted(parts: Iterator[T]) -> list[T]:
    """The parts of a file. Raises Broken for more than MAX_PARTS."""
    found = list(islice(parts, MAX_PARTS + 1))
    if len(found) > MAX_PARTS:
        raise Broken
    return found


def is_turned(exif: bytes) -> bool:
    """Whether what a camera wrote says that the picture lies on its side. What cannot be read says nothing."""
    try:
        notes = Image.Exif()
        notes.load(exif)
        return orientation_of(notes) != 1
    except Exception:  # noqa: BLE001 - broken notes raise whatever error they run into
        return False


def orientation_of(notes: Image.Exif) -> int:
    """1 (upright) to 8, as cameras count; 1 for anything else."""
    value = notes.get(_ORIENTATION)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
