"""Where the bytes of pictures lie, as the store of pictures sees it: a folder, or a bucket."""

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

_FOLDER = re.compile(r"[0-9a-f]{2}")
# What tells whose pictures lie in a place that lies apart: no picture has such a name.
MARK = "owner.txt"


class PlaceError(OSError):
    """A place does not do what was asked of it; `refused`: trying again would be refused again."""

    def __init__(self, why: str, *, refused: bool) -> None:
        super().__init__(0, why)
        self.refused = refused


class NotOurs(Exception):
    """Another database keeps its pictures there; the text says where."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a place: when it was written, in seconds since 1970 by the place's own clock, and how many bytes."""

    name: str
    at: float
    size: int


class Place(Protocol):
    """Bytes by names. Every method may wait for a disk or a network, for up to a minute: not on the loop.

    Each raises OSError, whose `strerror` is for the operator and holds nothing secret.
    """

    # Whether it lies apart from the database: it may be far away, and hold pictures of other databases.
    apart: bool
    # For what runs beside the loop; None is the loop's own threads.
    threads: Executor | None

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes durably, whole or not at all. Those that are there already are as if they were new."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes; None where there are none."""
        ...

    def stands(self, name: str) -> bool:
        """Whether what was just put is still there, as far as that can be told without waiting."""
        ...

    def drop(self, name: str, before: float | None = None) -> bool:
        """Remove it; False where it was put after that time, and stays."""
        ...

    def folders(self) -> list[str]:
        """What the names of pictures begin with: two letters each."""
        ...

    def kept(self, folder: str) -> Iterator[Kept]:
        """Everything whose name begins with these two letters."""
        ...

    def tidy(self, before: float) -> None:
        """Remove what was half written before that time."""
        ...

    def look(self, size: int, *, by_trying: bool) -> None:
        """Raises OSError where so many bytes cannot be kept, as far as can be told; `by_trying` does it."""
        ...


def key_of(name: str) -> str:
    """The path of a picture in its place: in a folder of its first two letters."""
    return f"{name[:2]}/{name}" if is_folder(name[:2]) else name


def is_folder(name: str) -> bool:
    """Whether this is the name of a folder of pictures."""
    return _FOLDER.fullmatch(name) is not None
